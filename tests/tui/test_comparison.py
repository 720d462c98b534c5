"""The incidents of a study side by side: read, put in order, narrowed down, and written as they are shown."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from interview_tui.errors import ExportError
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Destination, Go, ToRecord
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.comparison import ComparisonScreen
from interview_tui.tui.screens.home import HomeScreen
from tests.examples import handover
from tests.fake_study import FakeStudy
from tests.record.talking import transcript, turn
from tests.telling import told
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import Stage, staged

LONG = " ".join(f"word{number}" for number in range(200))
TOLD = {
    "P07": (
        "theatre",
        {
            "smooth": {"event": "the list was there before us", "action": "read it", "outcome": "home at seven"},
            "rough": {"event": "the lift was out, nobody was there", "action": LONG},
        },
    ),
    "P08": ("ward", {"smooth": {"event": "everybody knew the list"}}),
    "P09": ("theatre", {"rough": {"event": "two lists, one of them old", "outcome": "asked again"}}),
}


def stage_with_incidents() -> Stage:
    study = FakeStudy("Night shifts")
    for case, (post, incidents) in TOLD.items():
        study.add(case, handover(), told(case, post, incidents)).close(0)
    return Stage(handover(), study)


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Destination]:
    """Where the app was asked to go."""
    asked: list[Destination] = []

    def on_go(_: InterviewApp, message: Go) -> None:
        asked.append(message.to)

    monkeypatch.setattr(InterviewApp, "on_go", on_go)
    return asked


@asynccontextmanager
async def comparing(stage: Stage, size: tuple[int, int] = (100, 30)):
    async with staged(Home(), size, stage):
        await stage.app.push_screen(ComparisonScreen(stage.adapters))
        table = stage.app.screen.query_one("#incidents")
        await stage.until(lambda: table.row_count or not stage.study.journals)
        await stage.settled()
        yield stage


def rows(stage: Stage) -> list[tuple[str, str]]:
    """Case and incident of every row, from above."""
    table = stage.app.screen.query_one("#incidents")
    found = (table.get_row_at(number) for number in range(table.row_count))
    return [(str(case), str(incident)) for case, incident, *_ in found]


def named(stage: Stage) -> list[str]:
    """The columns, from the left."""
    return [str(column.label) for column in stage.app.screen.query_one("#incidents").ordered_columns]


async def to_column(stage: Stage, name: str) -> None:
    """Move to a column."""
    table = stage.app.screen.query_one("#incidents")
    at = next(number for number, label in enumerate(named(stage)) if label.split()[0] == name)
    by = at - table.cursor_column
    await stage.press(*["right" if by > 0 else "left"] * abs(by))
    assert table.cursor_column == at


SMOOTH_7, ROUGH_7 = ("P07", "S1-smooth"), ("P07", "S1-rough")
SMOOTH_8, ROUGH_9 = ("P08", "S1-smooth"), ("P09", "S1-rough")


async def test_parts_stand_before_answers_and_a_cell_says_how_well_it_is_filled_and_what_was_told():
    async with comparing(stage_with_incidents()) as stage:
        assert rows(stage) == [SMOOTH_7, ROUGH_7, SMOOTH_8, ROUGH_9]
        parts = ["event", "action", "outcome", "context"]
        assert named(stage) == [
            *("case", "incident"), *parts, "post", *("complete", "minutes", "parent", "key", "order")
        ]  # fmt: skip
        assert "Side by side  4 incidents" in stage.screen
        cells = [str(cell) for cell in stage.app.screen.query_one("#incidents").get_row_at(2)]
        assert cells[2].replace("\n", " ") == "● ✎ everybody knew the list"
        assert cells[3] == "○"
        assert cells[6:8] == ["ward", "no"]


async def test_enter_reads_the_record_at_the_incident(went):
    async with comparing(stage_with_incidents()) as stage:
        await stage.press("down", "enter")
        assert went == [ToRecord("P07", incident="S1-rough")]
        await stage.press("escape")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_a_column_orders_the_rows_and_asked_again_the_other_way_round():
    async with comparing(stage_with_incidents()) as stage:
        await to_column(stage, "action")
        await stage.press("o")
        assert "action ▲" in named(stage)
        assert rows(stage) == [ROUGH_7, SMOOTH_7, SMOOTH_8, ROUGH_9]  # much was told, little, nothing, nothing
        await stage.press("o")
        assert "by action ▼" in stage.screen
        assert rows(stage) == [SMOOTH_8, ROUGH_9, SMOOTH_7, ROUGH_7]
        await to_column(stage, "key")
        await stage.press("o")
        assert rows(stage) == [ROUGH_9, ROUGH_7, SMOOTH_8, SMOOTH_7]  # within a key as it was
        assert ("key ▲" in named(stage), "action" in named(stage)) == (True, True)
        await to_column(stage, "event")
        await stage.press("o")
        assert rows(stage) == [ROUGH_7, SMOOTH_7, ROUGH_9, SMOOTH_8]  # of what is filled, most was told in the first


async def test_filters_are_shown_hold_together_and_are_taken_off_one_by_one_or_all_at_once():
    async with comparing(stage_with_incidents()) as stage:
        await to_column(stage, "post")
        await stage.press("f")
        assert "theatre  3" in stage.screen
        await stage.press("thea", "enter")
        assert rows(stage) == [SMOOTH_7, ROUGH_7, ROUGH_9]
        assert "3 of 4 incidents · post: theatre" in stage.screen
        await to_column(stage, "event")
        await stage.press("down", "down", "f")
        await stage.press("LIST", "enter")
        assert rows(stage) == [SMOOTH_7, ROUGH_9]
        assert "2 of 4 incidents · post: theatre · event: “LIST”" in stage.screen
        assert stage.app.screen.query_one("#incidents").cursor_coordinate == (1, 2)  # where P09 stands now
        await to_column(stage, "outcome")
        await stage.press("f")
        await stage.press("thin", "enter")
        assert rows(stage) == [ROUGH_9]
        await stage.press("f", *["backspace"] * 4)
        await stage.press("missing", "enter")
        assert (rows(stage), named(stage)[:2]) == ([], ["case", "incident"])
        await stage.press("f", "escape", "f")
        assert stage.app.screen.query_one("#line").value == "missing"
        await stage.press(*["backspace"] * 7, "enter")
        assert rows(stage) == [SMOOTH_7, ROUGH_9]
        await to_column(stage, "post")
        await stage.press("f")
        assert "ward  1" in stage.screen  # what could be had without this filter
        await stage.press("up", "enter")
        assert "3 of 4 incidents · event: “LIST”" in stage.screen
        await stage.press("x")
        assert rows(stage) == [SMOOTH_7, ROUGH_7, SMOOTH_8, ROUGH_9]


async def test_the_whole_cell_is_read_page_by_page_and_follows_the_cursor():
    async with comparing(stage_with_incidents(), SMALL) as stage:
        await to_column(stage, "action")
        await stage.press("down")
        assert "word199" not in stage.screen
        await stage.press("space")
        assert "P07 · S1-rough · action · ● filled" in stage.screen
        assert "word60" in stage.screen
        for _ in range(3):
            if "word199" not in stage.screen:
                await stage.press("space")
        assert "word199" in stage.screen
        await stage.press("left")
        await stage.until(lambda: "P07 · S1-rough · event" in stage.screen)
        assert "✎ the lift was out, nobody was there" in stage.screen
        await stage.press("down", "right")
        await stage.until(lambda: "nothing was told of it" in stage.screen)
        await stage.press("space")
        await stage.until(lambda: "nothing was told of it" not in stage.screen)
        await stage.press("space", "escape")
        assert "nothing was told of it" not in stage.screen
        assert isinstance(stage.app.screen, ComparisonScreen)


async def test_the_table_is_written_as_it_is_shown_and_a_refusal_is_said():
    async with comparing(stage_with_incidents()) as stage:
        await stage.press("h")
        assert named(stage)[:3] == ["case", "incident", "action"]
        assert "1 column hidden" in stage.screen
        await to_column(stage, "incident")
        await stage.press("h")
        assert "it stays" in stage.screen
        await to_column(stage, "case")
        await stage.press("o", "o", "ctrl+e")
        await stage.until(lambda: "Written: exports/incidents.csv" in stage.screen)
        (table,) = stage.overview.written
        assert [row.case for row in table.rows] == ["P09", "P08", "P07", "P07"]
        columns = [column.name for column in table.columns]
        assert columns[:5] == ["case", "incident", "action", "action_notes", "action_state"]
        assert "event" not in columns
        stage.overview.refusal = ExportError("Names would be left in the export, so nothing was written.")
        await stage.press("ctrl+e")
        await stage.until(lambda: "Names would be left" in stage.screen)
        await stage.press("x")
        assert "event" in named(stage)
        assert rows(stage)[0] == ROUGH_9  # in the order that it was


async def test_what_is_said_later_comes_in_and_nothing_of_the_arrangement_is_lost():
    stage = stage_with_incidents()
    async with comparing(stage):
        await to_column(stage, "event")
        await stage.press("o", "f")
        await stage.press("list", "enter")
        assert len(rows(stage)) == 3
        stage.study.transcripts["P09"] = transcript(turn(1, "respondent", 60_000, 61_000, "nothing"))
        del stage.study.journals["P08"]
        del stage.overview.known["P08"]
        await stage.press("f", "escape")  # whatever was over the screen
        await stage.until(lambda: len(rows(stage)) == 2)
        assert "by event ▲" in stage.screen


async def test_a_study_without_incidents_says_so_and_every_key_is_harmless():
    stage = Stage(handover(), FakeStudy())
    async with comparing(stage):
        assert "There is no incident to be compared yet." in stage.screen
        await stage.press("enter", "o", "f", "space", "h", "x", "ctrl+e", "down")
        await stage.until(lambda: "no incident to be written" in stage.screen)
        assert stage.overview.written == []


async def test_a_call_that_cannot_be_read_is_named():
    stage = stage_with_incidents()
    stage.study.schedules.clear()
    async with staged(Home(), stage=stage):
        await stage.app.push_screen(ComparisonScreen(stage.adapters))
        await stage.until(lambda: "P07 and 2 more are left out: " in stage.screen)


async def test_what_it_looks_like():
    async with comparing(stage_with_incidents()) as stage:
        await to_column(stage, "action")
        await stage.press("o")
        await pictured(stage, "comparison", [SMALL, LARGE])
        await stage.press("o", "space")
        await pictured(stage, "comparison-cell", [SMALL])
