"""What every state that matters looks like; the pictures are to be looked at whenever they change."""

from __future__ import annotations

import pytest

from interview_tui.tui.ports import Home, Read
from interview_tui.tui.themes import CHOICES
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.reviewed import stage_with_record
from tests.tui.staging import SHOWS_A_DATE, Stage, staged, told
from tests.tui.test_home import conducted

TOO_SMALL = (50, 12)


async def off_the_record(stage: Stage) -> None:
    """Off the record in the middle of an incident, for 47 s."""
    await told(stage)
    await stage.press("ctrl+o")
    await stage.until(lambda: not stage.interview.recording)
    stage.clock.advance(47_000)
    await stage.until(lambda: "00:47" in stage.screen)


async def test_the_opening():
    async with staged() as stage:
        await pictured(stage, "opening")


async def test_the_consent_to_recording():
    async with staged() as stage:
        stage.clock.advance(30_500)
        await stage.press("ctrl+g", "happy to take part", "enter", "y", "enter")
        await stage.go("tape-record")
        await stage.press("y")
        await pictured(stage, "consent", [SMALL])


async def test_consent_given_and_nothing_recorded():
    async with staged() as stage:
        await stage.consent()
        await pictured(stage, "press-record", [SMALL])


async def test_a_checklist():
    async with staged() as stage:
        await stage.record()
        await stage.go("have you ever")
        await stage.press("y", "enter", "n", "enter", "y", "enter")
        await pictured(stage, "checklist")


async def test_an_incident_being_told():
    async with staged() as stage:
        await told(stage)
        await stage.press("flattered, bit alarmed")
        await pictured(stage, "incident")


async def test_a_question_that_is_not_suggested():
    async with staged() as stage:
        await told(stage)
        await stage.go("puts you off")
        await pictured(stage, "not-on-route", [SMALL])


async def test_a_question_that_was_answered_before():
    async with staged() as stage:
        await told(stage)
        await stage.go("wise")
        await pictured(stage, "said-before")


async def test_off_the_record_and_what_was_taken_back():
    async with staged() as stage:
        await off_the_record(stage)
        await pictured(stage, "how-far-back")
        await stage.press("1")
        await pictured(stage, "keep-them", [SMALL])
        await stage.press("n")
        await pictured(stage, "taken-back")


async def test_the_line_dropped_and_they_are_back():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "d")
        await stage.until(lambda: not stage.interview.recording)
        stage.clock.advance(72_000)
        await stage.press("ctrl+l", "r")
        await pictured(stage, "dropped")
        await stage.press("ctrl+r")
        await pictured(stage, "reconfirm", [SMALL])


async def test_distress():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "s")
        await stage.until(lambda: not stage.interview.recording)
        await pictured(stage, "distress")


async def test_they_must_leave_and_what_would_be_left_out():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l", "m", "11", "enter", "ctrl+l", "t")
        await pictured(stage, "deadline", [SMALL])


async def test_notes_only():
    async with staged() as stage:
        await stage.press("ctrl+g", "happy to take part", "enter", "y", "enter")
        await stage.go("tape-record")
        await stage.press("n", "enter")
        await stage.go("define mentoring")
        await pictured(stage, "notes-only", [SMALL])


async def test_a_recorder_that_failed_and_a_note_that_is_not_saved():
    async with staged() as stage:
        await told(stage)
        stage.journal.fail("The disk is full.")
        stage.recorder.lose("The microphone is gone.")
        await stage.press("one more note", "enter")
        await stage.until(lambda: "NOT RECORDING" in stage.screen)
        await pictured(stage, "in-trouble", [SMALL])


async def test_the_end_and_an_early_end():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+l")
        await pictured(stage, "call-menu", [SMALL])
        await stage.press("e")
        await pictured(stage, "end")
        await stage.press("escape", "ctrl+l", "x")
        await pictured(stage, "end-early", [SMALL])


async def test_what_the_line_asks_for():
    async with staged() as stage:
        await told(stage)
        await stage.press("flattered", "ctrl+p")
        await pictured(stage, "palette", [SMALL])
        await stage.press("escape", "ctrl+t", "less easy", "down", "space", "down")
        await pictured(stage, "tick", [SMALL])
        await stage.press("escape", "ctrl+n")
        await pictured(stage, "new-round", [SMALL])


async def test_a_screen_too_small_for_more_than_the_question_the_line_and_what_is_saved():
    async with staged() as stage:
        await stage.record()
        await stage.go("define mentoring")
        await stage.press("half a note")
        await pictured(stage, "too-small", [TOO_SMALL])


@pytest.mark.parametrize("theme", CHOICES[1:])
async def test_every_theme(theme):
    async with staged() as stage:
        await told(stage)
        stage.app.theme = theme
        await stage.press("ctrl+o")
        await stage.until(lambda: "OFF RECORD" in stage.screen)
        await pictured(stage, f"theme-{theme}", [SMALL])


async def test_without_colours(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged() as stage:
        await told(stage)
        await pictured(stage, "no-color", [SMALL])


@SHOWS_A_DATE
async def test_the_list_of_interviews():
    stage = Stage()
    conducted(stage, "P01")
    conducted(stage, "P02", recorded=False, days=1)
    conducted(stage, "P03", ended=False, days=2)
    async with staged(Home(), stage=stage):
        await pictured(stage, "home", [SMALL])


@SHOWS_A_DATE
async def test_a_record():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await stage.until(lambda: "R1-difficult" in stage.screen)
        await pictured(stage, "record")


@SHOWS_A_DATE
async def test_a_part_of_an_incident_being_heard_and_what_is_missing_in_the_call():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await stage.until(lambda: "R1-difficult" in stage.screen)
        await stage.press(*["down"] * 4, "enter")
        await stage.until(lambda: stage.player.at_ms() is not None)
        stage.clock.advance(3_100)
        await stage.until(lambda: "▶ 00:43" in stage.screen)
        await pictured(stage, "record-heard", [LARGE])
        await stage.press("s")
        await stage.press("end", *["up"] * 5)
        await pictured(stage, "record-missing")


@pytest.mark.parametrize("small", [(50, 20), (100, 12), (40, 10)], ids=lambda small: f"{small[0]}x{small[1]}")
async def test_on_a_very_small_screen_question_line_and_save_state_remain(small):
    async with staged(size=LARGE) as stage:
        await stage.record()
        await stage.go("define mentoring")
        await stage.press("half a note")
        await stage.pilot.resize_terminal(*small)
        await stage.settled()
        assert "How would you define mentoring?" in stage.screen
        assert "half a note" in stage.screen
        assert "saved ✓" in stage.screen
        assert len(stage.screen.splitlines()) <= small[1]


async def test_the_picture_of_a_screen_for_the_manual_fetches_nothing():
    async with staged() as stage:
        picture = stage.app.picture()
        assert picture.startswith("<svg")
        assert "url(http" not in picture
