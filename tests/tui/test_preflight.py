"""Before a call both ends are heard and named, nothing holds the call up, and the source is free when it begins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from textual.app import App
from textual.pilot import Pilot

from interview_tui.errors import ConfigError
from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.sources import Named, SourceCheck, Sources
from interview_tui.store.settings import StudySettings
from interview_tui.tui import readiness, sound_desk, themes
from interview_tui.tui.readiness import Input, Prospect, Verdict
from interview_tui.tui.screens.preflight import PreflightScreen
from tests.audio.virtual_sound import VirtualSound, virtual_sound
from tests.fake_sound_check import FakeSoundCheck
from tests.tui.staging import PATIENCE_S, Stage

PROSPECT = Prospect("Political mentoring", "3", "1a2b3c4d5e6f", 35, "AB", 41_000_000_000)
QUIET, SPEAKING = -62.0, -18.0


class Host(App[None], inherit_bindings=False):
    """Nothing but the pre-flight, and what it says when it is left."""

    CSS_PATH = str(Path(themes.__file__).parent / "styles" / "app.tcss")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: PreflightScreen) -> None:
        super().__init__()
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.CHOICES[0]
        self._shown = screen
        self.began: list[str] = []
        self.left = 0

    def on_mount(self) -> None:
        self.push_screen(self._shown)

    def on_preflight_screen_ready(self, message: PreflightScreen.Ready) -> None:
        self.began.append(message.case)

    def on_preflight_screen_left(self) -> None:
        self.left += 1


class Booth:
    """The screen, running."""

    def __init__(self, host: Host, pilot: Pilot[None]) -> None:
        self.host, self.pilot = host, pilot

    @property
    def screen(self) -> str:
        strips = self.host.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    def row(self, what: str) -> str:
        """The row of the screen that begins with a word."""
        return next((row.strip() for row in self.screen.splitlines() if row.strip().startswith(what)), "")

    async def shows(self, words: str) -> None:
        """Wait until the screen shows something."""
        await self.until(lambda: words in self.screen, lambda: f"{words!r} in\n{self.screen}")

    async def until(self, done: Callable[[], object], what: Callable[[], str] = str) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < end_s, what()
            await self.pilot.pause(0.01)


@asynccontextmanager
async def checked(
    stage: Stage,
    case: str = "P07",
    prospect: Callable[[], Prospect] = lambda: PROSPECT,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Booth]:
    """The pre-flight of a stage's sound check."""
    host = Host(PreflightScreen(replace(stage.adapters, prospect=prospect), case))
    async with host.run_test(size=size) as pilot:
        yield Booth(host, pilot)


async def test_what_the_interview_will_begin_with_is_shown():
    async with checked(Stage()) as booth:
        await booth.shows("AB")
        assert "Before the call · P07" in booth.screen
        assert booth.row("schedule").endswith("Political mentoring, version 3 · 1a2b3c4d · 35 min")
        assert booth.row("interviewer").split() == ["interviewer", "·", "AB"]
        await booth.shows("fake: 2 channels, 48000 Hz")


async def test_each_voice_is_named_once_it_was_heard():
    stage = Stage()
    check = stage.sound_check
    async with checked(stage) as booth:
        await booth.shows("nothing heard yet on input 1 (your voice?)")
        check.hear(QUIET, QUIET)
        check.hear(SPEAKING, QUIET)
        await booth.shows("your voice ✓")
        assert "nothing heard yet on input 2 (their voice?)" in booth.row("input 2")
        check.hear(QUIET, SPEAKING)
        await booth.shows("their voice ✓")
        assert booth.row("input 1").endswith("your voice ✓"), "what was heard stays heard"


async def test_a_channel_without_any_signal_is_told():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("nothing heard yet")
        stage.sound_check.hear(SPEAKING, -100.0)
        await booth.shows("no signal on input 2 (their voice?)")
        assert booth.row("input 2").split()[2] == "✗"


async def test_a_microphone_that_is_forbidden_is_told_with_the_way_out():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("nothing heard yet")
        stage.sound_check.hear(-100.0, -100.0)
        await booth.shows("Digital silence: nothing at all is heard. Allow the")


async def test_the_bars_move_with_the_sound():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("nothing heard yet")
        quiet = booth.row("input 1").count("█")
        stage.sound_check.hear(-6.0, QUIET)
        await booth.until(lambda: booth.row("input 1").count("█") >= 12)
        assert quiet == 0
        stage.sound_check.hear(QUIET, QUIET)
        await booth.until(lambda: booth.row("input 1").count("█") == 0)


async def test_a_source_that_cannot_be_opened_is_told_whole_and_can_be_tried_again():
    stage = Stage()
    stage.sound_check.refuse("iv_line cannot be recorded from: the system says that this program may not use it.")
    async with checked(stage) as booth:
        await booth.shows("Plug it in.")
        assert booth.row("source").split()[1] == "✗"
        stage.sound_check.refuse("")
        await booth.pilot.press("r")
        await booth.shows("fake: 2 channels")


