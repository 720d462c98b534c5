"""How loud a talk is, fifty times a second in three bands: enough to find the same talk in another recording.

At 50 values a second an hour is 2 MB, however long the file. What makes recordings of one talk alike is the rhythm;
what makes them unlike (gain, room, noise floor) is taken out: logarithms, a floor above the noise, no slow changes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from interview_tui.audio import compressed, files

Samples = npt.NDArray[np.float32]
Levels = npt.NDArray[np.float32]  # shape (steps, bands): natural logarithm of the energy
Mask = npt.NDArray[np.bool_]

RATE = 8_000  # what telephone speech needs; everything is compared at this rate
HOP = 160
STEPS_PER_S = RATE // HOP
FRAME = 2 * HOP
POINTS = 512
BANDS_HZ = ((300, 700), (700, 1500), (1500, 3400))
QUIETEST = 1e-10
DEEPEST = 11.5  # below the loud parts; 50 dB as natural logarithm of energy
ABOVE_NOISE = 1.4  # 6 dB
SLOW_S = 2.0


def telephone_blocks(blocks: Iterator[files.Samples], rate: int) -> Iterator[Samples]:
    """Blocks of a file's frames, all channels mixed, at 8 kHz. Sample 0 is frame 0."""
    return compressed.resample_blocks(map(mixed, blocks), rate, RATE)


def mixed(block: files.Samples) -> Samples:
    """All channels as one row; several times as fast as their mean."""
    channels = block.shape[1]
    row: Samples = block[:, 0] if channels == 1 else block @ np.full(channels, 1 / channels, np.float32)
    return row


def levels(blocks: Iterator[Samples]) -> Levels:
    """The level of each band in frames of 40 ms, one every 20 ms; step k is centred at sample (k + 1) × `HOP`."""
    rest = np.zeros(0, np.float32)
    kept = array("f")  # one growing row: many small arrays between the large ones would scatter over the memory
    for block in blocks:
        rest = np.concatenate([rest, block])
        steps = (len(rest) - FRAME) // HOP + 1
        if steps <= 0:
            continue
        frames = np.lib.stride_tricks.sliding_window_view(rest, FRAME)[::HOP][:steps]
        kept.frombytes(_levels_of(frames).tobytes())
        rest = rest[steps * HOP :]
    return np.array(kept, np.float32).reshape(-1, len(BANDS_HZ))


def _levels_of(frames: Samples) -> Levels:
    window = np.hanning(FRAME).astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, POINTS)) ** 2
    hz = np.arange(power.shape[1]) * RATE / POINTS
    bands = [power[:, (hz >= low) & (hz < high)].mean(axis=1) for low, high in BANDS_HZ]
    return np.log(np.stack(bands, axis=1) / FRAME + QUIETEST).astype(np.float32)


def rhythm(raw: Levels, there: Mask) -> Levels:
    """Levels made comparable: above the noise, without what changes slowly, every band as strong; 0 in gaps."""
    if not there.any():
        return np.zeros_like(raw)
    made = np.zeros_like(raw)
    for band in range(raw.shape[1]):
        column = raw[:, band]
        floor = noise_floor(column[there]) + ABOVE_NOISE / 2
        clear = np.where(there, np.logaddexp(column, floor), 0)
        moving = np.where(there, clear - _slow(clear, there), 0)
        spread = float(moving[there].std())
        made[:, band] = moving / spread if spread > 1e-3 else 0
    return made


def sounding(raw: Levels, there: Mask) -> Mask:
    """In which steps something stands 6 dB above the noise, in any band."""
    if not there.any():
        return there
    floors = np.array([noise_floor(raw[there, band]) for band in range(raw.shape[1])])
    return (raw > floors + ABOVE_NOISE).any(axis=1) & there


def noise_floor(column: npt.NDArray[np.float32]) -> float:
    """The level that a band falls to between words, but no more than 50 dB below its loud parts."""
    low, high = np.percentile(column, [10, 95])
    return float(max(low, high - DEEPEST))


def _slow(column: npt.NDArray[np.float32], there: Mask) -> npt.NDArray[np.float64]:
    """The mean over 2 s around each step, of the steps that are there."""
    half = round(SLOW_S * STEPS_PER_S / 2)
    edges = np.arange(len(column))
    low, high = np.maximum(edges - half, 0), np.minimum(edges + half + 1, len(column))
    sums = np.concatenate([[0.0], np.cumsum(column, dtype=np.float64)])
    counts = np.concatenate([[0], np.cumsum(there)])
    mean: npt.NDArray[np.float64] = (sums[high] - sums[low]) / np.maximum(counts[high] - counts[low], 1)
    return mean
