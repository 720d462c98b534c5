"""A chunk: pieces of one voice, joined to a sound that is short enough to be heard at once, and the way back from it.

Pauses are left out of it, however long: what an engine hears is speech with a little of the sound around it. Places
are samples of 16 kHz, counted from the first of a passage or of the sound; ranges exclude their end.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from interview_tui.transcribe.listening.crosstalk import FRAME, Frames, muted
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage, Samples

PAD = round(0.4 * RATE)  # samples heard before and after a piece, where they are its own
WIDE_PAD = round(0.9 * RATE)  # the same where a chunk is heard with care

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage with speech in it, and how much of the sound around it is its own (up to `WIDE_PAD`)."""

    first: int
    last: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is heard at once of one channel of a passage; `number` counts from 0 through that channel.

    `speech` is where the voice is, `closed` where the channel only carries the other's voice and is muted.
    """

    passage: str
    channel: int
    number: int
    speaker: str
    pieces: tuple[Piece, ...]
    speech: Ranges
    closed: Ranges

    @property
    def first(self) -> int:
        """Where its speech begins."""
        return self.pieces[0].first

    @property
    def last(self) -> int:
        """Where its speech ends."""
        return self.pieces[-1].last

    @property
    def speech_ms(self) -> int:
        """How long the voice speaks in it."""
        return sum(last - first for first, last in self.speech) * 1000 // RATE

    def cut_out(self, passage: Passage, reader: AudioReader) -> ChunkSound:
        """Its sound, read from its passage.

        Raises:
            AudioError: a file cannot be read.
        """
        return ChunkSound(self, tuple(self._piece(piece, passage, reader) for piece in self.pieces))

    def _piece(self, piece: Piece, passage: Passage, reader: AudioReader) -> Samples:
        """A piece with all the sound around it that is its own."""
        begin = piece.first - piece.before
        low = begin // FRAME * FRAME
        heard = passage.read(reader, low, piece.last + piece.after - low, self.channel)
        return muted(heard, self._open(low // FRAME, -(-len(heard) // FRAME)))[begin - low :]

    def _open(self, first: int, frames: int) -> Frames:
        open_frames = np.ones(frames, dtype=bool)
        for low, high in self.closed:
            open_frames[max(0, low // FRAME - first) : max(0, -(-high // FRAME) - first)] = False
        return open_frames


@dataclass(frozen=True, slots=True)
class ChunkSound:
    """The sound of a chunk, free of any file: `wide` holds its pieces, each with all the sound around that is its own.

    Picklable, so that it can be heard by another process or machine.
    """

    chunk: Chunk
    wide: tuple[Samples, ...]

    def heard(self, pad: int = PAD) -> Samples:
        """One sound of all pieces, each with at most `pad` samples before and after it."""
        cut = [
            sound[low - (piece.first - piece.before) : high - (piece.first - piece.before)]
            for sound, piece, (low, high) in zip(self.wide, self.chunk.pieces, self._kept(pad), strict=True)
        ]
        return np.concatenate(cut)

    def place(self, sample: int, pad: int = PAD) -> int:
        """Where in the passage a sample of `heard(pad)` lies; beyond its end the places go on."""
        kept = self._kept(pad)
        starts = [0, *accumulate(high - low for low, high in kept)][:-1]
        at = max(0, bisect_right(starts, sample) - 1)
        return kept[at][0] + sample - starts[at]

    def _kept(self, pad: int) -> list[tuple[int, int]]:
        return [
            (piece.first - min(pad, piece.before), piece.last + min(pad, piece.after)) for piece in self.chunk.pieces
        ]
