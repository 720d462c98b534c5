"""The program in a terminal of its own, driven by keys."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LONGEST_S = 300.0
PROGRAM = ("-m", "interview_tui")
KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "down": b"\x1b[B",
    "pagedown": b"\x1b[6~",
    "f12": b"\x1b[24~",
    **{f"ctrl+{letter}": bytes([ord(letter) - 96]) for letter in "bcdfglnopqrsty"},
}


class Terminal:
    """`interview-tui ARGUMENTS` in a pseudo-terminal of 100×30; what it paints is read and kept.

    `program` is what Python is told to run, where it is not the program as it is.
    """

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        program: tuple[str, ...] = PROGRAM,
    ) -> None:
        self.painted = b""
        self._fd, its_end = os.openpty()
        self._its_end = os.ttyname(its_end)
        self.pid = os.fork()
        if self.pid == 0:
            os.login_tty(its_end)
            # Python's own environment: readline, which pytest loads, puts COLUMNS and LINES into the process's.
            environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
            os.execve(sys.executable, [sys.executable, *program, *arguments], environment)
        os.close(its_end)
        self.resize(*size)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def press(self, *keys: str) -> None:
        """Write keys in one burst: names of `KEYS`, anything else as the text it is."""
        os.write(self._fd, b"".join(KEYS.get(key, key.encode()) for key in keys))

    @property
    def has_read_all(self) -> bool:
        """Whether the program has taken every key that was pressed."""
        its_end = os.open(self._its_end, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            waiting = fcntl.ioctl(its_end, termios.FIONREAD, struct.pack("i", 0))
        finally:
            os.close(its_end)
        return struct.unpack("i", waiting) == (0,)

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the window; the program is told by SIGWINCH."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def wait(self) -> int:
        """Wait until the program has ended and all it painted is read; gives its exit code.

        Raises:
            AssertionError: it goes on and on.
        """
        ended: list[int] = []

        def has_ended() -> bool:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            ended.extend([os.waitstatus_to_exitcode(status)] * (pid != 0))
            return bool(ended)

        until(f"the end of the program; painted last: {self.painted[-500:]!r}", has_ended, LONGEST_S)
        self._reader.join(LONGEST_S)
        return ended[0]

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the terminal is gone
            while block := os.read(self._fd, 65536):
                self.painted += block


def until(what: str, done: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something is so.

    Raises:
        AssertionError: it never was.
    """
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)
