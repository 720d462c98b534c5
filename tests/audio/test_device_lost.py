"""Devices that go, come back, are moved, hang: the recorder goes on by itself and says so. A sound server's own tricks.

Each test has a server of its own, since it is mistreated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.recording.track import brief
from interview_tui.interview.ports import RecordedSpan, RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import Booth
from tests.audio.signals import RATE, Tally, recorded, tally, until
from tests.audio.virtual_sound import VirtualSound, virtual_sound

pytestmark = pytest.mark.device
LINE = SourceSpec("device", name="iv_line")
BEFORE = 5 * RATE // 2
"""Frames that are recorded before anything goes wrong."""


@pytest.fixture
def frail(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    """A server that may be mistreated."""
    with virtual_sound() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def desk(tmp_path: Path, frail: VirtualSound) -> Iterator[Booth]:
    """A recorder of the virtual telephone line."""
    assert frail.environment
    made = Booth(LINE, tmp_path / "P07")
    yield made
    made.close()


def frames_reach(link: RecorderLink, frames: int, span: int = 1) -> None:
    def there() -> bool:
        status = link.status()
        return status.span > span or (status.span == span and status.frames >= frames)

    until(there, f"{frames} recorded frames of span {span}")


def heard(desk: Booth, span: RecordedSpan) -> Tally:
    return tally(recorded(desk.folder, span.parts))


def closings(desk: Booth) -> list[tuple[int, str]]:
    """The spans that the log says are closed, and why."""
    lines = [json.loads(line) for line in (desk.folder / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(line["span"], line["reason"]) for line in lines if line["what"] == "closed"]


def capture_process(desk: Booth) -> psutil.Process:
    """The process that listens to the device."""
    (process,) = psutil.Process(desk.pid).children()
    return process


def test_a_sound_server_that_hangs_for_five_seconds_costs_no_sample(desk: Booth, frail: VirtualSound, line: Path):
    link = desk.link()
    with frail.playing(line, ahead_s=20):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
        with frail.suspended():
            until(lambda: "No sound has come from" in link.status().message, "the word that nothing comes")
            assert link.status().state is RecorderState.SEEKING
            until(lambda: "for 5 s" in link.status().message, "five seconds")
        until(lambda: link.status().message == "", "sound again")
        frames_reach(link, BEFORE + 7 * RATE)
        span = link.stop()
    assert span is not None
    assert span.number == 1
    found = heard(desk, span)
    assert (found.lost, found.repeated) == (0, 0)


def test_a_sound_server_that_dies_and_comes_back_is_recorded_from_again(desk: Booth, frail: VirtualSound, line: Path):
    link = desk.link()
    with frail.playing(line):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
        frail.crash()
    until(lambda: link.status().state is RecorderState.SEEKING, "the word that the device is gone")
    assert "No sound" in link.status().message
    until(lambda: closings(desk) == [(1, "lost")], "the end of the span")
    frail.restart()
    with frail.playing(line):
        frames_reach(link, 2 * RATE, span=2)
        assert (link.status().state, link.status().message) == (RecorderState.RECORDING, "")
        link.stop()
    before, after = desk.spans()
    assert (before.reason, after.reason) == (SpanEnd.LOST, SpanEnd.STOP)
    assert after.started_ns > before.started_ns + before.frames * 1_000_000_000 // RATE
    for span in (before, after):
        found = heard(desk, span)
        assert (found.lost, found.repeated) == (0, 0)


def test_a_process_that_listens_and_is_killed_is_replaced_and_the_gap_is_in_the_log(
    desk: Booth, frail: VirtualSound, line: Path
):
    link = desk.link()
    with frail.playing(line):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
        capture_process(desk).kill()
        frames_reach(link, 2 * RATE, span=2)
        link.stop()
    before, after = desk.spans()
    assert closings(desk) == [(1, "lost"), (2, "stop")]
    first, second = heard(desk, before), heard(desk, after)
    assert (first.lost, second.lost) == (0, 0)
    missing = second.first - first.first - first.frames
    silent_ns = after.started_ns - before.started_ns - before.frames * 1_000_000_000 // RATE
    assert missing / RATE == pytest.approx(silent_ns / 1e9, abs=0.1)


def test_a_process_that_listens_and_is_stopped_for_some_seconds_costs_no_sample(
    desk: Booth, frail: VirtualSound, line: Path
):
    link = desk.link()
    with frail.playing(line):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
        process = capture_process(desk)
        process.suspend()
        until(lambda: "No sound has come from" in link.status().message, "the word that nothing comes")
        process.resume()
        until(lambda: link.status().message == "", "sound again")
        link.stop()
    for span in desk.spans():
        found = heard(desk, span)
        assert (found.lost, found.repeated) == (0, 0)


def test_a_stream_that_is_moved_to_another_device_is_noticed(desk: Booth, frail: VirtualSound, line: Path):
    link = desk.link()
    with frail.playing(line):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
        frail.move_streams("speaker.monitor")
        frames_reach(link, RATE, span=2)
        assert link.status().message == f"Recording from {brief(link.status().source)} instead of iv_line."
        frail.move_streams("line.monitor")
        until(lambda: link.status().span == 3, "the end of the span")
        until(lambda: link.status().message == "", "the end of the message")
        frames_reach(link, RATE, span=3)
        link.stop()
    spans = desk.spans()
    assert [span.reason for span in spans] == [SpanEnd.MOVED, SpanEnd.BACK, SpanEnd.STOP]
    assert len({span.source for span in spans}) == 2
    assert heard(desk, spans[0]).lost == 0
    assert heard(desk, spans[2]).lost == 0


def test_a_card_that_is_unplugged_and_plugged_in_again_is_gone_back_to(desk: Booth, frail: VirtualSound, line: Path):
    link = desk.link()
    with frail.playing(line):
        link.start(desk.folder, 1)
        frames_reach(link, BEFORE)
    frail.unplug("line")
    until(lambda: link.status().message != "", "the word that the device is gone")
    until(lambda: closings(desk)[:1] in ([(1, "lost")], [(1, "moved")]), "the end of the span")
    frail.plug_in("line")
    until(lambda: link.status().message == "" and link.status().span > 1, "the device's return")
    with frail.playing(line):
        frames_reach(link, link.status().frames + 2 * RATE, span=link.status().span)
        link.stop()
    spans = desk.spans()
    assert spans[0].reason in (SpanEnd.LOST, SpanEnd.MOVED)
    assert spans[-1].source == spans[0].source
    assert heard(desk, spans[-1]).lost == 0


def test_of_two_devices_the_one_that_stays_loses_no_sample(desk: Booth, frail: VirtualSound, line: Path):
    desk.source = SourceSpec("device", name="iv_heard", beside=SourceSpec("device", name="iv_line"))
    frail.control("set-default-source", "speaker.monitor")  # the server moves streams with its default
    link = desk.link()
    with frail.playing(line, sink="speaker"):
        status = link.start(desk.folder, 1)
        assert (status.source, status.channels) == ("iv_heard + iv_line", 2)
        frames_reach(link, BEFORE)
        frail.unplug("line")
        until(lambda: "iv_line" in link.status().message, "the word that the device is gone")
        frames_reach(link, RATE, span=2)
        frail.plug_in("line")
        until(lambda: link.status().message == "", "the device's return")
        frames_reach(link, RATE, span=link.status().span)
        link.stop()
    spans = desk.spans()
    assert spans[0].beside is not None
    assert spans[-1].beside is not None
    assert spans[-1].beside.source == spans[0].beside.source
    left = [recorded(desk.folder, span.parts)[:, 0] for span in spans]
    sound = np.trim_zeros(np.concatenate(left)).astype(np.int64)
    assert len(sound) > BEFORE + RATE
    assert (np.diff(sound) % 32_768 == 1).all()
