"""What is known of a study brought up to date, while a screen shows what there is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import TypeVar

from interview_tui.errors import InterviewTuiError
from interview_tui.record.review_ports import Overview

T = TypeVar("T")
OnCase = Callable[[str, int, int], None]
"""Is told which case is next, how many are done and of how many."""
GoingThrough = Callable[[OnCase, Callable[[], bool]], T]
"""Goes through the interviews; asks before each whether to stop."""


class InTheBackground:
    """Goes through the interviews in a thread, once; told to stop, it does so before the next one."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Read no further interview."""
        self._stopped.set()

    async def run(self, work: GoingThrough[T], tell: Callable[[str], None]) -> T:
        """Do the work, and `tell` how far it is; gives what it gave, of as much as was done before it was stopped.

        Raises:
            InterviewTuiError: as the work does.
        """
        stopped = self._stopped
        loop = asyncio.get_running_loop()

        def on_case(_case: str, done: int, of: int) -> None:
            loop.call_soon_threadsafe(tell_on, f"reading {done + 1} of {of} …")

        def tell_on(progress: str) -> None:
            if not stopped.is_set():
                tell(progress)

        return await asyncio.to_thread(work, on_case, stopped.is_set)


class KeepingUp(InTheBackground):
    """Brings an overview up to date in a thread, as often as it is asked to."""

    def __init__(self, overview: Overview) -> None:
        super().__init__()
        self._overview = overview

    async def bring(self, tell: Callable[[str], None]) -> str:
        """Make what is missing or stale, and `tell` how far that is; gives what of it could not be, as a sentence.

        Raises:
            StorageError: nothing can be made.
        """
        self._stopped = threading.Event()
        return _unread(await self.run(self._overview.bring_up_to_date, tell))


def _unread(failed: Mapping[str, InterviewTuiError]) -> str:
    """`P07 is left out: …`; of several the first says why."""
    if not failed:
        return ""
    first, *others = failed
    left_out = f"{first} and {len(others)} more are" if others else f"{first} is"
    return f"{left_out} left out: {failed[first]}"
