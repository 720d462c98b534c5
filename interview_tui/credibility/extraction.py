"""Incidents as two people extracted them from the same transcript: which of them are the same.

Two stretches are of the same incident if they have at least half of the shorter one in common. Each is matched to one
of the other's at most, so that as many as can be are matched (augmenting paths; Berge 1957).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview_tui.interview.events import Stretch

IN_COMMON = 0.5
"""The part of the shorter stretch that both have to hold."""


@dataclass(frozen=True, slots=True)
class Matched:
    """How many incidents both found, and how many one of them alone."""

    both: int
    only_first: int
    only_second: int


def same(first: Stretch, second: Stretch) -> bool:
    """Whether two stretches, neither of them empty, are taken for the same incident."""
    shared = min(first.end_ms, second.end_ms) - max(first.start_ms, second.start_ms)
    shorter = min(first.end_ms - first.start_ms, second.end_ms - second.start_ms)
    return shared >= IN_COMMON * shorter


def matched(firsts: Sequence[Stretch], seconds: Sequence[Stretch]) -> Matched:
    """The incidents of one transcript, one to one."""
    partners: dict[int, int] = {}  # of the second's, the first's that each is matched to

    def placed(number: int, tried: set[int]) -> bool:
        for other, stretch in enumerate(seconds):
            if other not in tried and same(firsts[number], stretch):
                tried.add(other)
                if other not in partners or placed(partners[other], tried):
                    partners[other] = number
                    return True
        return False

    both = sum(placed(number, set()) for number in range(len(firsts)))
    return Matched(both, len(firsts) - both, len(seconds) - both)
