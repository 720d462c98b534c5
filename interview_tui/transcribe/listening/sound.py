"""Sound as transcription reads it: recorded clips, joined into passages of uninterrupted 16 kHz sound."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

RATE = 16_000
JOIN_MS = 2  # what rounding to whole milliseconds may put between two clips that are one sound

Samples = npt.NDArray[np.float32]


class AudioReader(Protocol):
    """Reads sound from a file. The transcription process is given one; it must be importable (spawned processes)."""

    def __call__(self, path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        """`frames` frames of one channel from `first_frame` on (at the file's rate), as mono float32 at 16 kHz.

        Raises:
            AudioError: the file cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class SoundClip:
    """Recorded audio: `frames` frames of `file` at `rate` from `first_frame` on, `start_ms` on the call clock.

    `true_rate` is how many of the frames pass in a second of the call clock (a device's clock drifts). `span` and
    `span_frame` say which frame of which recorded span the first is, `sha256` is the hash of that span's samples as
    they were recorded (empty where it is not known): all this stays so when the file is packed.
    """

    file: Path
    first_frame: int
    frames: int
    rate: int
    true_rate: float
    start_ms: int
    channels: int
    span: int = 1
    span_frame: int = 0
    sha256: str = ""

    @property
    def samples(self) -> int:
        """Its length in samples of 16 kHz."""
        return round(self.frames * RATE / self.rate)

    @property
    def end_ms(self) -> int:
        """The call clock just after its last frame."""
        return self.ms_at(self.samples)

    def ms_at(self, sample: int) -> int:
        """The call clock of a sample, counted from the clip's first."""
        return self.start_ms + round(sample * 1000 / RATE * self.rate / self.true_rate)

    def samples_there(self, reader: AudioReader) -> int:
        """How many of its samples its file holds, to a tenth of a second; all, if it is hardly shorter than promised.

        Raises:
            AudioError: the file cannot be read.
        """

        def is_missing(tenth: int) -> bool:
            return not len(reader(self.file, self.first_frame + tenth * self.rate // 10, self.rate // 10, 0))

        tenths = range(self.samples * 10 // RATE)
        if not tenths or not is_missing(tenths[-1]):
            return self.samples
        return bisect_left(tenths, True, key=is_missing) * RATE // 10

    def read(self, reader: AudioReader, first: int, samples: int, channel: int) -> Samples:
        """`samples` samples from `first` on; silence where the file holds less than was promised."""
        first_frame = first * self.rate // RATE
        frames = min(-(-samples * self.rate // RATE), self.frames - first_frame)
        sound = reader(self.file, self.first_frame + first_frame, frames, channel)[:samples]
        return np.pad(sound, (0, samples - len(sound)))


@dataclass(frozen=True, slots=True)
class Passage:
    """Clips that follow one another without a gap: one uninterrupted sound, whatever files it lies in."""

    clips: tuple[SoundClip, ...]

    @property
    def key(self) -> str:
        """Its name: the span and the frame of it at which it begins."""
        return f"{self.clips[0].span}+{self.clips[0].span_frame}"

    @property
    def channels(self) -> int:
        """How many channels it has."""
        return self.clips[0].channels

    @property
    def samples(self) -> int:
        """Its length in samples of 16 kHz."""
        return sum(clip.samples for clip in self.clips)

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return self.samples / RATE

    def ms_at(self, sample: int) -> int:
        """The call clock of a sample, held within the passage."""
        sample = max(0, min(sample, self.samples))
        starts = self._starts()
        place = min(bisect_right(starts, sample), len(self.clips)) - 1
        return self.clips[place].ms_at(sample - starts[place])

    def read(self, reader: AudioReader, first: int, samples: int, channel: int) -> Samples:
        """`samples` samples of a channel from `first` on; silence before the beginning and after the end.

        Raises:
            AudioError: a file cannot be read.
        """
        sound = np.zeros(samples, dtype=np.float32)
        for clip, start in zip(self.clips, self._starts(), strict=True):
            low, high = max(first, start), min(first + samples, start + clip.samples)
            if low < high:
                sound[low - first : high - first] = clip.read(reader, low - start, high - low, channel)
        return sound

    def _starts(self) -> list[int]:
        """The first sample of each clip, counted from the passage's first."""
        return list(accumulate((clip.samples for clip in self.clips[:-1]), initial=0))


def passages(clips: Iterable[SoundClip]) -> list[Passage]:
    """Clips in call-clock order, joined where one goes on in the same span where the other ends; no empty ones."""
    joined: list[list[SoundClip]] = []
    for clip in sorted((clip for clip in clips if clip.samples), key=lambda clip: clip.start_ms):
        if joined and _goes_on(joined[-1][-1], clip):
            joined[-1].append(clip)
        else:
            joined.append([clip])
    return [Passage(tuple(run)) for run in joined]


def _goes_on(before: SoundClip, after: SoundClip) -> bool:
    alike = (before.span, before.rate, before.channels) == (after.span, after.rate, after.channels)
    return alike and abs(after.start_ms - before.end_ms) <= JOIN_MS
