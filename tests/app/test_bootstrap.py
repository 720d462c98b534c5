"""The composition root: a study made ready, a call opened and gone on with, the call clock."""

import time
from pathlib import Path

import pytest
import soundfile

from interview_tui import bootstrap, doctor, monotonic, packing
from interview_tui.audio.capture import SourceSpec
from interview_tui.errors import ConfigError, StorageError
from interview_tui.interview.events import InterviewOpened, InterviewResumed, NoteTaken
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent
from tests.store.making import until

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
NOWHERE = SourceSpec("device", name="no such device")


def test_a_study_is_made_ready_once_with_a_schedule_to_begin_with(tmp_path):
    study = bootstrap.ready_study(tmp_path / "new")
    file = study.schedule_file()
    assert bootstrap.study_schedule(study).sha256 == bootstrap.bundled_schedule().sha256
    assert bootstrap.known_crosswalk(study, bootstrap.study_schedule(study)) is not None
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1), encoding="utf-8")
    again = bootstrap.ready_study(tmp_path / "new")
    assert bootstrap.study_schedule(again).version == "2"


def test_an_unfinished_interview_is_gone_on_with_under_the_schedule_it_began_with(tmp_path):
    study = bootstrap.ready_study(tmp_path)
    call = bootstrap.open_call(study, "P07", NOWHERE)
    call.enter("wife answered", call.clock.now().at_ms)
    with pytest.raises(StorageError, match="P07"):
        bootstrap.open_call(study, "P07", NOWHERE)
    assert call.journal.close(5.0)
    file = study.schedule_file()
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1), encoding="utf-8")
    again = bootstrap.open_call(study, "P07", NOWHERE)
    assert again.interview.schedule.version == "1"
    assert again.recorder.status().state is RecorderState.OFF
    assert [note.text for note in again.interview.notes.values()] == ["wife answered"]
    again.end("partial")
    assert again.journal.close(5.0)
    kinds = [type(event) for event in study.events("P07")]
    assert (kinds[0], kinds.count(NoteTaken), kinds.count(InterviewResumed)) == (InterviewOpened, 1, 1)
    with pytest.raises(ConfigError, match="has ended"):
        bootstrap.open_call(study, "P07", NOWHERE)


def test_the_call_clock_goes_on_from_the_wall_clock_and_never_back():
    opened_ms = time.time_ns() // 1_000_000 - 60_000
    assert 60_000 <= bootstrap.CallClock(opened_ms).now().at_ms < 120_000
    assert bootstrap.CallClock(opened_ms + 3_600_000, not_before_ms=45_000).now().at_ms >= 45_000
    clock = bootstrap.CallClock()
    before = clock.now().at_ms
    assert before <= clock.at_ms_of(monotonic.now_ns()) <= clock.now().at_ms


def test_the_doctor_says_the_way_out_of_everything_that_is_not_right(tmp_path):
    bootstrap.ready_study(tmp_path)
    findings = doctor.examine(tmp_path)
    assert {"versions", "study", "schedule", "disk", "transcription", "terminal", "keys"} <= {f.what for f in findings}
    assert all(finding.way_out or finding.verdict is doctor.Verdict.RIGHT for finding in findings), findings


def test_the_doctor_finds_a_setting_that_cannot_be_used(tmp_path):
    bootstrap.ready_study(tmp_path)
    (tmp_path / "study.toml").write_text("name = 3\n", encoding="utf-8")
    findings = {finding.what: finding for finding in doctor.examine(tmp_path)}
    assert findings["study"].verdict is doctor.Verdict.WRONG
    assert "name" in findings["study"].found


def test_packed_audio_holds_nothing_of_the_time_off_the_record(tmp_path):
    study = bootstrap.ready_study(tmp_path)
    call = bootstrap.open_call(study, "P07", SourceSpec("file", path=JFK))
    for consent in Consent:
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    call.source_opened(call.open_source())
    until(lambda: call.recorder.status().frames > call.recorder.status().rate, "recording")
    call.go_off_record()
    off_ms = call.interview.off_record_since_ms or 0
    until(lambda: call.clock.now().at_ms > off_ms + 300, "the recorder to be late")
    call.source_closed(call.close_source(SpanEnd.OFF_RECORD))
    call.close_source(SpanEnd.STOP)
    call.end("complete")
    assert call.journal.close(10.0)
    packing.pack_audio(study, "P07")
    (span,) = study.interview("P07").timeline().spans
    assert span.end_ms > off_ms + 200
    sound, _ = soundfile.read(study.audio_folder("P07") / span.parts[0].file, dtype="int16")
    assert not sound[span.frame_at(off_ms) :].any()
    assert sound[: span.frame_at(off_ms)].any()
    assert not list(study.audio_folder("P07").glob("*.wav"))
