"""Who the cases are is not left open on a screen that nobody sits at."""

from __future__ import annotations

from collections.abc import Callable

from interview_tui.fieldwork.identity import Lock
from interview_tui.fieldwork.ports import IdentityBook

PATIENCE_MS = 10 * 60 * 1000
"""After so long without a key the identities are locked."""


class IdleLock:
    """Locks the identities once no key has come for a while on the screens that show them.

    `now_ms` never goes back, and runs on while the machine sleeps. `tell` is called when they were locked; `is_watched`
    says that somebody looks now and then.
    """

    def __init__(self, identities: IdentityBook, now_ms: Callable[[], int]) -> None:
        self._identities = identities
        self._now_ms = now_ms
        self._touched_ms = 0
        self.is_watched = False
        self.tell: Callable[[], object] = lambda: None

    def touch(self) -> None:
        """A key was pressed; one that came too late opens nothing again."""
        if not self.look():
            self._touched_ms = self._now_ms()

    def look(self) -> bool:
        """Lock them if it is time to; whether they were locked by this."""
        idle_ms = self._now_ms() - self._touched_ms
        if idle_ms < PATIENCE_MS or self._identities.lock is not Lock.UNLOCKED:
            return False
        self._identities.lock_again()
        self.tell()
        return True

    def opened(self) -> None:
        """They were just unlocked."""
        self._touched_ms = self._now_ms()
