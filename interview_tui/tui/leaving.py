"""Leaving when the window is closed or the machine shuts down: every key on disk, and never a process left hanging.

Textual has no handlers for these signals. One set with the event loop would not run while the loop is blocked by a
terminal that has gone; `signal.signal` does. The loop is asked to leave, and a thread sees to it that it ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
DEADLINE_S = 2.0
DRAIN_S = 2.0


@contextmanager
def leaving_on_signals(ask: Callable[[], None], drain: Callable[[float], bool]) -> Iterator[None]:
    """While this lasts, a signal to leave calls `ask`; if the process is still there after `DEADLINE_S`, it is ended.

    `drain` writes what is queued, within so many seconds; it is called in a thread of its own.
    """
    finished = threading.Event()

    def see_to_it(signum: int) -> None:
        if not finished.wait(DEADLINE_S):
            drain(DRAIN_S)
            os._exit(128 + signum)

    def leave(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's arguments
        threading.Thread(target=see_to_it, args=(signum,), daemon=True).start()
        ask()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, leave) for number in SIGNALS}
    try:
        yield
    finally:
        finished.set()
        for number, handler in before.items():
            signal.signal(number, handler)
