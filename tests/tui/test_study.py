"""The study: what is known shows at once, what is new when it is there, and the keys are never kept waiting."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import DataTable

from interview_tui.errors import InterviewTuiError, StorageError
from interview_tui.record.digest import Digest
from interview_tui.record.review.changes import ReviewState
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Destination, ToComparison, ToRecord, ToSearch, ToTranscript
from interview_tui.tui.dialogs import Prompt
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.study import StudyScreen
from tests.fake_review import FakeOverview
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import SHOWS_A_DATE, Pasted, Stage, staged
from tests.tui.test_study_table import DAY_MS, FILLED, MINUTE_MS, MISSING, PLAIN, THIN, incident

SECTIONS = (("Opening", 2), ("The post before this one", 9), ("Handovers", 14), ("Close", 1))
POSTS, STATES = ("ward", "theatre", "ward", "home"), tuple(ReviewState)
SOON_S = 0.01


class Shelf(FakeOverview):
    """An overview that has digests at hand, and brings others one by one, whenever the test lets it.

    `failing` cannot be read. `stopped` is set once it was told to stop; it does so when it `may_end`.
    """

    def __init__(self, stage: Stage, there: Sequence[Digest], coming: Sequence[Digest] = ()) -> None:
        super().__init__(stage.study)
        self.there, self.coming = list(there), list(coming)
        self.failing: dict[str, InterviewTuiError] = {}
        self.let = threading.Semaphore(0)
        self.stopped, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.runs = self.reads = 0

    def digests(self) -> list[Digest]:
        self.reads += 1
        return sorted(self.there, key=lambda found: found.case)

    def bring_up_to_date(
        self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]
    ) -> Mapping[str, InterviewTuiError]:
        self.runs += 1
        coming = list(self.coming)
        for done, digest in enumerate(coming):
            on_case(digest.case, done, len(coming))
            while not self.let.acquire(timeout=SOON_S):
                if stop():
                    self.stopped.set()
                    self.may_end.wait()
                    return {}
            self.coming.remove(digest)
            self.there = [found for found in self.there if found.case != digest.case] + [digest]
        return self.failing


def interviews(number: int) -> list[Digest]:
    """So many, a day and a half apart, each a little other than the one before."""
    return [
        replace(
            PLAIN,
            case=f"P{n + 1:02}",
            opened_wall_ms=PLAIN.opened_wall_ms + n * 3 * DAY_MS // 2,
            length_ms=(25 + 7 * n % 31) * MINUTE_MS,
            answers=(("post", POSTS[n % 4]), ("paper", ("yes", "no")[n % 3 == 0])),
            incidents=(
                incident("good", FILLED, FILLED, (FILLED, THIN)[n % 2], talk_ms=4 * MINUTE_MS, post=POSTS[n % 4]),
                *([incident("bad", FILLED, THIN, MISSING, talk_ms=n * 20_000, post=POSTS[n % 4])] if n % 3 else []),
            ),
            sections_ms=tuple((title, (least + n % 4) * MINUTE_MS) for title, least in SECTIONS),
            doubts=n * 5 % 13,
            review=STATES[n % 4],
        )
        for n in range(number)
    ]


@asynccontextmanager
async def shown(
    there: Sequence[Digest], coming: Sequence[Digest] = (), size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[Stage, Shelf, StudyScreen]]:
    """The screen over a shelf, once it has read what is there."""
    stage = Stage()
    shelf = Shelf(stage, there, coming)
    stage.overview = shelf
    async with staged(Home(), size, stage):
        screen = StudyScreen(stage.adapters)
        await stage.app.push_screen(screen)
        await stage.until(lambda: shelf.runs)
        if not coming:
            await stage.until(lambda: shelf.reads > 1)
        await stage.settled()
        yield stage, shelf, screen


def listed(screen: StudyScreen) -> list[str]:
    """The cases in the table, from above."""
    return [row.key.value or "" for row in table(screen).ordered_rows]


def table(screen: StudyScreen) -> DataTable[object]:
    return screen.query_one("#study", DataTable)


async def filtered(stage: Stage, line: str) -> None:
    screen = stage.app.screen
    await stage.press("f")
    prompt = stage.app.screen
    assert isinstance(prompt, Prompt)
    prompt.query_one("#line").clear()
    stage.burst(*([Pasted(line)] if line else []), "enter")
    await stage.until(lambda: stage.app.screen is screen)
    await stage.settled()


async def asked_something(stage: Stage) -> None:
    """A question is put over the screen, and left."""
    screen = stage.app.screen
    await stage.app.push_screen(Prompt("a question"))
    stage.burst("escape")
    await stage.until(lambda: stage.app.screen is screen)


async def at_column(stage: Stage, screen: StudyScreen, name: str) -> None:
    keys = [column.key.value for column in table(screen).ordered_columns]
    table(screen).move_cursor(column=keys.index(name))
    await stage.settled()


async def test_what_is_known_shows_at_once_and_what_is_new_when_it_is_read():
    old, new = interviews(2), interviews(3)[2:]
    async with shown(old[:1], [old[1], *new]) as (stage, shelf, screen):
        shelf.failing = {"P09": StorageError("P09 has a schedule that is missing.")}
        assert listed(screen) == ["P01"]
        assert "reading 1 of 2 …" in stage.screen
        shelf.let.release()
        await stage.until(lambda: listed(screen) == ["P01", "P02"] and "reading 2 of 2 …" in stage.screen)
        shelf.let.release()
        await stage.until(lambda: listed(screen) == ["P01", "P02", "P03"] and "reading" not in stage.screen)
        await stage.until(lambda: "✗ P09 cannot be read: P09 has a schedule that is missing." in stage.screen)
        assert "3 interviews" in stage.screen.splitlines()[0]


async def test_the_cursor_stays_at_its_case_and_column_and_the_table_where_it_was_scrolled_to():
    known = interviews(60)
    async with shown(known, [replace(PLAIN, case="P00")]) as (stage, shelf, screen):
        await at_column(stage, screen, "doubts")
        table(screen).move_cursor(row=40, scroll=False)
        table(screen).scroll_to(y=30, animate=False)
        await stage.settled()
        shelf.let.release()
        await stage.until(lambda: "P00" in listed(screen))
        await stage.settled()
        at = table(screen).cursor_coordinate
        assert listed(screen)[at.row] == "P41"
        assert table(screen).ordered_columns[at.column].key.value == "doubts"
        assert table(screen).scroll_offset == Offset(0, 30)


async def test_nothing_is_filled_anew_where_nothing_is_new():
    async with shown(interviews(3)) as (stage, shelf, screen):
        before = list(table(screen).rows)
        await asked_something(stage)
        await stage.until(lambda: shelf.runs > 1 and "reading" not in stage.screen)
        assert all(one is other for one, other in zip(before, table(screen).rows, strict=True))
        shelf.there[0] = replace(shelf.there[0], doubts=77)
        await asked_something(stage)
        await stage.until(lambda: "77" in stage.screen)


async def test_a_filter_is_typed_shown_and_cleared():
    async with shown(interviews(8)) as (stage, _, screen):
        await filtered(stage, "post=ward,doubts>0")
        assert listed(screen) == ["P03", "P05", "P07"]
        assert "3 of 8 interviews · only post=ward,doubts>0" in stage.screen.splitlines()[0]
        await filtered(stage, "posts=ward")
        assert "There is no column posts. There are post, " in stage.screen
        assert listed(screen) == ["P03", "P05", "P07"]
        await filtered(stage, "nowhere")
        assert listed(screen) == []
        await stage.press("enter", "v", "o")
        await filtered(stage, "")
        assert len(listed(screen)) == 8
        await asked_something(stage)
        assert len(listed(screen)) == 8


async def test_a_filter_by_a_column_that_is_gone_is_dropped_and_that_is_said():
    known = interviews(2)
    async with shown(known) as (stage, shelf, screen):
        await filtered(stage, "post=ward")
        assert listed(screen) == ["P01"]
        shelf.there = [replace(found, answers=()) for found in known]
        await asked_something(stage)
        await stage.until(lambda: listed(screen) == ["P01", "P02"])
        await stage.until(lambda: "There is no column post. There are " in stage.screen)


async def test_a_column_sorts_by_its_values_and_the_other_way_round_the_second_time():
    async with shown(interviews(5)) as (stage, _, screen):
        assert "case ▲" in stage.screen
        await at_column(stage, screen, "doubts")
        await stage.press("o")
        assert listed(screen) == ["P01", "P04", "P02", "P05", "P03"]
        assert "doubts ▲" in stage.screen
        assert table(screen).ordered_columns[table(screen).cursor_column].key.value == "doubts"
        await stage.press("o")
        assert listed(screen) == ["P03", "P05", "P02", "P04", "P01"]
        assert "doubts ▼" in stage.screen
        await at_column(stage, screen, "case")
        await stage.press("o")
        assert listed(screen) == ["P01", "P02", "P03", "P04", "P05"]


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_plots_stand_beside_the_table_where_there_is_room_and_instead_of_it_where_there_is_not(size):
    async with shown(interviews(6), size=size) as (stage, _, screen):
        await filtered(stage, "post=ward")
        await stage.press("g")
        await stage.until(lambda: "review" in stage.screen)
        assert "3 interviews" in stage.screen
        assert ("doubts" in stage.screen) is (size == LARGE)
        has_keys = table(screen) if size == LARGE else screen.query_one("#plots")
        assert stage.app.focused is has_keys
        await stage.pilot.resize_terminal(*(LARGE if size == SMALL else SMALL))
        await stage.until(lambda: ("doubts" in stage.screen) is (size == SMALL))
        await stage.settled()
        assert stage.app.focused is (screen.query_one("#plots") if size == LARGE else table(screen))
        await stage.press("g")
        await stage.until(lambda: "review" not in stage.screen and stage.app.focused is table(screen))


async def test_its_keys_lead_to_the_record_the_transcript_the_incidents_and_the_search(monkeypatch):
    async with shown(interviews(3)) as (stage, _, screen):
        asked: list[Destination] = []
        monkeypatch.setattr(InterviewApp, "on_go", lambda _, message: asked.append(message.to))
        for key in ("down", "enter", "v", "c"):
            await stage.press(key)
        stage.app.press("slash", "/")
        await stage.settled()
        assert asked == [ToRecord("P02"), ToTranscript("P02"), ToComparison(), ToSearch()]
        await stage.press("escape")
        assert not isinstance(stage.app.screen, StudyScreen)
        assert not screen.is_attached


async def test_reading_goes_on_under_a_question_stops_under_another_screen_and_is_taken_up_again():
    async with shown(interviews(1), interviews(3)[1:]) as (stage, shelf, screen):
        await stage.press("f")
        assert isinstance(stage.app.screen, Prompt)
        shelf.let.release()
        await stage.until(lambda: len(shelf.there) == 2)
        assert not shelf.stopped.is_set()
        stage.burst("escape")
        await stage.until(lambda: stage.app.screen is screen)
        shelf.may_end.clear()
        await stage.app.push_screen(Screen())
        await stage.until(shelf.stopped.is_set)
        await stage.app.pop_screen()
        await stage.settled()
        assert (shelf.runs, len(shelf.coming)) == (1, 1)
        shelf.may_end.set()
        await stage.until(lambda: shelf.runs == 2)
        shelf.let.release()
        await stage.until(lambda: listed(screen) == ["P01", "P02", "P03"])


@pytest.mark.parametrize("way", ["escape", "exit"])
async def test_whoever_leaves_does_not_wait_for_what_is_not_read_yet(way):
    async with shown(interviews(1), interviews(3)[1:]) as (stage, shelf, _):
        assert not shelf.stopped.is_set()
        if way == "escape":
            await stage.press("escape")
            await stage.until(shelf.stopped.is_set)
        else:
            stage.app.exit()
    assert shelf.stopped.wait(60)
    assert shelf.runs == 1


async def test_a_study_that_cannot_be_read_says_so():
    stage = Stage()

    class Broken(FakeOverview):
        def digests(self) -> list[Digest]:
            raise StorageError("derived.db cannot be opened.", "Close the other program.")

    stage.overview = Broken(stage.study)
    async with staged(Home(), SMALL, stage):
        await stage.app.push_screen(StudyScreen(stage.adapters))
        await stage.until(lambda: "derived.db cannot be opened. Close the other program." in stage.screen)


@SHOWS_A_DATE
async def test_what_it_looks_like():
    async with shown(interviews(16)) as (stage, _, screen):
        await pictured(stage, "study")
        await at_column(stage, screen, "state")
        await stage.press("o", "o")
        await filtered(stage, "-post=home")
        await stage.press("g")
        await stage.settled()
        await pictured(stage, "study-plots")
