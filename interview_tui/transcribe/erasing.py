"""Words destroyed in a transcript, and in all that the making of it has left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.at_rest.files import read_bytes
from interview_tui.errors import StorageError, TranscriptionError
from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import Doubt, from_json, outside, to_json
from interview_tui.transcribe.spec import LOCK, write_private

TRANSCRIPT = "transcript.json"
LEFT_BEHIND = ("chunks.jsonl", "job.json", "transcription.log", "plan.json")  # the last: of earlier versions
ENDING_S = 5.0  # how long a job that was cancelled may take to be gone


def erase(folder: Path, stretches: Sequence[Stretch]) -> None:
    """Destroy every word and doubt that touches a stretch; all others stay, with their turns' numbers.

    What a transcription that is not finished has kept is deleted: it rests on audio that is no longer the same, so the
    next one would not use it.

    Raises:
        TranscriptionError: a file cannot be read, rewritten or deleted, or a transcription of it runs.
        StorageError: the study is locked; nothing was deleted.
    """
    with nobody_at_work(folder):
        _erase(folder, stretches)


@contextmanager
def nobody_at_work(folder: Path) -> Iterator[None]:
    """Keep jobs out of a case's folder: one that runs would write again what it has heard.

    Raises:
        TranscriptionError: one runs, and does not end.
    """
    lock = FileLock(folder / LOCK, timeout=ENDING_S, mode=0o600)
    if not (folder / LOCK).exists():
        yield
        return
    try:
        lock.acquire()
    except Timeout as error:
        raise TranscriptionError(
            f"{folder.name} is being transcribed: what was to be destroyed may still be in {folder}.",
            "Cancel the transcription, then destroy it again.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _erase(folder: Path, stretches: Sequence[Stretch]) -> None:
    path = folder / TRANSCRIPT
    try:
        kept = read_bytes(path) if path.is_file() else None
        for name in LEFT_BEHIND:
            (folder / name).unlink(missing_ok=True)
            (folder / f"{name}.part").unlink(missing_ok=True)
        path.with_name(f"{TRANSCRIPT}.part").unlink(missing_ok=True)
    except OSError as error:
        raise _still_there(path, error) from error
    if kept is None:
        return
    try:
        transcript = from_json(json.loads(kept))
    except (ValueError, StorageError) as error:
        raise _still_there(path, error) from error
    turns = tuple(outside(transcript.turns, stretches))
    doubts = tuple(doubt for doubt in transcript.doubts if not any(_touch(doubt, stretch) for stretch in stretches))
    if (turns, doubts) != (transcript.turns, transcript.doubts):
        left = replace(transcript, turns=turns, doubts=doubts)
        write_private(path, json.dumps(to_json(left), ensure_ascii=False))


def _still_there(path: Path, error: Exception) -> TranscriptionError:
    return TranscriptionError(
        f"What was to be destroyed may still be in {getattr(error, 'filename', None) or path}: {error}.",
        "Cancel a transcription that runs, or delete that file; then do it again.",
    )


def _touch(doubt: Doubt, stretch: Stretch) -> bool:
    return doubt.start_ms < stretch.end_ms and doubt.end_ms > stretch.start_ms
