"""Files and folders of study data: readable by their owner only, and whole or not there at all."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from interview_tui.at_rest.files import descriptor, making
from interview_tui.store.failures import explained


def make_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter (0700). One that exists keeps the rights it has.

    Raises:
        StorageError: it cannot be made.
    """
    with explained(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def make_empty(path: Path) -> None:
    """Make an empty file that only its owner may read (0600), if there is none.

    Raises:
        StorageError: it cannot be made.
    """
    with explained(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def write_whole(path: Path, text: str) -> None:
    """Write a file (UTF-8, 0600) so that a crash at any time leaves the old one or the new one.

    Raises:
        StorageError: it cannot be written; what was there is untouched.
    """
    with explained(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        beside = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            put_in_place(beside, path)
        finally:
            beside.unlink(missing_ok=True)


def write_content(path: Path, content: str | bytes) -> None:
    """The same for what holds anything that was said, written or answered: in an encrypted study it lies sealed.

    Raises:
        StorageError: it cannot be written; what was there is untouched.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with explained(path):
        try:
            with making(beside) as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor(file))
            put_in_place(beside, path)
        finally:
            beside.unlink(missing_ok=True)


def open_to_others(folder: Path) -> Iterator[Path]:
    """The folder and everything in it that others than its owner may read, write or enter. Links are not followed.

    Nothing where the system has no such rights: there the rights of the folder around it hold.

    Raises:
        StorageError: something in it cannot be looked at.
    """
    if os.name != "posix":
        return
    with explained(folder):
        for path in (folder, *sorted(folder.rglob("*"))):
            found = path.lstat().st_mode
            if not stat.S_ISLNK(found) and found & 0o077:
                yield path


def close_to_others(path: Path) -> None:
    """Take from all but the owner what rights they have to a file or folder.

    Raises:
        StorageError: it is not this user's to change.
    """
    with explained(path):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)


def put_in_place(written: Path, path: Path) -> None:
    """Give a file that is on disk its name, durably, in place of what had it."""
    written.replace(path)
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is the file system's promise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
