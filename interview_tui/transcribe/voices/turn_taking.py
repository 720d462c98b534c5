"""Who speaks in each cell, from what the windows over the cells sound like. Pure.

A hidden Markov model: the cells are a chain of two voices, and a window sounds like the mixture of the voices in its
cells. It is solved exactly (forward and backward); its state is who spoke in the last four cells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.voices.cells import IN_WINDOW, Cell, Window

STATES = 1 << IN_WINDOW
HELD = 0.05  # how likely another voice goes on where nothing speaks for a change
PARTED = 0.3  # after a pause
CHANGED = 0.5  # where the segmentation is certain of a change
LONG_PAUSE = 30  # frames, 0.5 s
COUNTED = 0.5  # of a window's evidence: windows overlap, and share what they heard

Numbers = npt.NDArray[np.float64]


def second_voice(cells: Sequence[Cell], windows: Sequence[Window], places: Numbers, spread: float) -> Numbers:
    """How likely it is the second voice that speaks in each cell, given everything that was heard.

    `places` says where each window lies on the line from the first voice (-1) to the second (+1), `spread` how far
    off (standard deviation) the place of a window of four cells may be.
    """
    if not cells:
        return np.zeros(0)
    evidence = _evidence(len(cells), windows, places, spread)
    switch = np.array([_switch(cell) for cell in cells])
    forward = np.zeros((len(cells), STATES))
    belief = np.full(STATES, 1.0 / STATES)
    for cell in range(len(cells)):
        belief = _onward(belief, switch[cell] if cell else 0.5) * evidence[cell]
        belief /= belief.sum()
        forward[cell] = belief
    likely = np.zeros(len(cells))
    after = np.ones(STATES)
    for cell in reversed(range(len(cells))):
        both = forward[cell] * after
        likely[cell] = both[1::2].sum() / both.sum()
        after = _backward(after * evidence[cell], switch[cell] if cell else 0.5)
        after /= after.sum()
    return likely


def _switch(cell: Cell) -> float:
    pause = min(cell.pause / LONG_PAUSE, 1.0)
    usual = HELD + (PARTED - HELD) * pause
    return usual + (CHANGED - usual) * cell.change


def _evidence(cells: int, windows: Sequence[Window], places: Numbers, spread: float) -> Numbers:
    """How well each state explains the window that ends with each cell, (cells, states)."""
    evidence = np.ones((cells, STATES))
    spoken = np.array([[(state >> back) & 1 for back in range(IN_WINDOW)] for state in range(STATES)])
    for window, place in zip(windows, places, strict=True):
        count = window.last - window.first
        expected = 2 * spoken[:, :count].mean(axis=1) - 1
        variance = spread**2 * IN_WINDOW / count
        weight = COUNTED if count == IN_WINDOW else 1.0
        evidence[window.last - 1] = np.exp(-weight * np.minimum((place - expected) ** 2 / (2 * variance), 12.0))
    return evidence


def _onward(belief: Numbers, switch: float) -> Numbers:
    """The belief about the next cell: bit 0 of a state is the newest cell, the oldest is forgotten."""
    kept = belief.reshape(2, STATES // 2).sum(axis=0)  # by the newest three cells
    newest = np.arange(STATES // 2) & 1
    onward = np.empty(STATES)
    onward[0::2] = kept * np.where(newest == 0, 1 - switch, switch)
    onward[1::2] = kept * np.where(newest == 1, 1 - switch, switch)
    return onward


def _backward(after: Numbers, switch: float) -> Numbers:
    newest = np.arange(STATES // 2) & 1
    by_three = after[0::2] * np.where(newest == 0, 1 - switch, switch)
    by_three = by_three + after[1::2] * np.where(newest == 1, 1 - switch, switch)
    return np.concatenate([by_three, by_three])
