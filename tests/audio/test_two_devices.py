"""Two devices at once: two tracks, of which each may be lost and found without a sample of the other being lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.scripted import RATE, WRAP, Device, Studio, counted, gap

OWN, LINE = "headset", "line adapter"


@pytest.fixture
def own() -> Device:
    return Device(OWN)


@pytest.fixture
def line() -> Device:
    return Device(LINE)


@pytest.fixture
def pair(tmp_path: Path, own: Device, line: Device) -> Studio:
    """Two devices that are being recorded."""
    made = Studio(tmp_path / "P07", own, line)
    made.record()
    made.advance(2.0)
    assert made.refusals == [None]
    return made


def test_two_devices_are_two_tracks_of_one_span(pair: Studio, own: Device, line: Device):
    line.fast_ppm, own.fast_ppm = 80.0, -80.0
    pair.advance(20.0)
    status = pair.status
    assert (status.source, status.channels, len(status.level_db)) == (f"{OWN} + {LINE}", 2, 2)
    (span,) = pair.end()
    assert span.beside is not None
    assert (span.source, span.beside.source) == (OWN, LINE)
    for track, device in ((span, own), (span.beside, line)):
        assert counted(pair.folder, track.parts)[0] == 0
        assert 0 <= device.frame - track.frames <= RATE // 20


def test_of_two_devices_the_one_that_is_there_is_recorded_alone_and_the_other_sought(
    tmp_path: Path, own: Device, line: Device
):
    line.there = False
    studio = Studio(tmp_path / "P07", own, line)
    studio.record()
    studio.advance_until(lambda: bool(studio.refusals))
    assert studio.refusals == [None]
    assert (studio.status.source, studio.status.state) == (OWN, RecorderState.RECORDING)
    assert studio.status.message == f"No sound comes from {LINE}: trying again."
    studio.advance(3.0)
    line.there = True
    studio.advance(3.0)
    assert (studio.status.source, studio.status.message) == (f"{OWN} + {LINE}", "")
    alone, both = studio.end()
    assert (alone.reason, alone.beside) == (SpanEnd.BACK, None)
    assert both.beside is not None
    assert gap(studio.folder, alone.parts, both.parts) == 0
    assert alone.frames + both.frames == own.frame


def test_a_slower_device_is_waited_for_so_that_the_first_span_has_both(tmp_path: Path, own: Device, line: Device):
    line.stalled = True
    studio = Studio(tmp_path / "P07", own, line)
    studio.record()
    studio.advance(0.7)
    assert studio.refusals == []
    line.stalled = False
    studio.advance(2.0)
    (span,) = studio.end()
    assert span.beside is not None
    assert (span.frames, span.beside.frames) == (own.frame, line.frame)


@pytest.mark.parametrize("lost", [0, 1])
def test_when_one_of_two_is_lost_the_other_goes_on_without_losing_a_sample(pair: Studio, lost: int):
    gone, kept = pair.devices[lost], pair.devices[1 - lost]
    gone.vanish()
    took_s = pair.advance_until(lambda: pair.status.span == 2)
    assert took_s <= 0.3
    assert (pair.status.source, pair.status.state) == (kept.name, RecorderState.RECORDING)
    assert pair.status.message == f"No sound comes from {gone.name}: trying again."
    pair.advance(5.0)
    gone.there = True
    pair.advance(3.0)
    assert len(kept.captures) == 1
    both, alone, again = pair.end()
    assert [span.reason for span in (both, alone, again)] == [SpanEnd.LOST, SpanEnd.BACK, SpanEnd.STOP]
    assert (alone.source, alone.beside) == (kept.name, None)
    assert both.beside is not None
    assert again.beside is not None
    before, after = ((span.parts, span.beside.parts)[1 - lost] for span in (both, again) if span.beside is not None)
    assert gap(pair.folder, before, alone.parts) == 0
    assert gap(pair.folder, alone.parts, after) == 0
    log = [json.loads(line) for line in (pair.folder / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
    sides = [line.get("track", 0) for line in log if line["what"] == "opened" and line["span"] == alone.number]
    assert sides == [1 - lost]  # packing puts it on the right channel by this


def test_a_track_that_the_system_moves_to_the_other_ones_device_is_taken_back(pair: Studio, own: Device, line: Device):
    (moved,) = own.captures
    moved.recorded_from, line.captures[0].recorded_from = OWN, LINE
    pair.advance(1.0)
    moved.recorded_from = LINE
    pair.advance(2.0)
    assert moved.closed
    assert (pair.status.source, pair.status.message) == (f"{OWN} + {LINE}", "")
    spans = pair.end()
    assert [span.reason for span in spans][-2:] == [SpanEnd.BACK, SpanEnd.STOP]


def test_two_devices_that_are_both_lost_come_back_together(pair: Studio, own: Device, line: Device):
    own.vanish()
    line.vanish()
    pair.advance(5.0)
    assert pair.status.state is RecorderState.SEEKING
    own.there = line.there = True
    pair.advance(4.0)
    spans = pair.end()
    assert [span.reason for span in spans][-1] is SpanEnd.STOP
    assert spans[-1].beside is not None
    assert len(spans) <= 3


def test_the_first_opening_that_fails_is_told_at_once_and_nothing_is_sought(tmp_path: Path, own: Device, line: Device):
    own.there = line.there = False
    studio = Studio(tmp_path / "P07", own, line)
    studio.record()
    studio.advance(0.2)
    (refusal,) = studio.refusals
    assert refusal is not None
    assert (refusal.message, refusal.hint) == (f"There is no sound device {OWN}.", "Plug it in.")
    assert studio.end() == []


def test_the_first_of_two_to_speak_is_on_disk_after_a_second_whether_or_not_the_other_does(
    tmp_path: Path, own: Device, line: Device
):
    line.stalled = True
    studio = Studio(tmp_path / "P07", own, line)
    studio.record()
    assert studio.advance_until(lambda: studio.refusals == [None]) <= 1.2
    line.stalled = False
    studio.advance(2.0)
    alone, both = studio.end()
    assert (alone.reason, alone.beside is None, both.beside is None) == (SpanEnd.BACK, True, False)
    assert alone.frames + both.frames == own.frame


def test_of_two_devices_only_the_one_whose_rate_changed_is_opened_anew(pair: Studio, own: Device, line: Device):
    pair.advance(3.0)
    line.fast_ppm = -100_000
    line.captures[0].next_frame = int(line.frame * 0.9)
    pair.advance_until(lambda: line.captures[0].closed)
    pair.advance(2.0)
    assert (len(own.captures), len(line.captures)) == (1, 2)
    assert [span.reason for span in pair.end()] == [SpanEnd.RATE, SpanEnd.STOP]


def test_what_waits_in_memory_for_the_other_device_is_kept_by_a_pause(pair: Studio, own: Device, line: Device):
    pair.advance(1.0)
    own.vanish()
    line.vanish()
    pair.advance(3.0)
    own.there = line.there = line.stalled = True
    pair.advance_until(lambda: len(own.captures) == 2)
    pair.advance(0.4)
    back = own.captures[1]
    spans = pair.end()
    assert [span.number for span in spans] == [1, 2]
    assert counted(pair.folder, spans[1].parts)[1] == (back.next_frame - 1) % WRAP
