"""What SQLite and the file system say when they fail, as sentences with a way out."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interview_tui.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn every failure of SQLite or the file system over `path` into a StorageError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explanation(error, path) from error


def explanation(error: Exception, path: Path) -> StorageError:
    """The sentence for a failure over `path`."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        return _of_the_system(error, path)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest its variety
    match code:
        case sqlite3.SQLITE_FULL:
            return _full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageError(
                f"{path} is held by another program.",
                "Close what else has it open: a database browser, a backup or a synchronising program.",
            )
        case sqlite3.SQLITE_NOTADB:
            return StorageError(
                f"{path} is not a database.",
                "It was left as it is. Move it away, or put the newest file of backups in its place.",
            )
        case sqlite3.SQLITE_CORRUPT:
            return StorageError(
                f"{path} is damaged: {error}.",
                "Copy the whole study folder before anything else. Then put the newest file of backups in its place, "
                "or save what can be read with `sqlite3 study.db .recover`. The audio in recordings is not touched.",
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
