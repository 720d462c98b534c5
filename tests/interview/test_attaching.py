"""Recordings from other recorders: where they lie, what they take the place of, and that they can be taken off."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview.attached import heard, span_of
from interview_tui.interview.attaching import Lined
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AttachedPiece, AudioPart, SpanEnd
from interview_tui.interview.state import fold
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.schedule.reader import read_schedule

RATE = 8_000
SCHEDULE = """
schedule: Two questions
version: 1
sections:
- section: Opening
  id: opening
  items:
    - ask: May I record this?
      id: consent_recording
      answer: yes/no
      consent: recording
    - ask: How was it?
      id: how
"""


def piece(span: int, start_ms: int, seconds: int) -> AttachedPiece:
    part = AudioPart(f"other-{span}.flac", 0, seconds * RATE)
    return AttachedPiece(span, part, RATE, 1, start_ms, 0.0, 1.0, "ab")


@st.composite
def recordings(draw: st.DrawFn) -> list[Span]:
    """Spans that were recorded here, one after the other, and pieces from elsewhere that may lie anywhere."""
    at_ms, spans = 0, []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        at_ms += draw(st.integers(0, 20_000))
        frames, cut = draw(st.integers(2, 60 * RATE)), draw(st.floats(0.01, 0.99))
        first = max(1, min(frames - 1, round(frames * cut)))
        parts = (AudioPart(f"{number}a", 5, first), AudioPart(f"{number}b", 0, frames - first))
        spans.append(Span(number, at_ms, RATE, 2, frames, parts, drift_ppm=draw(st.floats(-200, 200))))
        at_ms = spans[-1].end_ms
    for number in range(11, 11 + draw(st.integers(0, 3))):
        other = piece(number, draw(st.integers(0, 120_000)), draw(st.integers(1, 90)))
        spans.append(span_of(replace(other, drift_ppm=draw(st.floats(-200, 200))), f"a{number}"))
    return spans


@given(recordings())
def test_nothing_is_heard_twice_and_nothing_that_is_there_is_left_out(spans: list[Span]):
    left = sorted(heard(spans), key=lambda span: span.start_ms)
    assert all(before.end_ms <= after.start_ms + 1 for before, after in pairwise(left))
    for at_ms in range(0, max((span.end_ms for span in spans), default=0), 97):
        was_there = any(span.start_ms + 1 < at_ms < span.end_ms - 1 for span in spans)
        assert not was_there or any(span.start_ms - 1 <= at_ms <= span.end_ms for span in left)


@given(recordings())
def test_what_is_left_keeps_its_time_and_what_is_attached_goes_first(spans: list[Span]):
    timeline = Timeline(heard(spans))
    attached = [span for span in spans if span.attached]
    for at_ms in range(0, max((span.end_ms for span in spans), default=0), 211):
        found = timeline.position(at_ms)
        over = [span for span in attached if span.start_ms <= at_ms < span.end_ms]
        if found is None:
            continue
        whole = Timeline([next(span for span in spans if span.number == found.span)]).position(at_ms)
        assert whole is not None
        assert not over or found.span in {span.number for span in over}
        if found.file == whole.file:
            assert abs(found.frame - whole.frame) <= 1


@given(recordings())
def test_without_attached_ones_every_span_is_heard_as_it_is(spans: list[Span]):
    own = [span for span in spans if not span.attached]
    assert heard(own) == own


def _conducted() -> tuple[Session, list[Event]]:
    """An interview of 40 s that is over, and its events."""
    session, opened = Session.open(read_schedule(SCHEDULE, "two.yaml"), "P07", "AB", Moment(0, 0))
    events = [*opened, *session.enter("y", 900, Moment(1000, 1000))]
    began = RecorderStatus(RecorderState.RECORDING, 1, rate=RATE, channels=2, source="line")
    events += session.span_opened(began, Moment(2000, 2000))
    parts = (AudioPart("span-001.flac", 0, 40 * RATE),)
    closed = RecordedSpan(1, RATE, 2, 40 * RATE, 0, parts, "line", SpanEnd.STOP)
    events += session.span_closed(closed, 2000, Moment(42_000, 42_000))
    events += session.end("complete", Moment(42_500, 42_500))
    return session, events


def _lined(*pieces: AttachedPiece, sha256: str = "cd") -> Lined:
    return Lined("DS_0042.wma", sha256, "by the recording made here", pieces)


def test_an_attached_recording_takes_the_place_of_what_was_recorded_here():
    session, _ = _conducted()
    session.attach(_lined(piece(2, 10_000, 20)), Moment(43_000, 43_000))
    spans = [(span.number, span.start_ms, span.end_ms) for span in session.interview.timeline().spans]
    assert spans == [(1, 2000, 10_000), (2, 10_000, 30_000), (1, 30_000, 42_000)]
    position = session.interview.timeline().position(30_000)
    assert position is not None
    assert (position.file, position.frame) == ("span-001.flac", 28 * RATE)


def test_taken_off_again_all_is_as_before():
    session, events = _conducted()
    before = session.interview.timeline().spans
    events += session.attach(_lined(piece(2, 10_000, 20)), Moment(43_000, 43_000))
    events += session.detach("a1", Moment(44_000, 44_000))
    assert session.interview.timeline().spans == before
    assert fold(session.interview.schedule, events).timeline().spans == before
    assert session.interview.soundtrack.next_attached == "a2"
    with pytest.raises(Refused, match="a1 is not attached"):
        session.detach("a1", Moment(45_000, 45_000))


def test_the_same_recording_is_attached_once_and_none_over_another():
    session, _ = _conducted()
    session.attach(_lined(piece(2, 10_000, 20)), Moment(43_000, 43_000))
    with pytest.raises(Refused, match="attached already, as a1"):
        session.attach(_lined(piece(3, 60_000, 20)), Moment(44_000, 44_000))
    with pytest.raises(Refused, match="lies over another"):
        session.attach(_lined(piece(3, 25_000, 20), sha256="ef"), Moment(44_000, 44_000))
    session.attach(_lined(piece(3, 29_900, 20), sha256="ef"), Moment(44_000, 44_000))
    last = session.interview.timeline().spans[-1]
    assert (last.number, last.start_ms, last.end_ms) == (3, 30_000, 49_900)


def test_without_consent_to_a_recording_none_may_be_attached():
    session, _ = Session.open(read_schedule(SCHEDULE, "two.yaml"), "P07", "AB", Moment(0, 0))
    with pytest.raises(Refused, match="no consent"):
        session.attach(_lined(piece(1, 0, 20)), Moment(1000, 1000))
    session.enter("n", 900, Moment(1000, 1000))
    with pytest.raises(Refused, match="no consent"):
        session.attach(_lined(piece(1, 0, 20)), Moment(2000, 2000))


def test_before_the_end_nothing_is_attached():
    session, _ = Session.open(read_schedule(SCHEDULE, "two.yaml"), "P07", "AB", Moment(0, 0))
    session.enter("y", 900, Moment(1000, 1000))
    with pytest.raises(Refused, match="has not ended"):
        session.attach(_lined(piece(1, 0, 20)), Moment(2000, 2000))
