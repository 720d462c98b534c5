"""In a real terminal: a burst of keys in one write, the window closed, the machine shut down."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

import fcntl
import pty
import struct
import termios

from interview_tui.interview.events import Event, Flagged, NoteTaken
from interview_tui.store.database import opened
from interview_tui.store.event_rows import read_draft, read_events
from tests.tui.staging import CASE, REPOSITORY

LONGEST_WAIT_S = 120.0
CONTROL = {f"^{letter}": bytes([ord(letter) - 64]) for letter in "BCDFGLNOPQRSTY"}
ENTER, F4, BACKSPACE = b"\r", b"\x1bOS", b"\x7f"


class Terminal:
    """The app in a pseudo-terminal of 100 by 30, with its study in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.painted = b""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tui.app_in_a_terminal", str(folder)],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def write(self, keys: bytes) -> None:
        """Every key in one write, as an ssh connection delivers them after a stall."""
        os.write(self._ours, keys)

    def close(self) -> None:
        """Close the window."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    @property
    def events(self) -> list[Event]:
        """What is on disk."""
        if not (self._folder / "study.db").exists():
            return []
        with opened(self._folder / "study.db") as db:
            return read_events(db, CASE)

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, NoteTaken)]

    @property
    def draft(self) -> str:
        with opened(self._folder / "study.db") as db:
            draft = read_draft(db, CASE)
        return draft.text if draft is not None else ""

    def until(self, what: str, done: Callable[[], object]) -> None:
        deadline = time.monotonic() + LONGEST_WAIT_S
        while not done():
            assert time.monotonic() < deadline, f"never happened: {what}; painted last: {self.painted[-2000:]!r}"
            assert self.process.poll() is None or done(), f"the app ended: {self.painted[-2000:]!r}"
            time.sleep(0.01)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the terminal is gone
            while block := os.read(self._ours, 65536):
                self.painted += block


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    try:
        terminal.until("the screen", lambda: "↵".encode() in terminal.painted)
        yield terminal
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
        terminal.process.wait()
        terminal.close()


def test_two_hundred_keys_in_one_write_with_commands_in_them_are_the_notes_that_were_typed(terminal):
    keys = b""
    expected = []
    for number in range(6):
        keys += b"note %d, hello wo" % number + CONTROL["^G"] + b"trust" + ENTER + b"rld" + CONTROL["^Q"] + b"b"
        keys += BACKSPACE + ENTER + F4 + b" agin" + BACKSPACE + BACKSPACE + b"ain" + CONTROL["^P"] + ENTER + ENTER
        expected.append(f"note {number}, hello world again")
    assert len(keys) > 200
    terminal.write(keys)
    terminal.until("the notes", lambda: len(terminal.notes) == len(expected))
    assert terminal.notes == expected
    assert sum(isinstance(event, Flagged) for event in terminal.events) == len(expected)


def test_a_note_after_a_jump_in_the_same_write_is_filed_where_the_jump_went(terminal):
    terminal.write(CONTROL["^N"] + b"g" + ENTER + b"rang at eleven" + ENTER)
    terminal.until("the note", lambda: terminal.notes)
    (note,) = [event for event in terminal.events if isinstance(event, NoteTaken)]
    assert [(place.item, place.round) for place in note.places] == [("what_happened", "R1-good")]


@pytest.mark.parametrize("signum", [signal.SIGHUP, signal.SIGTERM], ids=["SIGHUP", "SIGTERM"])
def test_a_signal_to_leave_keeps_every_key_that_was_typed(terminal, signum):
    typed = "as he said it, word by word, " * 7
    terminal.write(typed.encode())
    terminal.until("the first key", lambda: terminal.draft)
    terminal.process.send_signal(signum)
    terminal.process.wait(LONGEST_WAIT_S)
    assert terminal.draft == typed


def test_a_window_that_is_closed_leaves_no_process_and_every_key_on_disk(terminal):
    terminal.write(b"half a note")
    terminal.until("the draft", lambda: terminal.draft == "half a note")
    terminal.close()
    terminal.process.send_signal(signal.SIGHUP)
    terminal.process.wait(LONGEST_WAIT_S)
    assert terminal.draft == "half a note"


def test_stray_keys_do_not_end_the_app(terminal):
    for key in ("^C", "^Q", "^P", "^D"):
        terminal.write(CONTROL[key])
    terminal.write(CONTROL["^N"] + b"g" + ENTER)
    terminal.until("the round", lambda: len(terminal.events) > 3)
    assert terminal.process.poll() is None


def test_an_interview_ended_by_its_keys_ends_the_app(terminal):
    terminal.write(b"a last thought" + CONTROL["^L"] + b"e" + ENTER + ENTER)
    assert terminal.process.wait(LONGEST_WAIT_S) == 0
    assert terminal.notes == ["a last thought"]
