"""What is known of a study brought up to date, while a screen shows what there is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping

from interview_tui.errors import InterviewTuiError
from interview_tui.record.review_ports import Overview


class KeepingUp:
    """Brings an overview up to date in a thread; told to stop, it does so before the next interview."""

    def __init__(self, overview: Overview) -> None:
        self._overview = overview
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Read no further interview."""
        self._stopped.set()

    async def bring(self, tell: Callable[[str], None]) -> str:
        """Make what is missing or stale, and `tell` how far that is; gives what of it could not be, as a sentence.

        Raises:
            StorageError: nothing can be made.
        """
        stopped = self._stopped = threading.Event()
        loop = asyncio.get_running_loop()

        def on_case(_case: str, done: int, of: int) -> None:
            loop.call_soon_threadsafe(tell_on, f"reading {done + 1} of {of} …")

        def tell_on(progress: str) -> None:
            if not stopped.is_set():
                tell(progress)

        return _unread(await asyncio.to_thread(self._overview.bring_up_to_date, on_case, stopped.is_set))


def _unread(failed: Mapping[str, InterviewTuiError]) -> str:
    """`P07 is left out: …`; of several the first says why."""
    if not failed:
        return ""
    first, *others = failed
    left_out = f"{first} and {len(others)} more are" if others else f"{first} is"
    return f"{left_out} left out: {failed[first]}"
