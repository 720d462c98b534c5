"""`codebook` and `figures` as somebody at a terminal has them, and what of the figures is written and destroyed."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from interview_tui.appraising import StudyCoding
from interview_tui.casebook import StudyCases
from interview_tui.cli import main
from interview_tui.credibility.changes import Task
from interview_tui.credibility.figures import Share
from interview_tui.export.naming import written_of
from interview_tui.fieldwork.changes import AttributeGiven
from interview_tui.store.study import SETTINGS_FILE, StudyFolder
from tests.app.coded import BOOK, CASES, add, lay
from tests.examples import WALL_MS

Run = Callable[..., Result]
Sit = Callable[[str], None]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("laid") / "study").path


@pytest.fixture
def folder(laid: Path, tmp_path: Path) -> Path:
    return shutil.copytree(laid, tmp_path / "study")


@pytest.fixture
def sit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Another person sits down at the machine."""
    monkeypatch.setenv("INTERVIEW_TUI_PREFERENCES", str(tmp_path / "preferences.toml"))

    def down(who: str) -> None:
        (tmp_path / "preferences.toml").write_text(f'reviewer = "{who}"\n', encoding="utf-8")

    return down


@pytest.fixture
def run(folder: Path, sit: Sit) -> Run:
    sit("ab")

    def call(*given: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["--study", str(folder), *given], input=typed)

    return call


@pytest.fixture
def book(folder: Path, run: Run) -> Path:
    """The working file of a codebook of which a version was kept."""
    run("codebook", "begin")
    file = folder / "codebook" / "codebook.txt"
    file.write_text(BOOK, encoding="utf-8")
    assert run("codebook", "keep", "-m", "to begin with").stdout == "Version 1 is kept, with 3 categories.\n"
    return file


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def refused(result: Result) -> str:
    assert result.exit_code, result.output
    return str(result.stderr)


def test_a_codebook_is_begun_kept_compared_and_printed(folder, run):
    assert "codebook begin" in said(run("codebook"))
    assert "codebook keep" in said(run("codebook", "begin"))
    assert "No version was kept yet" in said(run("codebook"))
    assert "    event - What happened?" in (folder / "codebook" / "codebook.txt").read_text(encoding="utf-8")
    assert "already" in refused(run("codebook", "begin"))
    assert "Version 1 is kept" in said(run("codebook", "keep"))
    assert "Nothing has changed since version 1" in said(run("codebook", "keep"))


def test_what_changed_is_told_before_and_after_it_is_kept(book, run):
    assert said(run("codebook", "diff")) == "inserted: People\ninserted: Colleagues (under People)\ninserted: Things\n"
    book.write_text("Persons (was: People)\n    Colleagues\nThings - what was there\n", encoding="utf-8")
    told = "renamed: People → Persons\nscope changed: Persons: “who was there” → “”\n"
    assert said(run("codebook", "diff")) == told
    assert said(run("codebook", "diff", "1", "working")) == told
    assert said(run("codebook", "keep")) == f"Version 2 is kept, with 3 categories.\n{told}"
    assert said(run("codebook", "diff", "1", "2")) == told
    assert said(run("codebook", "diff", "2")) == "Nothing has changed.\n"
    assert "There are: 1, 2." in refused(run("codebook", "diff", "1", "7"))
    shown = run("codebook")
    assert shown.stdout == "Persons\n    Colleagues\nThings - what was there\n"
    assert "ab: to begin with" in shown.stderr


def test_a_line_that_cannot_be_understood_is_named(book, run):
    book.write_text("People\n  Friends\n Foes\n", encoding="utf-8")
    assert f"{book}, line 3: " in refused(run("codebook", "keep"))


@pytest.mark.usefixtures("book")
def test_an_incident_is_sorted_by_what_it_and_the_category_are_called(run):
    assert said(run("codebook", "assign", "P07", "S1-smooth", "COLLEAGUES")) == "P07 S1-smooth: Colleagues\n"
    assert said(run("codebook", "assign", "P07", "rough", "things")) == "P07 S1-rough: Things\n"
    listed = said(run("codebook", "sort", "--list")).splitlines()
    assert [line.split()[-1] for line in listed] == ["Colleagues", "Things", *["–"] * 6]
    assert said(run("codebook", "assign", "P07", "rough", "-")) == "P07 S1-rough: none\n"
    assert "Did you mean “things”?" in refused(run("codebook", "assign", "P07", "rough", "thigns"))
    assert "S1-smooth" in refused(run("codebook", "assign", "P07", "S1", "things"))
    assert "none" in refused(run("codebook", "assign", "P99", "S1", "things"))


