"""What anybody can read in an encrypted study: what may be, and what is found and sealed."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from interview_tui.at_rest import lying_open
from interview_tui.at_rest.files import is_sealed, making, making_raw, read_bytes
from interview_tui.at_rest.lying_open import seal
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study

DOCS = Path(__file__).parents[2] / "docs" / "encryption.md"
MAY = (
    "study.toml",
    "schedules/a.yaml",
    "templates/report.html",
    "certificates/P07-w1.txt",
    "bundles/b.bundle",
    "exports/versions.json",
    "exports/elsewhere.jsonl",
    "recordings/P07/spans.jsonl",
    "recordings/P07/recorder-config.json",
    "recordings/P07/recorder.log",
)
MUST_NOT = (
    "error.log",
    "exports/P07.json",
    "cases/AB@here.jsonl",
    "recordings/P07/1.flac",
    "recordings/P07/transcript.json",
    "recordings/transcript.json",
    "received/P07/study.toml",
    "spans.jsonl",
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    encrypted_study(tmp_path / "study")
    return tmp_path / "study"


def write(study: Path, *names: str) -> None:
    for name in names:
        (study / name).parent.mkdir(parents=True, exist_ok=True)
        (study / name).write_bytes(b"words")


def found(study: Path) -> list[str]:
    return [path.relative_to(study).as_posix() for path in lying_open.lying_open(study)]


def test_what_should_not_lie_open_is_found_and_what_may_is_not(study):
    write(study, *MAY, *MUST_NOT)
    assert found(study) == sorted(MUST_NOT, key=lambda name: Path(name).parts)


def test_what_is_sealed_or_empty_is_right(study):
    with making(study / "said.json") as file:
        file.write(b"words")
    (study / "job.lock").touch()
    assert found(study) == []


def test_a_database_is_found_if_anybody_can_read_it_and_left_as_it_is(study):
    (study / "study.db").write_bytes(os.urandom(8192))
    (study / "study.db-wal").write_bytes(os.urandom(8192))
    (study / "backups").mkdir()
    with closing(sqlite3.connect(study / "backups" / "before.db")) as db:
        db.execute("CREATE TABLE notes (words)")
    assert found(study) == ["backups/before.db"]
    assert lying_open.is_database(study / "backups" / "before.db")


@pytest.mark.skipif(os.name != "posix", reason="links need a right there")
def test_what_a_link_leads_to_is_not_looked_at(study, tmp_path):
    (tmp_path / "outside").mkdir()
    write(tmp_path / "outside", "mine.txt")
    (study / "link").symlink_to(tmp_path / "outside")
    (study / "link.txt").symlink_to(tmp_path / "outside" / "mine.txt")
    assert found(study) == []


def test_what_is_sealed_holds_what_it_held(study):
    content = os.urandom(300_000)
    file = study / "old.wav"
    file.write_bytes(content)
    os.utime(file, ns=(10**18, 10**18))
    seal(file)
    assert is_sealed(file)
    assert read_bytes(file) == content
    assert file.stat().st_mtime_ns == 10**18
    assert sorted(path.name for path in study.iterdir()) == ["old.wav", "study.key"]


@pytest.mark.parametrize("sealed", [b"sword", b"words and more", b"wor"])
def test_what_would_not_be_the_same_is_left_as_it_is(study, monkeypatch, sealed):
    file, other = study / "notes.txt", study / "other.txt"
    file.write_bytes(b"words")
    other.write_bytes(sealed)
    monkeypatch.setattr(lying_open, "reading", lambda _: other.open("rb"))
    with pytest.raises(OSError, match="not sealed as it is"):
        seal(file)
    assert file.read_bytes() == b"words"
    assert sorted(path.name for path in study.iterdir()) == ["notes.txt", "other.txt", "study.key"]


def test_what_another_program_writes_to_meanwhile_is_left_as_it_is(study, monkeypatch):
    file, real = study / "notes.txt", lying_open.reading
    file.write_bytes(b"words")

    def written_to(path: Path):
        os.utime(file, ns=(10**18, 10**18))
        return real(path)

    monkeypatch.setattr(lying_open, "reading", written_to)
    with pytest.raises(OSError, match="another program"):
        seal(file)
    assert not is_sealed(file)
    assert sorted(path.name for path in study.iterdir()) == ["notes.txt", "study.key"]


def test_a_sealed_file_is_opened_by_the_few_lines_of_the_manual(study, tmp_path):
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    with making_raw(study / "sound.wav") as file:
        file.write(b"header" + bytes(100))
        file.write(os.urandom(50_000))
        file.seek(2)
        file.write(b"HEAD")
        file.seek(60_000)
        file.write(b"after a gap")
        file.truncate(60_005)
        file.append(b"the end")
    whole = (study / "sound.wav").read_bytes()
    (study / "sound.wav").write_bytes(whole + whole[-150:-20])  # a message that was cut off
    done = subprocess.run(
        [sys.executable, "-c", code[1], str(study), str(study / "sound.wav"), str(tmp_path / "out.wav")],
        input=f"{PASSPHRASE}\n",
        capture_output=True,
        text=True,
        start_new_session=True,  # so that there is no terminal at which it could ask
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.wav").read_bytes() == read_bytes(study / "sound.wav")
