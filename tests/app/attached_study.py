"""A study with an interview that was recorded here and by another recorder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import soundfile

from interview_tui import bootstrap
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from tests.audio.other_recorder import TALK_RATE, Sound

CASE = "P07"
BEFORE_S = 10
"""The other recorder was switched on so long before the call was opened."""
CONSENT_MS, OFF_MS, BACK_MS, LOST_MS, END_MS = 5_000, 45_000, 55_000, 100_000, 122_000
TALK_S = BEFORE_S + 130
NOON_MS = 1_700_000_000_000


@dataclass
class Conducted:
    """An interview that was off the record in the middle, and whose device was lost before it ended."""

    study: StudyFolder

    @property
    def folder(self) -> Path:
        return self.study.audio_folder(CASE)

    @property
    def interview(self) -> Interview:
        return self.study.interview(CASE)

    @property
    def timeline(self) -> Timeline:
        return self.interview.timeline()

    @property
    def attached(self) -> list[Span]:
        """What is heard of the other recorder, in order."""
        return [span for span in self.timeline.spans if span.attached]

    @property
    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def heard(self, at_ms: int) -> str:
        """The file in which a moment is heard."""
        position = self.timeline.position(at_ms)
        return "" if position is None else position.file

    @classmethod
    def make(cls, path: Path, talk: Sound, *, flagged: int | None = None) -> Conducted:
        """The study; the talk begins `BEFORE_S` before the call. `flagged`: a moment that was flagged."""
        study = bootstrap.ready_study(path)
        schedule = bootstrap.study_schedule(study)
        study.keep_schedule(schedule)
        journal, folder = study.journal(CASE), study.audio_folder(CASE)
        session, opened = Session.open(schedule, CASE, "AB", _at(0))
        journal.append(opened)
        for consent in (Consent.TAKE_PART, Consent.RECORDING):
            journal.append(session.take_in_consent(consent, "May we?", _at(CONSENT_MS)))
        for number, (start_ms, end_ms) in enumerate(((CONSENT_MS, OFF_MS), (BACK_MS, LOST_MS)), 1):
            name = f"call-{number}.flac"
            first, last = ((BEFORE_S * 1000 + ms) * TALK_RATE // 1000 for ms in (start_ms, end_ms))
            soundfile.write(folder / name, talk[first:last], TALK_RATE, subtype="PCM_16")
            began = RecorderStatus(RecorderState.RECORDING, number, rate=TALK_RATE, channels=1, source="laptop")
            journal.append(session.span_opened(began, _at(start_ms)))
            if number == 1 and flagged is not None:
                journal.append(session.flag(_at(flagged)))
            reason = SpanEnd.OFF_RECORD if number == 1 else SpanEnd.LOST
            part = AudioPart(name, 0, last - first)
            closed = RecordedSpan(number, TALK_RATE, 1, last - first, 0, (part,), "laptop", reason)
            journal.append(session.span_closed(closed, start_ms, _at(end_ms)))
            if number == 1:
                journal.append(session.go_off_record(_at(OFF_MS)))
        journal.append(session.end("complete", _at(END_MS)))
        assert journal.close(10.0)
        return cls(study)


def _at(ms: int) -> Moment:
    return Moment(ms, NOON_MS + ms)
