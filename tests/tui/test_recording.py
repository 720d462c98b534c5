"""Consent unlocks the recorder, off the record acts at once, and what goes wrong is on the screen, not in the way."""

from __future__ import annotations

import threading

import pytest

from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.events import (
    CameBackOnRecord,
    InterviewEnded,
    NoteTaken,
    SpanClosed,
    SpanOpened,
    WentOffRecord,
)
from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd
from tests.fakes import FakeRecorder
from tests.tui.staging import PATIENCE_S, Stage, staged


class SlowRecorder(FakeRecorder):
    """A recorder whose device answers when the test lets it; the frames run from when it was asked."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.clock)
        self.captures_at_once = False
        self.asked = threading.Event()
        self.answer = threading.Event()

    def start(self, folder, span) -> RecorderStatus:
        begun_ns = self.clock.monotonic_ns
        self.asked.set()
        assert self.answer.wait(PATIENCE_S)
        super().start(folder, span)
        if self.captures_at_once:
            self._started_ns = begun_ns
        return self.status()


def with_slow_recorder() -> tuple[Stage, SlowRecorder]:
    stage = Stage()
    recorder = SlowRecorder(stage)
    stage.recorder = recorder
    return stage, recorder


async def test_recording_waits_for_consent_and_says_so():
    async with staged() as stage:
        assert "○ no consent yet" in stage.screen
        await stage.press("ctrl+r")
        assert "Recording waits for consent" in stage.screen
        assert stage.recorder.state is RecorderState.OFF


async def test_consent_asks_for_the_record_key_and_grows_insistent():
    async with staged() as stage:
        await stage.consent()
        assert "PRESS Ctrl+R" in stage.screen
        assert not stage.live.query_one("#banner").has_class("-urgent")
        stage.clock.advance(16_000)
        await stage.until(lambda: stage.live.query_one("#banner").has_class("-urgent"))
        await stage.press("ctrl+r")
        await stage.until(lambda: "● REC" in stage.screen)
        assert "PRESS Ctrl+R" not in stage.screen


async def test_the_header_shows_both_clocks():
    async with staged() as stage:
        stage.clock.advance(26_000)
        await stage.record()
        stage.clock.advance(30_000)
        await stage.until(lambda: "● REC 00:30" in stage.screen)
        assert "call 01:00" in stage.screen


async def test_a_refused_recording_leaves_notes_only():
    async with staged() as stage:
        await stage.press("ctrl+g", "happy to take part", "enter", "y", "enter")
        await stage.press("ctrl+g", "tape-record", "enter", "n", "enter")
        assert "NOTES ONLY" in stage.screen
        await stage.press("ctrl+r")
        assert "was refused" in stage.screen
        await stage.press("a note all the same", "enter", "ctrl+o", "ctrl+r", "and on", "enter")
        assert stage.notes == ["a note all the same", "and on"]


async def test_consent_taken_back_stops_the_recorder():
    async with staged() as stage:
        await stage.record()
        await stage.press("ctrl+g", "tape-record", "enter", "n", "enter")
        await stage.until(lambda: stage.recorder.state is RecorderState.STOPPED)
        await stage.until(lambda: not stage.interview.recording)


async def test_off_the_record_acts_at_once_and_keeps_nothing():
    async with staged() as stage:
        await stage.record()
        await stage.press("half a thou", "ctrl+o")
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        stage.clock.advance(47_000)
        await stage.until(lambda: "OFF THE RECORD 00:47" in stage.screen)
        assert stage.notes == ["half a thou"], "said before, so kept"
        await stage.press("what nobody may know")
        assert stage.journal.draft is None
        await stage.press("enter", "ctrl+u", "// he closed the door", "enter", "ctrl+f")
        assert stage.notes == ["half a thou", "he closed the door"]
        assert "nothing is flagged" in stage.screen
        await stage.press("ctrl+r")
        await stage.until(lambda: "● REC" in stage.screen)
        closed, *_ = stage.events(SpanClosed)
        assert closed.reason is SpanEnd.OFF_RECORD
        assert [span.span for span in stage.events(SpanOpened)] == [1, 2]
        assert len(stage.events(CameBackOnRecord)) == 1


async def test_what_is_typed_right_behind_the_off_record_key_is_not_kept():
    async with staged() as stage:
        await stage.record()
        stage.burst("ctrl+o", "secret", "enter")
        await stage.settled()
        assert stage.events(NoteTaken) == []
        assert stage.line == "secret"


@pytest.mark.parametrize("captures_at_once", [False, True])
async def test_off_the_record_while_the_recorder_starts_withholds_what_is_said_from_then_on(captures_at_once):
    stage, recorder = with_slow_recorder()
    recorder.captures_at_once = captures_at_once
    async with staged(stage=stage):
        await stage.consent()
        await stage.press("ctrl+r")
        await stage.until(lambda: recorder.asked.is_set() and "◌ STARTING" in stage.screen)
        stage.clock.advance(1000)
        await stage.press("ctrl+o")
        assert stage.live.call.interview.is_off_record
        recorder.answer.set()
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED and stage.events(SpanClosed))
        stage.clock.advance(5000)
        interview = stage.interview
        assert interview.is_off_record
        assert not interview.recording
        (span,) = interview.spans.values()
        went_ms = stage.events(WentOffRecord)[0].at_ms
        assert any(held.start_ms <= went_ms and held.end_ms >= span.end_ms for held in interview.withheld())
        assert all(held.start_ms <= held.end_ms for held in interview.withheld())
        heard = interview.timeline().clips(0, 1_000_000)
        assert sum(clip.frames for clip in heard) <= (went_ms - span.start_ms) * 16 * captures_at_once + 16


async def test_record_and_off_the_record_in_one_burst_is_off_the_record():
    async with staged() as stage:
        await stage.consent()
        stage.burst("ctrl+r", "ctrl+o", "secret", "enter")
        await stage.until(lambda: stage.events(SpanClosed))
        assert stage.interview.is_off_record
        assert not stage.interview.recording
        assert stage.notes == []


async def test_off_the_record_and_back_and_off_again_in_one_burst_is_off_the_record():
    async with staged() as stage:
        await stage.record()
        stage.burst("ctrl+o", "ctrl+r", "ctrl+o")
        await stage.until(lambda: [span.span for span in stage.events(SpanClosed)] == [1, 2])
        assert stage.interview.is_off_record
        assert stage.recorder.state is RecorderState.PAUSED


async def test_a_crash_just_after_going_off_the_record_does_not_leave_the_recorder_running():
    stage = Stage()
    async with staged(stage=stage):
        await stage.record()
        stage.clock.advance(5000)
        stage.live.call.go_off_record()
        stage.journal.close(0)
    assert stage.recorder.state is RecorderState.RECORDING
    async with staged(stage=stage):
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        await stage.until(lambda: stage.events(SpanClosed))
        assert stage.interview.is_off_record


async def test_the_end_asked_for_twice_ends_once():
    async with staged() as stage:
        await stage.record()
        stage.burst("ctrl+l", "e", "enter", "ctrl+l", "e", "enter")
        await stage.until(lambda: stage.app.live is None)
        assert len(stage.events(InterviewEnded)) == 1


async def test_off_the_record_twice_and_back_while_the_recorder_starts_is_back():
    stage, recorder = with_slow_recorder()
    async with staged(stage=stage):
        await stage.consent()
        await stage.press("ctrl+r")
        await stage.until(recorder.asked.is_set)
        await stage.press("ctrl+o", "ctrl+r")
        recorder.answer.set()
        await stage.until(lambda: stage.interview.recording)
        await stage.settled()
        assert not stage.interview.is_off_record


async def test_notes_are_taken_while_the_recorder_starts():
    stage, recorder = with_slow_recorder()
    async with staged(stage=stage):
        await stage.consent()
        await stage.press("ctrl+r", "a note", "enter")
        assert stage.notes == ["a note"]
        recorder.answer.set()
        await stage.until(lambda: stage.interview.recording)


async def test_a_recorder_that_does_not_start_says_why_and_can_be_tried_again():
    async with staged() as stage:
        stage.recorder.refuse("The microphone is used by another program.")
        await stage.consent()
        await stage.press("ctrl+r")
        await stage.until(lambda: "used by another program" in stage.screen)
        assert stage.events(SpanOpened) == []
        stage.recorder.refuse("")
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)


async def test_a_broken_recorder_does_not_take_the_notes_along(monkeypatch):
    async with staged() as stage:
        await stage.consent()
        monkeypatch.setattr(stage.recorder, "start", lambda *_: 1 / 0)
        await stage.press("ctrl+r")
        await stage.until(lambda: "The recorder broke" in stage.screen)
        await stage.press("a note", "enter")
        assert stage.notes == ["a note"]


async def test_a_lost_device_is_a_warning_and_the_record_key_starts_again():
    async with staged() as stage:
        await stage.record()
        stage.clock.advance(5000)
        stage.recorder.lose("The microphone is gone.")
        await stage.until(lambda: "NOT RECORDING: The microphone is gone." in stage.screen)
        assert "✗ REC FAILED" in stage.screen
        await stage.press("going on", "enter", "ctrl+r")
        await stage.until(lambda: "● REC" in stage.screen)
        (lost,) = stage.events(SpanClosed)
        assert (lost.span, lost.reason) == (1, SpanEnd.LOST)
        assert [span.span for span in stage.events(SpanOpened)] == [1, 2]


async def test_a_recorder_without_new_frames_is_called_stalled(monkeypatch):
    async with staged() as stage:
        await stage.record()
        stopped = stage.recorder.status()
        monkeypatch.setattr(stage.recorder, "status", lambda: stopped)
        await stage.until(lambda: "● REC" in stage.screen)
        stage.clock.advance(3000)
        await stage.until(lambda: "✗ REC STALLED" in stage.screen)
        assert "No sound has come from the recorder" in stage.screen


async def test_what_is_not_saved_yet_is_said_and_why():
    async with staged() as stage:
        assert "saved ✓" in stage.screen
        stage.journal.hold = True
        await stage.press("a note", "enter")
        await stage.until(lambda: "○ saving" in stage.screen)
        stage.journal.fail("The disk is full.")
        await stage.until(lambda: "NOT SAVED: The disk is full." in stage.screen)
        stage.journal.recover()
        stage.journal.hold = False
        await stage.until(lambda: "saved ✓" in stage.screen)


async def test_whoever_drives_the_call_can_wait_for_the_recorder():
    typed: list[str] = []

    async def drive(app) -> None:
        for item in ("happy to take part", "tape-record"):
            stage.burst("ctrl+g", item, "enter", "y", "enter")
        for _ in range(2):
            stage.burst("ctrl+r")
            await app.recording()
            typed.append("recording")
            stage.burst("ctrl+o")
            await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        stage.burst("ctrl+r")
        await app.recording()
        stage.burst("a note", "enter", "ctrl+l", "e", "enter")

    stage = Stage()
    async with staged(stage=stage, driver=drive, exit_when_ended=True):
        await stage.until(lambda: not stage.app.is_running or stage.app._exit)
    assert typed == ["recording", "recording"]
    assert stage.notes == ["a note"]
    assert stage.interview.ended
    assert not stage.journal.closed, "the call is the driver's to finish"


async def test_a_driver_that_waits_for_a_recorder_that_fails_is_told():
    async def drive(app) -> None:
        for item in ("happy to take part", "tape-record"):
            stage.burst("ctrl+g", item, "enter", "y", "enter")
        stage.burst("ctrl+r")
        with pytest.raises(AudioError, match="no microphone"):
            await app.recording()
        app.exit(return_code=4)

    stage = Stage()
    stage.recorder.refuse("There is no microphone.")
    async with staged(stage=stage, driver=drive):
        await stage.until(lambda: stage.app._exit)
    assert stage.app.return_code == 4


async def test_an_interview_that_could_not_be_saved_to_the_end_is_not_left_in_silence(monkeypatch):
    stage = Stage()
    async with staged(stage=stage, exit_when_ended=True):
        stage.journal.fail("The disk is full.")
        await stage.press("a note", "enter", "ctrl+l", "e", "enter")
        await stage.until(lambda: stage.app._exit)
    monkeypatch.setattr(stage.app, "run", lambda: None)
    with pytest.raises(StorageError, match=r"Not all of P07 could be saved. The disk is full."):
        stage.app.run_until_left()


async def test_a_long_silence_is_hinted_at_and_nothing_is_done_about_it():
    async with staged() as stage:
        await stage.record()
        await stage.until(lambda: hints_after(stage, 1000, "! no speech 20 s: hold, or dropped? Ctrl+L d"))
        assert stage.interview.recording
        assert stage.line == ""


async def test_a_battery_that_runs_low_is_hinted_at():
    stage = Stage()
    stage.power = Power(20, plugged=False)
    async with staged(stage=stage):
        await stage.until(lambda: hints_after(stage, 0, "! battery 20 %, not plugged in"))


def hints_after(stage: Stage, ms: int, words: str) -> bool:
    """Let time pass; whether the screen says something then."""
    stage.clock.advance(ms)
    return words in stage.screen


async def test_off_the_record_does_not_wait_for_what_is_read_of_the_recorder(monkeypatch):
    async with staged() as stage:
        await stage.record()
        reading, go_on = threading.Event(), threading.Event()
        closed_spans = stage.recorder.closed_spans

        def slowly(folder):
            reading.set()
            assert go_on.wait(PATIENCE_S)
            return closed_spans(folder)

        stage.clock.advance(1000)
        stage.recorder.skip(2000)
        stage.clock.advance(1000)
        monkeypatch.setattr(stage.recorder, "closed_spans", slowly)
        await stage.until(reading.is_set)
        await stage.press("ctrl+o")
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        go_on.set()
        await stage.until(lambda: [span.reason for span in stage.events(SpanClosed)][-1:] == [SpanEnd.OFF_RECORD])
        assert "Nothing is being recorded" not in stage.screen
