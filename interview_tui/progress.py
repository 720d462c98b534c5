"""One line that says how far something is: a transcription, an inspection."""

from __future__ import annotations

import shutil
from types import TracebackType
from typing import TextIO

from interview_tui.record.ports import JobProgress, JobState

WIDTH = 24


class ProgressLine:
    """Redraws one line on a terminal; on anything else it prints a line when the state changes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._state: JobState | None = None

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal and self._state is not None:
            self._out.write("\n")
            self._out.flush()

    def show(self, progress: JobProgress) -> None:
        """Say how far it is."""
        if self._terminal:
            columns = shutil.get_terminal_size().columns
            self._out.write(f"\r\x1b[K{in_words(progress)[: columns - 1]}")
        elif progress.state is not self._state:
            self._out.write(f"{in_words(progress)}\n")
        self._out.flush()
        self._state = progress.state


class CountLine:
    """Redraws one line of what is done of how much on a terminal; on anything else it says nothing."""

    def __init__(self, out: TextIO, what: str) -> None:
        self._out, self._what = out, what
        self._terminal = out.isatty()

    def show(self, name: str, done: int, total: int) -> None:
        """Say that `name` is next, after `done` of `total`."""
        self._write(f"{self._what} {name}  {done + 1} of {total}")

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    def _write(self, words: str) -> None:
        if self._terminal:
            self._out.write(f"\r\x1b[K{words}")
            self._out.flush()


def in_words(progress: JobProgress) -> str:
    """`P07  ████████░░░░  12:30 of 27:00  transcribing  about 1:10 left · 3 more waiting  … said to him then`."""
    share = min(1.0, progress.done_s / progress.total_s) if progress.total_s else 0.0
    bar = "█" * round(share * WIDTH) + "░" * (WIDTH - round(share * WIDTH))
    left = f"  about {_clock(progress.left_s)} left" if progress.left_s is not None and share < 1 else ""
    message = f"  {progress.message}" if progress.message else ""
    waiting = f" · {progress.waiting} more waiting" if progress.waiting else ""
    words = f"  {progress.words}" if progress.words else ""
    far = f"{_clock(progress.done_s)} of {_clock(progress.total_s)}"
    return f"{progress.case}  {bar}  {far}  {progress.state.value}{left}{waiting}{message}{words}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
