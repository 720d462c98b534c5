"""The interviews of a study as a table: a row an interview, the answers of its schedule as columns.

A filter is a line of terms, and all of them must hold: `item=answer` asks for an answer, `doubts>0` compares, a bare
word is looked for in every column, `-` before any of them turns it round. What is asked for is a whole value where
there is one (`no` is not `not sure`), and otherwise the beginning of a word in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import gt, lt

from rapidfuzz import process

from interview_tui.errors import ConfigError
from interview_tui.record.digest import Digest, IncidentDigest
from interview_tui.record.fidelity import REACHED, Asked
from interview_tui.record.model import Completeness
from interview_tui.record.review.changes import ReviewState
from interview_tui.tui import signs

MINUTE_MS = 60_000
REHEARSAL, UNFINISHED, NOTES_ONLY, RECORDED = "rehearsal", "unfinished", "notes only", "recorded"
STATES = {
    REHEARSAL: "◌",
    UNFINISHED: "○",
    NOTES_ONLY: "○",
    RECORDED: "○",
    ReviewState.TRANSCRIBED.value: "◔",
    ReviewState.CHECKED.value: "◑",
    ReviewState.PSEUDONYMISED.value: "◕",
    ReviewState.SIGNED_OFF.value: "●",
}
"""How far an interview is, in this order, with its sign."""
COMPARED = {"<": lt, ">": gt}
_TERM = re.compile(r'(-?)(?:(\w+)\s*([=<>])\s*)?("[^"]*"?|[^\s,"]+)')
_DIGITS = re.compile(r"(\d+)")
_LACKS = {state: number for number, state in enumerate(Completeness)}

Rank = tuple[tuple[float, str], ...]


class Of(StrEnum):
    """What a column tells of an interview, beside the answers in it."""

    CASE = "case"
    DATE = "date"
    LENGTH = "length"
    STATE = "state"
    DOUBTS = "doubts"  # that nobody has looked into
    INCIDENTS = "incidents"
    ASKED = "asked"  # so many questions
    WORDED = "worded"  # as the schedule has them
    REWORDED = "reworded"
    SKIPPED = "skipped"
    TRANSCRIPT = "transcript"
    INTERVIEWER = "interviewer"


BEFORE_ANSWERS = (Of.CASE, Of.DATE, Of.LENGTH, Of.STATE, Of.DOUBTS, Of.INCIDENTS)
AFTER_ANSWERS = (Of.ASKED, Of.WORDED, Of.REWORDED, Of.SKIPPED, Of.TRANSCRIPT, Of.INTERVIEWER)
NUMBERS = (Of.LENGTH, Of.DOUBTS, Of.ASKED, Of.WORDED, Of.REWORDED, Of.SKIPPED)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name: what it tells `of` an interview, or without that the answers to the item of that name."""

    name: str
    of: Of | None = None

    @property
    def key(self) -> str:
        """What no other column has, even where an item is called as one of the others."""
        return self.name if self.of is not None else f"{self.name} …"

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers, which stand to the right."""
        return self.of in NUMBERS


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell as it is read, the values that a filter finds in it (`<` and `>`: the first of them), and
    how much it is, if it is a number.

    `rank` is where it stands among others of its column; without one nothing is known, and it comes last.
    """

    shown: str = ""
    values: tuple[str, ...] = ()
    number: float | None = None
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An interview with its cells, in the order of the columns."""

    digest: Digest
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """What a filter asks of a cell: of every column where it names none. `sign` is empty, `=`, `<` or `>`."""

    text: str
    name: str = ""
    sign: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class StudyTable:
    """A table of interviews. Sorted and filtered it is another one, of the same columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def digests(self) -> tuple[Digest, ...]:
        """The interviews, in the order of the rows."""
        return tuple(row.digest for row in self.rows)

    def sorted_by(self, key: str, *, descending: bool = False) -> StudyTable:
        """In the order of a column by its key, rows that are alike in it as they were; where nothing is known last.

        A column that is not there changes nothing.
        """
        at = next((number for number, column in enumerate(self.columns) if column.key == key), None)
        if at is None:
            return self
        known = [(rank, row) for row in self.rows if (rank := row.cells[at].rank) is not None]
        known.sort(key=lambda found: found[0], reverse=descending)
        return replace(
            self, rows=(*(row for _, row in known), *(row for row in self.rows if row.cells[at].rank is None))
        )

    def where(self, terms: Iterable[Term]) -> StudyTable:
        """The rows in which all terms hold."""
        rows = self.rows
        for term in terms:
            holds = self._asking(term)
            rows = tuple(row for row in rows if holds(row) is not term.negated)
        return replace(self, rows=rows)

    def _asking(self, term: Term) -> Callable[[Row], bool]:
        """Whether a row has a cell of which the term, were it not negated, holds."""
        asked = [n for n, column in enumerate(self.columns) if term.name in ("", column.name.casefold())]
        there = {value.casefold() for row in self.rows for n in asked for value in row.cells[n].values}
        says = _says(term, whole=term.text in there)
        return lambda row: any(says(row.cells[n]) for n in asked)


