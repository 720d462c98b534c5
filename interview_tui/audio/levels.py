"""How loud it is: peaks in dBFS."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

SILENCE_DB = -100.0  # stands for exact digital silence, whose level has no number
HOLD_BLOCKS = 6


def peaks_db(pcm: bytes, channels: int) -> tuple[float, ...]:
    """The peak of each channel of interleaved 16-bit samples, in dBFS."""
    samples = np.frombuffer(pcm, "<i2").reshape(-1, channels)
    if not len(samples):
        return (SILENCE_DB,) * channels
    loudest = np.maximum(samples.max(axis=0), -samples.min(axis=0).astype(np.int32))
    return tuple(round(20 * math.log10(peak / 32768), 1) if peak else SILENCE_DB for peak in loudest.tolist())


class LevelMeter:
    """Holds the peak of the last blocks (0.3 s of 50 ms blocks), so that a display which looks at 10 Hz misses none."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._recent: deque[tuple[float, ...]] = deque(maxlen=HOLD_BLOCKS)

    def hear(self, pcm: bytes) -> None:
        """Take in a block."""
        self._recent.append(peaks_db(pcm, self._channels))

    @property
    def level_db(self) -> tuple[float, ...]:
        """The peak of each channel over the last blocks, in dBFS."""
        return tuple(max(levels) for levels in zip(*self._recent, strict=True))