async def test_a_source_that_is_lost_meanwhile_is_told():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        stage.sound_check.lose("Nothing has come from fake for 10 s.")
        await booth.shows("✗ Nothing has come from fake for 10 s.")


@pytest.mark.parametrize("key", ["p", "space"])
async def test_the_last_seconds_are_played_back(key: str):
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press(key)
        await booth.until(lambda: stage.sound_check.played == 1)


async def test_what_cannot_be_played_back_says_why():
    stage = Stage()
    stage.sound_check.refuse("There is no such device.")
    async with checked(stage) as booth:
        await booth.shows("Plug it in.")
        await booth.pilot.press("p")
        await booth.shows("Nothing was heard yet.")


async def test_enter_goes_to_the_call_whatever_the_checks_say_and_the_source_is_free_then():
    stage = Stage()
    stage.power = Power(3, plugged=False)

    def broken() -> Prospect:
        raise ConfigError("There is no schedule.", "Put one into schedules/.")

    async with checked(stage, prospect=broken) as booth:
        await booth.shows("There is no schedule. Put one into schedules/.")
        await booth.shows("fake: 2 channels")
        await booth.pilot.press("enter")
        await booth.until(lambda: booth.host.began)
        assert booth.host.began == ["P07"]
        assert not stage.sound_check.is_open


async def test_a_second_enter_begins_no_second_call():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        stage.sound_check.answer.clear()
        await booth.pilot.press("enter", "enter", "escape")
        stage.sound_check.answer.set()
        await booth.until(lambda: booth.host.began)
        await booth.pilot.pause()
        assert (booth.host.began, booth.host.left) == (["P07"], 0)
        assert stage.sound_check.asked == ["begin", "end"]


async def test_enter_before_the_source_has_opened_closes_it_after_it_has():
    stage = Stage()
    stage.sound_check.answer.clear()
    async with checked(stage) as booth:
        await booth.shows("opening …")
        await booth.pilot.press("enter")
        await booth.shows("Closing the source …")
        stage.sound_check.answer.set()
        await booth.until(lambda: booth.host.began)
        assert stage.sound_check.asked == ["begin", "end"]
        assert not stage.sound_check.is_open


async def test_a_driver_that_hangs_does_not_keep_her_from_the_call(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sound_desk, "CLOSE_WITHIN_S", 0.1)
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        stage.sound_check.answer.clear()
        await booth.pilot.press("enter")
        await booth.until(lambda: booth.host.began)
        stage.sound_check.answer.set()


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_escape_returns_and_closes_the_source(key: str):
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press(key)
        await booth.until(lambda: booth.host.left)
        assert not stage.sound_check.is_open
        assert booth.host.began == []


async def test_however_the_app_ends_the_source_is_closed():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
    assert not stage.sound_check.is_open


async def test_without_a_case_there_is_no_call_to_go_to():
    stage = Stage()
    async with checked(stage, case="") as booth:
        await booth.shows("fake: 2 channels")
        assert "Sound check" in booth.screen
        assert "to the call" not in booth.screen
        await booth.pilot.press("enter", "escape")
        await booth.until(lambda: booth.host.left)
        assert booth.host.began == []


async def test_the_devices_are_chosen_in_the_screen_and_remembered():
    stage = Stage()
    check = stage.sound_check
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press("d")
        await booth.shows("Your microphone")
        assert "what the system records from" in booth.row("›")
        assert "to the call" not in booth.screen
        await booth.pilot.press("down", "down")
        await booth.until(lambda: check.chosen == ("hw:1", ""))
        await booth.shows("hw:1: 2 channels")
        assert "your voice?" in booth.screen, "it is heard while it is chosen"
        await booth.pilot.press("enter")
        await booth.shows("A second device that hears them")
        assert "USB headset" not in booth.screen, "what is yours is not the line's"
        await booth.pilot.press("down", "down")
        assert "Monitor of the speakers" in booth.row("›")
        await booth.until(lambda: check.chosen == ("hw:1", "mon"))
        await booth.pilot.press("enter")
        await booth.shows("Calls are recorded from these")
        assert check.kept == ("hw:1", "mon")
        assert booth.host.began == []
        await booth.pilot.press("enter")
        await booth.until(lambda: booth.host.began)


async def test_leaving_the_list_of_devices_leaves_them_as_they_were():
    stage = Stage()
    check = stage.sound_check
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press("d")
        await booth.shows("Your microphone")
        await booth.pilot.press("down")
        await booth.until(lambda: check.chosen == ("hw:0", ""))
        await booth.pilot.press("escape")
        await booth.until(lambda: check.chosen == ("", ""))
        await booth.shows("fake: 2 channels")
        assert "Your microphone" not in booth.screen
        assert check.asked.count("keep") == 0
        assert booth.host.left == 0


async def test_where_there_is_nothing_to_choose_it_says_why():
    stage = Stage()
    stage.sound_check.offered = []
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press("d")
        await booth.shows("There is no device to choose.")


async def test_room_on_another_disk_is_told():
    async with checked(Stage(), prospect=lambda: replace(PROSPECT, fallback_bytes=20_000_000_000)) as booth:
        await booth.shows("then 20 GB on another disk")


