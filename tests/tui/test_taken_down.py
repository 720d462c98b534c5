"""A screen can be left while something is still being asked: what comes too late disturbs nobody."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from textual.screen import Screen
from textual.worker import WorkerState

from interview_tui.tui.export_choice import LastChoice
from interview_tui.tui.export_dialog import ExportDialog
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.preflight import PreflightScreen
from interview_tui.tui.screens.record import RecordScreen
from tests.tui.reviewed import stage_with_record
from tests.tui.staging import PATIENCE_S, REPOSITORY, Stage, staged
from tests.tui.test_home import conducted

T = TypeVar("T")
SCREENS = REPOSITORY / "interview_tui" / "tui" / "screens"


class Asked:
    """Something that is asked and takes its time until the test lets it be answered."""

    def __init__(self) -> None:
        self._answered = threading.Event()

    def late(self, answer: Callable[[], T]) -> T:
        """Answer, when it is time."""
        assert self._answered.wait(PATIENCE_S)
        return answer()

    def answer(self) -> None:
        """It is time."""
        self._answered.set()


class Lingering(Screen[None]):
    """A screen that is still there when its parts are gone, until it is let go."""

    is_bare: asyncio.Event
    let_go: asyncio.Event

    async def on_unmount(self) -> None:
        self.is_bare.set()
        await self.let_go.wait()


class LingeringPreflight(Lingering, PreflightScreen):
    """The pre-flight, going slowly."""

    CSS_PATH = str(SCREENS / "preflight.tcss")


class LingeringRecord(Lingering, RecordScreen):
    """The record, going slowly."""

    CSS_PATH = [str(SCREENS / "talk.tcss"), str(SCREENS / "record.tcss")]  # noqa: RUF012 - Textual's


class LingeringExport(Lingering, ExportDialog):
    """The dialog for an export, going slowly."""

    CSS_PATH = str(SCREENS.parent / "export_dialog.tcss")

    async def on_unmount(self) -> None:
        await ExportDialog.on_unmount(self)  # before the slow one


async def answered_while_it_goes(stage: Stage, screen: Lingering, asked: Asked, group: str, key: str = "") -> str:
    """Leave a screen that has asked something, and let it be answered when its parts are gone; what is shown then."""
    screen.is_bare, screen.let_go = asyncio.Event(), asyncio.Event()
    try:
        await stage.app.push_screen(screen)
        if key:
            await stage.pilot.press(key)
        (worker,) = [found for found in stage.app.workers if found.node is screen and found.group == group]
        gone = stage.app.pop_screen()
        await asyncio.wait_for(screen.is_bare.wait(), PATIENCE_S)
        assert not screen.children
        asked.answer()
        await asyncio.wait_for(worker.wait(), PATIENCE_S)
    finally:
        asked.answer()
        screen.let_go.set()
    await gone
    assert worker.state is WorkerState.SUCCESS
    return stage.screen


async def test_what_an_interview_would_begin_with_is_told_too_late():
    stage, asked = Stage(), Asked()
    adapters = replace(stage.adapters, prospect=lambda: asked.late(lambda: stage.prospect))
    async with staged(Home(), stage=stage):
        screen = LingeringPreflight(adapters, "P07")
        assert "No interview yet" in await answered_while_it_goes(stage, screen, asked, "prepare")


async def test_a_record_is_read_too_late():
    stage, asked = stage_with_record(), Asked()
    opened = stage.reviews.opened
    stage.reviews.opened = lambda case: asked.late(lambda: opened(case))
    async with staged(Home(), stage=stage):
        screen = LingeringRecord(stage.adapters, "P07")
        assert "P07" in await answered_while_it_goes(stage, screen, asked, "read")
    assert screen.desk.lying is not None


async def test_an_export_is_written_too_late():
    stage, asked = Stage(), Asked()
    conducted(stage, "P07")
    write = stage.exports.write
    stage.exports.write = lambda *given: asked.late(lambda: write(*given))
    async with staged(Home(), stage=stage):
        screen = LingeringExport(stage.exports, ["P07"], LastChoice())
        assert "P07" in await answered_while_it_goes(stage, screen, asked, "export", "enter")
    assert stage.exports.written == [], "it was given up with the dialog"


@pytest.mark.parametrize(
    "screen", sorted((REPOSITORY / "interview_tui" / "tui" / "screens").glob("*.py")), ids=lambda screen: screen.stem
)
def test_no_screen_looks_its_parts_up(screen: Path):
    """They cannot be found any more while it goes: it holds them."""
    assert not re.search(r"\.query(_one|_exactly_one|_children)?\(", screen.read_text(encoding="utf-8"))


async def test_leaving_a_record_twice_in_a_burst_leaves_the_list_where_it_is():
    stage = Stage()
    conducted(stage, "P07")
    async with staged(Home(), stage=stage):
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, RecordScreen))
        stage.burst("escape", "escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))
        await stage.settled()
        assert isinstance(stage.app.screen, HomeScreen)
