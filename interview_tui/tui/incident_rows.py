"""The rows of the tree beside a record: what is around its incidents, the incidents with their parts, the sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from interview_tui.record.missing import untold
from interview_tui.record.model import Completeness, Entry, Incident, Record, RoundRecord
from interview_tui.record.summary import COVERED
from interview_tui.schedule.model import Kind, Schedule
from interview_tui.tui import signs

NO_NEED = "·"
"""A part that is nice to have and was not told: no gap that must be seen."""
OFF_ROUTE = "–"
LOST = signs.COMPLETENESS[Completeness.MISSING]


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a record is looked at: a round by its id (an incident, or what is around it) or a `part` of an incident;
    or a section by its heading; or, with none of them, the whole call.
    """

    round: str = ""
    part: str = ""
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A row: `glyph` says how far it is known, `aside` the same in figures or a word.

    `kind` is `title`, `round`, `incident`, `untold`, `part` or `section`; a title has no subject.
    """

    kind: str
    text: str
    subject: Subject | None = None
    depth: int = 0
    glyph: str = ""
    aside: str = ""


def tree_rows(record: Record, schedule: Schedule, opened: str = "") -> list[TreeRow]:
    """The whole tree. Of the incident `opened`, by its id, every part has a row; the others have their dots."""
    tree = _Tree(record, schedule, opened)
    return [*tree.rounds("", 0), TreeRow("title", "the call", Subject()), *tree.sections()]


def opened_by(record: Record, subject: Subject) -> str:
    """The incident whose parts are to be seen when something is looked at; empty if none are."""
    return next((incident.id for incident in record.incidents if incident.id == subject.round), "")


def beginning(record: Record) -> Subject:
    """What is looked at first: the first incident that was told, else the whole call."""
    first = min(record.incidents, key=lambda incident: incident.order, default=None)
    return Subject(first.id) if first is not None else Subject()


def nearest(rows: Sequence[TreeRow], subject: Subject) -> int | None:
    """Which row is about something; the row of its incident where its own is not there."""
    wanted: Iterable[Subject] = (subject, Subject(subject.round), Subject())
    return next((n for one in wanted for n, row in enumerate(rows) if row.subject == one), None)


def dots(incident: Incident) -> str:
    """How far the needs of an incident are known, a glyph each."""
    return "".join(signs.COMPLETENESS[field.state] for field in incident.fields if field.needed)


class _Tree:
    def __init__(self, record: Record, schedule: Schedule, opened: str) -> None:
        self._record, self._opened = record, opened
        self._loop = schedule.incident_loop()
        self._items = schedule.items()
        self._untold = list(untold(record, schedule))
        self._rounds = {found.id: found for found in record.rounds}

    def rounds(self, parent: str, depth: int) -> Iterator[TreeRow]:
        """What is told within a round, in the order of telling, and what is not; then the rounds within it."""
        for incident in sorted(self._record.incidents, key=lambda incident: incident.order):
            if self._around(incident.parent) == parent:
                yield from self._incident(incident, depth)
        for lost in self._untold:
            if self._around(lost.parent) == parent:
                yield TreeRow("untold", lost.round, Subject(lost.round), depth, LOST, "not told")
        for found in self._rounds.values():
            if found.loop != self._loop and self._around(found.parent) == parent and found.id:
                yield TreeRow("round", found.label, Subject(found.id), depth, aside=self._answers(found))
                yield from self.rounds(found.id, depth + 1)

    def sections(self) -> Iterator[TreeRow]:
        """The sections of the schedule but for the incidents, each round's by itself."""
        runs: dict[tuple[str, ...], list[Entry]] = {}
        for entry in self._record.entries:
            if not self._is_of_incident(entry):
                runs.setdefault(entry.heading, []).append(entry)
        for heading, entries in runs.items():
            asked = [entry for entry in entries if entry.kind == Kind.ASK.value and entry.on_route]
            covered = sum(1 for entry in asked if entry.asked in COVERED)
            on_route = any(entry.on_route for entry in entries)
            figures = f"{covered}/{len(asked)}" if asked else ""
            subject, glyph = Subject(heading=heading), _glyph(covered, len(asked), on_route)
            yield TreeRow("section", self._title(entries[0]), subject, 1, glyph, figures)

    def _around(self, parent: str) -> str:
        return parent if parent in self._rounds else ""

    def _title(self, entry: Entry) -> str:
        located = self._items.get(entry.place.item)
        if located is not None and located.offers:
            return f"another {located.offers}?"
        found = self._rounds.get(entry.place.round)
        title = entry.heading[-1] if entry.heading else ""
        return f"{found.label if found else entry.place.round} {title}".strip()

    def _is_of_incident(self, entry: Entry) -> bool:
        located = self._items.get(entry.place.item)
        found = self._rounds.get(entry.place.round)
        is_in_one = found is not None and found.loop == self._loop
        return is_in_one or bool(located is not None and located.loops and located.loops[-1].id == self._loop)

    def _incident(self, incident: Incident, depth: int) -> Iterator[TreeRow]:
        is_open = incident.id == self._opened
        wishes = [field for field in incident.fields if not field.needed]
        told = sum(1 for field in wishes if field.state is not Completeness.MISSING)
        figures = f"{dots(incident)} {told}/{len(wishes)}" if wishes else dots(incident)
        yield TreeRow("incident", incident.label, Subject(incident.id), depth, "▾" if is_open else "▸", figures)
        if not is_open:
            return
        for field in incident.fields:
            state = field.state.value if field.needed and field.state is not Completeness.FILLED else ""
            missing_wish = not field.needed and field.state is Completeness.MISSING
            glyph = NO_NEED if missing_wish else signs.COMPLETENESS[field.state]
            yield TreeRow("part", field.key, Subject(incident.id, field.key), depth + 1, glyph, state)

    def _answers(self, found: RoundRecord) -> str:
        """The answers of a round that were chosen from several, else the name of its loop."""
        items = self._items
        chosen = [value for item, value in found.answers if item in items and items[item].item.answer.chooses_one]
        return ", ".join(chosen) or found.loop


def _glyph(covered: int, of: int, on_route: bool) -> str:
    if not on_route:
        return OFF_ROUTE
    if not of:
        return " "
    return "●" if covered == of else "◐" if covered else "○"
