"""A list of cases that somebody keeps in a table: what of it is taken, row by row, and why the rest is not.

No sentence in here repeats what stands in a cell, but for case ids and values of the study's attributes: a column may
have slipped, and a cell may hold a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interview_tui.errors import Refused
from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.changes import AttributeGiven, CaseChange, CaseListed
from interview_tui.fieldwork.identity import TELLING_COLUMNS, Identity
from interview_tui.fieldwork.noting import value_of
from interview_tui.fieldwork.plan import Attribute

CASE_COLUMNS = ("case", "case id", "id", "participant id")
PARTS = ("name", "first name", "last name", "telephone", "address", "email")
"""What of an identity a column can hold."""
HEADER_ROWS = 20
"""Above the heads of the columns there may be a title; so many rows are looked at."""
_BETWEEN_WORDS = re.compile(r"[\s_.:*]+")
_DIGITS = re.compile(r"[^0-9]+")  # what stands between them
_ROUNDED = re.compile(r"[0-9][.,]?[0-9]*e\+?[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the line that it begins in, its cells as text, and which of them (by number) cannot be used and
    why. `numbers` are the cells that are numbers there, not text."""

    line: int
    cells: tuple[str, ...]
    broken: Mapping[int, str] = field(default_factory=dict)
    numbers: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells) and not self.broken


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read, its heads among the rows; `remarks` say how it was read where that is not certain."""

    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, by number; `heads` are how they are called, `untaken` those that nobody asked for."""

    line: int
    heads: tuple[str, ...]
    case: int
    attributes: Mapping[int, Attribute]
    parts: Mapping[int, str]
    untaken: tuple[str, ...]

    @property
    def tells_who(self) -> bool:
        """Whether a column says who somebody is."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A row that was not taken: where it stands, the case if its id can be told, and why."""

    line: int
    case: str
    reason: str


@dataclass(slots=True)
class Listing:
    """What comes of a table: changes to be noted, identities to be kept (only the parts that the table gives), what is
    not taken. `corrected` are sentences about values that replace others; `rounded` are lines in which a telephone
    number is a number, by the head of its column."""

    changes: list[CaseChange] = field(default_factory=list)
    identities: dict[str, Identity] = field(default_factory=dict)
    not_taken: list[NotTaken] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    rounded: dict[str, list[int]] = field(default_factory=dict)


def columns_of(
    table: Table, attributes: Sequence[Attribute], case_column: str = "", mapped: Mapping[str, str] | None = None
) -> Columns:
    """Find the heads of the columns and what each holds; `mapped` says it of some, by their heads.

    Raises:
        Refused: there is no column of cases, or it is not clear what a column holds.
    """
    wanted = (_plain(case_column),) if case_column else CASE_COLUMNS
    if case_column and _plain(case_column) in TELLING_COLUMNS:
        raise Refused("A case id must not say who it is.", "Add a column of ids to the list: P01, P02 …")
    row = next((row for row in _beginning(table) if any(_plain(cell) in wanted for cell in row.cells)), None)
    if row is None:
        called = f"called {case_column!r}" if case_column else f"called {' or '.join(CASE_COLUMNS[:3])}"
        raise Refused(f"There is no column {called} in the first rows.", "Name the column of case ids with --case.")
    plain = [_plain(cell) for cell in row.cells]
    for head in plain:
        if head and plain.count(head) > 1:
            raise Refused(f"Two columns are called {head!r}.", "Give each a name of its own, or take one out.")
    case = next(plain.index(name) for name in wanted if name in plain)
    meant = _meant(plain, attributes, mapped or {})
    found: dict[int, Attribute] = {}
    parts: dict[int, str] = {}
    for number, head in enumerate(plain):
        if number == case or not head:
            continue
        holds = meant.get(head) or _attribute(head, attributes) or TELLING_COLUMNS.get(head)
        if isinstance(holds, Attribute):
            if holds in found.values():
                raise Refused(f"Two columns hold {holds.name}.", "Take one out, or say with --map what it is.")
            found[number] = holds
        elif holds:
            parts[number] = holds
    untaken = (row.cells[n] for n, head in enumerate(plain) if head and n != case and n not in found and n not in parts)
    return Columns(row.line, row.cells, case, found, parts, tuple(untaken))


def _beginning(table: Table) -> Iterable[Row]:
    return [row for row in table.rows if not row.is_empty][:HEADER_ROWS]


def _meant(
    plain: Sequence[str], attributes: Sequence[Attribute], mapped: Mapping[str, str]
) -> dict[str, Attribute | str]:
    """What columns hold as somebody has said it."""
    meant: dict[str, Attribute | str] = {}
    for column, holds in mapped.items():
        if _plain(column) not in plain:
            raise Refused(f"There is no column called {column!r}.", "Write it as it stands above the column.")
        what = _attribute(_plain(holds), attributes) or (_plain(holds) if _plain(holds) in PARTS else None)
        if what is None:
            known = ", ".join((*(one.name for one in attributes), *PARTS))
            raise Refused(f"{holds!r} is no attribute of this study.", f"Take one of {known}.")
        meant[_plain(column)] = what
    return meant


def _attribute(head: str, attributes: Sequence[Attribute]) -> Attribute | None:
    return next((one for one in attributes if head in (_plain(one.name), _plain(one.title))), None)


