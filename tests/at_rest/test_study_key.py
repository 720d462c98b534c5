"""The key of a study: what opens it, how long it lies there, and who goes on with it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE, study_of
from interview_tui.at_rest.files import making, read_bytes
from interview_tui.at_rest.study_key import ELSEWHERE, HANDED_ON, StudyKey, folder_of_the_day
from interview_tui.errors import ConfigError, StorageError
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study
from tests.quick_passphrases import quick_passphrases

__all__ = ["quick_passphrases"]  # the fixture

OTHER = "five other words go along"
WORDS = b"can't trust your own group"
READS = """
import sys
from pathlib import Path
from interview_tui.at_rest.files import read_bytes
from interview_tui.errors import StorageError
try:
    print(read_bytes(Path(sys.argv[1])).decode())
except StorageError as error:
    print(error.message)
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    encrypted_study(tmp_path / "study")
    study_key.unlock(tmp_path / "study", PASSPHRASE)
    with making(tmp_path / "study" / "said") as file:
        file.write(WORDS)
    return tmp_path / "study"


def kept(study: Path) -> Path:
    return folder_of_the_day() / study_key.recipient_of(study)


def end_the_day(study: Path) -> None:
    """As if it had been unlocked yesterday."""
    known = json.loads(kept(study).read_text())
    kept(study).write_text(json.dumps({**known, "until": time.time() - 1}))


