"""What every `record.ports.Player` promises: the one with a sound device and the fake that other tests use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.record.ports import Player
from tests.audio.signals import RATE, until, write_counter
from tests.fake_player import FakePlayer
from tests.fakes import ManualClock

SPANS = [
    Span(1, 0, RATE, 2, 2 * RATE, (AudioPart("a.wav", 0, 2 * RATE),)),
    Span(2, 9_000, RATE, 2, 2 * RATE, (AudioPart("a.wav", 2 * RATE, 2 * RATE),)),
]


@dataclass
class Stage:
    """A player, a folder with the audio of an interview with a gap from 2 to 9 s, and how time passes."""

    player: Player
    folder: Path
    timeline: Timeline
    pass_time: Callable[[], object]

    def until_heard(self, heard: Callable[[int | None], bool]) -> None:
        """Let time pass until what is heard is as wanted."""

        def done() -> bool:
            self.pass_time()
            return heard(self.player.at_ms())

        until(done, "what is heard")


@pytest.fixture(params=[pytest.param("device", marks=pytest.mark.device), "fake"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Both players, one after the other."""
    write_counter(tmp_path / "a.wav", 4)
    if request.param == "fake":
        clock = ManualClock()
        yield Stage(FakePlayer(clock), tmp_path, Timeline(SPANS), lambda: clock.advance(20))
        return
    request.getfixturevalue("sound")
    player = SoundPlayer()
    yield Stage(player, tmp_path, Timeline(SPANS), lambda: None)
    player.close()


def test_a_stretch_is_played_to_its_end_and_the_gap_in_it_is_left_out(stage: Stage):
    assert stage.player.available
    assert stage.player.at_ms() is None
    stage.player.play(stage.timeline, stage.folder, 500, 10_500)
    heard: list[int | None] = []

    def is_over(at_ms: int | None) -> bool:
        heard.append(at_ms)
        return at_ms is None

    stage.until_heard(is_over)
    known = [at_ms for at_ms in heard if at_ms is not None]
    assert known == sorted(known)
    assert all(500 <= at_ms <= 2_000 or 9_000 <= at_ms <= 10_500 for at_ms in known)
    assert known[0] < 1_500, "a second is how long this process may have to wait for its turn"
    assert known[-1] > 9_500


def test_playing_something_else_replaces_what_is_playing(stage: Stage):
    stage.player.play(stage.timeline, stage.folder, 0, 2_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 100)
    stage.player.play(stage.timeline, stage.folder, 9_500, 11_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 9_600)


def test_stopped_is_stopped(stage: Stage):
    stage.player.stop()
    stage.player.play(stage.timeline, stage.folder, 0, 2_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 100)
    stage.player.stop()
    assert stage.player.at_ms() is None


def test_what_would_be_played_is_told(stage: Stage):
    assert stage.player.clips(stage.timeline, 1_500, 9_500) == stage.timeline.clips(1_500, 9_500)
    assert stage.player.clips(stage.timeline, 3_000, 8_000) == []


def test_what_is_said_while_nothing_plays_has_no_effect(stage: Stage):
    stage.player.pause()
    stage.player.resume()
    stage.player.skip(5_000)
    stage.player.stop()
    assert stage.player.at_ms() is None
    assert not stage.player.paused
    assert stage.player.trouble == ""


def test_paused_it_stays_and_goes_on_a_little_before(stage: Stage):
    stage.player.play(stage.timeline, stage.folder, 9_000, 11_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 9_600)
    stage.player.pause()
    assert stage.player.paused
    paused_ms = stage.player.at_ms()
    assert paused_ms is not None
    began_s = time.monotonic()
    stage.player.resume(200)
    assert not stage.player.paused
    gone_on_ms = stage.player.at_ms()
    took_ms = (time.monotonic() - began_s) * 1000
    assert gone_on_ms is not None
    assert gone_on_ms < paused_ms + 50 + took_ms
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > paused_ms)


def test_a_jump_counts_what_was_recorded_and_reaches_before_the_beginning(stage: Stage):
    stage.player.play(stage.timeline, stage.folder, 9_100, 11_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 9_150)
    stage.player.pause()
    paused_ms = stage.player.at_ms()
    assert paused_ms is not None
    stage.player.skip(-1_500)
    gap_ms = 7_000
    assert stage.player.at_ms() == pytest.approx(paused_ms - gap_ms - 1_500, abs=500)
    assert stage.player.paused
    stage.player.resume(0)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 9_000)
    stage.player.skip(60_000)
    stage.until_heard(lambda at_ms: at_ms is None)


def test_the_speed_is_kept_for_what_is_played_next(stage: Stage):
    assert stage.player.speed == 1
    stage.player.play(stage.timeline, stage.folder, 0, 2_000)
    stage.until_heard(lambda at_ms: at_ms is not None and at_ms > 200)
    began_s = time.monotonic()
    before_ms = stage.player.at_ms()
    stage.player.set_speed(2)
    after_ms = stage.player.at_ms()
    took_ms = (time.monotonic() - began_s) * 1000
    assert before_ms is not None
    assert after_ms is not None
    assert before_ms <= after_ms < before_ms + 300 + 2 * took_ms
    stage.player.play(stage.timeline, stage.folder, 9_000, 11_000)
    assert stage.player.speed == 2
    stage.until_heard(lambda at_ms: at_ms is None)
