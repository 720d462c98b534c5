"""Files that lie readable in an encrypted study though they should not: found, and sealed where they lie."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.at_rest.files import descriptor, is_sealed, making, reading
from interview_tui.at_rest.sealed_messages import LARGEST_MESSAGE

OPEN_FILES = ("study.toml", KEY_FILE, "exports/versions.json", "exports/elsewhere.jsonl")
OPEN_FOLDERS = ("schedules", "templates", "certificates", "locks", "bundles")
"""What says nothing of what was said, or is sealed as such."""
EXPORTS, EXPORT_LISTS = "exports", ("versions.json", "elsewhere.jsonl")
"""Which exports there are; they themselves lie beside the study."""
OF_A_RECORDING = ("spans.jsonl", "recorder*.json", "*.lock", "recorder.log")
RECORDINGS = "recordings"
_DATABASE = b"SQLite format 3\0"


def lying_open(study: Path) -> Iterator[Path]:
    """Every file of an encrypted study that can be read and may hold words; links are not followed.

    Raises:
        OSError: something in it cannot be looked at.
    """
    for path in sorted(study.rglob("*")):
        if path.is_file() and not path.is_symlink() and not _may_lie_open(path.relative_to(study)):
            with suppress(FileNotFoundError):  # a draft, that has its name by now
                if is_database(path) or (_may_hold_words(path) and not is_sealed(path)):
                    yield path


def is_database(path: Path) -> bool:
    """Whether it is a database that anybody can read.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE


def seal(path: Path) -> None:
    """Seal a file where it lies. It is replaced once what was sealed has been read back and is the same.

    Raises:
        OSError: it cannot be read or written, or changes meanwhile; it is as it was. StorageError: the study is locked.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    before = path.stat()
    try:
        with path.open("rb") as file, making(beside) as sealed:
            while block := file.read(LARGEST_MESSAGE):
                sealed.write(block)
            sealed.flush()
            os.fsync(descriptor(sealed))
        with path.open("rb") as file, reading(beside) as sealed:
            while block := file.read(LARGEST_MESSAGE):
                if sealed.read(len(block)) != block:
                    raise OSError(0, "it was not sealed as it is", str(path))
            if sealed.read(1):
                raise OSError(0, "it was not sealed as it is", str(path))
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise OSError(0, "another program is writing to it", str(path))
        os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _may_hold_words(path: Path) -> bool:
    """Whether there is anything in it, and it is neither a database that is encrypted nor what lies beside one."""
    return path.stat().st_size > 0 and not path.suffix.startswith(".db")


def _may_lie_open(path: Path) -> bool:
    """Whether a file, as it is named from the study's folder, is one of those that lie open."""
    top, *below = path.parts
    if not below:
        return top in OPEN_FILES
    if top == RECORDINGS:
        return any(fnmatch(path.name, pattern) for pattern in OF_A_RECORDING)
    return top in OPEN_FOLDERS or (top == EXPORTS and path.name in EXPORT_LISTS)
