"""The line loses nothing, in whatever order and however fast the keys come."""

from __future__ import annotations

import random
import threading
from collections.abc import AsyncIterator

import pytest
from textual import events
from textual.message import Message

from interview_tui.interview.events import Answered, Flagged, NoteTaken, RoundOpened, Visited
from interview_tui.interview.ports import Draft
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import GoOn
from interview_tui.tui.ports import Adapters, Conduct, Home, Start
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.preflight import PreflightScreen
from tests.tui.staging import CASE, PATIENCE_S, Stage, pasted, staged

KEYS_OF_A_BURST = 200


async def test_a_note_has_the_time_of_its_first_key_less_the_lag():
    async with staged() as stage:
        stage.clock.advance(60_000)
        await stage.press("r")
        stage.clock.advance(12_000)
        await stage.press("ang at eleven", "enter")
        (note,) = stage.events(NoteTaken)
        assert note.text == "rang at eleven"
        assert note.at_ms == 72_000
        assert note.first_key_ms == 60_000
        assert note.first_key_ms - note.about_ms == 3000


async def test_a_key_that_waited_in_the_queue_has_the_time_at_which_it_was_pressed():
    async with staged() as stage:
        stage.clock.advance(60_000)
        late = events.Key("r", "r")
        late.time = Message().time - 1.5
        stage.app.post_message(late)
        await stage.press("ang", "enter")
        (note,) = stage.events(NoteTaken)
        at_most_ms = round((Message().time - late.time) * 1000)
        assert 60_000 - at_most_ms <= note.first_key_ms <= 58_500


async def test_the_line_says_what_enter_will_do_before_it_is_pressed():
    async with staged() as stage:
        stage.clock.advance(60_000)
        assert "↵ next:" in stage.screen
        await stage.press("y")
        assert "↵ answer: yes" in stage.screen
        await stage.press("es minister")
        assert "↵ note @00:5" in stage.screen
        await stage.press("enter", "ctrl+n", "g", "enter", "new PH")
        assert "→ event" in stage.screen.splitlines()[-2]


async def test_a_code_answers_and_a_space_in_front_of_it_makes_a_note():
    async with staged() as stage:
        await stage.press("n", "enter", "space", "n", "enter")
        (answer,) = stage.events(Answered)
        assert answer.value == ("no",)
        assert stage.notes == ["n"]


async def test_a_command_in_the_middle_of_a_note_leaves_the_note_as_it_is():
    async with staged() as stage:
        stage.burst("hello ", "ctrl+n", "g", "enter", "world", "enter")
        await stage.settled()
        assert stage.notes == ["hello world"]
        assert [opened.round for opened in stage.events(RoundOpened)] == ["R1", "R1-good"]


async def test_what_was_half_typed_before_a_list_is_there_again_after_it():
    async with staged() as stage:
        stage.burst("half a no", "ctrl+g", "trust", "escape", "te", "enter")
        await stage.settled()
        assert stage.notes == ["half a note"]


async def test_keys_after_a_jump_in_the_same_burst_are_for_the_question_jumped_to():
    async with staged() as stage:
        stage.burst("ctrl+g", "happy to take part", "enter", "y", "enter")
        await stage.settled()
        (answer,) = stage.events(Answered)
        assert answer.place.item == "consent_take_part"


async def test_a_note_typed_after_a_jump_in_the_same_burst_is_filed_where_the_jump_went():
    async with staged() as stage:
        stage.burst("ctrl+n", "g", "enter", "rang at eleven", "enter")
        await stage.settled()
        (note,) = stage.events(NoteTaken)
        assert [place.item for place in note.places] == ["what_happened"]


async def test_editing_keys_in_a_burst_edit_what_was_typed_before_them():
    async with staged() as stage:
        stage.burst("led", "home", "x", "end", "y", "backspace", "z", "left", "w", "enter")
        await stage.settled()
        assert stage.notes == ["xledwz"]


@pytest.mark.parametrize("seed", range(6))
async def test_two_hundred_keys_with_commands_in_them_give_exactly_the_notes_that_were_typed(seed):
    pick = random.Random(seed)
    keys: list[str] = []
    notes: list[str] = []
    text = ""
    flags = 0
    while len(keys) < KEYS_OF_A_BURST:
        what = pick.randrange(12)
        if what < 6 or not text:
            typed = pick.choice("abcdefgh") if text else "zz"
            keys.extend(typed)
            text += typed
        elif what == 6:
            keys.append("space")
            text += " "
        elif what == 7:
            keys.append("ctrl+f")
            flags += 1
        elif what == 8:
            keys.extend([pick.choice(["ctrl+g", "ctrl+t", "ctrl+n", "ctrl+l", "ctrl+q", "ctrl+p"]), "t", "escape"])
        elif what == 9:
            keys.extend([pick.choice(["ctrl+c", "tab", "ctrl+s", "f11", "ctrl+z"])])
        elif what == 10:
            keys.extend(["escape", "escape"])
        else:
            keys.append("enter")
            notes.append(text.strip())
            text = ""
    async with staged() as stage:
        stage.burst(*keys)
        await stage.settled()
        assert stage.notes == notes
        assert stage.line == text
        assert len(stage.events(Flagged)) == flags
        assert stage.journal.draft == (Draft(text, 0) if text else None)


async def test_stray_keys_one_after_the_other_neither_stop_the_recording_nor_drop_the_draft():
    async with staged() as stage:
        await stage.record()
        await stage.press("half a note")
        for key in ("ctrl+q", "ctrl+c", "escape", "ctrl+p", "ctrl+d", "ctrl+z", "tab", "f1", "f10"):
            await stage.press(key)
            assert stage.app.is_running, key
            assert stage.app.live is not None, key
            assert stage.interview.recording, key
            assert stage.journal.draft is not None, key
            assert stage.journal.draft.text == "half a note", key
            if stage.live.conductor.asking.chooser is not None or not stage.line:
                await stage.press("escape")
            assert stage.line == "half a note", key


