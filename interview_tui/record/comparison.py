"""Incidents side by side: one row an incident over many records, with what was answered around it and told in it.

The columns are those of the schedules: the choices in their asking order, then the parts of an incident, needs first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from interview_tui.errors import StorageError
from interview_tui.record.model import Completeness, Evidence, Incident, Record
from interview_tui.record.release import released
from interview_tui.record.transcript import INTERVIEWER
from interview_tui.schedule.model import Item, Schedule

MINUTE_MS = 60_000
BETWEEN_NOTES = " | "
_STATES = tuple(Completeness)
Name = TypeVar("Name")


class Of(StrEnum):
    """What a column tells of an incident."""

    CASE = "case"
    INCIDENT = "incident"  # its label
    KEY = "key"  # of its round, as the schedule names it
    PARENT = "parent"  # the label of the round around it
    ORDER = "order"  # of telling, from 1
    COMPLETE = "complete"  # whether none of its needs is missing
    MINUTES = "minutes"  # of talk in it
    ANSWER = "answer"  # to an item, in words
    STATE = "state"  # of a part
    WORDS = "words"  # the respondent's, about a part
    NOTES = "notes"  # about a part


IDENTITY = (Of.CASE, Of.INCIDENT, Of.KEY, Of.PARENT, Of.ORDER, Of.COMPLETE, Of.MINUTES)
FREE_TEXT = (Of.CASE, Of.INCIDENT, Of.WORDS, Of.NOTES)

Value = str | int | float | bool | Completeness | None
"""What stands in a cell; None: nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it tells, and of which item or part, by its key (empty for what identifies an incident)."""

    of: Of
    key: str = ""

    @property
    def name(self) -> str:
        """How it is headed: `order`, `role`, `outcome` (its words), `outcome_notes`, `outcome_state`."""
        if not self.key:
            return self.of.value
        return self.key if self.of in (Of.ANSWER, Of.WORDS) else f"{self.key}_{self.of.value}"


@dataclass(frozen=True, slots=True)
class Row:
    """An incident by its case and id, with a value for every column."""

    case: str
    incident: str
    values: Mapping[Column, Value]

    def shown(self, column: Column) -> str:
        """A value as it is read and written; empty where there is none."""
        match self.values.get(column):
            case None:
                return ""
            case bool() as is_so:
                return "yes" if is_so else "no"
            case float() as number:
                return f"{number:.1f}"
            case value:
                return str(value)


def to_json(row: Row) -> dict[str, Any]:
    """A row as a JSON object."""
    values = [[column.of, column.key, value] for column, value in row.values.items()]
    return {"case": row.case, "incident": row.incident, "values": values}


def from_json(data: Mapping[str, Any]) -> Row:
    """The row that `to_json` made this of.

    Raises:
        StorageError: it is none.
    """
    try:
        values: dict[Column, Value] = {}
        for of, key, value in data["values"]:
            column = Column(Of(of), key)
            values[column] = Completeness(value) if column.of is Of.STATE else value
        return Row(data["case"], data["incident"], values)
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"A row of the comparison is damaged: {error}.", "It can be made again.") from error


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of incidents. Sorted and filtered it is another one, of the same columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def sorted_by(self, column: Column, *, descending: bool = False) -> Comparison:
        """The rows in the order of a column, rows that are alike in it as they were; those without a value last."""
        known = [row for row in self.rows if row.shown(column)]
        known.sort(key=lambda row: _rank(row.values[column]), reverse=descending)
        return replace(self, rows=(*known, *(row for row in self.rows if not row.shown(column))))

    def where(self, column: Column, text: str) -> Comparison:
        """The rows in which a column says this, or holds it if it is free text, whatever its case; empty: nothing."""
        wanted = text.strip().casefold()

        def says(row: Row) -> bool:
            there = row.shown(column).strip().casefold()
            return wanted == there or (bool(wanted) and column.of in FREE_TEXT and wanted in there)

        return replace(self, rows=tuple(row for row in self.rows if says(row)))


def compared(records: Iterable[tuple[Record, Schedule]]) -> Comparison:
    """The incidents of these records, each with the schedule that it was conducted with."""
    pairs = list(records)
    return side_by_side([row for pair in pairs for row in rows_of(*pair)], [schedule for _, schedule in pairs])


def side_by_side(rows: Iterable[Row], schedules: Iterable[Schedule]) -> Comparison:
    """Rows of any records, in their order, under the columns of the schedules; of answers, those that somebody gave."""
    laid = tuple(rows)
    known = dict.fromkeys(column for row in laid for column in row.values)
    different = {schedule.sha256: schedule for schedule in schedules}.values()
    items = in_one_order(list(schedule.items()) for schedule in different)
    needed = [[part.key for part in schedule.incident_parts()] for schedule in different]
    parts = in_one_order([*needed, [one.key for one in known if one.of is Of.STATE]])
    columns = (
        *(Column(of) for of in IDENTITY),
        *(column for item in items if (column := Column(Of.ANSWER, item)) in known),
        *(Column(of, part) for part in parts for of in (Of.WORDS, Of.NOTES, Of.STATE)),
    )
    return Comparison(columns, laid)


def rows_of(record: Record, schedule: Schedule) -> Iterator[Row]:
    """The incidents of a record in the order of telling. Nothing withheld or noted before consent is in them.

    The answers are those to items of which one of several is chosen: in the round of the incident, in those around it,
    and outside all rounds; consents are left out.
    """
    record = released(record)
    choices = {name for name, found in schedule.items().items() if _is_choice(found.item)}
    labels = {found.id: found.label for found in record.rounds}
    talk_ms = dict(record.talk_ms)
    for incident in sorted(record.incidents, key=lambda one: one.order):
        values: dict[Column, Value] = {
            Column(Of.CASE): record.case,
            Column(Of.INCIDENT): incident.label,
            Column(Of.KEY): incident.key,
            Column(Of.PARENT): labels.get(incident.parent, incident.parent),
            Column(Of.ORDER): incident.order,
            Column(Of.COMPLETE): incident.complete,
            Column(Of.MINUTES): talk_ms[incident.label] / MINUTE_MS if incident.label in talk_ms else None,
        }
        around = {"", *_rounds_around(record, incident)}
        for entry in record.entries:
            if entry.answer and entry.place.item in choices and entry.place.round in around:
                values[Column(Of.ANSWER, entry.place.item)] = ", ".join(entry.answer)
        for part in incident.fields:
            values[Column(Of.WORDS, part.key)] = _words(record, part.evidence)
            values[Column(Of.NOTES, part.key)] = _notes(record, part.evidence)
            values[Column(Of.STATE, part.key)] = part.state
        yield Row(record.case, incident.id, values)


def _is_choice(item: Item) -> bool:
    return item.answer.chooses_one and item.consent is None


def _rounds_around(record: Record, incident: Incident) -> Iterator[str]:
    """The round of an incident and those around it."""
    parents = {found.id: found.parent for found in record.rounds}
    seen: set[str] = set()
    name = incident.id
    while name and name not in seen:
        seen.add(name)
        yield name
        name = parents.get(name, "")


def _words(record: Record, evidence: Evidence) -> str:
    """What the respondent said of it, or whoever it was where that is not known."""
    told = set(evidence.turns)
    turns = [placed.turn for placed in record.turns if placed.turn.number in told]
    return " ".join(turn.text for turn in turns if turn.speaker != INTERVIEWER)


def _notes(record: Record, evidence: Evidence) -> str:
    return BETWEEN_NOTES.join(note.text for note in record.notes if note.note in evidence.notes)


def in_one_order(orders: Iterable[Sequence[Name]]) -> tuple[Name, ...]:
    """All names in the order of the first list; what only a later one has comes after what precedes it there."""
    together: list[Name] = []
    for names in orders:
        at = 0
        for name in names:
            if name not in together:
                together.insert(at, name)
            at = together.index(name) + 1
    return tuple(together)


def _rank(value: Value) -> tuple[float, str]:
    """Where a value stands among others of its column: a number by its size, a part by how well it is filled."""
    match value:
        case Completeness():
            return _STATES.index(value), ""
        case int() | float():
            return value, ""
        case _:
            return 0, str(value).casefold()
