"""`interview-tui cases`: the list, a card, what came of a call, a list taken in, who somebody is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from interview_tui import case_import_command
from interview_tui.calling_times import in_words
from interview_tui.casebook import StudyCases, StudyIdentities
from interview_tui.cli import main
from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.identity import Identity
from interview_tui.identity_command import NEW_PASSPHRASE, PASSPHRASE
from interview_tui.store.identities import ELSEWHERE
from interview_tui.store.study import StudyFolder
from tests.quick_passphrases import quick_passphrases

__all__ = ["quick_passphrases"]  # the fixture

SECRET = "four words go together"
NAMES = ("Fennimore", "Okafor", "07700", "High Street", "example.org")
TOML = """
[attributes.region]
title = "Region"
values = ["North", "Wales"]
[attributes.years]
title = "Years served"
number = true
"""
LIST = """case;Name;Phone;Region;Years served;Shoe size
P01;Ann Fennimore;07700 900001;north;12;39
P02;Bob Okafor;07700 900002;Wales;;40
P02;Bob Okafor;07700 900002;Wales;;40
P03;Cem;"07700
900003";Fennimore;3;41
"""

Run = Callable[..., Result]


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    for folder in ("study", "apart"):
        (tmp_path / folder).mkdir()
    (tmp_path / "study" / "study.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    for variable in (PASSPHRASE, NEW_PASSPHRASE):
        monkeypatch.delenv(variable, raising=False)
    return StudyFolder.open(tmp_path / "study")


@pytest.fixture
def run(study: StudyFolder) -> Run:
    return lambda *given: CliRunner().invoke(main, ["--study", str(study.path), "cases", *given])


def done(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def everything_in(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_an_empty_list_says_how_to_begin(run):
    told = done(run())
    assert told.stdout == ""
    assert "cases import FILE" in told.stderr


def test_a_case_from_the_list_to_its_end(run, study):
    book = StudyCases(study)
    assert "not rung yet" in done(run("add", "P01", "Region=wales", "years=3")).stderr
    done(run("add", "P10"))
    done(run("add", "P2"))
    assert [line.split()[1] for line in done(run()).stdout.splitlines()[1:]] == ["P01", "P2", "P10"]
    done(run("set", "P01", "years="))
    done(run("remark", "P01", "mornings only"))
    done(run("attempt", "P01", "no-answer"))
    done(run("attempt", "P2", "c", "--again", "in 3 hours", "--remark", "in a meeting"))
    done(run("due", "P10", "tomorrow 9:00"))
    assert "due" in done(run("show", "P10")).stdout
    done(run("due", "P10", "clear"))
    assert [line.split()[1] for line in done(run("--due")).stdout.splitlines()[1:]] == ["P10"]
    assert done(run()).stdout.splitlines()[0].split() == ["case", "due", "standing", "last", "attempt", "Region"]
    shown = done(run("show", "P01")).stdout
    for told in ("Region: Wales", "Years served: –", "mornings only", "no answer"):
        assert told in shown
    agreed = {card.case: card for card in book.cards()}["P2"].appointment
    assert agreed is not None
    assert in_words(agreed.due_wall_ms) in done(run("show", "P2")).stdout
    done(run("appoint", "P2", "tomorrow 9:00", "--not-definite", "--remark", "perhaps"))
    assert "(not definite; perhaps)" in done(run("show", "P2")).stdout
    done(run("appoint", "P2", "clear"))
    assert run("appoint", "P2", "clear").exit_code == 2
    assert "closed (moved)" in done(run("close", "P2", "moved")).stderr
    assert "to be rung again" in done(run("reopen", "P2")).stderr
    assert run("reopen", "P2").exit_code == 2


def test_the_list_as_json_is_what_a_script_needs(run):
    done(run("add", "P01", "region=North"))
    done(run("attempt", "P01", "voicemail", "--at", "yesterday 17:00"))
    (row,) = json.loads(done(run("--json")).stdout)
    assert (row["case"], row["turn"], row["standing"], row["attributes"]) == (
        "P01",
        "due",
        "trying",
        {"region": "North"},
    )
    assert row["attempts"][0]["aapor"] == "2.221"
    assert row["due"] > row["attempts"][0]["at"]


def test_a_time_without_a_day_is_a_call_that_was(run, study):
    done(run("add", "P01"))
    book = StudyCases(study)
    later = in_words(book.now_ms() + attempts.HOUR_MS).split()[1]
    done(run("attempt", "P01", "n", "--at", later))
    assert book.cards()[0].attempts[0].rung_wall_ms <= book.now_ms()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("add", "P01"), "on the list already"),
        (("add", "p01"), "only in capitals"),
        (("add", "../x"), "cannot be a case id"),
        (("add", "P03", "region"), "Write region=Wales"),
        (("set", "P01", "party=x"), "Take one of region, years"),
        (("set", "P01", "region=Mars"), "Take one of North, Wales"),
        (("show", "p01"), "Did you mean P01?"),
        (("attempt", "P01", "no"), "may be no answer or not available or not eligible"),
        (("attempt", "P01", ""), "There is no outcome ''"),
        (("attempt", "P01", "hard"), "needs a remark"),
        (("attempt", "P01", "n", "--at", "soon"), "no time of a day"),
        (("appoint", "P01", "yesterday 9:00"), "in the past"),
        (("--due", "show", "P01"), "--due and --json"),
        (("identity", "P01"), "--ask"),
        (("identity", "P77", "--name", "x"), "There is no case P77"),
        (("identity", "P01", "--forget", "--ask"), "does not go with"),
        (("identity", "P01", "--name", "Fennimore"), "INTERVIEW_TUI_PASSPHRASE"),
        (("passphrase",), "no identities yet"),
        (("import", "nowhere.csv"), "no file"),
        (("import", "nowhere.csv", "--map", "x"), "no file"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run, study, given, said):
    done(run("add", "P01"))
    before = everything_in(study.path)
    told = run(*given)
    assert told.exit_code == 2
    assert said in told.output
    assert everything_in(study.path) == before


@pytest.mark.usefixtures("quick_passphrases")
def test_a_list_is_taken_in_once_and_names_go_elsewhere(run, study, tmp_path, monkeypatch):
    file, report = tmp_path / "list.csv", tmp_path / "report.csv"
    file.write_text(LIST, encoding="utf-8")
    before = everything_in(study.path)
    tried = run("import", str(file), "--dry-run")
    assert tried.exit_code == 1
    assert "2 of 4 rows would be taken" in tried.stderr
    assert everything_in(study.path) == before
    monkeypatch.setenv(PASSPHRASE, SECRET)
    first = run("import", str(file), "--report", str(report))
    assert "2 of 4 rows taken: 2 new, 0 known." in first.stderr
    assert "Not taken: Shoe size" in first.stderr
    rows = list(csv.DictReader(report.open(encoding="utf-8")))
    assert [(row["line"], row["case"]) for row in rows] == [("4", "P02"), ("5", "P03")]
    assert "2 new or changed" in first.stderr
    after = everything_in(study.path)
    again = run("import", str(file))
    assert "2 of 4 rows taken: 0 new, 2 known." in again.stderr
    assert "0 new or changed" in again.stderr
    assert everything_in(study.path) == after
    for told in (after, first.output.encode(), report.read_bytes()):
        assert not [name for name in NAMES if name.encode() in told]
    shown = done(run("show", "P01", "--identity")).stdout
    assert "Name:      Ann Fennimore" in shown
    assert "Telephone: 07700 900001" in shown
    assert "Region: North" in shown


def test_a_workbook_without_names_asks_for_no_passphrase(run, study, tmp_path):
    file = tmp_path / "list.xlsx"
    made = openpyxl.Workbook()
    for row in (["Sample of 2026"], ["Case", "Region", "Seit"], ["P01", "Wales", 3], ["P02", "North", 4]):
        made.active.append(row)
    made.save(file)
    told = done(run("import", str(file), "--map", "Seit=years"))
    assert "2 of 2 rows taken" in told.stderr
    assert dict(StudyCases(study).cards()[1].attributes) == {"region": "North", "years": "4"}
    assert run("import", str(file), "--map", "Seit").exit_code == 2


@pytest.mark.usefixtures("quick_passphrases")
def test_who_somebody_is_is_kept_shown_forgotten_and_locked_anew(run, study, monkeypatch):
    done(run("add", "P01"))
    monkeypatch.setenv(PASSPHRASE, SECRET)
    done(run("identity", "P01", "--name", "Ann  Fennimore", "--telephone", "07700 1", "--telephone", "07700 2"))
    assert "Nothing" not in done(run("identity", "P01")).output
    monkeypatch.setenv(NEW_PASSPHRASE, "these are other words")
    done(run("passphrase"))
    refused = run("identity", "P01")
    assert refused.exit_code == 2
    assert "not the passphrase" in refused.output
    assert "Fennimore" not in refused.output
    monkeypatch.setenv(PASSPHRASE, "these are other words")
    book = StudyIdentities(study)
    book.unlock("these are other words")
    assert book.of("P01") == Identity("Ann Fennimore", ("07700 1", "07700 2"))
    done(run("identity", "P01", "--forget"))
    assert book.of("P01") is None
    told = everything_in(study.path)
    assert not [name for name in (*NAMES, SECRET) if name.encode() in told]


def test_what_nobody_expected_quotes_nothing_that_was_read(run, study, tmp_path, monkeypatch):
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")

    def stumbles(*_: object) -> None:
        raise ValueError("Fennimore is no number")

    monkeypatch.setattr(case_import_command, "listing", stumbles)
    told = run("import", str(file))
    assert told.exit_code == 1
    assert "ValueError, test_cases_command.py:" in told.output
    assert "Fennimore" not in told.output
    assert not (study.path / "error.log").exists()


def test_a_line_that_is_damaged_is_named_and_the_others_hold(run, study):
    done(run("add", "P01"))
    (file,) = (study.path / "cases").glob("*.jsonl")
    file.write_bytes(b"{torn\n" + file.read_bytes())
    told = done(run())
    assert "P01" in told.stdout
    assert "line 1, cannot be read" in told.stderr
