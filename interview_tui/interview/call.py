"""A call as it is conducted: the session with its clock, its journal and its recorder.

Every command is journalled the moment it is given. What waits for the recorder (opening and closing a source takes
up to seconds) is split in two, so that a screen can wait for it in a thread and go on taking keystrokes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from interview_tui.errors import Refused
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


class Call:
    """One interview being conducted. `folder` is where its audio goes."""

    def __init__(self, session: Session, journal: Journal, recorder: Recorder, clock: Clock, folder: Path) -> None:
        self.session = session
        self.journal = journal
        self.recorder = recorder
        self.clock = clock
        self.folder = folder

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.session.interview

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

    def close_source(self, reason: SpanEnd) -> RecordedSpan | None:
        """Pause the recorder, or stop it for good (`SpanEnd.STOP`); waits for it. Changes nothing in the interview."""
        if reason is SpanEnd.STOP:
            return self.recorder.stop()
        return self.recorder.pause(reason) if self.interview.recording else None

    def source_closed(self, span: RecordedSpan | None) -> Events:
        """Take note that a span is closed."""
        known = self.interview.spans.get(span.number) if span is not None else None
        if span is None or known is None or known.closed:
            return ()
        start_ms = self.clock.at_ms_of(span.started_ns) if span.started_ns else known.start_ms
        return self.keep(self.session.span_closed(span, start_ms, self.clock.now()))

    def end(self, outcome: str, reason: str = "", kept: Kept = Kept.ALL) -> Events:
        """End the interview; the recorder must have been stopped."""
        return self.keep(self.session.end(outcome, self.clock.now(), reason=reason, kept=kept))

    def resume(self) -> Events:
        """Go on after the app was closed or killed: hold the recorder that still runs, close the spans that do not.

        Raises:
            AudioError: the audio folder cannot be read.
        """
        events = self.keep(self.session.resume(self.clock.now()))
        status = self.recorder.attach(self.folder)
        for span in self.recorder.closed_spans(self.folder):
            if span.number not in self.interview.spans:  # its opening never reached the journal
                events += self.source_opened(_beginning_of(span))
            events += self.source_closed(span)
        if status.state is RecorderState.RECORDING and status.span not in self.interview.spans:
            events += self.source_opened(status)
        return events


def _beginning_of(span: RecordedSpan) -> RecorderStatus:
    return RecorderStatus(
        RecorderState.RECORDING, span.number, 0, span.rate, span.channels, span.source, started_ns=span.started_ns
    )
