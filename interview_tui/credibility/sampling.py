"""A random share of something, that stays as it is while a study grows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

Chooser = Callable[[Sequence[str], int], Sequence[str]]
"""Chooses so many of a list, each as likely as any other."""


def wanted(of: int, share_percent: int) -> int:
    """How many are such a share: rounded up, so that it is never less."""
    return -(-of * share_percent // 100)


def drawn(
    everything: Collection[str],
    before: Collection[str],
    had_a_chance: Collection[str],
    share_percent: int,
    choose: Chooser,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A sample, or what extends one that was drawn `before`: its members, and what they were drawn from.

    It is drawn from what `had_a_chance` in no earlier draw, so that no case had two.
    """
    among = tuple(sorted(set(everything) - set(had_a_chance)))
    still = len(set(before) & set(everything))
    members = choose(among, min(len(among), max(0, wanted(len(everything), share_percent) - still)))
    return tuple(sorted(members)), among
