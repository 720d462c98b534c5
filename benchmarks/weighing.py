"""Cases of the merge, prepared so that weights can be tried quickly: what does not depend on weights, as arrays.

Costs and transitions are those of `floor` and `asides` in `record/attribution`, the way through them is that of `path`,
only over arrays. `check` holds them against these: the same weights must give the same path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from cases import Case

from interview_tui.record.attribution import asides, floor
from interview_tui.record.attribution.attribution import attribute
from interview_tui.record.attribution.candidates import Candidate
from interview_tui.record.attribution.weights import AsideWeights, FloorWeights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Overheard:
    """What one attribution of a case asked its two passes, and what these said."""

    found: Sequence[Candidate]
    floor_asked: tuple[Any, ...]
    floor_states: Sequence[int]
    asides_asked: tuple[Any, ...]
    asides_states: Sequence[int]


def overhear(case: Case, floor_weights: FloorWeights, aside_weights: AsideWeights) -> Overheard:
    """Attribute a case and note what passes between the parts of it."""
    told: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def noting(name: str, real: Callable[..., Any], *asked: Any) -> Any:
        given = real(*asked)
        told[name] = (asked, given)
        return given

    with (
        patch.object(floor, "decode", partial(noting, "floor", floor.decode)),
        patch.object(asides, "places", partial(noting, "asides", asides.places)),
    ):
        attribute(
            case.interview(), case.transcript.turns, case.transcript.provenance.language, floor_weights, aside_weights
        )
    (before, decoded), (spoken, (states, _)) = told["floor"], told["asides"]
    return Overheard(before[0], before, decoded.states, spoken, states)


class FloorTrial:
    """The first pass of a case: which question is before them."""

    def __init__(self, overheard: Overheard) -> None:
        found, heard, moved, alike, named, self._weights = overheard.floor_asked
        self._states = list(overheard.floor_states)
        count = len(found)
        self._like: Floats = np.array(alike)
        self._asked: Flags = np.array([passage.is_asked for passage in heard])
        self._question: Flags = np.array(["?" in passage.text for passage in heard])
        self._named: Floats = np.array([named.get(k, [0.0] * count) for k in range(len(heard))])
        index = floor._index(found)
        self._to = [index.get(each.to) for each in moved]
        before = np.array([-1 if (at := index.get(each.before)) is None else at for each in moved])
        watched = any(each.to is not None or each.before is not None for each in moved)
        along = floor.moved_along(found, heard, moved, alike) if watched else 0.0
        self._missed: Floats = np.where(before[:, None] == np.arange(count), 0.0, -np.log(1 - along))
        self._steps = _Steps(found)

    def check(self) -> None:
        """Fail unless the program's own weights give the program's own path."""
        assert self.path(self._weights) == self._states, "the arrays lead another way than record/attribution/floor.py"

    def path(self, w: FloorWeights) -> list[int]:
        """The state of each passage under some weights."""
        asked = self._asked[:, None]
        costs = -np.where(asked, w.wording, w.answer) * np.maximum(0.0, self._like - w.faint) - w.named * self._named
        words = np.where(asked, w.unasked * np.maximum(0.0, w.plain - self._like), 0.0)
        begun = np.where(self._asked, np.where(self._question, -w.advance, w.statement), w.by_answer)
        entering = words + begun[:, None] + self._missed
        for k, to in enumerate(self._to):
            if to is not None:
                here = costs[k, to]
                costs[k] += w.moved
                costs[k, to] = here
                entering[k] = words[k]
                entering[k, to] = 0.0
        begin = w.begin * np.arange(len(self._like[0]), dtype=np.float64)
        return _path(begin, costs, entering, self._steps.costs(w))


class _Steps:
    """What may follow what, before it has a price."""

    def __init__(self, found: Sequence[Candidate]) -> None:
        count = len(found)
        source, target = np.indices((count, count))
        invented = np.array([each.invented for each in found])
        outer = np.array([each.outer for each in found])
        section = np.array([each.section for each in found])
        self._expected: Flags = np.array([each.expected for each in found])
        far = (invented[None, :] != invented[:, None]) & (invented[None, :] != "")
        self._on: Flags = (target > source) & ~far
        passed = np.where(self._on & self._expected[None, :], 1, 0)
        self._passed: Numbers = np.cumsum(passed, axis=1) - passed
        near = (target < source) & (target > source - floor.WINDOW)
        self._back: Flags = near & (section[None, :] == section[:, None])
        self._distance: Numbers = source - target
        first = np.array([list(invented).index(name) for name in invented])
        self._opens: Flags = (outer[:, None] != "") & far
        self._depth: Numbers = target - first[None, :]
        self._same: Flags = outer[None, :] == outer[:, None]

    def costs(self, w: FloorWeights) -> Floats:
        """What coming from each state (column) to each other one (row) costs."""
        one_by_one = np.add.accumulate(np.full(len(self._expected), w.skip))  # rounded as the program rounds
        skipped = np.concatenate(([0.0], one_by_one))[self._passed]
        ahead = skipped + np.where(self._expected, 0.0, w.unexpected)[None, :]
        ways = [
            np.where(self._on & (skipped < w.jump), ahead, np.inf),
            np.where(self._back, w.back + w.further_back * self._distance, np.inf),
            np.where(self._opens, w.open_round + w.deeper * self._depth, np.inf),
            np.where(self._same, w.hop, w.jump),
        ]
        return np.ascontiguousarray(np.minimum.reduce(ways).T)


class AsideTrial:
    """The second pass of a case: what is spoken of beside the question before them, under a floor that is given."""

    def __init__(self, overheard: Overheard) -> None:
        spoken, count, self._weights = overheard.asides_asked
        self._states = list(overheard.asides_states)
        nothing = [0.0] * count
        self._asked: Flags = np.array([each.passage.is_asked for each in spoken])
        self._begins: Flags = np.array([each.begins for each in spoken])
        self._floor: Numbers = np.array([each.floor for each in spoken])
        self._like: Floats = np.array([each.alike for each in spoken])
        self._named: Floats = np.maximum(0.0, np.array([each.named or nothing for each in spoken]))
        self._detours: Flags = np.array([each.recalled is not None for each in spoken])
        self._recalled: Floats = np.array([each.recalled or nothing for each in spoken])
        self._leaves: Flags = np.concatenate(([False], self._floor[1:] != self._floor[:-1]))

    def check(self) -> None:
        """Fail unless the program's own weights give the program's own path."""
        assert self.path(self._weights) == self._states, "the arrays lead another way than record/attribution/asides.py"

    def path(self, w: AsideWeights) -> list[int]:
        """The state of each utterance under some weights."""
        asked = self._asked[:, None]
        costs = np.where(asked, w.away, w.away - w.wording * np.maximum(0.0, self._like - w.faint))
        costs = costs - w.named * self._named
        about = w.said * np.maximum(0.0, self._like - w.said_faint) + w.recalled * np.maximum(
            0.0, self._recalled - w.chance
        )
        costs = costs - np.where(self._detours[:, None], about, 0.0)
        each, here = np.arange(len(costs)), self._floor
        costs[each, here] = 0.0
        enter = np.where(self._asked, w.by_interviewer, np.where(self._begins, w.enter, w.enter + w.mid_turn))
        enter = np.where(self._detours, w.detour, enter)
        entering = np.repeat(enter[:, None], costs.shape[1], axis=1)
        costs[self._leaves] += w.outlast
        costs[each, here] = 0.0
        entering[each, here] = np.where(self._leaves, 0.0, w.back)
        begin = np.full(costs.shape[1], w.enter)
        begin[here[0]] = 0.0
        return _path(begin, costs, entering)


def _path(begin: Floats, costs: Floats, entering: Floats, steps: Floats | None = None) -> list[int]:
    """The cheapest way; with no `steps`, any state follows any other for nothing but entering it."""
    reached = [begin + costs[0]]
    for cost, enter in zip(costs[1:], entering[1:], strict=True):
        before = reached[-1]
        came = before.min() if steps is None else (steps + before).min(axis=1)
        reached.append(np.minimum(before, came + enter) + cost)
    state = int(reached[-1].argmin())
    path = [state]
    for before, enter in zip(reached[-2::-1], entering[:0:-1], strict=True):
        ways = before + enter[state] if steps is None else before + steps[state] + enter[state]
        ways[state] = min(ways[state], before[state])
        state = int(ways.argmin())
        path.append(state)
    return path[::-1]
