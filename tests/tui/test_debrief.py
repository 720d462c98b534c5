"""The debrief: everything optional, nothing lost, and what was taken back destroyed from it."""

from __future__ import annotations

import random
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interview_tui.errors import AudioError
from interview_tui.interview import debriefing, withholding
from interview_tui.interview.call import Call
from interview_tui.interview.events import Covered, Debriefed, DebriefWritten, Destroyed, How, InterviewEnded, Kept
from interview_tui.interview.ports import Draft
from interview_tui.tui.ports import Conduct, Home
from interview_tui.tui.screens.debrief import DebriefScreen
from interview_tui.tui.screens.live import LiveScreen
from interview_tui.tui.widgets.debrief_sheet import DebriefSheet
from tests.tui.staging import CASE, SHOWS_A_DATE, Stage, staged
from tests.tui.test_home import conducted
from tests.tui.test_snapshots import SIZES, matches


@asynccontextmanager
async def debriefed(
    stage: Stage | None = None, size: tuple[int, int] = (100, 30), *, taken_back: bool = False
) -> AsyncIterator[Stage]:
    """A call that was ended a moment ago, and the debrief on the screen."""
    async with staged(Conduct(CASE), size, stage) as staged_:
        await told_and_ended(staged_, taken_back=taken_back)
        yield staged_


async def told_and_ended(stage: Stage, *, taken_back: bool = False) -> None:
    await stage.record()
    stage.clock.advance(60_500)
    await stage.press("? check how council is anonymised", "enter", "ctrl+n", "g", "enter", "down")
    stage.clock.advance(50_000)
    await stage.press("rang at eleven", "enter")
    if taken_back:
        await take_back(stage)
    end(stage)
    await stage.until(lambda: isinstance(stage.app.screen, DebriefScreen))
    await stage.settled()


async def take_back(stage: Stage) -> None:
    """One more note to come back to, taken back at once."""
    stage.clock.advance(20_000)
    await stage.press("? ask about Lamb", "enter")
    call = stage.live.call
    note = next(note for note in call.interview.notes.values() if "Lamb" in note.text)
    stage.clock.advance(5000)
    now = stage.clock.now()
    call.keep(call.session.withhold(withholding.since_note(call.interview, note.id, now.at_ms), now))


def end(stage: Stage, outcome: str = "complete", reason: str = "", kept: Kept = Kept.ALL) -> None:
    """End the call, as the call menu does."""
    call = stage.live.call
    call.source_closed(stage.recorder.stop())
    call.end(outcome, reason, kept)
    stage.live.post_message(LiveScreen.Left(call, ended=True))


def written(stage: Stage) -> dict[str, str]:
    """What the journal has of the debrief."""
    return stage.interview.course.debrief


def debrief(stage: Stage) -> DebriefScreen:
    assert stage.app.debrief is not None
    return stage.app.debrief


async def until_home(stage: Stage) -> None:
    await stage.until(lambda: stage.app.line is None)
    await stage.pilot.pause()


async def test_the_debrief_opens_straight_after_the_end_and_says_how_that_was():
    async with debriefed() as stage:
        assert "P07  debrief · 01:5" in stage.screen
        assert "ended: complete" in stage.screen
        assert "saved ✓" in stage.screen
        assert debrief(stage).line.has_focus


async def test_why_it_ended_early_is_said_and_no_must_ask_is_reproached():
    async with staged() as stage:
        await stage.record()
        end(stage, "partial", "he had to catch a train", Kept.NOTES)
        await stage.until(lambda: stage.app.debrief is not None)
        await stage.settled()
        assert "ended: out of time, and no other time was found · he had to catch a train" in stage.screen
        assert "kept: the notes, no audio" in stage.screen
        assert "Must-asks" not in stage.screen


async def test_what_is_typed_in_a_box_is_written_when_it_is_left():
    async with debriefed() as stage:
        await stage.press("well, he warmed up", "enter", "good", "tab", "nobody", "up")
        assert written(stage) == {"went": "well, he warmed up", "rapport": "good", "third_party": "nobody"}
        assert stage.journal.draft is None
        assert debrief(stage).line.value == "good"


async def test_a_code_stands_for_what_is_often_written():
    async with debriefed() as stage:
        await stage.press("down", "down", "Y", "enter", "f", "enter", "n", "enter")
        told = {"third_party": "somebody could hear", "told/R1-good": "full", "first_hand/R1-good": "not first-hand"}
        assert written(stage) == told