async def test_nothing_is_written_into_the_study():
    stage = Stage()
    async with checked(stage) as booth:
        await booth.shows("fake: 2 channels")
        await booth.pilot.press("p", "r", "enter")
        await booth.until(lambda: booth.host.began)
    assert stage.study.journals == {}
    assert stage.study.schedules == {}
    assert stage.recorder.state is RecorderState.OFF


async def test_a_check_that_breaks_is_told_and_the_call_is_still_there():
    stage = Stage()

    class Broken(FakeSoundCheck):
        def begin(self) -> None:
            raise RuntimeError("a bug")

    adapters = replace(stage.adapters, prospect=lambda: PROSPECT, sound_check=Broken)
    host = Host(PreflightScreen(adapters, "P07"))
    async with host.run_test() as pilot:
        booth = Booth(host, pilot)
        await booth.shows("The sound check broke: RuntimeError('a bug').")
        await pilot.press("enter")
        await booth.until(lambda: host.began)


@pytest.mark.parametrize(
    ("free_bytes", "found"),
    [
        (41_000_000_000, "✓ 41 GB free, 3 × 35 min need 1.2 GB"),
        (1_000_000_000, "✗ 1.0 GB free, 3 × 35 min need 1.2 GB. Make room: a call needs three times its length."),
        (None, "· the system does not tell what is free; 3 × 35 min need 1.2 GB"),
    ],
)
def test_free_space_is_held_against_three_times_what_the_plan_needs(free_bytes: int | None, found: str):
    status = RecorderStatus(RecorderState.RECORDING, rate=48_000, channels=2)
    finding = readiness.room(replace(PROSPECT, free_bytes=free_bytes), status)
    assert f"{finding.verdict.value} {finding.found}" == found
    assert readiness.room(replace(PROSPECT, free_bytes=free_bytes), RecorderStatus(RecorderState.OFF)) == finding


@pytest.mark.parametrize(
    ("power", "found"),
    [
        (None, "· no battery, or the system does not tell"),
        (Power(87, plugged=True), "✓ plugged in, battery 87 %"),
        (Power(87, plugged=False), "! not plugged in, battery 87 %"),
    ],
)
async def test_what_feeds_the_machine_is_told(power: Power | None, found: str):
    stage = Stage()
    stage.power = power
    async with checked(stage) as booth:
        await booth.shows(found)


@pytest.mark.parametrize(
    ("levels", "verdict", "words"),
    [
        ([QUIET] * 5 + [SPEAKING] * 5, Verdict.RIGHT, "their voice ✓"),
        ([QUIET] * 5 + [0.0] * 5, Verdict.DOUBTFUL, "their voice, too loud: turn it down"),
        (
            [-80.0] * 5 + [-46.0] * 5,
            Verdict.DOUBTFUL,
            "their voice, very quiet: closer to the microphone, or turn it up",
        ),
        ([QUIET] * 50, Verdict.OPEN, "nothing heard yet on input 2 (their voice?)"),
        ([QUIET] * 5 + [SPEAKING] * 2 + [QUIET] * 5, Verdict.OPEN, "nothing heard yet on input 2 (their voice?)"),
        ([-100.0] * 20, Verdict.WRONG, "no signal on input 2 (their voice?)"),
    ],
)
def test_what_was_heard_of_a_channel_is_said_in_words(levels: list[float], verdict: Verdict, words: str):
    channel = Input()
    for level_db in levels:
        channel.hear(level_db, 200)
    assert channel.words(2, 2) == (verdict, words)


def test_one_channel_has_no_side():
    channel = Input()
    for level_db in [QUIET] * 5 + [SPEAKING] * 5:
        channel.hear(level_db, 200)
    assert channel.words(1, 1) == (Verdict.RIGHT, "a voice ✓")
    assert Input().words(1, 1) == (Verdict.OPEN, "nothing heard yet on the input")


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    with virtual_sound() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.mark.device
async def test_the_line_of_a_real_sound_server_is_heard_channel_by_channel(sound: VirtualSound, tmp_path: Path):
    seconds = np.arange(60 * 48_000) / 48_000
    tone = np.sin(seconds * 2500) * 8000 * (seconds % 2 > 1)
    soundfile.write(tmp_path / "one-sided.wav", np.stack([tone, tone * 0], axis=1).astype(np.int16), 48_000)
    stage = Stage()
    adapters = replace(
        stage.adapters,
        prospect=lambda: PROSPECT,
        sound_check=lambda: SourceCheck(Sources(Named(source="iv_line")), StudySettings()),
    )
    host = Host(PreflightScreen(adapters, "P07"))
    with sound.playing(tmp_path / "one-sided.wav"):
        async with host.run_test(size=(100, 30)) as pilot:
            booth = Booth(host, pilot)
            await booth.shows("iv_line: 2 channels, 48000 Hz")
            await booth.shows("your voice ✓")
            await booth.shows("no signal on input 2 (their voice?)")
            await pilot.press("p")
            await booth.shows("Playing the last 5 s")
            await asyncio.wait_for(pilot.press("enter"), PATIENCE_S)
            await booth.until(lambda: host.began)
