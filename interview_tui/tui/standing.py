"""How far the review of an interview is: what stands against each state, and the choice of one.

Nothing forbids a state. What speaks against it is said beside it, and asked about before it is taken.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.screen import Screen

from interview_tui.record.doubts import DoubtKind
from interview_tui.record.review.changes import ReviewState
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import acts, signs
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.desk import NOT_READ, Desk
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.ports import Adapters

STATES = tuple(ReviewState)
REACHED, AHEAD = "●", "○"
GO_ON, NOT_YET = "all the same", "not yet"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a review is, and what is left to do in it.

    `doubts` are those that nobody has looked into, but for `conflicts` between two reviewers. `unreplaced` are words
    that may be names and for which nothing stands.
    """

    state: ReviewState
    transcribed: bool
    doubts: int
    conflicts: int
    unreplaced: int
    debriefed: bool

    def against(self, state: ReviewState) -> list[str]:
        """What speaks against a state, each in a few words; nothing against one that the review was past already."""
        step = STATES.index(state)
        if step <= STATES.index(self.state):
            return []
        found = [] if self.transcribed else ["it is not transcribed"]
        if self.conflicts:
            found.append(_are(self.conflicts, "conflict between reviewers", "conflicts between reviewers", "open"))
        if self.doubts:
            found.append(_are(self.doubts, "doubt", "doubts", "open"))
        if step >= STATES.index(ReviewState.PSEUDONYMISED) and self.unreplaced:
            found.append(f"{signs.counted(self.unreplaced, 'word')} that may be names {_verb(self.unreplaced)} left")
        if state is ReviewState.SIGNED_OFF:
            passed_over = [one.value for one in STATES[STATES.index(self.state) + 1 : step]]
            found += [f"it was not {' or '.join(passed_over)}"] if passed_over else []
            found += [] if self.debriefed else ["its debrief is not done"]
        return found

    def goes_back(self, state: ReviewState) -> bool:
        """Whether a state is one that the review was past already."""
        return STATES.index(state) < STATES.index(self.state)

    def choices(self) -> list[Choice]:
        """The states, first to last: where the review stands, what speaks against the next, what going back asks."""
        return [Choice(state.value, state.value, self._said(state), self._glyph(state)) for state in STATES]

    def _glyph(self, state: ReviewState) -> str:
        return REACHED if state is self.state or self.goes_back(state) else AHEAD

    def _said(self, state: ReviewState) -> str:
        if state is self.state:
            return "as it is now"
        if self.goes_back(state):
            return "back: asks why"
        return " · ".join(self.against(state))


def standing_of(found: UnderReview, unreplaced: int) -> Standing:
    """How far a review is; `unreplaced` is how many words may be names for which nothing stands."""
    conflicts = sum(1 for doubt in found.open_doubts if doubt.kind is DoubtKind.CONFLICT)
    return Standing(
        state=found.review.state,
        transcribed=found.machine is not None,
        doubts=len(found.open_doubts) - conflicts,
        conflicts=conflicts,
        unreplaced=unreplaced,
        debriefed=found.interview.course.debriefed,
    )


async def choose_state(screen: Screen[Any], desk: Desk, adapters: Adapters) -> str | None:
    """Ask over a screen how far the review is, and keep that; gives what is to be said, None if it was left.

    To be awaited in a worker of the screen.

    Raises:
        InterviewTuiError: the interview or its names cannot be read, or the state not be kept.
    """
    if desk.lying is None:
        return NOT_READ
    proposed = await asyncio.to_thread(adapters.pseudonyms.proposed, desk.case)
    standing = standing_of(desk.lying.found, len(proposed))
    app = screen.app
    heading = f"How far is the review of {desk.case}?"
    chosen = await app.push_screen_wait(Picker(heading, standing.choices(), _next(standing).value))
    if chosen is None:
        return None
    state, comment = ReviewState(chosen), ""
    if standing.goes_back(state):
        said = await app.push_screen_wait(Prompt(f"Why is {desk.case} only {state} after all?", placeholder="say why"))
        if not said:
            return f"{desk.case} stays {standing.state}: to go back, say why." if said == "" else None
        comment = said
    elif standing.against(state):
        doubted = f"Is {desk.case} {state}? {'; '.join(standing.against(state)).capitalize()}"
        answers = [Choice(NOT_YET, NOT_YET), Choice(GO_ON, f"{state} {GO_ON}")]
        if await app.push_screen_wait(Picker(doubted, answers, NOT_YET)) != GO_ON:
            return None
    return await desk.do(partial(acts.reach, state=state, comment=comment))


def _next(standing: Standing) -> ReviewState:
    """The state after the one that is reached; the last one stays."""
    return STATES[min(STATES.index(standing.state) + 1, len(STATES) - 1)]


def _are(number: int, one: str, many: str, how: str) -> str:
    return f"{signs.counted(number, one, many)} {_verb(number)} {how}"


def _verb(number: int) -> str:
    return "is" if number == 1 else "are"
