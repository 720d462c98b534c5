"""Passages of files laid end to end: what is played. Its frames, counted at one rate, and the call clock of each.

What lies between two passages, a pause or a withheld stretch, is silence of no length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from interview_tui.audio import files
from interview_tui.audio.playing.course import Leg

Samples = npt.NDArray[np.float32]
READ_S = 0.04  # so much is read at a time: what is to be heard next is ready soon


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a file: `frames` frames from `first_frame` on, at `rate`.

    The first is at `start_ms` of the call clock, which `true_rate` frames make a second of. `beside` is what a second
    device recorded meanwhile: this is then heard on the left, and that on the right.
    """

    path: Path
    first_frame: int
    frames: int
    rate: int
    start_ms: int
    true_rate: float
    beside: tuple[Passage, ...] = ()

    def ms_at(self, frame: float) -> float:
        """The call clock of a frame, counted from the passage's first."""
        return self.start_ms + frame * 1000 / self.true_rate

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "path": str(self.path), "beside": [track.to_json() for track in self.beside]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Passage:
        """The passage that `to_json` made this of."""
        beside = tuple(cls.from_json(track) for track in data["beside"])
        return cls(**{**data, "path": Path(data["path"]), "beside": beside})


class Reel:
    """Passages as one run of sound of `rate` frames a second. Positions on it are frames; they need not be whole."""

    def __init__(self, passages: Sequence[Passage], rate: int) -> None:
        self.passages = tuple(passages)
        self.rate = rate
        lengths = [round(passage.frames * rate / passage.rate) for passage in passages]
        self._bounds = [0, *accumulate(lengths)]

    @property
    def frames(self) -> int:
        """How long it is."""
        return self._bounds[-1]

    def frame_at(self, at_ms: int) -> int:
        """The frame of a moment of the call clock; where it is in no passage, the first frame after it."""
        for place, passage in enumerate(self.passages):
            inside = (at_ms - passage.start_ms) * passage.true_rate / 1000
            if inside < passage.frames:
                return self._bounds[place] + max(0, round(inside * self.rate / passage.rate))
        return self.frames

    def ms_at(self, frame: float) -> float:
        """The call clock of a position; at the end, that of the end of the last passage."""
        return self._ms(self._place(frame), frame)

    def legs(self, first: float, last: float, speed: float, heard_ns: int) -> Iterator[Leg]:
        """How the stretch from `first` to `last` is heard that is played at `speed`, beginning at `heard_ns`."""
        at, last = first, min(last, self.frames)
        while at < last:
            place = self._place(at)
            end = min(last, self._bounds[place + 1])
            passage = self.passages[place]
            pace = speed * passage.rate / passage.true_rate
            begun_ns = heard_ns + round((at - first) * 1e9 / (self.rate * speed))
            yield Leg(begun_ns, self._ms(place, at), self._ms(place, end), pace)
            at = end

    def check(self, frame: int) -> None:
        """See that every file can be read that is heard from `frame` on.

        Raises:
            AudioError: one of them cannot.
        """
        for passage in self.passages[self._place(frame) :]:
            for track in (passage, *passage.beside):
                files.shape(track.path)

    def blocks(self, frame: int, channels: int) -> Iterator[Samples]:
        """The sound from `frame` on, shape (frames, `channels`); at a passage's own rate and width sample for sample.

        What a file lacks is silence, so that everything after it keeps its place.

        Raises:
            AudioError: a file cannot be read.
        """
        if frame >= self.frames:
            return
        first = self._place(frame)
        for place in range(first, len(self.passages)):
            begin = max(0, frame - self._bounds[place])
            length = self._bounds[place + 1] - self._bounds[place] - begin
            for block in _exactly(_heard(self.passages[place], begin, self.rate), length):
                yield _as_wide(block, channels)

    def _place(self, frame: float) -> int:
        """The passage that holds a position; the last one holds the end."""
        return max(0, min(len(self.passages) - 1, bisect_right(self._bounds, frame) - 1))

    def _ms(self, place: int, frame: float) -> float:
        passage = self.passages[place]
        inside = (frame - self._bounds[place]) * passage.rate / self.rate
        return passage.ms_at(min(inside, passage.frames))  # at another rate its last frame may reach beyond its end


def _heard(passage: Passage, begin: int, rate: int) -> Iterator[Samples]:
    """A passage from its frame `begin` (counted at `rate`) on: alone, or on the left with its second track right."""
    alone = _track(passage, begin, rate)
    if not passage.beside:
        yield from alone
        return
    other = _evened(chain.from_iterable(_placed(passage, begin, rate)))
    next(other)
    for block in alone:
        yield np.stack([block.mean(axis=1), other.send(len(block))], axis=1).astype(np.float32)


def _placed(passage: Passage, begin: int, rate: int) -> Iterator[Iterator[Samples]]:
    """The second track's pieces from `begin` on, each in its place on the clock, with silence before and between."""
    at = begin
    for piece in passage.beside:
        starts = round((piece.start_ms - passage.start_ms) * rate / 1000)
        ends = starts + round(piece.frames * rate / piece.rate)
        if ends <= at:
            continue
        if starts > at:
            yield iter([np.zeros((starts - at, 1), np.float32)])
            at = starts
        yield _exactly(_track(piece, at - starts, rate), ends - at)
        at = ends


def _evened(blocks: Iterator[Samples]) -> Generator[Samples, int, None]:
    """Gives as many mono samples as each `send` asks for, and silence when there are no more."""
    held = np.zeros(0, np.float32)
    wanted = yield held
    while True:
        while len(held) < wanted:
            block = next(blocks, None)
            more = np.zeros(wanted - len(held), np.float32) if block is None else block.mean(axis=1)
            held = np.concatenate([held, more])
        given, held = held[:wanted], held[wanted:]
        wanted = yield given


def _track(passage: Passage, begin: int, rate: int) -> Iterator[Samples]:
    """A passage's own file from its frame `begin` (counted at `rate`) on, at `rate`."""
    skipped = begin * passage.rate // rate
    left = passage.frames - skipped
    if left <= 0:
        return
    block_frames = round(passage.rate * READ_S)
    blocks = files.stream_frames(passage.path, passage.first_frame + skipped, left, block_frames)
    yield from blocks if passage.rate == rate else _at_rate(blocks, passage.rate, rate)


def _at_rate(blocks: Iterator[Samples], rate: int, to_rate: int) -> Iterator[Samples]:
    import av

    resampler = None
    for block in blocks:
        wide = _as_wide(block, 2)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(wide).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = rate
        resampler = resampler or av.AudioResampler(format="flt", layout="stereo", rate=to_rate)
        for part in resampler.resample(frame):
            yield part.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
    if resampler is not None:
        for part in resampler.resample(None):
            yield part.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)


def _exactly(blocks: Iterator[Samples], frames: int) -> Iterator[Samples]:
    """The first `frames` frames of `blocks`, with silence for what they lack."""
    left = frames
    for block in blocks:
        if left <= 0:
            return
        yield block[:left]
        left -= len(block)
    while left > 0:
        yield np.zeros((min(left, files.BLOCK_FRAMES), 1), np.float32)
        left -= files.BLOCK_FRAMES


def _as_wide(block: Samples, channels: int) -> Samples:
    """A block with `channels` channels: mono on both sides; more than can be played mixed into one, heard on both."""
    if block.shape[1] == channels:
        return block
    return np.repeat(block.mean(axis=1, dtype=np.float32)[:, None], channels, axis=1)
