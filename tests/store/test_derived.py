"""What is derived from a study is made again when its sources have changed, and forgotten to the last byte."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from interview_tui.errors import StorageError
from interview_tui.interview.events import NoteTaken
from interview_tui.record.digest import digest_of
from interview_tui.record.queue import review_queue
from interview_tui.record.review.review import Review
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.store import derived
from interview_tui.store.derived import DERIVED_FILE, bring_up_to_date, digests, forget
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import until
from tests.store.test_erasure import files_with


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    """A study with P07 and P08."""
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    for case in ("P07", "P08"):
        kept(study, case)
    return study


def kept(study: StudyFolder, case: str, *more: NoteTaken) -> None:
    journal = study.journal(case)
    journal.append(more or conducted(case))
    assert journal.close(5.0)


def heard(study: StudyFolder, case: str, said: str, start_ms: int = 60_000) -> Path:
    """Write a transcript of one turn; it is said long after the notes, so that none is about it."""
    words = tuple(Word(text, start_ms + 100 * at, start_ms + 100 * at + 90) for at, text in enumerate(said.split()))
    transcript = Transcript((Turn(1, RESPONDENT, words),), Provenance("none", "none", "0" * 64, "en"))
    file = study.audio_folder(case) / "transcript.json"
    file.write_text(json.dumps(to_json(transcript)), encoding="utf-8")
    return file


def total(study: StudyFolder, query: str) -> int:
    return search(study, query).total


def test_nothing_is_made_where_there_is_no_interview(tmp_path):
    study = StudyFolder.open(tmp_path)
    assert bring_up_to_date(study).made == []
    assert (digests(study), total(study, "lift")) == ([], 0)
    assert list(tmp_path.iterdir()) == []


def test_each_interview_is_made_once(study):
    assert bring_up_to_date(study).made == ["P07", "P08"]
    records = [study.record(case) for case in ("P07", "P08")]
    doubts = [len(review_queue(record, handover(), Review())) for record in records]
    assert digests(study) == [digest_of(one, handover(), many) for one, many in zip(records, doubts, strict=True)]
    assert total(study, "lift") == 2
    assert bring_up_to_date(study).made == []


@pytest.mark.skipif(os.name != "posix", reason="file rights are POSIX's")
def test_it_can_be_read_by_its_owner_only(study):
    bring_up_to_date(study)
    assert (study.path / DERIVED_FILE).stat().st_mode & 0o777 == 0o600


def test_a_new_event_a_new_transcript_and_a_new_review_each_make_a_case_stale(study):
    bring_up_to_date(study)
    last = study.events("P07")[-1]
    note = next(event for event in study.events("P07") if isinstance(event, NoteTaken))
    kept(
        study,
        "P07",
        NoteTaken(
            at_ms=last.at_ms,
            wall_ms=last.wall_ms,
            note="n9",
            text="afterwards",
            first_key_ms=0,
            about_ms=0,
            places=note.places,
        ),
    )
    assert bring_up_to_date(study).made == ["P07"]
    assert total(study, "afterwards") == 1
    heard(study, "P08", "nobody told me")
    assert bring_up_to_date(study).made == ["P08"]
    assert total(study, '"nobody told me"') == 1
    review = study.path / "reviews" / "P08" / "AB@here.jsonl"
    review.parent.mkdir(parents=True)
    review.write_text("", encoding="utf-8")
    assert bring_up_to_date(study).made == ["P08"]
    assert bring_up_to_date(study).made == []


def test_what_was_there_of_a_case_goes_when_it_is_made_again(study):
    heard(study, "P08", "unrepeatable xylophones")
    bring_up_to_date(study)
    assert DERIVED_FILE in files_with(study.path, "unrepeatable xylophones")
    heard(study, "P08", "something else")
    bring_up_to_date(study)
    assert (total(study, "unrepeatable"), total(study, "something")) == (0, 1)
    assert DERIVED_FILE not in files_with(study.path, "unrepeatable xylophones")


def test_it_can_be_stopped_between_two_interviews_and_goes_on_there(study):
    seen: list[tuple[str, int, int]] = []
    brought = bring_up_to_date(study, on_case=lambda *told: seen.append(told), stop=lambda: bool(seen))
    assert (brought.made, brought.complete) == (["P07"], False)
    assert seen == [("P07", 0, 2)]
    assert bring_up_to_date(study).made == ["P08"]


def test_one_that_cannot_be_read_does_not_stop_the_others_and_is_found_no_more(study):
    bring_up_to_date(study)
    heard(study, "P07", "whole").write_text("{", encoding="utf-8")
    heard(study, "P08", "whole")
    brought = bring_up_to_date(study)
    assert (brought.made, list(brought.failed)) == (["P08"], ["P07"])
    assert "damaged" in brought.failed["P07"].message
    assert [digest.case for digest in digests(study)] == ["P08"]
    assert {hit.case for hit in search(study, "lift").hits} == {"P08"}


def test_only_the_cases_asked_for_are_made(study):
    assert bring_up_to_date(study, ["P08"]).made == ["P08"]
    assert list(bring_up_to_date(study, ["P09"]).failed) == ["P09"]
    assert [digest.case for digest in digests(study)] == ["P08"]


def test_what_is_known_of_an_interview_that_is_gone_goes(study):
    bring_up_to_date(study)
    with closing(sqlite3.connect(study.path / "study.db")) as db:
        db.execute("DELETE FROM events WHERE \"case\" = 'P07'")
        db.commit()
    bring_up_to_date(study)
    assert [digest.case for digest in digests(study)] == ["P08"]
    assert {hit.case for hit in search(study, "lift").hits} == {"P08"}


def test_a_view_decides_what_is_shown(study):
    def view(study: StudyFolder, case: str) -> derived.Made:
        record = study.record(case)
        return record, digest_of(record, study.schedule(case), doubts=7)

    bring_up_to_date(study, view=view)
    assert {digest.doubts for digest in digests(study)} == {7}


def test_what_was_forgotten_is_in_no_byte_of_the_file(study):
    heard(study, "P07", f"unrepeatable xylophones {'so ' * 3000}")
    heard(study, "P08", "ordinary words")
    bring_up_to_date(study)
    for words in ("unrepeatable", "xylophon"):
        assert DERIVED_FILE in files_with(study.path, words)
    forget(study.path, "P07")
    for words in ("unrepeat", "repeat", "ylophon", "P07"):
        assert DERIVED_FILE not in files_with(study.path, words)
    with closing(sqlite3.connect(study.path / DERIVED_FILE)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert [digest.case for digest in digests(study)] == ["P08"]
    assert total(study, "ordinary") == 1
    assert bring_up_to_date(study).made == ["P07"]


def test_nothing_is_forgotten_where_nothing_was_made(tmp_path):
    forget(tmp_path, "P07")
    assert list(tmp_path.iterdir()) == []


def test_who_waits_to_forget_comes_before_the_next_case_is_made(study):
    """However quickly case after case is made."""
    there: dict[str, list[str]] = {}
    forgetting = threading.Thread(target=forget, args=(study.path, "P07"))

    def view(study: StudyFolder, case: str) -> derived.Made:
        there[case] = [digest.case for digest in digests(study)]
        if case == "P07":
            forgetting.start()
            until(lambda: is_held(study.path / "locks" / "derived-queue.lock"), "waiting to forget")
        return derived.as_recorded(study, case)

    bring_up_to_date(study, view=view)
    forgetting.join(20)
    assert there == {"P07": [], "P08": []}
    assert [digest.case for digest in digests(study)] == ["P08"]


def is_held(lock: Path) -> bool:
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


def test_nothing_is_forgotten_between_the_reading_of_a_case_and_its_writing(study, monkeypatch):
    """What was read before it was destroyed would be written after it."""
    monkeypatch.setattr(derived, "LOCK_WAIT_S", 0)

    def view(study: StudyFolder, case: str) -> derived.Made:
        made = derived.as_recorded(study, case)
        with pytest.raises(StorageError, match="being written"):
            forget(study.path, case)
        return made

    assert bring_up_to_date(study, ["P07"], view=view).made == ["P07"]
    forget(study.path, "P07")
    assert digests(study) == []


@pytest.mark.parametrize("content", [b"no database at all" * 400, b"", b"SQLite format 3\0" + b"\xff" * 8000])
def test_one_that_is_damaged_is_made_anew(study, content):
    (study.path / DERIVED_FILE).write_bytes(content)
    assert bring_up_to_date(study).made == ["P07", "P08"]
    assert total(study, "lift") == 2


def test_one_of_another_version_is_made_anew(study):
    bring_up_to_date(study)
    with closing(sqlite3.connect(study.path / DERIVED_FILE)) as db:
        db.execute(f"PRAGMA user_version = {derived.FORMAT + 1}")
    assert digests(study) == []
    assert bring_up_to_date(study).made == ["P07", "P08"]


def broken_within(study: StudyFolder) -> None:
    bring_up_to_date(study)
    file = study.path / DERIVED_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def test_one_that_breaks_within_is_deleted_with_a_sentence_and_the_next_time_there_is_a_new_one(study):
    broken_within(study)
    with pytest.raises(StorageError, match="was damaged"):
        total(study, "lift")
    assert bring_up_to_date(study).made == ["P07", "P08"]
    assert total(study, "lift") == 2


def test_of_one_that_breaks_within_there_are_no_digests(study):
    broken_within(study)
    assert digests(study) == []


def test_of_one_that_breaks_within_everything_is_forgotten(study):
    broken_within(study)
    forget(study.path, "P07")
    assert not (study.path / DERIVED_FILE).exists()


def test_the_study_itself_is_only_read(study):
    before = {file: file.read_bytes() for file in study.path.rglob("*") if file.is_file()}
    bring_up_to_date(study)
    forget(study.path, "P07")
    after = {file: file.read_bytes() for file in study.path.rglob("*") if file.is_file()}
    new = {file.name for file in after.keys() - before.keys()}
    assert new == {DERIVED_FILE, "derived.lock", "derived-queue.lock"}
    assert {file: after[file] for file in before} == before
