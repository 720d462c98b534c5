"""The store in an encrypted study: a copy of it tells nothing, locked it opens nothing, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.at_rest import study_key
from interview_tui.at_rest.files import is_sealed, pieces, read_bytes, read_text
from interview_tui.at_rest.sealed_file import Damaged
from interview_tui.at_rest.sealed_messages import BEGINS_AT, LARGEST_MESSAGE
from interview_tui.at_rest.study_key import HANDED_ON, StudyKey, folder_of_the_day
from interview_tui.cli import main
from interview_tui.errors import ConfigError, StorageError
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Edit
from interview_tui.store import derived, line_logs
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.database import connect, create, opened
from interview_tui.store.line_logs import TORN
from interview_tui.store.private_files import write_content, write_whole
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder
from tests.app.byte_search import files_with, runs_of
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study
from tests.at_rest.shut import told_by_a_copy
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import opening
from tests.store.telling_process import CASE, SAID

ROOT = Path(__file__).parents[2]
Ask = Callable[[StudyFolder], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "study"


@pytest.fixture
def key(folder: Path) -> StudyKey:
    return encrypted_study(folder)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StudyKey]:
    """A study in which everything was told, and its key; it is copied before it is used."""
    made = tmp_path_factory.mktemp("told") / "study"
    key = encrypted_study(made)
    tell_elsewhere(made, stop=True)
    return made, key


@pytest.fixture
def copied(told: tuple[Path, StudyKey], folder: Path) -> Path:
    """A copy of that study; it is unlocked."""
    made, key = told
    study_key.keep_for_the_day(key)
    return shutil.copytree(made, folder)


def tell_elsewhere(folder: Path, *, stop: bool) -> subprocess.Popen[str]:
    """Have everything told by another process, which finds the key where it lies for the day; killed if it may go."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.telling_process", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != HANDED_ON},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "told\n"
    if stop:
        with process:
            process.kill()
    return process


def edit(name: str, comment: str = "", by: str = "ann") -> Edit:
    change = Settled(at_ms=1, wall_ms=2, start_ms=0, end_ms=9, doubt="loop", comment=comment)
    return Edit(name, by, "lab", (), change)


def the_file(reviews: ReviewFolder) -> Path:
    (file,) = [file for file in reviews.files() if file.suffix == ".jsonl"]
    return file


def cut_off(file: Path, length: int) -> None:
    """What a power cut does to the end of a file."""
    os.truncate(file, file.stat().st_size - length)


