"""The call's own recording, as another recorder's file is laid beside it: mono, on the call clock, with its gaps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from interview_tui.audio import compressed, files
from interview_tui.audio.aligning import envelope
from interview_tui.audio.aligning.envelope import HOP, RATE, STEPS_PER_S, Levels, Mask, Samples

BLOCK_S = 30
LEAD_S = 1
BLOCKS_HELD = 6


@dataclass(frozen=True, slots=True)
class ScratchClip:
    """A stretch of one audio file of the call without a gap.

    Its frame `first_frame` was captured at `start_ms` of the call clock; `rate` is the file's nominal rate,
    `true_rate` the frames that went by in a second of the call clock.
    """

    path: Path
    first_frame: int
    frames: int
    rate: int
    true_rate: float
    start_ms: float

    @property
    def end_ms(self) -> float:
        """The call clock just after its last frame."""
        return self.start_ms + self.frames * 1000 / self.true_rate

    def samples_per_ms(self) -> float:
        """Samples at 8 kHz that go by in a millisecond of the call clock."""
        return RATE * self.true_rate / self.rate / 1000


@dataclass(frozen=True, slots=True)
class CallLevels:
    """Levels of the scratch, a step every 20 ms of the call clock from `start_ms` on; `there` is False in gaps."""

    start_ms: float
    raw: Levels
    there: Mask


class Scratch:
    """The call's own recording: its clips in call-clock order. What lies in no clip is a gap, not silence."""

    def __init__(self, clips: Iterable[ScratchClip]) -> None:
        self.clips = tuple(sorted((clip for clip in clips if clip.frames), key=lambda clip: clip.start_ms))
        self._blocks: OrderedDict[tuple[int, int], Samples] = OrderedDict()

    @property
    def recorded_ms(self) -> float:
        """How much was recorded, all clips together."""
        return sum(clip.end_ms - clip.start_ms for clip in self.clips)

    @cached_property
    def levels(self) -> CallLevels:
        """The levels of all clips, read once.

        Raises:
            AudioError: a file of it is no audio file, or cannot be read.
        """
        if not self.clips:
            return CallLevels(0.0, np.zeros((0, len(envelope.BANDS_HZ)), np.float32), np.zeros(0, bool))
        start_ms, end_ms = self.clips[0].start_ms, max(clip.end_ms for clip in self.clips)
        step_ms = 1000 / STEPS_PER_S
        steps = int((end_ms - start_ms) / step_ms) + 1
        raw = np.full((steps, len(envelope.BANDS_HZ)), np.log(envelope.QUIETEST), np.float32)
        there = np.zeros(steps, bool)
        for clip in self.clips:
            blocks = files.stream_frames(clip.path, clip.first_frame, clip.frames)
            found = envelope.levels(envelope.telephone_blocks(blocks, clip.rate))
            if not len(found):
                continue
            centres = clip.start_ms - start_ms + (np.arange(len(found)) + 1) * HOP / clip.samples_per_ms()
            first, end = int(np.ceil(centres[0] / step_ms)), int(centres[-1] / step_ms) + 1
            at = np.arange(first, end) * step_ms
            for band in range(raw.shape[1]):
                raw[first:end, band] = np.interp(at, centres, found[:, band])
            there[first:end] = True
        return CallLevels(start_ms, raw, there)

    def sound(self, at_ms: npt.NDArray[np.float64]) -> tuple[Samples, Mask]:
        """The sound at these times of the call clock, in ascending order, and which of them lie in a clip (else 0).

        Raises:
            AudioError: a file of it is no audio file, or cannot be read.
        """
        sound, there = np.zeros(len(at_ms), np.float32), np.zeros(len(at_ms), bool)
        for number, clip in enumerate(self.clips):
            first, end = np.searchsorted(at_ms, [clip.start_ms, clip.end_ms])
            if first == end:
                continue
            places = (at_ms[first:end] - clip.start_ms) * clip.samples_per_ms()
            sound[first:end] = self._at(number, places)
            there[first:end] = True
        return sound, there

    def _at(self, number: int, places: npt.NDArray[np.float64]) -> Samples:
        """The sound of a clip at these places, counted in samples at 8 kHz."""
        size = BLOCK_S * RATE
        first, last = int(places[0]) // size, int(places[-1]) // size
        joined = np.concatenate([self._block(number, block) for block in range(first, last + 1)])
        sound: Samples = np.interp(places - first * size, np.arange(len(joined)), joined).astype(np.float32)
        return sound

    def _block(self, number: int, block: int) -> Samples:
        """So many seconds of a clip at 8 kHz; the last ones read are held."""
        key = number, block
        if key not in self._blocks:
            self._blocks[key] = self._read(self.clips[number], block)
            if len(self._blocks) > BLOCKS_HELD:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(key)
        return self._blocks[key]

    def _read(self, clip: ScratchClip, block: int) -> Samples:
        first = block * BLOCK_S * clip.rate
        lead = min(first, LEAD_S * clip.rate)  # whole seconds, so that they are a whole number of samples at 8 kHz
        frames = min(lead + BLOCK_S * clip.rate + LEAD_S * clip.rate, clip.frames - first + lead)
        found = files.read_frames(clip.path, clip.first_frame + first - lead, frames)
        row = compressed.resample(envelope.mixed(found), clip.rate, RATE)
        start = lead * RATE // clip.rate
        made = np.zeros(BLOCK_S * RATE, np.float32)
        cut = row[start : start + len(made)]
        made[: len(cut)] = cut
        return made
