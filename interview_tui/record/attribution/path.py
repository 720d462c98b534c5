"""The best way through a sequence of states, and how much worse every other one would be.

Viterbi's algorithm (Forney 1973, "The Viterbi algorithm") over costs, with transitions of four kinds so that a call is
followed in time linear in its length and in the number of states: staying, a few listed steps, a hop to any state of
the same group, and a jump to anywhere. Run from both ends it yields max-marginals: for each moment and state the cost
of the best way that passes through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Edges = Sequence[Sequence[tuple[int, float]]]
"""For each state the states that can be reached from it by a step, and what that costs."""


@dataclass(frozen=True, slots=True)
class Network:
    """The states' transitions: staying is free, `steps` are listed, a `hop` leads anywhere in the same of `groups`."""

    steps: Edges
    jump: float
    groups: Sequence[int] = ()
    hop: float = 0.0

    def cheapest(self, before: Sequence[float]) -> list[int]:
        """For each state the one before it from which hopping or jumping there is cheapest; with no group, the best."""
        best = min(range(len(before)), key=before.__getitem__)
        if not self.groups:
            return [best] * len(before)
        leaders: dict[int, int] = {}
        for state, group in enumerate(self.groups):
            if group not in leaders or before[state] < before[leaders[group]]:
                leaders[group] = state
        near = {
            group: leader if before[leader] + self.hop < before[best] + self.jump else best
            for group, leader in leaders.items()
        }
        return [near[group] for group in self.groups]

    def leap(self, source: int, target: int) -> float:
        """What a hop or jump from one state to another costs."""
        return self.hop if self.groups and self.groups[source] == self.groups[target] else self.jump


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment: what each state costs in it, and what coming to each state anew costs in addition."""

    costs: Sequence[float]
    entering: Sequence[float]


def best_path(network: Network, start: Sequence[float], stages: Sequence[Stage]) -> tuple[list[int], list[list[float]]]:
    """The cheapest sequence of states, and for each stage and state the cost of the best way through it."""
    if not stages:
        return [], []
    there = _forward(network, start, stages)
    rest = _backward(network, stages)
    through = [[a + b for a, b in zip(*both, strict=True)] for both in zip(there, rest, strict=True)]
    return _trace(network, there, stages), through


def _forward(network: Network, start: Sequence[float], stages: Sequence[Stage]) -> list[list[float]]:
    """For each stage and state the cost of the best way that ends in it."""
    reached = [[a + b for a, b in zip(start, stages[0].costs, strict=True)]]
    for stage in stages[1:]:
        before = reached[-1]
        came = [before[source] + network.leap(source, t) for t, source in enumerate(network.cheapest(before))]
        for source, edges in enumerate(network.steps):
            here = before[source]
            for target, cost in edges:
                came[target] = min(came[target], here + cost)
        reached.append(
            [
                min(stayed, new + entering) + cost
                for stayed, new, entering, cost in zip(before, came, stage.entering, stage.costs, strict=True)
            ]
        )
    return reached


def _backward(network: Network, stages: Sequence[Stage]) -> list[list[float]]:
    """For each stage and state the cost of what is still to come."""
    rest = [[0.0] * len(stages[0].costs)]
    for stage in reversed(stages[1:]):
        ahead = rest[-1]
        entered = [a + e + c for a, e, c in zip(ahead, stage.entering, stage.costs, strict=True)]
        here = [entered[target] + network.leap(s, target) for s, target in enumerate(network.cheapest(entered))]
        for source, edges in enumerate(network.steps):
            for target, cost in edges:
                here[source] = min(here[source], cost + entered[target])
        rest.append([min(ahead[s] + stage.costs[s], leaving) for s, leaving in enumerate(here)])
    return rest[::-1]


def _trace(network: Network, there: Sequence[Sequence[float]], stages: Sequence[Stage]) -> list[int]:
    into: list[list[tuple[int, float]]] = [[] for _ in network.steps]
    for source, edges in enumerate(network.steps):
        for target, cost in edges:
            into[target].append((source, cost))
    state = min(range(len(there[-1])), key=there[-1].__getitem__)
    path = [state]
    for before, stage in zip(reversed(there[:-1]), reversed(stages[1:]), strict=True):
        entering = stage.entering[state]
        leaper = network.cheapest(before)[state]
        ways = [(before[state], state), (before[leaper] + network.leap(leaper, state) + entering, leaper)]
        ways += [(before[source] + cost + entering, source) for source, cost in into[state]]
        state = min(ways)[1]
        path.append(state)
    return path[::-1]
