"""The reviews of a study on disk: `reviews/CASE/NAME@MACHINE.jsonl`, one edit a line.

Every file has one writer: what two people changed on two machines is put together by having all files in one folder.
Lines are only ever added. A power cut may tear the last one; that edit was never reported as kept. Before the next one
is added it is set aside, in `NAME@MACHINE.torn`.

A line that is damaged costs no other line its edit: the review is read without it, and `ReviewFolder.damage` says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from interview_tui.errors import StorageError
from interview_tui.record.review.edit_json import from_json, to_json
from interview_tui.record.review.log import Edit, Log
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_empty, make_folder, write_whole

REVIEWS = "reviews"
LOCK_WAIT_S = 10.0
TORN = ".torn"
"""How the files are called in which torn lines are set aside."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_LONGEST = 40
_BEGINS = b'{"id": '
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
        """The edits of all who have reviewed it, without those in lines that are damaged.

        Raises:
            StorageError: a file cannot be read.
        """
        return Log(edit for file in self._logs() for line in _lines(file) for edit in line.edits)

    def damage(self) -> tuple[str, ...]:
        """A sentence for every line that cannot be read, whole or in part; names it.

        Raises:
            StorageError: a file cannot be read.
        """
        damaged = [str(line.error) for file in self._logs() for line in _lines(file) if line.error is not None]
        return (*damaged, *(str(_cut_off(file, "What is in")) for file in self._torn()))

    def files(self) -> list[Path]:
        """The files of all reviewers; what a synchronising program has copied beside one is read as well."""
        return [*self._logs(), *self._torn()]

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
                _mend(lines, file.with_suffix(TORN))
                _add(lines, _line(edit).encode())

    def rewrite(self, remains: Callable[[Edit], Edit]) -> None:
        """Put what `remains` of every edit in its place, in every file; what was torn goes.

        Raises:
            StorageError: a file cannot be read or written, or a line of it is damaged: nobody knows what that holds.
                Every file is either as it was or wholly rewritten; asked for again, it goes on.
        """
        if not self.path.is_dir():
            return
        with self._alone():
            for file in self._logs():
                lines = list(_lines(file))
                for line in lines:
                    if line.error is not None and not line.is_torn:
                        raise line.error
                edits = [edit for line in lines for edit in line.edits]
                left = [remains(edit) for edit in edits]
                if left != edits or not _ends_whole(file):
                    write_whole(file, "".join(map(_line, left)))
            for file in self._torn():
                with explained(file):
                    file.unlink()

    def _logs(self) -> list[Path]:
        return self._called("*.jsonl")

    def _torn(self) -> list[Path]:
        return self._called(f"*{TORN}")

    def _called(self, pattern: str) -> list[Path]:
        with explained(self.path):
            return sorted(self.path.glob(pattern)) if self.path.is_dir() else []

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


@dataclass(frozen=True, slots=True)
class _Read:
    """What a line gave: its edit, or more than one where the end of a line is gone, and what is wrong with it.

    `is_torn` is the last line of a file of which the end is missing and which has no edit.
    """

    edits: tuple[Edit, ...]
    error: StorageError | None = None
    is_torn: bool = False


def _lines(file: Path) -> Iterator[_Read]:
    with explained(file):
        *whole, last = file.read_bytes().split(b"\n")
    for number, line in enumerate(whole, 1):
        yield _read(line, f"{file}, line {number},")
    if last:
        found = _read(last, f"The end of {file}")
        yield found if found.edits else _Read((), _cut_off(file, "The end of"), is_torn=True)


def _read(line: bytes, named: str) -> _Read:
    try:
        return _Read((from_json(_parsed(line)),))
    except StorageError as error:
        edits = tuple(_whole_edits(line))
        lost = "What else it holds is not in the review." if edits else "The change in it is not in the review."
        said = f"{named} cannot be read: {error.message} {lost}"
        return _Read(edits, StorageError(said, error.hint or "Take it from a copy of the study, or take it out."))


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"it is no JSON ({error}).") from error


def _whole_edits(line: bytes) -> Iterator[Edit]:
    """The edits that are whole in a line that as a whole is none: another line's, if the end between them is gone."""
    begins = [found.start() for found in re.finditer(re.escape(_BEGINS), line)]
    for begin, end in pairwise([*begins, len(line)]):
        with suppress(ValueError, RecursionError, StorageError):
            text = line[begin:end].decode("ascii", "replace")
            found, length = json.JSONDecoder().raw_decode(text)
            if UNREADABLE not in text[:length]:
                yield from_json(found)


def _cut_off(file: Path, what: str) -> StorageError:
    return StorageError(f"{what} {file} was cut off while it was being written: no change in it is in the review.")


def _ends_whole(file: Path) -> bool:
    with explained(file):
        return file.read_bytes()[-1:] in (b"", b"\n")


def _mend(lines: FileIO, aside: Path) -> None:
    """End the last line, or set it aside if it was torn, so that the next one begins a line."""
    lines.seek(0)
    content = lines.read()
    last = content.rpartition(b"\n")[2]
    if not last:
        return
    if _read(last, "").edits:
        _add(lines, b"\n")
        return
    make_empty(aside)
    with aside.open("ab", buffering=0) as torn:
        _add(torn, last + b"\n")
    lines.truncate(len(content) - len(last))


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
