"""`interview-tui compare` prints the incidents of a study, narrowed, in order, and without names that are replaced."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui.cli import main
from interview_tui.record.pseudonyms import replaced_record
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.test_derived import kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv("INTERVIEW_TUI_PSEUDONYMS", str(tmp_path / "apart"))
    study = StudyFolder.create(tmp_path / "study")
    study.keep_schedule(handover())
    for case in ("P08", "P07"):
        kept(study, case)
    return study.path


def run(folder: Path, *given: str) -> Result:
    return CliRunner().invoke(main, ["--study", str(folder), *given])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_incident_of_the_study_is_a_row(folder):
    found = rows(run(folder, "compare").stdout)
    assert [(row["case"], row["key"]) for row in found] == [("P07", "smooth"), ("P08", "smooth")]


def test_it_is_narrowed_and_put_in_order_by_any_column(folder):
    assert [row["case"] for row in rows(run(folder, "compare", "--sort", "-case").stdout)] == ["P08", "P07"]
    assert [row["case"] for row in rows(run(folder, "compare", "--where", "case=p08").stdout)] == ["P08"]
    assert [row["case"] for row in rows(run(folder, "compare", "P07").stdout)] == ["P07"]


def test_a_file_is_written_whole_and_said(folder, tmp_path):
    file = tmp_path / "incidents.csv"
    done = run(folder, "compare", "--to", str(file))
    assert done.stdout == f"{file}: 2 incidents\n"
    assert len(rows(file.read_text(encoding="utf-8"))) == 2
    (noted,) = (folder / "exports" / "elsewhere.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(noted)["file"] == str(file.resolve())


def test_a_column_that_there_is_not_and_a_condition_without_a_text_are_said(folder):
    done = run(folder, "compare", "--sort", "colour")
    assert done.exit_code
    assert "There is no column colour." in done.stderr
    done = run(folder, "compare", "--where", "case")
    assert "says no text" in done.stderr


def test_names_that_have_pseudonyms_are_replaced_unless_they_are_wanted(folder):
    done = run(folder, "pseudonyms", "P07", "--add", "theatre=[Place A]", "--any-case")
    assert done.exit_code == 0, done.stderr
    replaced = run(folder, "compare", "P07").stdout
    assert "[Place A]" in replaced
    assert "theatre" not in replaced
    assert "theatre" in run(folder, "compare", "P07", "--real-names").stdout


def test_a_name_that_would_be_left_is_refused_and_no_file_is_written(folder, tmp_path, monkeypatch):
    done = run(folder, "pseudonyms", "P07", "--add", "theatre=[Place A]", "--any-case")
    assert done.exit_code == 0, done.stderr
    monkeypatch.setattr(replaced_record, "pseudonymised", lambda record, _: record)  # as if it had overlooked one
    file = tmp_path / "incidents.csv"
    done = run(folder, "compare", "--to", str(file))
    assert done.exit_code
    assert "Names would be left" in done.stderr
    assert not file.exists()
