"""Fakes of what cases and tallies need, in memory. Each passes the contract test of its port, beside the real part."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence

from interview_tui.at_rest.passphrase import checked_passphrase
from interview_tui.calling_times import meant
from interview_tui.casebook import be_fit, signed
from interview_tui.errors import ConfigError, InterviewTuiError, Refused
from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.cards import cards
from interview_tui.fieldwork.changes import (
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    Notes,
    RemarkWritten,
)
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.noting import checked
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.tally import Counted
from interview_tui.record.ports import InterviewSummary


class FakeCaseBook:
    """Cases (`fieldwork.ports.CaseBook`) in memory; `noted` is what was noted of them since.

    The cards that it begins with are laid as they are; one of which something is noted becomes what its notes say.
    """

    def __init__(self, attributes: Sequence[Attribute] = (), cards: Sequence[CaseCard] = ()) -> None:
        self.attributes = tuple(attributes)
        self.lies = {card.case: card for card in cards}
        self.noted: list[CaseChange] = []
        self.wall_ms = 1_762_000_000_000
        self.by = "ann"

    def now_ms(self) -> int:
        return self.wall_ms

    def moment(self, text: str) -> int:
        return meant(text, self.wall_ms)

    def cards(self) -> list[CaseCard]:
        told = [*(change for card in self.lies.values() for change in _said_by(card)), *self.noted]
        notes = Notes(signed(told, (), self.by, platform.node() or "machine"))
        interviews = [_interview(card) for card in self.lies.values()]
        withdrawn = [card.case for card in self.lies.values() if card.standing is Standing.WITHDRAWN]
        made = cards(notes, [each for each in interviews if each is not None], withdrawn)
        touched = {change.case for change in self.noted}
        return [card if card.case in touched else self.lies.get(card.case, card) for card in made]

    def note(self, *changes: CaseChange) -> None:
        known = {card.case: card for card in self.cards()}
        be_fit(changes, known)
        self.noted.extend(checked(changes, known, self.attributes, self.wall_ms))


def _said_by(card: CaseCard) -> Iterator[CaseChange]:
    """Changes that add up to a card that was laid, as if they were noted long ago."""
    case, wall_ms = card.case, 0
    yield CaseListed(case=case, wall_ms=wall_ms, source=card.source)
    for name, value in card.attributes.items():
        yield AttributeGiven(case=case, wall_ms=wall_ms, name=name, value=value)
    if card.remark:
        yield RemarkWritten(case=case, wall_ms=wall_ms, text=card.remark)
    for rung in card.attempts:
        yield Attempted(
            case=case, wall_ms=wall_ms, rung_wall_ms=rung.rung_wall_ms, outcome=rung.outcome, remark=rung.remark
        )
    if card.appointment is not None:
        agreed = card.appointment
        yield AppointmentMade(
            case=case,
            wall_ms=wall_ms,
            due_wall_ms=agreed.due_wall_ms,
            definite=agreed.definite,
            remark=agreed.remark,
        )
    elif card.due_wall_ms is not None:
        yield CallDue(case=case, wall_ms=wall_ms, due_wall_ms=card.due_wall_ms)
    if card.closed:
        yield CaseClosed(case=case, wall_ms=wall_ms, reason=card.closed)


def _interview(card: CaseCard) -> InterviewSummary | None:
    if card.standing not in (Standing.UNFINISHED, Standing.INTERVIEWED):
        return None
    is_over = card.standing is Standing.INTERVIEWED
    return InterviewSummary(card.case, 0, 0, 0, 0, 0, ended=is_over, transcribed=False, rehearsal=False)


class FakeIdentityBook:
    """Identities (`fieldwork.ports.IdentityBook`) in memory, under a passphrase."""

    def __init__(self, passphrase: str = "") -> None:
        self.passphrase = passphrase
        self.kept: dict[str, Identity] = {}
        self.lock = Lock.LOCKED if passphrase else Lock.ABSENT

    def unlock(self, passphrase: str) -> None:
        if self.lock is Lock.ABSENT:
            self.passphrase = checked_passphrase(passphrase)
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
    """Tallies (`fieldwork.ports.Tallies`) that stand as they were laid, or cannot be counted for the reason `fails`.

    `without` are the cases that were left out, each time that it was counted.
    """

    def __init__(self, *lies: Counted, fails: InterviewTuiError | None = None) -> None:
        self.lies = lies
        self.fails = fails
        self.without: list[str] = []

    def counted(self, without: str = "") -> tuple[Counted, ...]:
        self.without.append(without)
        if self.fails is not None:
            raise self.fails
        return self.lies
