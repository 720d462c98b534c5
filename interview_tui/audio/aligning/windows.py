"""The close look: windows of a file compared with the call as waveforms, which tells the same sound from a like one.

Generalised cross-correlation with phase transform (Knapp and Carter 1976) from 300 to 3400 Hz: every frequency
counts alike, so neither room nor codec nor gain moves the peak, and another recording, however like, has none.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from interview_tui.audio.aligning.chains import Line, Match
from interview_tui.audio.aligning.correlation import quick_size, vertex
from interview_tui.audio.aligning.envelope import RATE, STEPS_PER_S, Mask, Samples
from interview_tui.audio.aligning.scratch import Scratch

WINDOW_S = 6
SEARCH_S = 0.25
LOW_HZ, HIGH_HZ = 300, 3400
BY_CHANCE = 6.0  # standard deviations that the highest of some 3000 unlike lags does not reach
LEAST_SOUND = 0.1
LEAST_THERE = 0.8


@dataclass(frozen=True, slots=True)
class Window:
    """6 s of the file, compared with the call where a line puts them.

    `file_s` is its middle, `match` where it was found (its weight below 0: not clearly). `telling`: both have sound
    there, so they should agree.
    """

    file_s: float
    match: Match
    telling: bool


@dataclass(frozen=True, slots=True)
class Sounding:
    """In which steps of 20 ms, from `start_s` on, something sounds."""

    start_s: float
    steps: Mask

    def share(self, from_s: float, until_s: float) -> float:
        """How much of a stretch sounds; 0 outside."""
        first, end = (max(0, round((at_s - self.start_s) * STEPS_PER_S)) for at_s in (from_s, until_s))
        return float(self.steps[first:end].mean()) if end > first and first < len(self.steps) else 0.0


def windows(
    scratch: Scratch, call: Sounding, file: Sounding, blocks: Iterator[Samples], lines: Sequence[tuple[float, Line]]
) -> list[Window]:
    """Compare every 6 s of the file (its 8 kHz `blocks`) with the call where the nearest lines put them.

    `lines` are given with the time of the file around which each was found, in file order: a window between two of
    them is compared with both.
    """
    found: list[Window] = []
    for number, sound in enumerate(_cut(blocks)):
        from_s = number * WINDOW_S
        for place in _nearest([middle_s for middle_s, _ in lines], from_s + WINDOW_S / 2):
            line = lines[place][1]
            match = compared(scratch, sound, from_s, line, SEARCH_S)
            if match is None:
                continue
            at_s = line.call_s(from_s)
            heard = min(file.share(from_s, from_s + WINDOW_S), call.share(at_s, at_s + WINDOW_S))
            found.append(Window(match.file_s, match, heard >= LEAST_SOUND))
    return found


def compared(scratch: Scratch, sound: Samples, from_s: float, line: Line, search_s: float) -> Match | None:
    """Where near a line a piece of the file (8 kHz, from `from_s` on) lies in the call; None where there is no call.

    The call is read at the file's own speed along the line, so that drift does not smear the peak. The weight of the
    match is how far the peak stands above the rest, in standard deviations, less what chance can do.
    """
    reach = round(search_s * RATE)
    length = len(sound)
    file_s = from_s + (np.arange(-reach, length + reach)) / RATE
    beside, there = scratch.sound((line.offset_s + file_s * (1 + line.slope)) * 1000)
    if there[reach : reach + length].mean() < LEAST_THERE:
        return None
    size = quick_size(length + 2 * reach)
    cross = np.fft.rfft(beside, size) * np.conj(np.fft.rfft(sound, size))
    hz = np.arange(len(cross)) * RATE / size
    cross[(hz < LOW_HZ) | (hz > HIGH_HZ)] = 0
    cross /= np.abs(cross) + 1e-12
    likeness = np.fft.irfft(cross, size)[: 2 * reach + 1]
    top = int(np.argmax(likeness))
    lag_s = (top - reach + vertex(likeness, top)) / RATE
    spread = float(np.sqrt(np.mean(likeness**2))) + 1e-12
    middle_s = from_s + length / 2 / RATE
    return Match(middle_s, line.call_s(middle_s) + lag_s, float(likeness[top]) / spread - BY_CHANCE)


def _cut(blocks: Iterator[Samples]) -> Iterator[Samples]:
    """The same sound in windows of 6 s; what is left at the end is dropped."""
    size, rest = WINDOW_S * RATE, np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block])
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]


def _nearest(middles_s: Sequence[float], at_s: float) -> list[int]:
    """The lines found nearest before and after a time of the file."""
    after = bisect(middles_s, at_s)
    return [place for place in (after - 1, after) if 0 <= place < len(middles_s)]
