"""What reading and making records needs from the world outside. Each port has a fake in `tests/`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from interview_tui.interview.ports import Draft, Journal
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Clip, Timeline
from interview_tui.record.model import Record
from interview_tui.record.transcript import Transcript
from interview_tui.schedule.model import Schedule


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    """A line of the list of interviews."""

    case: str
    opened_wall_ms: int
    length_ms: int
    recorded_ms: int
    notes: int
    incidents: int
    ended: bool
    transcribed: bool
    rehearsal: bool
    where: str = ""  # the question at which an unfinished interview stands
    call_back: str = ""  # when an unfinished one is to go on, in the words that were agreed
    call_back_wall_ms: int = 0  # when that was agreed
    debrief_open: bool = False  # it has ended, was conducted here, and the interviewer is not through with the debrief


class Study(Protocol):
    """The interviews of a study."""

    @property
    def name(self) -> str:
        """The study's name."""
        ...

    def interviews(self) -> list[InterviewSummary]:
        """All interviews, the last opened first."""
        ...

    def interview(self, case: str) -> Interview:
        """The interview with a case, folded from its journal.

        Raises:
            StorageError: there is none, or its journal cannot be read.
        """
        ...

    def draft(self, case: str) -> Draft | None:
        """The half-typed line that an unfinished interview was left with."""
        ...

    def journal(self, case: str) -> Journal:
        """The journal to append to; made with the interview's first event."""
        ...

    def schedule(self, case: str) -> Schedule:
        """The schedule that an interview was begun with, from the text kept with it."""
        ...

    def keep_schedule(self, schedule: Schedule) -> None:
        """Keep a schedule's text, by its hash, before an interview is opened with it."""
        ...

    def audio_folder(self, case: str) -> Path:
        """Where the audio of a case lies (made if need be)."""
        ...

    def transcript(self, case: str) -> Transcript | None:
        """The transcript of a case, if there is one."""
        ...

    def record(self, case: str) -> Record:
        """The record of a case, merged from what is there now."""
        ...


class JobState(StrEnum):
    """What a transcription is doing."""

    WAITING = "waiting"
    LOADING = "loading the model"
    RUNNING = "transcribing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a transcription is: audio seconds done of all; `left_s` estimates the time left, None while unknown.

    `words` are the newest that were heard, `waiting` is how many other interviews wait for their turn.
    """

    case: str
    state: JobState
    done_s: float = 0.0
    total_s: float = 0.0
    left_s: float | None = None
    message: str = ""
    words: str = ""
    waiting: int = 0


class Transcriber(Protocol):
    """Makes transcripts, one at a time, in a process of its own; the others wait for their turn."""

    def begin(self, case: str, urgent: bool = False) -> None:
        """Transcribe a case, or go on where it was left: at once, or when those before it are done.

        An urgent one comes before all that are not; if one of these runs it is set aside.

        Raises:
            InterviewTuiError: it is its turn, but there is nothing to transcribe, or no process can be started.
        """
        ...

    def poll(self, case: str = "") -> JobProgress | None:
        """The newest progress of a case; without one, of whichever is being transcribed, else of the last that was.

        None where there is nothing to tell. Never waits.
        """
        ...

    def cancel(self, case: str = "") -> None:
        """Stop a case, or all of them; what is finished is kept."""
        ...

    def follow(self, case: str) -> None:
        """Hear what there is of a call that goes on, unnoticed by everything else; to be called again as it grows.

        Raises:
            InterviewTuiError: there is nothing to hear yet, or no process can be started.
        """
        ...

    def unfollow(self, case: str) -> None:
        """Hear no more of a call; nothing is written in its folder any more when this returns."""
        ...


SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
STEP_BACK_MS = 1_000
"""What is heard again when something paused is gone on with: one finds back into the sentence."""


class Player(Protocol):
    """Plays stretches of an interview. What is said to it about playing has no effect while nothing plays."""

    @property
    def available(self) -> bool:
        """Whether there is a sound device to play to."""
        ...

    @property
    def speed(self) -> float:
        """How fast it plays, now and whatever is played next; 1 is as it was spoken."""
        ...

    @property
    def paused(self) -> bool:
        """Whether something waits to be gone on with."""
        ...

    @property
    def trouble(self) -> str:
        """Why the last playing broke off by itself, and the way out; empty if it did not."""
        ...

    def play(self, timeline: Timeline, folder: Path, start_ms: int, end_ms: int) -> None:
        """Play from `start_ms` to `end_ms` of the call clock; replaces what is playing, or paused.

        Raises:
            AudioError: there is no device, or a file cannot be read.
        """
        ...

    def set_speed(self, speed: float) -> None:
        """Play at one of `SPEEDS` from now on, with the pitch kept; what is playing goes on from where it is."""
        ...

    def pause(self) -> None:
        """Fall silent and keep the place."""
        ...

    def resume(self, back_ms: int = STEP_BACK_MS) -> None:
        """Go on where it was paused, less a small step back."""
        ...

    def skip(self, by_ms: int) -> None:
        """Jump by so much of what was recorded, back beyond where it began, too; beyond the end it ends."""
        ...

    def stop(self) -> None:
        """Stop playing."""
        ...

    def at_ms(self) -> int | None:
        """The call clock of what is heard now, or was when it was paused; None when nothing plays. Never waits."""
        ...

    def clips(self, timeline: Timeline, start_ms: int, end_ms: int) -> list[Clip]:
        """What `play` would play."""
        ...
