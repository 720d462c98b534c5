"""Incidents sorted into categories: a few letters and Enter, in bursts as well; and blind, as a second judge."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from interview_tui.credibility.changes import CategoryGiven, CodingChange, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.ports import ToSort
from interview_tui.errors import Refused, StorageError
from interview_tui.interview.events import Stretch
from interview_tui.tui import sorting_rows
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Destination, Go, ToRecord, ToSorting
from interview_tui.tui.ports import Home
from interview_tui.tui.screens import sorting as screen
from interview_tui.tui.screens.comparison import ComparisonScreen
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.sorting import SortingScreen
from tests.tui.appraised import BOOK, TO_SORT, LaidDesk, idle, left, sorting, stage_with_coding, to_sort
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.reviewed import at, placed_record, stage_with_record
from tests.tui.staging import Stage, staged

FRESH = tuple(to_sort(f"P{number:02}", "S1-rough") for number in range(1, 7))


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Destination]:
    """Where the app was asked to go."""
    asked: list[Destination] = []

    def on_go(_: InterviewApp, message: Go) -> None:
        asked.append(message.to)

    monkeypatch.setattr(InterviewApp, "on_go", on_go)
    return asked


def given(stage: Stage) -> list[tuple[str, str]]:
    """Case and category of everything that was noted, in its order."""
    return [(one.case, one.category) for one in stage.coding.noted if isinstance(one, CategoryGiven)]


async def decided(stage: Stage, *keys: str) -> None:
    """Keys, and then nothing until what they decide is noted and shown."""
    await stage.press(*keys)
    await idle(stage)


async def test_letters_and_enter_sort_and_go_on_to_the_next_that_is_not_sorted():
    async with sorting(stage_with_coding()) as stage:
        assert "2 of 5 sorted · incident 2" in stage.screen
        assert "the lift was out" in stage.screen
        await decided(stage, "tru", "enter")
        [noted] = stage.coding.noted
        assert noted == CategoryGiven(
            wall_ms=stage.coding.wall_ms,
            case="P07",
            incident="S1-rough",
            category="trust",
            codebook=3,
            task=Task.CODING,
        )
        assert "3 of 5 sorted · incident 3" in stage.screen
        assert "P07 S1-rough of the shift: Trust." in stage.screen
        await decided(stage, "4", "enter")
        assert given(stage)[-1] == ("P08", "time")
        assert "was in “haste”, which codebook 3" in stage.screen
        await decided(stage, "down", "down", "enter")
        assert given(stage)[-1] == ("P09", "advice")
        assert "All 5 are sorted." in stage.screen
        assert "5 of 5 sorted" in stage.screen


async def test_in_a_burst_no_letter_is_taken_for_another_incident_and_all_is_noted_in_order():
    async with sorting(stage_with_coding(LaidDesk(BOOK, FRESH))) as stage:
        stage.burst("adv", "enter", "tab", "ti", "enter", "shift+tab", "shift+tab", "trust", "enter", "2", "enter")
        stage.burst("ba", "escape", "list", "enter")
        await idle(stage)
        assert given(stage) == [
            ("P01", "advice"),
            ("P03", "time"),
            ("P02", "trust"),
            ("P04", "advice"),
            ("P05", "lists"),
        ]
        assert "5 of 6 sorted · incident 6" in stage.screen


async def test_enter_without_a_category_pointed_at_sorts_nothing():
    async with sorting(stage_with_coding()) as stage:
        await decided(stage, "enter")
        assert screen.CHOOSE in stage.screen
        await decided(stage, "xqzw", "enter")
        assert screen.NOTHING_FITS in stage.screen
        assert stage.coding.noted == []
        await stage.press("escape", "tru")
        assert "What was told goes no further" in stage.screen.replace("\n", " ").replace("  ", " ")


async def test_a_sorted_one_can_be_gone_back_to_left_as_it_is_sorted_anew_or_taken_out():
    async with sorting(stage_with_coding()) as stage:
        await stage.press("shift+tab")
        assert "● Support › Advice" in stage.screen
        await stage.press("shift+tab")
        assert screen.THE_FIRST in stage.screen
        await decided(stage, "enter")
        assert stage.coding.noted == []  # it is in there already
        await decided(stage, "shift+tab", "back", "enter", "shift+tab", "ctrl+n")
        assert given(stage) == [("P07", "backing"), ("P07", "")]
        assert "1 of 5 sorted · incident 1" in stage.screen
        await decided(stage, "ctrl+n")
        assert len(stage.coding.noted) == 2


async def test_only_unsorted_ones_are_gone_through():
    async with sorting(stage_with_coding()) as stage:
        await stage.press("shift+tab", "ctrl+t")
        assert "incident 2 · only unsorted" in stage.screen
        await stage.press("tab", "tab", "tab")
        assert "incident 4 · only unsorted" in stage.screen
        assert screen.THE_LAST in stage.screen
        await stage.press("ctrl+t", "tab")
        assert "incident 5 · codebook" in stage.screen


async def test_a_judge_sees_the_sample_and_nothing_of_how_others_sorted_it():
    stage = stage_with_coding()
    drawn = stage.coding.draw(Task.JUDGING, 100)
    async with sorting(stage, judging=True) as stage:
        assert len(drawn.members) == 3
        assert "Judging, blind   0 of 3 judged · incident 1" in stage.screen
        assert sorting_rows.BLIND.split(":")[0] in " ".join(stage.screen.split())
        assert "○ not sorted" in stage.screen  # it is in Advice
        await decided(stage, "tru", "enter", "shift+tab")
        assert [one.task for one in stage.coding.noted[1:]] == [Task.JUDGING]
        assert "● Trust" in stage.screen
        for _ in range(3):
            assert "Advice" not in "".join(line.split("│")[0] for line in stage.screen.splitlines())
            assert "haste" not in stage.screen
            await stage.press("tab")


class RefusingDesk(LaidDesk):
    """Refuses what is put into Trust; notes when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.let_go.set()

    def note(self, *changes: CodingChange) -> None:
        self.let_go.wait(60)
        if any(isinstance(one, CategoryGiven) and one.category == "trust" for one in changes):
            raise Refused("Somebody else has to judge.", "See the preferences.")
        super().note(*changes)


