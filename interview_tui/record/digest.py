"""A record in brief: what a study's table shows, sorts, filters and counts by, small enough to have all at hand."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Completeness, Incident, PlacedTurn, Record
from interview_tui.record.release import released
from interview_tui.record.review.changes import ReviewState
from interview_tui.schedule.model import Item, Kind, Schedule

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IncidentDigest:
    """An incident in brief.

    `key` is the schedule's own name of its round, `within` the label of the round around it, if there is one. `needs`
    are the parts that it needs, each with how well it is filled. `answers` are those of choices in its round and in the
    rounds around it, by item. `talk_ms` is how long was talked in it.
    """

    id: str
    label: str
    key: str
    within: str
    needs: tuple[tuple[str, Completeness], ...]
    answers: Pairs = ()
    talk_ms: int = 0

    @property
    def complete(self) -> bool:
        """Whether none of the needs is missing."""
        return all(state is not Completeness.MISSING for _, state in self.needs)


@dataclass(frozen=True, slots=True)
class Digest:
    """A record in brief; times in ms.

    `origin_ms` is the call clock of the first recorded sample, `recorded_ms` how much was recorded. `spoken_ms` is how
    long each speaker talked, `sections_ms` how long was talked in each section. `answers` has a pair for every choice
    that was made (item, value in words), one a round; consents are left out. `asked` counts the questions by how they
    were put. `doubts` are those that nobody has looked into.
    """

    case: str
    interviewer: str
    opened_wall_ms: int
    length_ms: int
    origin_ms: int
    recorded_ms: int
    ended: bool
    outcome: str
    rehearsal: bool
    transcribed: bool
    notes: int
    spoken_ms: tuple[tuple[str, int], ...]
    sections_ms: tuple[tuple[str, int], ...]
    incidents: tuple[IncidentDigest, ...]
    answers: Pairs
    asked: tuple[tuple[Asked, int], ...]
    doubts: int
    review: ReviewState

    def chosen(self, item: str) -> tuple[str, ...]:
        """What was chosen at an item, in the order of its rounds, each value once."""
        return tuple(dict.fromkeys(value for name, value in self.answers if name == item))


def digest_of(record: Record, schedule: Schedule, doubts: int | None = None) -> Digest:
    """A record in brief; `doubts` are those still open, without it all that there are. Nothing withheld is counted."""
    record = released(record)
    choices = {item.id for item in _choices(schedule)}
    titles = {section.title for located in schedule.walk() for section in located.sections}
    answers = [(entry.place, ", ".join(entry.answer)) for entry in record.entries if entry.place.item in choices]
    by_round: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, value in answers:
        if value:
            by_round[place.round].append((place.item, value))
    asked = Counter(entry.asked for entry in record.entries if entry.kind == Kind.ASK.value)
    return Digest(
        case=record.case,
        interviewer=record.interviewer,
        opened_wall_ms=record.opened_wall_ms,
        length_ms=_length_ms(record),
        origin_ms=record.origin_ms,
        recorded_ms=sum(span.end_ms - span.start_ms for span in record.spans),
        ended=record.ended_ms is not None,
        outcome=record.outcome,
        rehearsal=record.rehearsal,
        transcribed=record.provenance is not None,
        notes=len(record.notes),
        spoken_ms=tuple(_spoken_ms(record.turns).items()),
        sections_ms=tuple((name, ms) for name, ms in record.talk_ms if name in titles),
        incidents=tuple(_brief(record, incident, by_round) for incident in record.incidents),
        answers=tuple((place.item, value) for place, value in answers if value),
        asked=tuple((way, asked[way]) for way in Asked if asked[way]),
        doubts=len(record.doubts) if doubts is None else doubts,
        review=record.review,
    )


def to_json(digest: Digest) -> dict[str, Any]:
    """A digest as a JSON object."""
    return dataclasses.asdict(digest)


def from_json(data: dict[str, Any]) -> Digest:
    """The digest that `to_json` made this of.

    Raises:
        StorageError: it is none.
    """
    try:
        return Digest(
            **{
                **data,
                "spoken_ms": _tuples(data["spoken_ms"]),
                "sections_ms": _tuples(data["sections_ms"]),
                "answers": _tuples(data["answers"]),
                "review": ReviewState(data["review"]),
                "asked": tuple((Asked(way), count) for way, count in data["asked"]),
                "incidents": tuple(
                    IncidentDigest(
                        **{
                            **incident,
                            "needs": tuple((key, Completeness(state)) for key, state in incident["needs"]),
                            "answers": _tuples(incident["answers"]),
                        }
                    )
                    for incident in data["incidents"]
                ),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"The digest of an interview is damaged: {error}.", "It can be made again.") from error


def _tuples(pairs: Iterable[Iterable[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(pair) for pair in pairs)


def _choices(schedule: Schedule) -> Iterator[Item]:
    """The items of which one of several answers is chosen, but no consents."""
    for located in schedule.walk():
        if located.item.answer.chooses_one and located.item.consent is None:
            yield located.item


def _length_ms(record: Record) -> int:
    """From the opening to the end; of an interview that has none yet, to the end of what was recorded."""
    return record.ended_ms if record.ended_ms is not None else max((span.end_ms for span in record.spans), default=0)


def _spoken_ms(turns: Iterable[PlacedTurn]) -> dict[str, int]:
    spoken: dict[str, int] = defaultdict(int)
    for placed in turns:
        spoken[placed.turn.speaker] += placed.turn.end_ms - placed.turn.start_ms
    return spoken


def _brief(record: Record, incident: Incident, answers: dict[str, list[tuple[str, str]]]) -> IncidentDigest:
    rounds = {found.id: found for found in record.rounds}
    around = rounds.get(incident.parent)
    theirs, found = list(answers.get(incident.id, ())), around
    while found is not None:
        theirs += answers.get(found.id, ())
        found = rounds.get(found.parent)
    return IncidentDigest(
        id=incident.id,
        label=incident.label,
        key=incident.key,
        within=around.label if around else "",
        needs=tuple((field.key, field.state) for field in incident.fields if field.needed),
        answers=tuple(theirs),
        talk_ms=dict(record.talk_ms).get(incident.label, 0),
    )
