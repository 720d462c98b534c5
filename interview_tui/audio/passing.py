"""Sound that must not stay: a folder among the system's temporary files that goes with what it was made for.

If the process is killed, the next one that makes such a folder removes what it left: the lock in it is free then.
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

LOCK_NAME = "in-use.lock"


class PassingFolder:
    """A folder that only its owner may enter (0700). May be closed twice; is closed when the process ends."""

    def __init__(self, prefix: str) -> None:
        """Make it, and remove those of this `prefix` that were left behind; raises OSError: there is no room."""
        for folder in Path(tempfile.gettempdir()).glob(prefix + "*"):
            _forget_left_over(folder)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock = _lock(self.path)
        self._lock.acquire(blocking=False)
        atexit.register(self.close)

    def close(self) -> None:
        """Remove it with all that is in it."""
        atexit.unregister(self.close)
        _forget(self.path, self._lock)


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
