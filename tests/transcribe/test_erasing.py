"""What was taken back leaves no word behind, nor anything that would write it again."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from interview_tui.errors import TranscriptionError
from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import Doubt, Provenance, Transcript, from_json, to_json
from interview_tui.transcribe.erasing import LEFT_BEHIND, TRANSCRIPT, erase
from interview_tui.transcribe.spec import LOCK

TAKEN_BACK = Stretch(60_000, 70_000)


def transcript_in(folder: Path, *doubts: Doubt) -> None:
    """A transcript with these doubts, and what the making of it has left behind."""
    made = Transcript((), Provenance("none", "none", "0" * 64, "en"), doubts)
    (folder / TRANSCRIPT).write_text(json.dumps(to_json(made)), encoding="utf-8")
    for name in LEFT_BEHIND:
        (folder / name).write_text("Wexcombe", encoding="utf-8")


def doubts_in(folder: Path) -> list[str]:
    return [doubt.reason for doubt in from_json(json.loads((folder / TRANSCRIPT).read_text())).doubts]


def test_nothing_is_left_behind_but_what_was_said_at_other_times(tmp_path: Path) -> None:
    transcript_in(tmp_path, Doubt(20_000, 22_000, "a doubt"), Doubt(61_000, 62_000, "another"))
    erase(tmp_path, [TAKEN_BACK])
    assert doubts_in(tmp_path) == ["a doubt"]
    assert [path.name for path in tmp_path.iterdir()] == [TRANSCRIPT]


def test_nothing_is_erased_under_a_job_that_would_write_it_again(tmp_path: Path) -> None:
    transcript_in(tmp_path, Doubt(61_000, 62_000, "a doubt"))
    with (
        FileLock(tmp_path / LOCK),
        pytest.raises(TranscriptionError, match="is being transcribed"),
    ):
        erase(tmp_path, [TAKEN_BACK])
    erase(tmp_path, [TAKEN_BACK])
    assert doubts_in(tmp_path) == []
