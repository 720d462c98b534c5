"""What the machine heard, beside turns whose words were changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interview_tui.record.edits import lies_in, relabelled
from interview_tui.record.transcript import Turn, outside
from interview_tui.record.under_review import UnderReview
from interview_tui.tui.acts import heard_of
from interview_tui.tui.reading import Row

NOTHING = "nothing"


def with_the_machine_s_words(rows: Iterable[Row], found: UnderReview) -> list[Row]:
    """The rows, and below each turn whose words are not the machine's what it heard there. Nothing withheld is told."""
    heard: Sequence[Turn] = ()
    if found.machine is not None:
        there = outside(found.machine.turns, found.interview.withheld())
        heard = relabelled(there, [*found.interview.corrections, *found.review.corrections])
    laid: list[Row] = []
    for row in rows:
        laid.append(row)
        if row.turn is not None:
            said = _said(heard, row.turn)
            if said.split() != row.turn.text.split():
                laid.append(Row("machine", f"the machine heard: {said or NOTHING}"))
    return laid


def _said(heard: Iterable[Turn], turn: Turn) -> str:
    """The machine's words where a turn lies."""
    stretch = turn.stretch
    words = [
        word
        for one in heard
        if heard_of(one) == heard_of(turn) and one.start_ms < stretch.end_ms and stretch.start_ms < one.end_ms
        for word in one.words
        if lies_in(stretch, word)
    ]
    return " ".join(word.text for word in sorted(words, key=lambda word: word.start_ms))
