"""The log of pseudonyms: outside the study, only ever added to, and never silently missing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym
from interview_tui.store import pseudonym_log
from interview_tui.store.pseudonym_log import ELSEWHERE, Logged, PseudonymLog, log_of, new_log
from interview_tui.store.settings import StudySettings, read_settings
from interview_tui.store.study import StudyFolder

PHILIP = Pseudonym("Philip Fennimore", "[Councillor A]", NameKind.PERSON, "P24", ("Phil",), ("Phil",))
TOWN = Pseudonym("Marlbury", "[Place A]", NameKind.PLACE)
NOON_MS = 1_773_486_180_123


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return StudyFolder.create(tmp_path / "study", StudySettings(name="A study"))


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setenv(ELSEWHERE, str(folder))
    return folder


def test_what_is_logged_is_read_again_with_who_and_when(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    assert (log.entries(), log.holding()) == ([], ())
    log.add([PHILIP, TOWN], "AR", NOON_MS)
    assert log.entries() == [Logged(PHILIP, "AR", NOON_MS), Logged(TOWN, "AR", NOON_MS)]
    assert log.holding("P24") == (PHILIP, TOWN)
    assert log.holding("P11") == (TOWN,)
    assert json.loads(log.path.read_text(encoding="utf-8").splitlines()[0])["at"] == "2026-03-14T11:03:00.123+00:00"


def test_a_pseudonym_can_be_changed_and_withdrawn_and_the_log_keeps_it_all(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    log.add([PHILIP], "AR", NOON_MS)
    other = Pseudonym("philip fennimore", "[Peer B]", NameKind.PERSON, "P24")
    log.add([other], "BS", NOON_MS + 1)
    assert log.holding("P24") == (other,)
    log.withdraw(other, "AR", NOON_MS + 2)
    assert log.holding("P24") == ()
    assert [entry.withdrawn for entry in log.entries()] == [False, False, True]


def test_a_pseudonym_that_gives_its_name_away_is_not_logged(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    with pytest.raises(ConfigError, match="give away"):
        log.add([TOWN, Pseudonym("Bell", "[Bell A]")], "AR", NOON_MS)
    assert not log.path.exists()


@pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "apart" / "log.jsonl")
    log.add([PHILIP], "AR", NOON_MS)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.path.parent.stat().st_mode) == 0o700


def test_a_line_cut_off_by_a_crash_costs_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = PseudonymLog(tmp_path_factory.mktemp("whole") / "log.jsonl")
    whole.add([PHILIP, Pseudonym("Zoë", "[Person B]")], "AR", NOON_MS)
    data = whole.path.read_bytes()
    first = data.index(b"\n") + 1

    @settings(deadline=None, max_examples=30)
    @given(st.integers(first, len(data) - 1))
    def costs_none(cut: int) -> None:
        log = PseudonymLog(tmp_path_factory.mktemp("torn") / "log.jsonl")
        log.path.write_bytes(data[:cut])
        assert log.holding() == (PHILIP,)
        log.add([TOWN], "AR", NOON_MS)
        assert set(log.holding()) == {PHILIP, TOWN}
        assert log.path.read_bytes().startswith(data[:cut])

    costs_none()


@pytest.mark.parametrize("line", ["nonsense", "{}", "[]", '{"name": 5}'])
def test_a_damaged_line_is_refused_for_a_name_might_be_missing(tmp_path: Path, line: str) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    log.add([PHILIP], "AR", NOON_MS)
    log.path.write_text(f"{log.path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(StorageError, match="line 2"):
        log.holding()


def test_a_study_that_never_had_one_has_none_and_nothing_is_written(study: StudyFolder, stick: Path) -> None:
    assert log_of(study) is None
    assert list(stick.iterdir()) == []
    assert read_settings(study.path / "study.toml")[0].id == ""


def test_the_first_pseudonym_gives_the_study_its_id_for_good(study: StudyFolder, stick: Path) -> None:
    file = study.path / "study.toml"
    before = file.read_text(encoding="utf-8")
    log = new_log(study)
    name = read_settings(file)[0].id
    assert log.path == stick / f"{name}.jsonl"
    assert file.read_text(encoding="utf-8") == before.replace('id = ""', f'id = "{name}"')
    assert new_log(study).path == log.path
    found = log_of(StudyFolder.open(study.path))
    assert found is not None
    assert found.path == log.path
    assert not [path for path in study.path.rglob("*") if path.suffix == ".jsonl"]


def test_a_log_that_is_somewhere_else_is_missed(study: StudyFolder, stick: Path) -> None:
    log = new_log(study)
    log.path.rename(stick.parent / "taken away.jsonl")
    with pytest.raises(StorageError, match="not here"):
        log_of(study)
    with pytest.raises(StorageError, match="not here"):
        new_log(study)


def test_a_folder_that_was_named_and_is_not_there_is_not_made(study: StudyFolder, stick: Path) -> None:
    new_log(study)
    for path in (*stick.iterdir(), stick):
        path.unlink() if path.is_file() else path.rmdir()
    with pytest.raises(StorageError, match="Connect the disk"):
        log_of(study)
    assert not stick.exists()


def test_it_may_not_lie_within_the_study(study: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ELSEWHERE, str(study.path / "exports"))
    with pytest.raises(ConfigError, match="must not lie within the study"):
        new_log(study)


def test_the_study_can_name_the_folder_and_else_it_is_the_users_own_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ELSEWHERE, raising=False)
    monkeypatch.setattr(pseudonym_log, "user_data_path", lambda *_, **__: tmp_path / "own")
    assert new_log(StudyFolder.create(tmp_path / "one")).path.parent == tmp_path / "own" / "pseudonyms"
    (tmp_path / "stick").mkdir()
    named = StudyFolder.create(tmp_path / "two", StudySettings(pseudonyms="../stick"))
    assert new_log(named).path.parent == tmp_path / "stick"


def test_what_is_no_name_is_kept_for_its_case_or_the_study_until_it_has_a_pseudonym(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    log.add([PHILIP], "AR", NOON_MS)
    log.say_it_is_none("Gosh", "P24", "AR", NOON_MS)
    log.say_it_is_none("Wow", "", "AR", NOON_MS)
    assert (log.no_names("P24"), log.no_names("P11")) == (("Gosh", "Wow"), ("Wow",))
    assert log.holding() == (PHILIP,)
    assert [entry.is_no_name for entry in log.entries()] == [False, True, True]
    log.add([Pseudonym("GOSH", "[Person B]", case="P24")], "AR", NOON_MS + 1)
    assert log.no_names("P24") == ("Wow",)
    log.withdraw(PHILIP, "AR", NOON_MS + 2)
    assert log.no_names("P24") == ("Wow",)  # what is replaced no more may be a name all the same


def test_a_name_that_is_rewritten_away_is_in_no_byte_and_the_file_is_its_owner_s(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    log.add([PHILIP, TOWN], "AR", NOON_MS)
    with log.path.open("ab") as file:
        file.write(b'{"name": "Philip Fenn')  # cut off by a crash
    assert log.rewrite(lambda entry: None if entry.pseudonym == PHILIP else entry)
    assert log.entries() == [Logged(TOWN, "AR", NOON_MS)]
    assert b"Phil" not in log.path.read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} <= {"log.jsonl", "log.lock"}


def test_rewritten_as_it_is_the_file_is_not_touched_and_no_file_stays_none(tmp_path: Path) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    assert not log.rewrite(lambda entry: entry)
    assert not log.path.exists()
    log.add([PHILIP], "AR", NOON_MS)
    before = log.path.stat().st_ino
    assert not log.rewrite(lambda entry: entry)
    assert log.path.stat().st_ino == before


def test_a_rewritten_log_waits_for_nobody_who_holds_it_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = PseudonymLog(tmp_path / "log.jsonl")
    log.add([PHILIP], "AR", NOON_MS)
    monkeypatch.setattr(pseudonym_log, "LOCK_WAIT_S", 0.0)
    with FileLock(tmp_path / "log.lock"), pytest.raises(StorageError, match="another interview-tui"):
        log.rewrite(lambda _: None)
    assert log.holding() == (PHILIP,)
