"""Sound that must not stay: a folder among the system's temporary files that goes with what it was made for.

Of an encrypted study it lies in memory, where its key lies for the day: deleted is not shredded. If the process is
killed, the next one that makes such a folder removes what it left: the lock in it is free then.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

from interview_tui.at_rest.files import unsealed_folder
from interview_tui.at_rest.study_key import ELSEWHERE
from interview_tui.errors import AudioError

LOCK_NAME = "in-use.lock"


class PassingFolder:
    """A folder that only its owner may enter (0700). May be closed twice; is closed when the process ends."""

    def __init__(self, prefix: str, beside: Path | None = None) -> None:
        """Make it, and remove those of this `prefix` that were left behind. `beside` is where the sound comes from.

        Raises:
            OSError: there is no room. StorageError: there is no place that is this user's only.
        """
        for folder in left_behind(prefix, beside):
            _forget_left_over(folder)
        self.path = made(prefix, beside)
        self._lock = _lock(self.path)
        self._lock.acquire(blocking=False)
        atexit.register(self.close)

    def close(self) -> None:
        """Remove it with all that is in it."""
        atexit.unregister(self.close)
        _forget(self.path, self._lock)


def made(prefix: str, beside: Path | None) -> Path:
    """A new folder for sound that must not stay and comes from the study in which `beside` lies; raises as above."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=None if beside is None else unsealed_folder(beside)))


def left_behind(prefix: str, beside: Path | None) -> list[Path]:
    """The folders of this `prefix` wherever `made` would have made them, now or before the study was encrypted."""
    unsealed = None if beside is None else unsealed_folder(beside)
    places = [Path(tempfile.gettempdir()), *([] if unsealed is None else [unsealed])]
    return [folder for place in places for folder in place.glob(prefix + "*")]


def without_room(what: str, error: OSError, beside: Path | None) -> AudioError:
    """That there is no room for `what`, with the way out."""
    unsealed = None if beside is None else unsealed_folder(beside)
    if unsealed is None:
        return AudioError(
            f"There is no room for {what}: {error}.",
            "Make room for temporary files, or name another folder in the environment variable TMPDIR.",
        )
    return AudioError(
        f"There is no room for {what} in {unsealed}: {error}.",
        f"Make room there, or name another folder in memory in the environment variable {ELSEWHERE}.",
    )


def _forget_left_over(folder: Path) -> None:
    """Remove a folder whose process was killed; one that is in use, just being made or somebody else's stays."""
    if not is_mine(folder) or not (folder / LOCK_NAME).exists():
        return
    lock = _lock(folder)
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError):
        return
    _forget(folder, lock)


def _forget(folder: Path, lock: FileLock) -> None:
    """Remove the sound first, and last the lock that makes the folder known as left over."""
    for path in folder.glob("*"):
        if path.name != LOCK_NAME:
            try:
                path.unlink()
            except OSError:  # Windows, while something has it open: the next folder that is made tries again
                lock.release()
                return
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path) -> FileLock:
    return FileLock(folder / LOCK_NAME, mode=0o600, thread_local=False)


def is_mine(folder: Path) -> bool:
    """Whether it is a real folder of this user: what others put among the temporary files is not touched."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.getuid())