async def test_escape_clears_the_line_and_brings_it_back():
    async with staged() as stage:
        await stage.press("not this", "escape")
        assert stage.line == ""
        assert stage.journal.draft == Draft("not this", 0), "a crash now must not lose it"
        await stage.press("escape")
        assert stage.line == "not this"


async def test_a_line_wiped_out_at_one_stroke_can_be_brought_back():
    async with staged() as stage:
        await stage.press("a long thought", "ctrl+u")
        assert stage.line == ""
        await stage.press("escape")
        assert stage.line == "a long thought"


async def test_the_half_typed_line_is_kept_with_every_key():
    async with staged() as stage:
        stage.clock.advance(5000)
        for typed in ("f", "fl", "fla"):
            await stage.press(typed[-1])
            assert stage.journal.draft.text == typed
            assert stage.journal.draft.first_key_ms == 5000
        await stage.press("enter")
        assert stage.journal.draft is None


async def test_an_unfinished_interview_comes_back_with_its_half_typed_line():
    async with staged() as stage:
        stage.clock.advance(5000)
        await stage.press("and she sai")
        stage.journal.close(0)
    async with staged(stage=stage):
        assert stage.line == "and she sai"
        await stage.press("d yes", "enter")
        (note,) = stage.events(NoteTaken)
        assert note.text == "and she said yes"
        assert note.first_key_ms == 5000


async def test_pasted_text_becomes_one_line():
    async with staged() as stage:
        await stage.press("said: ")
        pasted(stage, "first\nsecond\x1b\tthird")
        await stage.settled()
        await stage.press("enter")
        assert stage.notes == ["said: first secondthird"]


async def test_nothing_but_the_line_takes_the_focus():
    async with staged() as stage:
        assert [widget.id for widget in stage.app.screen.query("*") if widget.focusable] == ["line"]
        for spot in ("#question", "#outline", "#header", "#notes"):
            await stage.pilot.click(spot)
            assert stage.app.focused is stage.live.line
        stage.app.post_message(events.AppBlur())
        await stage.press("typed while another window is in front", "enter")
        assert stage.notes == ["typed while another window is in front"]


async def test_a_resize_keeps_the_line_and_its_cursor():
    async with staged() as stage:
        await stage.press("half a note", "left", "left")
        for width, height in ((80, 24), (50, 12), (140, 50), (100, 30)):
            await stage.pilot.resize_terminal(width, height)
            await stage.settled()
            assert stage.app.focused is stage.live.line
        await stage.press("X", "enter")
        assert stage.notes == ["half a noXte"]


async def test_what_is_refused_stays_in_the_line():
    async with staged() as stage:
        await stage.record()
        await stage.press("ctrl+o", "secret", "enter")
        assert stage.line == "secret"
        assert "off the record: not kept" in stage.screen
        assert stage.notes == []


async def test_up_and_down_go_through_the_items_and_page_keys_through_the_sections():
    async with staged() as stage:
        first = stage.interview.place
        await stage.press("down", "down", "up", "up")
        assert stage.interview.place == first
        await stage.press("pagedown")
        assert stage.interview.place.item == "experience"
        await stage.press("pageup")
        assert len(stage.events(Visited)) == 7


async def test_back_returns_to_where_the_jump_was_made():
    async with staged() as stage:
        first = stage.interview.place
        await stage.go("trust")
        await stage.go("confidentiality")
        await stage.press("ctrl+b", "ctrl+b")
        assert stage.interview.place == first
        await stage.press("ctrl+b")
        assert "nowhere to go back to" in stage.screen


async def test_leaving_a_call_and_opening_it_again_goes_on_where_it_was():
    async with staged(Home()) as stage:
        await stage.press("n")
        await stage.press(CASE, "enter")
        await stage.until(lambda: isinstance(stage.app.screen, PreflightScreen))
        await stage.press("enter")
        await stage.until(lambda: stage.app.live is not None and stage.app.live.line.has_focus)
        await stage.press("a note", "enter")
        await stage.press("ctrl+l", "l")
        await stage.until(lambda: stage.app.live is None)
        assert stage.journal.closed
        assert "Unfinished: P07 · 1 note" in stage.screen
        await stage.press("enter")
        await stage.until(lambda: stage.app.live is not None and stage.app.live.line.has_focus)
        await stage.press("another", "enter")
        assert stage.notes == ["a note", "another"]


async def begun_late(stage: Stage, start: Start, *keys: str) -> AsyncIterator[None]:
    """The app over a stage that is only made ready once these keys were typed."""
    typed = threading.Event()

    def prepare() -> Adapters:
        assert typed.wait(PATIENCE_S)
        return stage.adapters

    stage.app = InterviewApp(prepare, start)
    async with stage.app.run_test(size=(100, 30)) as stage.pilot:
        await stage.pilot.pause()
        stage.burst(*keys)
        await stage.pilot.pause()
        typed.set()
        yield


async def test_what_is_typed_before_the_screen_is_there_is_in_the_line():
    stage = Stage()
    async for _ in begun_late(stage, Conduct(CASE), "wife answered"):
        await stage.until(lambda: stage.app.live is not None and stage.line == "wife answered")


async def test_what_is_typed_before_the_list_is_there_is_in_no_line():
    stage = Stage()
    async for _ in begun_late(stage, Home(), "wife"):
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        stage.app.post_message(GoOn(CASE))
        await stage.until(lambda: stage.app.live is not None and stage.app.live.line.has_focus)
        await stage.press("x")
        assert stage.line == "x"
