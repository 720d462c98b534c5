"""A study with an interview whose audio was laid down by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.interview.commanding import Events
from interview_tui.interview.ports import Moment, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.timeline import Span
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from tests.audio.laid import as_recorded

CASE = "P07"
NOON_MS = 1_790_000_000_000


class LaidStudy:
    """The study, and the interview that goes on in it until it is ended."""

    def __init__(self, study: StudyFolder) -> None:
        self.study = study
        self.folder = study.audio_folder(CASE)

    @classmethod
    def at(cls, path: Path) -> LaidStudy:
        """One that is there already."""
        return cls(bootstrap.open_study(path))

    @classmethod
    def make(cls, path: Path) -> LaidStudy:
        """A new one, in which consent was given."""
        made = cls(bootstrap.ready_study(path))
        schedule = bootstrap.study_schedule(made.study)
        made.study.keep_schedule(schedule)
        session, events = Session.open(schedule, CASE, "AB", Moment(0, NOON_MS))
        for consent in Consent:
            events += session.take_in_consent(consent, "May we?", Moment(1, NOON_MS + 1))
        made._keep(events)
        return made

    def journal_span(self, span: Span, *, closed: bool = True) -> Span:
        """Let the journal know of a span that was laid down; of its beginning only unless it is `closed`."""
        channels = span.channels + (span.beside.channels if span.beside else 0)
        began = RecorderStatus(RecorderState.RECORDING, span.number, 0, span.rate, channels, span.source)
        self.do(lambda session, now: session.span_opened(began, now))
        if closed:
            self.do(lambda session, now: session.span_closed(as_recorded(span), span.start_ms, now))
        return span

    def end(self) -> None:
        """The interview is over."""
        self.do(lambda session, now: session.end("complete", now))

    def do(self, command: Callable[[Session, Moment], Events], at_ms: int = 0) -> None:
        """Give a command, a millisecond after the last event or as late as `at_ms`, and keep what it gives off."""
        interview = self.study.interview(CASE)
        at_ms = max(at_ms, interview.at_ms + 1)
        self._keep(command(Session(interview), Moment(at_ms, NOON_MS + at_ms)))

    def _keep(self, events: Events) -> None:
        journal = self.study.journal(CASE)
        journal.append(events)
        assert journal.close(10.0), journal.failure
