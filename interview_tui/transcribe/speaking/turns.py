"""Who spoke, in turns: built from words, never from an engine's segments. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from interview_tui.record.transcript import Turn, Word

PAUSE_MS = 2000  # a silence of one's own that ends a turn
EXCHANGE_MS = 1000  # a pause that ends a turn if the other says anything at all in it
BREATH_MS = 300  # a pause that ends a turn if the other takes the floor in it
ASIDE_WORDS, ASIDE_MS = 3, 1500  # at most this much ("mm-hm", "yes, I see") does not take the floor


@dataclass(frozen=True, slots=True)
class _Breath:
    """Words of one speaker with no long pause of his own among them."""

    words: tuple[Word, ...]

    @property
    def is_aside(self) -> bool:
        """Whether it is too little to take the floor."""
        length_ms = max(word.end_ms for word in self.words) - self.words[0].start_ms
        return len(self.words) <= ASIDE_WORDS and length_ms <= ASIDE_MS


def turns(spoken: Iterable[tuple[str, Word]]) -> tuple[Turn, ...]:
    """Turns of (speaker, word) pairs, numbered from 1 by start.

    A turn ends where its speaker pauses for 2 s, or where the other speaks in a pause: anything in one of a second or
    more, more than an aside ("mm-hm", "yes, I see") in a shorter one. Whatever else the other says becomes a turn of
    its own and this one goes on: overlaps stay overlaps.
    """
    by_speaker = sorted(spoken, key=lambda pair: (pair[0], pair[1].start_ms, pair[1].end_ms))
    said = {speaker: [word for _, word in pairs] for speaker, pairs in groupby(by_speaker, key=lambda pair: pair[0])}
    runs: list[tuple[str, list[Word]]] = []
    for speaker, words in said.items():
        breaths = [breath for other, others in said.items() if other != speaker for breath in _breaths(others)]
        runs.extend((speaker, run) for run in _runs(words, _middles(breaths), _middles(_not_asides(breaths))))
    runs.sort(key=lambda run: (run[1][0].start_ms, run[1][-1].end_ms, run[0]))
    return tuple(Turn(number, speaker, tuple(words)) for number, (speaker, words) in enumerate(runs, start=1))


def _breaths(words: Sequence[Word]) -> list[_Breath]:
    return [_Breath(tuple(run)) for run in _runs(words, [], [])]


def _not_asides(breaths: Iterable[_Breath]) -> list[_Breath]:
    return [breath for breath in breaths if not breath.is_aside]


def _middles(breaths: Iterable[_Breath]) -> list[int]:
    """The moments at which the words of these breaths are spoken, in order."""
    return sorted((word.start_ms + word.end_ms) // 2 for breath in breaths for word in breath.words)


def _runs(words: Sequence[Word], others: Sequence[int], takes: Sequence[int]) -> list[list[Word]]:
    """One speaker's words, parted at long pauses and where the other speaks (`others`) or takes the floor (`takes`)."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and not _parted(runs[-1][-1].end_ms, word.start_ms, others, takes):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _parted(low: int, high: int, others: Sequence[int], takes: Sequence[int]) -> bool:
    """Whether the pause from `low` to `high` ends a turn."""
    pause_ms = high - low
    if pause_ms > PAUSE_MS:
        return True
    if pause_ms >= EXCHANGE_MS:
        return _any_between(others, low, high)
    return pause_ms >= BREATH_MS and _any_between(takes, low, high)


def _any_between(moments: Sequence[int], low: int, high: int) -> bool:
    place = bisect_left(moments, low)
    return place < len(moments) and moments[place] < high
