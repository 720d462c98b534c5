"""How times, coverage and kinds of item are written on the screen: always a glyph or a word, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from interview_tui.interview.events import Level, Stretch
from interview_tui.interview.pacing import Pace
from interview_tui.record.model import Completeness
from interview_tui.schedule.model import Kind

COVERAGE = {Level.OPEN: "○", Level.TOUCHED: "◐", Level.DONE: "●"}
COMPLETENESS = {Completeness.MISSING: "○", Completeness.THIN: "◐", Completeness.FILLED: "●"}
CAPTIONS = {
    Kind.SAY: "read aloud",
    Kind.ASK: "ask",
    Kind.PROBE: "▸ probe",
    Kind.RECORD: "▢ your judgement, not read aloud",
    Kind.INTERVIEWER: "▹ instruction, not read aloud",
}
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_QUIETEST_DB = -60.0


def clock(ms: int) -> str:
    """A time on the call clock: `11:28`, and `1:02:03` from an hour on."""
    seconds = max(0, ms) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def gigabytes(size: int) -> str:
    """Free space: `41 GB`, `0.8 GB`."""
    gb = size / 1e9
    return f"{gb:.0f} GB" if gb >= 10 else f"{gb:.1f} GB"


def time_of_day(wall_ms: int) -> str:
    """The local time of a moment on the wall clock: `11:21`."""
    return f"{datetime.fromtimestamp(wall_ms / 1000).astimezone():%H:%M}"


def since_midnight_ms(wall_ms: int) -> int:
    """How long the local day has lasted at a moment on the wall clock."""
    local = datetime.fromtimestamp(wall_ms / 1000).astimezone()
    return (local.hour * 3600 + local.minute * 60 + local.second) * 1000


def minutes(ms: int) -> str:
    """A time left or taken, roughly: `11 min`, `under a minute`."""
    return f"{round(ms / 60_000)} min" if ms >= 30_000 else "under a minute"


def length(ms: int) -> str:
    """A length to be told exactly: `3.2 s`, `2 min 34 s`."""
    seconds = round(ms / 1000)
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{ms / 1000:.1f} s"


def pace(plan: Pace) -> str:
    """`plan 12:00 · on time`, `plan 12:00 · 3 min behind`."""
    apart = round(plan.behind_ms / 60_000)
    how = "on time" if abs(apart) < 2 else f"{abs(apart)} min {'behind' if apart > 0 else 'ahead'}"
    return f"plan {clock(plan.planned_ms)} · {how}"


def time_plan(pace: Pace, *, brief: bool = False) -> str:
    """`11 min left · 6 must ≈ 6 min · 13 should ≈ 9 min · over by 4 min`; `brief`: of what is left, the must-asks."""
    shares = ((pace.must, "must"), (pace.should, "should"), (pace.could, "could"))[: 1 if brief else None]
    asks = [f"{share.questions} {name} ≈ {minutes(share.takes_ms)}" for share, name in shares if share.questions]
    left = f"{minutes(pace.left_ms)} left" if pace.left_ms > 0 else f"{minutes(-pace.left_ms)} over time"
    over = [f"over by {minutes(pace.over_ms)}"] if pace.over_ms >= 30_000 else []
    return " · ".join([left, *asks, *over])


def stretches(times: Sequence[Stretch]) -> str:
    """`10:34–12:20`, or how much it is where it is in several pieces."""
    if len(times) == 1:
        return f"{clock(times[0].start_ms)}–{clock(times[0].end_ms)}"
    whole_ms = sum(time.end_ms - time.start_ms for time in times)
    return f"{clock(whole_ms)} min in {counted(len(times), 'piece')}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 note`, `2 notes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def level_bar(level_db: float, cells: int) -> str:
    """A level (dBFS) as a bar of `cells` cells; -60 dB and less is empty."""
    part = max(0.0, min(1.0, 1 - level_db / _QUIETEST_DB))
    full, eighth = divmod(round(part * cells * 8), 8)
    bar = "█" * full + (_EIGHTHS[eighth] if eighth else "")
    return bar.ljust(cells)
