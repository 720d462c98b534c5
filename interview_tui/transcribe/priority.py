"""How much of the machine a transcription takes: its cores, its memory, and its place behind everything else."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

LOW, LOWEST = 10, 19
AUTOGROUP = Path("/proc/self/autogroup")  # of Linux, where it was built with that

SPARING = {
    "OMP_NUM_THREADS": "1",  # one core each: the units are what is done side by side
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(8 << 20),  # fixed: glibc raises it and keeps ever larger blocks; smaller costs time
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "4",  # every length of sound leaves its own code in there: a megabyte a minute
}
"""What the environment of the transcription process says, so that libraries keep to one thread and give memory back."""


def give_memory_back() -> None:
    """Give back to the system what was freed, wherever it lies: what is kept above it does not hold it, in glibc.

    Between the words that are kept the engine's buffers come and go in ever new places: without this half of what the
    process holds has been freed.
    """
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other libraries of C have no such thing
        if trim is not None:
            trim(0)


def cores() -> int:
    """How many cores there are to compute on: physical ones where that is known, no more than this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))


def step_back(*, lowest: bool) -> None:
    """Give this process a low priority, or the lowest there is, so that nothing else notices it.

    To be called before there is a second thread: on Linux each has a priority of its own, and begins with its maker's.
    """
    process = psutil.Process()
    if os.name == "nt":
        process.nice(getattr(psutil, "IDLE_PRIORITY_CLASS" if lowest else "BELOW_NORMAL_PRIORITY_CLASS"))
    else:
        process.nice(max(process.nice(), LOWEST if lowest else LOW))
        _step_back_as_a_session(LOWEST if lowest else LOW)
    if lowest:
        _only_when_idle(process)


def _step_back_as_a_session(nice: int) -> None:
    """The same for the session that this process leads: Linux weighs sessions first, then what is in each of them."""
    if AUTOGROUP.exists() and os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(nice), encoding="ascii")


def _only_when_idle(process: psutil.Process) -> None:
    """Compute and read only when nobody else does, where the system knows such a thing and allows it."""
    with suppress(OSError, psutil.Error):
        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with suppress(OSError, psutil.Error, AttributeError, ValueError):
        process.ionice(getattr(psutil, "IOPRIO_VERYLOW" if os.name == "nt" else "IOPRIO_CLASS_IDLE"))
