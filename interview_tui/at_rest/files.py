"""Files opened whether sealed or not: what is read may be either, what is made in an encrypted study is sealed.

The same calls serve a study that is not encrypted, at the price of looking for a `study.key` above a file that is made,
and at the first bytes of one that is read.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.sealed_file import Damaged, SealedFile, Secret, recipient_in
from interview_tui.at_rest.sealed_messages import BEGINS_AT, ID_AT, LARGEST_MESSAGE, MAGIC, recipient_in_head
from interview_tui.at_rest.study_key import folder_of_the_day, key_of, recipient_of

RawFile = io.FileIO | SealedFile
_COPIED_AT_ONCE = 1 << 20


def is_sealed(path: Path) -> bool:
    """Whether a file that is there lies sealed.

    Raises:
        OSError: it cannot be read.
    """
    return recipient_in(path) is not None


def recipient_at(path: Path) -> str | None:
    """For whom files are sealed that are made at `path`; None: they are not.

    Raises:
        StorageError: the key of the study cannot be read.
    """
    study = study_of(path.absolute())
    return None if study is None else recipient_of(study)


def is_cut_short(path: Path) -> bool:
    """Whether a sealed file has lost its first line, as by a power cut, so that nothing can be read of it.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(BEGINS_AT)
    first = head[: len(MAGIC)].rstrip(b"\0")  # a power cut may leave zeros
    if not first:
        return study_of(path.absolute()) is not None
    return MAGIC.startswith(first) and (len(head) < BEGINS_AT or len(head.rstrip(b"\0")) < ID_AT)


def reading(path: Path, *, although_changed: bool = False) -> io.BufferedReader:
    """Open a file for reading. With `although_changed`, what was changed of a sealed one is read as zeros.

    Raises:
        OSError: it cannot be read, or was changed. StorageError (when it is read): the study is locked.
    """
    plain = path.open("rb")
    try:
        if recipient_in_head(plain.peek(ID_AT)) is None:
            return plain
    except OSError:
        plain.close()
        raise
    plain.close()
    file = _sealed(path)
    file.although_changed = although_changed
    return io.BufferedReader(file, LARGEST_MESSAGE)


def changing(path: Path) -> BinaryIO:
    """Open a file that is there for reading and writing (`r+b`).

    Raises:
        OSError: it cannot be opened. StorageError (when it is read): the study is locked.
    """
    if not is_sealed(path):
        return path.open("r+b")
    return cast(BinaryIO, io.BufferedRandom(_sealed(path, writable=True), LARGEST_MESSAGE))


def making(path: Path, beside: Path | None = None, recipient: str | None = None) -> BinaryIO:
    """Make a file (0600), which must not exist, for reading and writing.

    It is sealed if it lies in an encrypted study, or if `beside` does, which says so for files that lie elsewhere. With
    a `recipient` it is sealed for that one, wherever it lies: for whoever goes on while the study is away.

    Raises:
        OSError: it exists, or cannot be written. StorageError: the key of the study cannot be read.
    """
    return cast(BinaryIO, io.BufferedRandom(making_raw(path, beside, recipient), LARGEST_MESSAGE))


def making_raw(path: Path, beside: Path | None = None, recipient: str | None = None) -> RawFile:
    """The same, unbuffered: what `write` returned from survives the death of this process."""
    recipient = recipient or recipient_at(beside or path)
    if recipient is not None:
        return SealedFile.make(path, recipient, _secret_for(path))
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return io.FileIO(os.open(path, flags, 0o600), "r+b")


def appending(path: Path) -> RawFile:
    """Open a file at its end, unbuffered, made (0600) if need be; what others add meanwhile is not written over.

    One `write` of up to 64 KiB is there whole or not at all, where it is sealed.

    Raises:
        OSError: it cannot be opened. StorageError: the key of the study cannot be read.
    """
    if not path.exists():
        with suppress(FileExistsError):  # another process was quicker
            making_raw(path).close()
    file = _sealed(path, writable=True) if is_sealed(path) else io.FileIO(path, "r+b", opener=_at_its_end)
    file.seek(0, os.SEEK_END)
    return file


def read_bytes(path: Path) -> bytes:
    """All of a file; raises as `reading` does, when it is read too."""
    with reading(path) as file:
        return file.read()


def pieces(path: Path) -> Iterator[bytes | None]:
    """All of a file, as it was written piece by piece if it is sealed; None for a piece that was changed since.

    Raises:
        OSError: it cannot be read. StorageError: the study is locked.
    """
    with reading(path) as buffered:
        file = buffered.raw
        if not isinstance(file, SealedFile):
            yield buffered.read()
            return
        piece: bytes | None = None
        while piece != b"":
            try:
                piece = file.read(LARGEST_MESSAGE)
            except Damaged:
                file.skip()
                piece = None
            if piece != b"":
                yield piece


def read_text(path: Path, errors: str = "strict") -> str:
    """All of a file in UTF-8, line ends as in text; raises as `read_bytes`, and UnicodeDecodeError."""
    return io.TextIOWrapper(io.BytesIO(read_bytes(path)), encoding="utf-8", errors=errors).read()


def copy(source: Path, target: Path) -> None:
    """Copy what a file holds into one that is made (`making`), which must not exist; whichever of the two is sealed.

    Raises:
        OSError: either cannot be opened, read or written. StorageError: a study is locked.
    """
    with reading(source) as file, making(target) as copied:
        shutil.copyfileobj(file, copied, _COPIED_AT_ONCE)


def descriptor(file: IO[bytes] | RawFile) -> int:
    """What to sync, of a file that any of these opened."""
    raw = getattr(file, "raw", file)
    return raw.descriptor if isinstance(raw, SealedFile) else file.fileno()


def size(path: Path) -> int:
    """How many bytes a file holds, which is less than it takes if it is sealed.

    Raises:
        OSError: it cannot be read.
    """
    if not is_sealed(path):
        return path.stat().st_size
    with _sealed(path) as file:
        return file.seek(0, os.SEEK_END)


def for_sound(path: Path, *, although_changed: bool = False) -> str | BinaryIO:
    """What to give to a library that reads sound: the name of a file, or the open file if it is sealed.

    Raises:
        OSError: it cannot be read.
    """
    return reading(path, although_changed=although_changed) if is_sealed(path) else str(path)


def making_for_sound(path: Path) -> str | BinaryIO:
    """Make a file as `making` does, for a library that writes sound: the name of it, or the open file if it is sealed.

    Raises: as `making` does.
    """
    file = making(path)
    if isinstance(getattr(file, "raw", None), SealedFile):
        return file
    file.close()
    return str(path)


def unsealed_folder(path: Path) -> Path | None:
    """Where sound or words of the encrypted study that `path` lies in may lie unsealed for a moment: a folder that is
    this user's only, in memory where the system has such a place. None: `path` lies in no encrypted study.

    Raises:
        StorageError: there is no place that is this user's only.
    """
    if study_of(path.absolute()) is None:
        return None
    return folder_of_the_day()


def _at_its_end(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_APPEND)


def _sealed(path: Path, *, writable: bool = False) -> SealedFile:
    return SealedFile.open(path, _secret_for(path), writable=writable)


def _secret_for(path: Path) -> Secret:
    return lambda recipient: key_of(recipient, path).identity
