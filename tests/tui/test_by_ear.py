"""Lining up by ear: every key, what is said of times, what is played, and that leaving leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from interview_tui.errors import AudioError
from interview_tui.tui.by_ear import MOVES_MS, HeardMoment, Laid, LineUpApp, exact
from interview_tui.tui.commands import BY_EAR
from tests.tui.gallery import LARGE, SMALL, matched
from tests.tui.staging import lines

MOMENTS = tuple(
    HeardMoment(at_ms, words)
    for at_ms, words in (
        (65_250, "may be kept from here on"),
        (131_400, "flag f1"),
        (247_800, "she hesitates before she names the first of them, and then does not"),
        (1_503_000, "flag f2"),
        (3_000_000, "laughs"),
    )
)
LAID = Laid("DS_0042.wma", 2_700_000, -7_000, MOMENTS)


class FakeListener:
    """Remembers what was to be played."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []
        self.closed = False
        self.error: AudioError | None = None

    def listen(self, at_ms: int, start_ms: int) -> None:
        if self.error is not None:
            raise self.error
        self.heard.append((at_ms, start_ms))

    def close(self) -> None:
        self.closed = True


class Ears:
    """The screen, and what it plays."""

    def __init__(self, app: LineUpApp, pilot: Pilot[int], listener: FakeListener) -> None:
        self.app, self.pilot, self.listener = app, pilot, listener

    @property
    def screen(self) -> str:
        return "\n".join(lines(self.app))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()


@asynccontextmanager
async def listening(size: tuple[int, int] = SMALL, laid: Laid = LAID) -> AsyncIterator[Ears]:
    listener = FakeListener()
    app = LineUpApp("P07", laid, listener, found="Laid where the two recordings are most alike.")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Ears(app, pilot, listener)


KEYS = [(command.id, key) for command in BY_EAR for key in command.keys if command.id in MOVES_MS]


@pytest.mark.parametrize(("command", "key"), KEYS)
async def test_a_key_moves_the_file(command: str, key: str):
    async with listening() as ears:
        await ears.press(key)
        assert ears.app.laid.start_ms == LAID.start_ms + MOVES_MS[command]
        assert f"begins at {exact(ears.app.laid.start_ms)} of the call" in ears.screen


async def test_the_arrows_choose_a_moment_and_space_plays_it_where_the_file_lies():
    async with listening() as ears:
        assert "Laid where the two recordings are most alike." in ears.screen
        await ears.press("space", "down", "down", "right", "space")
        assert ears.listener.heard == [(65_250, -7_000), (247_800, -6_990)]
        assert "Left ear: recorded here. Right ear: the file." in ears.screen
        await ears.press("up", "up", "up", "space")
        assert ears.listener.heard[-1] == (65_250, -6_990)
        await ears.press(*["down"] * 9, "space")
        assert ears.listener.heard[-1] == (3_000_000, -6_990)


async def test_each_moment_has_its_time_in_the_file_or_is_said_not_to_be_there():
    async with listening() as ears:
        assert "1:12.25 of the file" in ears.screen
        assert "not in the file" in next(row for row in ears.screen.splitlines() if "laughs" in row)
        assert "ends at 44:53.00" in ears.screen


async def test_enter_gives_where_it_lies():
    async with listening() as ears:
        await ears.press("]", "left", "enter")
    assert ears.app.return_value == -6_910
    assert ears.listener.closed


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_leaving_gives_nothing(key: str):
    async with listening() as ears:
        await ears.press("]", key)
    assert ears.app.return_value is None
    assert ears.listener.closed


async def test_what_cannot_be_played_is_said_until_something_else_is_done():
    async with listening() as ears:
        ears.listener.error = AudioError("There is no device to play to.", "Plug in the headphones.")
        await ears.press("space")
        assert "! There is no device to play to. Plug in the headphones." in ears.screen
        await ears.press("right")
        assert "no device" not in ears.screen


@pytest.mark.parametrize("size", [SMALL, (60, 16), (40, 8)])
async def test_the_chosen_moment_and_where_the_file_lies_stay_in_sight(size: tuple[int, int]):
    many = replace(LAID, moments=tuple(HeardMoment(at_s * 1000, f"note {at_s}") for at_s in range(50)))
    async with listening(size, many) as ears:
        await ears.press(*["down"] * 30)
        assert "› 0:30.00  note 30" in ears.screen
        assert "DS_0042.wma begins at -0:07.00" in ears.screen
        assert "Space listen" in ears.screen


async def test_the_footer_of_a_small_terminal_names_every_way_to_move():
    async with listening(SMALL) as ears:
        footer = ears.screen.splitlines()[-1]
        for words in (
            "Space listen",
            "← → 10 ms",
            "[ ] 0.1 s",
            "PgUp PgDn 1 s",
            "{ } 10 s",
            "Enter attach",
            "Esc leave",
        ):
            assert words in footer


@pytest.mark.parametrize(
    ("at_ms", "words"),
    [(0, "0:00.00"), (757_250, "12:37.25"), (-7_000, "-0:07.00"), (59_999, "1:00.00"), (-4, "0:00.00")],
)
def test_times_are_given_to_the_hundredth(at_ms: int, words: str):
    assert exact(at_ms) == words


async def test_what_it_looks_like():
    async with listening() as ears:
        await ears.press("down", "down", "space")
        for size in (SMALL, LARGE):
            await ears.pilot.resize_terminal(*size)
            await ears.pilot.pause()
            await matched(ears.pilot, f"by-ear-{size[0]}x{size[1]}")