async def test_what_enter_will_write_is_said_before_it_is_pressed():
    async with debriefed() as stage:
        assert "↵ next" in stage.screen
        await stage.press("down", "down", "n")
        assert "↵ nobody else" in stage.screen
        assert "n nobody else · y somebody could hear · or in your own words" in stage.screen


async def test_every_keystroke_keeps_what_is_half_typed_and_in_which_box():
    async with debriefed() as stage:
        await stage.press("down", "wa")
        draft = stage.journal.draft
        assert draft is not None
        assert (draft.text, draft.box) == ("wa", "rapport")
        await stage.press("backspace", "backspace")
        draft = stage.journal.draft
        assert draft is not None
        assert (draft.text, draft.box) == ("", "rapport")
        assert written(stage) == {}


async def test_after_a_crash_the_half_typed_box_is_there_again():
    stage = Stage()
    conducted(stage, "P01")
    stage.study.journals["P01"].draft = Draft("half a th", 99, "thing/2")
    async with staged(Home(), stage=stage):
        await stage.press("d")
        await stage.until(lambda: stage.app.debrief is not None)
        await stage.press("ing", "enter")
        assert stage.study.journals["P01"].draft is None
        events = stage.study.journals["P01"].events
        assert [(event.box, event.text) for event in events if isinstance(event, DebriefWritten)] == [
            ("thing/2", "half a thing")
        ]


async def test_a_box_that_is_emptied_at_one_stroke_is_empty():
    async with debriefed() as stage:
        await stage.press("well", "enter", "up", "ctrl+u")
        draft = stage.journal.draft
        assert draft is not None
        assert (draft.text, draft.box) == ("", "went")
        await stage.press("enter")
        assert written(stage) == {"went": ""}


async def test_a_burst_over_several_boxes_loses_no_key():
    async with debriefed() as stage:
        stage.burst("well", "enter", "good", "tab", "n", "down", "f", "enter", "y", "pagedown", "ask", "escape")
        await until_home(stage)
        assert written(stage) == {
            "went": "well",
            "rapport": "good",
            "third_party": "nobody else",
            "told/R1-good": "full",
            "first_hand/R1-good": "first-hand",
            "note/n1": "ask",
        }


@pytest.mark.parametrize("seed", range(4))
async def test_two_hundred_keys_in_any_order_write_exactly_what_was_typed(seed):
    pick = random.Random(seed)
    async with debriefed() as stage:
        keys = [box.key for box in debriefing.boxes(stage.interview)]
        texts = dict.fromkeys(keys[: keys.index("note/n1") + 1], "")
        at, pressed = 0, 0
        while pressed < 200:
            move = pick.choice(["", "", "", "enter", "tab", "down", "up", "shift+tab"])
            if not move:
                word = "".join(pick.choice("acdeghz") for _ in range(pick.randrange(2, 9)))
                stage.burst(word)
                texts[[*texts][at]] += word
                pressed += len(word)
            elif 0 <= at + (step := -1 if move in ("up", "shift+tab") else 1) < len(texts):
                stage.burst(move)
                at += step
                pressed += 1
        stage.burst("escape")
        await until_home(stage)
        assert written(stage) == {key: text for key, text in texts.items() if text}


async def test_an_unasked_must_ask_gets_a_reason_by_its_number():
    async with debriefed() as stage:
        await stage.press("pagedown", "pagedown", "pagedown")
        assert "Must-asks that were not asked" in stage.screen
        choices = "1 not asked – time · 2 judged inappropriate · 3 answered elsewhere · 4 refused · 5 forgotten"
        assert choices in joined(stage)
        before = debrief(stage).debriefing.entries
        await stage.press("3", "enter", "he said so himself", "enter")
        reasons = [event.reason for event in stage.events(Covered) if isinstance(event, Covered)]
        assert reasons[-2:] == ["answered elsewhere", "he said so himself"]
        assert debrief(stage).debriefing.entries == before
        explained = [event.place for event in stage.events(Covered) if isinstance(event, Covered)][-2:]
        assert [stage.interview.covered(place).how for place in explained] == [How.SKIPPED, How.SKIPPED]


def joined(stage: Stage) -> str:
    """The screen without its line breaks."""
    return " ".join(stage.screen.split())


async def test_moving_through_untouched_boxes_writes_nothing():
    async with debriefed() as stage:
        before = len(stage.journal.events)
        await stage.press(*["enter"] * 40, *["up"] * 40, "escape")
        await until_home(stage)
        assert len(stage.journal.events) == before


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_it_can_be_left_at_any_time_and_the_list_says_that_it_is_open(key):
    async with debriefed() as stage:
        await stage.press("well")
        stage.burst(key)
        await until_home(stage)
        assert written(stage) == {"went": "well"}
        assert stage.journal.closed
        assert "debrief open" in stage.screen
        assert "d opens its debrief" in stage.screen


