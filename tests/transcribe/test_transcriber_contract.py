"""What every transcriber promises: the real one and the fake that other tests use."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.record.ports import JobState, Transcriber
from interview_tui.transcribe.job import TranscriptionJob
from tests.fakes import FakeTranscriber
from tests.transcribe.making import clip_of, command, job, until

Finish = Callable[[], None]


@pytest.fixture(params=["real", "fake"])
def transcriber(
    request: pytest.FixtureRequest, call: Path, cache: Path, tmp_path: Path
) -> Iterator[tuple[Transcriber, Finish]]:
    """A transcriber, and what makes its job come to an end."""
    if request.param == "fake":
        fake = FakeTranscriber(39.0)
        yield fake, fake.finish
    else:
        real = TranscriptionJob(lambda _: job(tmp_path, cache, clip_of(call)), command)
        yield (
            real,
            lambda: until(lambda: state(real) not in (JobState.WAITING, JobState.LOADING, JobState.RUNNING), "it"),
        )
        real.cancel()


def state(transcriber: Transcriber) -> JobState | None:
    progress = transcriber.poll()
    return progress.state if progress else None


def test_nothing_is_told_before_a_job_was_begun(transcriber: tuple[Transcriber, Finish]) -> None:
    assert transcriber[0].poll() is None


def test_cancelling_nothing_does_nothing(transcriber: tuple[Transcriber, Finish]) -> None:
    transcriber[0].cancel()
    assert transcriber[0].poll() is None


def test_a_job_that_is_let_be_gets_done(transcriber: tuple[Transcriber, Finish]) -> None:
    one, finish = transcriber
    one.begin("P07")
    begun = one.poll()
    assert begun is not None
    assert (begun.case, begun.total_s) == ("P07", 39.0)
    finish()
    progress = one.poll()
    assert progress is not None
    assert (progress.state, progress.done_s, progress.left_s) == (JobState.DONE, 39.0, 0.0)


def test_one_job_at_a_time(transcriber: tuple[Transcriber, Finish]) -> None:
    one, _ = transcriber
    one.begin("P07")
    with pytest.raises(TranscriptionError, match="P07 is being transcribed"):
        one.begin("P08")


def test_a_cancelled_job_can_be_begun_again(transcriber: tuple[Transcriber, Finish]) -> None:
    one, _ = transcriber
    one.begin("P07")
    one.cancel()
    assert state(one) is JobState.CANCELLED
    one.begin("P07")
    assert state(one) is not JobState.CANCELLED
