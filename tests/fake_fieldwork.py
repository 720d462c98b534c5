"""Fakes of what cases and tallies need, in memory. Each passes the contract test of its port, beside the real part."""

from __future__ import annotations

from collections.abc import Sequence

from interview_tui.errors import ConfigError, Refused
from interview_tui.fieldwork.card import CaseCard
from interview_tui.fieldwork.changes import CaseChange
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.tally import Counted


class FakeCaseBook:
    """Cases (`fieldwork.ports.CaseBook`) in memory; `noted` is what was noted of them."""

    def __init__(self, attributes: Sequence[Attribute] = (), cards: Sequence[CaseCard] = ()) -> None:
        self.attributes = tuple(attributes)
        self.lies = {card.case: card for card in cards}
        self.noted: list[CaseChange] = []
        self.wall_ms = 1_762_000_000_000

    def now_ms(self) -> int:
        return self.wall_ms

    def cards(self) -> list[CaseCard]:
        return [self.lies[case] for case in sorted(self.lies)]

    def note(self, *changes: CaseChange) -> None:
        self.noted.extend(changes)


class FakeIdentityBook:
    """Identities (`fieldwork.ports.IdentityBook`) in memory, under a passphrase."""

    def __init__(self, passphrase: str = "") -> None:
        self.passphrase = passphrase
        self.kept: dict[str, Identity] = {}
        self.lock = Lock.LOCKED if passphrase else Lock.ABSENT

    def unlock(self, passphrase: str) -> None:
        if self.lock is Lock.ABSENT:
            self.passphrase = passphrase
        if passphrase != self.passphrase:
            raise ConfigError("This is not the passphrase of the identities.", "Type it again.")
        self.lock = Lock.UNLOCKED

    def lock_again(self) -> None:
        if self.lock is Lock.UNLOCKED:
            self.lock = Lock.LOCKED

    def of(self, case: str) -> Identity | None:
        self._be_unlocked()
        return self.kept.get(case)

    def keep(self, case: str, identity: Identity | None) -> None:
        self._be_unlocked()
        if identity is None:
            self.kept.pop(case, None)
        else:
            self.kept[case] = identity

    def _be_unlocked(self) -> None:
        if self.lock is not Lock.UNLOCKED:
            raise Refused("The identities are locked.", "Unlock them with their passphrase first.")


class FakeTallies:
    """Tallies (`fieldwork.ports.Tallies`) that stand as they were laid."""

    def __init__(self, *lies: Counted) -> None:
        self.lies = lies

    def counted(self) -> tuple[Counted, ...]:
        return self.lies
