"""Which bundles were made of a study, and which cases went out with each: `bundles/made.jsonl`, a line a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from interview_tui.errors import StorageError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_whole

BUNDLES, MADE = "bundles", "made.jsonl"
LOCK_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class MadeBundle:
    """A bundle: its id, when it was made (ISO 8601, UTC), its file as it was written, the file's SHA-256, its cases.

    `deleted` is when it was deleted from here, if it was.
    """

    id: str
    at: str
    file: str
    sha256: str
    cases: tuple[str, ...]
    deleted: str = ""


def note_down(study: Path, made: MadeBundle) -> None:
    """Add a bundle to the list of a study's folder; it is on disk when this returns.

    Raises:
        StorageError: it cannot be written.
    """
    path = make_folder(study / BUNDLES) / MADE
    lock = make_folder(study / "locks") / "bundles.lock"
    try:
        with FileLock(lock, timeout=LOCK_WAIT_S, mode=0o600), explained(path):
            before = path.read_text(encoding="utf-8") if path.is_file() else ""
            whole, _, _ = before.rpartition("\n")  # what a crash has torn off the end is none
            write_whole(path, f"{whole}\n{json.dumps(_line(made))}\n".lstrip("\n"))
    except Timeout as error:
        raise StorageError(f"{path} is being written by another interview-tui.", "Try again.") from error


def made_bundles(study: Path) -> list[MadeBundle]:
    """The bundles that were made, the first first; a line that is damaged is none.

    Raises:
        StorageError: the list cannot be read.
    """
    path = study / BUNDLES / MADE
    with explained(path):
        lines = path.read_bytes().splitlines() if path.is_file() else []
    return list(_entries(lines))


def _line(made: MadeBundle) -> dict[str, Any]:
    return {name: value for name, value in asdict(made).items() if name != "deleted" or value}


def _entries(lines: list[bytes]) -> Iterator[MadeBundle]:
    for line in lines:
        try:
            found = json.loads(line)
            made = (found["id"], found["at"], found["file"], found["sha256"], tuple(found["cases"]))
            yield MadeBundle(*made, found.get("deleted", ""))
        except (ValueError, TypeError, KeyError):
            continue
