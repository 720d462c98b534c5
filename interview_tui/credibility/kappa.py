"""Cohen's kappa: how far two judges agree beyond what chance alone would give.

J. Cohen (1960), "A coefficient of agreement for nominal scales"; its asymptotic standard error after J. L. Fleiss,
J. Cohen and B. S. Everitt (1969), "Large sample standard errors of kappa and weighted kappa".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview_tui.credibility.figures import Agreement

Z_95 = 1.959963984540054
"""So many standard errors to each side hold 95 of 100."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement as observed and as chance would give it (0 to 1), kappa, and its standard error.

    Kappa and its error are None where chance alone would agree fully, or nothing was judged.
    """

    observed: float
    expected: float
    kappa: float | None
    error: float | None

    @property
    def low(self) -> float | None:
        """With 95 % confidence kappa is no lower."""
        return self._bound(-1)

    @property
    def high(self) -> float | None:
        """With 95 % confidence kappa is no higher."""
        return self._bound(1)

    def _bound(self, side: int) -> float | None:
        if self.kappa is None or self.error is None:
            return None
        return max(-1.0, min(1.0, self.kappa + side * Z_95 * self.error))


def kappa_of(table: Sequence[Sequence[int]]) -> Kappa:
    """Kappa of a square table: `table[i][j]` were put in category i by the first judge, in j by the second."""
    of = sum(map(sum, table))
    if not of:
        return Kappa(0.0, 0.0, None, None)
    firsts = [sum(row) for row in table]
    seconds = [sum(column) for column in zip(*table, strict=True)]
    agreed = sum(table[i][i] for i in range(len(table)))
    by_chance = sum(first * second for first, second in zip(firsts, seconds, strict=True))  # of `of` squared
    observed, expected = agreed / of, by_chance / of**2
    if by_chance == of**2:
        return Kappa(observed, expected, None, None)
    kappa = (agreed * of - by_chance) / (of**2 - by_chance)
    return Kappa(observed, expected, kappa, _error(table, observed, expected))


def _error(table: Sequence[Sequence[int]], observed: float, expected: float) -> float:
    """The standard error of kappa: equation 13 of Fleiss, Cohen and Everitt."""
    of = sum(map(sum, table))
    firsts = [sum(row) / of for row in table]
    seconds = [sum(column) / of for column in zip(*table, strict=True)]
    alike = math.fsum(
        table[i][i] / of * ((1 - expected) - (firsts[i] + seconds[i]) * (1 - observed)) ** 2 for i in range(len(table))
    )
    unlike = math.fsum(
        cell / of * (seconds[i] + firsts[j]) ** 2
        for i, row in enumerate(table)
        for j, cell in enumerate(row)
        if i != j and cell
    )
    variance = alike + (1 - observed) ** 2 * unlike - (observed * expected - 2 * expected + observed) ** 2
    return math.sqrt(max(0.0, variance) / of) / (1 - expected) ** 2


def agreement(
    first: str, second: str, firsts: Mapping[str, str], seconds: Mapping[str, str], order: Sequence[str]
) -> Agreement:
    """How far two judges agree in what both have sorted: each gives the category of every incident.

    The categories of the table are those that one of them used, in this order.
    """
    both = [name for name in firsts if name in seconds]
    pairs = Counter((firsts[name], seconds[name]) for name in both)
    used = {category for pair in pairs for category in pair}
    categories = tuple(category for category in order if category in used)
    table = tuple(tuple(pairs[row, column] for column in categories) for row in categories)
    found = kappa_of(table)
    return Agreement(
        first=first,
        second=second,
        categories=categories,
        table=table,
        agreed=sum(1 for name in both if firsts[name] == seconds[name]),
        of=len(both),
        expected=found.expected,
        kappa=found.kappa,
        error=found.error,
        low=found.low,
        high=found.high,
    )
