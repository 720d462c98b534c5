"""Who the cases are: unlocked with a passphrase, changed while that is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.ports import IdentityBook
from interview_tui.tui.enquiry import Question
from interview_tui.tui.identity_fields import FIELDS, told_of, with_field
from interview_tui.tui.idle_lock import IdleLock

UNLOCKING = "Trying the passphrase; that takes a second on purpose …"
UNLOCKED = "Unlocked. It is locked by itself after ten minutes without a key, and by u."


class Begin(Protocol):
    """Begins something in a thread, which gives a sentence; what is to be asked `again` if it cannot be done."""

    def __call__(self, act: Callable[[], str], again: Question | None = None) -> None:
        """Begin it."""
        ...


class Unlocking:
    """The questions about who it is. A passphrase is kept nowhere: it goes from the line to the identities."""

    def __init__(self, identities: IdentityBook, idle_lock: IdleLock, begin: Begin, say: Callable[[str], None]) -> None:
        self._identities = identities
        self._idle_lock = idle_lock
        self._begin = begin
        self._say = say

    def asked(self, lock: Lock) -> Question:
        """The passphrase; that of a new file is chosen, and typed twice."""
        if lock is Lock.ABSENT:
            return self._chosen()
        heading = "the passphrase of the identities; it is not shown"

        def take(passphrase: str) -> None:
            self._unlock(passphrase, self.asked(lock))

        return Question("passphrase", heading, take, secret=True)

    def edit(self, case: str, field: str, who: Identity | None, value: str | None = None) -> Question:
        """A field of who a case is."""

        def take(line: str) -> None:
            def keep() -> str:
                changed = with_field(self._identities.of(case) or Identity(), field, line)
                self._identities.keep(case, None if changed == Identity() else changed)
                if changed == Identity():
                    return f"{case}: nothing is kept any more."
                return f"{case}: kept, encrypted, outside the study."

            self._begin(keep, self.edit(case, field, who, line))

        now = told_of(who or Identity(), field) if value is None else value
        several = ", several with commas between them" if field == "telephones" else ""
        heading = f"who {case} is: {FIELDS[field]}{several}; empty: nothing"
        return Question(FIELDS[field], heading, take, value=now, optional=True, private=True)

    def _chosen(self) -> Question:
        heading = (
            "Choose a passphrase for who they are: several words. Nobody can read the file without it, and nobody can "
            "find it again."
        )
        return Question("new passphrase", heading, self._once_more, secret=True)

    def _once_more(self, first: str) -> Question:
        def take(second: str) -> None:
            if second != first:
                raise ConfigError("The two are not alike.", "Type it again as the first time, or Esc and begin anew.")
            self._unlock(first, self._chosen())

        return Question("once more", "the same passphrase once more", take, secret=True)

    def _unlock(self, passphrase: str, again: Question) -> None:
        def unlock() -> str:
            self._identities.unlock(passphrase)
            self._idle_lock.opened()
            return UNLOCKED

        self._say(UNLOCKING)
        self._begin(unlock, again)
