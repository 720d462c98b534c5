"""What reviewers correct of a record once the call is over: events, as everything that happens to an interview is.

What the machine heard and what the merge found is never overwritten. A correction names the time at which something was
said, and not the number of a turn: so it holds for a transcription made anew as well. Stretches are call clock, ms, end
exclusive; of two corrections of the same talk the later one holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.interview.events import Event, Place


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who speaks in a stretch of the call clock (ms, end exclusive), by the name that transcripts have for them."""

    start_ms: int
    end_ms: int
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersSwapped(Event):
    """The two speakers of the whole call had been taken for one another. `landmarks` tell who speaks where instead.

    A transcription made anew may have them right by itself. That shows at the landmarks.
    """

    landmarks: tuple[Speaking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnGiven(Event):
    """What is said in this stretch (call clock, ms) is `speaker`'s; empty: whose it was heard to be, after all."""

    start_ms: int
    end_ms: int
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPlaced(Event):
    """What is said in this stretch belongs to this place; None: to no question."""

    start_ms: int
    end_ms: int
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkReleased(Event):
    """What is said in this stretch belongs where the merge finds that it does, after all."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTied(Event):
    """A note is about what was said at this moment (call clock, ms); None: what the merge finds, after all."""

    note: str
    about_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePlaced(Event):
    """A note belongs to these places and no others; none: where the merge finds that it does, after all.

    `NoteFiled` is the interviewer's own filing in the call: it covers questions, and the merge weighs it. This does
    neither.
    """

    note: str
    places: tuple[Place, ...]


Correction = SpeakersSwapped | TurnGiven | TalkPlaced | TalkReleased | NoteTied | NotePlaced
