"""Search: what is found while it is typed, in which words of which call, and the way there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interview_tui.errors import InterviewTuiError
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.reviewing import StudyOverview
from interview_tui.store.study import StudyFolder
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Destination, Go, ToTranscript
from interview_tui.tui.ports import Home
from interview_tui.tui.screens import search
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.search import SearchScreen
from tests.app.test_overview import World, in_a_folder
from tests.record.talking import transcript, turn
from tests.tui.gallery import LARGE, SMALL, pictured
from tests.tui.staging import Stage, staged

LONG = " ".join(["so"] * 60)
HEARD = {
    "P07": transcript(
        turn(1, INTERVIEWER, 60_000, 64_000, "What happened with the lift on that night"),
        turn(2, RESPONDENT, 65_000, 95_000, f"they told me {LONG} that the budget of the hospital was cut"),
    ),
    "P08": transcript(turn(1, RESPONDENT, 60_000, 61_000, "no budget at all")),
}


class Held(StudyOverview):
    """An overview that reads a case only when it is let; `done` once it is through."""

    def __init__(self, study: StudyFolder) -> None:
        super().__init__(study)
        self.let, self.done = threading.Semaphore(0), threading.Event()

    def bring_up_to_date(
        self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]
    ) -> Mapping[str, InterviewTuiError]:
        def waiting(case: str, done: int, of: int) -> None:
            on_case(case, done, of)
            assert self.let.acquire(timeout=30)

        try:
            return super().bring_up_to_date(waiting, stop)
        finally:
            self.done.set()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A study in a folder; P07 and P08 have a note on the lift and one on the stairs, and R01 has them too."""
    made = in_a_folder(tmp_path)
    for case, heard in HEARD.items():
        made.hear(case, heard)
    return made


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Destination]:
    """Where the app was asked to go."""
    asked: list[Destination] = []

    def on_go(_: InterviewApp, message: Go) -> None:
        asked.append(message.to)

    monkeypatch.setattr(InterviewApp, "on_go", on_go)
    return asked


@asynccontextmanager
async def searching(world: World, case: str = "", query: str = "", size: tuple[int, int] = (100, 30)):
    stage = Stage()
    stage.overview = world.overview
    async with staged(Home(), size, stage):
        await stage.app.push_screen(SearchScreen(stage.adapters, case, query))
        await stage.settled()
        yield stage


async def read(stage: Stage) -> None:
    """Everything is read."""
    await stage.until(lambda: stage.app.screen._left_out or len(stage.overview.digests()) == 3)
    await stage.until(lambda: "reading" not in stage.screen)


async def finds(stage: Stage, tally: str) -> None:
    await stage.until(lambda: stage.screen.splitlines()[-2].strip() == tally)


def heads(stage: Stage) -> list[str]:
    """The first lines of the hits: case, time, who, where."""
    return [line.strip() for line in stage.screen.splitlines() if line.startswith((" P0", " R0"))]


async def test_what_is_typed_is_found_with_its_place_and_enter_goes_to_the_word_and_plays(world, went, monkeypatch):
    async with searching(world) as stage:
        await read(stage)
        assert "All words that you type are looked for" in stage.screen
        await stage.press("budget")
        await finds(stage, "2 hits")
        assert "All words" not in stage.screen
        assert "no »budget« at all" in stage.screen
        assert "that the »budget« of the hospital was cut" in stage.screen
        assert [head.split()[:3] for head in heads(stage)] == [
            ["P08", "01:00", "respondent"],
            ["P07", "01:32", "respondent"],
        ]
        await stage.press("down", "enter")
        word = next(word for word in HEARD["P07"].turns[1].words if word.text == "budget")
        assert went == [ToTranscript("P07", word.start_ms, plays=True)]
        monkeypatch.setattr(search, "PAUSE_S", 0.5)
        await stage.press(" cut", "enter")  # what is shown is not yet what is asked for
        assert len(went) == 1
        await finds(stage, "1 hit")
        await stage.press("enter")
        assert went[1:] == went[:1]


