"""Which places a note names: interviewers begin a note with what it is about (`OUT: won 12-7`, `felt elated`)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from interview_tui.record.attribution.candidates import Candidate
from interview_tui.record.attribution.prompting import names_alike
from interview_tui.record.attribution.wording import Lexicon, Phrasebook

LABEL_WORDS = 4
UNLABELLED = 0.5
"""How much the first words of a note count that has no label."""
FIRST = 3
WHOLE = 0.3
"""How much the words of the whole note count beside its label."""
ROUND = 0.8
IN_ROUND = 0.8
"""What of the name of a round goes to its other questions than what happened."""

_LABEL = re.compile(r"^([^:]{1,40}):(?=\s)")
_BRACKETS = re.compile(r"\([^)]*\)")
_WORD = re.compile(r"[^\W_]+")


class Names:
    """What the places of an interview may be called in a note."""

    def __init__(self, found: Sequence[Candidate], lexicon: Lexicon, book: Phrasebook) -> None:
        self._found, self._lexicon, self._book = found, lexicon, book
        self._ways = [[way for text in (*each.names, *each.phrasings) if (way := _words(text))] for each in found]
        items = {(each.place.item, each.place.line): ways for each, ways in zip(found, self._ways, strict=True)}
        self._frequency = Counter(word for ways in items.values() for word in {word for way in ways for word in way})
        self._items = len(items)
        self._read: dict[str, list[float]] = {}

    def likeness(self, note: str) -> list[float]:
        """How surely a note names each place, 0 to about 1.3."""
        if note not in self._read:
            self._read[note] = self._likeness(note)
        return self._read[note]

    def _likeness(self, note: str) -> list[float]:
        label, labelled = label_of(note)
        words = _words(label)
        weights = {word: self._weight(word) for word in words}
        share = 1.0 if labelled else UNLABELLED
        whole = self._book.likeness(self._lexicon.stems(note))
        known: dict[tuple[str, str, str], float] = {}
        found = []
        for each, ways, like in zip(self._found, self._ways, whole, strict=True):
            key = (each.place.item, each.place.line, each.round_name)
            if key not in known:
                known[key] = self._named(words, weights, ways, each)
            found.append(share * known[key] + WHOLE * like)
        return found

    def _named(
        self, label: Sequence[str], weights: Mapping[str, float], ways: Sequence[Sequence[str]], each: Candidate
    ) -> float:
        best = max((self._alike(label, weights, way) for way in ways), default=0.0)
        if not each.round_name:
            return best
        called = self._alike(label, weights, _words(each.round_name))
        return max(best, ROUND * called * (1.0 if each.event else IN_ROUND))

    def _alike(self, label: Sequence[str], weights: Mapping[str, float], way: Sequence[str]) -> float:
        if not label or not way:
            return 0.0
        there = [(self._weight(word), max(names_alike(said, word) for said in label)) for word in way]
        here = [(weights[said], max(names_alike(said, word) for word in way)) for said in label]
        recall = sum(weight * like for weight, like in there) / sum(weight for weight, _ in there)
        precision = sum(weight * like for weight, like in here) / sum(weight for weight, _ in here)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def _weight(self, word: str) -> float:
        counts = [self._frequency[word]] if word in self._frequency else []
        if not counts:
            counts = [count for known, count in self._frequency.items() if len(word) > 2 and known.startswith(word)]
        return math.log((self._items + 1) / (min(counts, default=1) + 0.5))


def label_of(note: str) -> tuple[str, bool]:
    """The label with which a note begins, without brackets, or else its first words; and whether it is a label."""
    found = _LABEL.match(note)
    if found and len(found[1].split()) <= LABEL_WORDS:
        return _BRACKETS.sub("", found[1]), True
    return " ".join(note.split()[:FIRST]), False


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
