"""Whether the machine stood still while a test listened in real time.

A virtual machine that is held up by its host for longer than a player's buffer lets that run empty, and what is heard
then says nothing of the player.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType

BEAT_S = 0.01
STOOD_STILL_S = 0.1  # a player is 0.15 s ahead


class Standstill:
    """Watches for as long as it is entered.

    Attributes:
        longest_s: the longest time in which not even a thread that does nothing got on.
    """

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Standstill:
        self._thread.start()
        return self

    def __exit__(self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def stood_still(self) -> bool:
        """Whether what was heard meanwhile says nothing."""
        return self.longest_s > STOOD_STILL_S

    def _beat(self) -> None:
        before_s = time.monotonic()
        while not self._ended.wait(BEAT_S):
            now_s = time.monotonic()
            self.longest_s, before_s = max(self.longest_s, now_s - before_s), now_s
