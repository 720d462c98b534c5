"""A call that is transcribed while it goes on, where the study asks for that: nothing of it may be noticed."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from interview_tui.errors import InterviewTuiError
from interview_tui.tui.ports import Adapters

LOOK_S = 20.0
"""How often what has been recorded since is handed on. What is worth hearing is finished once a minute."""


class HearingAlong:
    """Hands a call with `case` to the transcriber as it grows, and has the rest of it transcribed when it has ended.

    What goes wrong is left alone: the call is transcribed later, and it is told then.
    """

    def __init__(self, adapters: Adapters, case: str) -> None:
        self._adapters = adapters
        self._case = case
        self._turn = threading.Lock()  # what was begun in a thread goes on there though its task is cancelled
        self._begun = self._over = False

    async def go_on(self) -> None:
        """Hand on what there is, again and again, until this is cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            await asyncio.to_thread(self._look)

    async def hung_up(self, *, ended: bool) -> None:
        """The call has `ended`, or was left unfinished. Two devices are put together first, which may take seconds."""
        await asyncio.to_thread(self._hang_up, ended)

    def stop(self) -> None:
        """Hear no more: the app ends. What is just being begun is not waited for."""
        self._leave_off()

    def _look(self) -> None:
        with self._turn, suppress(InterviewTuiError):
            if not self._over and self._adapters.hears_along():
                self._begun = True
                self._adapters.transcriber.follow(self._case)

    def _hang_up(self, ended: bool) -> None:
        if self._leave_off() and ended:
            with suppress(InterviewTuiError):
                self._adapters.transcriber.begin(self._case, urgent=True)

    def _leave_off(self) -> bool:
        """Hear no more of it; whether it was heard until now."""
        with self._turn:
            was_begun, self._begun, self._over = self._begun, False, True
            if was_begun:
                with suppress(InterviewTuiError):
                    self._adapters.transcriber.unfollow(self._case)
            return was_begun
