"""Talk about another question than the one before them: answers given early, and returns to what was told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview_tui.record.attribution.passages import Passage
from interview_tui.record.attribution.path import Network, Stage, best_path
from interview_tui.record.attribution.weights import AsideWeights

NEAR = 4
"""Utterances before the one that prompted a note: what was before them then may be what the note names."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence (the interviewer's turns are whole), the state before them as it is said, and what speaks for others.

    `alike` says how like its words are to each candidate's; `named` how surely a note about it names each. Where
    somebody says that they leave the question, `recalled` are the log-odds that it is about what was said at each.
    """

    passage: Passage
    floor: int
    begins: bool
    alike: Sequence[float]
    named: Sequence[float] | None
    recalled: Sequence[float] | None


def named_beyond(named: Mapping[int, Sequence[float]], floor: Sequence[int]) -> dict[int, list[float]]:
    """By utterance how much more surely its notes name each candidate than what is or was just before them."""
    found: dict[int, list[float]] = {}
    for k, likeness in named.items():
        near = max(likeness[state] for state in floor[max(0, k - NEAR) : k + 1])
        found[k] = [max(-1.0, like - near) for like in likeness]
    return found


def places(spoken: Sequence[Utterance], count: int, weights: AsideWeights) -> tuple[list[int], list[list[float]]]:
    """The state of each utterance among `count`, and for each what the best way through every state costs."""
    if not spoken:
        return [], []
    stages = [_stage(spoken, k, count, weights) for k in range(len(spoken))]
    begin = [0.0 if state == spoken[0].floor else weights.enter for state in range(count)]
    return best_path(Network([()] * count, 0.0), begin, stages)


def _stage(spoken: Sequence[Utterance], k: int, count: int, w: AsideWeights) -> Stage:
    here = spoken[k]
    if here.passage.is_asked:
        costs, enter = [w.away] * count, w.by_interviewer
    else:
        costs = [w.away - w.wording * max(0.0, like - w.faint) for like in here.alike]
        enter = w.enter if here.begins else w.enter + w.mid_turn
    if here.named is not None:
        costs = [cost - w.named * max(0.0, name) for cost, name in zip(costs, here.named, strict=True)]
    if here.recalled is not None:
        enter = w.detour
        about = zip(here.alike, here.recalled, strict=True)
        spoken_for = [
            w.said * max(0.0, like - w.said_faint) + w.recalled * max(0.0, odds - w.chance) for like, odds in about
        ]
        costs = [cost - worth for cost, worth in zip(costs, spoken_for, strict=True)]
    costs[here.floor] = 0.0
    entering = [enter] * count
    entering[here.floor] = w.back
    if k and spoken[k - 1].floor != here.floor:
        entering[here.floor] = 0.0
        costs = [cost if state == here.floor else cost + w.outlast for state, cost in enumerate(costs)]
    return Stage(costs, entering)
