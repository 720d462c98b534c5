"""A reviewer's corrections in a study on disk: kept at once, found again, refused where they cannot be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interview_tui.adapters import correct
from interview_tui.errors import Refused, StorageError
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, to_json
from interview_tui.store.study import StudyFolder
from interview_tui.tui import attributing
from interview_tui.tui.attributing import Attribution
from tests.app.laid_study import CASE, LaidStudy
from tests.record.test_merge import turn

TALK = (
    turn(1, INTERVIEWER, 5_000, 9_000, "How would you define mentoring"),
    turn(2, RESPONDENT, 10_000, 20_000, "Holding the ladder while someone else climbs"),
    turn(3, RESPONDENT, 21_000, 23_000, "And did you ever fall"),
)


@pytest.fixture
def laid(tmp_path: Path) -> LaidStudy:
    """An interview that is over, and its transcript."""
    made = LaidStudy.make(tmp_path / "study")
    made.end()
    found = Transcript(TALK, Provenance("faster-whisper", "base.en", "0" * 64, "en"))
    (made.folder / "transcript.json").write_text(json.dumps(to_json(found)), encoding="utf-8")
    return made


def speakers(study: StudyFolder) -> list[str]:
    return [placed.turn.speaker for placed in study.record(CASE).turns]


def made(study: StudyFolder, attribution: Attribution | None) -> None:
    assert attribution is not None
    correct(study, CASE, attribution.correction)


def test_corrections_are_on_disk_at_once_and_the_transcript_is_untouched(laid):
    kept = (laid.folder / "transcript.json").read_bytes()
    number = len(laid.study.events(CASE))
    made(laid.study, attributing.swap(laid.study.record(CASE)))
    third = next(placed.turn for placed in laid.study.record(CASE).turns if placed.turn.number == 3)
    made(laid.study, attributing.give(laid.study.record(CASE), third.stretch))
    again = StudyFolder.open(laid.study.path)
    assert speakers(again) == [RESPONDENT, INTERVIEWER, RESPONDENT]
    assert len(again.events(CASE)) == number + 2
    assert (laid.folder / "transcript.json").read_bytes() == kept


def test_while_the_interview_is_open_elsewhere_nothing_is_corrected(laid):
    journal = laid.study.journal(CASE)
    with pytest.raises(StorageError, match="open in another"):
        made(laid.study, attributing.swap(laid.study.record(CASE)))
    journal.close(10.0)
    assert speakers(laid.study) == [INTERVIEWER, RESPONDENT, RESPONDENT]


def test_an_interview_that_goes_on_is_not_corrected_and_can_go_on(tmp_path):
    going_on = LaidStudy.make(tmp_path / "study")
    with pytest.raises(Refused, match="not over yet"):
        correct(going_on.study, CASE, lambda session, now: session.swap_speakers((), now))
    going_on.end()
    assert going_on.study.interview(CASE).ended