async def test_it_is_narrowed_by_kind_speaker_and_case_and_says_so(world):
    async with searching(world, query="lift") as stage:
        await read(stage)
        await finds(stage, "4 hits")
        assert "Search  the whole study · notes, talk and fields" in stage.screen
        narrowed = {"notes only": "3 hits", "talk only": "1 hit", "fields only": "nothing found for lift"}
        for words, tally in narrowed.items():
            await stage.press("ctrl+t")
            assert words in stage.screen
            await finds(stage, tally)
        await stage.press("ctrl+s")
        assert "the whole study · talk of the respondent" in stage.screen
        await finds(stage, "nothing found for lift")
        await stage.press("ctrl+s")
        assert "talk of the interviewer" in stage.screen
        await finds(stage, "1 hit")
        assert heads(stage)[0].startswith("P07  01:02  interviewer")
        await stage.press("ctrl+t")
        assert "notes only" in stage.screen  # nobody speaks in a note
        await stage.press("ctrl+t", "ctrl+t", "ctrl+t")
        await finds(stage, "4 hits")
        chosen = heads(stage)[1].split()[0]
        await stage.press("down", "ctrl+o")
        await stage.until(lambda: f"Search  {chosen} only" in stage.screen and heads(stage))
        await stage.until(lambda: {head.split()[0] for head in heads(stage)} == {chosen})
        await stage.press("ctrl+o")
        await finds(stage, "4 hits")


async def test_the_arrows_choose_while_the_line_keeps_the_keys_and_go_no_further_than_the_ends(world, went):
    async with searching(world, case="P07", query="lift") as stage:
        await read(stage)
        await finds(stage, "2 hits")
        hits = stage.app.screen.query_one("#hits")
        for key, number in (("up", 0), ("down", 1), ("down", 1), ("pageup", 0), ("pagedown", 1), ("up", 0)):
            await stage.press(key)
            assert hits.highlighted == number
        await stage.pilot.resize_terminal(70, 24)
        await stage.press("down", "o")
        assert stage.app.screen.query_one("#query").value == "lifto"
        await stage.press("backspace")
        await finds(stage, "2 hits")
        await stage.press("down", " ")
        await stage.until(lambda: hits.highlighted == 0)  # something else is asked for: the best of it
        await stage.press("escape")
        assert isinstance(stage.app.screen, HomeScreen)
        assert went == []


async def test_a_beginning_is_completed_and_what_cannot_be_searched_is_a_sentence(world):
    async with searching(world, query="stai") as stage:
        await read(stage)
        await finds(stage, "3 hits for stai*")
        await stage.press("zz")
        await finds(stage, "nothing found for staizz")
        await stage.press("ctrl+u")
        await stage.press("-lift")
        await stage.until(lambda: "It is only said what is not to be found" in stage.screen)
        assert heads(stage) == []


async def test_all_that_is_found_can_be_reached(world):
    turns = [turn(n, RESPONDENT, 60_000 + 2_000 * n, 61_000 + 2_000 * n, f"zeppelin number {n}") for n in range(1, 61)]
    world.hear("P08", transcript(*turns))
    async with searching(world, query="zeppelin") as stage:
        await read(stage)
        await finds(stage, "the first 50 of 60 hits")
        await stage.press(*["down"] * 50)
        await finds(stage, "60 hits")
        hits = stage.app.screen.query_one("#hits")
        assert (hits.highlighted, hits.option_count) == (49, 60)


async def test_what_there_is_is_searched_while_the_rest_is_read_and_again_when_it_is_done(world, tmp_path):
    held = world.overview = Held(StudyFolder.open(tmp_path))
    async with searching(world, query="budget") as stage:
        await stage.until(lambda: "nothing found for budget · reading 1 of 3 …" in stage.screen)
        held.let.release()
        await stage.until(lambda: "reading 2 of 3 …" in stage.screen)
        await stage.press(" ")
        await stage.until(lambda: "1 hit · reading 2 of 3 …" in stage.screen)
        held.let.release(2)
        await finds(stage, "2 hits")


async def test_reading_stops_as_the_search_is_left(world, tmp_path):
    held = world.overview = Held(StudyFolder.open(tmp_path))
    async with searching(world) as stage:
        await stage.until(lambda: "reading 1 of 3 …" in stage.screen)
        await stage.press("escape")
        held.let.release(3)
        assert await asyncio.to_thread(held.done.wait, 30)
        assert [found.case for found in held.digests()] == ["P07"]


async def test_a_call_that_cannot_be_read_is_named_and_the_others_are_found(world):
    world.lose("P07")
    async with searching(world, query="budget") as stage:
        await stage.until(lambda: "1 hit · P07 is left out: " in stage.screen)


async def test_what_it_looks_like(world):
    async with searching(world, size=SMALL) as stage:
        await read(stage)
        await pictured(stage, "search-nothing-asked", [SMALL])
        await stage.press("lift")
        await finds(stage, "4 hits")
        await stage.press("down")
        await pictured(stage, "search", [SMALL, LARGE])
