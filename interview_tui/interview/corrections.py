"""What reviewers correct of a record once the call is over: events, as everything that happens to an interview is.

What the machine heard is never overwritten. A correction names the time at which something was said, and not the number
of a turn: so it holds for a transcription made anew as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.interview.events import Event


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


Correction = SpeakersSwapped | TurnGiven
