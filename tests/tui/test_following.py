"""What the recorder does by itself is on the screen at once, and in the journal, and costs the interviewer no key."""

from __future__ import annotations

from interview_tui.interview.events import CameBackOnRecord, SpanClosed, SpanOpened
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.soundtrack import GAP_MS
from tests.tui.staging import Stage, staged

GONE = "The microphone is gone."


async def interrupted(stage: Stage, ms: int = 3200) -> None:
    """The recorder loses its source 5 s into the recording, and finds it again."""
    stage.clock.advance(5000)
    stage.recorder.seek(GONE)
    await stage.until(lambda: stage.events(SpanClosed))
    stage.clock.advance(ms)
    stage.recorder.find()
    stage.clock.advance(100)
    await stage.until(lambda: len(stage.events(SpanOpened)) == 2)


async def test_a_lost_device_is_told_at_once_and_what_is_missing_when_it_is_back():
    async with staged() as stage:
        await stage.record()
        stage.clock.advance(5000)
        stage.recorder.seek(GONE)
        await stage.until(lambda: f"NOT RECORDING NOW: {GONE}" in stage.screen)
        assert "✗ REC INTERRUPTED" in stage.screen
        assert "PRESS Ctrl+R" not in stage.screen
        await stage.press("going on", "enter")
        stage.clock.advance(3200)
        stage.recorder.find()
        stage.clock.advance(100)
        await stage.until(lambda: "● REC" in stage.screen)
        await stage.until(lambda: "Recording again: 3.2 s are missing (00:09-00:12)." in stage.screen)
        assert [(event.span, event.reason) for event in stage.events(SpanClosed)] == [(1, SpanEnd.LOST)]
        assert stage.notes == ["going on"]


async def test_what_is_missing_is_told_for_half_a_minute():
    async with staged() as stage:
        await stage.record()
        await interrupted(stage)
        await stage.until(lambda: "Recording again" in stage.screen)
        stage.clock.advance(31_000)
        await stage.until(lambda: "Recording again" not in stage.screen)


async def test_what_is_missing_can_be_laid_aside_and_the_next_gap_is_told_all_the_same():
    async with staged() as stage:
        await stage.record()
        await interrupted(stage)
        await stage.until(lambda: "Recording again" in stage.screen)
        await stage.press("escape")
        await stage.until(lambda: "Recording again" not in stage.screen)
        stage.recorder.skip(2000)
        stage.clock.advance(100)
        await stage.until(lambda: "Recording again: 5.2 s are missing in 2 places" in stage.screen)


async def test_after_a_long_gap_they_are_to_be_told_and_no_consent_is_asked_for():
    async with staged() as stage:
        await stage.record()
        await interrupted(stage, GAP_MS + 30_000)
        await stage.until(lambda: "Tell them that it is recorded." in stage.screen)
        assert "Recording again: 2 min 30 s are missing" in stage.screen
        assert stage.interview.recording


async def test_another_device_is_named_as_long_as_it_is_recorded_from():
    async with staged() as stage:
        await stage.record()
        stage.clock.advance(5000)
        stage.recorder.move("Built-in", "Recording from Built-in: the headset is gone.")
        stage.clock.advance(100)
        await stage.until(lambda: "Recording from Built-in: the headset is gone." in stage.screen)
        await stage.until(lambda: len(stage.events(SpanOpened)) == 2)
        assert "are missing" not in stage.screen
        stage.recorder.move("the headset", reason=SpanEnd.BACK)
        stage.clock.advance(100)
        await stage.until(lambda: "the headset is gone" not in stage.screen)
        await stage.until(lambda: len(stage.events(SpanOpened)) == 3)


async def test_the_time_recorded_never_goes_back():
    async with staged() as stage:
        await stage.record()
        stage.clock.advance(61_000)
        await stage.until(lambda: "● REC 01:01" in stage.screen)
        stage.recorder.move("Built-in")
        stage.clock.advance(100)
        await stage.until(lambda: len(stage.events(SpanOpened)) == 2)
        await stage.settled()
        assert "● REC 01:01" in stage.screen


