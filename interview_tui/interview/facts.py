"""What is known of an interview, piece by piece: notes, coverage, visits, what was withheld, a line that dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TalkReleased, TurnGiven
from interview_tui.interview.events import (
    Answered,
    Covered,
    Erased,
    Event,
    Flagged,
    How,
    Level,
    NoteFiled,
    NoteTaken,
    Place,
    Stretch,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it stands: see `events.NoteTaken`; `places` are its homes now. Times are call clock, ms."""

    id: str
    text: str
    mark: str
    names: tuple[str, ...]
    first_key_ms: int
    entered_ms: int
    about_ms: int
    places: tuple[Place, ...]
    before_consent: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far an item is covered, how it came about, and the notes that are linked to it."""

    level: Level = Level.OPEN
    how: How | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """A stretch of time at a place, on the call clock (ms), end exclusive."""

    place: Place
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A flagged moment."""

    id: str
    at_ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Withholding:
    """Talk that was taken back: see `events.Withheld`."""

    id: str
    at_ms: int
    stretches: tuple[Stretch, ...]
    notes: tuple[str, ...]
    answers: tuple[Place, ...]
    scope: str = ""
    destroyed: bool = False
    rounds: tuple[str, ...] = ()

    def leaves(self, event: Event) -> Event:
        """What is left of an event without what is withheld: itself, itself without a link to a note, or `Erased`.

        Moves from question to question are the interviewer's own and stay: the times of everything after them hang on
        them. So does what she marked as covered. A correction goes if it is of a note that is withheld, or of talk all
        of which is: where that belongs would tell what it was about.
        """
        inside = any(stretch.holds(event.at_ms) for stretch in self.stretches)
        match event:
            case NoteTaken() | NoteFiled() | NoteTied() | NotePlaced() if event.note in self.notes:
                return self._erased(event)
            case Covered() if event.note in self.notes or event.place.round in self.rounds:
                note = "" if event.note in self.notes else event.note
                return replace(event, note=note, reason="" if event.place.round in self.rounds else event.reason)
            case Answered() if inside and replace(event.place, line=event.line) in self.answers:
                return self._erased(event)
            case Flagged() if inside:
                return self._erased(event)
            case NoteTied(about_ms=int(about_ms)) if lies_within(Stretch(about_ms, about_ms + 1), self.stretches):
                return self._erased(event)
            case TurnGiven() | TalkPlaced() | TalkReleased():
                whole = lies_within(Stretch(event.start_ms, event.end_ms), self.stretches)
                return self._erased(event) if whole else event
        return event

    def _erased(self, event: Event) -> Erased:
        return Erased(at_ms=event.at_ms, wall_ms=event.wall_ms, withheld=self.id)


@dataclass(frozen=True, slots=True)
class Drop:
    """The line went dead at `at_ms`, when the interviewer was at `place`; how often the participant was rung again.

    `ended_ms` is when they were back; None while they are not.
    """

    at_ms: int
    place: Place
    redials: int = 0
    ended_ms: int | None = None


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time in as few stretches as possible, in order."""
    found: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda one: one.start_ms):
        if found and stretch.start_ms <= found[-1].end_ms:
            found[-1] = Stretch(found[-1].start_ms, max(found[-1].end_ms, stretch.end_ms))
        elif stretch.end_ms > stretch.start_ms:
            found.append(stretch)
    return tuple(found)


def lies_within(stretch: Stretch, others: Iterable[Stretch]) -> bool:
    """Whether the whole of a stretch lies in others."""
    return any(other.start_ms <= stretch.start_ms and stretch.end_ms <= other.end_ms for other in joined(others))
