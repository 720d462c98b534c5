"""The first hour of an interview that was never held: a real journal in a real study, conducted by a seeded die."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.errors import Refused
from interview_tui.interview import line, route
from interview_tui.interview.events import Event, Level, Place
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import AnswerKind, Kind, Schedule

CASE = "P60"
HOUR_MS = 3_600_000
RATE = 16_000
CONSENTED_MS = 60_000
OFF_RECORD_AT = 0.4  # of the hour
SAID = (
    "leader rang at eleven budget first portfolio told sleep on it group seat trust ward council officer meeting never "
    "listened afterwards better worse because nobody explained how the rules worked and then she simply asked"
)
MARKS = ("", "", "", "", "", "", "!", '"', "?", "//")


@dataclass(frozen=True, slots=True)
class Hour:
    """What is known of the hour: the interview, and a question with a code that is asked at its end."""

    interview: Interview
    question: Place


class _Interviewer:
    """Conducts with a clock of her own that stands at `now_ms` of the call."""

    def __init__(self, schedule: Schedule, length_ms: int) -> None:
        self._opened_wall_ms = time.time_ns() // 1_000_000 - length_ms
        self._dice = random.Random(60)
        self.now_ms = 0
        self.events: list[Sequence[Event]] = []
        self.session, opened = Session.open(schedule, CASE, "AB", self._now())
        self.events.append(opened)

    def _now(self) -> Moment:
        return Moment(self.now_ms, self._opened_wall_ms + self.now_ms)

    def consent(self) -> None:
        """Ask for every consent and get it."""
        for item, located in self.session.interview.items.items():
            if located.item.consent is not None:
                self.now_ms += 5_000
                self._keep(self.session.go(Place(item), self._now()))
                self._keep(self.session.enter("y", self.now_ms - 500, self._now()))
        self.now_ms = max(self.now_ms, CONSENTED_MS)
        self._keep(self.session.next(self._now()))

    def record(self) -> None:
        """Begin a span."""
        began = RecorderStatus(
            RecorderState.RECORDING, self.session.next_span, rate=RATE, channels=2, source="call.flac"
        )
        self._keep(self.session.span_opened(began, self._now()))

    def close(self, reason: SpanEnd) -> None:
        """End the span that is open."""
        number = self.session.next_span - 1
        span = self.session.interview.spans[number]
        frames = (self.now_ms - span.start_ms) * RATE // 1000
        parts = (AudioPart(f"span-{number:03}.wav", 0, frames),)
        closed = RecordedSpan(number, RATE, 2, frames, 0, parts, "call.flac", reason)
        self._keep(self.session.span_closed(closed, span.start_ms, self._now()))

    def go_off_record(self) -> None:
        """Two minutes that nobody will hear."""
        self._keep(self.session.go_off_record(self._now()))
        self.close(SpanEnd.OFF_RECORD)
        self.now_ms += 120_000
        self.record()
        self.now_ms += 5_000  # the next note is begun on the record

    def take_note(self) -> None:
        """A note, at times with a tick or a flag, an answer, or a move after it."""
        words = " ".join(self._dice.choices(SAID.split(), k=self._dice.randint(4, 14)))
        text = f"{self._dice.choice(MARKS)} {words}"
        self._keep(self.session.enter(text, self.now_ms - 2_500, self._now()))
        interview = self.session.interview
        if self._dice.random() < 0.1:
            places = [step.place for step in self._dice.sample(self._askable(), 2)]
            self._keep(self.session.tick(places, Level.TOUCHED, self._now(), note=next(reversed(interview.notes))))
        if self._dice.random() < 0.05:
            self._keep(self.session.flag(self._now()))
        if self._dice.random() < 0.4:
            self._answer()
            self._move()

    def _answer(self) -> None:
        """Answer whatever takes a code, every line of a checklist: mostly yes, so that the interview goes on."""
        interview = self.session.interview
        while interview.place is not None and (codes := line.codes(interview, interview.place)):
            here = route.current_line(interview, interview.place)
            if interview.answers.get(here):
                return
            code = codes[0][0] if self._dice.random() < 0.8 else codes[-1][0]
            self._keep(self.session.enter(code, self.now_ms - 400, self._now()))

    def _move(self) -> None:
        """On to what is suggested; sometimes, and once nothing is, to anywhere."""
        if self._dice.random() > 0.15:
            try:
                self._keep(self.session.next(self._now()))
            except Refused:
                pass
            else:
                return
        self._keep(self.session.go(self._dice.choice(self._askable()).place, self._now()))

    def go(self, place: Place) -> None:
        """Go to a question."""
        self._keep(self.session.go(place, self._now()))

    def _askable(self) -> list[route.Step]:
        return [step for step in route.steps(self.session.interview) if step.kind is not Kind.INTERVIEWER]

    def _keep(self, events: Sequence[Event]) -> None:
        self.events.append(events)


def conduct(folder: Path, notes: int, length_ms: int = HOUR_MS) -> Hour:
    """Make a study in `folder` with an interview that stands at `length_ms` now and has so many notes.

    With no notes it is the interview just after consent.
    """
    study = bootstrap.ready_study(folder)
    schedule = bootstrap.study_schedule(study)
    study.keep_schedule(schedule)
    interviewer = _Interviewer(schedule, length_ms)
    interviewer.consent()
    if notes:
        _conduct(interviewer, notes, length_ms)
    interview = interviewer.session.interview
    question = _question(interview)
    if notes:
        interviewer.go(question)
    journal = study.journal(CASE)
    for events in interviewer.events:
        journal.append(events)
    if not journal.close(60):
        raise TimeoutError(f"The journal in {folder} could not be written: {journal.failure}")
    return Hour(interview, question)


def _conduct(interviewer: _Interviewer, notes: int, length_ms: int) -> None:
    interviewer.record()
    pace_ms = (length_ms - CONSENTED_MS - 130_000) // notes
    for number in range(notes):
        interviewer.now_ms += pace_ms
        if number == round(notes * OFF_RECORD_AT):
            interviewer.go_off_record()
        interviewer.take_note()
    interviewer.now_ms = length_ms - 1_000
    interviewer.close(SpanEnd.STOP)


def _question(interview: Interview) -> Place:
    """The last question that is answered by yes or no, in the last round that was opened."""
    asked = [
        step.place
        for step in route.steps(interview)
        if step.located.item.answer.kind in (AnswerKind.YES_NO, AnswerKind.YES_NO_PARTLY)
        and step.located.item.consent is None
        and step.kind is Kind.ASK
        and route.beside(replace(interview, place=step.place), 1)
    ]
    return asked[-1]
