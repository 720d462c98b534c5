"""Where in a file one line ends and the next begins: the moment at which the other recorder was paused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interview_tui.audio import files
from interview_tui.audio.aligning.chains import Line
from interview_tui.audio.aligning.envelope import RATE, Samples, telephone_blocks
from interview_tui.audio.aligning.scratch import Scratch
from interview_tui.audio.aligning.windows import compared

LOOK_S = 1.0
STEP_S = 0.1
MOST_LOOKS = 600
SEARCH_S = 0.02
CLEAR = 0.0  # a weight of `Match`: above what chance can do
FROM_THE_LINE_S = 0.004


@dataclass(frozen=True, slots=True)
class Break:
    """Times of the file: up to where the earlier line is sure, where it most likely ends, where the later is sure."""

    sure_end_s: float
    at_s: float
    sure_start_s: float


def find_break(
    scratch: Scratch, path: Path, rate: int, between: tuple[float, float], lines: tuple[Line, Line]
) -> Break:
    """Look second by second between two times of the file at which of the two lines the sound is the call's.

    Raises:
        AudioError: a file cannot be read.
    """
    low_s, high_s = max(0.0, between[0]), between[1]
    first = round(low_s * rate)
    frames = files.stream_frames(path, first, round((high_s - low_s) * rate))
    sound = np.concatenate([np.zeros(0, np.float32), *telephone_blocks(frames, rate)])
    step = max(round(STEP_S * RATE), len(sound) // MOST_LOOKS)
    size = round(LOOK_S * RATE)
    starts_s = low_s + np.arange(0, max(1, len(sound) - size), step) / RATE
    weights = np.array([[_fit(scratch, sound, at_s, low_s, line) for line in lines] for at_s in starts_s])
    favour = np.concatenate([[0.0], np.cumsum(weights[:, 0] - weights[:, 1])])
    place = int(np.argmax(favour))
    at_s = float(starts_s[place - 1] + (LOOK_S + step / RATE) / 2) if place else low_s
    clear = weights > CLEAR
    before = [start for start, sure in zip(starts_s[:place], clear[:place, 0], strict=True) if sure]
    after = [start for start, sure in zip(starts_s[place:], clear[place:, 1], strict=True) if sure]
    sure_end_s = float(before[-1]) if before else low_s
    sure_start_s = float(after[0]) + LOOK_S if after else high_s
    return Break(sure_end_s, min(max(at_s, sure_end_s), sure_start_s), sure_start_s)


def _fit(scratch: Scratch, sound: Samples, at_s: float, from_s: float, line: Line) -> float:
    """How clearly a second of the file lies on a line; 0 where it does not."""
    first = round((at_s - from_s) * RATE)
    match = compared(scratch, sound[first : first + round(LOOK_S * RATE)], at_s, line, SEARCH_S)
    if match is None or abs(match.call_s - line.call_s(match.file_s)) > FROM_THE_LINE_S:
        return 0.0
    return max(0.0, match.weight)
