"""The samples of a track in order, counted and hashed as they pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from interview_tui.audio import opened
from interview_tui.interview.sound import AudioPart

BLOCK_FRAMES = 1 << 16
Pcm = npt.NDArray[np.int16]  # shape (frames, channels)


class Tally:
    """Blocks of samples on their way through. Iterated again, it goes on where it was left."""

    def __init__(self, blocks: Iterable[Pcm]) -> None:
        self.frames = 0
        self._blocks = iter(blocks)
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of what has passed, as interleaved 16-bit little-endian integers; see `events.SpanClosed`."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[Pcm]:
        for block in self._blocks:
            self._hash.update(block.astype("<i2", copy=False).tobytes())
            self.frames += len(block)
            yield block


def samples(folder: Path, parts: Iterable[AudioPart], *, although_changed: bool = False) -> Iterator[Pcm]:
    """The samples of all files of a track in order, in blocks; `although_changed` as `opened.reading` has it.

    Raises:
        soundfile.SoundFileError, OSError: one cannot be read. StorageError: the study is locked.
    """
    for part in parts:
        with opened.reading(folder / part.file, although_changed=although_changed) as file:
            yield from blocks(file)


def blocks(file: Any) -> Iterator[Pcm]:
    """The samples of an open `soundfile.SoundFile` from where it stands, in blocks."""
    while len(block := file.read(BLOCK_FRAMES, dtype="int16", always_2d=True)):
        yield block
