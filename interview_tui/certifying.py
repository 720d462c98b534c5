"""What certificates of destruction have in common: files by their names and hashes, and what has become of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from interview_tui.audio.files import sha256
from interview_tui.store.failures import explained

Hashes = Mapping[str, str]
BEYOND = (
    "Not reached: copies of this folder, backups and synchronised folders of the system, exports that were",
    "moved or copied on from where they were written, and what the disk itself may keep of deleted files.",
)
"""What no program can know of. Whoever keeps it has to delete it."""


def hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of every one of these files that is there, by its path from a study's folder, or its whole path.

    Raises:
        StorageError: one cannot be read.
    """
    found = {}
    for file in files:
        with explained(file):
            if file.is_file():
                found[named(folder, file)] = sha256(file)
    return found


def named(folder: Path, file: Path) -> str:
    """A file by its path from a study's folder; by its whole path if it lies elsewhere."""
    inside = file.is_relative_to(folder)
    return (file.relative_to(folder) if inside else file).as_posix()


def changes(before: Hashes, after: Hashes) -> Iterator[str]:
    """What has become of each file: its name, and the SHA-256 of what it was and is."""
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield name
            yield f"    was {was}" if was else "    was not there"
            yield f"    is  {now}" if now else "    is deleted"


def moment(wall_ms: int) -> str:
    """A moment of the wall clock (ms) as certificates write it."""
    return datetime.fromtimestamp(wall_ms / 1000).astimezone().isoformat(timespec="seconds")
