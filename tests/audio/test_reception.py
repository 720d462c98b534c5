"""What the recorder does in every trouble, with devices that do what the test says and time that is the test's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.scripted import RATE, START_NS, WRAP, Device, Studio, counted, gap

OWN = "headset"


@pytest.fixture
def own() -> Device:
    return Device(OWN)


@pytest.fixture
def studio(tmp_path: Path, own: Device) -> Studio:
    """One device that is being recorded."""
    made = Studio(tmp_path / "P07", own)
    made.record()
    made.advance(2.0)
    assert made.refusals == [None]
    return made


def test_a_quiet_call_is_one_span(studio: Studio):
    studio.advance(5.0)
    status = studio.status
    assert (status.state, status.span, status.message) == (RecorderState.RECORDING, 1, "")
    assert (status.rate, status.channels, status.source, len(status.level_db)) == (RATE, 1, OWN, 1)
    (span,) = studio.end()
    assert (span.reason, span.frames) == (SpanEnd.STOP, status.frames)
    assert counted(studio.folder, span.parts)[0] == 0


def test_silence_is_told_after_a_second_and_the_device_is_opened_a_second_time_beside(studio: Studio, own: Device):
    own.captures[0].deaf = own.stalled = True
    took_s = studio.advance_until(lambda: bool(studio.status.message))
    assert took_s == pytest.approx(1.0, abs=0.1)
    assert studio.status.message == f"No sound has come from {OWN} for 1 s."
    assert studio.status.state is RecorderState.SEEKING
    assert [capture.closed for capture in own.captures] == [False, False]


def test_a_device_that_was_only_stalled_loses_nothing(studio: Studio, own: Device):
    own.stalled = True
    studio.advance(5.0)
    own.stalled = False
    studio.advance(3.0)
    assert (studio.status.state, studio.status.message) == (RecorderState.RECORDING, "")
    assert [capture.closed for capture in own.captures] == [False, True]
    (span,) = studio.end()
    assert span.frames == own.frame


def test_an_old_opening_that_speaks_while_the_new_one_is_held_is_kept(studio: Studio, own: Device):
    own.captures[0].deaf = True
    studio.advance_until(lambda: len(own.captures) == 2)
    studio.advance(0.3)
    own.captures[0].deaf = False
    studio.advance(2.0)
    assert [capture.closed for capture in own.captures] == [False, True]
    (span,) = studio.end()
    assert span.frames == own.frame


def test_a_second_opening_that_speaks_in_place_of_the_first_takes_over_with_all_it_has_said(
    studio: Studio, own: Device
):
    own.captures[0].deaf = True
    deaf_at = own.frame
    studio.advance_until(lambda: own.captures[0].closed)
    studio.advance(1.0)
    before, after = studio.end()
    assert (before.reason, before.frames) == (SpanEnd.LOST, deaf_at)
    assert gap(studio.folder, before.parts, after.parts) == own.captures[1].next_frame - after.frames - deaf_at
    assert gap(studio.folder, before.parts, after.parts) <= 1.1 * RATE
    assert after.frames + own.captures[1].next_frame - after.frames == own.frame


def test_a_device_that_serves_one_listener_is_let_go_and_opened_anew(studio: Studio, own: Device):
    own.serves_one = own.captures[0].deaf = True
    took_s = studio.advance_until(lambda: own.captures[0].closed)
    assert took_s == pytest.approx(6.0, abs=0.2)
    studio.advance(1.0)
    assert (studio.status.state, studio.status.span) == (RecorderState.RECORDING, 2)
    before, after = studio.end()
    assert (before.reason, after.reason) == (SpanEnd.LOST, SpanEnd.STOP)
    assert gap(studio.folder, before.parts, after.parts) <= 6.2 * RATE


def test_a_device_that_is_gone_is_sought_until_it_is_back(studio: Studio, own: Device):
    own.vanish()
    took_s = studio.advance_until(lambda: studio.status.state is RecorderState.SEEKING)
    assert took_s <= 0.3
    assert studio.status.message == f"No sound comes from {OWN}: trying again."
    gone_at = own.frame
    studio.advance(90.0)
    own.there = True
    took_s = studio.advance_until(lambda: studio.status.state is RecorderState.RECORDING)
    assert took_s <= 1.2
    assert studio.status.message == ""
    studio.advance(1.0)
    before, after = studio.end()
    assert (before.reason, before.number, after.number) == (SpanEnd.LOST, 1, 2)
    assert before.frames <= gone_at
    assert after.started_ns - before.started_ns >= 90_000_000_000


def test_a_late_loop_raises_no_alarm_and_loses_nothing(studio: Studio, own: Device):
    for _ in range(3):
        studio.advance(10.0, held_up=True)
        studio.advance(0.4)
    assert len(own.captures) == 1
    (span,) = studio.end()
    assert span.frames == own.frame


def test_a_stream_that_is_moved_goes_on_in_a_new_span_that_names_the_device(studio: Studio, own: Device):
    stream = own.captures[0]
    stream.recorded_from = OWN
    studio.advance(1.0)
    assert studio.status.span == 1
    stream.recorded_from = "webcam"
    studio.advance(1.0)
    assert (studio.status.source, studio.status.message) == ("webcam", f"Recording from webcam instead of {OWN}.")
    stream.may_go_back = True
    studio.advance_until(lambda: stream.closed)
    studio.advance(1.0)
    assert (studio.status.source, studio.status.message) == (OWN, "")
    first, moved, back = studio.end()
    assert [span.reason for span in (first, moved, back)] == [SpanEnd.MOVED, SpanEnd.BACK, SpanEnd.STOP]
    assert [span.source for span in (first, moved, back)] == [OWN, "webcam", OWN]
    assert gap(studio.folder, first.parts, moved.parts) == 0
    assert gap(studio.folder, moved.parts, back.parts) <= 0


def test_a_stream_that_the_system_moves_back_by_itself_is_back(studio: Studio, own: Device):
    for place in (OWN, "webcam", OWN):
        own.captures[0].recorded_from = place
        studio.advance(1.0)
    spans = studio.end()
    assert [span.reason for span in spans] == [SpanEnd.MOVED, SpanEnd.BACK, SpanEnd.STOP]
    assert sum(span.frames for span in spans) == own.frame


def test_sound_that_was_skipped_splits_the_span_where_it_is_missing(studio: Studio, own: Device):
    studio.advance(3.0)
    own.captures[0].next_frame += 2 * RATE
    studio.advance(2.0, held_up=True)
    studio.advance(4.0)
    before, after = studio.end()
    assert (before.reason, before.frames) == (SpanEnd.SKIPPED, 5 * RATE)
    assert gap(studio.folder, before.parts, after.parts) == 2 * RATE
    assert (after.started_ns - before.started_ns) / 1e9 == pytest.approx(7.0, abs=0.06)


def test_a_device_that_changes_its_rate_is_opened_anew_once(studio: Studio, own: Device):
    studio.advance(3.0)
    own.fast_ppm = -100_000
    own.captures[0].next_frame = int(own.frame * 0.9)
    took_s = studio.advance_until(lambda: own.captures[0].closed)
    assert took_s <= 10.0
    studio.advance(20.0)
    assert len(own.captures) == 2
    before, after = studio.end()
    assert (before.reason, after.reason) == (SpanEnd.RATE, SpanEnd.STOP)


def test_a_device_that_serves_one_listener_is_let_go_to_ask_its_new_rate(studio: Studio, own: Device):
    own.serves_one = True
    own.fast_ppm = -100_000
    own.captures[0].next_frame = int(own.frame * 0.9)
    studio.advance_until(lambda: own.captures[0].closed)
    studio.advance(20.0)
    assert len(own.captures) == 2
    assert [span.reason for span in studio.end()] == [SpanEnd.RATE, SpanEnd.STOP]


def test_exact_silence_is_named_until_there_was_any_sound(tmp_path: Path, own: Device):
    own.mute = True
    studio = Studio(tmp_path / "P07", own)
    studio.record()
    studio.advance(3.0)
    assert studio.status.message == ""
    studio.advance(1.0)
    assert studio.status.message == f"{OWN} gives exact silence: is the microphone allowed?"
    own.mute = False
    studio.advance(0.2)
    assert studio.status.message == ""
    own.mute = True
    studio.advance(10.0)
    assert studio.status.message == ""
    studio.end()


def test_a_full_disk_ends_the_span_and_recording_goes_on_when_there_is_room(studio: Studio, own: Device):
    studio.fill_disk()
    took_s = studio.advance_until(lambda: studio.status.state is RecorderState.SEEKING)
    assert took_s <= 2.0
    assert studio.status.message == "The disk is full: nothing is recorded until there is room."
    studio.advance(30.0)
    assert studio.status.free_bytes == 0
    studio.fill_disk(full=False)
    took_s = studio.advance_until(lambda: studio.status.state is RecorderState.RECORDING)
    assert took_s <= 1.2
    assert studio.status.message == ""
    studio.advance(1.0)
    assert len(own.captures) == 1
    before, after = studio.end()
    assert [(span.number, span.reason) for span in (before, after)] == [(1, SpanEnd.FULL), (2, SpanEnd.STOP)]
    assert (after.started_ns - before.started_ns) / 1e9 > 30.0
    counted(studio.folder, before.parts)
    counted(studio.folder, after.parts)


def test_a_disk_that_is_full_from_the_start_is_an_error(tmp_path: Path, own: Device):
    studio = Studio(tmp_path / "P07", own)
    studio.fill_disk()
    studio.record()
    studio.advance(0.5)
    (refusal,) = studio.refusals
    assert refusal is not None
    assert (refusal.message, bool(refusal.hint)) == ("The disk is full: nothing is recorded until there is room.", True)
    assert studio.end() == []


def test_the_name_of_a_device_leaves_room_for_what_is_said_of_it(tmp_path: Path):
    device = Device("USB PnP Audio Device with a name as long as a driver likes, Windows WASAPI")
    studio = Studio(tmp_path / "P07", device)
    studio.record()
    studio.advance(1.0)
    device.vanish()
    studio.advance(0.5)
    assert studio.status.message == "No sound comes from USB PnP Audio Device with a…: trying again."


def test_a_pause_while_a_device_is_sought_answers_at_once_with_the_last_span(studio: Studio, own: Device):
    own.vanish()
    studio.advance(2.0)
    span = studio.reception.end(SpanEnd.PAUSE)
    assert span is not None
    assert (span.number, span.reason) == (1, SpanEnd.LOST)
    assert studio.status.state is RecorderState.PAUSED
    studio.record()
    studio.advance(0.5)
    assert studio.reception.end(SpanEnd.PAUSE) is None
    studio.end()


def test_a_device_that_gives_nothing_for_ten_seconds_is_refused(tmp_path: Path, own: Device):
    own.stalled = True
    studio = Studio(tmp_path / "P07", own)
    studio.record()
    took_s = studio.advance_until(lambda: bool(studio.refusals))
    assert took_s == pytest.approx(10.0, abs=0.2)
    (refusal,) = studio.refusals
    assert refusal is not None
    assert refusal.message == f"No sound has come from {OWN} within 10 s."


def test_a_span_is_numbered_after_all_that_lie_there_and_as_is_asked(tmp_path: Path, own: Device):
    studio = Studio(tmp_path / "P07", own)
    for least in (1, 1, 7):
        studio.record(least)
        studio.advance(1.0)
        studio.reception.end(SpanEnd.PAUSE)
    assert [span.number for span in studio.end()] == [1, 2, 7]
    again = Studio(tmp_path / "P07", Device(OWN))
    again.record()
    again.advance(1.0)
    assert again.status.span == 8
    again.end()


def test_blocks_of_the_old_opening_that_are_late_come_before_those_of_the_one_that_takes_over(
    studio: Studio, own: Device
):
    old = own.captures[0]
    old.may_go_back = True
    studio.advance_until(lambda: len(own.captures) == 2)
    new = own.captures[1]
    old.deaf = True  # what it has heard is on its way
    on_its_way = old.next_frame
    own.stalled = True
    studio.advance(0.2)
    own.stalled = False
    new.next_frame = own.frame - RATE // 20
    new.speak(studio.now_ns)
    assert not old.closed
    for _ in range(4):
        assert old.deliver is not None
        block = np.arange(old.next_frame, old.next_frame + RATE // 20) % WRAP
        old.next_frame += RATE // 20
        arrival_ns = START_NS + old.next_frame * 1_000_000_000 // RATE
        old.deliver(block.astype("<i2").tobytes(), arrival_ns)
    assert old.next_frame > on_its_way
    studio.advance(1.0)
    assert old.closed
    before, after = studio.end()
    assert before.reason is SpanEnd.BACK
    assert gap(studio.folder, before.parts, after.parts) <= 0


def test_an_old_opening_that_never_speaks_again_is_not_waited_for(studio: Studio, own: Device):
    old = own.captures[0]
    old.may_go_back = True
    studio.advance_until(lambda: len(own.captures) == 2)
    old.deaf = True
    assert studio.advance_until(lambda: old.closed) <= 0.8
    studio.advance(1.0)
    before, after = studio.end()
    assert (before.reason, gap(studio.folder, before.parts, after.parts)) == (SpanEnd.BACK, 0)


def test_what_the_second_opening_said_before_a_pause_is_kept(studio: Studio, own: Device):
    own.captures[0].deaf = True
    studio.advance_until(lambda: len(own.captures) == 2)
    studio.advance(0.3)
    assert not own.captures[0].closed
    before, after = studio.end()
    assert (before.reason, after.frames) == (SpanEnd.LOST, RATE * 3 // 10)
    assert gap(studio.folder, before.parts, after.parts) > 0


def test_blocks_that_were_delivered_before_a_device_failed_are_written_first(studio: Studio, own: Device):
    heard = own.captures[0]
    own.vanish()
    studio.reception.beat()
    assert heard.deliver is not None
    block = np.arange(heard.next_frame, heard.next_frame + RATE // 20) % WRAP
    heard.deliver(block.astype("<i2").tobytes(), studio.now_ns)
    delivered = heard.next_frame + len(block)
    studio.advance(0.5)
    assert heard.closed
    (span,) = studio.end()
    assert (span.reason, span.frames) == (SpanEnd.LOST, delivered)
