"""Somebody who listens at the virtual speaker, and knows to some milliseconds when each sample was heard."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from interview_tui import monotonic
from tests.audio.signals import MARK, RATE, Pcm, until
from tests.audio.virtual_sound import VirtualSound

FRAME_BYTES = 4
STEP_MS = 5  # of the speaker: so much earlier than its time it hands a sound to who listens
SHIFT_FRAMES = 4_800


class Listener:
    """What is heard at the speaker from when it was made on, 48 kHz stereo.

    A block arrives late by what the machine is busy, never early: the earliest of all tells when every frame was heard.
    """

    def __init__(self, sound: VirtualSound) -> None:
        wanted = ["--raw", f"--rate={RATE}", "--channels=2", "--format=s16le", f"--latency-msec={STEP_MS}"]
        self._program = subprocess.Popen(
            ["parec", "--device=speaker.monitor", *wanted],
            env={**os.environ, **sound.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._blocks: list[bytes] = []
        self._bytes = 0
        self._epoch_ns = 1 << 63
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        until(lambda: self._bytes > 0, "the first sound of the monitor")

    @property
    def frames(self) -> int:
        """How much has been heard."""
        return self._bytes // FRAME_BYTES

    def pass_s(self, seconds: float) -> None:
        """Listen on for a while."""
        end = self.frames + round(seconds * RATE)
        until(lambda: self.frames >= end, f"{seconds} s of sound")

    def sound(self) -> Pcm:
        """All that was heard."""
        heard = b"".join(self._blocks)
        return np.frombuffer(heard[: len(heard) // FRAME_BYTES * FRAME_BYTES], np.int16).reshape(-1, 2)

    def frame_at(self, now_ns: int) -> int:
        """The frame that was heard at a moment of the monotonic clock."""
        return round((now_ns - self._epoch_ns) * RATE / 1e9)

    def close(self) -> None:
        """Listen no more."""
        self._program.kill()
        self._program.wait()
        self._thread.join()

    def _listen(self) -> None:
        stream = self._program.stdout
        assert stream is not None
        while block := os.read(stream.fileno(), 1 << 16):
            now_ns = monotonic.now_ns()
            self._blocks.append(block)
            self._bytes += len(block)
            self._epoch_ns = min(self._epoch_ns, now_ns - self._bytes // FRAME_BYTES * 1_000_000_000 // RATE)
        stream.close()


@contextmanager
def listening(sound: VirtualSound) -> Iterator[Listener]:
    """A listener for as long as it is needed."""
    listener = Listener(sound)
    try:
        yield listener
    finally:
        listener.close()


def spoken(sound: Pcm) -> Pcm:
    """What was heard between the silence before and the silence after."""
    there = np.flatnonzero(sound.any(axis=1))
    assert len(there), "nothing was heard"
    return sound[there[0] : there[-1] + 1]


def indices(sound: Pcm) -> npt.NDArray[np.int64]:
    """The index that every frame of the counter signal carries; -1 where something else is heard."""
    found = sound[:, 0].astype(np.int64) + ((sound[:, 1].astype(np.int64) - MARK) << 15)
    return np.where(sound[:, 1] >= MARK, found, -1)


def shift_frames(heard: npt.NDArray[np.float64], source: npt.NDArray[np.float64], at: int) -> int:
    """How many frames later in `source` than `at` the beginning of `heard` lies, by cross-correlation."""
    near = source[at - SHIFT_FRAMES : at + len(heard) + SHIFT_FRAMES]
    size = len(near) + len(heard)
    product = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(heard, size)), size)
    return int(np.argmax(product[: 2 * SHIFT_FRAMES])) - SHIFT_FRAMES
