"""The life of an encrypted study, with the real recorder: neither what lies on the disk nor what lay there and was
deleted holds what was said or written.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from interview_tui import cli
from interview_tui.at_rest import study_key
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.keeping import clip
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.audio.link.sound_check import DeviceSoundCheck
from interview_tui.fieldwork.changes import RemarkWritten
from interview_tui.grow_only import Signed
from interview_tui.interview.commanding import Events
from interview_tui.interview.ports import Draft, Moment, RecordedSpan, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.packing import pack_audio
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Edit
from interview_tui.store import derived
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder
from interview_tui.transcribe.spec import write_private
from tests.app.laid_study import CASE, LaidStudy
from tests.at_rest import kept_deleted
from tests.at_rest.encrypted import encrypted_study
from tests.at_rest.shut import told_by_a_copy, told_openly
from tests.audio.recording import Booth
from tests.audio.signals import RATE, counter, until, write_counter

SAID = {
    "noted": "clandestine marmalade badgers whisper nightly",
    "draft": "half a cucumber zeppelin typed",
    "heard": "phosphorescent walnut trombones melt quietly",
    "settled": "iridescent hedgehogs play clarinets tonight",
    "remarked": "her brother owns purple bicycles",
    "category": "quixotic walruses send umbrella postcards",
    "failure": "vexed zebras juggle seven quinces",
}
FRAMES = 64
AT = (100, RATE // 10, RATE // 2)  # frames: what was surely recorded


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all lies: the study, the keys, what passes among temporary files, and what was deleted."""
    for name in ("temporary", "deleted", "paths"):
        (tmp_path / name).mkdir()
    watching = Path(kept_deleted.__file__).read_text(encoding="utf-8")
    (tmp_path / "paths" / "sitecustomize.py").write_text(f"{watching}\nwatch()\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "paths"))
    monkeypatch.setenv(kept_deleted.WHERE, str(tmp_path / "deleted"))
    monkeypatch.setenv(study_key.ELSEWHERE, str(tmp_path / "keys"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    kept_deleted.watch()
    return tmp_path


def sound() -> list[bytes]:
    """Runs of samples as whoever keeps them keeps them: whole numbers, or such as lie between -1 and 1."""
    runs = [counter(FRAMES, first) for first in AT]
    mono = [run[:, 0] for run in runs]
    return [
        each
        for run in (*runs, *mono)
        for each in (run.tobytes(), (run / 32768).astype("<f4").tobytes(), (run / 32768).astype("<f8").tobytes())
    ]


def record(made: LaidStudy, line: Path) -> None:
    """A call of two spans; the recorder of the first is killed."""
    booth = Booth(SourceSpec("file", path=line), made.folder)
    try:
        for number in (1, 2):
            link = booth.link()
            made.do(partial(_open, status=link.start(made.folder, number)))
            until(partial(_is_under_way, link), "some sound")
            if number == 1:
                link.detach()  # or it would go on with another recorder
                booth.kill()
            else:
                link.stop()
            made.do(partial(_close, span=booth.spans()[-1]))
    finally:
        booth.close()


def _is_under_way(heard: RecorderLink | DeviceSoundCheck) -> bool:
    return heard.status().frames > RATE * 3 // 4


def _open(session: Session, now: Moment, status: RecorderStatus) -> Events:
    return session.span_opened(status, now)


def _close(session: Session, now: Moment, span: RecordedSpan) -> Events:
    return session.span_closed(span, now.at_ms - 1, now)


def fail(_: Path) -> None:
    """What nobody has thought of; of an exception the text is kept, and it may quote."""
    raise RuntimeError(SAID["failure"])


def type_in(file: Path) -> None:
    """What somebody does in the editor."""
    file.write_text(f"Water\n{SAID['category']}\n", encoding="utf-8")


def live(made: LaidStudy, line: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is done with an interview."""
    study = made.study
    check = DeviceSoundCheck(SourceSpec("file", path=line), study.path)
    check.begin()
    until(partial(_is_under_way, check), "some sound")
    check.end()
    record(made, line)
    made.do(lambda session, now: session.enter(SAID["noted"], now.at_ms - 1, now))
    journal = study.journal(CASE)
    journal.keep_draft(Draft(SAID["draft"], 5))
    assert journal.close(10.0), journal.failure
    made.end()
    pack_audio(study, CASE)
    write_private(made.folder / "transcript.json", json.dumps({"heard": SAID["heard"]}))
    (made.folder / "transcript.json").unlink()
    settled = Settled(at_ms=0, wall_ms=1, start_ms=0, end_ms=9, doubt="d1", comment=SAID["settled"])
    study.append_review(CASE, Edit("e1", "ann", "lab", (), settled))
    remark = RemarkWritten(case=CASE, wall_ms=1, text=SAID["remarked"])
    CaseNotes(study.path).append(Signed("r1", "ann", "lab", (), remark))
    book = CodebookFolder(study.path)
    book.begin("Water\n")
    book.edit(type_in)
    derived.bring_up_to_date(study)
    assert search(study, "marmalade").hits
    interview = study.interview(CASE)
    begins_ms = min(span.start_ms for span in interview.spans.values())
    clip.write_clip(interview.timeline().clips(begins_ms, begins_ms + 500), made.folder, out)
    with monkeypatch.context() as failing:
        failing.setattr(StudyFolder, "open", fail)
        assert CliRunner().invoke(cli.main, ["--study", str(study.path), "search", "marmalade"]).exit_code == 1
    assert (study.path / "error.log").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="what is deleted cannot be kept elsewhere")
def test_nothing_that_was_said_or_written_lies_or_lay_open(disk: Path, monkeypatch: pytest.MonkeyPatch):
    study = disk / "study"
    encrypted_study(study)
    live(LaidStudy.make(study), write_counter(disk / "line.wav", 20), disk / "clip.wav", monkeypatch)
    assert told_by_a_copy(study, disk / "copy", *SAID.values()) == []
    for place in ("copy", "temporary", "keys", "deleted"):
        assert told_openly(disk / place, SAID.values(), sound()) == [], place
    deleted = {file.name.split("-", 2)[-1] for file in (disk / "deleted").iterdir()}
    assert {"transcript.json", "span-001-0001.wav", "answer.json"} <= deleted  # of this process, and of others
    assert kept_deleted.NAMELESS not in deleted
