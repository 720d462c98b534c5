"""The codebook on disk: what was kept stays as it is, and what two people kept is both there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from interview_tui.errors import ConfigError, Refused, StorageError
from interview_tui.store.codebooks import BASE, CodebookFolder, name_of
from interview_tui.store.private_files import write_whole

DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> CodebookFolder:
    """One with a version."""
    found = CodebookFolder(tmp_path)
    found.begin("People\n    Friends\nThings\n")
    found.keep("ab", DAY_MS, "to begin\nwith")
    return found


def write(folder: CodebookFolder, text: str) -> None:
    folder.working.write_text(text, encoding="utf-8")


def files(folder: CodebookFolder) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.path.iterdir() if file.name[0].isdigit()}


def copied(folder: CodebookFolder, to: Path) -> CodebookFolder:
    shutil.copytree(folder.path.parent, to)
    return CodebookFolder(to)


def brought(came: CodebookFolder, folder: CodebookFolder) -> None:
    """What a synchronising program or a bundle does: files that are not there are copied."""
    for name, content in files(came).items():
        if not (folder.path / name).exists():
            (folder.path / name).write_bytes(content)


def test_nothing_is_there_before_it_was_begun(tmp_path):
    folder = CodebookFolder(tmp_path)
    assert (folder.versions().newest, folder.draft()) == (None, None)
    with pytest.raises(Refused, match=r"codebook\.txt") as refused:
        folder.keep("ab", 1)
    assert "codebook begin" in refused.value.hint
    assert not folder.path.exists()


def test_a_version_says_when_by_whom_and_why_and_is_for_nobody_else(folder):
    newest = folder.versions().newest
    assert (newest.version, newest.kept_wall_ms, newest.by, newest.why) == (1, DAY_MS, "ab", "to begin with")
    assert [one.name for one in newest.categories] == ["People", "Friends", "Things"]
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in folder.path.iterdir()} == {0o600}
        assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_working_file_is_never_begun_over(folder):
    write(folder, "my work\n")
    with pytest.raises(Refused, match="already"):
        folder.begin("seed")
    assert folder.working.read_text(encoding="utf-8") == "my work\n"


def test_what_has_not_changed_is_not_kept_again(folder):
    write(folder, "# a remark\nPeople\n  Friends\n\nThings\n")
    kept, is_new = folder.keep("cd", 2 * DAY_MS)
    assert (kept.version, is_new) == (1, False)
    assert len(files(folder)) == 1


def test_each_version_comes_after_the_one_before_and_changes_none(folder):
    before = files(folder)
    write(folder, "Persons (was: People)\n    Friends\nThings - all of them\n")
    kept, is_new = folder.keep("cd", 2 * DAY_MS)
    first = folder.versions().all[0]
    assert (kept.version, kept.by, is_new, kept.after) == (2, "cd", True, (first.edition,))
    assert before.items() <= files(folder).items()
    assert folder.versions().now(1, "people") == "persons"


def test_the_file_may_come_from_any_editor(folder):
    folder.working.write_bytes("\ufeffPeople\r\n\tFriends – close ones\r\nOrte\r\n".encode())
    kept, _ = folder.keep("ab", 2 * DAY_MS)
    assert [(one.name, one.definition) for one in kept.categories] == [
        ("People", ""),
        ("Friends", "close ones"),
        ("Orte", ""),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"People\npeople\n", "line 2"),
        (b"People\nTh\xefngs\n", "line 2"),
        (b"# nothing\n", "no category"),
        (b"Persons (was: Folk)\n", "line 1: no version has a category “folk”"),
    ],
)
def test_what_cannot_be_kept_names_its_line_and_nothing_is_kept(folder, content, says):
    folder.working.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        folder.keep("ab", 2 * DAY_MS)
    assert len(files(folder)) == 1
    assert folder.working.read_bytes() == content


def test_a_version_that_was_changed_afterwards_does_not_answer_to_its_name(folder):
    (file,) = [one for one in folder.path.iterdir() if one.name[0].isdigit()]
    file.write_text(file.read_text(encoding="utf-8").replace("Friends", "Foes"), encoding="utf-8")
    with pytest.raises(StorageError, match="was changed after it was kept"):
        folder.versions()


def test_two_people_who_keep_the_same_number_destroy_nothing_of_one_another(folder, tmp_path):
    theirs = copied(folder, tmp_path / "theirs")
    write(folder, "People\n    Friends\nThings\nMine\n")
    write(theirs, "People\n    Friends\nThings\nTheirs\n")
    mine, _ = folder.keep("ab", 2 * DAY_MS)
    other, _ = theirs.keep("cd", 3 * DAY_MS)
    assert mine.version == other.version == 2
    brought(theirs, folder)
    brought(folder, theirs)
    assert files(folder) == files(theirs)
    versions = folder.versions()
    assert versions.newest == other
    assert {name_of(one, versions) for one in versions.heads} == {f"2-{mine.edition[:4]}", f"2-{other.edition[:4]}"}

    write(folder, "People\n    Friends\nThings\nMine\nMore\n")
    with pytest.raises(Refused, match="cd") as refused:
        folder.keep("ab", 4 * DAY_MS)
    assert "--joining" in refused.value.hint
    write(folder, "People\n    Friends\nThings\nMine\nTheirs\n")
    joined, _ = folder.keep("ab", 4 * DAY_MS, joining=True)
    assert (joined.version, set(joined.after)) == (3, {mine.edition, other.edition})
    assert folder.versions().heads == (joined,)
    write(folder, "People\n    Friends\nThings\nMine\nTheirs\nMore\n")
    assert folder.keep("ab", 5 * DAY_MS)[0].version == 4


def test_two_versions_are_joined_even_where_one_of_them_is_taken_as_it_is(folder, tmp_path):
    theirs = copied(folder, tmp_path / "theirs")
    write(folder, "People\nMine\n")
    folder.keep("ab", 2 * DAY_MS)
    write(theirs, "People\nTheirs\n")
    theirs.keep("cd", 3 * DAY_MS)
    brought(theirs, folder)
    write(folder, "People\nTheirs\n")
    kept, is_new = folder.keep("ab", 4 * DAY_MS, joining=True)
    assert (kept.version, is_new, len(folder.versions().heads)) == (3, True, 1)


def test_what_another_kept_meanwhile_is_not_left_out_unseen(folder, tmp_path):
    theirs = copied(folder, tmp_path / "theirs")
    write(theirs, "People\n    Friends\nThings\nTheirs\n")
    theirs.keep("cd", 2 * DAY_MS)
    brought(theirs, folder)
    write(folder, "People\n    Friends\nThings\nMine\n")
    with pytest.raises(Refused, match="version 2 of cd"):
        folder.keep("ab", 3 * DAY_MS)
    assert len(files(folder)) == 2


def test_a_copy_without_a_working_file_begins_with_the_newest_version(folder):
    write(folder, "# remarks stay\nPeople\n")
    folder.keep("ab", 2 * DAY_MS)
    folder.working.unlink()
    (folder.path / BASE).unlink()
    folder.begin("seed")
    assert folder.working.read_text(encoding="utf-8") == "# remarks stay\nPeople\n"
    write(folder, "People\nThings\n")
    assert folder.keep("ab", 3 * DAY_MS)[0].version == 3


def test_what_else_lies_in_the_folder_is_no_version(folder):
    write_whole(folder.path / "notes.txt", "mine")
    write_whole(folder.path / "001-0123456789ab (copy).txt", "a copy")
    assert len(folder.versions().all) == 1


def test_a_lock_that_cannot_be_made_is_told_of_and_nothing_is_kept(folder):
    write(folder, "People\nPlaces\n")
    before = files(folder)
    lock = folder.path.parent / "locks" / "codebook.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with pytest.raises(StorageError, match=r"codebook\.lock"):
        folder.keep("ab", DAY_MS)
    assert files(folder) == before
