"""What every study promises: the folder on disk and the one that other tests use in its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from interview_tui.errors import StorageError
from interview_tui.interview.events import (
    AudioRepacked,
    Debriefed,
    DebriefWritten,
    Event,
    InterviewResumed,
    SpanClosed,
    SpanOpened,
)
from interview_tui.interview.ports import Draft
from interview_tui.interview.state import fold
from interview_tui.record.merge import merge
from interview_tui.record.ports import InterviewSummary, Study
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.fake_study import FakeStudy
from tests.store.conducting import conducted
from tests.store.making import NOON_MS, until_saved

RECORDING = (SpanOpened, SpanClosed, AudioRepacked)


@pytest.fixture(params=["on disk", "in memory"])
def study(request: pytest.FixtureRequest, tmp_path: Path) -> Study:
    return StudyFolder.open(tmp_path) if request.param == "on disk" else FakeStudy(tmp_path.name, tmp_path)


def conduct(study: Study, case: str, events: list[Event]) -> None:
    study.keep_schedule(handover())
    journal = study.journal(case)
    journal.append(events)
    assert journal.close(5)


def test_a_new_study_has_no_interviews(study: Study, tmp_path: Path) -> None:
    assert study.name == tmp_path.name
    assert study.interviews() == []
    assert study.draft("P07") is None
    assert study.transcript("P07") is None


@pytest.mark.parametrize("ask", [Study.interview, Study.schedule, Study.record], ids=lambda method: method.__name__)
def test_a_case_without_an_interview_is_an_error(study: Study, ask: Callable[[Study, str], object]) -> None:
    with pytest.raises(StorageError, match="P07"):
        getattr(study, ask.__name__)("P07")


def test_a_conducted_interview_is_there_with_its_schedule_and_record(study: Study) -> None:
    conduct(study, "P07", conducted())
    assert study.interview("P07") == fold(handover(), conducted())
    assert study.schedule("P07") == handover()
    assert study.record("P07") == merge(fold(handover(), conducted()), None)
    assert study.audio_folder("P07").is_dir()


def test_the_list_has_a_line_for_every_interview_the_last_opened_first(study: Study) -> None:
    conduct(study, "P07", conducted())
    conduct(study, "P08", conducted("P08", NOON_MS + 3_600_000, ended=False))
    conduct(study, "P06", conducted("P06", NOON_MS - 1, rehearsal=True))
    (study.audio_folder("P07") / "spans.jsonl").touch()
    assert study.interviews() == [
        InterviewSummary(
            case="P08",
            opened_wall_ms=NOON_MS + 3_600_000,
            length_ms=5000,
            recorded_ms=2000,
            notes=2,
            incidents=1,
            ended=False,
            transcribed=False,
            rehearsal=False,
            where="Can you think of a handover to a theatre nurse that went smoothly?",
        ),
        InterviewSummary(
            "P07", NOON_MS, 5500, 2000, 2, 1, ended=True, transcribed=False, rehearsal=False, debrief_open=True
        ),
        InterviewSummary("P06", NOON_MS - 1, 5500, 2000, 2, 1, ended=True, transcribed=False, rehearsal=True),
    ]


def test_a_debrief_is_open_until_the_interviewer_is_through_with_it(study: Study) -> None:
    events = conducted()
    conduct(study, "P07", [*events, DebriefWritten(at_ms=7000, wall_ms=NOON_MS + 7000, box="went", text="well")])
    (study.audio_folder("P07") / "spans.jsonl").touch()
    assert [line.debrief_open for line in study.interviews()] == [True]
    conduct(study, "P08", [*conducted("P08"), Debriefed(at_ms=7000, wall_ms=NOON_MS + 7000)])
    (study.audio_folder("P08") / "spans.jsonl").touch()
    assert {line.case: line.debrief_open for line in study.interviews()} == {"P07": True, "P08": False}


def test_a_call_that_was_taken_in_from_elsewhere_has_no_debrief_to_write(study: Study) -> None:
    conduct(study, "P07", conducted())
    assert [line.debrief_open for line in study.interviews()] == [False]


def test_an_interview_that_was_not_recorded_has_a_debrief_to_write(study: Study) -> None:
    conduct(study, "P07", [event for event in conducted() if not isinstance(event, RECORDING)])
    assert [line.debrief_open for line in study.interviews()] == [True]


def test_a_journal_that_was_opened_without_an_event_is_no_interview(study: Study) -> None:
    assert study.journal("P07").close(5)
    assert study.interviews() == []


def test_an_unfinished_interview_is_gone_on_with_where_it_was_left(study: Study) -> None:
    told = conducted(ended=False)
    study.keep_schedule(handover())
    journal = study.journal("P07")
    journal.append(told)
    journal.keep_draft(Draft("and then sh", 5100))
    assert journal.close(5)
    assert study.draft("P07") == Draft("and then sh", 5100)
    again = study.journal("P07")
    assert again.saved == len(told)
    number = again.append([InterviewResumed(at_ms=9000, wall_ms=NOON_MS + 9000)])
    until_saved(again, number)
    with pytest.raises(StorageError, match="open"):
        study.journal("P07")
    assert again.close(5)
    assert study.interview("P07").at_ms == 9000
