"""What a correcting command is aimed at: the words that are marked, else the turn or the note under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from textual.screen import ModalScreen

from interview_tui.interview.events import Stretch
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import acts, belonging, correcting
from interview_tui.tui.acts import Acting, heard_of, stretch_of
from interview_tui.tui.belonging import Offered
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.widgets.talk_view import TalkView

COMMANDS = frozenset({"give", "move", "cut", "join", "inaudible", "unclear", "quote", "swap", "undo", "redo"})
NOWHERE = "Choose a turn or a note: where it belongs can be said of either."

Ask = Callable[[ModalScreen[str | None]], Awaitable[str | None]]
"""Asks something over the screen; None if it was left."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Talk that is aimed at: where it is (call clock, ms), and who is heard there."""

    stretch: Stretch
    heard: str


def aim(view: TalkView, *, word: bool = False) -> Aim | None:
    """The words that are marked, in one turn or in several; else the turn under the cursor, or only its `word` there.

    None where the cursor is on no talk.
    """
    marked = view.marked
    if marked:
        found = [stretch_of(one.turn, one.words) for one in marked]
        first, last = min(one.start_ms for one in found), max(one.end_ms for one in found)
        return Aim(found[0] if len(found) == 1 else Stretch(first, last), heard_of(marked[0].turn))
    row, said = view.row, view.word
    if row is None or row.turn is None or said is None:
        return None
    return Aim(stretch_of(row.turn, (said,)) if word else row.turn.stretch, heard_of(row.turn))


class Aiming:
    """The commands of a reviewer over a view of talk; what they need to know is asked."""

    def __init__(self, view: TalkView, ask: Ask, by: str) -> None:
        self._view = view
        self._ask = ask
        self._by = by
        self._moved_to = ""  # talk beside what was moved often belongs there as well

    async def acting(self, found: UnderReview, command: str) -> Acting | str | None:
        """What one of `COMMANDS` does; a sentence where it can do nothing, None if it was left."""
        match command:
            case "swap":
                return acts.swap
            case "undo":
                return partial(acts.undo, by=self._by)
            case "redo":
                return partial(acts.redo, by=self._by)
            case "move":
                return await self._moving(found)
            case "give":
                return self._giving()
            case "quote":
                return await self._quoting(found)
        target = aim(self._view, word=True)
        if target is None:
            return correcting.NO_WORDS
        if command == "inaudible":
            return partial(correcting.inaudible, stretch=target.stretch, heard=target.heard)
        if command == "unclear":
            return partial(correcting.unclear, stretch=target.stretch, heard=target.heard)
        doing = correcting.cut if command == "cut" else correcting.join
        word = self._view.word
        at_ms = word.start_ms if word is not None else target.stretch.start_ms
        return lambda now: doing(now, at_ms, target.heard)

    def _giving(self) -> Acting | str:
        target = aim(self._view)
        if target is None:
            return acts.NO_TURN
        heard = target.heard if len(self._view.marked) < 2 else ""
        return partial(acts.give, said=target.stretch, heard=heard)

    async def _moving(self, found: UnderReview) -> Acting | str | None:
        """What moves the talk that is aimed at, or the note, to where the reviewer says."""
        target, row = aim(self._view), self._view.row
        if target is not None:
            key = await self._place("Where does it belong?", belonging.places_for_talk(found, target.stretch))
            return belonging.moves_talk(key, target.stretch) if key else None
        if row is not None and row.note:
            key = await self._place("Where does the note belong?", belonging.places_for_note(found, row.note))
            return belonging.moves_note(key, row.note) if key else None
        return NOWHERE

    async def _place(self, heading: str, offered: Offered) -> str:
        """The key of a place; where something was moved before is what Enter takes at first."""
        known = {choice.key for choice in offered.choices}
        first = self._moved_to if self._moved_to in known else offered.chosen
        key = await self._ask(Picker(heading, offered.choices, first))
        self._moved_to = key or self._moved_to
        return key or ""

    async def _quoting(self, found: UnderReview) -> Acting | str | None:
        """What marks the talk as a quotation, with what is said of it; or marks it no more, if it is one."""
        target = aim(self._view)
        if target is None:
            return correcting.NO_WORDS
        if correcting.quotation_at(found, target.stretch, target.heard) is not None and not self._view.marked:
            return partial(correcting.take_off_quotation, stretch=target.stretch, heard=target.heard)
        comment = await self._ask(Prompt("Worth quoting", placeholder="what for, if you like"))
        if comment is None:
            return None
        return partial(correcting.quote, stretch=target.stretch, heard=target.heard, comment=comment)
