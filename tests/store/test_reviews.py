"""Reviews on disk: an edit that was kept is there whatever happens next, and everybody's files come together."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.record.review.changes import Settled, Undone
from interview_tui.record.review.log import Edit, Log
from interview_tui.store import line_logs
from interview_tui.store.line_logs import TORN
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
    """The one file of edits."""
    (file,) = [file for file in folder.files() if file.suffix == ".jsonl"]
    return file


def set_aside(folder: ReviewFolder) -> bytes:
    """What was set aside, in whatever files."""
    return b"".join(file.read_bytes() for file in folder.files() if file.suffix == TORN)


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
def test_a_last_line_that_was_torn_costs_no_other_edit_and_is_set_aside(tmp_path_factory, cut):
    folder = ReviewFolder(tmp_path_factory.mktemp("study"), "P07")
    folder.append(edit("a"))
    folder.append(edit("b"))
    file = the_file(folder)
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    left = whole[: max(first, len(whole) - cut)]
    file.write_bytes(left)
    is_whole, is_gone = cut == 1, left == whole[:first]  # only the end of the line is missing; all of it is
    assert ids(folder.read()) == (["a", "b"] if is_whole else ["a"])
    assert len(folder.damage()) == (0 if is_whole or is_gone else 1)
    folder.append(edit("c"))
    assert ids(folder.read()) == (["a", "b", "c"] if is_whole else ["a", "c"])
    assert file.read_bytes().startswith(whole[:first])
    assert file.read_bytes().count(b"\n") == len(folder.read().edits)
    assert set_aside(folder) == (b"" if is_whole or is_gone else left[first:] + b"\n")


@pytest.mark.parametrize("torn", [b"\0" * 40, b'{"id": "b"', b"\xff\xfe", b"{}"])
def test_whatever_a_power_cut_has_left_at_the_end_the_next_edit_begins_a_line(folder, torn):
    folder.append(edit("a"))
    file = the_file(folder)
    with file.open("ab") as lines:
        lines.write(torn)
    assert ids(folder.read()) == ["a"]
    assert folder.damage() == (
        f"The end of {file} was cut off while it was being written: no change in it is in the review.",
    )
    folder.append(edit("b"))
    assert ids(folder.read()) == ["a", "b"]
    assert file.read_bytes().count(b"\n") == 2
    assert set_aside(folder) == torn + b"\n"
    aside = file.with_suffix(TORN)
    assert folder.damage() == (
        f"What is in {aside} was cut off while it was being written: no change in it is in the review.",
    )
    if os.name == "posix":
        assert aside.stat().st_mode & 0o777 == 0o600
    aside.unlink()
    assert folder.damage() == ()


def test_a_line_that_cannot_be_read_is_named_the_others_hold_and_it_stays(folder):
    for name in "abc":
        folder.append(edit(name))
    file = the_file(folder)
    damaged = file.read_bytes().replace(b'"b"', b'"b', 1)
    file.write_bytes(damaged)
    assert ids(folder.read()) == ["a", "c"]
    (said,) = folder.damage()
    assert re.search(r"ann@lab\.jsonl, line 2, cannot be read: it is no JSON .* is not in the review\. Take it", said)
    folder.append(edit("d"))
    assert file.read_bytes().startswith(damaged)
    assert ids(folder.read()) == ["a", "c", "d"]
    with pytest.raises(StorageError, match="line 2, cannot be read"):
        folder.rewrite(lambda one: one)


def test_what_a_newer_version_changed_is_not_passed_over_in_silence(folder):
    folder.append(edit("a"))
    folder.append(edit("b"))
    file = the_file(folder)
    file.write_bytes(file.read_bytes().replace(b"Settled", b"Weighed", 1))
    assert ids(folder.read()) == ["b"]
    (said,) = folder.damage()
    assert re.search(r"line 1, cannot be read: .*'Weighed', which this version does not know.*newer one\.", said)


def test_of_two_lines_that_have_become_one_both_edits_hold(folder):
    for name in "abc":
        folder.append(edit(name))
    file = the_file(folder)
    lines = file.read_bytes().splitlines(keepends=True)
    for between in (b"", b"\0", b"x"):
        file.write_bytes(lines[0] + lines[1].rstrip() + between + lines[2].rstrip())
        assert ids(folder.read()) == ["a", "b", "c"]
        assert len(folder.damage()) == 1
        folder.append(edit("d"))
        assert ids(folder.read()) == ["a", "b", "c", "d"]
        assert set_aside(folder) == b""


@given(data=st.data())
def test_whatever_happens_to_some_bytes_of_a_file_every_other_line_s_edit_is_there(tmp_path_factory, data):
    folder = ReviewFolder(tmp_path_factory.mktemp("study"), "P07")
    made = [edit(f"e{number}", data.draw(texts)) for number in range(data.draw(st.integers(1, 5)))]
    for one in made:
        folder.append(one)
    file = the_file(folder)
    whole = file.read_bytes()
    begin = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(begin, min(len(whole), begin + 200)))
    put = data.draw(st.one_of(st.just(b""), st.binary(max_size=end - begin + 1), st.just(b"\n")))
    left = whole[:begin] + put + whole[end:]
    file.write_bytes(left)
    starts = [0, *(found.end() for found in re.finditer(b"\n", whole))]
    untouched = [
        one for one, (start, after) in zip(made, pairwise(starts), strict=True) if after - 1 <= begin or start >= end
    ]
    read = folder.read().edits
    assert [one for one in read if one in untouched] == untouched
    folder.append(edit("next"))
    again = folder.read().edits
    assert again[:-1] == read
    assert again[-1] == edit("next")
    kept = file.read_bytes() + set_aside(folder)
    assert set(left.split(b"\n")) <= set(kept.split(b"\n"))


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_no_edit_is_missing_in_silence_whichever_bit_is_turned_over(folder, bit):
    for name in ("aaaa", "bbbb"):
        folder.append(edit(name, "über"))
    file = the_file(folder)
    whole = file.read_bytes()
    for at, byte in enumerate(whole[:-1]):
        file.write_bytes(whole[:at] + bytes([byte ^ bit]) + whole[at + 1 :])
        other = "bbbb" if at < whole.index(b"\n") else "aaaa"
        read = ids(folder.read())
        assert other in read
        assert len(read) == 2 or len(folder.damage()) in (1, 2)
        if bit == 0x80:
            assert all(one == edit(one.id, "über") for one in folder.read().edits), "no words that nobody wrote"


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
    monkeypatch.setattr(line_logs, "LOCK_WAIT_S", 0.05)
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
    assert all(b"lift" not in file.read_bytes() for file in folder.files())
    assert (folder.path / "bob@lab.jsonl").stat().st_ino == untouched
    assert len(list(folder.path.iterdir())) == 2


def test_the_torn_end_of_a_file_goes_although_no_edit_in_it_changes(folder):
    folder.append(edit("a"))
    with the_file(folder).open("ab") as file:
        file.write(b'{"id": "b", "the lift')
    folder.append(edit("c"))
    with the_file(folder).open("ab") as file:
        file.write(b'{"id": "d", "the lift')
    folder.rewrite(lambda one: one)
    assert b"lift" not in the_file(folder).read_bytes()
    assert len(list(folder.path.iterdir())) == 1
    assert folder.read().edits == (edit("a"), edit("c"))
    assert folder.damage() == ()


def test_a_review_that_nobody_made_is_not_made_by_rewriting_it(folder):
    folder.rewrite(lambda one: one)
    assert not folder.path.exists()