def table_of(digests: Sequence[Digest]) -> StudyTable:
    """The interviews by case. There is a column for every item that somebody chose an answer to.

    Who interviewed is told where there was more than one.
    """
    after = AFTER_ANSWERS if len({found.interviewer for found in digests}) > 1 else AFTER_ANSWERS[:-1]
    items = map(Column, answered(digests))
    columns = (*map(_column, BEFORE_ANSWERS), *items, *map(_column, after))
    rows = [Row(found, tuple(_cells(found, columns))) for found in digests]
    return StudyTable(columns, tuple(rows)).sorted_by(Of.CASE.value)


def answered(digests: Iterable[Digest]) -> tuple[str, ...]:
    """The items that somebody chose an answer to, in the order of the interview with the most answers."""
    most = sorted(digests, key=lambda found: -len(found.answers))
    return tuple(dict.fromkeys(item for found in most for item, _ in found.answers))


def terms_of(line: str, columns: Iterable[Column]) -> tuple[Term, ...]:
    """The terms of a filter as it was typed; none if nothing was.

    Raises:
        ConfigError: it names a column that there is not, or compares a number with a word.
    """
    known = {column.name.casefold(): column for column in columns}
    terms: list[Term] = []
    for minus, name, sign, text in _TERM.findall(line):
        term = Term(text.strip('"').casefold(), name.casefold(), sign, bool(minus))
        if term.name and term.name not in known:
            near = [known[found].name for found, *_ in process.extract(term.name, list(known), limit=None)]
            raise ConfigError(f"There is no column {name}.", f"There are {', '.join(near)}.")
        if sign in COMPARED and known[term.name].is_number and _number(term.text) is None:
            raise ConfigError(f"{name}{sign}{text}: {text} is no number.")
        terms.append(term)
    return tuple(terms)


def state_of(digest: Digest) -> str:
    """How far an interview is: one of `STATES`."""
    if digest.rehearsal:
        return REHEARSAL
    if not digest.ended:
        return UNFINISHED
    if digest.review is ReviewState.TRANSCRIBED and not digest.transcribed:
        return RECORDED if digest.recorded_ms else NOTES_ONLY
    return digest.review.value


def _says(term: Term, *, whole: bool) -> Callable[[Cell], bool]:
    """Whether a cell says what a term asks for; `whole`: as one of its values, and not only where a word begins."""
    number = _number(term.text)
    begins = re.compile(rf"(?<!\w){re.escape(term.text)}", re.IGNORECASE)

    def says(cell: Cell) -> bool:
        if term.sign in COMPARED:
            compared = COMPARED[term.sign]
            if cell.number is not None:
                return number is not None and compared(cell.number, number)
            return any(compared(value.casefold(), term.text) for value in cell.values[:1])
        if cell.number is not None and number is not None:
            return round(cell.number) == number
        if whole:
            return any(value.casefold() == term.text for value in cell.values)
        return any(begins.search(value) for value in cell.values)

    return says


