"""Events and waiting, for the tests of the store."""

from __future__ import annotations

import time
from collections.abc import Callable

from interview_tui.interview.events import InterviewOpened, NoteTaken, Place
from interview_tui.interview.ports import Journal

LONGEST_WAIT_S = 20.0
NOON_MS = 1_767_268_800_000  # 1 January 2026, 12:00 UTC


def opening(case: str = "P07", sha256: str = "", wall_ms: int = NOON_MS) -> InterviewOpened:
    """The first event of an interview."""
    return InterviewOpened(
        at_ms=0,
        wall_ms=wall_ms,
        case=case,
        interviewer="AB",
        schedule_title="A schedule",
        schedule_version="1",
        schedule_sha256=sha256,
    )


def a_note(number: int, item: str = "training") -> NoteTaken:
    """The note that is event `number`: the same one each time."""
    at_ms = number * 1000
    return NoteTaken(
        at_ms=at_ms,
        wall_ms=NOON_MS + at_ms,
        note=f"n{number}",
        text=f"what was said, part {number}",
        first_key_ms=at_ms - 900,
        about_ms=at_ms - 3900,
        places=(Place(item),),
    )


def until(done: Callable[[], bool], what: str) -> None:
    """Wait for something that another thread or process does; fails if it takes much too long."""
    end = time.monotonic() + LONGEST_WAIT_S
    while not done():
        assert time.monotonic() < end, f"{what} did not happen within {LONGEST_WAIT_S:.0f} s"
        time.sleep(0.001)


def until_saved(journal: Journal, number: int) -> None:
    """Wait until an event is acknowledged."""
    until(lambda: journal.saved >= number, f"saving event {number}")
