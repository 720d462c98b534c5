"""What the app is handed: the study, and what opens, plays, transcribes and exports its interviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from interview_tui.credibility.ports import CodingDesk
from interview_tui.fieldwork.ports import CaseBook, IdentityBook, Tallies
from interview_tui.interview.call import Call
from interview_tui.interview.ports import DeviceCheck, Power
from interview_tui.record.export_ports import Exports
from interview_tui.record.ports import JobState, Player, Study, Transcriber
from interview_tui.record.review_ports import Overview, PseudonymBook, Reviews
from interview_tui.tui.commands import LIVE, Command
from interview_tui.tui.destinations import Destination
from interview_tui.tui.export_choice import LastChoice
from interview_tui.tui.idle_lock import IdleLock
from interview_tui.tui.readiness import Prospect
from interview_tui.tui.themes import CHOICES

AT_WORK = (JobState.WAITING, JobState.LOADING, JobState.RUNNING)
"""The states of a transcription that has not ended."""


@dataclass(frozen=True, slots=True)
class Adapters:
    """The world outside, as arguments.

    `open_call` opens a new interview with a case, or goes on with an unfinished one: journal at hand, recorder held,
    spans mended. `reopen` opens one that has ended, for its debrief. `destroy` destroys what was withheld in an
    interview that has ended (by its id), appends that to the call's journal, and gives the certificate. These may take
    their time (they are called in a thread) and raise an `InterviewTuiError` if they cannot. `prospect` tells what a
    new interview would begin with, `sound_check` gives a fresh sound check: these two as well. `power` is what feeds
    the machine, None where it does not tell. `hears_along` says whether the study wants calls transcribed while they go
    on. `idle_lock` locks the identities when nobody is there. `last_choice` is what was chosen when something was last
    exported.
    """

    study: Study
    open_call: Callable[[str], Call]
    reopen: Callable[[str], Call]
    destroy: Callable[[Call, str], Path]
    reviews: Reviews
    overview: Overview
    pseudonyms: PseudonymBook
    prospect: Callable[[], Prospect]
    sound_check: Callable[[], DeviceCheck]
    power: Callable[[], Power | None]
    transcriber: Transcriber
    player: Player
    exports: Exports
    cases: CaseBook
    identities: IdentityBook
    tallies: Tallies
    coding: CodingDesk
    idle_lock: IdleLock
    hears_along: Callable[[], bool] = field(default=lambda: False)
    last_choice: LastChoice = field(default_factory=LastChoice)


@dataclass(frozen=True, slots=True)
class Personal:
    """What this person prefers: the theme, the keys of the live screen, and where to keep a theme that is chosen.

    `sentences` say what of the preferences could not be used.
    """

    theme: str = CHOICES[0]
    live: tuple[Command, ...] = LIVE
    sentences: tuple[str, ...] = ()
    keep_theme: Callable[[str], None] = field(default=lambda _: None)


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


@dataclass(frozen=True, slots=True)
class Review:
    """Start with a screen for review."""

    to: Destination


Start = Home | Conduct | Read | Review
"""The screen that the app starts with."""
