"""Identities: apart from the study, locked, and nothing of them in anything that is said."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pyrage
import pytest
from filelock import FileLock

from interview_tui.errors import ConfigError, StorageError
from interview_tui.fieldwork.identity import Identity
from interview_tui.store import identities
from interview_tui.store.identities import ELSEWHERE, IdentityFile, identities_of, new_identities
from interview_tui.store.settings import StudySettings, write_settings
from interview_tui.store.study import StudyFolder
from tests.quick_passphrases import quick_passphrases

__all__ = ["quick_passphrases"]  # the fixture

PASSPHRASE = "Käthe goes to Wrexham"
ANN = Identity("Ann Fennimore", ("07700 900123",), "1 High Street", "ann@example.org", "")
WRITER = """
import sys
from pathlib import Path
import pyrage
from interview_tui.fieldwork.identity import Identity
from interview_tui.store.identities import IdentityFile
file = Path(sys.argv[1])
sealed = file.read_text().split("-----END")[0] + "-----END AGE ENCRYPTED FILE-----\\n"
opened = IdentityFile(file, sealed, pyrage.x25519.Identity.from_str(sys.stdin.readline().strip()))
for number in range(8):
    opened.keep({f"{sys.argv[2]}{number}": Identity(f"{sys.argv[2]} {number}")})
