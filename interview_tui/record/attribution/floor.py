"""The question that is before the two of them at any moment, decoded over the whole call.

A hidden Markov model: the states are the places of the schedule, the passages what is observed. She asks in her own
words or in the schedule's, most often the next question; she moves on the screen, or forgets to. How often she forgets
is estimated from the call itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview_tui.interview.events import Place
from interview_tui.record.attribution.candidates import Candidate
from interview_tui.record.attribution.passages import Moved, Passage
from interview_tui.record.attribution.path import Network, Stage, best_path
from interview_tui.record.attribution.weights import FloorWeights

PLAIN, APART = 0.6, 0.15
"""A question that is at least so like one item, and so much more like it than the next, is plain to hear."""
AFTER = 2
"""Passages within which she may still move to a question that was plain to hear."""
PRIOR = (4, 1)
"""Questions with and without a move, as if seen before the call."""
WINDOW = 24
"""Questions within which one asked before, in the same section, is a step back."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The state of each passage, how sure that is (0 to 1), and how often she moved to what she had plainly asked."""

    states: tuple[int, ...]
    sure: tuple[float, ...]
    moved_along: float


def decode(
    found: Sequence[Candidate],
    heard: Sequence[Passage],
    moved: Sequence[Moved],
    alike: Sequence[Sequence[float]],
    named: Mapping[int, Sequence[float]],
    weights: FloorWeights,
) -> Floor:
    """The likeliest course of questions through a call.

    `alike` says for each passage how like it is to each candidate (0 to 1), `named` how surely the notes
    that a passage prompted name each candidate.
    """
    index = _index(found)
    watched = any(each.to is not None or each.before is not None for each in moved)
    along = moved_along(found, heard, moved, alike) if watched else 0.0
    missed = -math.log(1 - along) if watched else 0.0
    stages = []
    for k, passage in enumerate(heard):
        costs, entering = _wording(passage, alike[k], weights)
        if k in named:
            costs = [cost - weights.named * name for cost, name in zip(costs, named[k], strict=True)]
        to, before = index.get(moved[k].to), index.get(moved[k].before)
        if to is not None:
            costs = [cost if state == to else cost + weights.moved for state, cost in enumerate(costs)]
            entering[to] = 0.0
        else:
            start = _beginning(passage, weights)
            entering = [cost + start + (0.0 if state == before else missed) for state, cost in enumerate(entering)]
        stages.append(Stage(costs, entering))
    begin = [min(weights.begin * number, weights.jump) for number in range(len(found))]
    states, through = best_path(network(found, weights), begin, stages)
    return Floor(tuple(states), tuple(sureness(costs) for costs in through), along)


def moved_along(
    found: Sequence[Candidate], heard: Sequence[Passage], moved: Sequence[Moved], alike: Sequence[Sequence[float]]
) -> float:
    """How often the screen is or gets to where a question that is plain to hear belongs (0 to 1, exclusive)."""
    hits, total = PRIOR[0], sum(PRIOR)
    for k, passage in enumerate(heard):
        best = max(range(len(found)), key=alike[k].__getitem__, default=None)
        if not passage.is_asked or best is None or not _is_plain(alike[k], best, found):
            continue
        screen = [moved[k].to, moved[k].before, *(each.to for each in moved[k + 1 : k + 1 + AFTER])]
        total += 1
        hits += any(place is not None and place.item == found[best].place.item for place in screen)
    return hits / total


def network(found: Sequence[Candidate], weights: FloorWeights) -> Network:
    """What may follow what: the next questions cheaply, earlier ones of the section, and any other at a price."""
    steps: list[list[tuple[int, float]]] = []
    first = {each.invented: number for number, each in reversed(list(enumerate(found)))}
    for source, here in enumerate(found):
        edges: list[tuple[int, float]] = []
        cost = 0.0
        for target in range(source + 1, len(found)):
            if cost >= weights.jump:
                break
            there = found[target]
            if there.invented != here.invented and there.invented:
                continue
            edges.append((target, cost + (0.0 if there.expected else weights.unexpected)))
            cost += weights.skip if there.expected else 0.0
        earlier = range(source - 1, max(-1, source - WINDOW), -1)
        edges.extend(
            (target, weights.back + weights.further_back * (source - target))
            for target in earlier
            if found[target].section == here.section
        )
        if here.outer or here.offers:
            edges.extend(
                (target, weights.open_round + weights.deeper * (target - first[there.invented]))
                for target, there in enumerate(found)
                if there.invented not in ("", here.invented)
            )
        steps.append(edges)
    outer = list(dict.fromkeys(each.outer for each in found))
    return Network(steps, weights.jump, [outer.index(each.outer) for each in found], weights.hop)


def _wording(passage: Passage, alike: Sequence[float], weights: FloorWeights) -> tuple[list[float], list[float]]:
    """What a passage's words cost in each state, and what they add to coming to it anew."""
    if not passage.is_asked:
        return [-weights.answer * max(0.0, like - weights.faint) for like in alike], [0.0] * len(alike)
    costs = [-weights.wording * max(0.0, like - weights.faint) for like in alike]
    return costs, [weights.unasked * max(0.0, weights.plain - like) for like in alike]


def _beginning(passage: Passage, weights: FloorWeights) -> float:
    if not passage.is_asked:
        return weights.by_answer
    return -weights.advance if "?" in passage.text else weights.statement


def _index(found: Sequence[Candidate]) -> dict[Place | None, int]:
    """Candidates by their place; an item with lines is its first line as well."""
    index: dict[Place | None, int] = {candidate.place: number for number, candidate in enumerate(found)}
    for number, candidate in enumerate(found):
        index.setdefault(candidate.place.whole, number)
    return index


def _is_plain(words: Sequence[float], best: int, found: Sequence[Candidate]) -> bool:
    others = [like for like, other in zip(words, found, strict=True) if other.place.item != found[best].place.item]
    return words[best] >= PLAIN and words[best] - max(others, default=0.0) >= APART


def sureness(costs: Sequence[float]) -> float:
    """How sure a choice is, 0.5 to 1, from what the best way through each state costs."""
    best, *others = sorted(costs)[:2]
    return 1 / (1 + math.exp(min(50.0, best - others[0]))) if others else 1.0
