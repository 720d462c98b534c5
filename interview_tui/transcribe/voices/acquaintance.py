"""Getting to know the two voices of a call: who speaks where, and what the voices are, in turn. Pure.

The voices are learnt from who is believed to speak where; who speaks where is heard with the voices so learnt; and
again, until little changes. A window is always heard with voices that were learnt without it and its neighbours:
192 dimensions can confirm any belief otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interview_tui.transcribe.voices.cells import IN_WINDOW, Cell, Window
from interview_tui.transcribe.voices.clustering import Numbers, TwoVoices, learnt, partings, unexplained
from interview_tui.transcribe.voices.turn_taking import second_voice

SMOOTHED = (3, 5)  # windows whose mean a first guess is made from
TRIAL, ROUNDS = 4, 8  # rounds for each first guess, then for the best of them
SETTLED = 0.002
PARTS = 5  # the windows are learnt from in so many parts
BLOCK = 12  # cells that go into the same part
SURE_SPREAD = 0.1  # no window is trusted beyond this
CERTAIN = 0.95  # how likely a cell's speaker is, to call the cell certain
FEWEST_CERTAIN = 0.62  # of the cells: below that, what was parted is one voice
LEAST_SHARE = 0.04  # of the cells: a voice that speaks less is none
MOST_ALIKE = 0.82  # cosine


@dataclass(frozen=True, slots=True)
class HeardPassage:
    """A passage's cells, the windows over them, and what each window sounds like, (windows, 192)."""

    cells: Sequence[Cell]
    windows: Sequence[Window]
    embeddings: Numbers


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """How likely it is the second voice that speaks in each cell of each passage, and what the two voices are."""

    second: list[Numbers]
    voices: TwoVoices

    @property
    def two(self) -> bool:
        """Whether there really are two: unlike one another, both heard, and mostly certain who speaks."""
        likely = np.concatenate(self.second)
        share = float(likely.mean())
        certain = float(np.mean(np.maximum(likely, 1 - likely) > CERTAIN))
        heard = min(share, 1 - share) > LEAST_SHARE
        return heard and certain > FEWEST_CERTAIN and self.voices.likeness < MOST_ALIKE


class _Windows:
    """The windows of all passages together."""

    def __init__(self, passages: Sequence[HeardPassage]) -> None:
        self.passages = passages
        self.embeddings = np.concatenate([passage.embeddings for passage in passages])
        every = [window for passage in passages for window in passage.windows]
        self.weights = np.array([(window.last - window.first) / IN_WINDOW for window in every])
        self.part = np.array([window.first // BLOCK % PARTS for window in every])

    def smoothed(self, width: int) -> Numbers:
        """Each embedding as the mean of those around it in its passage."""
        return np.concatenate([_smoothed(passage.embeddings, width) for passage in self.passages])

    def places(self, mixture: Numbers) -> Numbers:
        """Where each window lies between the voices, as learnt from the other parts."""
        places = np.zeros(len(mixture))
        for part in range(PARTS):
            own, others = self.part == part, self.part != part
            if own.all():
                others = own
            voices = learnt(self.embeddings[others], mixture[others], self.weights[others])
            places[own] = voices.places(self.embeddings[own])
        return places

    def listen(self, mixture: Numbers) -> tuple[list[Numbers], Numbers]:
        """Who speaks in each cell if the windows are believed to hold this mixture; and the mixture that follows."""
        places = self.places(mixture)
        spread = max(float(np.sqrt(np.average((places - mixture) ** 2, weights=self.weights))), SURE_SPREAD)
        second: list[Numbers] = []
        first = 0
        for passage in self.passages:
            last = first + len(passage.windows)
            second.append(second_voice(passage.cells, passage.windows, places[first:last], spread))
            first = last
        return second, np.array(
            [
                2 * likely[window.first : window.last].mean() - 1
                for passage, likely in zip(self.passages, second, strict=True)
                for window in passage.windows
            ]
        )


def acquainted(passages: Sequence[HeardPassage]) -> Acquaintance | None:
    """Get to know the two voices in these passages; None if too little is said in them."""
    windows = _Windows(passages)
    if len(windows.embeddings) < 2:
        return None
    beliefs = []
    for width in SMOOTHED:
        for guess in partings(windows.smoothed(width), windows.weights):
            mixture = guess
            for _ in range(TRIAL):
                _, mixture = windows.listen(mixture)
            voices = learnt(windows.embeddings, mixture, windows.weights)
            beliefs.append((unexplained(voices, windows.embeddings, mixture, windows.weights), mixture))
    mixture = min(beliefs, key=lambda belief: belief[0])[1]
    for _ in range(ROUNDS):
        before = mixture
        second, mixture = windows.listen(mixture)
        if float(np.abs(mixture - before).mean()) < SETTLED:
            break
    return Acquaintance(second, learnt(windows.embeddings, mixture, windows.weights))


def _smoothed(embeddings: Numbers, width: int) -> Numbers:
    if not len(embeddings):
        return embeddings
    padded = np.pad(embeddings, ((width // 2, width // 2), (0, 0)), mode="edge")
    smooth: Numbers = np.mean([padded[start : start + len(embeddings)] for start in range(width)], axis=0)
    return smooth
