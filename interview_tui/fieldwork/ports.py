"""What cases and tallies need from the world outside. Each port has a fake in `tests/`. Called in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from interview_tui.fieldwork.card import CaseCard
from interview_tui.fieldwork.changes import CaseChange
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.tally import Counted


class CaseBook(Protocol):
    """The cases of a study."""

    @property
    def attributes(self) -> Sequence[Attribute]:
        """What the study wants to know of each."""
        ...

    def now_ms(self) -> int:
        """The wall clock, in ms."""
        ...

    def moment(self, text: str) -> int:
        """The moment that somebody means by `tomorrow 9:00` or `Tue 14:30` on the clock on their wall, in ms.

        Raises:
            Refused: it cannot be understood; says how to write it.
        """
        ...

    def cards(self) -> list[CaseCard]:
        """Every case that is listed or was interviewed, by case.

        Raises:
            StorageError: what was noted cannot be read.
        """
        ...

    def note(self, *changes: CaseChange) -> None:
        """Note changes; they are on disk when this returns.

        Raises:
            Refused: one of them cannot be; nothing was noted.
            StorageError: they cannot be written.
        """
        ...


class IdentityBook(Protocol):
    """Who the cases are: a file outside the study, encrypted with a passphrase."""

    @property
    def lock(self) -> Lock:
        """Whether there is one, and whether it can be read. One that is on a stick elsewhere is locked."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Let it be read until it is locked; begins one under this passphrase if there is none.

        Raises:
            ConfigError: the passphrase is another one, or too short for a new file.
            StorageError: it cannot be read or written.
        """
        ...

    def lock_again(self) -> None:
        """Forget the passphrase and all that was read."""
        ...

    def of(self, case: str) -> Identity | None:
        """Who a case is; None if nothing is kept of it.

        Raises:
            Refused: it is locked.
        """
        ...

    def keep(self, case: str, identity: Identity | None) -> None:
        """Keep who a case is, in place of what was kept; None: nothing any more. On disk when this returns.

        Raises:
            Refused: it is locked.
            StorageError: it cannot be written.
        """
        ...


class Tallies(Protocol):
    """How many there are of each kind."""

    def counted(self, without: str = "") -> tuple[Counted, ...]:
        """Every tally of the study as it stands, rehearsals left out, and the interview with the case `without`.

        Raises:
            StorageError: the study cannot be read.
            ConfigError: a tally counts by something that there is not.
        """
        ...
