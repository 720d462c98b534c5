"""The recorder begins and ends spans by itself: the journal has the same spans, in order, none twice, none missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview.call import Call
from interview_tui.interview.events import CameBackOnRecord, SpanClosed, SpanOpened
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.session import Session
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.soundtrack import GAP_MS
from interview_tui.interview.state import fold
from interview_tui.schedule.model import Consent
from tests.examples import handover
from tests.fakes import FakeRecorder, ManualClock, MemoryJournal

FOLDER = Path("recordings/P07")


class Desk:
    """A call over fakes in which consent is given."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.recorder = FakeRecorder(self.clock)
        self.journal = MemoryJournal()
        session, events = Session.open(handover(), "P07", "KH", self.clock.now())
        self.call = Call(session, self.journal, self.recorder, self.clock, FOLDER)
        self.call.keep(events)
        for consent in Consent:
            self.call.keep(self.call.session.take_in_consent(consent, "May we?", self.clock.now()))

    def begin(self) -> None:
        self.clock.advance(1000)
        self.call.source_opened(self.call.open_source())
        self.clock.advance(5000)

    def follow(self) -> None:
        status = self.recorder.status()
        if self.call.is_behind(status):
            self.call.follow(status, self.call.unknown_spans())

    def close(self, reason: SpanEnd) -> None:
        self.call.source_closed(self.call.close_source(reason))

    def again(self) -> Call:
        """The app was killed and is started again."""
        session = Session(fold(handover(), self.journal.events))
        self.call = Call(session, self.journal, self.recorder, self.clock, FOLDER)
        self.call.resume()
        return self.call

    def events(self, kind):
        return [event for event in self.journal.events if isinstance(event, kind)]

    @property
    def last(self):
        return self.call.interview.soundtrack.interruptions.last


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _back_and_on(desk: Desk) -> None:
    if desk.call.interview.is_off_record:
        desk.call.keep(desk.call.session.come_back_on_record(desk.clock.now()))
    if not desk.call.recording:
        desk.call.source_opened(desk.call.open_source())


def _off(desk: Desk) -> None:
    if not desk.call.interview.is_off_record:
        desk.call.go_off_record()
    desk.close(SpanEnd.OFF_RECORD)


RECORDING, SEEKING = RecorderState.RECORDING, RecorderState.SEEKING
STEPS: dict[str, tuple[tuple[RecorderState, ...], Callable[[Desk], object]]] = {
    "lost": ((RECORDING,), lambda desk: desk.recorder.seek("gone")),
    "full": ((RECORDING,), lambda desk: desk.recorder.seek("full", SpanEnd.FULL)),
    "back": ((SEEKING,), lambda desk: desk.recorder.find()),
    "moved": ((RECORDING,), lambda desk: desk.recorder.move("another one")),
    "skipped": ((RECORDING,), lambda desk: desk.recorder.skip(2000)),
    "failed": ((RECORDING,), lambda desk: desk.recorder.lose("gone")),
    "follow": (tuple(RecorderState), Desk.follow),
    "off the record": ((RECORDING, SEEKING), _off),
    "paused": ((RECORDING, SEEKING), lambda desk: desk.close(SpanEnd.PAUSE)),
    "on": ((RecorderState.PAUSED, RecorderState.OFF, RecorderState.FAILED), _back_and_on),
    "killed app": (tuple(RecorderState), Desk.again),
}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=25))
def test_whatever_the_recorder_does_the_journal_has_its_spans_in_order_and_none_twice(steps):
    desk = Desk()
    desk.begin()
    for name in steps:
        states, step = STEPS[name]
        desk.clock.advance(700)
        if desk.recorder.state in states:
            if name == "on":
                desk.follow()
            was_off = desk.call.interview.is_off_record
            step(desk)
            assert name in ("on", "off the record") or desk.call.interview.is_off_record == was_off
    desk.clock.advance(700)
    desk.close(SpanEnd.STOP)
    recorded = desk.recorder.closed_spans(FOLDER)
    numbers = [span.number for span in recorded]
    assert numbers == sorted(set(numbers))
    assert [event.span for event in desk.events(SpanOpened)] == numbers
    closed = [(event.span, event.frames, event.reason) for event in desk.events(SpanClosed)]
    assert closed == [(span.number, span.frames, span.reason) for span in recorded]
    assert not desk.call.interview.recording
    starts = [desk.clock.at_ms_of(span.started_ns) for span in recorded]
    assert [span.start_ms for span in desk.call.interview.spans.values()] == starts
    assert fold(handover(), desk.journal.events) == desk.call.interview


def test_a_device_that_is_lost_and_back_leaves_a_gap_with_both_times(desk):
    desk.begin()
    desk.recorder.seek("The microphone is gone.")
    desk.follow()
    assert not desk.call.interview.recording
    assert desk.call.recording
    assert desk.call.should_record
    assert desk.call.interview.soundtrack.interruptions.goes_on
    desk.clock.advance(3200)
    desk.recorder.find()
    desk.clock.advance(50)
    desk.follow()
    assert desk.call.interview.recording
    assert (desk.last.start_ms, desk.last.end_ms, desk.last.missing_ms) == (6000, 9200, 3200)


