"""What every transcriber promises: the real one, with a process that only plays one, and the fake that others use."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from interview_tui.record.ports import JobState, Transcriber
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.spec import JobSpec
from tests.fake_study import FakeTranscriber
from tests.transcribe.making import clip_of, until

PLAYED = Path(__file__).parent / "played_worker.py"


class Stage(Protocol):
    """A transcriber, and what makes the job that runs come to an end."""

    @property
    def transcriber(self) -> Transcriber: ...

    def finish(self, case: str) -> None: ...
    def fail(self, case: str) -> None: ...


@dataclass
class Real:
    transcriber: TranscriptionJob
    folder: Path

    def finish(self, case: str) -> None:
        (self.folder / case / "done").touch()

    def fail(self, case: str) -> None:
        (self.folder / case / "failed").touch()


class Fake:
    def __init__(self) -> None:
        self.transcriber = FakeTranscriber(39.0)

    def finish(self, case: str) -> None:
        assert self.transcriber.begun[-1] == case
        self.transcriber.finish()

    def fail(self, case: str) -> None:
        assert self.transcriber.begun[-1] == case
        self.transcriber.fail("It failed.")


@pytest.fixture(params=["real", "fake"])
def stage(request: pytest.FixtureRequest, call: Path, tmp_path: Path) -> Iterator[Stage]:
    if request.param == "fake":
        yield Fake()
        return

    def spec_of(case: str) -> JobSpec:
        return JobSpec(case, (clip_of(call),), tmp_path / case)

    real = Real(TranscriptionJob(spec_of, lambda spec: [sys.executable, str(PLAYED), str(spec)]), tmp_path)
    yield real
    real.transcriber.cancel()
    for case in ("P07", "P08", "P09"):
        real.transcriber.unfollow(case)


def state(stage: Stage, case: str = "") -> JobState | None:
    progress = stage.transcriber.poll(case)
    return progress.state if progress else None


def is_at_work(stage: Stage, case: str) -> bool:
    """Whether it is this one's turn: it may only just be starting."""
    progress = stage.transcriber.poll()
    return progress is not None and progress.case == case and progress.state in (JobState.WAITING, JobState.RUNNING)


def ends(stage: Stage, case: str, as_state: JobState) -> None:
    until(lambda: state(stage, case) is as_state, f"{case} is {as_state}")


def test_nothing_is_told_before_a_job_was_begun(stage: Stage) -> None:
    assert stage.transcriber.poll() is None
    assert stage.transcriber.poll("P07") is None


def test_cancelling_nothing_does_nothing(stage: Stage) -> None:
    stage.transcriber.cancel()
    stage.transcriber.cancel("P07")
    assert stage.transcriber.poll() is None


def test_a_job_that_is_let_be_gets_done(stage: Stage) -> None:
    stage.transcriber.begin("P07")
    begun = stage.transcriber.poll()
    assert begun is not None
    assert (begun.case, begun.total_s) == ("P07", 39.0)
    stage.finish("P07")
    ends(stage, "P07", JobState.DONE)
    progress = stage.transcriber.poll()
    assert progress is not None
    assert (progress.case, progress.done_s, progress.left_s) == ("P07", 39.0, 0.0)


def test_others_wait_for_their_turn_and_are_counted(stage: Stage) -> None:
    for case in ("P07", "P08", "P09"):
        stage.transcriber.begin(case)
    progress = stage.transcriber.poll()
    assert progress is not None
    assert (progress.case, progress.waiting) == ("P07", 2)
    assert state(stage, "P08") is JobState.WAITING
    stage.finish("P07")
    until(lambda: is_at_work(stage, "P08"), "the turn of P08")
    stage.finish("P08")
    until(lambda: is_at_work(stage, "P09"), "the turn of P09")
    assert state(stage, "P07") is JobState.DONE


def test_one_that_fails_does_not_stop_the_others(stage: Stage) -> None:
    for case in ("P07", "P08"):
        stage.transcriber.begin(case)
    stage.fail("P07")
    until(lambda: is_at_work(stage, "P08"), "the turn of P08")
    failed = stage.transcriber.poll("P07")
    assert failed is not None
    assert (failed.state, failed.message) == (JobState.FAILED, "It failed.")


def test_an_urgent_one_comes_first_and_sets_aside_what_runs(stage: Stage) -> None:
    for case in ("P07", "P08"):
        stage.transcriber.begin(case)
    stage.transcriber.begin("P09", urgent=True)
    assert is_at_work(stage, "P09")
    assert state(stage, "P07") is JobState.WAITING
    stage.finish("P09")
    until(lambda: is_at_work(stage, "P07"), "the turn of P07, which was set aside")
    stage.finish("P07")
    until(lambda: is_at_work(stage, "P08"), "the turn of P08")


def test_a_cancelled_job_can_be_begun_again(stage: Stage) -> None:
    stage.transcriber.begin("P07")
    stage.transcriber.cancel()
    assert state(stage) is JobState.CANCELLED
    stage.transcriber.begin("P07")
    assert state(stage) is not JobState.CANCELLED


def test_one_of_them_is_cancelled_and_the_others_go_on(stage: Stage) -> None:
    for case in ("P07", "P08", "P09"):
        stage.transcriber.begin(case)
    stage.transcriber.cancel("P08")
    assert state(stage, "P08") is JobState.CANCELLED
    assert is_at_work(stage, "P07")
    stage.transcriber.cancel("P07")
    assert state(stage, "P07") is JobState.CANCELLED
    assert is_at_work(stage, "P09")


def test_all_of_them_are_cancelled_at_once(stage: Stage) -> None:
    for case in ("P07", "P08"):
        stage.transcriber.begin(case)
    stage.transcriber.cancel()
    assert [state(stage, case) for case in ("P07", "P08")] == [JobState.CANCELLED] * 2


def test_one_that_is_begun_twice_has_one_turn(stage: Stage) -> None:
    for case in ("P07", "P08", "P08", "P07"):
        stage.transcriber.begin(case)
    progress = stage.transcriber.poll()
    assert progress is not None
    assert (progress.case, progress.waiting) == ("P07", 1)


def test_a_call_that_is_followed_takes_no_turn(stage: Stage) -> None:
    stage.transcriber.follow("P07")
    stage.transcriber.follow("P07")
    stage.transcriber.begin("P08")
    assert is_at_work(stage, "P08")
    stage.transcriber.unfollow("P07")
    stage.transcriber.unfollow("P07")
    assert is_at_work(stage, "P08")
