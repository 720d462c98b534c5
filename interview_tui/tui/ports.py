"""What the app is handed: the study, and what opens, plays, transcribes and exports its interviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview_tui.interview.call import Call
from interview_tui.record.ports import Exports, JobState, Player, Study, Transcriber

AT_WORK = (JobState.WAITING, JobState.LOADING, JobState.RUNNING)
"""The states of a transcription that has not ended."""


@dataclass(frozen=True, slots=True)
class Adapters:
    """The world outside, as arguments.

    `open_call` opens a new interview with a case, or goes on with an unfinished one: journal at hand, recorder held,
    spans mended. It may take its time (it is called in a thread) and raises an `InterviewTuiError` if it cannot.
    """

    study: Study
    open_call: Callable[[str], Call]
    transcriber: Transcriber
    player: Player
    exports: Exports


@dataclass(frozen=True, slots=True)
class Home:
    """Start with the list of interviews."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """Start with the call to a case."""

    case: str


@dataclass(frozen=True, slots=True)
class Read:
    """Start with the record of a case."""

    case: str


Start = Home | Conduct | Read
"""The screen that the app starts with."""
