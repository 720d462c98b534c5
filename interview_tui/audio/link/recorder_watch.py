"""Whether a recorder is at work in a folder, and how it is: asked ten times a second, by a thread of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from interview_tui.audio.link.answers import status_from_json
from interview_tui.audio.processes.control import Contact, ControlLine
from interview_tui.audio.recording import recorder
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderStatus

LOOK_EVERY_S = 0.1
ANSWER_WITHIN_S = 2.0


class Watched(Protocol):
    """Who is told how the recorder is."""

    @property
    def commanded(self) -> int:
        """How many commands have been answered."""
        ...

    def status(self) -> RecorderStatus:
        """What was known last."""
        ...

    def observe(self, status: RecorderStatus, commanded: int) -> None:
        """Take in a status that was asked for when `commanded` commands had been answered."""
        ...

    def revive(self, folder: Path) -> None:
        """The recorder has ended, and nobody who watches it ended it."""
        ...


class RecorderWatch:
    """Asks the recorder how it is ten times a second, on a line and in a thread of its own."""

    def __init__(self, link: Watched, folder: Path, contact: Contact) -> None:
        self._link, self._folder, self._contact = link, folder, contact
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        if self._thread is not threading.current_thread():
            self._thread.join(ANSWER_WITHIN_S)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with contextlib.closing(ControlLine(self._contact, ANSWER_WITHIN_S)) as line:
                    self._follow(line)
            except AudioError as error:
                self._show(message=error.message)
            except OSError as error:
                if not is_running(self._folder):
                    if not self._ended.is_set():
                        self._link.revive(self._folder)
                    return
                if isinstance(error, TimeoutError):
                    self._show(message=f"The recorder has not answered for {ANSWER_WITHIN_S:.0f} s.")
                self._ended.wait(LOOK_EVERY_S)

    def _follow(self, line: ControlLine) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            commanded = self._link.commanded
            reply = line.ask("status", ANSWER_WITHIN_S)
            self._link.observe(status_from_json(reply["status"]), commanded)

    def _show(self, **changes: Any) -> None:
        commanded = self._link.commanded
        if not self._ended.is_set():
            self._link.observe(replace(self._link.status(), **changes), commanded)


def is_running(folder: Path) -> bool:
    """Whether a recorder process is at work in `folder`."""
    path = folder / recorder.LOCK_NAME
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        return False  # a folder that cannot be written to is not recorded into
    lock.release()
    return False


def reached(folder: Path, contact: Contact) -> tuple[ControlLine, RecorderStatus] | None:
    """A line to the recorder in `folder`, and its status; None if it was just ending.

    Raises:
        AudioError: it does not answer.
    """
    deadline_s = time.monotonic() + ANSWER_WITHIN_S
    while True:
        try:
            line = ControlLine(contact, ANSWER_WITHIN_S)
            return line, status_from_json(line.ask("status", ANSWER_WITHIN_S)["status"])
        except OSError as error:
            if not is_running(folder):
                return None
            if time.monotonic() > deadline_s:
                raise AudioError(
                    f"A recorder (process {contact.pid}) is at work in {folder} and does not answer.",
                    "Wait a moment and try again; if that does not help, end that process: what it wrote is kept.",
                ) from error
            time.sleep(0.05)
