"""Marks by which a file is lined up when there is no scratch recording: a tone of ours, or a clap chosen by ear."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from interview_tui.audio import files
from interview_tui.audio.aligning.correlation import quick_size, vertex
from interview_tui.audio.aligning.envelope import RATE, mixed, telephone_blocks

Samples = npt.NDArray[np.float32]

CHIRPS_HZ = ((500, 3000), (3000, 500), (1000, 2400))  # within what every telephone and every codec lets through
CHIRP_S = 0.4
STARTS_S = (0.0, 0.55, 1.3)  # unequal gaps: moved by one chirp the tone is not like itself
EDGE_S = 0.01
LEVEL = 0.5
CLEAR = 2.0
APART_S = 0.1
SEARCHED_S = 60
MOST_TONES = 6

STEP = RATE // 200  # 5 ms
BEFORE_STEPS = 30
ONSETS_APART_S = 0.2
QUIETEST_DB = -70.0  # what lies below is silence: a rise from -120 to -80 dB is nothing that can be heard
LEAST_RISE_DB = 6.0
BEGINS_AT = 0.2  # of the peak


@dataclass(frozen=True, slots=True)
class SyncTone:
    """A sync tone found in a file: the frame where its first chirp begins (a fraction of a frame counts).

    `clearness` is how far its peak stands above the best place that is no tone; below `CLEAR` it is none.
    """

    frame: float
    clearness: float


@dataclass(frozen=True, slots=True)
class Onset:
    """A sharp onset: the frame of the file where it begins, and how far it rises above what was before it (dB)."""

    frame: int
    sharpness_db: float


def chirp_samples(rate: int) -> Samples:
    """The sync tone: three chirps, one row of float32 at `rate`, 1.7 s. Its time is that of its first sample."""
    tone = np.zeros(round((STARTS_S[-1] + CHIRP_S) * rate), np.float32)
    for start_s, (from_hz, to_hz) in zip(STARTS_S, CHIRPS_HZ, strict=True):
        first, end = (int(np.ceil(at_s * rate)) for at_s in (start_s, start_s + CHIRP_S))
        t = np.arange(first, min(end, len(tone))) / rate - start_s
        edge = np.clip(np.minimum(t, CHIRP_S - t) / EDGE_S, 0, 1)
        phase = 2 * np.pi * (from_hz * t + (to_hz - from_hz) * t**2 / (2 * CHIRP_S))
        tone[first : first + len(t)] = LEVEL * np.sin(np.pi / 2 * edge) ** 2 * np.sin(phase)
    return tone


def find_sync_tone(path: Path, first_frame: int = 0, frames: int | None = None) -> SyncTone | None:
    """The first sync tone in a stretch of `path` (None: to its end); None where there is none that is clear.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    return next(iter(find_sync_tones(path, first_frame, frames)), None)


def find_sync_tones(path: Path, first_frame: int = 0, frames: int | None = None) -> tuple[SyncTone, ...]:
    """All sync tones in a stretch of `path`, in their order: one at the start and one at the end give the drift.

    A matched filter over the whole; tones are the places that stand at least twice as high as all others.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    rate, _ = files.shape(path)
    blocks = telephone_blocks(files.stream_frames(path, first_frame, frames), rate)
    places = sorted(_likenesses(blocks), key=lambda place: -place[1])
    apart: list[tuple[float, float]] = []
    for at, likeness in places:
        if all(abs(at - other) > APART_S * RATE for other, _ in apart):
            apart.append((at, likeness))
        if len(apart) > MOST_TONES:
            break
    for count in range(min(MOST_TONES, len(apart) - 1), 0, -1):
        clearness = apart[count - 1][1] / max(apart[count][1], 1e-9)
        if clearness >= CLEAR:
            tones = sorted(at for at, _ in apart[:count])
            return tuple(SyncTone(first_frame + at * rate / RATE, clearness) for at in tones)
    return ()


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


def _likenesses(blocks: Iterator[Samples]) -> Iterator[tuple[float, float]]:
    """The best places of every minute (8 kHz samples from the beginning) with their likeness to the tone, 0 to 1."""
    tone = chirp_samples(RATE)
    size = quick_size(SEARCHED_S * RATE + len(tone))
    shape = np.conj(np.fft.rfft(tone, size))
    strength = float(np.sqrt((tone.astype(np.float64) ** 2).sum()))
    for first, sound in _minutes(blocks, len(tone)):
        places = len(sound) - len(tone) + 1
        found = np.abs(np.fft.irfft(np.fft.rfft(sound, size) * shape, size)[:places])
        energy = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
        local = np.sqrt(np.maximum(energy[len(tone) :] - energy[: len(energy) - len(tone)], 1e-6))
        likeness = found / (local * strength)
        left = likeness.copy()
        for _ in range(MOST_TONES + 1):
            top = int(np.argmax(left))
            yield first + top + vertex(likeness, top), float(likeness[top])
            left[max(0, top - round(APART_S * RATE)) : top + round(APART_S * RATE) + 1] = 0


def _minutes(blocks: Iterator[Samples], overlap: int) -> Iterator[tuple[int, Samples]]:
    """The sound by the minute, each going on into the next by `overlap`, with the number of its first sample."""
    size, rest, first = SEARCHED_S * RATE, np.zeros(0, np.float32), 0
    for block in blocks:
        rest = np.concatenate([rest, block])
        while len(rest) >= size + overlap:
            yield first, rest[: size + overlap]
            rest, first = rest[size:], first + size
    if len(rest) >= overlap:
        yield first, rest


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