def test_a_gap_that_the_recorder_ends_by_itself_needs_no_new_consent_and_no_command_while_it_lasts(desk):
    desk.begin()
    desk.recorder.seek("The microphone is gone.")
    desk.follow()
    with pytest.raises(Refused, match="by itself"):
        desk.call.open_source()
    desk.clock.advance(GAP_MS + 1000)
    desk.recorder.find()
    desk.follow()
    desk.clock.advance(1000)
    desk.close(SpanEnd.PAUSE)
    desk.clock.advance(1000)
    desk.call.source_opened(desk.call.open_source())
    assert desk.call.interview.recording


def test_a_span_begun_by_itself_does_not_bring_back_on_the_record(desk):
    desk.begin()
    desk.call.go_off_record()
    desk.recorder.seek("gone")
    desk.recorder.find()
    desk.clock.advance(400)
    desk.close(SpanEnd.OFF_RECORD)
    assert desk.call.interview.is_off_record
    assert desk.events(CameBackOnRecord) == []
    assert [event.span for event in desk.events(SpanClosed)] == [1, 2]
    assert desk.call.interview.timeline().clips(6000, 100_000) == []


def test_a_recorder_that_seeks_is_paused_before_it_can_go_on(desk):
    desk.begin()
    desk.recorder.seek("gone")
    desk.follow()
    desk.call.go_off_record()
    desk.close(SpanEnd.OFF_RECORD)
    assert desk.recorder.state is RecorderState.PAUSED
    assert not desk.call.interview.soundtrack.interruptions.goes_on


def test_no_sound_is_missing_off_the_record_or_on_a_dropped_line(desk):
    desk.begin()
    desk.recorder.lose("gone")
    desk.call.go_off_record()
    desk.follow()
    assert desk.last is None
    assert not desk.call.should_record


def test_a_move_without_a_gap_misses_nothing(desk):
    desk.begin()
    desk.recorder.move("the built-in one")
    desk.clock.advance(50)
    desk.follow()
    assert desk.last.missing_ms == 0
    assert desk.events(SpanOpened)[-1].source == "the built-in one"


def test_a_span_that_has_no_frame_yet_is_not_followed(desk):
    desk.begin()
    desk.recorder.move("another one")
    status = desk.recorder.status()
    assert status.frames == 0
    assert not desk.call.is_behind(replace(status, rate=0, started_ns=0))
    desk.call.follow(replace(status, rate=0, started_ns=0), desk.call.unknown_spans())
    assert [event.span for event in desk.events(SpanOpened)] == [1]
    desk.clock.advance(300)
    desk.follow()
    assert [event.span for event in desk.events(SpanOpened)] == [1, 2]


def test_an_app_that_is_started_again_is_told_how_long_the_recorder_was_alone(desk):
    desk.begin()
    desk.recorder.alone_s = 720
    desk.clock.advance(720_000)
    meanwhile = desk.again().meanwhile
    assert meanwhile is not None
    assert (meanwhile.alone_ms, meanwhile.ended_ms) == (720_000, None)


def test_an_app_that_is_started_again_finds_when_the_recorder_ended_without_it(desk):
    desk.begin()
    left_ms = desk.call.interview.at_ms
    desk.clock.advance(7_200_000)
    ended_ms = desk.clock.now().at_ms
    desk.recorder.kill()
    desk.clock.advance(60_000)
    meanwhile = desk.again().meanwhile
    assert meanwhile is not None
    assert (meanwhile.alone_ms, meanwhile.ended_ms) == (ended_ms - left_ms, ended_ms)
    assert desk.again().meanwhile is None, "it is told once"


def test_a_span_of_which_nothing_reached_the_disk_does_not_stand_in_the_way(desk, monkeypatch):
    desk.begin()
    desk.recorder.seek("gone")
    desk.recorder.find()
    desk.clock.advance(5000)
    desk.recorder.kill()
    kept = desk.recorder.closed_spans(FOLDER)[1:]
    monkeypatch.setattr(desk.recorder, "closed_spans", lambda _: kept)
    desk.again()
    assert [(span.number, span.frames, span.closed) for span in desk.call.interview.spans.values()] == [
        (1, 0, True),
        (2, 5 * desk.recorder.rate, True),
    ]
    desk.begin()
    assert desk.call.interview.recording


def test_spans_that_the_recorder_began_without_the_app_are_found_when_it_is_started_again(desk):
    desk.begin()
    for _ in range(2):
        desk.recorder.seek("gone")
        desk.clock.advance(2000)
        desk.recorder.find()
        desk.clock.advance(5000)
    desk.again()
    assert [(span.number, span.closed) for span in desk.call.interview.spans.values()] == [
        (1, True),
        (2, True),
        (3, False),
    ]
