"""Starting a process that outlives this one, its terminal and its session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from interview_tui.audio.processes import child


def start_detached(arguments: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process of its own; what it says, and what libraries say in it, goes to the end of `log`."""
    log.touch(0o600)
    with log.open("ab") as noise:

        def start(**how: Any) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                arguments, env=child.environment(), stdin=subprocess.DEVNULL, stdout=noise, stderr=noise, **how
            )

        if sys.platform != "win32":
            return start(start_new_session=True)
        apart = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        try:
            return start(creationflags=apart | subprocess.CREATE_BREAKAWAY_FROM_JOB)
        except PermissionError:  # the terminal's job lets nobody leave
            return start(creationflags=apart)


def last_line(log: Path) -> str:
    """What the process said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no word"
