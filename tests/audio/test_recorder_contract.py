"""What every `interview.ports.Recorder` promises: the recorder process and the fake that other tests use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from interview_tui.errors import AudioError
from interview_tui.interview.ports import Recorder, RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.audio.recording import Booth
from tests.audio.signals import until
from tests.fakes import FakeRecorder, ManualClock


@dataclass
class Stage:
    """A recorder, its folder, and how half a second passes and how its process is killed (the fake's, and revived)."""

    recorder: Recorder
    folder: Path
    half_a_second: Callable[[], object]
    kill: Callable[[], None]


@pytest.fixture(params=["process", "fake"])
def stage(request: pytest.FixtureRequest, booth: Booth) -> Iterator[Stage]:
    """Both recorders, one after the other."""
    if request.param == "fake":
        clock = ManualClock(at_ms=1000)
        fake = FakeRecorder(clock)

        def kill() -> None:
            fake.seek("The recorder was ended from outside.")
            clock.advance(700)
            fake.find()

        yield Stage(fake, booth.folder, lambda: clock.advance(500), kill)
        return
    link = booth.link()

    def wait() -> None:
        frames, rate = link.status().frames, link.status().rate
        until(lambda: link.status().frames >= frames + rate // 2, "half a second")

    yield Stage(link, booth.folder, wait, booth.kill)


def test_before_it_is_started_there_is_nothing(stage: Stage):
    assert stage.recorder.status().state is RecorderState.OFF
    assert stage.recorder.attach(stage.folder).state is RecorderState.OFF
    assert stage.recorder.closed_spans(stage.folder) == []
    assert stage.recorder.stop() is None


def test_a_call_with_a_pause_makes_two_spans(stage: Stage):
    recorder = stage.recorder
    begun = recorder.start(stage.folder, 1)
    assert (begun.state, begun.span) == (RecorderState.RECORDING, 1)
    assert begun.rate > 0
    assert begun.channels > 0
    assert begun.source
    assert begun.started_ns > 0
    stage.half_a_second()
    assert len(recorder.status().level_db) == begun.channels
    assert recorder.attach(stage.folder).span == 1
    first = recorder.pause(SpanEnd.OFF_RECORD)
    assert first is not None
    assert recorder.status().state is RecorderState.PAUSED
    assert recorder.resume(2).state is RecorderState.RECORDING
    stage.half_a_second()
    second = recorder.stop()
    assert recorder.status().state is RecorderState.STOPPED
    assert second is not None
    assert (first.number, first.reason) == (1, SpanEnd.OFF_RECORD)
    assert (second.number, second.reason) == (2, SpanEnd.STOP)
    for span in (first, second):
        assert span.frames >= span.rate // 2
        assert span.frames == sum(part.frames for part in span.parts)
    assert second.started_ns >= first.started_ns + first.frames * 1_000_000_000 // first.rate
    assert recorder.closed_spans(stage.folder) == [first, second]


def test_commands_out_of_turn_are_refused(stage: Stage):
    with pytest.raises(AudioError):
        stage.recorder.pause(SpanEnd.PAUSE)
    with pytest.raises(AudioError):
        stage.recorder.resume(1)
    stage.recorder.start(stage.folder, 1)
    with pytest.raises(AudioError):
        stage.recorder.start(stage.folder, 2)
    assert stage.recorder.status().state is RecorderState.RECORDING


def test_a_recorder_that_was_killed_goes_on_by_itself_in_the_next_span(stage: Stage):
    stage.recorder.start(stage.folder, 1)
    stage.half_a_second()
    stage.kill()
    until(lambda: _is_recording(stage.recorder, 2), "another recorder")
    (lost,) = stage.recorder.closed_spans(stage.folder)
    assert (lost.number, lost.reason) == (1, SpanEnd.LOST)
    assert lost.frames >= lost.rate // 2
    stage.half_a_second()
    second = stage.recorder.pause(SpanEnd.PAUSE)
    assert second is not None
    assert (second.number, second.reason) == (2, SpanEnd.PAUSE)
    assert second.started_ns > lost.started_ns + lost.frames * 1_000_000_000 // lost.rate
    assert [span.number for span in stage.recorder.closed_spans(stage.folder)] == [1, 2]


def test_a_number_that_was_recorded_already_is_not_given_again(stage: Stage):
    stage.recorder.start(stage.folder, 3)
    stage.half_a_second()
    stage.recorder.pause(SpanEnd.PAUSE)
    assert stage.recorder.resume(1).span == 4
    stage.half_a_second()
    stage.recorder.pause(SpanEnd.PAUSE)
    assert stage.recorder.resume(9).span == 9


def _is_recording(recorder: Recorder, span: int) -> bool:
    status = recorder.status()
    return (status.state, status.span) == (RecorderState.RECORDING, span)
