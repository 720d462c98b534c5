"""An interview as the figures of a study need it: small enough to have those of a whole study at hand. No words."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interview_tui.credibility.figures import Fidelity
from interview_tui.errors import StorageError
from interview_tui.interview.events import How, Place, Stretch
from interview_tui.interview.facts import Visit
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Entry, Incident, Record
from interview_tui.record.release import released
from interview_tui.record.summary import COVERED, keeping
from interview_tui.schedule.model import Kind, Priority, Schedule

Kinds = tuple[tuple[str, str], ...]
"""What something is of: pairs of what it is told apart by (the id of an item or loop) and which kind."""


@dataclass(frozen=True, slots=True)
class AppraisedIncident:
    """An incident: the id of its round, its kinds, and the stretch in which it was told (call clock, ms; 0 to 0: none).

    Its kinds are the answers of choices in its round and those around it, and the keys of these rounds where they are
    named ones.
    """

    id: str
    kinds: Kinds
    start_ms: int = 0
    end_ms: int = 0

    @property
    def stretch(self) -> Stretch:
        """Where it was told."""
        return Stretch(self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True)
class Appraised:
    """How an interview kept to its schedule, its incidents in the order of telling, and its kinds outside all rounds.

    `counts` says whether it is one of those that the figures are of: it has ended, is no rehearsal, and somebody took
    part.
    """

    fidelity: Fidelity
    kinds: Kinds
    incidents: tuple[AppraisedIncident, ...]
    counts: bool

    @property
    def case(self) -> str:
        """Its case."""
        return self.fidelity.case


NO_INTERVIEW = ("refused", "withdrawn", "not eligible")
"""Outcomes (`interview.outcomes`) after which nobody took part."""


def appraised(record: Record, schedule: Schedule, visits: Iterable[Visit] = (), gaps: int = 0) -> Appraised:
    """What figures need of a record. Nothing withheld is counted.

    `visits` are where she was when: they tell of questions of which nothing was recorded when they were asked. `gaps`
    is how often sound was missing that should have been recorded.
    """
    record = released(record)
    choices = {
        name: found
        for name, found in schedule.items().items()
        if found.item.answer.chooses_one and found.item.consent is None
    }
    given = [
        (entry.place.round, (entry.place.item, ", ".join(entry.answer)))
        for entry in record.entries
        if entry.answer and entry.place.item in choices
    ]
    named = {name for name, (loop, _) in schedule.loops().items() if loop.named}
    return Appraised(
        fidelity=_fidelity(record, schedule, visits, gaps),
        kinds=tuple(pair for name, pair in given if not name),
        incidents=tuple(
            _incident(record, one, given, named) for one in sorted(record.incidents, key=lambda one: one.order)
        ),
        counts=record.ended_ms is not None and not record.rehearsal and record.outcome not in NO_INTERVIEW,
    )


def _incident(
    record: Record, incident: Incident, given: Iterable[tuple[str, tuple[str, str]]], named: Collection[str]
) -> AppraisedIncident:
    rounds = {one.id: one for one in record.rounds}
    around, name = [], incident.id
    while name in rounds and rounds[name] not in around:
        around.append(rounds[name])
        name = rounds[name].parent
    within = {one.id for one in around}
    keys = tuple((one.loop, one.key) for one in around if one.loop in named)
    audio = incident.evidence.audio
    return AppraisedIncident(
        id=incident.id,
        kinds=(*keys, *(pair for name, pair in given if name in within)),
        start_ms=audio.start_ms if audio else 0,
        end_ms=audio.end_ms if audio else 0,
    )


def _fidelity(record: Record, schedule: Schedule, visits: Iterable[Visit], gaps: int) -> Fidelity:
    kept = keeping(record)
    titles = {section.title for located in schedule.walk() for section in located.sections}
    musts = {name for name, found in schedule.items().items() if found.item.priority is Priority.MUST}
    questions = [one for one in record.entries if one.kind == Kind.ASK.value and one.on_route]
    must = [one for one in questions if one.place.item in musts]
    talk_ms = dict(record.talk_ms)
    return Fidelity(
        case=record.case,
        opened_wall_ms=record.opened_wall_ms,
        schedule_version=record.schedule_version,
        on_route=kept.on_route,
        covered=kept.covered,
        skipped=sum(1 for one in questions if one.how is How.SKIPPED and one.reason and one.asked not in COVERED),
        heard=kept.heard,
        worded=kept.worded,
        out_of_order=out_of_order(_asked_at(record, questions, _stays(visits))),
        length_ms=record.ended_ms or max((span.end_ms for span in record.spans), default=0),
        recorded_ms=sum(span.end_ms - span.start_ms for span in record.spans),
        gaps=gaps,
        incidents_ms=sum(talk_ms.get(label, 0) for label in dict.fromkeys(one.label for one in record.incidents)),
        sections_ms=tuple((name, ms) for name, ms in record.talk_ms if name in titles),
        musts=len(must),
        musts_covered=sum(1 for one in must if one.asked in COVERED),
    )


def _stays(visits: Iterable[Visit]) -> Mapping[Place, int]:
    """When she came to each place to stay: the beginning of her longest visit there."""
    longest: dict[Place, Visit] = {}
    for visit in visits:
        before = longest.get(visit.place.whole)
        if before is None or visit.end_ms - visit.start_ms > before.end_ms - before.start_ms:
            longest[visit.place.whole] = visit
    return {place: visit.start_ms for place, visit in longest.items()}


def _asked_at(record: Record, questions: Iterable[Entry], stays: Mapping[Place, int]) -> Iterator[int]:
    """When each question was asked, in the schedule's order: when it was heard, or else when she was there."""
    starts = {placed.turn.number: placed.turn.start_ms for placed in record.turns}
    for one in questions:
        turns = [starts[number] for number in one.evidence.turns if number in starts]
        if one.asked in (Asked.WORDED, Asked.PARAPHRASED) and turns:
            yield min(turns)
        elif one.asked is Asked.ASKED and one.place in stays:
            yield stays[one.place]


def out_of_order(times: Iterable[int]) -> int:
    """Of things in the order in which they should come, the fewest that must go for the rest to come so.

    What is left is a longest sequence that never falls (patience sorting; Schensted 1961).
    """
    ends: list[int] = []
    count = 0
    for time in times:
        count += 1
        at = bisect_left(ends, time + 1)
        ends[at : at + 1] = [time]
    return count - len(ends)


def to_json(one: Appraised) -> dict[str, Any]:
    """It as a JSON object."""
    return dataclasses.asdict(one)


def from_json(data: Mapping[str, Any]) -> Appraised:
    """What `to_json` made this of.

    Raises:
        StorageError: it is nothing of the kind.
    """
    try:
        fidelity = Fidelity(**{**data["fidelity"], "sections_ms": _pairs(data["fidelity"]["sections_ms"])})
        incidents = tuple(AppraisedIncident(**{**one, "kinds": _pairs(one["kinds"])}) for one in data["incidents"])
        return Appraised(fidelity, _pairs(data["kinds"]), incidents, bool(data["counts"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"The figures of an interview are damaged: {error}.", "They can be made again.") from error


def _pairs(pairs: Iterable[Iterable[Any]]) -> tuple[tuple[Any, Any], ...]:
    return tuple((first, second) for first, second in pairs)
