"""Programs in terminals of their own, and when what they paint was painted."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click
import psutil

REPOSITORY = Path(__file__).parents[1]
COLUMNS, ROWS = 100, 30
LONGEST_S = 60.0
STYLE = re.compile(rb"\x1b\[[0-9;:]*m")
CONTROL = re.compile(rb"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Z]|[=>78])")


class Screen:
    """A command in a pseudo-terminal of 100 by 30; what it paints is read at once, with the time at which it came."""

    def __init__(self, command: Sequence[str], bytecode: Path) -> None:
        """Start `command`; Python keeps what it compiles in `bytecode`, as an installed program has it at hand."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"TERM": "xterm-256color", "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
        self._fd, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.begun_ns = time.perf_counter_ns()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._chunks: list[bytes] = []
        self._read_ns = 0
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, keys: str) -> None:
        """Press keys, whatever comes of it."""
        os.write(self._fd, keys.encode())

    def press(self, keys: str, expected: str) -> float:
        """Press keys in one burst; gives how long it took until something was painted that fits `expected` (ms)."""
        with self._news:
            self._chunks.clear()
        pressed_ns = time.perf_counter_ns()
        os.write(self._fd, keys.encode())
        return (self.seen_ns(expected) - pressed_ns) / 1e6

    def seen_ns(self, expected: str) -> int:
        """Wait until what was painted since the last press has something that fits; gives when it was read."""
        pattern = re.compile(expected)
        deadline = time.monotonic() + LONGEST_S
        with self._news:
            while pattern.search(self.painted) is None:
                if not self._news.wait(deadline - time.monotonic()):
                    raise click.ClickException(f"{expected!r} was never painted, but {self.painted[-800:]!r}.")
            return self._read_ns

    @property
    def painted(self) -> str:
        """What was painted since the last press, without styles; moves of the cursor are line breaks."""
        return CONTROL.sub(b"\n", STYLE.sub(b"", b"".join(self._chunks))).decode(errors="ignore")

    @property
    def memory_mb(self) -> float:
        """What the process has resident."""
        return psutil.Process(self._process.pid).memory_info().rss / 1e6

    def close(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._reader.join(LONGEST_S)
        os.close(self._fd)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # how Linux says that the other side is closed
            while chunk := os.read(self._fd, 65536):
                read_ns = time.perf_counter_ns()
                with self._news:
                    self._chunks.append(chunk)
                    self._read_ns = read_ns
                    self._news.notify_all()