async def test_a_debrief_that_is_done_is_not_open_and_can_be_gone_on_with():
    async with debriefed() as stage:
        stage.burst("well", "ctrl+f")
        await until_home(stage)
        assert len(stage.events(Debriefed)) == 1
        assert "debrief open" not in stage.screen
        await stage.press("d")
        await stage.until(lambda: stage.app.debrief is not None)
        await stage.settled()
        assert "● How did it go?" in stage.screen
        await stage.press(" enough", "escape")
        await until_home(stage)
        assert written(stage) == {"went": "well enough"}


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+p", "ctrl+d", "ctrl+z", "ctrl+s", "f1", "f10"])
async def test_a_stray_key_neither_leaves_nor_drops_what_is_typed(key):
    async with debriefed() as stage:
        await stage.press("well", key)
        assert stage.app.debrief is not None
        assert debrief(stage).line.value == "well"


async def test_the_debrief_of_an_unfinished_interview_comes_after_its_end():
    stage = Stage()
    conducted(stage, "P01", ended=False)
    async with staged(Home(), stage=stage):
        await stage.press("d")
        assert "P01 is unfinished: its debrief comes after its end." in stage.screen


async def test_a_debrief_that_cannot_be_opened_says_why():
    stage = Stage()
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        stage.study.journal("P01")
        await stage.press("d")
        await stage.until(lambda: "P01 is open in another interview-tui" in stage.screen)


async def test_a_disk_that_refuses_is_said():
    async with debriefed() as stage:
        stage.journal.fail("The disk is full.")
        await stage.press("well", "enter")
        await stage.until(lambda: "NOT SAVED: The disk is full." in stage.screen)
        stage.journal.recover()
        await stage.until(lambda: "saved ✓" in stage.screen)


async def test_a_note_that_was_taken_back_is_asked_about_nowhere():
    async with debriefed(taken_back=True) as stage:
        assert "? check how council is anonymised" in stage.screen
        assert "Lamb" not in stage.screen
        assert not [box for box in debriefing.boxes(stage.interview) if "Lamb" in box.label]


async def to_the_end(stage: Stage) -> None:
    await stage.press(*["pagedown"] * 6)


async def test_what_was_taken_back_is_destroyed_once_the_case_is_typed():
    async with debriefed(taken_back=True) as stage:
        await to_the_end(stage)
        assert "destroy 02:" in stage.screen
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
        self.go = threading.Event()
        self.refusal = ""

    def destroy(self, call: Call, withheld: str) -> Path:
        assert self.go.wait(20)
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
        stage.go.set()
        await until_home(stage)
        assert len(stage.events(Destroyed)) == 1


async def test_what_cannot_be_destroyed_says_why_and_can_be_tried_again():
    stage = HeldBack()
    stage.refusal = "A stretch of span-001.flac cannot be destroyed: no space left."
    stage.go.set()
    async with debriefed(stage, taken_back=True):
        await to_the_end(stage)
        await stage.press("P07", "enter")
        await stage.until(lambda: "Not destroyed: A stretch of span-001.flac" in stage.screen)
        stage.refusal = ""
        await to_the_end(stage)
        await stage.press("P07", "enter")
        await stage.until(lambda: stage.events(Destroyed))


async def test_a_call_that_is_performed_has_no_debrief():
    async with staged(exit_when_ended=True) as stage:
        await stage.record()
        end(stage)
        await stage.until(lambda: stage.app._exit)
        assert stage.events(InterviewEnded)
        assert stage.app.debrief is None


async def test_a_signal_to_leave_waits_for_the_keys_that_are_still_on_their_way():
    async with debriefed() as stage:
        stage.burst("well then")
        stage.app._ask_to_leave()
        await stage.until(lambda: stage.app._exit)
        draft = stage.journal.draft
        assert draft is not None
        assert draft.text == "well then"


@SHOWS_A_DATE
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_the_debrief_looks_like(size):
    async with debriefed(size=size, taken_back=True) as stage:
        await stage.press("well, he warmed up", "enter", "good", "enter", "down", "f")
        assert isinstance(stage.app.screen.query_one("#sheet"), DebriefSheet)
        await matches(stage, "debrief")


async def test_on_the_smallest_terminal_the_box_and_the_line_are_there():
    async with debriefed(size=(40, 10)) as stage:
        await stage.press("down", "well")
        assert "▸ ● Rapport" in stage.screen
        assert "› well" in stage.screen
