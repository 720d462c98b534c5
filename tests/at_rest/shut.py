"""What a copy of an encrypted study's folder tells to somebody without the key."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import soundfile

from interview_tui.at_rest.sealed_messages import MAGIC
from tests.app.byte_search import files_with, runs_of

OPEN = ("study.toml", "study.key", "schedules/*", "certificates/*", "locks/*", "bundles/*", "exports/*.json*")
OPEN_OF_A_RECORDING = ("spans.jsonl", "recorder*.json", "*.lock", "recorder.log")
"""What lies open, as docs/encryption.md has it."""


def told_by_a_copy(study: Path, to: Path, *texts: str) -> list[str]:
    """Every file of a copy, made in `to`, that has five words running of these texts, that can be played, or that is
    neither sealed nor encrypted though it is none of those that lie open.
    """
    shutil.copytree(study, to)
    files = [file for file in sorted(to.rglob("*")) if file.is_file()]
    played = [file for file in files if _is_sound(file)]
    bare = [file for file in files if not _may_lie_open(file.relative_to(to)) and not _is_shut(file)]
    names = {file.relative_to(to).as_posix() for file in (*played, *bare)}
    return sorted({*names, *files_with(to, runs_of(*texts))})


def told_openly(folder: Path, texts: Iterable[str], sound: Iterable[bytes]) -> list[str]:
    """Every file below a folder that has five words running of these texts, that can be played, or that has one of
    these runs of samples.
    """
    runs = tuple(sound)
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    heard = [file for file in files if _is_sound(file) or any(run in file.read_bytes() for run in runs)]
    return sorted({*(file.relative_to(folder).as_posix() for file in heard), *files_with(folder, runs_of(*texts))})


def _may_lie_open(path: Path) -> bool:
    if any(path.match(pattern) and len(path.parts) == len(Path(pattern).parts) for pattern in OPEN):
        return True
    return path.parts[0] == "recordings" and any(path.match(pattern) for pattern in OPEN_OF_A_RECORDING)


def _is_shut(file: Path) -> bool:
    """Sealed, or a part of an encrypted database: what tells nothing looks like chance."""
    data = file.read_bytes()
    if not data or data.startswith(MAGIC):
        return True
    is_database = ".db" in file.name
    return is_database and not data.startswith(b"SQLite format 3") and b"CREATE TABLE" not in data


def _is_sound(file: Path) -> bool:
    try:
        return bool(soundfile.info(str(file)).frames)
    except (soundfile.SoundFileError, RuntimeError):
        return False
