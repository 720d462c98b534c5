"""What is read for the list of cases and for a card, in one go. Read in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from interview_tui.errors import Refused
from interview_tui.fieldwork.card import CaseCard
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.turns import in_turn
from interview_tui.record.ports import InterviewSummary
from interview_tui.tui.ports import Adapters


@dataclass(frozen=True, slots=True)
class Known:
    """What was read: the cards in the order of their turns, the interviews, when that was (wall clock, ms).

    `who` is who `who_of` is, while that is unlocked.
    """

    cards: tuple[CaseCard, ...] = ()
    interviews: Mapping[str, InterviewSummary] = field(default_factory=dict)
    attributes: tuple[Attribute, ...] = ()
    now_ms: int = 0
    lock: Lock = Lock.LOCKED
    who_of: str = ""
    who: Identity | None = None

    def card(self, case: str) -> CaseCard | None:
        """The card of a case."""
        return next((card for card in self.cards if card.case == case), None)

    def without_who(self, lock: Lock) -> Known:
        """The same, but for who it is."""
        return replace(self, lock=lock, who_of="", who=None)


def read(adapters: Adapters, case: str) -> Known:
    """All cases as they are now, and who `case` is if that is unlocked.

    Raises:
        InterviewTuiError: the study, what was noted or the identities cannot be read.
    """
    cases, identities = adapters.cases, adapters.identities
    now_ms, lock = cases.now_ms(), identities.lock
    interviews = {each.case: each for each in adapters.study.interviews()}
    who = None
    if case and lock is Lock.UNLOCKED:
        try:
            who = identities.of(case)
        except Refused:  # it was locked a moment ago
            lock = identities.lock
    cards = tuple(in_turn(cases.cards(), now_ms))
    return Known(cards, interviews, tuple(cases.attributes), now_ms, lock, case, who)
