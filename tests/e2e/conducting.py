"""A call conducted by keys in a terminal, with its recorder, and the study on disk as another process sees it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import psutil

from interview_tui.audio import files
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.processes.control import Contact
from interview_tui.audio.recording.recorder import CONTACT_NAME
from interview_tui.bootstrap import ready_study
from interview_tui.interview.events import Event, InterviewEnded, NoteTaken, SpanClosed, SpanOpened
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span
from interview_tui.store.settings import write_settings
from interview_tui.store.study import SETTINGS_FILE, StudyFolder
from tests.e2e.screen import Screen
from tests.e2e.terminal import PROGRAM, Terminal, until

CASE = "P07"
SIZE = (120, 36)
WAV_HEADER = 44
STEREO_FRAME = 4
LONGEST_S = 120.0
E = TypeVar("E", bound=Event)


class Conducted:
    """The interview with `CASE` in a study of its own; `recording` is played as the call.

    A note is about what was said `lag_ms` before its first key.
    """

    def __init__(self, folder: Path, recording: Path, lag_ms: int = 3000) -> None:
        self.folder = folder
        self._recording = recording
        self._is_running = False
        ready = ready_study(folder)
        settings = replace(ready.settings, lag_ms=lag_ms)
        write_settings(folder / SETTINGS_FILE, settings)
        self.study = StudyFolder.open(folder)
        self.audio_folder = folder / "recordings" / CASE

    def start(self, program: tuple[str, ...] = PROGRAM) -> None:
        """Begin the interview, or go on with it."""
        rehearsed = ("conduct", CASE, "--rehearse", str(self._recording))
        self.open(*rehearsed, program=program)
        self.until_shown("↵")
        self.until("the first events", lambda: self.events(Event))

    def open(self, *arguments: str, program: tuple[str, ...] = PROGRAM) -> None:
        """Run the program in a terminal of its own."""
        self._fed = 0
        self.screen = Screen(*SIZE)
        self.terminal = Terminal("--study", str(self.folder), *arguments, size=SIZE, program=program)
        self._is_running = True

    def press(self, *keys: str) -> None:
        """Keys in one burst."""
        self.terminal.press(*keys)

    def press_timed(self, *keys: str) -> tuple[float, float]:
        """Keys in one burst; the wall clock (ms) before it, and when the program had taken them."""
        before = time.time()
        self.press(*keys)
        self.until("the keys being read", lambda: self.terminal.has_read_all)
        return before * 1000, time.time() * 1000

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the window."""
        self._paint()
        self.screen.resize(columns, rows)
        self.terminal.resize(columns, rows)

    def go_to(self, words: str) -> None:
        """Go to a question by words of it."""
        self.press("ctrl+g", words, "enter")

    def consent(self) -> None:
        """They take part and may be recorded."""
        self.go_to("happy to take part")
        self.press("y", "enter")
        self.go_to("tape-record")
        self.press("y", "enter")
        self.until("consent", lambda: len(self.interview.consents) == 2)

    def record(self, seconds: float = 0.5) -> None:
        """Ask for consent, and record for so long."""
        self.consent()
        self.press("ctrl+r")
        self.until_recorded(seconds)

    def note(self, text: str) -> NoteTaken:
        """Type a note, and wait until it is on disk."""
        known = len(self.events(NoteTaken))
        self.press(text, "enter")
        self.until(f"the note {text}", lambda: len(self.events(NoteTaken)) > known)
        return self.events(NoteTaken)[-1]

    def end(self) -> None:
        """End the interview, leave its debrief for later, leave the program."""
        self.press("ctrl+l", "e", "enter")
        self.until("the end", lambda: self.events(InterviewEnded))
        self.until_shown("How did it go?")
        self.press("ctrl+q")
        self.until_shown("has ended")
        self.quit()

    def quit(self) -> None:
        """Leave the program from the list of interviews."""
        self.press("ctrl+q")
        assert self.terminal.wait() == 0
        self._is_running = False

    def signal(self, signum: int) -> None:
        """Send the program a signal."""
        os.kill(self.terminal.pid, signum)

    def kill(self, *, with_recorder: bool) -> None:
        """kill -9, of the recorder as well if the whole machine is to have died."""
        if with_recorder:
            self._kill_recorder()
        self.terminal.kill()
        self._is_running = False
        if with_recorder:
            until("the end of the recorder", lambda: not is_running(self.audio_folder))

    def close(self) -> None:
        """End whatever still runs."""
        if self._is_running:
            self.kill(with_recorder=False)
        if self.audio_folder.is_dir() and is_running(self.audio_folder):
            self._kill_recorder()

    def _kill_recorder(self) -> None:
        contact = Contact.read(self.audio_folder / CONTACT_NAME)
        assert contact is not None, "no recorder runs"
        psutil.Process(contact.pid).kill()

    # What is on disk.

    def events(self, kind: type[E]) -> list[E]:
        """The events of a kind so far."""
        if CASE not in {summary.case for summary in self.study.interviews()}:
            return []
        return [event for event in self.study.events(CASE) if isinstance(event, kind)]

    @property
    def interview(self) -> Interview:
        """The interview as another process would go on with it."""
        return self.study.interview(CASE)

    @property
    def draft(self) -> str:
        """The half-typed line."""
        draft = self.study.draft(CASE)
        return draft.text if draft is not None else ""

    @property
    def place(self) -> tuple[str, str]:
        """Where she is: the item and its round."""
        place = self.interview.place
        assert place is not None
        return place.item, place.round

    @property
    def written_frames(self) -> int:
        """How many frames of two channels lie in the files that are being recorded."""
        return sum(max(0, file.stat().st_size - WAV_HEADER) // STEREO_FRAME for file in self.audio_folder.glob("*.wav"))

    def sound(self, span: Span) -> npt.NDArray[np.int16]:
        """The samples of a span, from wherever they lie."""
        parts = [files.read_frames(self.audio_folder / p.file, p.first_frame, p.frames) for p in span.parts]
        return (np.concatenate(parts) * 32768).round().astype(np.int16)

    # What is waited for.

    def until(self, what: str, done: Callable[[], object]) -> None:
        """Wait until something is so; if it never is, the screen tells why."""

        def painted_and_done() -> object:
            self._paint()
            return done()

        try:
            until(what, painted_and_done, LONGEST_S)
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *self.screen.lines])) from error

    def until_shown(self, *words: str) -> None:
        """Wait until all of this stands on the screen, each on one line."""
        self.until(f"{words} on the screen", lambda: all(self.shows(each) for each in words))

    def shows(self, words: str) -> bool:
        """Whether it stands on one line of the screen."""
        self._paint()
        return any(words in line for line in self.screen.lines)

    def until_recorded(self, seconds: float) -> None:
        """Wait until so much more is recorded than is now."""
        opened = len(self.events(SpanOpened))
        closed = len(self.events(SpanClosed))
        wanted = self.written_frames + seconds * files.shape(self._recording)[0]
        if opened == closed:
            self.until("recording", lambda: len(self.events(SpanOpened)) > opened)
        self.until(f"{seconds} s more of audio", lambda: self.written_frames >= wanted)

    def until_passed(self, seconds: float) -> None:
        """Wait until so much more of the call has passed."""
        deadline = time.monotonic() + seconds
        self.until(f"{seconds} s more of the call", lambda: time.monotonic() >= deadline)

    def _paint(self) -> None:
        painted = self.terminal.painted
        self.screen.feed(painted[self._fed :])
        self._fed = len(painted)


def wall_ms(event: Event, at_ms: int) -> int:
    """The wall clock at a moment of the call clock, by an event that was stamped with both."""
    return event.wall_ms - event.at_ms + at_ms
