"""The records of many interviews, merged by processes of their own ahead of being asked for.

Merging an hour of talk takes a second or two of one core; whoever goes through a whole study has others at hand.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, redirect_stderr
from multiprocessing import resource_tracker
from pathlib import Path

from interview_tui.record.model import Record
from interview_tui.store.study import StudyFolder

_FEW = 4  # interviews for which it is not worth the while to start processes
_MOST = 4  # processes
_AHEAD = 2  # records that wait, for each process: as many as memory is taken for


@contextmanager
def records(study: StudyFolder, cases: Sequence[str]) -> Iterator[Callable[[str], Record]]:
    """Gives the record of each of these cases once, asked for in this order; raises as the study does."""
    if len(cases) < _FEW:
        yield study.record
        return
    workers = min(os.cpu_count() or 1, _MOST)
    if os.name == "posix":
        with redirect_stderr(sys.__stderr__):  # a screen's own has no descriptor that a process could be given
            resource_tracker.ensure_running()
    processes = multiprocessing.get_context("spawn")  # a fork of a program with threads may stand still
    with ProcessPoolExecutor(workers, mp_context=processes, initializer=_leave_interrupts) as pool:
        left, waiting = deque(cases), deque[tuple[str, Future[Record]]]()

        def read(case: str) -> Record:
            while left and len(waiting) <= workers * _AHEAD:
                ahead = left.popleft()
                waiting.append((ahead, pool.submit(_record, study.path, ahead)))
            while waiting and waiting[0][0] != case:  # nobody wants it any more
                waiting.popleft()
            if not waiting:
                return study.record(case)
            try:
                return waiting.popleft()[1].result()
            except BrokenProcessPool:  # the system ended one, for want of memory
                left.clear()
                waiting.clear()
                return study.record(case)

        try:
            yield read
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl+C is the program's that asked; it ends these with itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _record(study: Path, case: str) -> Record:
    return StudyFolder.open(study).record(case)
