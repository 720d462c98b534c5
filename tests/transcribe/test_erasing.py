"""What was taken back leaves no word behind, nor anything that would write it again."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from interview_tui.at_rest.files import read_bytes
from interview_tui.at_rest.study_key import lock
from interview_tui.errors import StorageError, TranscriptionError
from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import Doubt, Provenance, Transcript, from_json, to_json
from interview_tui.transcribe.erasing import LEFT_BEHIND, TRANSCRIPT, erase
from interview_tui.transcribe.spec import LOCK
from tests.at_rest.encrypted import encrypted_study
from tests.transcribe.making import all_that_lies_in, put

TAKEN_BACK = Stretch(60_000, 70_000)


def transcript_in(folder: Path, *doubts: Doubt) -> None:
    """A transcript with these doubts, and what the making of it has left behind."""
    made = Transcript((), Provenance("none", "none", "0" * 64, "en"), doubts)
    put(folder / TRANSCRIPT, json.dumps(to_json(made)).encode())
    for name in LEFT_BEHIND:
        put(folder / name, b"Wexcombe")


def doubts_in(folder: Path) -> list[str]:
    return [doubt.reason for doubt in from_json(json.loads(read_bytes(folder / TRANSCRIPT))).doubts]


def test_nothing_is_left_behind_but_what_was_said_at_other_times(folder: Path) -> None:
    transcript_in(folder, Doubt(20_000, 22_000, "a doubt"), Doubt(61_000, 62_000, "another"))
    erase(folder, [TAKEN_BACK])
    assert doubts_in(folder) == ["a doubt"]
    assert [path.name for path in folder.iterdir()] == [TRANSCRIPT]
    assert b"another" not in all_that_lies_in(folder / TRANSCRIPT)


def test_nothing_is_erased_under_a_job_that_would_write_it_again(tmp_path: Path) -> None:
    transcript_in(tmp_path, Doubt(61_000, 62_000, "a doubt"))
    with (
        FileLock(tmp_path / LOCK),
        pytest.raises(TranscriptionError, match="is being transcribed"),
    ):
        erase(tmp_path, [TAKEN_BACK])
    erase(tmp_path, [TAKEN_BACK])
    assert doubts_in(tmp_path) == []


def test_of_a_study_that_is_locked_nothing_is_deleted(tmp_path: Path) -> None:
    encrypted_study(tmp_path)
    transcript_in(tmp_path, Doubt(61_000, 62_000, "a doubt"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    lock(tmp_path)
    with pytest.raises(StorageError, match="the study is locked"):
        erase(tmp_path, [TAKEN_BACK])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