"""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, pyrage.x25519.Identity]:
    """A file with one identity, made once: the passphrase takes seconds on purpose."""
    path = tmp_path_factory.mktemp("sealed") / "one.identities"
    made = IdentityFile.make(path, PASSPHRASE)
    made.keep({"P07": ANN})
    return path.read_bytes(), made._key


@pytest.fixture
def opened(tmp_path: Path, sealed: tuple[bytes, pyrage.x25519.Identity]) -> IdentityFile:
    """That file in a folder of its own, unlocked."""
    path = tmp_path / "some.identities"
    path.write_bytes(sealed[0])
    path.chmod(0o600)
    return IdentityFile(path, identities._messages(path)[0], sealed[1])


def test_what_is_kept_is_in_the_file_and_cannot_be_read_in_it(opened):
    opened.keep({"P08": Identity("Bob Okafor")})
    assert opened.read() == {"P07": ANN, "P08": Identity("Bob Okafor")}
    data = opened.path.read_bytes()
    for told in (b"Ann", b"07700", b"High", b"P07", b"Okafor"):
        assert told not in data
    if os.name == "posix":
        assert stat.S_IMODE(opened.path.stat().st_mode) == 0o600


def test_the_passphrase_opens_it_however_its_letters_are_put_together(opened):
    decomposed = PASSPHRASE.replace("ä", "a\N{COMBINING DIAERESIS}")
    assert IdentityFile.open(opened.path, decomposed).read() == {"P07": ANN}


def test_nothing_is_written_where_nothing_changes(opened):
    before = opened.path.read_bytes()
    opened.keep({"P07": ANN, "P09": None})
    assert opened.path.read_bytes() == before
    opened.keep({"P07": None})
    assert opened.read() == {}


@pytest.mark.usefixtures("quick_passphrases")
def test_a_changed_passphrase_shuts_out_the_one_before_and_who_has_it_open(opened):
    other = IdentityFile(opened.path, opened._sealed_key, opened._key)
    before = opened._key
    opened.change_passphrase("now it is another")
    assert opened.read() == {"P07": ANN}
    with pytest.raises(ConfigError, match="changed by another program"):
        other.keep({"P07": None})
    assert IdentityFile.open(opened.path, "now it is another").read() == {"P07": ANN}
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(identities._messages(opened.path)[1].encode(), [before])
    with pytest.raises(ConfigError, match="12 characters"):
        opened.change_passphrase("too short")


def test_two_programs_lose_nothing_of_one_another(opened):
    writers = []
    for name in ("A", "B"):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(opened.path), name], stdin=subprocess.PIPE, text=True
        )
        assert writer.stdin is not None
        writer.stdin.write(f"{opened._key}\n")
        writer.stdin.close()
        writers.append(writer)
    assert [writer.wait(60) for writer in writers] == [0, 0]
    kept = opened.read()
    assert set(kept) == {"P07", *(f"{name}{number}" for name in "AB" for number in range(8))}


def test_a_file_that_is_held_is_a_sentence(opened, monkeypatch):
    monkeypatch.setattr(identities, "LOCK_WAIT_S", 0.01)
    with FileLock(opened.path.with_suffix(".lock")), pytest.raises(StorageError, match="another interview-tui"):
        opened.keep({"P07": None})


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"-----BEGIN", b"-----BEGUN", 1),
        lambda data: data + data,
        lambda _: b"\xff\x00" * 50,
        lambda data: data[:-60] + bytes([data[-60] ^ 1]) + data[-59:],
    ],
)
def test_a_damaged_file_is_refused_left_as_it_is_and_nothing_of_it_told(opened, damage):
    data = damage(opened.path.read_bytes())
    opened.path.write_bytes(data)
    for tried in (opened.read, lambda: opened.keep({"P08": ANN})):
        with pytest.raises(StorageError, match="damaged") as told:
            tried()
        assert "Ann" not in "".join(traceback.format_exception(told.value))
    assert opened.path.read_bytes() == data


HELD_BY_NONE = (
    *(b"[]", b"Ann", b"\xff", b'{"cases": {}}', b'{"version": 1, "cases": {"P07": 3}}'),
    b'{"version": 1, "cases": {"P07": {"name": "Ann Fennimore"}}}',
)


def test_what_a_newer_version_has_written_is_left_to_it(opened):
    sealed = pyrage.encrypt(b'{"version": 2, "cases": {}}', [opened._key.to_public()], armored=True).decode()
    opened.path.write_text(opened._sealed_key + sealed, encoding="ascii")
    for tried in (opened.read, lambda: opened.keep({"P08": ANN})):
        with pytest.raises(StorageError, match="newer version"):
            tried()
    assert opened.path.read_text(encoding="ascii").endswith(sealed)


def test_a_message_that_holds_something_else_is_damage_too(opened):
    key = opened._sealed_key
    for plain in HELD_BY_NONE:
        sealed = pyrage.encrypt(plain, [opened._key.to_public()], armored=True).decode()
        opened.path.write_text(key + sealed, encoding="ascii")
        with pytest.raises(StorageError, match="damaged") as told:
            opened.read()
        assert "Ann" not in "".join(traceback.format_exception(told.value))


def test_a_full_disk_leaves_the_file_as_it_was(opened, monkeypatch):
    before = opened.path.read_bytes()

    def fails(*_: object) -> None:
        raise StorageError("full")

    monkeypatch.setattr(identities, "write_whole", fails)
    monkeypatch.setattr(identities, "_seal_key", lambda *_: "another")
    for tried in (lambda: opened.keep({"P07": None}), lambda: opened.change_passphrase("now it is another")):
        with pytest.raises(StorageError, match="full"):
            tried()
    monkeypatch.undo()
    assert opened.path.read_bytes() == before
    assert opened.read() == {"P07": ANN}


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    (tmp_path / "study").mkdir()
    return StudyFolder.open(tmp_path / "study")


@pytest.mark.usefixtures("quick_passphrases")
def test_a_study_finds_its_file_by_the_name_in_its_settings(study, tmp_path, monkeypatch):
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    assert identities_of(study) is None
    made = new_identities(study, PASSPHRASE)
    assert identities_of(study) == made.path
    assert made.path.parent == tmp_path / "apart"
    assert StudyFolder.open(study.path).settings.identities_file == made.path.stem
    assert not [file for file in study.path.rglob("*") if file.is_file() and file.name != "study.toml"]
    made.path.unlink()
    with pytest.raises(StorageError, match="not here"):
        identities_of(study)


@pytest.mark.parametrize("inside", [".", "apart", "apart/../apart"])
def test_they_never_lie_within_the_study(study, inside, monkeypatch):
    (study.path / "apart").mkdir()
    write_settings(study.path / "study.toml", StudySettings(identities=inside))
    monkeypatch.delenv(ELSEWHERE, raising=False)
    with pytest.raises(ConfigError, match="within the study"):
        new_identities(study, PASSPHRASE)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_into_the_study_is_no_way_around_it(study, tmp_path, monkeypatch):
    (study.path / "apart").mkdir()
    (tmp_path / "link").symlink_to(study.path / "apart")
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "link"))
    with pytest.raises(ConfigError, match="within the study"):
        new_identities(study, PASSPHRASE)


def test_a_short_passphrase_a_stick_that_is_not_there_and_a_forged_name_are_sentences(study, tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="12 characters"):
        new_identities(study, "short")
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "stick"))
    with pytest.raises(StorageError, match="is not there"):
        new_identities(study, PASSPHRASE)
    write_settings(study.path / "study.toml", StudySettings(identities_file="../../etc/passwd"))
    with pytest.raises(ConfigError, match="no name that this program gave"):
        identities_of(study)
    assert list(study.path.iterdir()) == [study.path / "study.toml"]


@pytest.mark.usefixtures("quick_passphrases")
def test_a_file_that_the_study_cannot_be_told_of_is_not_left_behind(study, tmp_path, monkeypatch):
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    (study.path / "study.toml").write_text('identities = { folder = "" }\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot take"):
        new_identities(study, PASSPHRASE)
    assert not list((tmp_path / "apart").glob("*.identities"))
