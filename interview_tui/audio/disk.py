"""What makes bytes last: an fsync that reaches the platter, whole-file replacement, private permissions."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

SYNC_EVERY_S = 2.0


def sync(fd: int) -> None:
    """Make what was written to `fd` outlast a power cut (macOS keeps it in the drive's cache unless told otherwise)."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
    else:
        os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` outlast a power cut, where the system lets a folder be opened and synced."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems know no such thing
            raise
    finally:
        os.close(fd)


def put_in_place(finished: Path, path: Path) -> None:
    """Give the finished file `finished` the name `path`, replacing what had it, so that either one or the other exists.

    Bytes first, then the name: a power cut leaves the old file or the whole new one.
    """
    with finished.open("r+b") as file:
        sync(file.fileno())
    finished.replace(path)
    sync_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
    put_in_place(draft, path)


def save(fd: int, path: Path) -> None:
    """Copy the bytes behind `fd`, whose name may be gone, to `path`, which is made.

    Raises:
        OSError: it exists, or cannot be written; nothing is left of it then.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.dup(fd), "rb") as source, os.fdopen(os.open(path, flags, 0o600), "wb") as copy:
        try:
            source.seek(0)
            shutil.copyfileobj(source, copy)
            copy.flush()
        except OSError:
            path.unlink()
            raise


@dataclass(slots=True)
class _Watched:
    """A file that is being written, by a handle of our own; `folder` is to be synced until its name is durable."""

    fd: int
    folder: Path | None


class Syncer:
    """Syncs the files that are being written every 2 s, in a thread of its own: a slow disk never holds the writer.

    A file whose name is lost is lost, so the folder of a new file is synced with it.
    """

    def __init__(self) -> None:
        self.failure: str = ""  # why the last sync failed; empty while they work
        self._watched: dict[str, _Watched] = {}
        self._retired: list[_Watched] = []
        self._lock = threading.Lock()
        self._round = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="syncer", daemon=True)
        self._thread.start()

    def watch(self, role: str, fd: int, folder: Path | None = None) -> None:
        """Sync the file behind `fd` from now on, in place of the one that had `role`, which is synced a last time.

        `folder` is where it lies, if its name is new.
        """
        with self._lock:
            self._retire(role)
            self._watched[role] = _Watched(os.dup(fd), folder)

    def release(self, role: str) -> None:
        """Sync the file that has `role` a last time, soon, and let go of it."""
        with self._lock:
            self._retire(role)

    def flush(self) -> None:
        """Wait until all that was written before would outlast a power cut; `failure` says if it would not."""
        self._sync_all()

    def close(self) -> None:
        """Sync everything a last time and let go of it."""
        self._ended.set()
        self._thread.join()

    def _retire(self, role: str) -> None:
        if role in self._watched:
            self._retired.append(self._watched.pop(role))

    def _run(self) -> None:
        while not self._ended.wait(SYNC_EVERY_S):
            self._sync_all()
        with self._lock:
            self._retired += self._watched.values()
            self._watched = {}
        self._sync_all()

    def _sync_all(self) -> None:
        with self._round:  # in which nobody else closes a handle, so none can vanish while it is being synced
            with self._lock:
                retired, self._retired = self._retired, []
                watched = list(self._watched.values())
            failures = [failure for file in [*retired, *watched] if (failure := _synced(file))]
            for file in retired:
                os.close(file.fd)
            self.failure = failures[-1] if failures else ""


def _synced(file: _Watched) -> str:
    """Sync a file and, the first time, its name; gives why that failed."""
    try:
        sync(file.fd)
        if file.folder is not None:
            sync_folder(file.folder)
            file.folder = None
    except OSError as error:
        return f"The disk does not confirm what is written: {error.strerror}."
    return ""
