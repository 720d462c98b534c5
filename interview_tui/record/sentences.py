"""The sentences of a talk, as a listener has them repeated: from mark to mark, or by pauses where marks are missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import Turn, Word

LONGEST_MS = 20_000
"""A sentence that takes longer is cut: nobody has more repeated, and recognisers forget full stops."""
_ENDS = re.compile(r"[.?!…]+[\"'”’»)\]]*$")


def sentence_at(turns: Sequence[Turn], at_ms: int) -> Stretch | None:
    """The sentence that is said at a moment of the call clock, or was said last before it; None if there is none yet.

    Where two people speak at once it is the one's whose turn began last.
    """
    begun = [
        (turn, sentence)
        for turn in turns
        if turn.start_ms <= at_ms
        for sentence in sentences(turn)
        if sentence.start_ms <= at_ms
    ]
    if not begun:
        return None
    return max(begun, key=lambda found: _nearness(found[0], found[1], at_ms))[1]


def sentences(turn: Turn) -> Iterator[Stretch]:
    """The sentences of a turn, in order, none of them much longer than `LONGEST_MS`."""
    words: list[Word] = []
    for word in turn.words:
        words.append(word)
        if _ENDS.search(word.text):
            yield from map(_stretch, _cut(words))
            words = []
    if words:
        yield from map(_stretch, _cut(words))


def _nearness(turn: Turn, sentence: Stretch, at_ms: int) -> tuple[int, int, int]:
    """What is said now comes before what was said last; then the later turn, and the later sentence in it."""
    return min(sentence.end_ms, at_ms + 1), turn.start_ms, sentence.start_ms


def _cut(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words in pieces that are not too long, cut at the longest pause about the middle."""
    whole = _stretch(words)
    length_ms = whole.end_ms - whole.start_ms
    if length_ms <= LONGEST_MS or len(words) == 1:
        yield words
        return

    def worth(place: int) -> tuple[bool, int, int]:
        before, after = words[place - 1], words[place]
        off_ms = abs(after.start_ms - whole.start_ms - length_ms // 2)
        return off_ms <= length_ms // 4, after.start_ms - before.end_ms, -off_ms

    best = max(range(1, len(words)), key=worth)
    yield from _cut(words[:best])
    yield from _cut(words[best:])


def _stretch(words: Sequence[Word]) -> Stretch:
    return Stretch(words[0].start_ms, max(word.end_ms for word in words))