@pytest.mark.usefixtures("book")
def test_incidents_are_gone_through_one_by_one(run):
    done = said(run("codebook", "sort", typed="2\n\nfolk\nthings\nq\n"))
    assert "took the stairs" in done
    assert "There is no category “folk”" in done
    assert done.endswith("2 sorted, 6 left.\n")
    listed = said(run("codebook", "sort", "--list")).splitlines()
    assert [line.split()[-1] for line in listed][:3] == ["Colleagues", "–", "Things"]


def test_nothing_is_sorted_before_a_version_was_kept(run):
    assert "codebook keep" in refused(run("codebook", "sort"))


def sort_all(run: Run, sit: Sit) -> None:
    """The coder sorts all; the judge a quarter; the extractor goes through one transcript."""
    said(run("codebook", "sort", typed="2\n3\n" * 4))
    said(run("figures", "sample", "judging", "--draw"))
    said(run("figures", "sample", "extraction", "--draw"))
    sit("cd")
    said(run("codebook", "sort", "--judging", typed="2\n3\n"))
    case = said(run("figures", "sample", "extraction")).strip()
    said(run("figures", "extract", case, "0:00-0:01", "=the lift"))
    said(run("figures", "extract", case, "--done"))
    sit("ab")


@pytest.mark.usefixtures("book")
def test_all_figures_are_printed_in_words_and_for_programs(run, sit):
    sort_all(run, sit)
    text = said(run("figures"))
    assert "4 interviews that ended, 8 incidents." in text
    assert "8 of 8 are sorted, by ab" in text
    assert "ab and cd: " in text
    assert "cd: 1 of 1 transcript." in text
    found = json.loads(said(run("figures", "--json")))
    assert (found["codebook"], found["incidents"], found["coded"]) == (1, 8, 8)
    assert [one["case"] for one in found["fidelity"]] == list(CASES)
    assert found["agreement"][0]["of"] == 2
    assert "post: ward" in said(run("figures", "--by", "post"))
    assert "incident, post" in refused(run("figures", "--by", "colour"))


@pytest.mark.usefixtures("book")
def test_the_coder_that_study_toml_names_is_the_studys(folder, run, sit):
    said(run("codebook", "assign", "P07", "smooth", "things"))
    said(run("codebook", "assign", "P07", "rough", "things"))
    sit("cd")
    said(run("codebook", "assign", "P07", "smooth", "people"))
    assert "2 of 8 are sorted, by ab (who has sorted most" in said(run("figures"))
    settings = folder / SETTINGS_FILE
    settings.write_text(settings.read_text(encoding="utf-8").replace('coder = ""', 'coder = "cd"'), encoding="utf-8")
    assert "1 of 8 are sorted, by cd (whom study.toml names)" in said(run("figures"))


def test_what_an_extractor_noted_is_listed_and_can_be_taken_back(run, sit):
    assert "no sample" in refused(run("figures", "sample", "extraction")).lower()
    said(run("figures", "sample", "extraction", "--draw"))
    sit("cd")
    case = said(run("figures", "sample", "extraction")).strip()
    said(run("figures", "extract", case, "0:10-1:02:03.5", "the lift"))
    said(run("figures", "extract", case, "0:20–0:30", "the stairs"))
    assert said(run("figures", "extract", case)) == "  1  0:10-62:03  the lift\n  2  0:20-0:30  the stairs\n"
    said(run("figures", "extract", case, "--drop", "1"))
    assert said(run("figures", "extract", case)) == "  1  0:20-0:30  the stairs\n"
    assert "under 2" in refused(run("figures", "extract", case, "--drop", "2"))
    assert "12:30-15:10" in refused(run("figures", "extract", case, "now", "x"))
    other = next(one for one in CASES if one != case)
    assert "not in the extractor's sample" in refused(run("figures", "extract", other, "0:10-0:20", "x"))


def test_a_sample_is_drawn_once_and_extended_by_what_came_since(folder, run):
    first = said(run("figures", "sample", "extraction", "--draw")).split()
    assert len(first) == 1
    assert "was drawn already: 1 of 4" in refused(run("figures", "sample", "extraction", "--draw"))
    assert "Nothing came since" in refused(run("figures", "sample", "extraction", "--extend"))
    add(StudyFolder.open(folder), ["P20", "P21", "P22", "P23", "P24"])
    (folder / "recordings" / "P24" / "transcript.json").unlink()
    extended = run("figures", "sample", "extraction", "--extend")
    second = said(extended).split()
    assert "1 of 4 were drawn" in extended.stderr  # nothing was heard of P24
    assert len(second) == 2
    assert set(first) < set(second)
    assert "from 1 to 100" in refused(run("figures", "sample", "judging", "--draw", "--percent", "0"))


