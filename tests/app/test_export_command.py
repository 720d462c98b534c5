"""`interview-tui export`: files on standard output, remarks on the other, and a sentence for what cannot be done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui import bootstrap
from interview_tui.cli import main
from interview_tui.export.registry import FORMATS
from interview_tui.schedule.model import Consent
from interview_tui.store.pseudonym_log import ELSEWHERE
from interview_tui.store.study import StudyFolder
from tests.app.test_bootstrap import NOWHERE

COLUMNS = 80


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    """Two interviews that have ended, one with a marked name; one that has not, and a rehearsal."""
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    made = bootstrap.ready_study(tmp_path / "study")
    conduct(made, "P07", "the lift was out")
    conduct(made, "P08", "rang @Denise about it")
    conduct(made, "P09", "took the stairs", ended=False)
    conduct(made, "R01", "only tried out", rehearsal=True)
    return made


def conduct(study: StudyFolder, case: str, line: str, *, ended: bool = True, rehearsal: bool = False) -> None:
    """Conduct an interview in which a line is typed."""
    call = bootstrap.open_call(study, case, NOWHERE, rehearsal=rehearsal)
    for consent in Consent:
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    call.enter(line, call.clock.now().at_ms)
    if ended:
        call.end("partial")
    assert call.journal.close(5.0)


@pytest.fixture
def run(study: StudyFolder) -> Callable[..., Result]:
    return lambda *given: CliRunner().invoke(main, ["--study", str(study.path), "export", *given])


def written(result: Result) -> list[Path]:
    """The files that were told of, one a line."""
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.stdout.splitlines()]


def test_files_are_told_of_one_a_line_and_remarks_beside_them(run, study, tmp_path):
    done = run("P07", "P09", "--format", "text", "--format", "json", "--to", str(tmp_path / "out"))
    files = written(done)
    assert [(file.parent.name, file.name.split("_")[1], file.suffix) for file in files] == [
        ("out", "P07", ".txt"), ("out", "P09", ".txt"), ("out", "P07", ".json"), ("out", "P09", ".json"),
    ]  # fmt: skip
    assert "took the stairs" in files[1].read_text(encoding="utf-8"), "unfinished, as far as it is"
    assert done.stderr == (
        "No name is replaced in P07, P09: nothing stands for one there, and nobody has said that it was gone through "
        "for names.\n"
    )
    (rehearsed,) = written(run("R01", "--format", "text"))
    assert rehearsed.parent == study.exports_folder


def test_all_are_those_that_have_ended_and_are_no_rehearsals(run):
    refused = run("--all", "--format", "text")
    assert (refused.exit_code, refused.stdout) == (6, "")
    assert "P08 has names that are marked and not replaced: “@Denise”" in refused.stderr
    assert "interview-tui pseudonyms P08 --add NAME" in refused.stderr
    files = written(run("--all", "--format", "text", "--full"))
    assert [file.name.split("_")[1] for file in files] == ["P07", "P08"]
    assert all("real-names" in file.name for file in files)
    assert "@Denise" in files[1].read_text(encoding="utf-8")
    assert written(run("P08", "--format", "text", "--real-names")) == [files[1]], "as it was called before"


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ((), 2, ["Say which interviews are to be exported.", "Name cases, as P07 P08, or write --all."]),
        (("P07", "--all"), 2, ["Cases and --all do not go together.", "Name cases, as P07 P08, or write --all."]),
        (("P07", "p08"), 3, ["There is no interview with p08 in study.", "Did you mean P08?"]),
        (("P77",), 3, ["There is no interview with P77 in study.", "There are P07, P08, P09, R01."]),
        (("P07", "--format", "jsn"), 6, ["There is no export format “jsn”.", "Did you mean “json”?"]),
        (("P07", "--pseudonymised"), 2, ["No name is replaced in P07 yet", "interview-tui pseudonyms P07."]),
        (("P07", "--to", "{file}"), 6, ["cannot be written", "name another folder"]),
        (("P07", "--audio", "aloud"), 2, ["'aloud' is not one of 'linked', 'beside', 'inside', 'none'"]),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(run, study, given, code, said):
    file = study.path / "study.toml"
    done = run(*(each.format(file=file) for each in given))
    assert (done.exit_code, done.stdout) == (code, "")
    assert [words for words in said if words not in done.stderr] == []
    left = study.exports_folder.rglob("*") if study.exports_folder.is_dir() else ()
    assert [each.name for each in left if each.is_file()] == []


def test_a_study_without_a_finished_interview_says_so(tmp_path):
    study = bootstrap.ready_study(tmp_path / "new")
    conduct(study, "R01", "only tried out", rehearsal=True)
    done = CliRunner().invoke(main, ["--study", str(study.path), "export", "--all"])
    assert done.exit_code == 2
    assert "new has no interview that has ended and is no rehearsal." in done.stderr


def test_an_interview_that_is_damaged_is_named_and_nothing_is_written(run, study):
    with sqlite3.connect(study.path / "study.db") as db:
        db.execute("UPDATE events SET body = '{' WHERE \"case\" = 'P08' AND number = 2")
    db.close()
    done = run("--all", "--full", "--format", "text")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "P08" in done.stderr
    assert written(run("P07", "--format", "text"))


def test_the_formats_are_listed_within_eighty_columns_those_of_many_interviews_apart():
    done = CliRunner().invoke(main, ["export", "--list"])
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) < COLUMNS
    assert lines[0] == "A file for each interview:"
    assert "One file for all of them:" in lines
    assert lines.index("One file for all of them:") < next(n for n, line in enumerate(lines) if " qdpx " in line)
    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == sorted(FORMATS)


def test_the_shell_completes_formats():
    told = CliRunner().invoke(
        main,
        prog_name="interview-tui",
        env={
            "_INTERVIEW_TUI_COMPLETE": "bash_complete",
            "COMP_WORDS": "interview-tui export --format qd",
            "COMP_CWORD": "3",
        },
    )
    assert [line.split(",")[1] for line in told.stdout.split()] == ["qdpx", "qdc"]
