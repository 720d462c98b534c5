"""Pseudonyms from the command line to the export: real names leave only where somebody says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui import bootstrap
from interview_tui.adapters import StudyExports
from interview_tui.cli import main
from interview_tui.pseudonymising import Finder
from interview_tui.record.export_ports import Choice
from interview_tui.record.transcript import RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.schedule.model import Consent
from interview_tui.store.pseudonym_log import ELSEWHERE, log_of
from interview_tui.store.study import StudyFolder
from tests.app.test_bootstrap import NOWHERE

CASE = "P07"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    """A study with an interview that has ended, with three notes."""
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    made = bootstrap.ready_study(tmp_path / "study")
    call = bootstrap.open_call(made, CASE, NOWHERE)
    for consent in Consent:
        call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
    for line in ("rang @Denise about it", "the letter went to Councillor Teague", "denise's bell, and Bell rang"):
        call.enter(line, call.clock.now().at_ms)
    call.end("partial")
    assert call.journal.close(5.0)
    return made


def run(study: StudyFolder, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--study", str(study.path), *arguments])


def exported(study: StudyFolder, *arguments: str) -> str:
    result = run(study, "export", CASE, "--format", "text", *arguments)
    assert result.exit_code == 0, result.output
    [file] = result.stdout.split()
    return Path(file).read_text(encoding="utf-8")


def test_what_may_be_a_name_is_listed_with_what_may_stand_for_it(study: StudyFolder) -> None:
    result = run(study, "pseudonyms", CASE)
    assert result.exit_code == 0
    assert "?  Denise  → [Person A]" in result.stdout
    assert "?  Teague  → [Councillor A]" in result.stdout
    assert log_of(study) is None


def test_names_that_were_added_are_replaced_in_exports_from_then_on(study: StudyFolder) -> None:
    assert "@Denise" in exported(study, "--full")
    result = run(study, "pseudonyms", CASE, "--add", "Teague", "--add", "Denise=Friend A")
    assert result.stdout.splitlines()[:2] == ["[Councillor A]  Teague", "[Friend A]  Denise"]
    text = exported(study)
    assert "rang @[Friend A] about it" in text
    assert "Councillor [Councillor A]" in text
    assert "[Friend A]'s bell" in text
    assert "@Denise" in exported(study, "--full")


def test_the_screen_exports_with_names_replaced_as_well(study: StudyFolder) -> None:
    run(study, "pseudonyms", CASE, "--add", "Denise")
    [file] = StudyExports(study).write([CASE], Choice(("text",))).files
    assert "enise" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [((), 6, "“@Denise” in the note n1"), (("--pseudonymised",), 2, "No name is replaced in P07 yet")],
)
def test_where_a_name_is_marked_and_nothing_stands_for_it_nothing_is_exported(
    study: StudyFolder, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(study, "export", CASE, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert not list(study.exports_folder.iterdir())


def test_where_the_log_is_missing_only_an_explicit_choice_lets_real_names_out(study: StudyFolder) -> None:
    run(study, "pseudonyms", CASE, "--add", "Denise")
    log = log_of(study)
    assert log is not None
    log.path.unlink()
    assert run(study, "export", CASE).exit_code == 3
    assert "@Denise" in exported(study, "--full")


def test_a_name_that_is_said_as_a_word_too_is_replaced_only_with_a_capital_unless_told(study: StudyFolder) -> None:
    words = tuple(Word(word, n * 300, n * 300 + 200) for n, word in enumerate(("a", "bell", "and", "Bell")))
    heard = Transcript((Turn(1, RESPONDENT, words),), Provenance("", "", "", "en"))
    file = study.audio_folder(CASE) / "transcript.json"
    file.write_text(json.dumps(to_json(heard)), encoding="utf-8")
    listed = run(study, "pseudonyms", CASE, "--add", "Bell", "--add", "Denise=Friend A").stdout
    assert "[Person A]  Bell  (Bell only with a capital)" in listed
    assert "R: a bell and [Person A]" in exported(study)
    run(study, "pseudonyms", CASE, "--add", "Bell", "--any-case")  # B is its initial
    assert "R: a [Person C] and [Person C]" in exported(study)


def test_one_of_the_whole_study_holds_everywhere_and_is_dropped_as_such(study: StudyFolder) -> None:
    run(study, "pseudonyms", CASE, "--add", "Denise", "--also", "Dee", "--study-wide")
    assert bootstrap.pseudonyms_of(study, "P99")[0].aliases == ("Dee",)
    assert "(the whole study)" in run(study, "pseudonyms", CASE).stdout
    result = run(study, "pseudonyms", CASE, "--drop", "Denise")
    assert (result.exit_code, "has no pseudonym in P07" in result.stderr) == (2, True)
    assert run(study, "pseudonyms", CASE, "--drop", "denise", "--study-wide").exit_code == 0
    assert bootstrap.pseudonyms_of(study, CASE) == ()


def test_files_are_searched_for_names_and_the_exit_code_says_whether_any_is_left(study: StudyFolder) -> None:
    run(study, "pseudonyms", CASE, "--add", "Denise")
    good, bad = study.path / "good.txt", study.path / "bad.txt"
    good.write_text("[Person A]", encoding="utf-8")
    bad.write_text("a\nwith DENISE and her secret", encoding="utf-8")
    assert run(study, "pseudonyms", CASE, "--check", str(good)).exit_code == 0
    result = run(study, "pseudonyms", CASE, str(good), str(bad), "--check")
    assert (result.exit_code, result.stdout) == (1, f"{bad}, line 2: Denise\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--check",), "--check goes with files"),
        (("--also", "Dee"), "--also goes with one --add"),
        (("--add", "Denise=Denise B"), "give away"),
        (("--drop", "Nobody"), "has no pseudonym"),
    ],
)
def test_what_cannot_be_done_is_said(study: StudyFolder, arguments: tuple[str, ...], said: str) -> None:
    result = run(study, "pseudonyms", CASE, *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_case_that_is_not_there_begins_no_log(study: StudyFolder) -> None:
    assert run(study, "pseudonyms", "P99", "--add", "Denise").exit_code == 3
    assert log_of(study) is None


def test_another_spelling_is_listed_as_that_and_a_new_transcript_is_noticed(study: StudyFolder) -> None:
    finder = Finder(study)
    assert [each.name for each in finder.found(CASE).candidates] == ["Denise", "Teague", "Bell"]
    kept = finder.found(CASE)
    assert finder.found(CASE) is kept
    words = tuple(
        Word(word, n * 300, n * 300 + 200) for n, word in enumerate(["then", "Denisse", "and", "Pargeter", "rang"])
    )
    heard = Transcript((Turn(1, RESPONDENT, words),), Provenance("", "", "", "en"))
    file = study.audio_folder(CASE) / "transcript.json"
    file.write_text(json.dumps(to_json(heard)), encoding="utf-8")
    assert "Pargeter" in [each.name for each in finder.found(CASE).candidates]
    assert "?  Denisse (as Denise?)  → [Person A]  1 ×, turn 1" in run(study, "pseudonyms", CASE).stdout


def test_what_another_interview_says_in_small_letters_is_no_name(study: StudyFolder) -> None:
    finder = Finder(study)
    assert "Bell" in [each.name for each in finder.found(CASE).candidates]
    call = bootstrap.open_call(study, "P08", NOWHERE)
    call.end("partial")
    assert call.journal.close(5.0)
    heard = Transcript((Turn(1, RESPONDENT, (Word("bell", 0, 100),)),), Provenance("", "", "", "en"))
    file = study.audio_folder("P08") / "transcript.json"
    file.write_text(json.dumps(to_json(heard)), encoding="utf-8")
    assert [each.name for each in Finder(study).found(CASE).candidates] == ["Denise", "Teague"]
