"""Sounds that prove what became of them, and waiting for what a test asserts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from interview_tui.audio import opened
from interview_tui.interview.sound import AudioPart

RATE = 48_000
LONGEST_WAIT_S = 60.0
MARK = 0x2000
Pcm = npt.NDArray[np.int16]


def until(done: Callable[[], bool], what: str = "the condition") -> None:
    """Wait until `done`."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not done():
        assert time.monotonic() < deadline, f"{what} did not come about within {LONGEST_WAIT_S} s"
        time.sleep(0.005)


def counter(frames: int, first: int = 0) -> Pcm:
    """Stereo in which every frame carries its own index: left the low 15 bits, right the rest above a mark."""
    index = np.arange(first, first + frames, dtype=np.int64)
    return np.stack([index & 0x7FFF, (index >> 15) + MARK], axis=1).astype(np.int16)


def write_counter(path: Path, seconds: float, rate: int = RATE) -> Path:
    """A WAV or FLAC file of the counter signal."""
    soundfile.write(path, counter(round(seconds * rate)), rate, subtype="PCM_16")
    return path


def write_clicks(path: Path, seconds: float, clicks_s: Iterable[float], rate: int = RATE) -> Path:
    """A stereo file of faint noise with a full-scale click of 1 ms at each of these times."""
    sound = np.random.default_rng(7).integers(-50, 50, (round(seconds * rate), 2)).astype(np.int16)
    for at_s in clicks_s:
        at = round(at_s * rate)
        sound[at : at + rate // 1000] = 30_000
    soundfile.write(path, sound, rate, subtype="PCM_16")
    return path


def click_frames(sound: Pcm, rate: int = RATE) -> list[int]:
    """The first frame of every click in a recording of `write_clicks`."""
    loud = np.flatnonzero(np.abs(sound[:, 0].astype(np.int32)) > 15_000)
    return [int(at) for place, at in enumerate(loud) if place == 0 or at - loud[place - 1] > rate // 100]


def sound_in(path: Path) -> tuple[Pcm, int]:
    """The samples of a file, sealed or not, and their rate, as libsndfile has them."""
    with opened.reading(path) as file:
        return file.read(dtype="int16", always_2d=True), file.samplerate


def recorded(folder: Path, parts: Iterable[AudioPart]) -> Pcm:
    """The samples of a span, read as anybody would read them who has the key."""
    pieces = []
    for part in parts:
        samples, _ = sound_in(folder / part.file)
        assert part.first_frame == 0
        assert len(samples) == part.frames
        pieces.append(samples)
    return np.concatenate(pieces)


@dataclass(frozen=True)
class Tally:
    """What a recording of the counter signal holds: its first index, how many frames, lost and repeated ones.

    `silent` frames were put in between, as a player does that is late; a recorder cannot.
    """

    first: int
    frames: int
    lost: int
    repeated: int
    silent: int


def tally(sound: Pcm) -> Tally:
    """Count what was lost and repeated between the first and the last frame of the signal."""
    there = np.flatnonzero(sound[:, 1] >= MARK)
    assert len(there), "the recording holds nothing of the signal"
    silent = int(there[-1] - there[0] + 1 - len(there))
    sound = sound[there]
    index = sound[:, 0].astype(np.int64) + ((sound[:, 1].astype(np.int64) - MARK) << 15)
    steps = np.diff(index)
    return Tally(int(index[0]), len(index), int((steps[steps > 1] - 1).sum()), int((steps < 1).sum()), silent)
