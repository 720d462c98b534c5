"""Whom to ring now, and whom later: one order for the screen and the command."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.cards import by_number


class Turn(StrEnum):
    """When a case is to be rung, the most urgent first."""

    OVERDUE = "appointment, now or past"
    DUE = "due"
    NEW = "not rung yet"
    LATER = "later"
    NONE = "not to be rung"


_ORDER = tuple(Turn)
DUE_NOW = frozenset((Turn.OVERDUE, Turn.DUE, Turn.NEW))
"""The turns of cases that can be rung now."""


def turn_of(card: CaseCard, now_ms: int) -> Turn:
    """When a case is to be rung, as seen at a time (wall clock, ms)."""
    if card.standing in (Standing.INTERVIEWED, Standing.CLOSED, Standing.WITHDRAWN):
        return Turn.NONE
    due = card.due_wall_ms
    if due is None:
        return {Standing.NEW: Turn.NEW, Standing.UNFINISHED: Turn.DUE}.get(card.standing, Turn.NONE)
    if due > now_ms:
        return Turn.LATER
    return Turn.OVERDUE if card.appointment is not None else Turn.DUE


def in_turn(cards: Iterable[CaseCard], now_ms: int) -> list[CaseCard]:
    """Cards in the order in which they are to be rung: appointments that are due or past, then those that are due, then
    new ones, then those of later by their time, then the rest."""
    return sorted(
        cards,
        key=lambda card: (_ORDER.index(turn_of(card, now_ms)), card.due_wall_ms or 0, by_number(card.case)),
    )
