"""Lists that are only ever added to, on disk: `FOLDER/NAME@MACHINE.jsonl`, one entry a line.

Every file has one writer: what two people have written on two machines is put together by having all files in one
folder. A power cut may tear the last line; that entry was never reported as kept. Before the next one is added it is
set aside, in `NAME@MACHINE.torn`. In an encrypted study every line is a sealed message, which is there whole or not;
each takes time to be opened, so of very many few are made.

A line that is damaged costs no other line its entry: the list is read without it, and `LineLogs.damage` says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from filelock import FileLock, Timeout

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.files import RawFile, appending, descriptor, is_sealed, pieces
from interview_tui.at_rest.sealed_file import Damaged
from interview_tui.errors import StorageError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_content

LOCK_WAIT_S = 10.0
MOST_SEALING = 1 << 15
"""When so many bytes of a file are its seals, a message a line, few messages are made of them: opening a hundred takes
some 20 ms."""
TORN = ".torn"
"""How the files are called in which torn lines are set aside."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_LONGEST = 40
_BEGINS = b'{"id": '
_PLAIN = re.compile(rf"[a-z0-9][a-z0-9_.-]{{0,{_LONGEST - 1}}}")


class Written(Protocol):
    """An entry: by whom it was written, on which machine."""

    @property
    def by(self) -> str:
        """Its author."""
        ...

    @property
    def machine(self) -> str:
        """Where it was written."""
        ...


Of = TypeVar("Of", bound=Written)


@dataclass(frozen=True, slots=True)
class Codec(Generic[Of]):
    """Entries as JSON objects, of which the first key is `id`, and back; `from_json` raises StorageError.

    `entry` and `whole` name one of them and all of them in sentences: a change, a review.
    """

    to_json: Callable[[Of], dict[str, Any]]
    from_json: Callable[[Any], Of]
    entry: str
    whole: str


class LineLogs(Generic[Of]):
    """The entries of all who write into a folder.

    May be used by several threads and processes at once.
    """

    def __init__(self, path: Path, lock: Path, codec: Codec[Of]) -> None:
        """`lock` is the file that keeps writers apart."""
        self.path = path
        self._lock = lock
        self._codec = codec

    def entries(self) -> Iterator[Of]:
        """The entries of all writers, without those in lines that are damaged.

        Raises:
            StorageError: a file cannot be read.
        """
        return (entry for file in self._logs() for line in self._lines(file) for entry in line.entries)

    def damage(self) -> tuple[str, ...]:
        """A sentence for every line that cannot be read, whole or in part; names it.

        Raises:
            StorageError: a file cannot be read.
        """
        damaged = [str(line.error) for file in self._logs() for line in self._lines(file) if line.error is not None]
        return (*damaged, *(str(self._cut_off(file, "What is in")) for file in self._torn()))

    def files(self) -> list[Path]:
        """The files of all writers; what a synchronising program has copied beside one is read as well."""
        return [*self._logs(), *self._torn()]

    def append(self, *entries: Of) -> None:
        """Add entries of one author to their file; they are on disk when this returns.

        Raises:
            StorageError: they cannot be written; the file is as it was, but for a last line that was torn.
        """
        make_folder(self.path.parent)
        make_folder(self.path)
        file = self.path / f"{file_name(entries[0].by, entries[0].machine)}.jsonl"
        with self._alone(), explained(file):
            _make_ready(file)
            with appending(file) as lines:
                self._mend(lines, file)
                _add(lines, "".join(map(self._line, entries)).encode())
                seals = os.fstat(descriptor(lines)).st_size - lines.seek(0, os.SEEK_END)
            if seals > MOST_SEALING:
                _put_together(file)

    def rewrite(self, remains: Callable[[Of], Of | None]) -> None:
        """Put what `remains` of every entry in its place, nothing where it is None, in every file; what was torn goes.

        Raises:
            StorageError: a file cannot be read or written, or a line of it is damaged: nobody knows what that holds.
                Every file is either as it was or wholly rewritten; asked for again, it goes on.
        """
        if not self.path.is_dir():
            return
        with self._alone():
            for file in self._logs():
                lines = list(self._lines(file))
                for line in lines:
                    if line.error is not None and not line.is_torn:
                        raise line.error
                entries = [entry for line in lines for entry in line.entries]
                left = [one for entry in entries if (one := remains(entry)) is not None]
                if left != entries or not _is_as_it_reads(file):
                    write_content(file, "".join(map(self._line, left)))
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
        lock = FileLock(self._lock, timeout=LOCK_WAIT_S, mode=0o600)
        with explained(self._lock):
            try:
                lock.acquire()
            except Timeout as error:
                raise StorageError(
                    f"{self.path} is being written by another interview-tui.", "Try again when that one is done."
                ) from error
        try:
            yield
        finally:
            lock.release()

    def _lines(self, file: Path) -> Iterator[_Read[Of]]:
        with explained(file):
            *whole, last = _content(file).split(b"\n")
        for number, line in enumerate(whole, 1):
            yield self._read(line, f"{file}, line {number},")
        if last:
            found = self._read(last, f"The end of {file}")
            yield found if found.entries else _Read((), self._cut_off(file, "The end of"), is_torn=True)

    def _read(self, line: bytes, named: str) -> _Read[Of]:
        try:
            return _Read((self._codec.from_json(_parsed(line)),))
        except StorageError as error:
            entries = tuple(self._whole_entries(line))
            one, whole = self._codec.entry, self._codec.whole
            lost = (
                f"What else it holds is not in the {whole}." if entries else f"The {one} in it is not in the {whole}."
            )
            said = f"{named} cannot be read: {error.message} {lost}"
            return _Read(entries, StorageError(said, error.hint or "Take it from a copy of the study, or take it out."))

    def _whole_entries(self, line: bytes) -> Iterator[Of]:
        """The entries that are whole in a line that as a whole is none: another line's, if the end between is gone."""
        begins = [found.start() for found in re.finditer(re.escape(_BEGINS), line)]
        for begin, end in pairwise([*begins, len(line)]):
            with suppress(ValueError, RecursionError, StorageError):
                text = line[begin:end].decode("ascii", "replace")
                found, length = json.JSONDecoder().raw_decode(text)
                if UNREADABLE not in text[:length]:
                    yield self._codec.from_json(found)

    def _cut_off(self, file: Path, what: str) -> StorageError:
        return StorageError(
            f"{what} {file} was cut off while it was being written: no {self._codec.entry} in it is in the "
            f"{self._codec.whole}."
        )

    def _mend(self, lines: RawFile, file: Path) -> None:
        """End the last line, or set it aside if it was torn, so that the next one begins a line."""
        if _ends_a_line(lines):
            return
        last = _content(file).rpartition(b"\n")[2]
        if self._read(last, "").entries:
            _add(lines, b"\n")
            return
        with appending(file.with_suffix(TORN)) as torn:
            _add(torn, last + b"\n")
        lines.truncate(lines.seek(0, os.SEEK_END) - len(last))

    def _line(self, entry: Of) -> str:
        return json.dumps(self._codec.to_json(entry)) + "\n"


