"""A call of tests/data/settings conducted after its log: by the real session, into the real journal, with its sound.

What was typed is entered as she typed it, so that a code is an answer, and the sound is put where a recorder would have
left it. `performed` does the same in real time, with the recorder.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.audio.files import import_copy
from interview_tui.interview.elsewhere import ForeignCall, Replay, Tape, Typed, read_call
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.performance import Quietly, perform
from interview_tui.schedule.model import Consent
from interview_tui.sources import Named, source_of
from interview_tui.store.study import StudyFolder

NOON_MS = 1_790_000_000_000
AUDIO = "audio.opus"


def log_of(study: StudyFolder, folder: Path) -> ForeignCall:
    """What she did in the call in `folder`, at the places of the study's schedule."""
    schedule = bootstrap.study_schedule(study)
    crosswalk = bootstrap.known_crosswalk(study, schedule)
    assert crosswalk is not None
    events = json.loads((folder / "events.json").read_text(encoding="utf-8"))
    return read_call(events, "events.json", crosswalk)


def conducted(study: StudyFolder, folder: Path) -> str:
    """Conduct the call in `folder` in a study, as fast as it goes; gives the case."""
    call, schedule = log_of(study, folder), bootstrap.study_schedule(study)
    case = call.participant
    heard = import_copy(folder / AUDIO, study.audio_folder(case), "audio")
    study.keep_schedule(schedule)
    opened = Moment(0, NOON_MS)
    session, events = Session.open(schedule, case, "AB", opened, at_first_item=False)
    told: list[Event] = [*events]
    for consent in Consent:
        told += session.take_in_consent(consent, "asked at the beginning", opened)
    status = RecorderStatus(
        RecorderState.RECORDING, session.next_span, 0, heard.info.rate, heard.info.channels, heard.file
    )
    told += session.span_opened(status, opened)
    replay = Replay(session)
    for action in call.actions:
        now = Moment(action.at_ms, NOON_MS + action.at_ms)
        if isinstance(action, Typed):
            told += session.enter(action.text, action.first_key_ms, now)
        elif not isinstance(action, Tape):
            told += replay.apply(action, now)
    last = Moment(call.actions[-1].at_ms, NOON_MS + call.actions[-1].at_ms)
    part = AudioPart(heard.file, 0, heard.info.frames)
    span = RecordedSpan(
        1, heard.info.rate, heard.info.channels, heard.info.frames, 0, (part,), heard.file, SpanEnd.STOP
    )
    told += session.span_closed(span, 0, last)
    told += session.end("complete", last)
    journal = study.journal(case)
    journal.append(told)
    assert journal.close(bootstrap.CLOSE_TIMEOUT_S)
    return case


def performed(study: StudyFolder, folder: Path) -> str:
    """Conduct the call in `folder` in real time, with its sound played into the recorder; gives the case."""
    call = log_of(study, folder)
    live = bootstrap.open_call(study, call.participant, source_of(study, Named(file=folder / AUDIO)))
    try:
        asyncio.run(perform(live, call, Quietly(live)))
    finally:
        live.source_closed(live.close_source(SpanEnd.STOP))
        live.end("complete")
        live.journal.close(bootstrap.CLOSE_TIMEOUT_S)
    return call.participant
