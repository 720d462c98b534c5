"""Tallies on the list of interviews, on a screen of their own, and in the call where it is decided what is short."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.tally import Counted
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.tallies import TalliesScreen
from interview_tui.tui.widgets.question_panel import QuestionPanel
from tests.fake_fieldwork import FakeTallies
from tests.tui.gallery import SMALL, pictured
from tests.tui.staging import CASE, SHOWS_A_DATE, Stage, staged
from tests.tui.tallied import INCIDENTS, KINDS, RELATIONSHIPS, WHERE, tallied
from tests.tui.test_home import conducted

ALL = (RELATIONSHIPS, KINDS, INCIDENTS, WHERE)


def stage_with(*counted: Counted, fails: ConfigError | None = None) -> Stage:
    stage = Stage()
    stage.tallies = FakeTallies(*counted, fails=fails)
    return stage


def row(stage: Stage, begin: str) -> str:
    return next((line.strip() for line in stage.screen.splitlines() if line.strip().startswith(begin)), "")


async def test_the_list_says_of_each_tally_how_far_it_is_and_what_is_short():
    stage = stage_with(*tallied(RELATIONSHIPS, KINDS))
    async with staged(Home(), (120, 40), stage):
        await stage.until(lambda: row(stage, "kinds:"))
        assert row(stage, "kinds:") == "kinds:  formal 23/20 ✓  informal 8/20, 12 short"
        assert row(stage, "relationships:") == (
            "relationships:  mentor 22/35, 13 short  mentee 9/25, 16 short  mentee / informal 2/12, 10 short  +1"
        )


async def test_a_study_without_tallies_shows_nothing_of_them():
    stage = stage_with()
    async with staged(Home(), stage=stage):
        await stage.until(lambda: stage.tallies.without)
        await stage.settled()
        assert not stage.app.screen.query_one("#tallies").display
        await stage.press("y")
        await stage.until(lambda: "This study counts nothing yet." in stage.screen)


async def test_the_list_is_there_before_anything_is_counted():
    stage, may_count = stage_with(*tallied(KINDS)), threading.Event()
    conducted(stage, "P01")
    counted = stage.tallies.counted
    stage.tallies.counted = lambda without="": (may_count.wait(60), counted(without))[1]
    async with staged(Home(), stage=stage):
        await stage.until(lambda: row(stage, "P01"))
        assert not row(stage, "kinds:")
        may_count.set()
        await stage.until(lambda: row(stage, "kinds:"))


async def test_what_is_wrong_with_a_tally_is_said_in_its_place():
    stage = stage_with(fails=ConfigError("study.toml: by names rol, which is nothing.", "Did you mean role?"))
    conducted(stage, "P01")
    async with staged(Home(), stage=stage):
        await stage.until(lambda: "by names rol" in stage.screen)
        assert "Did you mean role?" in stage.screen
        await stage.press("y")
        await stage.until(lambda: isinstance(stage.app.screen, TalliesScreen) and "by names rol" in stage.screen)


@pytest.mark.parametrize("rows", [24, 18, 15])
async def test_the_list_keeps_its_room_whatever_there_is_to_count(rows: int):
    stage = stage_with(*tallied(*ALL))
    for number in range(30):
        conducted(stage, f"P{number:02}", ended=number > 3, days=number)
    async with staged(Home(), (80, rows), stage):
        await stage.until(lambda: stage.tallies.without)
        await stage.settled()
        shown = sum(line.strip().startswith("P") for line in stage.screen.splitlines())
        assert shown >= rows - 14
        assert bool(row(stage, "relationships:") or row(stage, "and 4 more")) == (rows >= 18)


async def test_counts_follow_when_the_list_is_shown_again():
    stage = stage_with(*tallied(KINDS))
    async with staged(Home(), stage=stage):
        await stage.until(lambda: row(stage, "kinds:"))
        stage.tallies.lies = tallied(KINDS, there_are={("mentor", "formal"): 20})
        await stage.press("y")
        await stage.until(lambda: row(stage, "formal ").endswith("20/20 ✓"))
        await stage.press("escape")
        await stage.until(lambda: row(stage, "kinds:").startswith("kinds:  formal 20/20 ✓"))


async def test_the_screen_of_the_tallies_shows_every_cell_and_counts_again():
    stage = stage_with(*tallied(*ALL))
    async with staged(Home(), (120, 40), stage):
        await stage.press("y")
        await stage.until(lambda: row(stage, "role × kind"))
        assert row(stage, "mentor ").split() == ["mentor", "16", "6/12,", "6", "short", "0", "22/35,", "13", "short"]
        stage.tallies.lies = tallied(KINDS, there_are={})
        await stage.press("r")
        await stage.until(lambda: row(stage, "informal").endswith("0/20, 20 short"))


async def test_at_the_item_that_is_counted_by_its_codes_say_what_is_short():
    stage = stage_with(*tallied(KINDS))
    async with staged(size=(120, 40), stage=stage):
        await stage.go("formal or informal")
        await stage.until(lambda: "2 informal 8/20 · 12 short" in stage.screen)
        assert "1 formal 23/20   2 informal 8/20 · 12 short   3 mixed 0   dk rf na nt" in stage.screen
        assert stage.tallies.without == [CASE]


async def test_where_there_is_no_room_beside_the_codes_it_stands_below_all_else():
    stage = stage_with(*tallied(KINDS))
    async with staged(size=SMALL, stage=stage):
        await stage.go("formal or informal")
        await stage.until(lambda: "so far:  formal 23 of 20" in stage.screen)
        assert "1 formal   2 informal   3 mixed   dk rf na nt" in stage.screen
        rows = [line.split("│")[0].strip() for line in stage.screen.splitlines()]
        assert rows.index("1 formal   2 informal   3 mixed   dk rf na nt") < next(
            number for number, line in enumerate(rows) if line.startswith("so far:")
        )


async def test_once_the_role_is_known_the_cell_that_fits_it_is_told():
    stage = stage_with(*tallied(RELATIONSHIPS))
    async with staged(size=(120, 40), stage=stage):
        await stage.go("were you the mentor")
        await stage.until(lambda: "1 mentor 22/35 · 13 short   2 mentee 9/25 · 16 short" in stage.screen)
        await stage.press("2", "enter")
        await stage.go("formal or informal")
        await stage.until(lambda: "1 formal 7   2 informal 2/12   3 mixed 0   (mentee)   dk rf na nt" in stage.screen)


async def test_where_another_relationship_is_offered_what_is_short_of_most_is_told():
    stage = stage_with(*tallied(RELATIONSHIPS, KINDS))
    async with staged(size=(120, 40), stage=stage):
        await stage.go("another relationship")
        await stage.until(lambda: "so far:  mentee 9 of 25 · 16 short  mentor 22 of 35 · 13 short" in stage.screen)


async def test_the_notes_do_not_give_way_to_what_is_short():
    stage = stage_with(*tallied(RELATIONSHIPS, KINDS))
    async with staged(size=SMALL, stage=stage):
        await stage.go("another relationship")
        await stage.until(lambda: "so far:" in stage.screen)
        panel = stage.live.query_one(QuestionPanel)
        with_quotas, taken = panel.least_rows, panel.taken_rows
        assert panel.value is not None
        panel.show(replace(panel.value, quotas=None))
        assert panel.least_rows == with_quotas
        assert panel.taken_rows < taken


async def test_a_call_goes_on_without_tallies_that_cannot_be_counted():
    stage = stage_with(fails=ConfigError("study.toml: by names rol.", ""))
    async with staged(size=(120, 40), stage=stage):
        await stage.until(lambda: stage.tallies.without == [CASE])
        await stage.go("formal or informal")
        await stage.press("1", "enter")
        assert "✓ 1 formal   2 informal   3 mixed   dk rf na nt" in stage.screen
        assert "rol" not in stage.screen.replace("role", "").replace("enrol", "")


async def test_a_call_does_not_wait_for_its_tallies():
    stage, may_count = stage_with(*tallied(KINDS)), threading.Event()
    counted = stage.tallies.counted
    stage.tallies.counted = lambda without="": (may_count.wait(60), counted(without))[1]
    async with staged(size=(120, 40), stage=stage):
        await stage.go("formal or informal")
        await stage.press("1", "enter")
        assert "✓ 1 formal   2 informal" in stage.screen
        may_count.set()
        await stage.until(lambda: "✓ 1 formal 23/20   2 informal 8/20" in stage.screen)


@SHOWS_A_DATE
async def test_pictures_of_the_list_and_of_all_tallies():
    stage = stage_with(*tallied(*ALL))
    for number in range(12):
        conducted(stage, f"P{number:02}", ended=number > 0, days=number)
    async with staged(Home(), stage=stage):
        await stage.until(lambda: row(stage, "relationships:"))
        await pictured(stage, "home-tallies")
        await stage.press("y")
        await stage.until(lambda: row(stage, "role × kind"))
        await pictured(stage, "tallies")


async def test_pictures_of_the_call_where_it_is_decided():
    stage = stage_with(*tallied(RELATIONSHIPS, KINDS))
    async with staged(stage=stage):
        await stage.go("were you the mentor")
        await stage.until(lambda: "of 35" in stage.screen or "22/35" in stage.screen)
        await stage.press("1", "enter")
        await stage.go("formal or informal")
        await stage.until(lambda: "mentor" in stage.screen)
        await pictured(stage, "quotas")
