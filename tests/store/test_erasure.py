"""What was destroyed is in no byte of the study: rows, drafts, log and backups."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from interview_tui.errors import StorageError
from interview_tui.interview import withholding
from interview_tui.interview.events import Event, InterviewEnded, NoteTaken, Stretch, Withheld
from interview_tui.interview.facts import Withholding
from interview_tui.interview.ports import Draft
from interview_tui.interview.state import fold
from interview_tui.store import erasure
from interview_tui.store.database import back_up, connect, opened
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import until, until_saved

SECRET = "the lift was out of order"
KEPT = "nobody was there"
DRAFT = "half a word of it"


@pytest.fixture
def study(tmp_path: Path) -> Iterator[StudyFolder]:
    """A study whose journals of P07 and P08 are open, with a backup and a half-typed line."""
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    journals = []
    for case in ("P07", "P08"):
        events = with_talk_taken_back(conducted(case))
        journals.append(study.journal(case))
        journals[-1].append(events)
        journals[-1].keep_draft(Draft(DRAFT if case == "P07" else "another half word", 10))
        until_saved(journals[-1], len(events))
    until(lambda: None not in (study.draft("P07"), study.draft("P08")), "saving the half-typed lines")
    with opened(tmp_path / "study.db") as db:
        back_up(db, tmp_path / "study.db", "m002_more")
    yield study
    assert all(journal.close(5.0) for journal in journals)


def with_talk_taken_back(told: Sequence[Event]) -> list[Event]:
    """The same interview, in which the first note was taken back just before its end."""
    at_the_end = next(number for number, event in enumerate(told) if isinstance(event, InterviewEnded))
    note = next(event for event in told if isinstance(event, NoteTaken))
    last = told[at_the_end - 1]
    taken_back = Withheld(
        at_ms=last.at_ms,
        wall_ms=last.wall_ms,
        withheld="w1",
        stretches=(Stretch(note.about_ms, note.at_ms + 1),),
        notes=(note.note,),
        scope="since a note",
    )
    return [*told[:at_the_end], taken_back, *told[at_the_end:]]


def withheld_in(study: StudyFolder, case: str = "P07") -> Withholding:
    return study.interview(case).soundtrack.withholdings["w1"]


def erase(study: StudyFolder, found: Withholding | None = None) -> None:
    found = found or withheld_in(study)
    erasure.erase(
        study.path / "study.db", "P07", lambda events: withholding.remains(events, found), lambda draft: not draft.box
    )


def files_with(folder: Path, words: str) -> list[str]:
    """Every file of a folder in which these words are to be found, in whatever spelling a file may have them."""
    spellings = (words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be"))
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [file.name for file in files if any(spelling in file.read_bytes() for spelling in spellings)]


def test_no_byte_of_the_study_holds_a_note_that_was_destroyed(study):
    for case in ("P07", "P08"):
        assert study.interview(case).notes.keys() == {"n2"}
    erase(study, withheld_in(study))
    erase_other(study)
    assert files_with(study.path, SECRET) == []
    assert files_with(study.path, DRAFT) == []
    assert {"study.db"} < set(files_with(study.path, KEPT))


def erase_other(study: StudyFolder) -> None:
    """The same words were noted in the other interview too."""
    found = withheld_in(study, "P08")
    erasure.erase(study.path / "study.db", "P08", lambda events: withholding.remains(events, found), lambda _: False)


def test_another_interview_keeps_its_rows_and_its_half_typed_line(study):
    before = study.events("P08")
    erase(study)
    assert study.events("P08") == before
    assert study.draft("P08") == Draft("another half word", 10)
    assert study.draft("P07") is None


def test_what_is_left_folds_to_the_same_interview(study):
    before = study.interview("P07")
    found = withheld_in(study)
    erase(study, found)
    after = fold(handover(), study.events("P07"))
    assert after.events == before.events
    assert (after.notes, after.answers, after.coverage) == (before.notes, before.answers, before.coverage)
    assert after.withheld() == before.withheld()
    assert withheld_in(study).notes == ()
    assert withheld_in(study).stretches == found.stretches


def test_a_backup_loses_it_and_stays_a_backup(study):
    (backup,) = erasure.backups(study.path / "study.db")
    before = backup.stat().st_mode
    erase(study)
    erase_other(study)
    assert files_with(backup.parent, SECRET) == []
    with sqlite3.connect(backup) as db:
        kinds = [row[0] for row in db.execute("SELECT type FROM events WHERE \"case\" = 'P07' ORDER BY number")]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    assert kinds.count("Erased") == 1
    assert kinds[-1] == "AudioRepacked"
    assert backup.stat().st_mode == before


def test_the_journal_goes_on_as_if_nothing_had_happened(study):
    erase(study)
    path = study.path / "study.db"
    with opened(path) as db:
        last = len(list(db.query("SELECT 1 FROM events WHERE \"case\" = 'P07'")))
    assert last == study.interview("P07").events


@pytest.mark.parametrize("last_step", ["backups", "rows", "vacuum"])
def test_cut_off_at_any_point_it_is_done_by_the_next_try(study, monkeypatch, last_step):
    found = withheld_in(study)
    cut_off(monkeypatch, last_step)
    with pytest.raises(KeyboardInterrupt):
        erase(study, found)
    monkeypatch.undo()
    erase(study)
    erase_other(study)
    assert files_with(study.path, SECRET) == []
    assert files_with(study.path, DRAFT) == []


def cut_off(monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    """The power fails after a step."""

    def failing(act, *arguments):
        act(*arguments)
        raise KeyboardInterrupt

    if after == "vacuum":
        monkeypatch.setattr(erasure, "empty_log", lambda *_: failing(lambda: None))
    elif after == "backups":
        monkeypatch.setattr(erasure, "_rewrite", partial(failing, erasure._rewrite))
    else:
        execute = Database.execute

        def executing(db, sql, *arguments):
            if sql == "VACUUM" and "backups" not in str(db.execute_path):
                raise KeyboardInterrupt
            return execute(db, sql, *arguments)

        monkeypatch.setattr(Database, "execute", executing)
        monkeypatch.setattr(Database, "execute_path", property(path_of), raising=False)


def path_of(db: Database) -> str:
    return str(db.conn.execute("PRAGMA database_list").fetchone()[2])


def test_a_reader_that_does_not_let_go_is_named_and_nothing_is_said_to_be_destroyed(study, monkeypatch):
    path = study.path / "study.db"
    monkeypatch.setattr(erasure, "opened", partial(opened_impatiently, erasure.opened))
    reader = sqlite3.connect(path)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        with pytest.raises(StorageError, match="read by another program"):
            erase(study)
    finally:
        reader.close()
    erase(study)
    erase_other(study)
    assert files_with(study.path, SECRET) == []


@contextmanager
def opened_impatiently(real, path):
    """The database, waiting for others no longer than a moment."""
    with real(path) as db:
        db.execute("PRAGMA busy_timeout = 50")
        yield db


def test_a_backup_of_another_program_is_left_alone(study):
    stranger = study.path / "backups" / "study-of-somebody.db"
    sqlite3.connect(stranger).execute("CREATE TABLE tunes (name TEXT)").connection.close()
    before = stranger.read_bytes()
    erase(study)
    assert stranger.read_bytes() == before


def test_a_damaged_backup_is_named(study):
    (study.path / "backups" / "study-0.db").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    with pytest.raises(StorageError, match=r"study-0\.db is not a database"):
        erase(study)
    with connect(study.path / "study.db").conn as db:
        assert db.execute("SELECT count(*) FROM events WHERE type = 'Erased'").fetchone()[0] == 0
