"""Records that other processes merge ahead are those that the study gives."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from interview_tui import bootstrap
from interview_tui.at_rest.study_key import ELSEWHERE, StudyKey, keep_for_the_day
from interview_tui.errors import StorageError
from interview_tui.reading_ahead import records
from interview_tui.schedule.model import Consent
from interview_tui.store.study import StudyFolder
from tests.app.test_bootstrap import NOWHERE
from tests.at_rest.encrypted import encrypted_study

CASES = [f"P0{number}" for number in range(1, 8)]


@dataclass(frozen=True)
class Made:
    study: StudyFolder
    key: StudyKey | None


@pytest.fixture(scope="module", params=["open", "encrypted"])
def made_study(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, key = tmp_path_factory.mktemp("study"), None
    if request.param == "encrypted":
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(ELSEWHERE, str(tmp_path_factory.mktemp("keys")))
            key = encrypted_study(folder)
    made = bootstrap.ready_study(folder)
    for case in CASES:
        call = bootstrap.open_call(made, case, NOWHERE)
        for consent in Consent:
            call.keep(call.session.take_in_consent(consent, "May we?", call.clock.now()))
        call.end("partial")
        assert call.journal.close(5.0)
    return Made(made, key)


@pytest.fixture
def study(made_study: Made) -> StudyFolder:
    if made_study.key is not None:
        keep_for_the_day(made_study.key)
    return made_study.study


def test_each_record_is_that_of_the_study_in_any_part_of_the_order(study: StudyFolder) -> None:
    with records(study, CASES) as record_of:
        for case in (CASES[0], CASES[1], CASES[4], CASES[6]):
            assert record_of(case) == study.record(case)


def test_an_error_in_another_process_is_the_users_sentence_with_its_way_out(study: StudyFolder) -> None:
    with records(study, ["P99", *CASES]) as record_of, pytest.raises(StorageError, match="P99") as caught:
        record_of("P99")
    with pytest.raises(StorageError) as expected:
        study.record("P99")
    assert str(caught.value) == str(expected.value)


def test_where_the_processes_are_ended_the_rest_is_merged_here(study: StudyFolder) -> None:
    with records(study, CASES) as record_of:
        assert record_of(CASES[0]).case == CASES[0]
        for child in psutil.Process().children():
            os.kill(child.pid, signal.SIGTERM)
        assert [record_of(case).case for case in CASES[1:]] == CASES[1:]


def test_few_are_read_without_other_processes(tmp_path: Path) -> None:
    study = StudyFolder(tmp_path, bootstrap.ready_study(tmp_path).settings)
    with records(study, ["P01"]) as record_of:
        assert record_of == study.record