async def test_what_cannot_be_noted_is_said_and_is_not_sorted():
    async with sorting(stage_with_coding(RefusingDesk())) as stage:
        await decided(stage, "tru", "enter", "time", "enter")
        assert given(stage) == [("P08", "time")]
        assert "3 of 5 sorted" in stage.screen
        await decided(stage, "shift+tab", "shift+tab")
        assert "○ not sorted" in stage.screen
        await decided(stage, "tru", "enter")
        assert "✗ P07 S1-rough of the shift is NOT noted. Somebody else has to judge." in stage.screen
        told = " ".join(line.split("│")[0].strip() for line in stage.screen.splitlines())
        assert "Somebody else has to judge. See the preferences." in told
        await decided(stage, "time", "enter")
        assert "NOT noted" not in stage.screen


async def test_it_is_left_once_everything_is_noted_and_escape_empties_the_line_first():
    desk = RefusingDesk()
    desk.let_go.clear()
    async with sorting(stage_with_coding(desk)) as stage:
        await stage.press("time", "enter", "tr", "escape")
        assert stage.app.screen.query_one("#category").value == ""
        await stage.press("escape")
        assert isinstance(stage.app.screen, SortingScreen)
        desk.let_go.set()
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        assert given(stage) == [("P07", "time")]


async def test_one_key_leads_to_the_record_at_the_incident_and_back_is_the_same_incident(went):
    async with sorting(stage_with_coding()) as stage:
        await stage.press("tab", "ctrl+o")
        assert went == [ToRecord("P08", incident="S1-smooth")]
        other = HomeScreen(stage.adapters)
        stage.coding.to_sort = [to_sort("P01", "S1-new"), *stage.coding.to_sort]
        await stage.app.push_screen(other)
        await stage.app.pop_screen()
        await idle(stage)
        assert "incident 4" in stage.screen
        assert "P08 · S1-smooth" in stage.screen