def turn_over(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def test_in_an_open_study_the_same_words_are_found_in_every_file_that_tells_them(folder):
    """Else the next test would prove nothing."""
    folder.mkdir()
    with tell_elsewhere(folder, stop=False) as process:
        copy = shutil.copytree(folder, folder.with_name("copy"))
        process.kill()
    found = {what: set(files_with(copy, runs_of(words))) for what, words in SAID.items()}
    (version,) = (copy / "codebook").glob("001-*.txt")
    (backup,) = (copy / "backups").iterdir()
    assert found["journal"] == {"study.db", "study.db-wal", "derived.db", f"backups/{backup.name}"}
    assert found["draft"] == {"study.db", "study.db-wal", f"backups/{backup.name}"}
    assert found["talk"] == {"derived.db", f"recordings/{CASE}/transcript.json"}
    assert found["review"] == {f"reviews/{CASE}/ab@lab.jsonl"}
    assert found["cases"] == {"cases/ab@lab.jsonl"}
    assert found["coding"] == {"coding/ab@lab.jsonl"}
    assert found["codebook"] == {"codebook/codebook.txt", f"codebook/{version.name}"}


@pytest.mark.usefixtures("key")
def test_a_copy_of_an_encrypted_study_tells_nothing_while_it_is_open_nor_after_a_kill(folder, tmp_path):
    with tell_elsewhere(folder, stop=False) as process:
        assert (folder / "study.db-wal").stat().st_size > 0
        assert told_by_a_copy(folder, tmp_path / "open", *SAID.values()) == []
        process.kill()
    assert told_by_a_copy(folder, tmp_path / "killed", *SAID.values()) == []
    seeking = [word.encode() for words in SAID.values() for word in words.split() if len(word) > 6]
    files = [file for file in (tmp_path / "killed").rglob("*") if file.is_file()]
    assert [(file, word) for file in files for word in seeking if word in file.read_bytes()] == []
    study = StudyFolder.open(folder)
    assert SAID["journal"] in [note.text for note in study.interview(CASE).notes.values()]
    draft = study.draft(CASE)
    assert draft is not None
    assert draft.text == SAID["draft"]
    assert [hit.row.text for hit in search(study, "pendulum").hits] == [SAID["talk"]]
    assert SAID["review"] in str(study.review_log(CASE).edits)
    assert SAID["cases"] in str(list(CaseNotes(folder).entries()))
    assert SAID["coding"] in str(list(CodingFolder(folder).entries()))
    newest = CodebookFolder(folder).versions().newest
    assert newest is not None
    assert newest.categories[0].definition == SAID["codebook"]


LOCKED: dict[str, Ask] = {
    "the list of interviews": lambda study: study.interviews(),
    "whether there is one": lambda study: study.knows(CASE),
    "its events": lambda study: study.events(CASE),
    "one that there is not": lambda study: study.events("P99"),
    "its half-typed line": lambda study: study.draft(CASE),
    "its journal": lambda study: study.journal(CASE),
    "its transcript": lambda study: study.transcript(CASE),
    "its review": lambda study: study.review_log(CASE),
    "an edit": lambda study: study.append_review(CASE, edit("a", by="ab")),
    "notes of cases": lambda study: CaseNotes(study.path).read(),
    "coding": lambda study: CodingFolder(study.path).read(),
    "versions of the codebook": lambda study: CodebookFolder(study.path).versions(),
    "the codebook": lambda study: CodebookFolder(study.path).draft(),
    "the codebook in an editor": lambda study: CodebookFolder(study.path).edit(lambda _: None),
    "a search": lambda study: search(study, "pendulum"),
    "what is derived": derived.bring_up_to_date,
    "digests": derived.digests,
    "forgetting": lambda study: derived.forget(study.path, CASE),
}


@pytest.fixture
def locked(copied: Path) -> StudyFolder:
    study_key.lock(copied)
    return StudyFolder.open(copied)


@pytest.mark.parametrize("what", LOCKED)
def test_while_it_is_locked_nothing_is_read_nothing_changes_and_it_says_so(locked, what):
    before = {file: file.read_bytes() for file in locked.path.rglob("*") if file.is_file()}
    with pytest.raises(StorageError, match=r"is encrypted, and the study is locked\. Unlock it: interview-tui --study"):
        LOCKED[what](locked)
    after = {file: file.read_bytes() for file in locked.path.rglob("*") if file.is_file()}
    assert {file: after[file] for file in before} == before
    assert {file.parent.name for file in after.keys() - before.keys()} <= {"locks"}


def test_with_another_studys_key_it_is_not_opened_and_no_library_writes_over_the_screen(told, copied, capfd):
    _, key = told
    other = encrypted_study(copied.with_name("other"))
    shutil.copy(copied.with_name("other") / "study.key", copied / "study.key")
    with pytest.raises(StorageError, match=r"study\.db cannot be opened with the key of this study") as error:
        StudyFolder.open(copied).interviews()
    assert "study.key that belongs to it" in error.value.hint
    assert capfd.readouterr() == ("", "")
    told_of = f"{error.getrepr(style='long', showlocals=False)}"
    for secret in (PASSPHRASE, key.database, key.secret, other.database, other.secret):
        assert secret not in told_of


@pytest.mark.usefixtures("key")
def test_an_open_database_in_its_place_is_not_used(folder):
    with closing(sqlite3.connect(folder / "study.db")) as db:
        db.execute("CREATE TABLE interviews (name TEXT)")
    before = (folder / "study.db").read_bytes()
    with pytest.raises(StorageError, match="is not encrypted, though its study is"):
        StudyFolder.open(folder).journal(CASE)
    assert (folder / "study.db").read_bytes() == before


def test_who_has_lost_the_key_file_is_told_to_put_it_back_before_moving_the_database_away(copied):
    (copied / "study.key").unlink()
    with pytest.raises(StorageError, match="is not a database") as error:
        StudyFolder.open(copied).interviews()
    assert error.value.hint.endswith("If this study was encrypted, put its study.key back before anything else.")


@pytest.mark.usefixtures("key")
def test_where_there_is_no_sqlcipher_it_says_so_and_what_can_be_done(folder, monkeypatch):
    create(folder / "study.db")
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(StorageError, match="SQLCipher, which reads it, is not installed here") as error:
        StudyFolder.open(folder).interviews()
    assert "another machine" in error.value.hint


def test_a_backup_beside_it_is_encrypted_with_the_same_key(copied):
    (backup,) = (copied / "backups").iterdir()
    assert not backup.read_bytes().startswith(b"SQLite format 3")
    with closing(connect(backup)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM events").fetchone()[0] > 5
    shutil.copy(backup, copied / "study.db")
    for beside in ("study.db-wal", "study.db-shm"):
        (copied / beside).unlink(missing_ok=True)
    assert [line.case for line in StudyFolder.open(copied).interviews()] == [CASE]


@pytest.mark.parametrize("content", [b"no database at all" * 400, b"", b"SQLite format 3\0" + b"\xff" * 8000])
def test_what_is_searched_is_made_anew_and_encrypted_if_it_is_damaged(copied, content):
    (copied / derived.DERIVED_FILE).write_bytes(content)
    study = StudyFolder.open(copied)
    assert derived.bring_up_to_date(study).made == [CASE]
    assert search(study, "pendulum").total == 1
    assert not (copied / derived.DERIVED_FILE).read_bytes().startswith(b"SQLite format 3")


def test_if_it_breaks_within_it_is_deleted_with_a_sentence_and_the_next_time_there_is_a_new_one(copied):
    file = copied / derived.DERIVED_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    study = StudyFolder.open(copied)
    with pytest.raises(StorageError, match="was damaged"):
        search(study, "pendulum")
    assert not file.exists()
    assert derived.bring_up_to_date(study).made == [CASE]
    assert search(study, "pendulum").total == 1


def test_what_was_forgotten_leaves_no_free_page(copied):
    derived.forget(copied, CASE)
    with closing(connect(copied / derived.DERIVED_FILE)) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM words").fetchone() == (0,)


@pytest.fixture
def reviews(folder: Path) -> ReviewFolder:
    encrypted_study(folder)
    return ReviewFolder(folder, "P07")


def ids(reviews: ReviewFolder) -> list[str]:
    return sorted(one.id for one in reviews.read().edits)


def appended(reviews: ReviewFolder, names: Iterable[str]) -> list[int]:
    """Append edits of these names; gives where the message of each ends. How long one is, age decides by chance."""
    ends = []
    for name in names:
        reviews.append(edit(name))
        ends.append(the_file(reviews).stat().st_size)
    return ends


def test_each_line_is_a_message_of_its_own_and_for_its_owner_only(reviews):
    for name in "abc":
        reviews.append(edit(name))
    file = the_file(reviews)
    assert is_sealed(file)
    assert [piece and piece.count(b"\n") for piece in pieces(file)] == [1, 1, 1]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("length", [1, 100, 300])
def test_a_line_that_a_power_cut_has_torn_is_none_and_costs_no_other(reviews, length):
    for name in "abc":
        reviews.append(edit(name))
    cut_off(the_file(reviews), length)
    assert ids(reviews) == ["a", "b"]
    reviews.append(edit("d"))
    assert (ids(reviews), reviews.damage()) == (["a", "b", "d"], ())


@pytest.mark.parametrize("anew", [1 << 15, 1 << 20], ids=["at the next entry", "when it is rewritten"])
def test_an_entry_of_several_messages_that_was_torn_is_set_aside_sealed_and_nothing_stays_hidden(
    reviews, anew, monkeypatch
):
    monkeypatch.setattr(line_logs, "MOST_SEALING", anew)
    reviews.append(edit("a"))
    reviews.append(edit("b", "the lift was out " * (LARGEST_MESSAGE // 10)))
    file = the_file(reviews)
    assert len(list(pieces(file))) == 3
    cut_off(file, 1)
    assert ids(reviews) == ["a"]
    assert len(reviews.damage()) == 1
    reviews.append(edit("c"))
    assert ids(reviews) == ["a", "c"]
    (aside,) = [file for file in reviews.files() if file.suffix == TORN]
    assert is_sealed(aside)
    assert b"the lift was out" in read_bytes(aside)
    assert (file.stat().st_size > LARGEST_MESSAGE) is (anew > LARGEST_MESSAGE)
    reviews.rewrite(lambda one: one)
    assert not aside.exists()
    assert file.stat().st_size < LARGEST_MESSAGE
    assert ids(reviews) == ["a", "c"]


def test_a_message_that_was_changed_costs_no_other_line_and_is_named(reviews):
    ends = appended(reviews, "abc")
    file = the_file(reviews)
    whole = file.read_bytes()
    for number, left in enumerate((["b", "c"], ["a", "c"], ["a", "b"])):
        file.write_bytes(whole)
        turn_over(file, ends[number] - 100)
        with pytest.raises(Damaged):
            read_bytes(file)
        assert ids(reviews) == left
        (said,) = reviews.damage()
        assert f"line {number + 1}, cannot be read" in said
        with pytest.raises(StorageError, match="cannot be read"):
            reviews.rewrite(lambda one: one)
        reviews.append(edit("d"))
        assert ids(reviews) == [*left, "d"]


def test_whichever_bit_is_turned_over_no_other_edit_is_lost_and_none_but_the_last_in_silence(tmp_path):
    chance = random.Random(9)
    for number in range(25):
        encrypted_study(tmp_path / f"{number}")
        reviews = ReviewFolder(tmp_path / f"{number}", "P07")
        names = [f"e{number}" for number in range(chance.randrange(1, 5))]
        ends = appended(reviews, names)
        at = chance.randrange(BEGINS_AT, ends[-1])
        hit = names[bisect_right(ends, at)]
        turn_over(the_file(reviews), at)
        assert ids(reviews) == [name for name in names if name != hit]
        assert len(reviews.damage()) == 1 or hit == names[-1]
        reviews.append(edit("next"))
        assert ids(reviews) == [*(name for name in names if name != hit), "next"]
        assert all(one == edit(one.id) for one in reviews.read().edits)


def test_of_very_many_messages_few_are_made_and_every_entry_stays(reviews, monkeypatch):
    monkeypatch.setattr(line_logs, "MOST_SEALING", 2000)
    most = 0
    for number in range(40):
        reviews.append(edit(f"e{number:02}"))
        most = max(most, len(list(pieces(the_file(reviews)))))
        assert len(ids(reviews)) == number + 1
    assert 3 < most < 15
    assert ids(reviews) == [f"e{number:02}" for number in range(40)]


def test_one_that_was_changed_is_not_made_anew_out_of_what_is_left(reviews, monkeypatch):
    monkeypatch.setattr(line_logs, "MOST_SEALING", 500)
    reviews.append(edit("a"))
    turn_over(the_file(reviews), BEGINS_AT + 200)
    for name in "bcd":
        reviews.append(edit(name))
    assert ids(reviews) == ["b", "c", "d"]
    assert len(reviews.damage()) == 1


@pytest.mark.parametrize("torn", [b"", b'{"id": "b", "the lift'])
def test_a_file_that_was_copied_open_into_it_is_sealed_before_it_is_added_to(folder, torn):
    folder.mkdir()
    reviews = ReviewFolder(folder, "P07")
    reviews.append(edit("a"))
    with the_file(reviews).open("ab") as file:
        file.write(torn)
    encrypted_study(folder)
    assert ids(reviews) == ["a"]
    reviews.append(edit("c"))
    assert ids(reviews) == ["a", "c"]
    assert all(is_sealed(file) for file in reviews.files())
    assert [read_bytes(file) for file in reviews.files() if file.suffix == TORN] == [torn + b"\n" for _ in torn[:1]]


def test_an_empty_file_in_its_place_is_sealed_as_well(reviews):
    reviews.append(edit("a"))
    os.truncate(the_file(reviews), 0)
    reviews.append(edit("b"))
    assert is_sealed(the_file(reviews))
    assert ids(reviews) == ["b"]


@pytest.mark.usefixtures("key")
def test_what_is_content_is_written_whole_and_sealed_and_settings_stay_open(folder, monkeypatch):
    write_content(folder / "words.txt", "über\nalles")
    write_whole(folder / "study.toml", "name = 'x'")
    assert read_text(folder / "words.txt") == "über\nalles"
    assert is_sealed(folder / "words.txt")
    assert not is_sealed(folder / "study.toml")
    monkeypatch.setattr("interview_tui.store.private_files.put_in_place", _refuse)
    with pytest.raises(StorageError, match="full"):
        write_content(folder / "words.txt", "other words")
    assert read_text(folder / "words.txt") == "über\nalles"
    assert sorted(file.name for file in folder.iterdir()) == ["study.key", "study.toml", "words.txt"]


def _refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.usefixtures("key")
def test_exports_lie_beside_it_and_the_lists_of_them_in_it(folder):
    study = StudyFolder.create(folder)
    assert study.is_encrypted
    assert study.exports_folder == folder.with_name("study-exports")
    assert study.export_lists == folder / "exports"
    bare = StudyFolder.create(folder.with_name("bare"))
    assert not bare.is_encrypted
    assert bare.exports_folder == bare.export_lists == bare.path / "exports"


@pytest.mark.usefixtures("key")
def test_an_encrypted_study_that_is_new_has_no_interviews(folder):
    study = StudyFolder.create(folder)
    assert study.interviews() == []
    study.keep_schedule(handover())
    journal = study.journal(CASE)
    journal.append(conducted(CASE))
    assert journal.close(5)
    assert [line.case for line in StudyFolder.open(folder).interviews()] == [CASE]


def test_a_journal_goes_on_although_the_study_is_locked_meanwhile(folder, key):
    """Who talks on the telephone is not to lose a word because the day has ended."""
    study = StudyFolder.open(folder)
    study.keep_schedule(handover())
    journal = study.journal(CASE)
    (folder_of_the_day() / key.recipient).unlink()
    journal.append([opening(CASE)])
    assert journal.close(5)
    with opened(folder / "study.db") as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (1,)


EDITOR = """
import os, sys
from pathlib import Path
assert not os.environ.get("INTERVIEW_TUI_KEYS_IN_USE"), "an editor has no use for the key"
file, log = Path(sys.argv[-1]), Path(sys.argv[1])
log.write_text(f"{file}\\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
file.with_name(".codebook.txt.swp").write_text("left behind", encoding="utf-8")
file.write_text(sys.argv[2].replace("|", "\\n"), encoding="utf-8")
"""


@pytest.fixture
def typing(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Result]:
    """`codebook edit`, with an editor in which this is typed."""
    script = tmp_path / "editor.py"
    script.write_text(EDITOR, encoding="utf-8")

    def typed(text: str) -> Result:
        monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}" "{tmp_path / "log"}" "{text}"')
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.setenv(HANDED_ON, "a key that is in use")
        return CliRunner().invoke(main, ["--study", str(folder), "codebook", "edit"])

    return typed


@pytest.mark.parametrize("kind", ["open", "encrypted"])
def test_the_codebook_is_changed_in_an_editor_and_what_was_typed_is_kept_whatever_it_is(folder, kind, typing, tmp_path):
    if kind == "encrypted":
        encrypted_study(folder)
    study = StudyFolder.create(folder)
    missing = typing("Water")
    assert missing.exit_code == 2
    assert "codebook begin" in missing.stderr
    book = CodebookFolder(study.path)
    book.begin("Water\n")
    assert "It is changed" in typing("Water|Land - dry").stdout
    file, *shown = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert shown == ["Water"]
    assert read_text(book.working) == "Water\nLand - dry"
    assert is_sealed(book.working) is (kind == "encrypted")
    assert (Path(file) == book.working) is (kind == "open")
    if kind == "encrypted":
        assert Path(file).is_relative_to(folder_of_the_day())
        assert not Path(file).parent.exists()
    assert "Nothing was changed" in typing("Water|Land - dry").stdout
    wrong = typing("Water|  Land|    Sea|   Sky")
    assert wrong.exit_code == 2
    assert "line 4" in wrong.stderr
    assert read_text(book.working) == "Water\n  Land\n    Sea\n   Sky"
    with pytest.raises(ConfigError, match="line 4"):
        book.keep("ab", 1)


@pytest.mark.usefixtures("key")
def test_what_was_typed_stays_where_it_is_if_the_study_cannot_take_it(folder, typing, monkeypatch):
    book = CodebookFolder(StudyFolder.create(folder).path)
    book.begin("Water\n")
    monkeypatch.setattr("interview_tui.store.private_files.put_in_place", _refuse)
    refused = typing("Water|Land")
    assert refused.exit_code == 3
    (copy,) = folder_of_the_day().glob("codebook-*/codebook.txt")
    assert f"What you typed is in {copy}" in refused.stderr
    assert copy.read_text(encoding="utf-8") == "Water\nLand"
    assert read_text(book.working) == "Water\n"


@pytest.mark.usefixtures("key")
def test_hints_name_the_command_where_no_editor_can_open_the_file(folder):
    def said(*given: str) -> str:
        result = CliRunner().invoke(main, ["--study", str(folder), "codebook", *given])
        return f"{result.stdout}{result.stderr}"

    study = StudyFolder.create(folder)
    (folder / "schedules" / "handover.yaml").write_text(handover().text, encoding="utf-8")
    assert "change it with interview-tui codebook edit" in said("begin")
    assert "Change it: interview-tui codebook edit" in said("begin")
    assert "Change it (interview-tui codebook edit)" in said()
    assert "Version 1 is kept" in said("keep")
    assert all(is_sealed(file) for file in (study.path / "codebook").iterdir())
    assert len(list((study.path / "codebook").iterdir())) == 3
