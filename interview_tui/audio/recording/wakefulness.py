"""Keeping the machine awake while it records, where the system lets a program ask for that. A closed lid still wins."""

from __future__ import annotations

import logging
import threading


class Wakefulness:
    """Asks for it in a thread of its own, since the desktop that is asked may not answer."""

    def __init__(self) -> None:
        self._enough: threading.Event | None = None

    def keep(self) -> None:
        """Keep the machine awake until `let_go`, if it can be done; say nothing if it cannot."""
        if self._enough is None:
            self._enough = enough = threading.Event()
            threading.Thread(target=_stay_awake, args=(enough,), name="wakefulness", daemon=True).start()

    def let_go(self) -> None:
        """Let the machine sleep when it wants to."""
        if self._enough is not None:
            self._enough.set()
            self._enough = None


def _stay_awake(enough: threading.Event) -> None:
    try:
        from wakepy import keep

        logging.getLogger("wakepy").setLevel(logging.WARNING)
        with keep.running(on_fail="pass") as mode:
            logging.info("the machine is %skept awake", "" if mode.active else "not ")
            enough.wait()
    except Exception:  # the thread's boundary: a machine that may fall asleep still records
        logging.exception("the machine is not kept awake")