async def test_the_sorting_is_a_key_away_from_the_incidents_side_by_side(went):
    async with staged(Home(), stage=stage_with_coding()) as stage:
        await stage.app.push_screen(ComparisonScreen(stage.adapters))
        await stage.press("s")
        assert went == [ToSorting()]


async def test_a_click_points_at_a_category_and_sorts_nothing():
    async with sorting(stage_with_coding()) as stage:
        await stage.pilot.click("#categories", offset=(10, 4))
        await stage.settled()
        assert "›5" in stage.screen
        assert stage.coding.noted == []
        await decided(stage, "enter")
        assert given(stage) == [("P07", "lists")]


async def test_an_incident_is_heard_and_silenced():
    record = placed_record()
    told, *others = record.incidents
    heard = replace(told, evidence=replace(told.evidence, audio=Stretch(at(19), at(40))))
    stage = stage_with_record(replace(record, incidents=(heard, *others)))
    stage.coding = LaidDesk(BOOK, [ToSort("P07", told.id, told.label, (("event", "he rang"),))])
    async with sorting(stage) as stage:
        await decided(stage, "ctrl+l")
        assert stage.player.played == [(at(19), at(40))]
        assert stage.player.at_ms() is not None
        await decided(stage, "ctrl+l")
        assert stage.player.at_ms() is None
        await decided(stage, "ctrl+l", "time", "enter")
        await left(stage, "escape")
        await idle(stage)
        assert (len(stage.player.played), stage.player.at_ms()) == (2, None)


async def test_without_a_sound_device_or_a_recording_that_is_said():
    stage = stage_with_record()
    stage.player.available = False
    stage.coding = LaidDesk(BOOK, [to_sort("P07", "R9-nowhere")])
    async with sorting(stage) as stage:
        await decided(stage, "ctrl+l")
        assert screen.NO_DEVICE in stage.screen
        stage.player.available = True
        await decided(stage, "ctrl+l")
        assert screen.NOT_RECORDED in stage.screen


@pytest.mark.parametrize(
    ("desk", "judging", "sentence"),
    [
        (LaidDesk(None), False, "There is no codebook yet."),
        (LaidDesk(Codebook(1, ())), False, "The codebook has no category yet"),
        (LaidDesk(BOOK, ()), False, "No incident was told yet"),
        (LaidDesk(), True, "No sample is drawn for a judge yet"),
    ],
    ids=["no codebook", "no category", "no incident", "no sample"],
)
async def test_where_there_is_nothing_to_sort_it_says_what_to_do_and_every_key_is_harmless(desk, judging, sentence):
    async with sorting(stage_with_coding(desk), judging=judging) as stage:
        assert sentence in " ".join(stage.screen.split())
        await decided(
            stage, "a", "enter", "down", "tab", "shift+tab", "ctrl+n", "ctrl+t", "ctrl+o", "ctrl+l", "pagedown"
        )
        assert desk.noted == []
        await left(stage, "escape", "escape")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_a_study_that_cannot_be_read_says_so(monkeypatch):
    stage = stage_with_coding()

    def fails(_: Task) -> list[ToSort]:
        raise StorageError("P07 cannot be read.")

    monkeypatch.setattr(stage.coding, "incidents", fails)
    async with sorting(stage) as stage:
        assert "P07 cannot be read." in stage.screen


async def test_what_it_looks_like():
    long = tuple((part, f"{words} and then " * 12) for part, words in TO_SORT[1].parts)
    incidents = (TO_SORT[0], replace(TO_SORT[1], parts=long), *TO_SORT[2:])
    async with sorting(stage_with_coding(LaidDesk(BOOK, incidents))) as stage:
        await pictured(stage, "sorting", [SMALL, LARGE])
        await stage.press("t")
        await pictured(stage, "sorting-typed", [SMALL])
        await stage.press("escape", "tab", "tab")
        await pictured(stage, "sorting-gone", [SMALL])


async def test_what_judging_looks_like():
    stage = stage_with_coding()
    stage.coding.draw(Task.JUDGING, 100)
    async with sorting(stage, judging=True) as stage:
        await decided(stage, "tru", "enter", "shift+tab")
        await pictured(stage, "judging", [SMALL])
