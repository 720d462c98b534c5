"""What sets two voices apart, learnt from the call itself. Pure.

The embeddings of windows are taken for mixtures of two voices in noise. The direction in which the voices differ is
Fisher's: away from what differs within one voice. Who speaks where and what the voices are is estimated in turn,
until neither changes. Nothing is merged step by step: one wrong merger early on cannot spoil the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

STARTS = 3  # directions tried at first: those in which the embeddings differ most
MOST_ROUNDS = 20
RIDGE = 3.0  # of the mean variance, added to every direction's
SLOWLY = 50.0  # the fewer windows there are for each direction, the more


@dataclass(frozen=True, slots=True)
class TwoVoices:
    """Two voices: what lies halfway between them, and half the way from the first to the second."""

    middle: Numbers
    half: Numbers
    reading: Numbers  # Fisher's direction, scaled so that the voices lie at -1 and +1

    @property
    def likeness(self) -> float:
        """The cosine between them: near 1 for one and the same voice."""
        first, second = self.middle - self.half, self.middle + self.half
        lengths = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
        return float(first @ second) / max(lengths, 1e-9)

    def places(self, embeddings: Numbers) -> Numbers:
        """Where embeddings lie on the line from the first voice (-1) to the second (+1)."""
        places: Numbers = (embeddings - self.middle) @ self.reading
        return places


def partings(embeddings: Numbers, weights: Numbers) -> list[Numbers]:
    """First guesses who is heard in each embedding, -1 or +1: two-means from several starts, doublets left out."""
    centred = embeddings - np.average(embeddings, axis=0, weights=weights)
    scatter = (centred * weights[:, np.newaxis]).T @ centred
    directions = np.linalg.eigh(scatter)[1][:, ::-1][:, :STARTS]
    guesses = [_two_means(centred, weights, _sides(centred @ direction)) for direction in directions.T]
    kept: list[Numbers] = []
    for guess in guesses:
        if not any(abs(float(guess @ other)) == len(guess) for other in kept):
            kept.append(guess)
    return kept


def learnt(embeddings: Numbers, mixture: Numbers, weights: Numbers) -> TwoVoices:
    """The voices, given how much of each is in every embedding: -1 the first only, +1 the second only."""
    centre, mean = (np.average(values, axis=0, weights=weights) for values in (embeddings, mixture))
    away = mixture - mean
    half = (away * weights) @ (embeddings - centre) / max(float(weights @ away**2), 1e-9)
    middle = centre - mean * half
    rest = embeddings - middle - mixture[:, np.newaxis] * half
    within = (rest * weights[:, np.newaxis]).T @ rest / weights.sum()
    ridge = (RIDGE + SLOWLY / len(embeddings)) * np.trace(within) / len(within)
    reading = np.linalg.solve(within + max(float(ridge), 1e-9) * np.eye(len(within)), half)
    reading = reading / max(float(reading @ half), 1e-9)
    return TwoVoices(middle, half, reading)


def unexplained(voices: TwoVoices, embeddings: Numbers, mixture: Numbers, weights: Numbers) -> float:
    """What is left of the embeddings' variance once the mixtures of the two voices are taken away."""
    rest = embeddings - voices.middle - mixture[:, np.newaxis] * voices.half
    return float(np.average(np.sum(rest**2, axis=1), weights=weights))


def _two_means(embeddings: Numbers, weights: Numbers, sides: Numbers) -> Numbers:
    for _ in range(MOST_ROUNDS):
        first, second = (_mean(embeddings, weights, sides == side) for side in (-1, 1))
        nearer = _sides((embeddings - (first + second) / 2) @ (second - first))
        if np.array_equal(nearer, sides):
            break
        sides = nearer
    return sides


def _mean(embeddings: Numbers, weights: Numbers, chosen: npt.NDArray[np.bool_]) -> Numbers:
    if not chosen.any():
        return np.zeros(embeddings.shape[1])
    mean: Numbers = np.average(embeddings[chosen], axis=0, weights=weights[chosen])
    return mean


def _sides(places: Numbers) -> Numbers:
    return np.where(places > 0, 1.0, -1.0)
