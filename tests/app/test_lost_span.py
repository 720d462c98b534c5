"""A span whose recorder is dead and whose files are gone does not keep an interview from ending."""

from __future__ import annotations

from pathlib import Path

import psutil

from interview_tui import bootstrap
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_watch import is_running
from interview_tui.audio.processes.control import Contact
from interview_tui.audio.recording.recorder import CONTACT_NAME
from interview_tui.inspection import inspect
from interview_tui.interview.call import Call
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from tests.store.making import until

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"


def opened(study: StudyFolder) -> Call:
    return bootstrap.open_call(study, "P07", SourceSpec("file", path=JFK))


def recording(path: Path, *, is_app_gone: bool = False) -> tuple[StudyFolder, Call]:
    """A call whose recorder was killed and whose audio somebody deleted; an app that is there starts another one."""
    study = bootstrap.ready_study(path)
    call = opened(study)
    for consent in Consent:
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    call.source_opened(call.open_source())
    contact = Contact.read(call.folder / CONTACT_NAME)
    assert contact is not None
    if is_app_gone:
        call.recorder.detach()
    psutil.Process(contact.pid).kill()
    until(lambda: not is_running(call.folder), "the end of the recorder")
    for file in (*call.folder.glob("span-*"), call.folder / "spans.jsonl"):
        file.unlink()
    return study, call


def is_over(study: StudyFolder) -> None:
    interview = study.interview("P07")
    assert interview.ended
    assert [(span.closed, span.frames) for span in interview.spans.values()] == [(True, 0)]
    assert inspect(study).findings == []


def test_it_can_be_ended_at_once(tmp_path):
    study, call = recording(tmp_path)
    call.source_closed(call.close_source(SpanEnd.STOP))
    call.end("complete")
    assert call.journal.close(10.0)
    is_over(study)


def test_it_can_be_ended_by_an_app_that_is_started_again(tmp_path):
    study, call = recording(tmp_path, is_app_gone=True)
    assert call.journal.close(10.0)
    again = opened(study)
    assert not again.recording
    again.end("complete")
    assert again.journal.close(10.0)
    is_over(study)
