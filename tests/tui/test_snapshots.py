"""What the screens look like, as text. `UPDATE_SNAPSHOTS=1 pytest tests/tui` draws them anew: look at what changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interview_tui.tui.ports import Home, Read
from tests.export.example_record import example_record
from tests.tui.staging import SHOWS_A_DATE, Stage, lines, staged, told
from tests.tui.test_home import conducted

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 40))
pytestmark = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


async def matches(stage: Stage, name: str) -> None:
    """The screen is the one that was looked at and kept."""
    drawn = "\n".join(lines(stage.app)) + "\n"
    width, height = stage.app.size
    file = SNAPSHOTS / f"{name}-{width}x{height}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    if drawn != kept:  # a clock or a recorder may still be about to be painted
        await stage.until(lambda: "\n".join(lines(stage.app)) + "\n" == kept or _given_up(stage))
    assert "\n".join(lines(stage.app)) + "\n" == kept


def _given_up(stage: Stage) -> bool:
    stage.looks = getattr(stage, "looks", 0) + 1
    return stage.looks > 200


@SHOWS_A_DATE
async def test_the_list_of_interviews(size):
    stage = Stage()
    conducted(stage, "P01")
    conducted(stage, "P02", recorded=False, days=1)
    conducted(stage, "P03", ended=False, days=2)
    async with staged(Home(), size, stage):
        await matches(stage, "home")


async def test_the_opening(size):
    async with staged(size=size) as stage:
        await matches(stage, "opening")


async def test_consent_given_and_nothing_recorded(size):
    async with staged(size=size) as stage:
        await stage.consent()
        await matches(stage, "press-record")


async def test_a_checklist(size):
    async with staged(size=size) as stage:
        await stage.record()
        await stage.go("have you ever")
        await stage.press("y", "enter", "n", "enter", "y", "enter")
        await matches(stage, "checklist")


async def test_an_incident_being_told(size):
    async with staged(size=size) as stage:
        await told(stage)
        await stage.press("flattered, bit alarmed")
        await matches(stage, "incident")


async def test_a_question_that_was_answered_before(size):
    async with staged(size=size) as stage:
        await told(stage)
        await stage.go("wise")
        await matches(stage, "said-before")


async def test_the_choosers(size):
    async with staged(size=size) as stage:
        await told(stage)
        await stage.press("flattered", "ctrl+g", "trust")
        await matches(stage, "go-to")
        await stage.press("ctrl+t", "less easy", "down", "space", "down")
        await matches(stage, "tick")
        await stage.press("ctrl+n")
        await matches(stage, "new-round")
        await stage.press("ctrl+l", "e")
        await matches(stage, "end")
        await stage.press("escape", "f12")
        await matches(stage, "keys")


async def test_off_the_record(size):
    async with staged(size=size) as stage:
        await told(stage)
        await stage.press("ctrl+o")
        await stage.until(lambda: not stage.interview.recording)
        stage.clock.advance(47_000)
        await stage.until(lambda: "00:47" in stage.screen)
        await matches(stage, "off-record")


async def test_nothing_saved_and_nothing_recorded(size):
    async with staged(size=size) as stage:
        await told(stage)
        stage.journal.fail("The disk is full.")
        stage.recorder.lose("The microphone is gone.")
        await stage.until(lambda: "NOT RECORDING" in stage.screen)
        await matches(stage, "in-trouble")


@SHOWS_A_DATE
async def test_a_record_and_its_transcript(size):
    stage = Stage()
    conducted(stage, "P07")
    stage.study.record = lambda case: example_record(case=case)
    async with staged(Read("P07"), size, stage):
        await stage.until(lambda: "R1-difficult" in stage.screen)
        await matches(stage, "record")
        await stage.press("v", "home")
        await matches(stage, "transcript")


async def test_the_picture_of_a_screen_fetches_nothing(size):
    async with staged(size=size) as stage:
        picture = stage.app.picture()
        assert picture.startswith("<svg")
        assert "url(http" not in picture


@pytest.mark.parametrize("small", [(50, 20), (100, 12), (40, 10)], ids=lambda small: f"{small[0]}x{small[1]}")
async def test_on_a_very_small_screen_question_line_and_save_state_remain(size, small):
    async with staged(size=size) as stage:
        await stage.record()
        await stage.go("define mentoring")
        await stage.press("half a note")
        await stage.pilot.resize_terminal(*small)
        await stage.settled()
        assert "How would you define mentoring?" in stage.screen
        assert "half a note" in stage.screen
        assert "saved ✓" in stage.screen
        assert len(stage.screen.splitlines()) <= small[1]
