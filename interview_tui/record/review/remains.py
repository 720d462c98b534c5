"""What is left of an edit once the talk it is about is destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interview_tui.interview.events import Erased, Stretch
from interview_tui.interview.facts import Withholding
from interview_tui.record.review.changes import Change, Quoted, Settled, Undone, WordsCorrected
from interview_tui.record.review.log import Edit


def remains(edit: Edit, found: Withholding, gone: Sequence[Stretch]) -> Edit:
    """An edit without what it says of talk that is destroyed; by whom it is, its times and its place in the log stay.

    `gone` are the stretches in which no word is left: those of the withholding, and what goes beside them because the
    times of the sound may be wrong. Corrected words that touch one of them go whole, for which of them were said there
    is not known. Of a correction that goes nothing is left but an edit that undoes none.
    """
    change = edit.change
    match change:
        case WordsCorrected() if _touches(change, gone):
            return _emptied(edit)
        case Quoted() | Settled() if _touches(change, gone):
            return replace(edit, change=replace(change, comment=""))
    return _emptied(edit) if isinstance(found.leaves(change), Erased) else edit


def _emptied(edit: Edit) -> Edit:
    nothing: Change = Undone(at_ms=edit.change.at_ms, wall_ms=edit.change.wall_ms, edit="")
    return replace(edit, change=nothing)


def _touches(change: WordsCorrected | Quoted | Settled, gone: Sequence[Stretch]) -> bool:
    return any(change.start_ms < stretch.end_ms and stretch.start_ms < change.end_ms for stretch in gone)
