"""A call that is transcribed while it goes on: only where the study asks for it, and to its end when it has ended."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from interview_tui.errors import ConfigError
from interview_tui.tui import hearing_along
from interview_tui.tui.hearing_along import HearingAlong
from interview_tui.tui.ports import Adapters


class Told:
    """A transcriber that keeps what it was told; it cannot follow as long as there is nothing to hear."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.told: list[tuple[str, str]] = []
        self.deaf = deaf

    def follow(self, case: str) -> None:
        self.told.append(("follow", case))
        if self.deaf:
            raise ConfigError("Nothing was recorded.")

    def unfollow(self, case: str) -> None:
        self.told.append(("unfollow", case))

    def begin(self, case: str, urgent: bool = False) -> None:
        self.told.append(("begin, urgent" if urgent else "begin", case))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing_along, "LOOK_S", 0.01)


class Watched(HearingAlong):
    """It counts how often it has looked for more of the call."""

    looks = 0

    def _look(self) -> None:
        super()._look()
        self.looks += 1


def along_with(transcriber: Told, *, wanted: bool = True) -> Watched:
    return Watched(cast(Adapters, SimpleNamespace(transcriber=transcriber, hears_along=lambda: wanted)), "P07")


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not met():  # noqa: ASYNC110 - a thread changes it
            await asyncio.sleep(0.005)


async def test_a_call_is_handed_on_again_and_again_as_it_grows():
    transcriber = Told()
    going = asyncio.create_task(along_with(transcriber).go_on())
    await until(lambda: len(transcriber.told) >= 3)
    going.cancel()
    assert set(transcriber.told) == {("follow", "P07")}


async def test_a_call_that_has_ended_is_transcribed_to_its_end_before_all_others():
    transcriber = Told()
    along = along_with(transcriber)
    going = asyncio.create_task(along.go_on())
    await until(lambda: bool(transcriber.told))
    going.cancel()
    await along.hung_up(ended=True)
    assert transcriber.told[-2:] == [("unfollow", "P07"), ("begin, urgent", "P07")]


async def test_a_call_that_is_left_unfinished_is_not_transcribed():
    transcriber = Told()
    along = along_with(transcriber)
    going = asyncio.create_task(along.go_on())
    await until(lambda: bool(transcriber.told))
    going.cancel()
    await along.hung_up(ended=False)
    assert transcriber.told[-1] == ("unfollow", "P07")


async def test_nothing_is_heard_after_the_end():
    transcriber = Told()
    along = along_with(transcriber)
    await along.hung_up(ended=True)
    going = asyncio.create_task(along.go_on())
    await until(lambda: along.looks >= 2)
    going.cancel()
    assert transcriber.told == []


async def test_a_study_that_does_not_ask_for_it_has_nothing_followed_and_nothing_begun():
    transcriber = Told()
    along = along_with(transcriber, wanted=False)
    going = asyncio.create_task(along.go_on())
    await until(lambda: along.looks >= 2)
    going.cancel()
    await along.hung_up(ended=True)
    assert transcriber.told == []


async def test_as_long_as_there_is_nothing_to_hear_it_is_asked_again():
    transcriber = Told(deaf=True)
    going = asyncio.create_task(along_with(transcriber).go_on())
    await until(lambda: len(transcriber.told) >= 3)
    assert not going.done()
    going.cancel()
