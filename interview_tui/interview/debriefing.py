"""What there is to write down straight after an interview, while it is fresh: the boxes of its debrief.

Nothing in it must be filled in. A box about something is there only while that is on the record: what was withheld is
asked about nowhere, and what was written about it is shown nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.interview import route
from interview_tui.interview.events import DebriefWritten, Erased, Event, Kept, Place, Stretch
from interview_tui.interview.facts import Withholding, joined
from interview_tui.interview.outcomes import COMPLETE
from interview_tui.interview.proceedings import NO_TIME
from interview_tui.interview.state import Interview

ABOUT_NOTE, TOLD, FIRST_HAND = "note/", "told/", "first_hand/"
THINGS = 3
COME_BACK = "?"
LEAST_TOLD_MS = 15_000
"""Less talk than this at its questions is no incident told: the screen may only have stood there."""

Choices = tuple[tuple[str, str], ...]
FULLNESS: Choices = (("f", "full"), ("p", "partial"), ("v", "vague"))
AT_FIRST_HAND: Choices = (("y", "first-hand"), ("n", "not first-hand"))
PRESENCE: Choices = (("n", "nobody else"), ("y", "somebody could hear"))
REASONS: Choices = (
    ("1", NO_TIME),
    ("2", "judged inappropriate"),
    ("3", "answered elsewhere"),
    ("4", "refused"),
    ("5", "forgotten"),
)


class Part(StrEnum):
    """The parts of a debrief, in order."""

    CALL = "The call"
    INCIDENTS = "The incidents"
    COME_BACK = "To come back to"
    UNASKED = "Must-asks that were not asked"
    THINGS = "Three things to remember"


@dataclass(frozen=True, slots=True)
class Box:
    """Something to write down. `choices` are codes for what is often written there; anything else may be as well.

    `place` is the must-ask whose reason it holds. `exported` is False for what is nobody's but the interviewer's.
    """

    key: str
    part: Part
    label: str
    choices: Choices = ()
    place: Place | None = None
    exported: bool = True

    def read(self, text: str) -> str:
        """What a text typed here means: what its code stands for, else the text itself."""
        typed = text.strip()
        return dict(self.choices).get(typed.lower(), typed)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is withheld: notes, and milliseconds of audio."""

    notes: int
    recorded_ms: int


def boxes(interview: Interview) -> tuple[Box, ...]:
    """All there is to write down, in order."""
    return (
        *_about_the_call(),
        *_about_incidents(interview),
        *_about_notes(interview),
        *_unasked(interview),
        *_things(),
    )


def written(interview: Interview, box: Box) -> str:
    """What stands in a box."""
    if box.place is not None:
        return interview.covered(box.place).reason
    return interview.course.debrief.get(box.key, "")


def exported(interview: Interview) -> tuple[tuple[str, str], ...]:
    """What was written down, under what it was asked as; nothing of an interview of which nothing may be kept."""
    if interview.course.kept is Kept.NOTHING:
        return ()
    found = ((box, written(interview, box)) for box in boxes(interview) if box.exported and box.place is None)
    return tuple((box.label, text) for box, text in found if text)


def extent(interview: Interview, found: Withholding) -> Extent:
    """What a withholding holds."""
    spans = [Stretch(span.start_ms, span.end_ms) for span in interview.spans.values() if span.closed]
    recorded_ms = sum(shared_ms(stretch, span) for stretch in found.stretches for span in spans)
    return Extent(len(found.notes), recorded_ms)


def shared_ms(one: Stretch, other: Stretch) -> int:
    """How long two stretches overlap."""
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))


def remains(events: Sequence[Event], found: Withholding) -> Mapping[int, Event]:
    """What stands in the journal of what was written about withheld notes and rounds, once these are destroyed: by
    position.
    """
    keys = {f"{ABOUT_NOTE}{note}" for note in found.notes}
    keys |= {f"{about}{name}" for about in (TOLD, FIRST_HAND) for name in found.rounds}
    return {
        number: Erased(at_ms=event.at_ms, wall_ms=event.wall_ms, withheld=found.id)
        for number, event in enumerate(events)
        if isinstance(event, DebriefWritten) and event.box in keys
    }


def _about_the_call() -> Iterator[Box]:
    yield Box("went", Part.CALL, "How did it go?")
    yield Box("rapport", Part.CALL, "Rapport")
    yield Box("third_party", Part.CALL, "Could anybody else hear?", PRESENCE)


def _about_incidents(interview: Interview) -> Iterator[Box]:
    loop = interview.schedule.incident_loop()
    for found in interview.rounds.values():
        if found.loop == loop and _is_told(interview, found.id):
            label = route.label(interview, found.id)
            yield Box(f"{TOLD}{found.id}", Part.INCIDENTS, f"{label}: how fully was it told?", FULLNESS)
            yield Box(f"{FIRST_HAND}{found.id}", Part.INCIDENTS, f"{label}: were they there themselves?", AT_FIRST_HAND)


def _is_told(interview: Interview, round_id: str) -> bool:
    """Whether anything of an incident is on the record: a note, an answer, or some talk at its questions."""
    if any(place.round == round_id for place in interview.answers):
        return True
    if any(place.round == round_id for note in interview.notes.values() for place in note.places):
        return True
    withheld = joined(interview.withheld())
    spent = [Stretch(visit.start_ms, visit.end_ms) for visit in interview.visits() if visit.place.round == round_id]
    hidden_ms = sum(shared_ms(stretch, away) for stretch in spent for away in withheld)
    return sum(stretch.end_ms - stretch.start_ms for stretch in spent) - hidden_ms >= LEAST_TOLD_MS


def _about_notes(interview: Interview) -> Iterator[Box]:
    """A box for every note that was marked to be come back to.

    One that was typed before consent, or kept though it is about talk that was taken back, is the interviewer's only.
    """
    withheld = interview.withheld()
    marked = [note for note in interview.notes.values() if note.mark == COME_BACK]
    for note in sorted(marked, key=lambda note: note.entered_ms):
        is_hers = note.before_consent or any(
            stretch.holds(at_ms) for stretch in withheld for at_ms in (note.about_ms, note.first_key_ms)
        )
        yield Box(f"{ABOUT_NOTE}{note.id}", Part.COME_BACK, f"{COME_BACK} {note.text}", exported=not is_hers)


def _unasked(interview: Interview) -> Iterator[Box]:
    """The must-asks that were not asked, in asking order, whether a reason was given or not."""
    if interview.course.outcome == COMPLETE.code:
        for step in route.must_left(interview):
            where = f"{route.label(interview, step.place.round)}: " if step.place.round else ""
            asked = f"{where}{route.wording(interview, step.place)}"
            key = f"must/{step.place.item}@{step.place.round}"
            yield Box(key, Part.UNASKED, asked, REASONS, step.place.whole)


def _things() -> Iterator[Box]:
    for number in range(1, THINGS + 1):
        yield Box(f"thing/{number}", Part.THINGS, f"{number}.")
