"""What was taken back is destroyed everywhere in a real study, however often it is cut off, and certified."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui import adapters, bootstrap, destroying, packing
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.files import sha256
from interview_tui.errors import ConfigError, Refused
from interview_tui.export.naming import of_many
from interview_tui.export.options import Options
from interview_tui.export.versions import REGISTER
from interview_tui.exporting import export
from interview_tui.interview import withholding
from interview_tui.interview.call import Call
from interview_tui.interview.events import Destroyed, NoteTaken, Stretch, Withheld
from interview_tui.interview.facts import Withholding
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import fold
from interview_tui.record.digest import digest_of
from interview_tui.record.export_ports import Choice
from interview_tui.record.merge import merge
from interview_tui.record.review.changes import WordsCorrected
from interview_tui.record.review.log import Edit
from interview_tui.record.transcript import RESPONDENT, Doubt, Provenance, Transcript, Turn, Word, to_json
from interview_tui.schedule.model import Consent
from interview_tui.store import derived
from interview_tui.store.database import back_up, opened
from interview_tui.store.study import StudyFolder
from tests.fake_study import FakeTranscriber
from tests.store.making import until
from tests.store.test_erasure import files_with

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
CASE = "P07"
SECRET, KEPT, SPOKEN = "told him to go to the leader", "he rang about his first budget", "unrepeatable"
FORMATS = Choice(("text", "json", "html", "incidents"))
RECORDED_S = 2.5
STEPS = ["note down", "names", "audio", "transcript", "review", "coding", "exports", "journal", "search"]
STEPS += ["destroyed", "certificate", "clear up"]
KILLED = """
import os, signal, sys
from pathlib import Path
from interview_tui import bootstrap, destroying
study = bootstrap.open_study(Path(sys.argv[1]))
call = bootstrap.reopen_call(study, "P07")
def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
destroying.destroy(study, call, "w1", die)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with an interview that was recorded, noted, exported, backed up, taken back in part, and ended."""
    study = bootstrap.ready_study(tmp_path_factory.mktemp("study"))
    call = bootstrap.open_call(study, CASE, SourceSpec("file", path=JFK))
    for consent in (Consent.TAKE_PART, Consent.RECORDING):
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    call.source_opened(call.open_source())
    heard(call, RECORDED_S)
    note(call, KEPT)
    heard(call, RECORDED_S + 3.5)  # longer than the lag: the next note is about something later
    note(call, SECRET)
    heard(call, RECORDED_S + 4)
    until(lambda: call.journal.saved >= call.interview.events, "saving")
    assert export(study, [CASE], FORMATS).files
    taken = next(found for found in call.interview.notes.values() if found.text == SECRET)
    proposal = withholding.since_note(call.interview, taken.id, call.clock.now().at_ms)
    call.keep(call.session.withhold(proposal, call.clock.now()))
    heard(call, RECORDED_S + 5)
    call.source_closed(call.close_source(SpanEnd.STOP))
    call.end("complete")
    assert call.journal.close(10.0)
    transcribed(study)
    reviewed(study)
    with opened(study.path / "study.db") as db:
        back_up(db, study.path / "study.db", "m002_more")
    searched_before_it_was_taken_back(study)
    return study.path


def heard(call: Call, seconds: float) -> None:
    until(lambda: call.recorder.status().frames > seconds * call.recorder.status().rate, "recording")


def note(call: Call, text: str) -> None:
    call.enter(text, call.clock.now().at_ms)


def transcribed(study: StudyFolder) -> None:
    """A transcript and a ledger that hold talk of the time that was taken back, and other talk."""
    (stretch,) = withheld_in(study).stretches
    words = (Word("Budget", 100, 400), Word(SPOKEN, stretch.start_ms + 10, stretch.start_ms + 90))
    across = (
        Word(SPOKEN, stretch.start_ms - 5, stretch.start_ms + 5),
        Word("after", stretch.end_ms, stretch.end_ms + 9),
    )
    turns = (Turn(1, RESPONDENT, words), Turn(2, RESPONDENT, across[:1]), Turn(3, RESPONDENT, across))
    doubts = (Doubt(0, 50, "a doubt"), Doubt(stretch.start_ms, stretch.end_ms, "another doubt"))
    transcript = Transcript(turns, Provenance("none", "none", "0" * 64, "en"), doubts)
    folder = study.audio_folder(CASE)
    (folder / "transcript.json").write_text(json.dumps(to_json(transcript)), encoding="utf-8")
    for name in ("chunks.jsonl", "plan.json", "transcription.log"):
        (folder / name).write_text(f'{{"words": ["{SPOKEN}"]}}\n', encoding="utf-8")


def reviewed(study: StudyFolder) -> None:
    """Two people have changed talk of the time that was taken back, and other talk."""
    (stretch,) = withheld_in(study).stretches
    edits = [
        ("ann", 100, 400, "a budget"),
        ("ann", stretch.start_ms, stretch.start_ms + 90, SPOKEN),
        ("bob", stretch.end_ms - 5, stretch.end_ms + 9, f"{SPOKEN} after"),
    ]
    for number, (by, start_ms, end_ms, words) in enumerate(edits):
        change = WordsCorrected(
            at_ms=0, wall_ms=number, start_ms=start_ms, end_ms=end_ms, heard=RESPONDENT, before=words, after=words
        )
        study.append_review(CASE, Edit(f"e{number}", by, "lab", (), change))


def searched_before_it_was_taken_back(study: StudyFolder) -> None:
    """What was made to be searched while the call went on: the note and the talk are in it."""

    def view(study: StudyFolder, case: str) -> derived.Made:
        interview = fold(study.schedule(case), [each for each in study.events(case) if not isinstance(each, Withheld)])
        record = merge(interview, study.transcript(case))
        return record, digest_of(record, study.schedule(case))

    derived.bring_up_to_date(study, view=view)


@pytest.fixture
def study(whole: Path, tmp_path: Path) -> StudyFolder:
    """A copy of that study."""
    shutil.copytree(whole, tmp_path / "copy")
    return bootstrap.open_study(tmp_path / "copy")


@contextmanager
def reopened(study: StudyFolder) -> Iterator[Call]:
    call = bootstrap.reopen_call(study, CASE)
    try:
        yield call
    finally:
        assert call.journal.close(10.0)


def withheld_in(study: StudyFolder) -> Withholding:
    return study.interview(CASE).soundtrack.withholdings["w1"]


def sound_of(study: StudyFolder) -> np.ndarray:
    (span,) = study.interview(CASE).spans.values()
    return np.concatenate([soundfile.read(study.audio_folder(CASE) / part.file)[0] for part in span.parts])


def frames_of(study: StudyFolder, stretch: Stretch) -> slice:
    (span,) = study.interview(CASE).spans.values()
    return slice(span.frame_at(stretch.start_ms), span.frame_at(stretch.end_ms))


def is_destroyed(study: StudyFolder, before: np.ndarray) -> None:
    """Nothing of it is left anywhere, and everything else is."""
    assert files_with(study.path, SECRET) == []
    assert files_with(study.path, SPOKEN) == []
    assert "study.db" in files_with(study.path, KEPT)
    (stretch,) = withheld_in(study).stretches
    gone, after = frames_of(study, stretch), sound_of(study)
    assert not after[gone].any()
    assert np.array_equal(np.delete(after, gone), np.delete(before, gone))
    transcript = study.transcript(CASE)
    assert transcript is not None
    assert [(turn.number, turn.text) for turn in transcript.turns] == [(1, "Budget"), (3, "after")]
    assert [doubt.reason for doubt in transcript.doubts] == ["a doubt"]
    changes = [edit.change for edit in study.review_log(CASE).edits]
    assert [getattr(change, "after", "") for change in changes] == ["a budget", "", ""]
    assert [change.wall_ms for change in changes] == [0, 1, 2]
    (destroyed,) = [event for event in study.events(CASE) if isinstance(event, Destroyed)]
    assert (destroyed.withheld, destroyed.notes) == ("w1", 1)
    assert destroyed.recorded_ms == pytest.approx(withheld_ms(study), abs=2)
    assert withheld_in(study).destroyed


def withheld_ms(study: StudyFolder) -> int:
    (stretch,) = withheld_in(study).stretches
    return stretch.end_ms - stretch.start_ms


def test_nothing_of_what_was_taken_back_is_left_in_the_study(study):
    before = sound_of(study)
    (stretch,) = withheld_in(study).stretches
    assert before[frames_of(study, stretch)].any()
    assert {"study.db", "derived.db"} < set(files_with(study.path, SECRET))
    assert "derived.db" in files_with(study.path, SPOKEN)
    with reopened(study) as call:
        destroying.destroy(study, call, "w1")
    is_destroyed(study, before)
    assert [event.text for event in study.events(CASE) if isinstance(event, NoteTaken)] == [KEPT]
    assert study.interview(CASE).withheld() == [stretch]


def test_a_transcription_is_ended_before_anything_is_destroyed_and_begun_again_after_it(study):
    transcriber = FakeTranscriber()
    transcriber.begin(CASE)
    with reopened(study) as call:
        adapters.destroy(study, transcriber, call, "w1")
    assert transcriber.begun == [CASE, CASE]


def test_nothing_is_transcribed_because_something_was_destroyed(study):
    transcriber = FakeTranscriber()
    with reopened(study) as call:
        adapters.destroy(study, transcriber, call, "w1")
    assert transcriber.begun == []


def test_the_certificate_says_what_was_done_and_nothing_of_what_was_said(study):
    old = {path.name: sha256(path) for path in study.audio_folder(CASE).iterdir()}
    (segment,) = [name for name in old if name.endswith(".wav")]
    with reopened(study) as call:
        file = destroying.destroy(study, call, "w1")
    said = file.read_text(encoding="utf-8")
    assert file == study.path / "certificates" / "P07-w1.txt"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700
    (span,) = study.interview(CASE).spans.values()
    (part,) = span.parts
    assert f"recordings/{CASE}/{part.file}" in said
    assert sha256(study.audio_folder(CASE) / part.file) in said
    assert all(old[name] in said for name in (segment, "transcript.json", "chunks.jsonl"))
    assert said.count("is deleted") >= 1 + 3 + 4  # a segment, what a transcription left behind, four exports
    assert re.search(r"backups/study-.*\n    was [0-9a-f]{64}\n    is  [0-9a-f]{64}", said)
    assert re.search(r"reviews/P07/ann@lab\.jsonl\n    was [0-9a-f]{64}\n    is  [0-9a-f]{64}", said)
    assert "derived.db\n    rewritten" in said
    assert "Notes: 1" in said
    assert re.search(r"Said from 00:0\d to 00:0\d of the call \(\d{4}-\d\d-\d\dT", said)
    assert not any(words in said for words in (SECRET, SPOKEN, KEPT))
    assert not list(file.parent.glob(".*"))


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_step_it_is_finished_by_the_next_try(study, step):
    before = sound_of(study)
    assert killed_at(study, step) != 0
    assert not (step in STEPS[:-1] and (study.path / "certificates" / "P07-w1.txt").exists())
    (line,) = destroying.listed(study, CASE)
    assert ("cut off" in line) is (step != STEPS[0])
    with reopened(study) as call:
        file = destroying.destroy(study, call, "w1")
    is_destroyed(study, before)
    assert not list(file.parent.glob(".*"))
    said = file.read_text(encoding="utf-8")
    assert "Notes: 1" in said
    assert said.count("is deleted") >= 8


def killed_at(study: StudyFolder, step: str) -> int:
    """Destroy in a process that is killed before a step; its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(study.path), step],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=300,
        check=False,
    )
    assert done.returncode in (-signal.SIGKILL if os.name == "posix" else 15, 15), done.stderr
    return done.returncode


