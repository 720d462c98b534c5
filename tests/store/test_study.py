"""The study folder: what is in it, what it makes, what it refuses."""

import json
import sys
from pathlib import Path

import pytest

from interview_tui.errors import ConfigError, InterviewTuiError, StorageError
from interview_tui.interview.events import Event
from interview_tui.record.transcript import Provenance, Transcript, Turn, Word, to_json
from interview_tui.store.database import opened
from interview_tui.store.settings import StudySettings
from interview_tui.store.study import StudyFolder
from tests.examples import HANDOVER, handover
from tests.store.conducting import conducted
from tests.store.making import NOON_MS

TALK = Transcript(
    (Turn(1, "respondent", (Word("Well,", 100, 400, 0.9), Word("yes.", 450, 700, 0.8))),),
    Provenance("faster-whisper", "tiny.en", "0" * 64, "en"),
)


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return StudyFolder.open(tmp_path)


def conduct(study: StudyFolder, case: str, events: list[Event]) -> None:
    study.keep_schedule(handover())
    journal = study.journal(case)
    journal.append(events)
    assert journal.close(5)


def test_reading_an_empty_folder_makes_nothing_in_it(study: StudyFolder, tmp_path: Path) -> None:
    assert study.interviews() == []
    assert study.draft("P07") is None
    assert study.transcript("P07") is None
    with pytest.raises(StorageError):
        study.record("P07")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no folder"):
        StudyFolder.open(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_study_is_made_with_its_settings_and_folders(tmp_path: Path) -> None:
    study = StudyFolder.create(tmp_path / "mine", StudySettings(name="Handovers at night", lag_ms=2000))
    assert study.name == "Handovers at night"
    assert study.warnings == ()
    assert StudyFolder.open(study.path).settings.lag_ms == 2000
    assert sorted(path.name for path in study.path.iterdir()) == ["exports", "recordings", "schedules", "study.toml"]
    if sys.platform != "win32":
        assert oct(study.path.stat().st_mode & 0o777) == "0o700"
        assert oct((study.path / "study.toml").stat().st_mode & 0o777) == "0o600"


def test_a_study_is_never_made_over_another(tmp_path: Path) -> None:
    first = StudyFolder.create(tmp_path / "mine", StudySettings(name="First"))
    with pytest.raises(ConfigError, match="holds a study already"):
        StudyFolder.create(first.path, StudySettings(name="Second"))
    assert StudyFolder.open(first.path).name == "First"


def test_a_study_that_lost_its_settings_gets_new_ones_and_keeps_its_interviews(study: StudyFolder) -> None:
    conduct(study, "P07", conducted())
    assert StudyFolder.create(study.path, StudySettings(name="Again")).interviews()[0].case == "P07"


def test_settings_that_nobody_knows_are_warnings(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('nmae = "x"', encoding="utf-8")
    assert "Did you mean name?" in StudyFolder.open(tmp_path).warnings[0]


def test_an_interview_opened_without_its_case_in_the_same_capitals_is_refused(study: StudyFolder) -> None:
    conduct(study, "P07", conducted())
    with pytest.raises(ConfigError, match="P07 already"):
        study.journal("p07")
    with pytest.raises(StorageError, match="Did you mean P07"):
        study.interview("p07")
    study.audio_folder("Q1")
    with pytest.raises(ConfigError, match="Q1 already"):
        study.journal("q1")


@pytest.mark.parametrize("method", ["journal", "interview", "schedule", "audio_folder", "transcript", "record"])
def test_no_case_id_leads_out_of_the_folder(study: StudyFolder, tmp_path: Path, method: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a case id"):
        getattr(study, method)("../P07")
    assert list(tmp_path.iterdir()) == []


def test_an_interview_keeps_the_schedule_that_it_was_begun_with(study: StudyFolder) -> None:
    conduct(study, "P07", conducted())
    again = StudyFolder.open(study.path)
    assert again.schedule("P07").text == HANDOVER
    assert again.schedule("P07") == handover()


def test_a_schedule_whose_text_was_changed_on_disk_is_refused(study: StudyFolder) -> None:
    conduct(study, "P07", conducted())
    with opened(study.path / "study.db") as db:
        db.execute("UPDATE schedules SET text = replace(text, 'theatre', 'theater')")
    with pytest.raises(StorageError, match="is damaged"):
        StudyFolder.open(study.path).interview("P07")


def test_an_interview_whose_schedule_was_not_kept_is_refused(study: StudyFolder) -> None:
    journal = study.journal("P07")
    journal.append(conducted())
    assert journal.close(5)
    with pytest.raises(StorageError, match="is missing"):
        study.interview("P07")


def test_a_transcript_is_read_from_the_folder_of_its_case(study: StudyFolder) -> None:
    conduct(study, "P07", conducted())
    file = study.audio_folder("P07") / "transcript.json"
    file.write_text(json.dumps(to_json(TALK)), encoding="utf-8")
    assert study.transcript("P07") == TALK
    assert study.record("P07").turns[0].turn.text == "Well, yes."
    assert study.interviews()[0].transcribed


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}', "\udcff"])
def test_a_damaged_transcript_is_named_and_left_as_it_is(study: StudyFolder, text: str) -> None:
    file = study.audio_folder("P07") / "transcript.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(StorageError) as error:
        study.transcript("P07")
    assert error.value.hint
    assert file.read_bytes() == text.encode("utf-8", "surrogateescape")


def test_an_interview_that_cannot_be_read_does_not_break_the_list(study: StudyFolder) -> None:
    conduct(study, "P07", conducted(ended=False))
    conduct(study, "P08", conducted("P08", NOON_MS + 1))
    conduct(study, "P09", conducted("P09", NOON_MS + 2, ended=False))
    with opened(study.path / "study.db") as db:
        db.execute("""UPDATE events SET body = '{"spa' WHERE type IN ('SpanClosed', 'Answered') AND "case" <> 'P09'""")
    p09, p08, p07 = StudyFolder.open(study.path).interviews()
    assert p09.where.startswith("Can you think of")
    assert (p08.case, p08.notes, p08.recorded_ms, p08.ended) == ("P08", 2, 0, True)
    assert p07.where.startswith("cannot be read: Event 3 of P07")
    with pytest.raises(StorageError, match="Event 3 of P07"):
        study.interview("P07")


def test_an_interview_whose_schedule_is_lost_does_not_break_the_list(study: StudyFolder) -> None:
    conduct(study, "P07", conducted(ended=False))
    with opened(study.path / "study.db") as db:
        db.table("schedules").delete_where()
    [line] = StudyFolder.open(study.path).interviews()
    assert line.notes == 2
    assert "is missing" in line.where


def test_an_interview_that_stands_at_an_unknown_question_does_not_break_the_list(study: StudyFolder) -> None:
    conduct(study, "P07", conducted(ended=False))
    with opened(study.path / "study.db") as db:
        db.execute("UPDATE events SET body = replace(body, 'incident_smooth', 'weather') WHERE type = 'Visited'")
    assert "no 'weather'" in StudyFolder.open(study.path).interviews()[0].where


def test_the_schedule_of_new_interviews_is_the_one_that_is_set(tmp_path: Path) -> None:
    study = StudyFolder.create(tmp_path / "mine", StudySettings(schedule="schedules/b.yaml"))
    with pytest.raises(ConfigError, match=r"schedules/b\.yaml, which is not there"):
        study.schedule_file()
    for name in ("a.yaml", "b.yaml"):
        (study.path / "schedules" / name).write_text(HANDOVER, encoding="utf-8")
    assert study.schedule_file().name == "b.yaml"


def test_or_the_only_one_there_is(tmp_path: Path) -> None:
    study = StudyFolder.create(tmp_path / "mine")
    with pytest.raises(ConfigError, match=r"no \.yaml file"):
        study.schedule_file()
    for name in ("a.yaml", "a.crosswalk.yaml", "notes.txt"):
        (study.path / "schedules" / name).write_text(HANDOVER, encoding="utf-8")
    assert study.schedule_file().name == "a.yaml"
    (study.path / "schedules" / "b.yaml").write_text(HANDOVER, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml, b\.yaml"):
        study.schedule_file()


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(__import__("os"), "geteuid"), reason="rights of folders")
def test_a_folder_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way", encoding="utf-8")
    with pytest.raises(InterviewTuiError) as error:
        StudyFolder.open(tmp_path).journal("P07")
    assert "locks" in error.value.message
    assert error.value.hint
