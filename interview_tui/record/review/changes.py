"""What a reviewer can change, beside the corrections of who speaks and where talk belongs (`interview.corrections`).

A change names the time at which something was said and whom the machine heard (`heard`: a transcript's speaker), never
the number of a turn or a word: so it finds its place again however other changes cut the turns. Stretches are call
clock, ms, end exclusive; a word lies in one if its middle does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interview_tui.interview.corrections import Correction
from interview_tui.interview.events import Event

INAUDIBLE = "[inaudible]"


class ReviewState(StrEnum):
    """How far the review of an interview is. Going back is possible; that is a change as well."""

    TRANSCRIBED = "transcribed"
    CHECKED = "checked"
    PSEUDONYMISED = "pseudonymised"
    SIGNED_OFF = "signed off"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsCorrected(Event):
    """In this stretch `after` was said, not `before`; either may be empty. `before` is what stood there then."""

    start_ms: int
    end_ms: int
    heard: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCut(Event):
    """A turn is cut before the word that is being said, or comes next, at this moment (call clock, ms)."""

    cut_ms: int
    heard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsJoined(Event):
    """The turn of this speaker that is being said, or was last said, at this moment goes on in their next one."""

    cut_ms: int
    heard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted(Event):
    """What is said in this stretch is worth quoting; `comment` says what for."""

    start_ms: int
    end_ms: int
    heard: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Event):
    """A doubt about this stretch was looked into: it was put right, or is right as it is. `doubt` is its kind."""

    start_ms: int
    end_ms: int
    doubt: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateReached(Event):
    """The review is as far as this."""

    state: ReviewState
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Event):
    """An edit, by its id, holds no more; if that was such a change itself, what it had undone holds again."""

    edit: str


Change = WordsCorrected | TurnCut | TurnsJoined | Quoted | Settled | StateReached | Undone | Correction
"""Everything that can be changed in a review."""
