"""The recorder process when it, its app or its devices' processes are stopped, killed or slow."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import Booth, hang_up
from tests.audio.scripted import counted
from tests.audio.signals import RATE, recorded, tally, until, write_counter


def frames_reach(link: RecorderLink, frames: int) -> None:
    until(lambda: link.status().frames >= frames, f"{frames} recorded frames")


def wait_out(seconds: float) -> None:
    """Let real time pass: a stall has no other sign that it lasted long enough."""
    end_ns = monotonic.now_ns() + round(seconds * 1e9)
    until(lambda: monotonic.now_ns() > end_ns, "the end of a stall")


@pytest.mark.parametrize("seconds", [3, pytest.param(10, marks=pytest.mark.campaign)])
def test_a_recorder_that_is_stopped_for_a_while_loses_nothing(booth: Booth, seconds: int):
    link = booth.link()
    link.start(booth.folder, 1)
    frames_reach(link, RATE)
    process = psutil.Process(booth.pid)
    process.suspend()
    wait_out(seconds)
    process.resume()
    frames_reach(link, (seconds + 2) * RATE)
    assert link.status().message == ""
    span = link.stop()
    assert span is not None
    heard = tally(recorded(booth.folder, span.parts))
    assert (span.number, heard.first, heard.frames, heard.lost) == (1, 0, span.frames, 0)


@pytest.mark.parametrize("seconds", [2, pytest.param(20, marks=pytest.mark.campaign)])
def test_an_app_that_is_stopped_or_killed_costs_no_frame(booth: Booth, seconds: int):
    with booth.app() as app:
        process = psutil.Process(app.pid)
        process.suspend()
        wait_out(seconds)
        process.resume()
        hang_up(app)
    link = booth.link()
    found = link.attach(booth.folder)
    assert (found.state, found.span) == (RecorderState.RECORDING, 1)
    assert found.frames > seconds * RATE
    frames_reach(link, found.frames + RATE // 2)
    span = link.stop()
    assert span is not None
    heard = tally(recorded(booth.folder, span.parts))
    assert (heard.first, heard.frames, heard.lost, heard.repeated) == (0, span.frames, 0, 0)


def test_the_next_app_is_told_how_long_there_was_none(booth: Booth):
    with booth.app() as app:
        hang_up(app)
    wait_out(2.1)
    assert booth.link().attach(booth.folder).alone_s >= 2
    assert booth.link().attach(booth.folder).alone_s == 0


def test_a_stop_takes_what_was_captured_up_to_the_command(booth: Booth):
    link = booth.link()
    link.start(booth.folder, 1)
    frames_reach(link, RATE)
    before_ns = monotonic.now_ns()
    span = link.stop()
    assert span is not None
    assert span.started_ns + span.frames * 1_000_000_000 // RATE >= before_ns


@pytest.fixture
def two(tmp_path: Path) -> Booth:
    """A recorder of two files whose clocks differ by 160 ppm; each holds a counter of 15 bits."""
    paths = [tmp_path / "own.wav", tmp_path / "line.wav"]
    for path in paths:
        soundfile.write(path, (np.arange(60 * 8_000) % 32_768).astype(np.int16), 8_000, subtype="PCM_16")
    line = SourceSpec("file", path=paths[1], fast_ppm=-80.0)
    return Booth(SourceSpec("file", path=paths[0], beside=line, fast_ppm=80.0), tmp_path / "P07")


def test_two_sources_are_recorded_at_once_each_whole_and_on_its_own_clock(two: Booth):
    try:
        link = two.link()
        status = link.start(two.folder, 1)
        assert (status.source, status.channels, status.message) == ("own.wav + line.wav", 2, "")
        frames_reach(link, 4 * 8_000)
        assert len(link.status().level_db) == 2
        span = link.stop()
        assert span is not None
        assert span.beside is not None
        assert counted(two.folder, span.parts) == (0, (span.frames - 1) % 32_768)
        assert counted(two.folder, span.beside.parts) == (0, (span.beside.frames - 1) % 32_768)
        assert abs(span.started_ns - span.beside.started_ns) < 60_000_000
        assert two.spans() == [span]
    finally:
        two.close()


def test_a_killed_recorder_of_two_sources_leaves_both_tracks(two: Booth):
    try:
        link = two.link()
        link.start(two.folder, 1)
        frames_reach(link, 2 * 8_000)
        two.kill()
        (span,) = two.spans()
        assert span.reason is SpanEnd.LOST
        assert span.beside is not None
        assert counted(two.folder, span.parts)[0] == 0
        assert counted(two.folder, span.beside.parts)[0] == 0
    finally:
        two.close()


def test_of_two_sources_the_one_that_is_missing_is_named_and_the_other_recorded(two: Booth, tmp_path: Path):
    try:
        (tmp_path / "line.wav").unlink()
        link = two.link()
        status = link.start(two.folder, 1)
        assert (status.state, status.source) == (RecorderState.RECORDING, "own.wav")
        assert status.message == "No sound comes from line.wav: trying again."
        (tmp_path / "own.wav").unlink()
        link.stop()
        with pytest.raises(AudioError, match=r"no audio file .*own\.wav"):
            two.link().start(two.folder, 2)
    finally:
        two.close()


def test_what_the_recorder_did_is_in_its_log(booth: Booth, tmp_path: Path):
    booth.source = SourceSpec("file", path=write_counter(tmp_path / "a.wav", 30, rate=8_000))
    link = booth.link()
    link.start(booth.folder, 1)
    link.pause(SpanEnd.OFF_RECORD)
    link.resume(1)
    link.stop()
    lines = [json.loads(line) for line in (booth.folder / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
    closed = [line for line in lines if line["what"] == "closed"]
    assert [(line["span"], line["reason"]) for line in closed] == [(1, "off record"), (2, "stop")]
