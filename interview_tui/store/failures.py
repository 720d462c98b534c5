"""What SQLite and the file system say when they fail, as sentences with a way out."""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_OPEN_DATABASE = b"SQLite format 3\0"
_PAGE_BYTES = 4096


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn every failure of SQLite or the file system over `path` into a StorageError."""
    try:
        yield
    except database_errors(OSError) as error:
        raise explanation(error, path) from error


def database_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What SQLite raises; SQLCipher has errors of its own, once something of it was loaded. Both have a code."""
    cipher: type[Exception] = getattr(sys.modules.get("sqlcipher3.dbapi2"), "Error", sqlite3.Error)
    return sqlite3.Error, cipher, *others


def code_of(error: Exception) -> int:
    """The kind of an error of either, without its variety; 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def explanation(error: Exception, path: Path) -> StorageError:
    """The sentence for a failure over `path`."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        return _of_the_system(error, path)
    match code_of(error):
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(
                f"{path} is held by another program.",
                "Close what else has it open: a database browser, a backup or a synchronising program.",
            )
        case sqlite3.SQLITE_NOTADB:
            return _no_database(path)
        case sqlite3.SQLITE_CORRUPT:
            recover = "" if study_of(path.absolute()) else ", or save what can be read with `sqlite3 study.db .recover`"
            return StorageError(
                f"{path} is damaged: {error}.",
                "Copy the whole study folder before anything else. Then put the newest file of backups in its place"
                f"{recover}. The audio in recordings is not touched.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return _forbidden(path, error)
        case sqlite3.SQLITE_IOERR:
            return StorageError(
                f"The disk that holds {path} does not do its work: {error}.",
                "See that it is connected and has space. Nothing that was saved is lost.",
            )
        case _:
            return StorageError(f"{path} cannot be used: {error}.", "Nothing that was saved is lost.")


def _no_database(path: Path) -> StorageError:
    """What is wrong with a file that cannot be read as a database: sealed pages and other files look alike."""
    study = study_of(path.absolute())
    try:
        with path.open("rb") as file:
            begins = file.read(len(_OPEN_DATABASE))
        is_sealed = study is None and path.stat().st_size % _PAGE_BYTES == 0
    except OSError:
        begins, is_sealed = b"", False
    if study is None:
        lost = " If this study was encrypted, put its study.key back before anything else." if is_sealed else ""
        return StorageError(
            f"{path} is not a database.",
            f"It was left as it is. Move it away, or put the newest file of backups in its place.{lost}",
        )
    if begins == _OPEN_DATABASE:
        return StorageError(
            f"{path} is not encrypted, though its study is.",
            "It was left as it is, and anybody can read it. If you put it there, take it away again; "
            "else somebody has put it in the place of yours, which may be among the backups.",
        )
    return StorageError(
        f"{path} cannot be opened with the key of this study.",
        "It was left as it is: it is damaged, or of another study. Put the newest file of backups in its place, "
        "or the study.key that belongs to it.",
    )


def _of_the_system(error: OSError, path: Path) -> StorageError:
    if error.errno in _FULL:
        return _full(path)
    if error.errno in _FORBIDDEN:
        return _forbidden(path, error)
    return StorageError(f"{path} cannot be used: {error.strerror or error}.", "See that the folder is there and whole.")


def _full(path: Path) -> StorageError:
    return StorageError(f"The disk that holds {path} is full.", "Make room on it; nothing that was saved is lost.")


def _forbidden(path: Path, error: Exception) -> StorageError:
    return StorageError(
        f"{path} cannot be opened for writing: {error}.", "See that the folder is there and that you may write to it."
    )
