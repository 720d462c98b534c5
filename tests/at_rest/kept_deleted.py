"""What is deleted or replaced is kept in another folder: it had lain on the disk.

Every Python process that finds the folder of `sitecustomize.py` among its paths does so, as long as the environment
names where to. A file that is deleted as soon as it is made is kept too, with all that is written to it later; one that
never had a name is noted down. Linux only, and what libraries delete by themselves is not seen.
"""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import suppress
from pathlib import Path

WHERE = "KEEP_WHAT_IS_DELETED_IN"
MAY_PASS = "INTERVIEW_TUI_KEYS"
"""Where something may lie readable for a moment: what is deleted there is not kept."""
NAMELESS = "nameless"
_numbers = itertools.count()


def watch() -> None:
    """Keep what this process deletes from now on."""
    sys.addaudithook(_heed)


def _heed(event: str, told: tuple[object, ...]) -> None:
    if not os.environ.get(WHERE):
        return
    if event == "os.remove":
        _keep(*told)
    elif event == "os.rename":
        _keep(told[1], told[3])
    elif event == "open" and isinstance(told[2], int) and _is_nameless(told[2]):
        with Path(os.environ[WHERE], NAMELESS).open("a", encoding="utf-8") as noted:
            noted.write(f"{told[0]}\n")


def _keep(path: object, folder: object = -1) -> None:
    within = "." if folder == -1 else f"/dev/fd/{folder}"
    with suppress(OSError):  # it is not there, or a folder
        place = Path(within).resolve() / str(path)
        if not place.is_relative_to(os.environ[MAY_PASS]):
            os.link(place, Path(os.environ[WHERE], f"{os.getpid()}-{next(_numbers)}-{place.name}"))


def _is_nameless(flags: int) -> bool:
    nameless = getattr(os, "O_TMPFILE", 0)
    return bool(nameless) and flags & nameless == nameless
