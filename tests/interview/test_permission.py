"""When another recorder's sound may be kept: between a consent to be recorded and its end."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import Stretch
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.schedule.model import Consent
from interview_tui.schedule.reader import read_schedule

RATE = 8_000
SCHEDULE = """
schedule: Two questions
version: 1
sections:
- section: Opening
  id: opening
  items:
    - ask: Do you take part?
      id: consent_take_part
      answer: yes/no
      consent: take part
    - ask: May I record this?
      id: consent_recording
      answer: yes/no
      consent: recording
    - ask: How was it?
      id: how
"""


class Conducted:
    """An interview told in one line a step; times in seconds."""

    def __init__(self) -> None:
        self.session, _ = Session.open(read_schedule(SCHEDULE, "two.yaml"), "P07", "AB", Moment(0, 0))
        self._spans = 0

    def consents(self, second: int) -> None:
        for consent in (Consent.TAKE_PART, Consent.RECORDING):
            self.session.take_in_consent(consent, "May we?", _at(second))

    def records(self, from_s: int, to_s: int, reason: SpanEnd) -> None:
        self._spans += 1
        status = RecorderStatus(RecorderState.RECORDING, self._spans, rate=RATE, channels=1, source="line")
        self.session.span_opened(status, _at(from_s))
        frames = (to_s - from_s) * RATE
        parts = (AudioPart(f"{self._spans}.flac", 0, frames),)
        closed = RecordedSpan(self._spans, RATE, 1, frames, 0, parts, "line", reason)
        self.session.span_closed(closed, from_s * 1000, _at(to_s))

    def permitted(self) -> list[tuple[int, int]]:
        """After an end at 100 s."""
        self.session.end("complete", _at(100))
        found = self.session.interview.soundtrack.permission.stretches(100_000)
        return [(stretch.start_ms // 1000, stretch.end_ms // 1000) for stretch in found]


def _at(second: int) -> Moment:
    return Moment(second * 1000, second * 1000)


def test_nothing_is_permitted_before_the_consent_and_after_the_end():
    call = Conducted()
    call.consents(10)
    assert call.permitted() == [(10, 100)]
    assert Conducted().permitted() == []


@pytest.mark.parametrize("reason", [SpanEnd.LOST, SpanEnd.MOVED, SpanEnd.BACK, SpanEnd.SKIPPED, SpanEnd.FULL])
def test_a_recording_that_failed_here_is_no_end_of_it(reason: SpanEnd):
    call = Conducted()
    call.consents(10)
    call.records(12, 40, reason)
    call.records(60, 100, SpanEnd.STOP)
    assert call.permitted() == [(10, 100)]


@pytest.mark.parametrize("reason", [SpanEnd.PAUSE, SpanEnd.STOP])
def test_where_the_interviewer_stopped_recording_nothing_is_permitted_until_it_goes_on(reason: SpanEnd):
    call = Conducted()
    call.consents(10)
    call.records(12, 40, reason)
    call.records(60, 90, SpanEnd.STOP)
    assert call.permitted() == [(10, 40), (60, 90)]


def test_after_a_dropped_line_consent_is_needed_again():
    call = Conducted()
    call.consents(10)
    call.records(12, 40, SpanEnd.DROPPED)
    call.session.drop(_at(40))
    call.session.redial(_at(50))
    call.session.restore_call(_at(55))
    call.session.reconsent(_at(60), given=True)
    call.records(62, 100, SpanEnd.STOP)
    assert call.permitted() == [(10, 40), (60, 100)]


def test_a_consent_that_is_not_given_again_ends_it():
    call = Conducted()
    call.consents(10)
    call.session.reconsent(_at(30), given=False)
    assert call.permitted() == [(10, 30)]


def test_a_span_that_is_told_of_after_the_end_does_not_begin_it_again():
    call = Conducted()
    call.consents(10)
    assert call.permitted() == [(10, 100)]
    status = RecorderStatus(RecorderState.RECORDING, 1, rate=RATE, channels=1, source="line")
    call.session.span_followed(status, _at(110))
    assert call.session.interview.soundtrack.permission.stretches(120_000) == (Stretch(10_000, 100_000),)
