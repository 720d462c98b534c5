"""What PyAV does for us: m4a, mp3, wma, opus and the like, decoded to exact frames; resampling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interview_tui.audio import opened
from interview_tui.errors import AudioError

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

Samples = npt.NDArray[np.float32]
RUN_UP_S = 1  # decoded and dropped after a jump: until then a codec's output is not what it would have been
LONGEST_REPAIR_S = 60
FULL_SCALE = {"u8": 128.0, "s16": 32_768.0, "s32": 2_147_483_648.0}


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first decoded frame tells. `tick` is the unit of the time stamps in frames, `origin` the first stamp."""

    rate: int
    channels: int
    tick: Fraction
    origin: int

    @property
    def numbered(self) -> bool:
        """Whether time stamps are fine enough to number frames; Matroska and WMA count in milliseconds."""
        return self.tick in (1, 2) or 0 < self.tick <= Fraction(1, 2)

    def number(self, stamp: int) -> int:
        """The number of the frame at a time stamp, the first decoded one being 0."""
        return round((stamp - self.origin) * self.tick)

    def stamp(self, number: int) -> int:
        """The time stamp of a frame."""
        return self.origin + int(number / self.tick)


def shape(path: Path) -> tuple[int, int]:
    """Rate and channels, as the first decoded frame has them (the head of an HE-AAC file may state half the rate).

    Raises:
        AudioError: the file holds no sound that can be decoded.
    """
    head = _head(path)
    return head.rate, head.channels


def blocks(path: Path, first_frame: int) -> Iterator[Samples]:
    """The samples from `first_frame` on, in blocks as the codec gives them, shape (frames, channels).

    A stretch that cannot be decoded becomes silence where the time stamps tell how long it was, so that everything
    after it keeps its place.

    Raises:
        AudioError: the file holds no sound that can be decoded, or changes its rate half-way.
    """
    head = _head(path)
    at = first_frame
    for number, samples in _numbered(path, head, first_frame):
        end = number + len(samples)
        if end <= at:
            continue
        if number > at:
            yield np.zeros((min(number - at, LONGEST_REPAIR_S * head.rate), head.channels), np.float32)
        yield samples[max(0, at - number) :]
        at = end


def resample(mono: Samples, rate: int, to_rate: int) -> Samples:
    """One row of samples at another rate; sample 0 stays in its place.

    Measured from 8 to 96 kHz: a tone is true to 0.00001 of full scale, what would alias is 97 dB down.
    """
    if rate == to_rate or not len(mono):
        return mono
    return np.concatenate(list(resample_blocks(iter([mono]), rate, to_rate)))


def resample_blocks(rows: Iterator[Samples], rate: int, to_rate: int) -> Iterator[Samples]:
    """The same for sound that comes in blocks, each one row: together the result is as of the whole."""
    import av

    if rate == to_rate:
        yield from rows
        return
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=to_rate)
    for row in rows:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(row, np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        yield from (part.to_ndarray()[0] for part in resampler.resample(frame))
    yield from (part.to_ndarray()[0] for part in resampler.resample(None))


def _head(path: Path) -> _Head:
    with _opened(path) as container:
        for frame in _decoded(container):
            tick = (frame.time_base or Fraction(0)) * frame.sample_rate
            return _Head(frame.sample_rate, len(frame.layout.channels), tick, frame.pts or 0)
    raise AudioError(f"{path} holds no sound that can be decoded.", "Check that it is the right file.")


def _numbered(path: Path, head: _Head, first_frame: int) -> Iterator[tuple[int, Samples]]:
    """Decoded blocks with the number of their first frame, from `first_frame` or earlier to the end.

    Where stamps number the frames it jumps to a second before `first_frame`; else it counts from the beginning, as it
    does when a jump landed too late.
    """
    numbered = head.numbered
    jump = numbered and first_frame > 2 * RUN_UP_S * head.rate
    with _opened(path) as container:
        if jump:
            _seek(container, head.stamp(first_frame - RUN_UP_S * head.rate))
        counted = 0
        for frame in _decoded(container):
            if (frame.sample_rate, len(frame.layout.channels)) != (head.rate, head.channels):
                raise AudioError(f"{path} changes its rate or its channels half-way.", "Convert it to WAV first.")
            known = numbered and frame.pts is not None
            number = head.number(frame.pts or 0) if known else counted
            if jump and (not known or number > first_frame):
                break
            jump = False
            counted = number + frame.samples
            yield number, _samples(frame)
        else:
            return
    yield from _numbered(path, replace(head, tick=Fraction(0)), first_frame)


def _seek(container: InputContainer, stamp: int) -> None:
    """Go back from `stamp` to where decoding can start; a container that cannot be sought in stays at its beginning."""
    import av

    try:
        container.seek(stamp, stream=container.streams.audio[0])
    except (av.FFmpegError, OSError):
        container.seek(0)


def _decoded(container: InputContainer) -> Iterator[av.AudioFrame]:
    """The decoded frames of the first audio stream; packets that are damaged are passed over."""
    import av

    for packet in container.demux(container.streams.audio[0]):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        for frame in frames:
            if isinstance(frame, av.AudioFrame):
                yield frame


def _samples(frame: av.AudioFrame) -> Samples:
    """The samples of a decoded frame, shape (frames, channels), full scale ±1."""
    raw = frame.to_ndarray()
    channels = len(frame.layout.channels)
    rows = raw.T if frame.format.is_planar else raw.reshape(-1, channels)
    kind = frame.format.name.rstrip("p")
    if kind not in FULL_SCALE:
        return rows.astype(np.float32)
    offset = 128 if kind == "u8" else 0
    return ((rows.astype(np.float64) - offset) / FULL_SCALE[kind]).astype(np.float32)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """The container of `path`, opened; whatever PyAV finds wrong with it while it is in use becomes an AudioError."""
    import av

    try:
        with opened.container(path) as container:
            if not container.streams.audio:
                raise AudioError(f"{path} holds no sound.", "Check that it is the right file.")
            yield container
    except (av.FFmpegError, OSError) as error:
        raise AudioError(
            f"{path} cannot be read as audio: {error}.", "Check that it is the right file and is complete."
        ) from error
