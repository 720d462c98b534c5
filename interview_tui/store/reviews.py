"""The reviews of a study on disk: `reviews/CASE/NAME@MACHINE.jsonl`, one edit a line.

Every file has one writer: what two people changed on two machines is put together by having all files in one folder.
Lines are only ever added. A power cut may tear the last one; that edit was never reported as kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from interview_tui.errors import StorageError
from interview_tui.record.review.edit_json import from_json, to_json
from interview_tui.record.review.log import Edit, Log
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_whole

REVIEWS = "reviews"
LOCK_WAIT_S = 10.0
_LONGEST = 40
_PLAIN = re.compile(rf"[a-z0-9][a-z0-9_.-]{{0,{_LONGEST - 1}}}")


class ReviewFolder:
    """The edits of one interview, below the folder of its study.

    May be used by several threads and processes at once.
    """

    def __init__(self, study: Path, case: str) -> None:
        """`case` is fit to be the name of a folder."""
        self.path = study / REVIEWS / case
        self._lock = study / "locks" / f"review-{case}.lock"

    def read(self) -> Log:
        """The edits of all who have reviewed it.

        Raises:
            StorageError: a file cannot be read, or a line of it is no edit; names the line.
        """
        return Log(edit for file in self.files() for edit in _edits(file))

    def files(self) -> list[Path]:
        """The files of all reviewers; what a synchronising program has copied beside one is read as well."""
        with explained(self.path):
            return sorted(self.path.glob("*.jsonl")) if self.path.is_dir() else []

    def append(self, edit: Edit) -> None:
        """Add an edit to its reviewer's file; it is on disk when this returns.

        Raises:
            StorageError: it cannot be written; the file is as it was, but for a last line that was torn.
        """
        make_folder(self.path.parent)
        make_folder(self.path)
        file = self.path / f"{_safe(edit.by)}@{_safe(edit.machine)}.jsonl"
        with self._alone(), explained(file):
            if not file.exists():
                write_whole(file, "")
            with file.open("ab+", buffering=0) as lines:
                _mend(lines)
                _add(lines, _line(edit).encode())

    def rewrite(self, remains: Callable[[Edit], Edit]) -> None:
        """Put what `remains` of every edit in its place, in every file; a torn last line goes.

        Raises:
            StorageError: a file cannot be read or written. Every file is either as it was or wholly rewritten; asked
                for again, it goes on.
        """
        if not self.path.is_dir():
            return
        with self._alone():
            for file in self.files():
                edits = list(_edits(file))
                left = [remains(edit) for edit in edits]
                if left != edits or not _ends_whole(file):
                    write_whole(file, "".join(map(_line, left)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self._lock.parent)
        try:
            with FileLock(self._lock, timeout=LOCK_WAIT_S, mode=0o600):
                yield
        except Timeout as error:
            raise StorageError(
                f"{self.path} is being written by another interview-tui.", "Try again when that one is done."
            ) from error


def _edits(file: Path) -> Iterator[Edit]:
    with explained(file):
        *whole, last = file.read_bytes().split(b"\n")
    for number, line in enumerate(whole, 1):
        try:
            yield from_json(_parsed(line))
        except StorageError as error:
            raise StorageError(
                f"{file}, line {number}, cannot be read: {error.message}",
                error.hint or "Keep the file as it is, and take that line from a copy of the study.",
            ) from error
    torn = _untorn(last)
    if torn is not None:
        yield torn


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise StorageError(f"it is no JSON ({error}).") from error


def _untorn(last: bytes) -> Edit | None:
    """The edit of a last line that lacks nothing but its end; None of one that was torn, or is empty."""
    try:
        return from_json(_parsed(last))
    except StorageError:
        return None


def _ends_whole(file: Path) -> bool:
    with explained(file):
        return file.read_bytes()[-1:] in (b"", b"\n")


def _mend(lines: FileIO) -> None:
    """End the last line, or cut it off if it was torn, so that the next one begins a line."""
    lines.seek(0)
    content = lines.read()
    last = content.rpartition(b"\n")[2]
    if not last:
        return
    if _untorn(last) is None:
        lines.truncate(len(content) - len(last))
    else:
        _add(lines, b"\n")


def _add(lines: FileIO, data: bytes) -> None:
    """Write at the end, all of it or nothing."""
    size = lines.seek(0, os.SEEK_END)
    try:
        written = 0
        while written < len(data):
            written += lines.write(data[written:])
        os.fsync(lines.fileno())
    except OSError:
        lines.truncate(size)
        raise


def _line(edit: Edit) -> str:
    return json.dumps(to_json(edit)) + "\n"


def _safe(name: str) -> str:
    """A name as part of a file name on any system; where it had to be changed, a hash keeps two names apart."""
    if _PLAIN.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST]
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest
