"""Marks by which a file is lined up when there is no scratch recording: a clap or a word, chosen by ear."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from interview_tui.audio import files
from interview_tui.audio.aligning.envelope import RATE, mixed, telephone_blocks

Samples = npt.NDArray[np.float32]

STEP = RATE // 200  # 5 ms
BEFORE_STEPS = 30
ONSETS_APART_S = 0.2
QUIETEST_DB = -70.0  # what lies below is silence: a rise from -120 to -80 dB is nothing that can be heard
LEAST_RISE_DB = 6.0
BEGINS_AT = 0.2  # of the peak


@dataclass(frozen=True, slots=True)
class Onset:
    """A sharp onset: the frame of the file where it begins, and how far it rises above what was before it (dB)."""

    frame: int
    sharpness_db: float


def sharp_onsets(path: Path, first_frame: int, frames: int, best: int = 5) -> tuple[Onset, ...]:
    """The sharpest onsets (a clap, a knock, a plosive) in a stretch of `path`, best first, at least 200 ms apart.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    rate, _ = files.shape(path)
    rises = _rises_db(telephone_blocks(files.stream_frames(path, first_frame, frames), rate))
    found: list[Onset] = []
    while len(found) < best and len(rises) and rises[step := int(np.argmax(rises))] >= LEAST_RISE_DB:
        around = first_frame + (step - 1) * STEP * rate // RATE
        found.append(Onset(_beginning(path, max(first_frame, around), rate), round(float(rises[step]), 1)))
        reach = round(ONSETS_APART_S * RATE / STEP)
        rises[max(0, step - reach) : step + reach + 1] = 0
    return tuple(found)


def _rises_db(blocks: Iterator[Samples]) -> npt.NDArray[np.float64]:
    """For every 5 ms: how far it lies above the loudest of the 150 ms before it, the last 5 ms not counted."""
    kept, rest = array("d"), np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block])
        steps = len(rest) // STEP
        kept.frombytes((rest[: steps * STEP].reshape(-1, STEP).astype(np.float64) ** 2).mean(axis=1).tobytes())
        rest = rest[steps * STEP :]
    level = np.maximum(10 * np.log10(np.array(kept) + 1e-12), QUIETEST_DB)
    padded = np.concatenate([np.full(BEFORE_STEPS + 1, QUIETEST_DB), level])
    before = np.lib.stride_tricks.sliding_window_view(padded, BEFORE_STEPS)[: len(level)].max(axis=1)
    rise: npt.NDArray[np.float64] = level - before
    rise[: BEFORE_STEPS + 1] = 0  # where nothing is known of what was before
    return rise


def _beginning(path: Path, around: int, rate: int) -> int:
    """The frame within 20 ms of `around` at which the sound first reaches a fifth of its peak there."""
    sound = np.abs(mixed(files.read_frames(path, around, rate // 50)))
    return around + int(np.argmax(sound >= BEGINS_AT * sound.max())) if len(sound) else around
