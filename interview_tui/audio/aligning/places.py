"""Where in the call the rhythm of a file is found: the first, coarse look, to some 5 ms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from interview_tui.audio.aligning.chains import Match
from interview_tui.audio.aligning.correlation import Row, quick_size, vertex
from interview_tui.audio.aligning.envelope import STEPS_PER_S, Levels, Mask

CHUNK_S = 40
HOP_S = 20
PLACES_A_CHUNK = 4
APART_S = 1.0  # nearer than this is the same place
BY_CHANCE = 5.0  # standard deviations that the best of 100,000 unlike places reaches
LEAST_SOUND = 0.05


class CallRhythm:
    """The rhythm of the whole call, ready to be searched."""

    def __init__(self, rhythm: Levels, there: Mask, start_s: float) -> None:
        self.rhythm, self.start_s = rhythm, start_s
        self._longest = CHUNK_S * STEPS_PER_S
        self._size = quick_size(len(rhythm) + self._longest)
        self._spectrum = np.fft.rfft(rhythm, self._size, axis=0)
        self._energy = np.concatenate([[0.0], np.cumsum((rhythm.astype(np.float64) ** 2).sum(axis=1))])
        self._count = np.concatenate([[0], np.cumsum(there)])

    def likeness(self, chunk: Levels) -> tuple[npt.NDArray[np.int64], Row]:
        """How like the chunk (at most 40 s) the call is where at least half of it is there.

        Returns the steps at which the chunk would begin and the likeness there, in standard deviations over all.
        """
        length, steps = len(chunk), len(self.rhythm)
        found = np.fft.irfft((self._spectrum * np.conj(np.fft.rfft(chunk, self._size, axis=0))).sum(axis=1), self._size)
        starts = np.arange(-length + 1, steps)
        low, high = np.maximum(starts, 0), np.minimum(starts + length, steps)
        usable = (self._count[high] - self._count[low]) >= length / 2
        starts, low, high = starts[usable], low[usable], high[usable]
        if not len(starts):
            return starts, np.zeros(0)
        energy = self._energy[high] - self._energy[low]
        likeness = found[starts] / np.sqrt(np.maximum(energy, 0.25 * np.median(energy)) + 1e-9)
        return starts, likeness / (1.4826 * float(np.median(np.abs(likeness))) + 1e-9)


def places(call: CallRhythm, rhythm: Levels, sounding: Mask) -> list[Match]:
    """For every 40 s of the file, each 20 s: where it may be in the call, the best four places."""
    length = min(CHUNK_S * STEPS_PER_S, len(rhythm))
    found: list[Match] = []
    for first in range(0, len(rhythm) - length + 1, HOP_S * STEPS_PER_S):
        if sounding[first : first + length].mean() < LEAST_SOUND:
            continue
        starts, likeness = call.likeness(rhythm[first : first + length])
        middle_s = length / 2 / STEPS_PER_S
        for start, weight in _peaks(starts, likeness):
            call_s = call.start_s + start / STEPS_PER_S + middle_s - 1 / STEPS_PER_S
            found.append(Match(first / STEPS_PER_S + middle_s, call_s, weight - BY_CHANCE))
    return found


def peak_ratio(call: CallRhythm, laid: Levels) -> float:
    """How much better a file's rhythm, laid on the steps of the call, fits as it lies than moved by a second or more.

    The largest correlation within a quarter of a second of no move, over the largest anywhere else; 1 is chance.
    """
    size = quick_size(2 * len(laid))
    spectra = np.fft.rfft(call.rhythm, size, axis=0) * np.conj(np.fft.rfft(laid, size, axis=0))
    found = np.fft.irfft(spectra.sum(axis=1), size)
    near, apart = STEPS_PER_S // 4, round(APART_S * STEPS_PER_S)
    here = max(found[: near + 1].max(), found[-near:].max())
    elsewhere = found[apart : size - apart].max(initial=0.0)
    return float(here / elsewhere) if elsewhere > 0 and here > 0 else 0.0


def _peaks(starts: npt.NDArray[np.int64], likeness: Row) -> list[tuple[float, float]]:
    """The best places, at least a second apart, each to a fraction of a step, with its likeness."""
    left, found = likeness.copy(), []
    for _ in range(PLACES_A_CHUNK):
        if not len(left) or left[top := int(np.argmax(left))] <= BY_CHANCE:
            break
        found.append((starts[top] + vertex(likeness, top), float(likeness[top])))
        left[np.abs(starts - starts[top]) < APART_S * STEPS_PER_S] = -np.inf
    return found