def read_by_a_child(study: Path, **more: str) -> str:
    """What a process that this one starts reads of the study."""
    environment = {**os.environ, **more}
    environment = {name: value for name, value in environment.items() if value}
    command = [sys.executable, "-c", READS, str(study / "said")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def read_by_another_program(study: Path) -> str:
    """What a program reads that was started by nobody who uses the key."""
    return read_by_a_child(study, **{HANDED_ON: ""})


def test_a_key_is_made_locked_and_unlocked_by_its_passphrase(tmp_path, monkeypatch):
    """With age's own scrypt, as slow as it is."""
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    key = study_key.make_key(tmp_path, PASSPHRASE)
    assert study_key.is_unlocked(tmp_path)
    study_key.lock(tmp_path)
    assert not study_key.is_unlocked(tmp_path)
    assert study_key.unlock(tmp_path, PASSPHRASE) == key
    assert study_key.is_unlocked(tmp_path)
    file = (tmp_path / KEY_FILE).read_text()
    assert key.secret not in file
    assert key.database not in file
    assert f"recipient = {key.recipient}\n" in file


def test_another_passphrase_unlocks_nothing(study):
    study_key.lock(study)
    with pytest.raises(ConfigError, match="not the passphrase"):
        study_key.unlock(study, OTHER)
    assert not study_key.is_unlocked(study)


def test_a_second_key_is_refused_and_a_short_passphrase_too(study, tmp_path):
    before = (study / KEY_FILE).read_bytes()
    with pytest.raises(StorageError, match="encrypted already"):
        study_key.make_key(study, OTHER)
    assert (study / KEY_FILE).read_bytes() == before
    with pytest.raises(ConfigError, match="less than 12"):
        study_key.make_key(tmp_path, "short      ")
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.usefixtures("quick_passphrases")
def test_a_key_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"study\.key cannot be written: No space"):
        study_key.make_key(tmp_path, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_the_key_of_the_day_is_this_users_only(study):
    assert stat.S_IMODE(kept(study).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept(study).parent.stat().st_mode) == 0o700
    assert [file.name for file in kept(study).parent.iterdir()] == [kept(study).name]


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_where_others_may_enter_no_key_is_kept(study):
    folder_of_the_day().chmod(0o750)
    with pytest.raises(StorageError, match="only you may enter"):
        study_key.keep_for_the_day(study_key.key_of(study_key.recipient_of(study), study))


def test_it_ends_at_four_in_the_morning(study):
    until = json.loads(kept(study).read_text())["until"]
    assert 0 < until - time.time() <= 25 * 60 * 60  # a night in which the clocks are put back
    assert time.localtime(until)[3:6] == (4, 0, 0)


def test_any_program_reads_while_it_is_unlocked_and_none_once_it_is_locked(study):
    assert read_by_another_program(study) == WORDS.decode()
    assert study_key.lock(study)
    assert read_by_another_program(study) == f"{study / 'said'} is encrypted, and the study is locked."
    with pytest.raises(StorageError, match="is locked"):
        read_bytes(study / "said")
    assert read_by_a_child(study).endswith("is locked.")
    assert not study_key.lock(study)


def test_after_the_day_a_program_that_is_open_goes_on_with_its_children_and_another_one_asks(study):
    end_the_day(study)
    assert study_key.is_unlocked(study)  # this one is open
    study_key.forget_ended()
    assert not kept(study).exists()
    assert read_bytes(study / "said") == WORDS
    assert read_by_a_child(study) == WORDS.decode()
    assert read_by_another_program(study).endswith("is locked.")
    study_key._held.clear()  # as another one, which was started by itself
    assert not study_key.is_unlocked(study)


def test_a_key_whose_day_has_ended_is_no_key_for_who_asks_though_it_lies_there_still(study):
    end_the_day(study)
    study_key._held.clear()
    assert not study_key.is_unlocked(study)
    study_key.unlock(study, PASSPHRASE)
    study_key._held.clear()
    assert study_key.is_unlocked(study)


def test_somebody_locks_or_unlocks_it_while_a_program_is_open(study):
    kept(study).unlink()  # `interview-tui lock` in another window
    assert read_bytes(study / "said") == WORDS
    assert read_by_a_child(study) == WORDS.decode()
    with making(study / "noted") as file:
        file.write(WORDS)
    study_key.unlock(study, PASSPHRASE)  # and `unlock` again
    assert read_bytes(study / "noted") == WORDS
    assert read_by_another_program(study) == WORDS.decode()


def test_what_has_ended_is_forgotten_and_what_a_killed_program_left_a_day_ago(study, tmp_path):
    encrypted_study(tmp_path / "other")
    end_the_day(study)
    folder, long_ago = folder_of_the_day(), time.time() - 2 * 24 * 60 * 60
    left, new = ["interview-tui-1", "codebook-1", ".age1x.7"], ["interview-tui-2"]
    for name in (*left, *new, "of-my-own"):
        (folder / name).mkdir()
        (folder / name / "sound.wav").write_bytes(b"voices")
    (folder / "notes.txt").write_text("of my own")
    for name in (*left, "of-my-own", "notes.txt"):
        os.utime(folder / name, (long_ago, long_ago))
    study_key.forget_ended()
    there = sorted(file.name for file in folder.iterdir())
    assert there == sorted([kept(tmp_path / "other").name, *new, "of-my-own", "notes.txt"])


@pytest.mark.skipif(
    sys.platform != "linux" or Path(f"/run/user/{os.getuid()}").exists(), reason="the system has a place for the key"
)
def test_no_key_is_kept_in_a_folder_that_somebody_else_has_made_for_it(tmp_path, monkeypatch):
    for name in (ELSEWHERE, "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "theirs").mkdir()
    (tmp_path / f"runtime-{os.getuid()}").symlink_to(tmp_path / "theirs")
    with pytest.raises(StorageError, match="that only you may enter") as caught:
        folder_of_the_day()
    assert ELSEWHERE in caught.value.hint
    assert not list((tmp_path / "theirs").iterdir())


@pytest.mark.usefixtures("quick_passphrases")
def test_a_passphrase_is_the_same_whether_an_accent_is_typed_with_its_letter_or_after_it(tmp_path):
    study_key.make_key(tmp_path, "quatre \u00e9l\u00e9phants gris")
    study_key.unlock(tmp_path, "quatre e\u0301le\u0301phants gris")
    study_key.change_passphrase(tmp_path, "quatre \u00e9l\u00e9phants gris", "quatre ge\u0301ants gris")
    study_key.unlock(tmp_path, "quatre g\u00e9ants gris")


@pytest.mark.usefixtures("quick_passphrases")
def test_another_passphrase_opens_the_same_key(tmp_path, monkeypatch):
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    key = study_key.make_key(tmp_path, PASSPHRASE)
    before = (tmp_path / KEY_FILE).read_bytes()
    with pytest.raises(ConfigError, match="not the passphrase"):
        study_key.change_passphrase(tmp_path, OTHER, OTHER)
    with pytest.raises(ConfigError, match="less than"):
        study_key.change_passphrase(tmp_path, PASSPHRASE, "short")
    assert (tmp_path / KEY_FILE).read_bytes() == before
    study_key.change_passphrase(tmp_path, PASSPHRASE, OTHER)
    assert study_key.unlock(tmp_path, OTHER) == key
    with pytest.raises(ConfigError, match="not the passphrase"):
        study_key.unlock(tmp_path, PASSPHRASE)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(f".{KEY_FILE}")] == []


@pytest.mark.parametrize("damage", [lambda text: text[:200], lambda text: text.replace("recipient", ""), lambda _: ""])
def test_a_damaged_key_file_is_said_to_be_one(study, damage):
    file = study / KEY_FILE
    file.write_text(damage(file.read_text()))
    with pytest.raises(StorageError, match=r"study\.key is damaged"):
        study_key.unlock(study, PASSPHRASE)


def test_a_key_file_that_was_tampered_with_opens_nothing(study):
    text = (study / KEY_FILE).read_text()
    at = text.index("-----END") - 10
    (study / KEY_FILE).write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    with pytest.raises((StorageError, ConfigError)):
        study_key.unlock(study, PASSPHRASE)


def test_a_key_tells_nothing_of_itself():
    key = StudyKey("age1recipient", "AGE-SECRET-KEY-1", "0123")
    assert repr(key) == "StudyKey(recipient='age1recipient')"


def test_it_is_found_from_anywhere_within_the_study(study):
    deep = study / "recordings" / "P07" / "1.flac"
    assert study_of(deep) == study
    assert study_of(study) == study
    assert study_of(study.parent) is None
