"""What is known of an interview, piece by piece: notes, coverage, visits, what was withheld, a line that dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interview_tui.interview.events import How, Level, Place, Stretch


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
class Given:
    """An answer as it was given at `at_ms`; a later one replaces it, and nothing erases it."""

    at_ms: int
    value: tuple[str, ...]


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

    def hides(self, place: Place, given: Given) -> bool:
        """Whether an answer at a place is withheld with it."""
        return place in self.answers and any(stretch.holds(given.at_ms) for stretch in self.stretches)


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
