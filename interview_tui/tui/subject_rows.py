"""What is to be read of an incident, a part of it, a relationship, a section or the whole call: its rows, its sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from interview_tui.interview.events import Stretch
from interview_tui.record.missing import Lack, lacking, untold
from interview_tui.record.model import Completeness, Entry, Incident, Record
from interview_tui.record.summary import summary
from interview_tui.record.under_review import UnderReview
from interview_tui.schedule.model import Kind, Schedule
from interview_tui.tui import signs
from interview_tui.tui.incident_rows import LOST, NO_NEED, Subject
from interview_tui.tui.reading import Laid, Row

NOTHING = "Nothing was noted and nothing is transcribed."
NOTHING_HERE = "Nothing was told here."
WAS_ASKED = {
    Completeness.MISSING: "was asked, and nothing was told",
    Completeness.THIN: "was asked, and told in a few words",
}
NOT_TRANSCRIBED = "Not transcribed yet: t in the list of interviews transcribes it."


def subject_rows(found: UnderReview, subject: Subject) -> list[Row]:
    """What is to be read of it. Whatever is missing stands at its place, with what would have asked for it."""
    return list(_Subjects(found.record, found.schedule).rows(subject))


def subject_stretches(found: UnderReview, subject: Subject) -> tuple[Stretch, ...]:
    """Where its evidence lies, in the order of the call; of the whole call, all that was recorded."""
    return _Subjects(found.record, found.schedule).stretches(subject)


def subject_at(found: UnderReview, at_ms: int, before: Subject | None = None) -> Subject:
    """What is talked about at a moment (call clock, ms), or was last, as closely as what was looked at `before` it.

    Of an incident that is a part if it was a part; of the whole call, or where nothing is talked about, what it was.
    """
    record = found.record
    said = [each for each in record.turns if each.turn.start_ms <= at_ms]
    place = max(said, key=lambda each: each.turn.start_ms).place if said else None
    if place is None or before == Subject():
        return before or Subject()
    if any(incident.id == place.round for incident in record.incidents):
        located = found.interview.items.get(place.item)
        part = located.item.fills if located is not None and before is not None and before.part else ""
        return Subject(place.round, part)
    if before is not None and place.round and before == Subject(place.round):
        return before
    entry = next((entry for entry in record.entries if entry.place == place.whole), None)
    return Subject(heading=entry.heading) if entry is not None else before or Subject()


class _Subjects:
    def __init__(self, record: Record, schedule: Schedule) -> None:
        self._record, self._schedule = record, schedule
        self._laid = Laid(record)
        self._incidents = {incident.id: incident for incident in record.incidents}
        self._lacks = {(lack.incident, lack.key): lack for lack in lacking(record, schedule)}
        self._filling: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in record.entries:
            if entry.fills:
                self._filling[entry.place.round, entry.fills].append(entry)

    def rows(self, subject: Subject) -> Iterator[Row]:
        """The rows of a subject."""
        incident = self._incidents.get(subject.round)
        if incident is not None:
            yield from self._incident(incident, subject.part)
        elif subject != Subject():
            yield from self._entries(self._of(subject), subject)
        else:
            yield from self._call()

    def stretches(self, subject: Subject) -> tuple[Stretch, ...]:
        """Where its evidence lies."""
        if subject == Subject():
            return self._record.spans
        incident = self._incidents.get(subject.round)
        if incident is None:
            return self._laid.stretches(entry.evidence for entry in self._of(subject))
        parts = [field.evidence for field in incident.fields if field.key == subject.part]
        return self._laid.stretches(parts if subject.part else [incident.evidence])

    def _call(self) -> Iterator[Row]:
        """The course of the call, all that is missing in it, and what was told beside the incidents."""
        record = self._record
        yield Row("heading", "the call")
        yield from (Row("course", sentence) for sentence in summary(record))
        if not record.turns:
            yield Row("course", NOT_TRANSCRIBED if record.spans or record.notes else NOTHING)
        for incident in sorted(record.incidents, key=lambda incident: incident.order):
            yield Row("heading", f"{incident.label}: {_verdict(incident)}")
            for field in incident.fields:
                lack = self._lacks.get((incident.id, field.key))
                if lack is not None:
                    yield _missing(lack, f"{field.key}: ")
        lost = list(untold(record, self._schedule))
        if lost:
            yield Row("heading", "not told")
        for one in lost:
            yield Row("gap", f"{one.round}: “{one.opening}”", LOST, aside=one.asked.value)
        beside = [entry for entry in record.entries if entry.place.round not in self._incidents]
        yield from self._entries([entry for entry in beside if entry.evidence or entry.answer], Subject())

    def _incident(self, incident: Incident, part: str) -> Iterator[Row]:
        """The question that opened an incident, then its parts with their evidence; or only one of them."""
        yield Row("heading", f"{incident.label}: {_verdict(incident)}")
        if not part:
            entries = [entry for entry in self._record.entries if entry.place.round == incident.id]
            for entry in entries:
                if not entry.fills and (entry.evidence or entry.answer):
                    yield from self._laid.entry(entry)
        left: list[Row] = []
        for field in incident.fields:
            lack = self._lacks.get((incident.id, field.key))
            if part and field.key != part:
                continue
            if field.needed or field.evidence or part:
                filling = self._filling[incident.id, field.key]
                yield from self._laid.field(field, filling)
                if lack is not None and filling and (lack.was_asked or lack.probe != filling[0].question):
                    yield _missing(lack)
            elif lack is not None:
                left.append(_missing(lack, f"{field.key}: "))
        if left:
            yield Row("heading", "nice to have, and not told")
            yield from left

    def _of(self, subject: Subject) -> list[Entry]:
        """The entries of a section, or of a round."""
        if subject.heading:
            return [entry for entry in self._record.entries if entry.heading == subject.heading]
        return [entry for entry in self._record.entries if entry.place.round == subject.round]

    def _entries(self, entries: Sequence[Entry], subject: Subject) -> Iterator[Row]:
        """Questions under their headings, with what was said: those that were passed over as well, if they count."""
        heading: tuple[str, ...] | None = None
        lost = any(one.round == subject.round for one in untold(self._record, self._schedule))
        for entry in entries:
            is_told = bool(entry.evidence or entry.answer)
            counts = entry.on_route and (entry.kind == Kind.ASK.value or bool(entry.fills and subject.round))
            if not (is_told or counts):
                continue
            if entry.heading != heading:
                heading = entry.heading
                yield Row("heading", f"{subject.round}: not told" if lost else " › ".join(heading))
            yield from self._laid.entry(entry)
        if heading is None and subject != Subject():
            yield Row("heading", NOTHING_HERE)


def _verdict(incident: Incident) -> str:
    """`complete`, or which of its needs are missing or thin."""
    missing = [field.key for field in incident.fields if field.needed and field.state is Completeness.MISSING]
    thin = [field.key for field in incident.fields if field.needed and field.state is Completeness.THIN]
    told = [f"{', '.join(keys)} {what}" for keys, what in ((missing, "missing"), (thin, "thin")) if keys]
    return " · ".join(told) or "complete"


def _missing(lack: Lack, name: str = "") -> Row:
    """What would have asked for a part, and why it did not; or that it did."""
    is_wish = not lack.needed and lack.state is Completeness.MISSING
    sign = NO_NEED if is_wish else signs.COMPLETENESS[lack.state]
    asked = lack.asked.value if name else f"would have asked for it: {lack.asked.value}"
    return Row("gap", f"{name}“{lack.probe}”", sign, aside=WAS_ASKED[lack.state] if lack.was_asked else asked)
