"""Reviews on disk: an edit that was kept is there whatever happens next, and everybody's files come together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.record.review.changes import Settled, Undone
from interview_tui.record.review.log import Edit, Log
from interview_tui.store import reviews
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.study import StudyFolder
from tests.strategies import texts

WRITER = """
import sys
from pathlib import Path
from interview_tui.record.review.changes import Undone
from interview_tui.record.review.log import Edit
from interview_tui.store.reviews import ReviewFolder
folder = ReviewFolder(Path(sys.argv[1]), "P07")
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    folder.append(Edit(f"{sys.argv[2]}{number}", "ann", "lab", (), Undone(at_ms=0, wall_ms=number, edit="")))
"""


def edit(name: str, comment: str = "", by: str = "ann", machine: str = "lab") -> Edit:
    change = Settled(at_ms=1, wall_ms=2, start_ms=0, end_ms=9, doubt="loop", comment=comment)
    return Edit(name, by, machine, (), change)


@pytest.fixture
def folder(tmp_path: Path) -> ReviewFolder:
    return ReviewFolder(tmp_path, "P07")


def ids(log: Log) -> list[str]:
    return sorted(one.id for one in log.edits)


def the_file(folder: ReviewFolder) -> Path:
    (file,) = folder.files()
    return file


def test_a_case_that_nobody_reviewed_has_an_empty_review_and_no_folder(tmp_path):
    study = StudyFolder.open(tmp_path)
    assert study.review_log("P07").edits == ()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigError):
        study.review_log("../P07")


def test_edits_are_found_again_by_whoever_opens_the_study(tmp_path):
    first, second = edit("a", "über"), replace(edit("b", by="bob"), seen=("a",))
    for one in (first, second):
        StudyFolder.open(tmp_path).append_review("P07", one)
    again = StudyFolder.open(tmp_path)
    assert again.review_log("P07").edits == (first, second)
    assert again.review_log("P08").edits == ()
    assert {file.name for file in (tmp_path / "reviews" / "P07").iterdir()} == {"ann@lab.jsonl", "bob@lab.jsonl"}


@pytest.mark.skipif(os.name != "posix", reason="rights are posix's")
def test_only_the_owner_may_read_what_was_changed(folder):
    folder.append(edit("a"))
    assert the_file(folder).stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == folder.path.parent.stat().st_mode & 0o777 == 0o700


@given(names=st.lists(st.tuples(texts, texts), min_size=2, max_size=4, unique=True))
def test_every_reviewer_on_every_machine_has_a_file_of_a_name_that_any_system_takes(tmp_path_factory, names):
    folder = ReviewFolder(tmp_path_factory.mktemp("study"), "P07")
    for number, (by, machine) in enumerate(names):
        folder.append(edit(f"e{number}", by=by, machine=machine))
    files = [file.name.removesuffix(".jsonl") for file in folder.files()]
    assert len({name.lower() for name in files}) == len(names)
    for name in files:
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.@")
        assert name[0] not in ".-"
        assert len(name) <= 2 * 50
    assert ids(folder.read()) == sorted(f"e{number}" for number in range(len(names)))


@given(cut=st.integers(1, 200))
def test_a_last_line_that_was_torn_costs_no_other_edit_and_is_put_right(tmp_path_factory, cut):
    folder = ReviewFolder(tmp_path_factory.mktemp("study"), "P07")
    folder.append(edit("a"))
    folder.append(edit("b"))
    file = the_file(folder)
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    file.write_bytes(whole[: max(first, len(whole) - cut)])
    is_whole = cut == 1  # only the end of the line is missing
    assert ids(folder.read()) == (["a", "b"] if is_whole else ["a"])
    folder.append(edit("c"))
    assert ids(folder.read()) == (["a", "b", "c"] if is_whole else ["a", "c"])
    assert file.read_bytes().startswith(whole[:first])
    assert file.read_bytes().count(b"\n") == len(folder.read().edits)


@pytest.mark.parametrize("torn", [b"\0" * 40, b'{"id": "b"', b"\xff\xfe", b"{}"])
def test_whatever_a_power_cut_has_left_at_the_end_the_next_edit_begins_a_line(folder, torn):
    folder.append(edit("a"))
    with the_file(folder).open("ab") as file:
        file.write(torn)
    assert ids(folder.read()) == ["a"]
    folder.append(edit("b"))
    assert ids(folder.read()) == ["a", "b"]
    assert the_file(folder).read_bytes().count(b"\n") == 2


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_cut_off(folder):
    for name in "abc":
        folder.append(edit(name))
    file = the_file(folder)
    damaged = file.read_bytes().replace(b'"b"', b'"b', 1)
    file.write_bytes(damaged)
    with pytest.raises(StorageError, match=r"ann@lab\.jsonl, line 2, cannot be read"):
        folder.read()
    folder.append(edit("d"))
    assert file.read_bytes().startswith(damaged)


def test_what_a_newer_version_changed_is_not_passed_over(folder):
    folder.append(edit("a"))
    file = the_file(folder)
    file.write_bytes(file.read_bytes().replace(b"Settled", b"Weighed"))
    with pytest.raises(StorageError, match=r"line 1, cannot be read: .*'Weighed', which this version does not know"):
        folder.read()


def test_two_programs_of_one_person_may_write_at_once(tmp_path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        for name in "ab"
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    for writer in writers:
        writer.communicate(b"go\n", timeout=60)
        assert writer.returncode == 0
    folder = ReviewFolder(tmp_path, "P07")
    assert ids(folder.read()) == sorted(f"{name}{number}" for name in "ab" for number in range(20))
    assert len(folder.files()) == 1


def test_while_another_program_writes_without_end_it_says_so(folder, monkeypatch):
    monkeypatch.setattr(reviews, "LOCK_WAIT_S", 0.05)
    folder.append(edit("a"))
    with (
        FileLock(folder.path.parents[1] / "locks" / "review-P07.lock"),
        pytest.raises(StorageError, match="written by another"),
    ):
        folder.append(edit("b"))
    assert ids(folder.read()) == ["a"]


def test_two_copies_of_a_study_are_put_together_by_putting_their_files_together(tmp_path):
    ann, bob = tmp_path / "ann", tmp_path / "bob"
    for home, by in ((ann, "ann"), (bob, "bob")):
        for number in range(3):
            log = ReviewFolder(home, "P07").read()
            ReviewFolder(home, "P07").append(replace(edit(f"{by}{number}", by=by), seen=log.heads))
    together = []
    for first, second in ((ann, bob), (bob, ann)):
        both = tmp_path / f"{first.name} first"
        for home in (first, second):
            shutil.copytree(home / "reviews", both / "reviews", dirs_exist_ok=True)
        together.append(ReviewFolder(both, "P07").read().edits)
    assert together[0] == together[1]
    assert len(together[0]) == 6


def test_what_is_rewritten_is_rewritten_in_every_file_and_what_stays_is_not_touched(folder):
    folder.append(edit("a", "the lift"))
    folder.append(edit("b", "the stairs", by="bob"))
    with (folder.path / "ann@lab.jsonl").open("ab") as file:
        file.write(b'{"id": "c", "the lift')
    untouched = (folder.path / "bob@lab.jsonl").stat().st_ino
    nothing = Undone(at_ms=1, wall_ms=2, edit="")
    folder.rewrite(lambda one: replace(one, change=nothing) if one.id == "a" else one)
    assert {one.id: one.change for one in folder.read().edits} == {"a": nothing, "b": edit("b", "the stairs").change}
    assert b"lift" not in (folder.path / "ann@lab.jsonl").read_bytes()
    assert (folder.path / "bob@lab.jsonl").stat().st_ino == untouched
    assert len(list(folder.path.iterdir())) == 2


def test_the_torn_end_of_a_file_goes_although_no_edit_in_it_changes(folder):
    folder.append(edit("a"))
    with the_file(folder).open("ab") as file:
        file.write(b'{"id": "b", "the lift')
    folder.rewrite(lambda one: one)
    assert b"lift" not in the_file(folder).read_bytes()
    assert folder.read().edits == (edit("a"),)


def test_a_review_that_nobody_made_is_not_made_by_rewriting_it(folder):
    folder.rewrite(lambda one: one)
    assert not folder.path.exists()
