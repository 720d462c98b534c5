"""The clock that every process of a call reads: it never goes back, and it runs on while the machine sleeps."""

from __future__ import annotations

import time


def _own_clock() -> int | None:
    """The system's clock that counts sleep as well; None where `time.perf_counter` does so itself (Windows).

    Linux stops CLOCK_MONOTONIC in sleep and macOS mach_absolute_time, which are what Python's clocks read.
    """
    boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_time is not None:
        return boot_time
    if hasattr(time, "CLOCK_UPTIME_RAW"):  # macOS: there CLOCK_MONOTONIC runs on, and CLOCK_UPTIME_RAW stops
        return time.CLOCK_MONOTONIC
    return None


_CLOCK = _own_clock()


def now_ns() -> int:
    """Nanoseconds since some moment that is the same for every process, until the machine is started anew."""
    return time.perf_counter_ns() if _CLOCK is None else time.clock_gettime_ns(_CLOCK)