def test_the_steps_are_the_ones_that_are_killed_above(study):
    seen: list[str] = []
    with reopened(study) as call:
        destroying.destroy(study, call, "w1", seen.append)
    assert seen == STEPS


def test_asked_for_again_it_gives_the_certificate_and_does_nothing(study):
    with reopened(study) as call:
        file = destroying.destroy(study, call, "w1")
        events, said = call.interview.events, file.read_text(encoding="utf-8")
        assert destroying.destroy(study, call, "w1") == file
        assert call.interview.events == events
    assert file.read_text(encoding="utf-8") == said


def test_what_is_destroyed_stays_excluded_and_the_interview_can_be_read_and_exported(study):
    (stretch,) = withheld_in(study).stretches
    with reopened(study) as call:
        destroying.destroy(study, call, "w1")
    record = study.record(CASE)
    assert record.withheld == (stretch,)
    assert [found.text for found in record.notes] == [KEPT]
    files = export(study, [CASE], FORMATS).files
    assert all(file.exists() for file in files)
    assert packing.unpacked(study) == []
    (text,) = [file for file in files if file.suffix == ".txt"]
    assert "withheld at participant's request" in text.read_text(encoding="utf-8")


def test_exports_of_other_cases_stay(study):
    other = study.exports_folder / "a-study_P071_2026-01-01_record.json"
    other.write_text("{}", encoding="utf-8")
    with reopened(study) as call:
        destroying.destroy(study, call, "w1")
    assert {file.name for file in study.exports_folder.iterdir()} == {other.name, REGISTER}


