"""What a sentence recalls: the round whose words it says again.

The query-likelihood model of retrieval (Ponte and Croft, SIGIR 1998; smoothed as in Zhai and Lafferty, SIGIR 2001):
each round is the bag of words that were said in it, and a sentence is as likely about it as those make its words,
against the rest of the call.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

RARE = 2e-5
"""The share of a word that was not said elsewhere in the call."""
ROUND, CALL = 400, 1_500
"""Words for which count what is expected of a round, and of a call, besides those that were said."""
SHORT = 20
"""Words: of a round in which fewer were said nothing can be recalled."""


class Talk:
    """The words of a call, by the round in which they were said."""

    def __init__(self, said: Mapping[str, Counter[str]]) -> None:
        """`said` are the words (stems) of each round; those under the empty name were said in none."""
        self._said = said
        self._all: Counter[str] = sum(said.values(), Counter())

    def odds(self, sentence: Sequence[str], turn: Counter[str], own: str) -> dict[str, float]:
        """The log-odds that a sentence is about each round but its own, rather than about anything else in the call.

        `turn` are the words of its turn, which were counted in the round `own`: a turn says nothing about itself.
        """
        others = self._all.total() - turn.total()
        found: dict[str, float] = {}
        for name, words in self._said.items():
            count = words.total()
            if name in ("", own) or count < SHORT:
                continue
            found[name] = sum(
                math.log((words[word] / self._elsewhere(word, words, turn, others - count) + ROUND) / (count + ROUND))
                for word in sentence
            )
        return found

    def _elsewhere(self, word: str, words: Counter[str], turn: Counter[str], count: int) -> float:
        """The share of a word in what was said in no such round and not in its turn, `count` words."""
        return (self._all[word] - turn[word] - words[word] + CALL * RARE) / (count + CALL)
