"""`bundle` and `receive` as their users meet them: two people, two folders, one file between them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main
from interview_tui.store.bundle_key import ELSEWHERE
from interview_tui.store.made_bundles import made_bundles
from tests.app.two_copies import Side, hashes, held, two_copies


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Side, Side]:
    return two_copies(tmp_path)


def run(side: Side, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["--study", str(side.study.path), *arguments], input=typed)


def test_from_one_to_the_other_with_a_key(copies, tmp_path):
    ours, theirs = copies
    theirs.interview()
    key = run(ours, "bundle", "--new-key")
    recipient = key.stdout.strip()
    assert recipient.startswith("age1")
    assert "give it to nobody" in key.stderr
    assert run(ours, "bundle", "--new-key").stdout.strip() == recipient
    made = run(theirs, "bundle", "--all", "--to", str(tmp_path / "b.bundle"), "--for", recipient)
    assert made.exit_code == 0, made.output
    assert made.stdout == f"{tmp_path / 'b.bundle'}\n"
    assert "2 interviews (B1, P01)" in made.stderr
    assert (tmp_path / "b.bundle").stat().st_mode & 0o077 == 0
    inside = run(ours, "bundle", "--list", str(tmp_path / "b.bundle"))
    assert "cases/B1/audio/span-001.flac" in inside.stdout
    came = run(ours, "receive", str(tmp_path / "b.bundle"))
    assert came.exit_code == 0, came.output
    assert "B1: taken in" in came.stdout
    assert "P01: the interview was there already." in came.stdout
    assert held(ours.study)["journals"] == held(theirs.study)["journals"]


def test_what_was_made_is_listed_with_its_hash(copies, tmp_path):
    ours, _ = copies
    recipient = run(ours, "bundle", "--new-key").stdout.strip()
    assert "No bundle was made" in run(ours, "bundle", "--list").stderr
    first = run(ours, "bundle", "P01", "--for", recipient).stdout.strip()
    run(ours, "bundle", "P01", "--to", str(tmp_path), "--for", recipient)
    assert Path(first).parent == ours.study.path / "bundles"
    listed = made_bundles(ours.study.path)
    assert [(made.cases, Path(made.file).is_file()) for made in listed] == [(("P01",), True)] * 2
    assert listed[0].sha256 == hashes(Path(first).parent)[Path(first).name]
    (line, _) = (ours.study.path / "bundles" / "made.jsonl").read_text().splitlines()
    assert json.loads(line).keys() == {"id", "at", "file", "sha256", "cases"}
    assert first in run(ours, "bundle", "--list").stdout


def test_a_line_torn_off_the_list_costs_no_other(copies):
    ours, _ = copies
    recipient = run(ours, "bundle", "--new-key").stdout.strip()
    run(ours, "bundle", "P01", "--for", recipient)
    with (ours.study.path / "bundles" / "made.jsonl").open("a") as file:
        file.write('{"id": "x", "a')
    run(ours, "bundle", "P01", "--for", recipient)
    assert len(made_bundles(ours.study.path)) == 2
    lines = (ours.study.path / "bundles" / "made.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 2


def test_with_a_passphrase_typed_twice_and_a_wrong_one_refused(copies, tmp_path):
    ours, theirs = copies
    theirs.interview()
    words, file = "correct horse battery", str(tmp_path / "b.bundle")
    short = run(theirs, "bundle", "--all", "--to", file, "--passphrase", typed="horse\nhorse\n")
    assert (short.exit_code, "can be guessed" in short.stderr) == (2, True)
    made = run(theirs, "bundle", "--all", "--to", file, "--passphrase", typed=f"{words}\n{words}\n")
    assert made.exit_code == 0, made.output
    before = hashes(ours.study.path)
    wrong = run(ours, "receive", file, typed="incorrect horse\n")
    assert (wrong.exit_code, "the passphrase is another one" in wrong.stderr) == (3, True)
    assert hashes(ours.study.path) == before
    assert run(ours, "receive", file, typed=f"{words}\n").exit_code == 0
    assert ours.cases() == ["B1", "P01"]


def test_what_was_not_taken_is_said_and_shows_in_the_exit_code(copies, tmp_path):
    ours, theirs = copies
    recipient = run(ours, "bundle", "--new-key").stdout.strip()
    ours.interview("P02")
    theirs.made = 7
    theirs.interview("P02")
    run(theirs, "bundle", "P02", "--to", str(tmp_path / "b.bundle"), "--for", recipient)
    came = run(ours, "receive", str(tmp_path / "b.bundle"))
    assert came.exit_code == 1
    assert came.stdout.startswith("P02: NOT taken. They are two interviews")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("P01",), "not said who may open"),
        (("P01", "--for", "age1nobody"), "no age recipient"),
        (("--for", "RECIPIENT"), "No case was named"),
        (("P99", "--for", "RECIPIENT"), "no interview with P99"),
        (("../P01", "--for", "RECIPIENT"), "cannot be a case id"),
        (("P01", "--for", "RECIPIENT", "--passphrase"), "not both"),
        (("P01", "--for", "RECIPIENT", "--to", "/nowhere/at/all.bundle"), "no folder /nowhere/at"),
    ],
)
def test_what_cannot_be_bundled_is_said(copies, arguments, said):
    ours, _ = copies
    recipient = run(ours, "bundle", "--new-key").stdout.strip()
    done = run(ours, "bundle", *(recipient if one == "RECIPIENT" else one for one in arguments))
    assert done.exit_code in (2, 3)
    assert said in done.stderr
    assert not (ours.study.path / "bundles" / "made.jsonl").exists()


def test_without_a_key_it_is_said_how_to_get_one(copies, tmp_path, monkeypatch):
    ours, theirs = copies
    recipient = run(ours, "bundle", "--new-key").stdout.strip()
    run(theirs, "bundle", "P01", "--to", str(tmp_path / "b.bundle"), "--for", recipient)
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "none"))
    came = run(ours, "receive", str(tmp_path / "b.bundle"))
    assert (came.exit_code, "There is no key here" in came.stderr) == (2, True)