def _plain(head: str) -> str:
    return _BETWEEN_WORDS.sub(" ", head).strip().casefold()


def listing(
    table: Table,
    columns: Columns,
    cards: Mapping[str, CaseCard],
    source: str,
    now_ms: int,
    what_is_wrong_with: Callable[[str], str],
) -> Listing:
    """What comes of the rows below the heads. A row is taken as a whole or not at all; what a case has already makes no
    change, and an empty cell takes nothing away.

    `what_is_wrong_with` tells why something cannot be a case id, in a sentence that does not repeat it; empty: it can.
    """
    made = Listing()
    lines: dict[str, int] = {}
    lower = {case.casefold(): case for case in cards}
    for row in table.rows:
        if row.line <= columns.line or row.is_empty:
            continue
        case = row.cells[columns.case] if columns.case < len(row.cells) else ""
        reasons = [
            *_wrong_case(case, row, columns, cards, lower, lines, what_is_wrong_with),
            *_wrong_cells(row, columns),
        ]
        values: dict[str, str] = {}
        for number, attribute in columns.attributes.items():
            try:
                values[attribute.name] = value_of(attribute, _cell(row, number))
            except Refused as error:
                reasons.append(f"{error.message} {error.hint}")
        is_id = bool(case) and not what_is_wrong_with(case)
        if reasons:
            made.not_taken.append(NotTaken(row.line, case if is_id else "", " ".join(reasons)))
            continue
        lines[case], lower[case.casefold()] = row.line, case
        _take(made, case, values, cards.get(case), source, now_ms)
        _take_identity(made, case, row, columns)
    return made


def _wrong_case(
    case: str,
    row: Row,
    columns: Columns,
    cards: Mapping[str, CaseCard],
    lower: Mapping[str, str],
    lines: Mapping[str, int],
    what_is_wrong_with: Callable[[str], str],
) -> Iterable[str]:
    if columns.case in row.broken:
        return
    if not case:
        yield "It has no case id. Of merged cells only the first counts."
    elif wrong := what_is_wrong_with(case):
        yield wrong
    elif case in lines:
        yield f"It is the same case as line {lines[case]}."
    elif (other := lower.get(case.casefold(), case)) != case:
        where = f"line {lines[other]}" if other in lines else "the list of cases"
        yield f"It differs only in capitals from {other} in {where}."
    elif case in cards and cards[case].standing is Standing.WITHDRAWN:
        yield "They have withdrawn."


def _wrong_cells(row: Row, columns: Columns) -> Iterable[str]:
    used = {columns.case, *columns.attributes, *columns.parts}
    for number in sorted(used & set(row.broken)):
        yield f"{columns.heads[number]}: {row.broken[number]}"
    if any(row.cells[len(columns.heads) :]):
        yield "It has more cells than there are column heads: in CSV, a text with the separator in it is not in quotes."
    for number, part in columns.parts.items():
        if part == "telephone" and _ROUNDED.fullmatch(_cell(row, number)):
            yield f"{columns.heads[number]}: a spreadsheet has rounded the number. Make the column a text there."


def _take(made: Listing, case: str, values: Mapping[str, str], card: CaseCard | None, source: str, now_ms: int) -> None:
    if card is None:
        made.new.append(case)
        made.changes.append(CaseListed(case=case, wall_ms=now_ms, source=source))
    else:
        made.known.append(case)
    for name, value in values.items():
        before = card.attributes.get(name, "") if card is not None else ""
        if value and value != before:
            made.changes.append(AttributeGiven(case=case, wall_ms=now_ms, name=name, value=value))
            if before:
                made.corrected.append(f"{case}: {name} was {before} and is {value}.")


def _take_identity(made: Listing, case: str, row: Row, columns: Columns) -> None:
    told: dict[str, list[str]] = {}
    for number, part in columns.parts.items():
        if text := " ".join(_cell(row, number).split()):
            told.setdefault(part, []).append(text)
        if part == "telephone" and number in row.numbers and not text.startswith(("0", "+")):
            made.rounded.setdefault(columns.heads[number], []).append(row.line)
    if told:
        spoken = " ".join((*told.get("first name", ()), *told.get("last name", ())))
        made.identities[case] = Identity(
            name=" ".join(told.get("name", ())) or spoken,
            telephones=tuple(dict.fromkeys(told.get("telephone", ()))),
            address=", ".join(told.get("address", ())),
            email=" ".join(told.get("email", ())),
        )


def _cell(row: Row, number: int) -> str:
    return row.cells[number] if number < len(row.cells) else ""


def completed(known: Identity | None, told: Identity) -> Identity:
    """What is kept of somebody with what a list tells; what the list leaves open stays."""
    if known is None:
        return told
    return Identity(
        told.name or known.name,
        tuple(_as_known(number, known.telephones) for number in told.telephones) or known.telephones,
        told.address or known.address,
        told.email or known.email,
        told.remark or known.remark,
    )


def _as_known(number: str, known: Sequence[str]) -> str:
    """A number as it is known already, if this one has only lost what stands in front, or is spaced otherwise."""
    digits = _DIGITS.sub("", number)
    return next((each for each in known if len(digits) > 5 and _DIGITS.sub("", each).endswith(digits)), number)
