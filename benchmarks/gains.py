"""How right a path of states is: seconds of the participant's talk that it puts under the right question and incident.

As the bench's scorer counts, only quicker: by words instead of hundredths of a second, each with the utterance in which
its middle lies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cases import Case

from interview_tui.record.attribution.candidates import Candidate
from interview_tui.record.attribution.passages import Passage

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """Shares of talking time: under the right question in all, out of asides, in asides (nan: none); incident F1."""

    all: float
    in_order: float
    asides: float
    incidents: float


class Gains:
    """What each state of each passage (or utterance) of a case would get right."""

    def __init__(self, case: Case, found: Sequence[Candidate], passages: Sequence[Passage]) -> None:
        foreign = case.foreign()
        names = [foreign(each.place, each.round_name) if foreign else None for each in found]
        own = [k for k, passage in enumerate(passages) if not passage.is_asked]
        starts = [passages[k].start_ms for k in own]
        shape = (len(passages), len(found))
        self._in_order, self._asides = np.zeros(shape), np.zeros(shape)
        self._seconds = {False: 0.0, True: 0.0}
        turns = [turn for turn in case.call.truth["turns"] if _counts(turn)]
        incidents = list(dict.fromkeys(turn["incident_id"] for turn in turns if turn["incident_id"]))
        rounds = list(dict.fromkeys(each.place.round for each in found if each.round_name))
        self._rounds = np.array([rounds.index(each.place.round) if each.round_name else -1 for each in found])
        self._told: Floats = np.zeros((len(passages), len(incidents)))
        self._talk: Floats = np.zeros(len(passages))
        for turn in turns:
            right = np.array([name == turn["question_id"] for name in names], float)
            for _, start_s, end_s in turn["words"]:
                at = bisect_right(starts, (start_s + end_s) * 500) - 1
                k, seconds = own[max(0, at)], end_s - start_s
                self._talk[k] += seconds
                if turn["incident_id"]:
                    self._told[k, incidents.index(turn["incident_id"])] += seconds
                if turn["question_id"]:
                    self._seconds[turn["aside"]] += seconds
                    (self._asides if turn["aside"] else self._in_order)[k] += seconds * right

    def shares(self, states: Sequence[int]) -> Shares:
        """What a path gets right."""
        each, path = np.arange(len(states)), np.array(states)
        in_order, asides = float(self._in_order[each, path].sum()), float(self._asides[each, path].sum())
        plain_s, aside_s = self._seconds[False], self._seconds[True]
        return Shares(
            (in_order + asides) / (plain_s + aside_s),
            in_order / plain_s,
            asides / aside_s if aside_s else float("nan"),
            self._incidents(path),
        )

    def _incidents(self, path: npt.NDArray[np.intp]) -> float:
        """F1 of the incidents, each round held against the incident with which it shares most."""
        rounds = self._rounds[path]
        both = self._told.sum() + self._talk[rounds >= 0].sum()
        if not both:
            return 1.0
        shared = np.array([self._told[rounds == number].sum(axis=0) for number in range(int(rounds.max()) + 1)])
        hit = 0.0
        while shared.size and shared.max() > 0:
            one, other = np.unravel_index(shared.argmax(), shared.shape)
            hit += float(shared[one, other])
            shared[one, :] = shared[:, other] = 0.0
        return 2 * hit / float(both)


def _counts(turn: dict[str, object]) -> bool:
    return bool(turn["speaker"] == "respondent" and turn["audio"] and not (turn["off_record"] or turn["backchannel"]))
