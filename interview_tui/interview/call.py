"""A call as it is conducted: the session with its clock, its journal and its recorder.

Every command is journalled the moment it is given. What waits for the recorder (opening and closing a source takes
up to seconds) is split in two, so that a screen can wait for it in a thread and go on taking keystrokes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interview_tui.errors import AudioError, Refused
from interview_tui.interview.commanding import Events
from interview_tui.interview.events import Event, Kept
from interview_tui.interview.line import was_begun_off_record
from interview_tui.interview.ports import (
    Clock,
    Draft,
    Journal,
    Moment,
    RecordedSpan,
    Recorder,
    RecorderState,
    RecorderStatus,
)
from interview_tui.interview.session import Session
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span

AT_WORK = (RecorderState.RECORDING, RecorderState.SEEKING)
"""A recorder that records, or will as soon as it can."""
IN_HAND = (*AT_WORK, RecorderState.PAUSED, RecorderState.FAILED)
"""A recorder whose status tells of a span of this interview."""
AT_REST = (RecorderState.PAUSED, RecorderState.STOPPED)
"""A recorder that takes nothing."""
NO_PROCESS = (RecorderState.OFF, RecorderState.STOPPED)
"""No recorder is there that could still tell of a span."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the recorder did while no app was there: for how long, and when it ended (call clock), None if it goes on.

    `alone_ms` is 0 where it did not go on alone.
    """

    alone_ms: int
    ended_ms: int | None = None


class Call:
    """One interview being conducted. `folder` is where its audio goes; `meanwhile` what an app started again found."""

    def __init__(self, session: Session, journal: Journal, recorder: Recorder, clock: Clock, folder: Path) -> None:
        self.session = session
        self.journal = journal
        self.recorder = recorder
        self.clock = clock
        self.folder = folder
        self.meanwhile: Meanwhile | None = None

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.session.interview

    @property
    def recording(self) -> bool:
        """Whether it is recorded, or will be without a command: a recorder that gets no sound seeks it by itself."""
        return self.interview.recording or self.recorder.status().state in AT_WORK

    @property
    def should_record(self) -> bool:
        """Whether sound should be coming in now; if it does not, something is wrong."""
        interview = self.interview
        if interview.ended or interview.is_off_record or interview.course.dropped is not None:
            return False
        state = self.recorder.status().state
        broken_off = interview.soundtrack.interruptions.goes_on and state is RecorderState.FAILED
        return interview.recording or broken_off or state is RecorderState.SEEKING

    @property
    def why_not(self) -> SpanEnd | None:
        """Why a recorder that is at work must not be, as when it was started late or could not be paused; else None."""
        if not self.recording:
            return None
        if self.interview.is_off_record:
            return SpanEnd.OFF_RECORD
        if self.interview.course.dropped is not None:
            return SpanEnd.DROPPED
        try:
            self.session.check_may_record()
        except Refused:
            return SpanEnd.STOP
        return None

    def keep(self, events: Sequence[Event]) -> Events:
        """Hand events to the journal."""
        if events:
            self.journal.append(events)
        return tuple(events)

    def enter(self, text: str, first_key_ms: int, now: Moment | None = None) -> Events:
        """Take a line (see `Session.enter`), entered at `now` or at this moment; the draft is done with."""
        events = self.keep(self.session.enter(text, first_key_ms, now or self.clock.now()))
        self.journal.keep_draft(None)
        return events

    def draft(self, text: str, first_key_ms: int) -> None:
        """Keep the half-typed line. What is typed off the record is not kept anywhere."""
        off_record = self.interview.is_off_record or was_begun_off_record(self.interview, first_key_ms)
        kept = text and not off_record
        self.journal.keep_draft(Draft(text, first_key_ms) if kept else None)

    def open_source(self) -> RecorderStatus:
        """Start or resume the recorder; waits for its first block. Changes nothing in the interview.

        Raises:
            Refused: there is no consent to record, or it is to be asked for again.
            AudioError: the source cannot be recorded from.
        """
        self.session.check_may_record()
        self.session.check_reconfirmed(self.clock.now())
        if self.interview.recording:
            raise Refused("Recording is on.", "Off the record: Ctrl+O. End: Ctrl+L.")
        if self.recorder.status().state is RecorderState.SEEKING:
            raise Refused("The recorder tries by itself, and goes on as soon as it can.", "See that it is plugged in.")
        if self.recorder.status().state is RecorderState.PAUSED:
            return self.recorder.resume(self.session.next_span)
        return self.recorder.start(self.folder, self.session.next_span)

    def source_opened(self, status: RecorderStatus) -> Events:
        """Take note that the recorder runs."""
        began = self.clock.now().earlier(self.clock.at_ms_of(status.started_ns))
        return self.keep(self.session.span_opened(status, began))

    def go_off_record(self, text: str = "", first_key_ms: int = 0, now: Moment | None = None) -> Events:
        """Off the record from `now`, or from this moment; the source is to be closed next (`close_source`).

        A half-typed line is about what was said before, and is kept as it stands.
        """
        now = now or self.clock.now()
        events: Events = ()
        if text.strip() and not self.interview.is_off_record:
            events = self.keep(self.session.enter(f" {text}", first_key_ms, now))
        events += self.keep(self.session.go_off_record(now))
        self.journal.keep_draft(None)
        return events

    def silence(self, reason: SpanEnd) -> None:
        """Let the recorder take nothing more, ahead of `close_source`, which also tells what went wrong."""
        try:
            if reason is SpanEnd.STOP:
                self.recorder.stop()
            elif self.recorder.status().state in AT_WORK:
                self.recorder.pause(reason)
        except AudioError:
            return

    def close_source(self, reason: SpanEnd) -> tuple[RecordedSpan, ...]:
        """Pause the recorder, or stop it for good (`SpanEnd.STOP`); waits for it. Gives what it has recorded, as far as
        the interview does not know it. Changes nothing in the interview.

        Raises:
            AudioError: it could not be closed.
        """
        span = None
        if reason is SpanEnd.STOP:
            span = self.recorder.stop()
        elif self.recording and self.recorder.status().state not in AT_REST:
            span = self.recorder.pause(reason)
        try:
            return self.unknown_spans()
        except AudioError:  # the log cannot be read now: what the recorder says itself is as good
            return () if span is None else (span,)

    def source_closed(self, spans: Iterable[RecordedSpan]) -> Events:
        """Take note of spans that are closed; those that the recorder began by itself have been opened as well."""
        events: Events = ()
        for span in spans:
            known = self.interview.spans.get(span.number)
            if known is None:
                if self.interview.recording:  # the end of the one before it is not known yet
                    return events
                events += self._began_by_itself(_beginning_of(span))
                known = self.interview.spans[span.number]
            if not known.closed:
                start_ms = self.clock.at_ms_of(span.started_ns) if span.started_ns else known.start_ms
                events += self.keep(self.session.span_closed(span, start_ms, self.clock.now()))
        return events

    def is_behind(self, status: RecorderStatus) -> bool:
        """Whether the recorder has begun or closed spans by itself that the interview does not know. Never waits."""
        interview = self.interview
        if interview.ended:
            return False
        tells = status.state in IN_HAND and (status.frames > 0 or status.state is not RecorderState.RECORDING)
        is_newer = tells and status.span > max(interview.spans, default=0)
        return is_newer or (interview.recording and status.state is not RecorderState.RECORDING)

    def unknown_spans(self) -> tuple[RecordedSpan, ...]:
        """The closed spans in the folder that the interview does not know, or has open. Reads files.

        Of an open span of which no recorder and no file is left, that is nothing: it must not stand in the call's way.

        Raises:
            AudioError: the recording log cannot be read.
        """
        is_gone = self.recorder.status().state in NO_PROCESS
        found = []
        for span in self.recorder.closed_spans(self.folder):
            known = self.interview.spans.get(span.number)
            if known is None or not known.closed:
                found.append(span)
        numbers = {span.number for span in found}
        lost = [span for span in self.interview.spans.values() if not span.closed and span.number not in numbers]
        found += [_nothing_of(span) for span in lost if is_gone]
        return tuple(sorted(found, key=lambda span: span.number))

    def follow(self, status: RecorderStatus, closed: Iterable[RecordedSpan]) -> Events:
        """Take note of what the recorder did by itself: `closed` are the unknown spans, read after `status` was asked.

        What is off the record, dropped or ended stays so.
        """
        events = self.source_closed(closed)
        is_on = status.state is RecorderState.RECORDING and status.frames > 0  # before that it knows no rate
        is_new = is_on and status.span not in self.interview.spans
        if is_new and not self.interview.recording:
            events += self._began_by_itself(status)
        return events

    def end(self, outcome: str, reason: str = "", kept: Kept = Kept.ALL) -> Events:
        """End the interview; the recorder must have been stopped."""
        return self.keep(self.session.end(outcome, self.clock.now(), reason=reason, kept=kept))

    def resume(self) -> Events:
        """Go on after the app was closed or killed: hold the recorder that still runs, close the spans that do not.

        Raises:
            AudioError: the audio folder cannot be read.
        """
        left_ms = self.interview.at_ms
        events = self.keep(self.session.resume(self.clock.now()))
        status = self.recorder.attach(self.folder)
        closed = self.unknown_spans()
        events += self.follow(status, closed)
        self.meanwhile = self._meanwhile(left_ms, status, closed)
        return events

    def _meanwhile(self, left_ms: int, status: RecorderStatus, closed: Sequence[RecordedSpan]) -> Meanwhile | None:
        """What the recorder did since `left_ms`; None if it did nothing."""
        if status.state in AT_WORK:
            return Meanwhile(status.alone_s * 1000)
        if not closed or status.state is not RecorderState.OFF:
            return None
        ended_ms = max(self.interview.spans[span.number].end_ms for span in closed)
        return Meanwhile(max(0, ended_ms - left_ms), ended_ms)

    def _began_by_itself(self, status: RecorderStatus) -> Events:
        began = self.clock.now().earlier(self.clock.at_ms_of(status.started_ns))
        return self.keep(self.session.span_followed(status, began))


def _nothing_of(span: Span) -> RecordedSpan:
    """A span of which nothing is left."""
    return RecordedSpan(span.number, span.rate, span.channels, 0, 0, (), span.source, SpanEnd.LOST)


def _beginning_of(span: RecordedSpan) -> RecorderStatus:
    beside = span.beside
    return RecorderStatus(
        RecorderState.RECORDING,
        span.number,
        0,
        span.rate,
        span.channels + (0 if beside is None else beside.channels),
        span.source if beside is None else f"{span.source} + {beside.source}",
        started_ns=span.started_ns,
    )
