"""The debrief: everything optional, and nothing lost."""

from __future__ import annotations

import random

import pytest

from interview_tui.interview import debriefing
from interview_tui.interview.events import Covered, Debriefed, How, InterviewEnded, Kept
from interview_tui.interview.ports import Draft
from interview_tui.tui.ports import Home
from tests.tui.debriefed import conduct, debrief, debriefed, end, joined, opened, to_the_end, until_home, written
from tests.tui.gallery import SMALL, pictured
from tests.tui.staging import Stage, staged
from tests.tui.test_home import conducted


async def test_the_debrief_opens_straight_after_the_end_and_says_how_that_was():
    async with staged() as stage:
        await stage.record()
        stage.clock.advance(60_500)
        end(stage)
        await stage.until(lambda: stage.app.debrief is not None)
        await stage.settled()
        assert "P07  debrief · 01:0" in stage.screen
        assert "ended: complete" in stage.screen
        assert "saved ✓" in stage.screen
        assert debrief(stage).line.has_focus
        assert not stage.journal.closed


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
    conduct(stage, taken_back=False)
    stage.journal.draft = Draft("half a th", 99, "thing/2")
    async with staged(Home(), stage=stage):
        await opened(stage)
        await stage.press("ing", "enter")
        assert stage.journal.draft is None
        assert written(stage) == {"thing/2": "half a thing"}


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
        await opened(stage)
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


async def test_what_the_debrief_looks_like():
    async with debriefed(taken_back=True) as stage:
        await stage.press("well, he warmed up", "enter", "good", "enter", "down", "f")
        await pictured(stage, "debrief")
        await to_the_end(stage)
        await pictured(stage, "debrief-destroying", [SMALL])


async def test_on_the_smallest_terminal_the_box_and_the_line_are_there():
    async with debriefed(size=(40, 10)) as stage:
        await stage.press("down", "well")
        assert "▸ ● Rapport" in stage.screen
        assert "› well" in stage.screen
