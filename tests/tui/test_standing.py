"""How far the review is: what speaks against a state is said and asked about, and nothing is forbidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.worker import Worker

from interview_tui.record.review.changes import ReviewState, StateReached
from interview_tui.tui.desk import NOT_READ, Desk
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.ports import Home
from interview_tui.tui.standing import STATES, Standing, choose_state, standing_of
from tests.tui.gallery import pictured
from tests.tui.staging import CASE, SHOWS_A_DATE, Stage, staged
from tests.tui.test_history import reviewed, settle_all, stage_with_talk

CLEAN = Standing(ReviewState.TRANSCRIBED, transcribed=True, doubts=0, conflicts=0, unreplaced=0, debriefed=True)
TRANSCRIBED, CHECKED, PSEUDONYMISED, SIGNED_OFF = STATES


@pytest.mark.parametrize(
    ("standing", "state", "against"),
    [
        (CLEAN, CHECKED, []),
        (replace(CLEAN, doubts=1), CHECKED, ["1 doubt is open"]),
        (replace(CLEAN, doubts=3), CHECKED, ["3 doubts are open"]),
        (replace(CLEAN, conflicts=1), CHECKED, ["1 conflict between reviewers is open"]),
        (replace(CLEAN, conflicts=2), CHECKED, ["2 conflicts between reviewers are open"]),
        (replace(CLEAN, transcribed=False), CHECKED, ["it is not transcribed"]),
        (replace(CLEAN, unreplaced=12, debriefed=False), CHECKED, []),
        (replace(CLEAN, unreplaced=12), PSEUDONYMISED, ["12 words that may be names are left"]),
        (replace(CLEAN, state=CHECKED, unreplaced=1), PSEUDONYMISED, ["1 word that may be names is left"]),
        (replace(CLEAN, state=PSEUDONYMISED, debriefed=False), SIGNED_OFF, ["its debrief is not done"]),
        (replace(CLEAN, state=CHECKED), SIGNED_OFF, ["it was not pseudonymised"]),
        (CLEAN, SIGNED_OFF, ["it was not checked or pseudonymised"]),
        (replace(CLEAN, state=SIGNED_OFF, doubts=3, debriefed=False), SIGNED_OFF, []),
        (replace(CLEAN, state=SIGNED_OFF, doubts=3), CHECKED, []),
    ],
)
def test_against_each_state_stands_what_is_left_to_do_for_it(standing, state, against):
    assert standing.against(state) == against


def test_the_states_are_offered_in_their_order_with_where_it_stands_and_what_going_back_asks():
    choices = replace(CLEAN, state=CHECKED, doubts=2).choices()
    assert [choice.key for choice in choices] == [state.value for state in STATES]
    assert [choice.glyph for choice in choices] == ["●", "●", "○", "○"]
    assert [choice.detail for choice in choices] == [
        "back: asks why",
        "as it is now",
        "2 doubts are open",
        "2 doubts are open · it was not pseudonymised",
    ]


def test_what_is_left_is_counted_from_the_review_and_a_conflict_is_no_other_doubt():
    found = reviewed().reviews.opened(CASE)
    standing = standing_of(found, 4)
    assert (standing.state, standing.conflicts, standing.unreplaced) == (CHECKED, 1, 4)
    assert standing.doubts == len(found.open_doubts) - 1
    assert standing.transcribed
    assert not standing.debriefed


class Asking:
    """The choice of a state over the list; `said` is what came of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.desk = Desk(stage.adapters, CASE)
        self.worker: Worker[str | None]

    async def begin(self) -> None:
        await self.desk.read()
        stage = self.stage

        async def ask() -> str | None:
            return await choose_state(stage.app.screen, self.desk, stage.adapters)

        self.worker = stage.app.run_worker(ask())
        await self.dialog(Picker)

    async def dialog(self, kind: type) -> None:
        """It asks something, and everything of that is on the screen."""
        await self.stage.until(lambda: isinstance(self.stage.app.screen, kind))
        await self.stage.settled()

    async def said(self) -> str | None:
        await self.stage.until(lambda: self.worker.is_finished)
        return self.worker.result


async def test_a_state_against_which_nothing_stands_is_taken_at_once():
    stage = reviewed()
    stage.reviews.correct(CASE, lambda r, now: r.take_back("theirs", now))
    settle_all(stage)
    for _, wanted in stage.pseudonyms.proposed(CASE):
        stage.pseudonyms.give(CASE, wanted)
    async with staged(Home(), (80, 24), stage):
        asking = Asking(stage)
        await asking.begin()
        await stage.press("enter")
        said = await asking.said()
        assert said is not None
        assert said.startswith("This interview is pseudonymised now")
        assert stage.changes(StateReached)[-1].state is PSEUDONYMISED


@SHOWS_A_DATE
async def test_what_stands_against_a_state_is_asked_about_and_may_be_passed_over():
    stage = reviewed()
    async with staged(Home(), (80, 24), stage):
        before = len(stage.changes(StateReached))
        asking = Asking(stage)
        await asking.begin()
        await pictured(stage, "standing")
        await stage.press("signed", "enter")
        await stage.until(lambda: "Is P07 signed off?" in stage.screen)
        assert "1 conflict between reviewers is open" in stage.screen
        assert "its debrief is not done" in stage.screen
        await pictured(stage, "standing-all-the-same", [(80, 24)])
        await stage.press("enter")
        assert await asking.said() is None
        assert len(stage.changes(StateReached)) == before
        await asking.begin()
        await stage.press("signed", "enter")
        await stage.until(lambda: "Is P07 signed off?" in stage.screen)
        await stage.press("down", "enter")
        said = await asking.said()
        assert said is not None
        assert said.startswith("This interview is signed off now, with ")
        assert stage.changes(StateReached)[-1].state is SIGNED_OFF


async def test_going_back_asks_why_and_without_a_word_it_stays():
    stage = reviewed()
    async with staged(Home(), (80, 24), stage):
        asking = Asking(stage)
        for word, came in (("", "P07 stays checked: to go back, say why."), ("a page was missing", "transcribed now")):
            await asking.begin()
            await stage.press("transcribed", "enter")
            await asking.dialog(Prompt)
            await stage.press(*([word] if word else []), "enter")
            said = await asking.said()
            assert said is not None
            assert came in said
        assert stage.changes(StateReached)[-1].comment == "a page was missing"
        assert stage.reviews.opened(CASE).review.state is TRANSCRIBED


async def test_esc_leaves_it_as_it_is_at_every_question():
    stage = reviewed()
    async with staged(Home(), (80, 24), stage):
        asking = Asking(stage)
        await asking.begin()
        await stage.press("escape")
        assert await asking.said() is None
        await asking.begin()
        await stage.press("transcribed", "enter")
        await asking.dialog(Prompt)
        await stage.press("escape")
        assert await asking.said() is None
        assert len(stage.changes(StateReached)) == 1


async def test_before_the_interview_is_read_nothing_is_asked():
    stage = stage_with_talk()
    async with staged(Home(), (80, 24), stage):
        assert await choose_state(stage.app.screen, Desk(stage.adapters, CASE), stage.adapters) == NOT_READ
