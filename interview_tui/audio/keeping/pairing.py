"""Two tracks of two devices put together: the line laid on the frames of the interviewer's own track.

The first track stays sample for sample what it was. The line is shifted by what lies between the two beginnings, and
resampled by the ratio of the two true rates (soxr, its high quality of 20 bits), but only where it must be: two clocks
that part by less than a millisecond until the end leave its samples as they are. What the line has before the first
track's beginning and after its end is cut, what it lacks there is silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from interview_tui.interview.sound import Track
from interview_tui.interview.timeline import Span

MOST_APART_MS = 1.0
_FULL_SCALE = 32_768
Pcm = npt.NDArray[np.int16]  # shape (frames, channels)


@dataclass(frozen=True, slots=True)
class Fit:
    """How the line lies on the first track: its first sample on frame `first_frame`, which may lie before frame 0.

    `rates` are the frames per second of the line and of the first track; None where its samples stay as they are.
    """

    first_frame: int
    rates: tuple[float, float] | None = None


def fit(span: Span, line: Track) -> Fit:
    """How `line` lies on the first track of its span."""
    first_frame = round((line.start_ms - span.start_ms) * span.true_rate / 1000)
    true_rate = line.rate * (1 + line.drift_ppm / 1e6)
    apart_ms = abs(line.frames / true_rate - line.frames / span.true_rate) * 1000
    if line.rate == span.rate and apart_ms < MOST_APART_MS:
        return Fit(first_frame)
    return Fit(first_frame, (true_rate, span.true_rate))


def beside(own: Iterable[Pcm], line: Iterable[Pcm], fitted: Fit) -> Iterator[Pcm]:
    """Both tracks in one: the channels of `own`, then the line's (mixed to one), with exactly the frames of `own`.

    Of `line` no more is read than is needed.
    """
    laid = _Feed(_shifted(_resampled(line, fitted), fitted.first_frame))
    for block in own:
        yield np.concatenate([block, laid.take(len(block))], axis=1)


def alone(blocks: Iterable[Pcm], *, is_line: bool) -> Iterator[Pcm]:
    """One track of a source of two devices whose other was gone, with silence in the place of that."""
    for block in blocks:
        silence = np.zeros((len(block), 1), np.int16)
        yield np.concatenate([silence, block] if is_line else [block, silence], axis=1)


def _resampled(blocks: Iterable[Pcm], fitted: Fit) -> Iterator[Pcm]:
    """The line in one channel, at the first track's true rate."""
    mono = (block if block.shape[1] == 1 else _rounded(block.mean(axis=1, dtype=np.float32)) for block in blocks)
    if fitted.rates is None:
        yield from mono
        return
    import soxr

    stream = soxr.ResampleStream(*fitted.rates, 1, dtype="float32", quality="HQ")
    for block in mono:
        yield _rounded(stream.resample_chunk(block[:, 0].astype(np.float32)))
    yield _rounded(stream.resample_chunk(np.zeros(0, np.float32), last=True))


def _rounded(samples: npt.NDArray[np.float32]) -> Pcm:
    return np.clip(np.round(samples), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16).reshape(-1, 1)


def _shifted(blocks: Iterable[Pcm], first_frame: int) -> Iterator[Pcm]:
    """The line from frame 0 of the first track on: after silence where it began later, cut where it began earlier."""
    if first_frame > 0:
        yield from _silence(first_frame)
    surplus = max(0, -first_frame)
    for block in blocks:
        yield block[surplus:]
        surplus = max(0, surplus - len(block))


def _silence(frames: int) -> Iterator[Pcm]:
    """So much silence, in blocks."""
    block = np.zeros((1 << 16, 1), np.int16)
    for first in range(0, frames, len(block)):
        yield block[: frames - first]


class _Feed:
    """Blocks of any size, taken in other sizes; silence when there are no more."""

    def __init__(self, blocks: Iterator[Pcm]) -> None:
        self._blocks = blocks
        self._left = np.zeros((0, 1), np.int16)

    def take(self, frames: int) -> Pcm:
        """The next `frames` frames."""
        found, missing = [self._left[:frames]], frames - len(self._left)
        self._left = self._left[frames:]
        while missing > 0:
            block = next(self._blocks, None)
            if block is None:
                found.append(np.zeros((missing, 1), np.int16))
                break
            found.append(block[:missing])
            self._left = block[missing:]
            missing -= len(found[-1])
        return np.concatenate(found)
