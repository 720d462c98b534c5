"""What a turn recalls: a round whose telling words come up again outside it.

Somebody who comes back to an incident says words that were said in it and hardly anywhere else: a name, a place, a
thing. For each turn the words that are also said elsewhere in the call are held against two hypotheses, that the turn
is about that round and that it is not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from interview_tui.record.attribution.wording import Lexicon

TELLING = 4.0
"""Weight from which on a word is telling."""
ABOUT = 0.6
"""Share of a turn's telling words that are said in the round it is about, where they are said elsewhere at all."""
LEAST = 2
"""Telling words that point to a round: fewer may be chance."""


def recalled(
    turns: Mapping[int, Sequence[str]], rounds: Mapping[int, str], lexicon: Lexicon
) -> dict[int, dict[str, float]]:
    """For each turn the log-odds that it is about each round, where its words speak for that.

    `turns` holds the stems of each turn, `rounds` the named round that each is held to belong to (empty: none).
    """
    telling = {turn: {stem for stem in stems if lexicon.weight(stem) >= TELLING} for turn, stems in turns.items()}
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for turn, stems in telling.items():
        for stem in stems:
            said[stem][rounds[turn]] += 1
    length = Counter(rounds.values())
    shares = {name: count / sum(length.values()) for name, count in length.items() if name}
    return {turn: _odds(stems, rounds[turn], said, shares) for turn, stems in telling.items()}


def _odds(stems: set[str], own: str, said: Mapping[str, Counter[str]], shares: Mapping[str, float]) -> dict[str, float]:
    odds: dict[str, float] = defaultdict(float)
    pointing: Counter[str] = Counter()
    for stem in sorted(stems):
        elsewhere = said[stem].total() - 1
        if not elsewhere:
            continue
        for name, share in shares.items():
            if name == own:
                continue
            there = said[stem][name] / elsewhere
            pointing[name] += there > ABOUT
            odds[name] += there * math.log(ABOUT / share) + (1 - there) * math.log((1 - ABOUT) / (1 - share))
    return {name: value for name, value in odds.items() if value > 0 and pointing[name] >= LEAST}