@dataclass(frozen=True, slots=True)
class _Read(Generic[Of]):
    """What a line gave: its entry, or more than one where the end of a line is gone, and what is wrong with it.

    `is_torn` is the last line of a file of which the end is missing and which has no entry.
    """

    entries: tuple[Of, ...]
    error: StorageError | None = None
    is_torn: bool = False


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"it is no JSON ({error}).") from error


def _content(file: Path) -> bytes:
    """What a file holds; what was changed where it lay sealed is a line that cannot be read."""
    return b"".join(b"\0\n" if piece is None else piece for piece in pieces(file))


def _make_ready(file: Path) -> None:
    """Make a file if there is none, and seal one that was copied open into an encrypted study."""
    if not file.exists():
        write_content(file, b"")
    elif not is_sealed(file) and study_of(file.absolute()) is not None:
        write_content(file, file.read_bytes())


def _put_together(file: Path) -> None:
    """Seal a file anew in few messages. If that cannot be done, or one of them was changed, it stays as it is."""
    with suppress(StorageError, OSError):
        found = list(pieces(file))
        whole = [piece for piece in found if piece is not None]
        if len(whole) == len(found):
            write_content(file, b"".join(whole))


def _is_as_it_reads(file: Path) -> bool:
    """Whether nothing else is in it: no torn end, nor what was cut off one that is sealed, which stays in it."""
    with explained(file):
        return not is_sealed(file) and _content(file)[-1:] in (b"", b"\n")


def _ends_a_line(lines: RawFile) -> bool:
    size = lines.seek(0, os.SEEK_END)
    if not size:
        return True
    lines.seek(size - 1)
    try:
        return lines.read(1) == b"\n"
    except Damaged:
        return True  # as `_content` has it


def _add(lines: RawFile, data: bytes) -> None:
    """Write at the end, all of it or nothing."""
    size = lines.seek(0, os.SEEK_END)
    try:
        written = 0
        while written < len(data):
            written += lines.write(data[written:])
        os.fsync(descriptor(lines))
    except OSError:
        lines.truncate(size)
        raise


def file_name(by: str, machine: str) -> str:
    """How the file of an author on a machine is called, without its ending."""
    return f"{_safe(by)}@{_safe(machine)}"


def _safe(name: str) -> str:
    """A name as part of a file name on any system; where it had to be changed, a hash keeps two names apart."""
    if _PLAIN.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST]
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest
