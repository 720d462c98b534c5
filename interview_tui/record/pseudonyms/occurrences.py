"""Where names are said and noted in an interview, each in its context."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from interview_tui.record.model import PlacedNote, Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.transcript import Turn

AROUND = 160
"""How many letters before and after a name are its context."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place at which a name stands (call clock, ms): what stands before it, the name as it is written, what follows.

    `speaker` is empty where it stands in a note.
    """

    at_ms: int
    end_ms: int
    speaker: str
    before: str
    name: str
    after: str


def occurrences(record: Record, names: Sequence[Pseudonym]) -> list[list[Occurrence]]:
    """Where each of the names stands in talk and notes, by time; what belongs to a longer name counts as that."""
    found: list[list[Occurrence]] = [[] for _ in names]
    replacer = Replacer(names)
    for placed in record.turns:
        for number, one in _in_turn(placed.turn, replacer):
            found[number].append(one)
    for note in record.notes:
        for number, one in _in_note(note, replacer):
            found[number].append(one)
    return [sorted(each, key=lambda one: one.at_ms) for each in found]


def _in_turn(turn: Turn, replacer: Replacer) -> Iterator[tuple[int, Occurrence]]:
    text = turn.text
    starts = list(accumulate((len(word.text) + 1 for word in turn.words), initial=0))
    for begin, end, number in replacer.places(text):
        first = turn.words[bisect_right(starts, begin) - 1]
        last = turn.words[bisect_right(starts, end - 1) - 1]
        yield number, _occurrence(first.start_ms, last.end_ms, turn.speaker, text, begin, end)


def _in_note(note: PlacedNote, replacer: Replacer) -> Iterator[tuple[int, Occurrence]]:
    text = " ".join(note.text.split())
    for begin, end, number in replacer.places(text):
        yield number, _occurrence(note.about_ms, note.about_ms, "", text, begin, end)


def _occurrence(at_ms: int, end_ms: int, speaker: str, text: str, begin: int, end: int) -> Occurrence:
    before, after = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
    if begin > AROUND:
        before = before.partition(" ")[2]
    if end + AROUND < len(text):
        after = after.rpartition(" ")[0]
    return Occurrence(at_ms, end_ms, speaker, before, text[begin:end], after)
