"""Recorder and devices against a real sound server with virtual cards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.sources import devices
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import Booth, hang_up
from tests.audio.signals import RATE, Tally, click_frames, recorded, tally, until, write_clicks
from tests.audio.virtual_sound import VirtualSound, virtual_sound

pytestmark = [pytest.mark.device, pytest.mark.usefixtures("sound")]
LINE = SourceSpec("device", name="iv_line")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Booth]:
    """A recorder of the virtual telephone line."""
    made = Booth(LINE, tmp_path / "P07")
    yield made
    made.close()


def _frames_reach(link: RecorderLink, frames: int) -> None:
    until(lambda: link.status().frames >= frames, f"{frames} recorded frames")


def _heard(desk: Booth, span: RecordedSpan) -> Tally:
    return tally(recorded(desk.folder, span.parts))


def test_ten_seconds_of_a_line_are_recorded_bit_for_bit(desk: Booth, sound: VirtualSound, line: Path):
    link = desk.link()
    with sound.playing(line):
        started = link.start(desk.folder, 1)
        assert (started.source, started.rate, started.channels) == ("iv_line", RATE, 2)
        _frames_reach(link, 12 * RATE)
        span = link.stop()
    assert span is not None
    heard = _heard(desk, span)
    assert heard.frames > 9 * RATE
    assert (heard.lost, heard.repeated) == (0, 0)


def test_a_killed_recorder_keeps_every_sample_that_reached_it(desk: Booth, sound: VirtualSound, line: Path):
    link = desk.link()
    with sound.playing(line):
        link.start(desk.folder, 1)
        _frames_reach(link, 3 * RATE)
        known = link.status().frames
        desk.kill()
    (span,) = desk.spans()
    assert span.frames >= known
    heard = _heard(desk, span)
    assert (heard.lost, heard.repeated) == (0, 0)


def test_a_killed_app_costs_no_sample(desk: Booth, sound: VirtualSound, line: Path):
    with sound.playing(line):
        with desk.app() as app:
            hang_up(app)
        link = desk.link()
        found = link.attach(desk.folder)
        assert found.state is RecorderState.RECORDING
        _frames_reach(link, found.frames + 3 * RATE)
        span = link.stop()
    assert span is not None
    heard = _heard(desk, span)
    assert heard.frames > 2 * RATE
    assert (heard.lost, heard.repeated) == (0, 0)


def test_clicks_on_both_sides_of_a_pause_keep_their_times(desk: Booth, sound: VirtualSound, tmp_path: Path):
    clicks_s = [0.5 * number for number in range(1, 80)]
    file = write_clicks(tmp_path / "clicks.wav", 40, clicks_s)
    link = desk.link()
    with sound.punctual(), sound.playing(file):
        link.start(desk.folder, 1)
        _frames_reach(link, 5 * RATE // 2)
        before = link.pause(SpanEnd.OFF_RECORD)
        assert link.status().state is RecorderState.PAUSED
        link.resume(2)
        _frames_reach(link, 2 * RATE)
        after = link.stop()
    assert after is not None
    times_s = [
        (span.started_ns - before.started_ns) / 1e9 + frame / span.rate
        for span in (before, after)
        for frame in click_frames(recorded(desk.folder, span.parts))
    ]
    assert len([at_s for at_s in times_s if at_s * RATE < before.frames]) >= 2
    assert len([at_s for at_s in times_s if at_s * RATE > before.frames]) >= 2
    steps = np.array(times_s) - times_s[0]
    assert np.abs(steps - 0.5 * np.round(steps / 0.5)).max() < 0.020


def test_a_sound_system_that_dies_is_told_and_what_was_heard_is_kept(
    tmp_path: Path, line: Path, monkeypatch: pytest.MonkeyPatch
):
    with virtual_sound() as doomed:
        for name, value in doomed.environment.items():
            monkeypatch.setenv(name, value)
        desk = Booth(LINE, tmp_path / "P07")
        try:
            link = desk.link()
            with doomed.playing(line):
                link.start(desk.folder, 1)
                _frames_reach(link, 4 * RATE)
                known = link.status().frames
                doomed.close()
            until(lambda: "No sound comes from iv_line" in link.status().message, "the word that the device is gone")
            assert link.status().state is RecorderState.SEEKING
            span = link.pause(SpanEnd.PAUSE)
            assert span is not None
            assert (span.reason, span.frames >= known) == (SpanEnd.LOST, True)
            assert _heard(desk, span).lost == 0
            assert link.stop() is None
        finally:
            desk.close()


def test_the_devices_are_listed_with_the_default():
    found = {device.name: device for device in devices.list_sources()}
    assert {"iv_line, ALSA", "iv_heard, ALSA", "default, ALSA"} <= found.keys()
    assert found["iv_line, ALSA"].rate == RATE
    assert [name for name, device in found.items() if device.default] == ["default, ALSA"]


def test_silence_and_sound_are_told_apart(sound: VirtualSound, line: Path):
    assert devices.check_level("iv_heard, ALSA", 0.2) == (-math.inf, -math.inf)
    with sound.playing(line):
        until(lambda: max(devices.check_level(None, 0.2)) > -20, "a level")
        left, right = devices.check_level("iv_line", 0.5)
    assert left > -3
    assert right == pytest.approx(-12, abs=0.5)


def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are(desk: Booth):
    desk.source = SourceSpec("device", name="Aunt Mary's microphone")
    with pytest.raises(AudioError, match='no sound device "Aunt Mary\'s microphone"') as caught:
        desk.link().start(desk.folder, 1)
    assert "iv_line" in caught.value.hint