def test_a_table_of_incidents_of_many_interviews_goes_for_it_may_hold_the_words(study):
    table = study.exports_folder / f"{of_many(study.name, 'incidents', Options())}.csv"
    table.write_text("case,words\n", encoding="utf-8")
    with reopened(study) as call:
        certificate = destroying.destroy(study, call, "w1")
    assert not table.exists()
    assert table.name in certificate.read_text(encoding="utf-8")


def test_what_was_taken_back_cannot_be_put_back_after_the_end(study):
    with reopened(study) as call, pytest.raises(Refused, match="has ended"):
        call.session.restore("w1", call.clock.now())


def test_what_is_not_withheld_cannot_be_destroyed(study):
    with reopened(study) as call, pytest.raises(Refused, match=r"Nothing is withheld as w2.*"):
        destroying.destroy(study, call, "w2")


def test_before_the_end_nothing_is_destroyed(tmp_path):
    study = bootstrap.ready_study(tmp_path)
    call = bootstrap.open_call(study, CASE, SourceSpec("file", path=JFK))
    proposal = withholding.everything(call.interview, call.clock.now().at_ms)
    call.keep(call.session.withhold(proposal, call.clock.now()))
    with pytest.raises(Refused, match="goes on"):
        destroying.destroy(study, call, "w1")
    call.keep(call.session.restore("w1", call.clock.now()))
    assert call.journal.close(10.0)
    assert not (tmp_path / "certificates").exists()


def test_alone_it_is_listed_and_wants_the_case_typed_once_more(study):
    (line,) = destroying.listed(study, CASE)
    assert re.fullmatch(r"w1  00:0\d–00:0\d  \d s of audio, notes: 1  \(since a note\)", line)
    with pytest.raises(ConfigError, match="nothing was destroyed"):
        destroying.destroy_alone(study, CASE, "w1", "yes")
    assert SECRET in {found.text for found in study.events(CASE) if isinstance(found, NoteTaken)}
    assert destroying.destroy_alone(study, CASE, "w1", f" {CASE}\n").is_file()
    assert files_with(study.path, SECRET) == []
    (line,) = destroying.listed(study, CASE)
    assert line.endswith("destroyed")
