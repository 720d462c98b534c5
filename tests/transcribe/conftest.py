"""What the tests of transcription share: one cache of verified and converted weights, one finished job."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from interview_tui.record.ports import JobProgress
from interview_tui.record.transcript import Transcript
from interview_tui.transcribe.jobs.job import run
from tests.at_rest.encrypted import encrypted_study
from tests.transcribe.making import clip_of, command, job, two_people, written


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where weights are verified and converted once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of two people on two channels."""
    return written(tmp_path_factory.mktemp("recordings") / "call.wav", two_people())


@dataclass(frozen=True)
class Finished:
    """A job done in one go: its folder, its transcript, and all that was told of it on the way."""

    folder: Path
    transcript: Transcript
    told: list[JobProgress]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, call: Path, cache: Path) -> Finished:
    """The job of that recording."""
    folder, told = tmp_path_factory.mktemp("finished"), list[JobProgress]()
    return Finished(folder, run(job(folder, cache, clip_of(call)), told.append, command), told)


@pytest.fixture(params=["open", "encrypted"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of a study of either kind, for whatever a job keeps."""
    study = tmp_path / str(request.param)
    study.mkdir()
    if request.param == "encrypted":
        encrypted_study(study)
    kept = study / "P07"
    kept.mkdir()
    return kept
