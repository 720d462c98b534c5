"""The sound check as the pre-flight sees it: its blocking calls in a thread, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.ports import DeviceCheck, RecorderState, RecorderStatus, SoundSource

CLOSE_WITHIN_S = 5.0
"""How long the call waits for the source to be closed: a driver may hang, and she must get to the call."""


class SoundDesk:
    """A sound check's blocking calls, in a thread of its own, in the order in which they were asked for.

    `make` gives the check; it is called in that thread as well.
    """

    def __init__(self, make: Callable[[], DeviceCheck]) -> None:
        self._make = make
        self._check: DeviceCheck | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sound check")
        self._ended: Future[str] | None = None
        self.devices: tuple[SoundSource, ...] = ()
        """What can be chosen, as it was asked for last."""

    def status(self) -> RecorderStatus:
        """What the source gives now."""
        return RecorderStatus(RecorderState.OFF) if self._check is None else self._check.status()

    async def begin(self) -> str:
        """Open the source; gives why it cannot be, or an empty string."""
        return await self._waited_for(self._open)

    async def play_back(self) -> str:
        """Play the last seconds; gives why it cannot be done, or an empty string."""
        return await self._waited_for(self._play)

    @property
    def chosen(self) -> tuple[str, str]:
        """The interviewer's device, and that of the line."""
        return ("", "") if self._check is None else self._check.chosen

    async def look_for_devices(self) -> str:
        """Ask what can be chosen; gives why that is not known, or an empty string."""
        return await self._waited_for(self._list)

    async def listen_to(self, source: str, line: str) -> str:
        """Open these devices instead; gives why they cannot be, or an empty string."""
        return await self._waited_for(lambda: self._try(source, line))

    async def keep(self) -> str:
        """Record calls from the devices that are open; gives why that cannot be remembered, or an empty string."""
        return await self._waited_for(self._keep)

    async def end(self) -> None:
        """Close the source and wait for that, but not for ever: it is closed behind our back then."""
        if self._ended is None:
            self._ended = self._thread.submit(_explained, self._close)
            self._thread.shutdown(wait=False)
        await asyncio.wait({asyncio.wrap_future(self._ended)}, timeout=CLOSE_WITHIN_S)

    def _open(self) -> None:
        self._made().begin()

    def _made(self) -> DeviceCheck:
        if self._check is None:
            self._check = self._make()
        return self._check

    def _list(self) -> None:
        self.devices = tuple(self._made().devices())

    def _try(self, source: str, line: str) -> None:
        self._made().try_out(source, line)
        self._made().begin()

    def _keep(self) -> None:
        self._made().keep()

    def _play(self) -> None:
        if self._check is not None:
            self._check.play_back()

    def _close(self) -> None:
        if self._check is not None:
            self._check.end()

    async def _waited_for(self, step: Callable[[], None]) -> str:
        if self._ended is not None:
            return ""
        return await asyncio.wrap_future(self._thread.submit(_explained, step))


def _explained(step: Callable[[], None]) -> str:
    """Why a step could not be done; empty if it was."""
    try:
        step()
    except InterviewTuiError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a thread's boundary: a broken check must not keep her from the call
        return f"The sound check broke: {error!r}."
    return ""