async def test_the_record_key_says_that_nothing_is_needed_while_the_recorder_seeks():
    async with staged(size=(160, 30)) as stage:
        await stage.record()
        stage.recorder.seek(GONE)
        await stage.until(lambda: "REC INTERRUPTED" in stage.screen)
        await stage.press("ctrl+r")
        assert "goes on as soon as it can" in stage.screen
        assert stage.recorder.state is RecorderState.SEEKING


async def test_off_the_record_a_recorder_that_seeks_is_paused():
    async with staged() as stage:
        await stage.record()
        stage.recorder.seek(GONE)
        await stage.until(lambda: "REC INTERRUPTED" in stage.screen)
        await stage.press("ctrl+o")
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        assert "OFF RECORD" in stage.screen
        assert "NOT RECORDING NOW" not in stage.screen
        await stage.press("ctrl+r")
        await stage.until(lambda: "● REC" in stage.screen)


async def test_a_recorder_that_records_off_the_record_is_paused_whoever_started_it():
    async with staged() as stage:
        await stage.record()
        stage.recorder.seek(GONE)
        await stage.until(lambda: "REC INTERRUPTED" in stage.screen)
        await stage.press("ctrl+o")
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        stage.recorder.find()
        stage.clock.advance(300)
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        await stage.until(lambda: len(stage.events(SpanClosed)) == 2)
        assert stage.interview.is_off_record
        assert stage.events(CameBackOnRecord) == []


async def test_a_line_that_drops_while_the_recorder_seeks_stops_it():
    async with staged() as stage:
        await stage.record()
        stage.recorder.seek(GONE)
        await stage.until(lambda: "REC INTERRUPTED" in stage.screen)
        await stage.press("ctrl+l", "d")
        await stage.until(lambda: stage.recorder.state is RecorderState.PAUSED)
        assert "CALL DROPPED" in stage.screen


async def test_an_interview_is_not_left_while_the_recorder_may_go_on():
    async with staged() as stage:
        await stage.record()
        stage.recorder.seek(GONE)
        await stage.until(lambda: "REC INTERRUPTED" in stage.screen)
        await stage.press("ctrl+l", "l")
        assert stage.app.live is not None
        await stage.press("escape", "ctrl+l", "e", "enter")
        await stage.until(lambda: stage.app.live is None)
        assert stage.recorder.state is RecorderState.STOPPED
        assert not stage.interview.recording


async def test_a_log_that_cannot_be_read_is_told_and_breaks_nothing(monkeypatch):
    async with staged() as stage:
        await stage.record()
        monkeypatch.setattr(stage.recorder, "closed_spans", lambda _: 1 / 0)
        stage.recorder.seek(GONE)
        await stage.until(lambda: "The recorder broke" in stage.screen)
        await stage.press("a note", "enter")
        assert stage.notes == ["a note"]


async def test_an_app_that_is_started_again_says_how_long_the_recorder_was_alone():
    stage = Stage()
    async with staged(stage=stage):
        await stage.record()
        stage.journal.close(0)
    stage.recorder.alone_s = 720
    async with staged(stage=stage):
        assert "The recorder went on alone for 12 min 0 s: it is still recording." in stage.screen


async def test_an_app_that_is_started_again_says_when_the_recorder_ended_without_it():
    stage = Stage()
    async with staged(stage=stage):
        await stage.record()
        stage.journal.close(0)
    stage.clock.advance(7_200_000)
    stage.recorder.kill()
    stage.clock.advance(60_000)
    async with staged(stage=stage, size=(160, 30)):
        assert "The recorder went on alone for 120 min 0 s and ended by itself at" in stage.screen
        assert "nothing is being recorded: Ctrl+R" in stage.screen
