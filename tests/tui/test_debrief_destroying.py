"""What was taken back is destroyed from the debrief, on purpose only, and nothing waits for it but leaving."""

from __future__ import annotations

import threading
from pathlib import Path

from interview_tui.errors import AudioError
from interview_tui.interview.call import Call
from interview_tui.interview.events import DebriefWritten, Destroyed
from tests.tui.debriefed import debriefed, joined, to_the_end, until_home, written
from tests.tui.staging import PATIENCE_S, Stage


async def test_what_was_taken_back_is_destroyed_once_the_case_is_typed():
    async with debriefed(taken_back=True) as stage:
        await to_the_end(stage)
        assert "destroy 02:28–02:36 now?" in stage.screen
        assert "(1 note inside, 00:08 of audio) Type P07 and press Enter. It cannot be undone." in joined(stage)
        await stage.press("p07", "enter")
        assert not stage.events(Destroyed)
        await to_the_end(stage)
        await stage.press("P07")
        assert "↵ DESTROY IT" in stage.screen
        stage.burst("enter")
        await stage.until(lambda: "Destroyed. The certificate: certificates/P07-w1.txt" in stage.screen)
        (destroyed,) = stage.events(Destroyed)
        assert isinstance(destroyed, Destroyed)
        assert destroyed.withheld == "w1"
        assert stage.journal.draft is None


async def test_the_case_that_is_typed_to_confirm_is_kept_nowhere():
    async with debriefed(taken_back=True) as stage:
        await to_the_end(stage)
        await stage.press("P0")
        assert stage.journal.draft is None
        await stage.press("up")
        assert not stage.events(DebriefWritten)


class HeldBack(Stage):
    """A stage on which destroying takes until it is let go, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.refusal = ""

    def destroy(self, call: Call, withheld: str) -> Path:
        assert self.let_go.wait(PATIENCE_S)
        if self.refusal:
            raise AudioError(self.refusal)
        return super().destroy(call, withheld)


async def test_while_something_is_destroyed_the_debrief_goes_on_and_leaving_waits_for_it():
    stage = HeldBack()
    async with debriefed(stage, taken_back=True):
        await to_the_end(stage)
        stage.burst("P07", "enter", "pageup", "remember", "enter", "escape")
        await stage.until(lambda: "Leaves when everything is destroyed" in stage.screen)
        assert written(stage) == {"thing/1": "remember"}
        assert "is being destroyed" in stage.screen
        assert not stage.events(Destroyed)
        stage.let_go.set()
        await until_home(stage)
        assert len(stage.events(Destroyed)) == 1


async def test_what_cannot_be_destroyed_says_why_and_can_be_tried_again():
    stage = HeldBack()
    stage.refusal = "A stretch of span-001.flac cannot be destroyed: no space left."
    stage.let_go.set()
    async with debriefed(stage, taken_back=True):
        await to_the_end(stage)
        await stage.press("P07", "enter")
        await stage.until(lambda: "Not destroyed: A stretch of span-001.flac" in stage.screen)
        stage.refusal = ""
        await to_the_end(stage)
        await stage.press("P07", "enter")
        await stage.until(lambda: stage.events(Destroyed))
