"""The app's line to the playback process: begun with the first question, and ended when it does not answer."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from interview_tui.audio.playing.playback import CONTACT_NAME
from interview_tui.audio.processes import child
from interview_tui.audio.processes.control import Contact, ControlLine
from interview_tui.errors import AudioError

BORN_WITHIN_S = 10.0
ANSWER_WITHIN_S = 6.0
GONE_WITHIN_S = 2.0
Json = dict[str, Any]


class PlaybackLink:
    """Questions to the process, one at a time, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: ControlLine | None = None
        self._contact: Contact | None = None

    @property
    def contact(self) -> Contact | None:
        """How to reach the process; None while there is none."""
        return self._contact

    def ask(self, command: str, **arguments: object) -> Json:
        """Give a command and wait until it is carried out; begins the process if need be.

        Raises:
            AudioError: the process's own, or it does not answer; then it is ended, the next question begins another.
        """
        with self._lock:
            if self._line is None:
                self._contact = self._give_birth()
                self._line = ControlLine(self._contact, ANSWER_WITHIN_S)
            try:
                return self._line.ask(command, ANSWER_WITHIN_S, **arguments)
            except OSError as error:
                self._end()
                raise AudioError("The sound device does not answer.", "Try again, or choose another device.") from error

    def close(self) -> None:
        """End the process, and with it every sound."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        line, self._line, self._contact = self._line, None, None
        process, self._process = self._process, None
        if line is not None:
            line.close()
        if process is not None:
            process.kill()
            with suppress(subprocess.TimeoutExpired):  # held by a driver: it ends when that lets go
                process.wait(GONE_WITHIN_S)

    def _give_birth(self) -> Contact:
        with tempfile.TemporaryDirectory(prefix="interview-tui-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            with (folder / "noise.log").open("wb") as noise:
                self._process = subprocess.Popen(
                    child.command("playing.playback", str(folder)),
                    env=child.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=noise,
                    stderr=noise,
                )
            deadline_s = time.monotonic() + BORN_WITHIN_S
            while (contact := Contact.read(folder / CONTACT_NAME)) is None:
                if self._process.poll() is not None or time.monotonic() > deadline_s:
                    self._end()
                    raise AudioError("The part that plays sound could not be started.", "Run `interview-tui doctor`.")
                time.sleep(0.01)
            return contact