def _column(of: Of) -> Column:
    return Column(of.value, of)


def _cells(digest: Digest, columns: Iterable[Column]) -> Iterable[Cell]:
    asked = dict(digest.asked)
    for column in columns:
        yield _words(*digest.chosen(column.name)) if column.of is None else _cell(digest, column.of, asked)


def _cell(digest: Digest, of: Of, asked: Mapping[Asked, int]) -> Cell:
    match of:
        case Of.CASE:
            return Cell(digest.case, (digest.case,), None, _natural(digest.case))
        case Of.DATE:
            return _date(digest.opened_wall_ms)
        case Of.LENGTH:
            length = signs.clock(digest.length_ms)
            return Cell(length, (length,), digest.length_ms / MINUTE_MS, ((digest.length_ms, ""),))
        case Of.STATE:
            state = state_of(digest)
            return Cell(f"{STATES[state]} {state}", (state,), None, ((list(STATES).index(state), ""),))
        case Of.DOUBTS:
            return _count(digest.doubts)
        case Of.INCIDENTS:
            return _incidents(digest.incidents)
        case Of.ASKED:
            return _count(sum(asked.get(way, 0) for way in REACHED))
        case Of.WORDED | Of.REWORDED if not digest.transcribed:  # in which words is not known
            return Cell()
        case Of.WORDED:
            return _count(asked.get(Asked.WORDED, 0))
        case Of.REWORDED:
            return _count(asked.get(Asked.PARAPHRASED, 0))
        case Of.SKIPPED:
            return _count(asked.get(Asked.SKIPPED, 0))
        case Of.TRANSCRIPT if digest.transcribed:
            return Cell("● there", ("there",), None, ((2, ""),))
        case Of.TRANSCRIPT if digest.recorded_ms:
            return Cell("○ not yet", ("not yet",), None, ((1, ""),))
        case Of.TRANSCRIPT:
            return Cell("– not recorded", ("not recorded",), None, ((0, ""),))
        case Of.INTERVIEWER:
            return _words(digest.interviewer)


def _count(number: int) -> Cell:
    return Cell(str(number), (str(number),), number, ((number, ""),))


def _words(*values: str) -> Cell:
    known = tuple(value for value in values if value)
    return Cell(", ".join(known), known, None, ((0, ", ".join(known).casefold()),) if known else None)


def _date(wall_ms: int) -> Cell:
    opened = datetime.fromtimestamp(wall_ms / 1000).astimezone()
    return Cell(f"{opened:%d %b %y}", (f"{opened:%Y-%m-%d}", f"{opened:%d %b %y}"), None, ((wall_ms, ""),))


def _incidents(found: Sequence[IncidentDigest]) -> Cell:
    """Each kind with the needs of its incidents: `good ●●◐○ ●●●●`. By their number, then by how much is filled."""
    dots: dict[str, list[str]] = defaultdict(list)
    for one in found:
        dots[one.key or one.label].append("".join(signs.COMPLETENESS[state] for _, state in one.needs))
    shown = "  ".join(" ".join([name, *of_it]).rstrip() for name, of_it in dots.items())
    states = [state for one in found for _, state in one.needs]
    values = tuple(dict.fromkeys([*dots, *(state.value for state in states)]))
    lacking = sum(_LACKS[state] for state in states) / len(states) if states else 0.0
    return Cell(shown, values, len(found), ((len(found), ""), (-lacking, "")))


def _natural(case: str) -> Rank:
    """P2 comes before P10."""
    return tuple(
        (float(part), "") if number % 2 else (0.0, part.casefold()) for number, part in enumerate(_DIGITS.split(case))
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