def test_figures_are_written_as_tables_that_no_spreadsheet_runs_and_none_of_the_words(book, folder, run, sit):
    book.write_text(BOOK.replace("Colleagues", "=Colleagues (was: Colleagues)"), encoding="utf-8")
    said(run("codebook", "keep"))
    sort_all(run, sit)
    paths = [Path(line) for line in said(run("figures", "--write")).splitlines()]
    tables = {path.name.split("_all_")[1].split("_")[0]: path for path in paths}
    rows = {
        name: list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
        for name, path in tables.items()
        if path.suffix == ".csv"
    }
    assert [row["category"] for row in rows["participation"]] == ["People", "'=Colleagues", "Things"]
    assert [(row["incidents"], row["rate"], row["below_a_quarter"]) for row in rows["participation"]] == [
        ("4", "1.0", "no"),
        ("4", "1.0", "no"),
        ("4", "1.0", "no"),
    ]
    assert [row["case"] for row in rows["fidelity"]] == list(CASES)
    assert sum(int(row["incidents"]) for row in rows["confusion"]) == int(rows["agreement"][0]["incidents"]) == 2
    assert {"post", "incident"} <= {row["by"] for row in rows["kinds"]}
    assert rows["extraction"][0]["extractor"] == "cd"
    workbook = openpyxl.load_workbook(tables["figures"], read_only=True)
    assert workbook.sheetnames == [name for name in tables if name != "figures"]
    assert workbook["participation"]["A3"].value == "=Colleagues"
    workbook.close()
    for path in paths:
        assert path.parent == folder / "exports"
        assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600
        assert b"lift" not in path.read_bytes()
    assert set(written_of("P07", folder / "exports")) == set(paths)  # they go with what is destroyed of anybody


def test_figures_of_the_record_are_what_the_interview_was(folder):
    study = StudyFolder.open(folder)
    coding = StudyCoding(study)
    found = coding.figures(lambda *_: None, lambda: False)
    one = found.fidelity[0]
    assert (one.case, one.opened_wall_ms, one.schedule_version) == ("P07", WALL_MS, "1.10")
    record = study.record("P07")
    asked = [entry for entry in record.entries if entry.kind == "ask" and entry.on_route]
    assert one.on_route == len(asked)
    assert one.length_ms == record.ended_ms
    assert (one.recorded_ms, one.gaps, one.recorded) == (0, 0, 0.0)
    assert found.exhausted[-1].incidents_so_far == found.incidents == 8


def test_only_what_has_ended_and_is_no_rehearsal_counts_and_a_record_is_merged_once(folder):
    study = StudyFolder.open(folder)
    coding = StudyCoding(study)
    merged: list[str] = []

    def on_case(case: str, *_: int) -> None:
        merged.append(case)

    coding.figures(on_case, lambda: False)
    assert merged == []
    add(study, ["P20"])
    assert len(coding.figures(on_case, lambda: False).fidelity) == 5
    assert merged == ["P20"]


@pytest.mark.usefixtures("book")
def test_attributes_of_cases_that_have_values_split_participation(folder, run):
    settings = folder / SETTINGS_FILE
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        f'{text}\n[attributes.region]\ntitle = "Region"\nvalues = ["North", "South"]\n', encoding="utf-8"
    )

    cases = StudyCases(StudyFolder.open(folder))
    now = cases.now_ms()
    for case, region in (("P07", "North"), ("P08", "South"), ("P09", "South")):
        cases.note(AttributeGiven(case=case, wall_ms=now, name="region", value=region))
    said(run("codebook", "assign", "P08", "smooth", "things"))
    coding = StudyCoding(StudyFolder.open(folder))
    (things,) = [
        one for one in coding.figures(lambda *_: None, lambda: False).participation if one.category == "things"
    ]
    assert [one for one in things.split if one[0] == "region"] == [
        ("region", "North", Share(0, 1)),
        ("region", "South", Share(1, 2)),
    ]


@pytest.mark.usefixtures("book")
def test_a_line_of_coding_that_is_damaged_costs_no_other(folder, run):
    said(run("codebook", "assign", "P07", "smooth", "things"))
    said(run("codebook", "assign", "P07", "rough", "things"))
    (file,) = (folder / "coding").glob("*.jsonl")
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([b"damaged", *lines]))
    shown = run("figures")
    assert "2 of 8 are sorted" in said(shown)
    assert f"{file}, line 1, cannot be read" in shown.stderr


def test_an_extraction_has_no_incidents_to_be_sorted(folder):
    assert StudyCoding(StudyFolder.open(folder)).incidents(Task.EXTRACTION) == []
