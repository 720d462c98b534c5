"""How times, coverage and kinds of item are written on the screen: always a glyph or a word, never colour alone."""

from __future__ import annotations

from interview_tui.interview.events import How, Level
from interview_tui.record.model import Completeness
from interview_tui.schedule.model import Kind

COVERAGE = {Level.OPEN: "○", Level.TOUCHED: "◐", Level.DONE: "●"}
COMPLETENESS = {Completeness.MISSING: "○", Completeness.THIN: "◐", Completeness.FILLED: "●"}
HOW = {How.ASKED: "asked", How.VOLUNTEERED: "volunteered", How.SKIPPED: "skipped"}
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


def counted(number: int, one: str, many: str = "") -> str:
    """`1 note`, `2 notes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def level_bar(level_db: float, cells: int) -> str:
    """A level (dBFS) as a bar of `cells` cells; -60 dB and less is empty."""
    part = max(0.0, min(1.0, 1 - level_db / _QUIETEST_DB))
    full, eighth = divmod(round(part * cells * 8), 8)
    bar = "█" * full + (_EIGHTHS[eighth] if eighth else "")
    return bar.ljust(cells)
