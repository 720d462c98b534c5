"""Which study is encrypted: the one whose folder holds a `study.key`."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

KEY_FILE = "study.key"
_NO_KEY = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EINVAL, errno.ELOOP, errno.ENAMETOOLONG}


def study_of(path: Path) -> Path | None:
    """The encrypted study in which a file or folder lies (or would lie), if it lies in one.

    Raises:
        OSError: a disk does not answer, so that nobody knows.
    """
    place, below = os.fspath(path), None  # no Path for each folder: this is done for every file that is made
    while place != below:
        if _has_key(place):
            return Path(place)
        place, below = os.path.dirname(place), place  # noqa: PTH120
    return None


def _has_key(folder: str) -> bool:
    """Whether a key lies in a folder. In one that this user may not look into, as above a share, there is none."""
    try:
        return stat.S_ISREG(os.stat(os.path.join(folder, KEY_FILE)).st_mode)  # noqa: PTH116, PTH118
    except OSError as error:
        if error.errno in _NO_KEY:
            return False
        raise
