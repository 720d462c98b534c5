"""A name that was said only in what is destroyed is in no byte of the log of pseudonyms afterwards; the others stay."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from interview_tui import bootstrap, destroying
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.store.pseudonym_log import ELSEWHERE, PseudonymLog, log_of, new_log
from interview_tui.store.study import StudyFolder
from tests.app.test_bootstrap import NOWHERE
from tests.app.test_destroying import CASE, reopened, study, whole

__all__ = ["study", "whole"]  # fixtures

NOON_MS = 1_773_486_180_123
SAID_IN_IT = Pseudonym("unrepeatable", "[Person A]", case=CASE)
NOTED_IN_IT = Pseudonym("leader", "[Person B]", case=CASE, aliases=("rang",))
SAID_ELSEWHERE = Pseudonym("Budget", "[Person C]", case=CASE)
OF_ANOTHER_CASE = Pseudonym("unrepeatable", "[Person D]", case="P99")
NEVER_SAID = Pseudonym("Marlbury", "[Place E]", case=CASE)


@pytest.fixture
def log(study: StudyFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PseudonymLog:
    """The log of a study of which one name is said and one noted only in what is withheld."""
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    made = new_log(study)
    made.add([SAID_IN_IT, NOTED_IN_IT, SAID_ELSEWHERE, OF_ANOTHER_CASE, NEVER_SAID], "RV", NOON_MS)
    return made


def destroyed(study: StudyFolder) -> str:
    """What the certificate says once it is destroyed."""
    with reopened(study) as call:
        return destroying.destroy(study, call, "w1").read_text(encoding="utf-8")


def test_names_of_the_case_that_are_said_nowhere_any_more_go_and_all_others_stay(study, log):
    said = destroyed(study)
    assert log.holding(CASE) == (Pseudonym("rang", "[Person B]", case=CASE), SAID_ELSEWHERE)
    assert log.holding("P99") == (OF_ANOTHER_CASE,)
    data = log.path.read_bytes()
    assert b"leader" not in data
    assert b"Marlbury" not in data
    assert data.count(b"unrepeatable") == 1  # the other case's
    assert "log of pseudonyms\n    has no name in any line that is said nowhere in what is left" in said
    if os.name == "posix":
        assert stat.S_IMODE(log.path.stat().st_mode) == 0o600
    assert {file.name for file in log.path.parent.iterdir()} <= {log.path.name, f"{log.path.stem}.lock"}


def test_a_name_that_was_withdrawn_or_is_none_goes_as_well(study, log):
    log.withdraw(SAID_IN_IT, "RV", NOON_MS)
    log.say_it_is_none("leader", CASE, "RV", NOON_MS)
    log.rewrite(lambda entry: None if entry.pseudonym == OF_ANOTHER_CASE else entry)
    destroyed(study)
    assert not any(name in log.path.read_bytes() for name in (b"leader", b"unrepeatable"))


def test_a_name_of_the_whole_study_goes_once_no_interview_has_it(study, log):
    log.add([Pseudonym("unrepeatable", "[Person F]"), Pseudonym("Selwyn", "[Place G]")], "RV", NOON_MS)
    destroyed(study)
    wide = [each.name for each in log.holding() if not each.case]
    assert wide == ["Selwyn"]  # which was never said here: it may be meant for another interview


def test_a_name_of_the_whole_study_stays_while_another_interview_has_it(study, log):
    log.add([Pseudonym("unrepeatable", "[Person F]")], "RV", NOON_MS)
    call = bootstrap.open_call(study, "P08", NOWHERE)
    call.enter("an unrepeatable remark", call.clock.now().at_ms)
    call.end("partial")
    assert call.journal.close(10.0)
    destroyed(study)
    assert [each.replacement for each in log.holding() if not each.case] == ["[Person F]"]


def test_where_the_log_is_not_at_hand_it_is_destroyed_all_the_same_and_the_certificate_says_so(study, log):
    log.path.rename(log.path.with_suffix(".elsewhere"))
    said = destroyed(study)
    assert "Not reached: the log of pseudonyms. The pseudonyms of this study are not here" in said
    assert "has no name in any line" not in said
    assert study.interview(CASE).soundtrack.withholdings["w1"].destroyed


def test_a_study_without_a_log_gets_none(study):
    said = destroyed(study)
    assert "log of pseudonyms" not in said
    assert log_of(study) is None
