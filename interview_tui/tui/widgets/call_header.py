"""The top row of the live screen: recorder, clocks, case, what is saved, what room is left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from textual.content import Content

from interview_tui.tui import signs
from interview_tui.tui.widgets.pane import Pane, beside


class Tape(StrEnum):
    """What the recorder is doing, as the screen says it."""

    WAITING = "○ no consent yet"
    READY = "○ NOT RECORDING"
    OPENING = "◌ STARTING"
    RECORDING = "● REC"
    STALLED = "✗ REC STALLED"
    INTERRUPTED = "✗ REC INTERRUPTED"
    FAILED = "✗ REC FAILED"
    OFF_RECORD = "■ OFF RECORD"
    NOTES_ONLY = "✎ NOTES ONLY"
    ENDED = "■ ENDED"


class Saving(StrEnum):
    """Whether everything is on disk."""

    SAVED = "saved ✓"
    SAVING = "○ saving"
    FAILED = "✗ NOT SAVED"


TAPE_STYLES = {
    Tape.RECORDING: "bold $text-error",
    Tape.STALLED: "bold $text-error on $error-muted",
    Tape.INTERRUPTED: "bold $text-error on $error-muted",
    Tape.FAILED: "bold $text-error on $error-muted",
    Tape.READY: "bold $text-warning",
    Tape.OPENING: "bold $text-warning",
    Tape.OFF_RECORD: "bold $text-warning",
    Tape.NOTES_ONLY: "bold $text-warning",
}
SAVING_STYLES = {
    Saving.SAVED: "$quiet",
    Saving.SAVING: "$text-warning",
    Saving.FAILED: "bold $text-error on $error-muted",
}


ROOMY = 92
"""Cells from which the pace has room."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header shows. Seconds only, so that it is painted no more often than it changes."""

    tape: Tape
    recorded_s: int
    call_s: int
    case: str
    rehearsal: bool
    saving: Saving
    free_bytes: int
    level_db: tuple[int, ...]
    pace: str = ""


class CallHeader(Pane[Header]):
    """One row; on a screen too small for it, only the recorder and what is saved."""

    def rows(self, value: Header, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        tape = Content.styled(_tape(value), TAPE_STYLES.get(value.tape, "$quiet"))
        saving = Content.styled(value.saving, SAVING_STYLES[value.saving])
        if width < 60:
            return [beside(tape, saving, width)]
        room = signs.gigabytes(value.free_bytes) if value.free_bytes else ""
        left = Content.assemble(
            tape,
            "  ",
            _meter(value.level_db),
            "call ",
            Content.styled(f"{signs.clock(value.call_s * 1000)}   ", "bold"),
            Content.styled(value.case, "bold"),
            "  rehearsal" if value.rehearsal else "",
            Content.styled(f"   {value.pace}", "$quiet") if value.pace and width >= ROOMY else "",
        )
        right = Content.assemble(saving, "   ", Content.styled(f"{room} free", "$quiet")) if room else saving
        return [beside(left, right, width)]


def _tape(header: Header) -> str:
    if header.tape in (Tape.RECORDING, Tape.STALLED):
        return f"{header.tape} {signs.clock(header.recorded_s * 1000)}"
    return header.tape


def _meter(level_db: tuple[int, ...]) -> Content:
    """A bar a channel; none while nothing is recorded."""
    cells = 8 if len(level_db) == 1 else 5
    bars = [Content.styled(signs.level_bar(level, cells), "$success on $background") for level in level_db[:2]]
    return Content.assemble(Content(" ").join(bars), "  ") if bars else Content()
