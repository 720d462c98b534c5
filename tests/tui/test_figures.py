"""The figures of a study, page by page: looked at, drawn for, written, and made anew when they are come back to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import DataTable, Input

from interview_tui.credibility.changes import CategoryGiven, SampleDrawn, Task
from interview_tui.credibility.figures import Figures
from interview_tui.errors import ExportError, StorageError
from interview_tui.tui import credibility_commands
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.commands import Command
from interview_tui.tui.destinations import Destination, Go, ToRecord, ToSorting
from interview_tui.tui.ports import Home
from interview_tui.tui.screens import figures as screen
from interview_tui.tui.screens.figures import FiguresScreen
from interview_tui.tui.screens.home import HomeScreen
from tests.tui.appraised import FIGURES, LaidDesk, idle, left, looking_at_figures, stage_with_coding
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import SHOWS_A_DATE, Stage, staged


def appraised_stage(figures: Figures = FIGURES) -> Stage:
    desk = LaidDesk()
    desk.lies = figures
    return stage_with_coding(desk)


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Destination]:
    """Where the app was asked to go."""
    asked: list[Destination] = []

    def on_go(_: InterviewApp, message: Go) -> None:
        asked.append(message.to)

    monkeypatch.setattr(InterviewApp, "on_go", on_go)
    return asked


def table(stage: Stage) -> DataTable:
    return stage.app.screen.query_one("#fidelity", DataTable)


async def asked(stage: Stage, key: str, *answer: str) -> None:
    """A key that asks for something, and the answer instead of what is proposed."""
    await stage.press(key)
    dialog = stage.app.screen
    assert not isinstance(dialog, FiguresScreen)
    await stage.until(lambda: isinstance(dialog.focused, Input))
    if answer != ("escape",):
        dialog.query_one("#line", Input).clear()
    await stage.press(*answer)
    await stage.until(lambda: isinstance(stage.app.screen, FiguresScreen))
    await idle(stage)


async def test_pages_are_stepped_through_and_gone_to_by_their_numbers():
    async with looking_at_figures(appraised_stage()) as stage:
        for keys, tab in (
            ((), "[1 fidelity]"),
            (("tab",), "[2 exhaustiveness]"),
            (("tab", "tab"), "[4 agreement]"),
            (("shift+tab",), "[3 participation]"),
            (("5",), "[5 extraction]"),
            (("tab",), "[1 fidelity]"),
            (("shift+tab",), "[5 extraction]"),
        ):
            await stage.press(*keys)
            assert tab in stage.screen
        await stage.press("2")
        assert "Butterfield et al. 2005: check 4" in stage.screen
        assert "The last new category came with P07" in stage.screen


async def test_every_interview_has_a_row_its_minutes_are_below_and_enter_reads_its_record(went):
    async with looking_at_figures(appraised_stage()) as stage:
        assert table(stage).row_count == 13
        assert "all 12" in stage.screen
        assert "minutes: mean, least–most" in stage.screen
        await stage.press("enter")
        assert went == []
        await stage.press("down", "down")
        assert "P02: minutes" in stage.screen
        await stage.press("enter")
        assert went == [ToRecord("P02")]
        await stage.press("3", "1")
        assert "P02: minutes" in stage.screen
        await stage.pilot.resize_terminal(80, 14)
        assert "End " not in stage.screen
        await stage.press("space")
        assert "End " in stage.screen
        assert "P02: minutes" not in stage.screen
        await stage.press("space")
        assert "P02: minutes" in stage.screen


async def test_participants_are_split_by_one_kind_after_the_other_and_by_none_again():
    async with looking_at_figures(appraised_stage(), (100, 40)) as stage:
        await stage.press("k")
        assert "[3 participation]" in stage.screen
        assert "split by role" in stage.screen
        assert "· porter" in stage.screen
        await stage.press("k")
        assert "split by incident" in stage.screen
        assert "· porter" not in stage.screen
        await stage.press("k")
        assert "split by" not in stage.screen
    bare = replace(FIGURES, participation=tuple(replace(one, split=()) for one in FIGURES.participation))
    async with looking_at_figures(appraised_stage(bare)) as stage:
        await stage.press("k")
        assert screen.NO_KINDS in stage.screen


async def test_the_curve_is_drawn_along_interviews_or_incidents():
    async with looking_at_figures(appraised_stage()) as stage:
        await stage.press("2")
        assert "12 interviews" in stage.screen
        await stage.press("x")
        assert "along incidents" in stage.screen
        assert "36 incidents" in stage.screen
        await stage.press("x")
        assert "along interviews" in stage.screen


async def test_a_sample_is_drawn_after_a_question_and_a_later_one_adds_to_it():
    async with looking_at_figures(appraised_stage(replace(FIGURES, agreement=()))) as stage:
        desk = stage.coding
        await stage.press("d")
        assert "A sample is drawn on agreement (4)" in stage.screen
        await stage.press("4")
        assert "No sample is drawn for a second judge yet: d draws one" in stage.screen
        await asked(stage, "d", "escape")
        for nonsense in ("0", "101", "a quarter"):
            await asked(stage, "d", nonsense, "enter")
            assert screen.NOT_A_SHARE in stage.screen
        assert desk.noted == []
        await asked(stage, "d", "67", "enter")
        [drawn] = desk.noted
        assert isinstance(drawn, SampleDrawn)
        assert (drawn.task, drawn.share_percent, len(drawn.members)) == (Task.JUDGING, 67, 3)
        assert "Drawn at random: 3 incidents" in stage.screen
        assert "3 incidents of the sample to be judged: j sorts them, blind." in stage.screen
        await asked(stage, "d", "67", "enter")
        assert "There is nothing to draw from." in stage.screen
        await stage.press("5")
        await asked(stage, "d", "25", "enter")
        assert [one.task for one in desk.noted] == [Task.JUDGING, Task.EXTRACTION]


async def test_a_quarter_is_proposed():
    async with looking_at_figures(appraised_stage()) as stage:
        await stage.press("4", "d")
        await stage.until(lambda: isinstance(stage.app.screen.focused, Input))
        await stage.press("enter")
        await stage.until(lambda: stage.coding.noted)
        assert stage.coding.noted[0].share_percent == 25


async def test_the_figures_are_written_and_it_is_said_where(monkeypatch):
    async with looking_at_figures(appraised_stage()) as stage:
        await stage.press("ctrl+e")
        await stage.until(lambda: "Written: exports/figures.csv" in stage.screen.replace("\\", "/"))

        def refuses(_: Figures) -> None:
            raise ExportError("The disk is full.")

        monkeypatch.setattr(stage.coding, "write", refuses)
        await stage.press("ctrl+e")
        await stage.until(lambda: "The disk is full." in stage.screen)


async def test_the_sorting_and_the_judging_are_a_key_away(went):
    async with looking_at_figures(appraised_stage()) as stage:
        await stage.press("s", "j")
        await left(stage, "escape")
        assert went == [ToSorting(), ToSorting(judging=True)]
        assert isinstance(stage.app.screen, HomeScreen)


async def test_who_has_sorted_them_does_not_judge(went):
    async with looking_at_figures(appraised_stage(replace(FIGURES, coder="ab"))) as stage:
        await stage.press("j")
        assert "ab has sorted them: somebody else has to judge." in stage.screen
        assert went == []


class SlowDesk(LaidDesk):
    """Makes figures for as long as it is not stopped or let go."""

    def __init__(self) -> None:
        super().__init__()
        self.lies = FIGURES
        self.made = 0
        self.stopped = threading.Event()
        self.let_go = threading.Event()

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:
        on_case("P07", 6, 12)
        while not self.let_go.wait(0.002):
            if stop():
                self.stopped.set()
                return replace(FIGURES, fidelity=())
        self.made += 1
        return self.lies


async def test_how_far_the_making_is_is_said_and_leaving_stops_it():
    desk = SlowDesk()
    async with staged(Home(), (80, 24), stage_with_coding(desk)) as stage:
        await stage.app.push_screen(FiguresScreen(stage.adapters))
        await stage.until(lambda: "reading 7 of 12 …" in stage.screen)
        await stage.press("4", "ctrl+e")
        assert screen.NOT_READ_YET in stage.screen
        await left(stage, "escape")
        await stage.until(desk.stopped.is_set)
        assert isinstance(stage.app.screen, HomeScreen)


async def test_what_is_gone_from_is_stopped_and_made_anew_when_it_is_come_back_to_and_after_a_question_it_is_not():
    desk = SlowDesk()
    async with staged(Home(), (80, 24), stage_with_coding(desk)) as stage:
        await stage.app.push_screen(FiguresScreen(stage.adapters))
        await stage.until(lambda: "reading 7 of 12 …" in stage.screen)
        await stage.app.push_screen(HomeScreen(stage.adapters))
        await stage.until(desk.stopped.is_set)
        desk.let_go.set()
        await stage.app.pop_screen()
        await stage.until(lambda: desk.made == 1)
        await idle(stage)
        assert table(stage).row_count == 13
        await stage.press("4")
        await asked(stage, "d", "escape")
        assert desk.made == 1


async def test_figures_that_cannot_be_made_leave_those_that_there_were(monkeypatch):
    async with looking_at_figures(appraised_stage()) as stage:

        def fails(*_: object) -> Figures:
            raise StorageError("The codebook is damaged at line 3.", "Put it right.")

        monkeypatch.setattr(stage.coding, "figures", fails)
        await stage.app.push_screen(FiguresScreen(stage.adapters))
        await stage.until(lambda: "The codebook is damaged at line 3." in stage.screen)
        await left(stage, "escape")
        await stage.until(lambda: "The codebook is damaged at line 3." in stage.screen)
        assert "all 12" in stage.screen


async def test_interviews_that_cannot_be_read_are_named():
    async with looking_at_figures(appraised_stage(replace(FIGURES, unread=("P40", "P41")))) as stage:
        assert "P40, P41 cannot be read, and are in no figure." in stage.screen


async def test_a_study_without_anything_says_what_to_do_and_every_key_is_harmless():
    desk = LaidDesk(None, ())
    async with looking_at_figures(stage_with_coding(desk)) as stage:
        assert "No interview has ended yet." in stage.screen
        for page in "12345":
            await stage.press(page, "enter", "k", "x", "down", "pagedown", "right")
        await stage.press("1", "ctrl+e")
        await idle(stage)
        assert not any(isinstance(one, CategoryGiven) for one in desk.noted)


@pytest.mark.parametrize("declared", [credibility_commands.FIGURES, credibility_commands.SORTING])
def test_no_key_means_two_things(declared: tuple[Command, ...]):
    keys = [key for command in declared for key in command.keys]
    assert len(keys) == len(set(keys))
    assert len({command.id for command in declared}) == len(declared)


@SHOWS_A_DATE
async def test_what_they_look_like():
    async with looking_at_figures(appraised_stage()) as stage:
        await stage.press("down", "down")
        await pictured(stage, "figures-fidelity", [SMALL, LARGE])
        for page in ("exhaustiveness", "participation", "agreement"):
            await stage.press("tab")
            await pictured(stage, f"figures-{page}", [SMALL, LARGE])
        await stage.press("tab")
        await pictured(stage, "figures-extraction", [SMALL])
        await stage.press("k")
        await pictured(stage, "figures-split", [LARGE])


async def test_what_it_looks_like_before_anything_is_sorted():
    async with looking_at_figures(appraised_stage(replace(FIGURES, codebook=0, coded=0, coder=""))) as stage:
        await stage.press("2")
        await pictured(stage, "figures-nothing-sorted", [SMALL])
