"""What the incidents of a record lack, and the question or probe that would have asked for it.

To Flanagan (1954) an incident must be complete enough in itself to infer from, and full, precise detail is the sign
that it is remembered as it was: so a part told in a few words is named beside those that were not told at all. Which
parts there are and which of them are needed is the schedule's to say. A need is asked for outright, what is nice to
have only by a gap probe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview_tui.interview.events import Place
from interview_tui.record.fidelity import REACHED, Asked
from interview_tui.record.model import Completeness, Entry, Field, Record
from interview_tui.schedule.model import Kind, Schedule
from interview_tui.schedule.wording import speak

QUESTIONS = (Kind.ASK.value, Kind.PROBE.value)


@dataclass(frozen=True, slots=True)
class Lack:
    """A part of an incident that is missing, or thin.

    `probe` is what would have asked for it, as worded in this call, at `place` (None: the schedule asks for it nowhere,
    and `probe` is how it words the part). `asked` is what became of it.
    """

    incident: str
    key: str
    needed: bool
    state: Completeness
    probe: str
    place: Place | None = None
    asked: Asked = Asked.NOT_REACHED

    @property
    def was_asked(self) -> bool:
        """Whether the probe was put, so that it is the answer which is missing or thin."""
        return self.asked in REACHED


@dataclass(frozen=True, slots=True)
class Untold:
    """An incident that the schedule asks for and that was not told: its round, the question that opens it.

    `parent` is the round around it, `asked` what became of the question.
    """

    round: str
    parent: str
    opening: str
    asked: Asked


def lacking(record: Record, schedule: Schedule) -> tuple[Lack, ...]:
    """What each incident lacks, in the order of the incidents, the needs of each before what is nice to have."""
    asking: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in record.entries:
        if entry.fills and entry.kind in QUESTIONS:
            asking[entry.place.round, entry.fills].append(entry)
    return tuple(
        _lack(incident.id, field, asking[incident.id, field.key], schedule)
        for incident in record.incidents
        for field in incident.fields
        if field.state is not Completeness.FILLED
    )


def untold(record: Record, schedule: Schedule) -> Iterator[Untold]:
    """The incidents that the schedule names and that nobody told, in asking order; none that is off route."""
    items, loop = schedule.items(), schedule.incident_loop()
    told = {incident.id for incident in record.incidents}
    parents = {found.id: found.parent for found in record.rounds}
    for entry in record.entries:
        located, name = items.get(entry.place.item), entry.place.round
        if located is None or not located.opens or located.loops[-1].id != loop:
            continue
        if entry.on_route and name not in told:
            around = parents.get(name, name.removesuffix(f"-{located.opens}"))
            yield Untold(name, around if around != name else "", entry.question, entry.asked)


def _lack(incident: str, field: Field, asking: Sequence[Entry], schedule: Schedule) -> Lack:
    """The first question for a part that was not put would have asked for it; after them all, the last once more."""
    on_route = [entry for entry in asking if entry.on_route] or asking
    left = [entry for entry in on_route if entry.asked not in REACHED]
    if not on_route:
        return Lack(incident, field.key, field.needed, field.state, speak(field.question, schedule, lambda _: None))
    entry = left[0] if left else on_route[-1]
    return Lack(incident, field.key, field.needed, field.state, entry.question, entry.place, entry.asked)
