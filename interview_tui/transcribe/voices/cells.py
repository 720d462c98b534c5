"""Speech in cells of about 0.2 s, the grain in which voices are told apart, and the windows in which they are heard.

Pure. A run is speech without a pause; it is parted into cells of one length. A window is four cells of one run that
follow one another, or a whole run that has fewer: no window reaches over a pause, since that is where most turns end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.voices.segmentation import Conversation, frame_at

CELL = 12  # frames of the segmentation in a cell, about: 0.2 s
IN_WINDOW = 4  # cells in a window
SPEECH = 0.5
NEAR_MS = 250  # speech this near to a word belongs to it: word times are that exact
SHORTEST_PAUSE = 8  # frames, 0.13 s
SHORTEST_RUN = 6  # frames, 0.1 s: what CAM++ can hear at all


@dataclass(frozen=True, slots=True)
class Cell:
    """A bit of speech: frames of the segmentation, end exclusive."""

    first: int
    last: int
    pause: int  # frames of pause before it; 0 within a run
    change: float  # how likely the segmentation finds another speaker here than before


@dataclass(frozen=True, slots=True)
class Window:
    """Cells by number, end exclusive, that are heard together."""

    first: int
    last: int


def cells(conversation: Conversation, words: Sequence[HeardWord]) -> list[Cell]:
    """The speech of a passage in which words were heard; a word where no speech was found counts as speech."""
    found: list[Cell] = []
    end = 0
    for first, last in _runs(_spoken(conversation, words)):
        parts = max(1, round((last - first) / CELL))
        bounds = np.linspace(first, last, parts + 1).round().astype(int).tolist()
        for low, high in pairwise(bounds):
            pause = low - end
            nearby = conversation.change[max(0, low - pause - CELL // 2) : low + CELL // 2]
            found.append(Cell(low, high, pause, float(nearby.max(initial=0.0))))
            end = high
    return found


def windows(found: Sequence[Cell]) -> list[Window]:
    """The windows over cells, in order of their ends."""
    placed: list[Window] = []
    run = 0
    for cell in range(len(found)):
        if found[cell].pause or cell == 0:
            run = cell
        ends = cell + 1 == len(found) or found[cell + 1].pause > 0
        if cell + 1 - run >= IN_WINDOW or ends:
            placed.append(Window(max(run, cell + 1 - IN_WINDOW), cell + 1))
    return placed


def _spoken(conversation: Conversation, words: Sequence[HeardWord]) -> npt.NDArray[np.bool_]:
    speech = conversation.speech > SPEECH
    near = np.zeros_like(speech)
    for word in words:
        near[frame_at(word.start_ms - NEAR_MS) : frame_at(word.end_ms + NEAR_MS)] = True
    spoken: npt.NDArray[np.bool_] = speech & near
    for word in words:
        first, last = frame_at(word.start_ms), frame_at(word.end_ms)
        if not _runs(spoken[first:last]):
            spoken[first : max(last, first + SHORTEST_RUN)] = True
    return spoken


def _runs(spoken: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of speech as frames, end exclusive; short pauses do not end one, and bits of a sound are none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], spoken, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] < SHORTEST_PAUSE:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return [run for run in runs if run[1] - run[0] >= SHORTEST_RUN]
