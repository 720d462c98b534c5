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
    """A recorder, its folder, and how half a second passes and how its process is killed."""

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
        yield Stage(fake, booth.folder, lambda: clock.advance(500), fake.kill)
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


def test_a_recorder_that_was_killed_leaves_a_span_and_another_can_be_started(stage: Stage):
    stage.recorder.start(stage.folder, 1)
    stage.half_a_second()
    stage.kill()
    until(lambda: stage.recorder.status().state in (RecorderState.OFF, RecorderState.FAILED), "its end")
    (lost,) = stage.recorder.closed_spans(stage.folder)
    assert (lost.number, lost.reason) == (1, SpanEnd.LOST)
    assert lost.frames >= lost.rate // 2
    assert stage.recorder.start(stage.folder, 2).span == 2
    assert stage.recorder.stop() is not None
