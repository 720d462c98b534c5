"""Cutting: the speech that listening found, put together to chunks and to units of work.

What later blocks bring never changes a chunk: the chunks of a recording that still grows are the first of those that
it has in the end, on each channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.transcribe.listening.blocks import Block
from interview_tui.transcribe.listening.chunk import PAD, WIDE_PAD, Chunk, Piece, Ranges
from interview_tui.transcribe.listening.crosstalk import FRAME
from interview_tui.transcribe.listening.sound import RATE
from interview_tui.transcribe.listening.speech import SHORTEST_PAUSE

LONGEST = 18 * RATE  # of what an engine usually hears at once: its cost grows faster than the sound's length
LONGEST_WIDE = round(29.5 * RATE)  # of what it hears with care: Whisper hears 30 s at most
LONGEST_SPEECH = LONGEST - 2 * PAD
LONGEST_GAP = 120 * RATE  # a chunk belongs to one place of the call
EARLIEST_CUT = 0.7  # of the longest: a chunk that must be cut is not cut before
LONG_PAUSE = 2 * PAD  # a pause of this length is as good to cut in as any longer one
CHUNKS_PER_UNIT = 3  # more would be heard a little faster, and take more memory than a small machine has


@dataclass(frozen=True, slots=True)
class Unit:
    """Chunks of one channel of a passage that are decoded together; `key` is passage/channel/number."""

    key: str
    chunks: tuple[Chunk, ...]

    @property
    def first(self) -> int:
        """The sample of the passage at which its speech begins."""
        return self.chunks[0].first

    @property
    def last(self) -> int:
        """The sample of the passage at which its speech ends."""
        return self.chunks[-1].last


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of one voice, or as much of it as fits into a chunk, and how much of the sound around it is its own."""

    first: int
    last: int
    speaker: str
    before: int = 0
    after: int = 0


def chunks(passage: str, blocks: Sequence[Block], interviewer_channel: int, final: bool) -> list[Chunk]:
    """The chunks of the passage with that key, one channel after the other, in order of time within each.

    Of a passage that still grows (not `final`) only those which nothing that follows can change.
    """
    found: list[Chunk] = []
    for channel in range(max((len(block.speech) for block in blocks), default=0)):
        closed = _joined([ranges for block in blocks for ranges in block.closed[channel : channel + 1]])
        parts, known = _parts(blocks, channel, interviewer_channel, final)
        for number, packed in enumerate(_packed(parts, known, final)):
            pieces = _pieces(packed)
            speech = tuple((part.first, part.last) for part in packed)
            around = _around(pieces, closed)
            found.append(Chunk(passage, channel, number, packed[0].speaker, pieces, speech, around))
    return found


def units(chunks: Sequence[Chunk], final: bool) -> list[Unit]:
    """The chunks of a passage as units, in order of time: the first of a channel holds one, so that its words are
    there soon, the others three; the last what is left, once the passage is `final`."""
    found: list[Unit] = []
    for channel in sorted({chunk.channel for chunk in chunks}):
        own = [chunk for chunk in chunks if chunk.channel == channel]
        starts = [0, *range(1, len(own), CHUNKS_PER_UNIT), len(own)]
        for number, (low, high) in enumerate(pairwise(starts)):
            if final or number == 0 or high - low == CHUNKS_PER_UNIT:
                found.append(Unit(f"{own[low].passage}/{channel}/{number}", tuple(own[low:high])))
    return sorted(found, key=lambda unit: (unit.first, unit.chunks[0].channel))


def _parts(blocks: Sequence[Block], channel: int, interviewer_channel: int, final: bool) -> tuple[list[_Part], int]:
    """The speech of a channel in parts that fit, and up to which sample that is all there is.

    Speech that may go on beyond the last block is left out, if the passage is not `final`.
    """
    places = [place for block in blocks for places in block.quietest[channel : channel + 1] for place in places]
    stretches = _stretches(blocks, channel, interviewer_channel)
    parts = [part for stretch in stretches for part in _split(stretch, places)]
    known = blocks[-1].last
    if not final and parts and known - parts[-1].last < SHORTEST_PAUSE * FRAME:
        known = parts.pop().first
    end = 2 * known - parts[-1].last if final and parts else known  # all that follows the last is its own
    return _with_pads(parts, end), known


def _stretches(blocks: Sequence[Block], channel: int, interviewer_channel: int) -> list[_Part]:
    """The stretches of speech of a channel, whole where they go on over the edge of a block."""
    found: list[_Part] = []
    for block in blocks:
        speaker = INTERVIEWER if channel == interviewer_channel else RESPONDENT
        speaker = UNKNOWN if block.one_sound else speaker
        for first, last in (speech for ranges in block.speech[channel : channel + 1] for speech in ranges):
            goes_on = found and found[-1].speaker == speaker and first - found[-1].last < SHORTEST_PAUSE * FRAME
            begin = found.pop().first if goes_on else first
            found.append(_Part(begin, last, speaker))
    return found


def _split(stretch: _Part, places: Sequence[int]) -> Iterator[_Part]:
    """A stretch, cut at the last of the `places` that will do until nothing is longer than a chunk may be."""
    first = stretch.first
    while stretch.last - first > LONGEST_SPEECH:
        earliest, latest = first + round(EARLIEST_CUT * LONGEST_SPEECH), first + LONGEST_SPEECH
        at = max((place for place in places if earliest <= place <= latest), default=latest)
        yield _Part(first, at, stretch.speaker)
        first = at
    yield _Part(first, stretch.last, stretch.speaker)


def _packed(parts: Sequence[_Part], known: int, final: bool) -> list[list[_Part]]:
    """The parts of a channel put together to chunks; not `final`: those chunks that are sure to get nothing more."""
    packed: list[list[_Part]] = []
    waiting: list[_Part] = []
    for part in parts:
        if waiting and (part.speaker != waiting[-1].speaker or part.first - waiting[-1].last > LONGEST_GAP):
            packed.append(waiting)
            waiting = []
        elif waiting and not _fits([*waiting, part]):
            count = _best_cut(waiting, part)
            packed.append(waiting[:count])
            waiting = waiting[count:]
        waiting.append(part)
    if waiting and (final or known - waiting[-1].last > LONGEST_GAP):
        packed.append(waiting)
    return packed


def _fits(parts: Sequence[_Part]) -> bool:
    return _length(parts, PAD) <= LONGEST and _length(parts, WIDE_PAD) <= LONGEST_WIDE


def _length(parts: Sequence[_Part], pad: int) -> int:
    """How much sound there is in parts that are heard with at most so much around them."""
    said = sum(part.last - part.first for part in parts)
    return said + 2 * pad + sum(min(after.first - before.last, 2 * pad) for before, after in pairwise(parts))


def _best_cut(parts: Sequence[_Part], after: _Part) -> int:
    """How many parts to take, so that the cut falls into a long pause, not too early, and the rest fits with `after`.

    All of them will do; of pauses that are equally good the last is taken.
    """
    pauses = [later.first - earlier.last for earlier, later in pairwise([*parts, after])]
    choices = [
        count
        for count in range(1, len(parts) + 1)
        if count == len(parts)
        or (_length(parts[:count], PAD) >= EARLIEST_CUT * LONGEST and _fits([*parts[count:], after]))
    ]
    return max(choices, key=lambda count: (min(pauses[count - 1], LONG_PAUSE), count))


def _with_pads(parts: Sequence[_Part], end: int) -> list[_Part]:
    """The parts with half of each pause on either side of it; `end` is where the next would begin."""
    pauses = [later.first - earlier.last for earlier, later in pairwise(parts)]
    around = [2 * parts[0].first, *pauses, end - parts[-1].last] if parts else []
    pads = [min(WIDE_PAD, pause // 2) for pause in around]
    return [replace(part, before=pads[at], after=pads[at + 1]) for at, part in enumerate(parts)]


def _pieces(parts: Sequence[_Part]) -> tuple[Piece, ...]:
    """The parts of a chunk, those joined whose pause would be heard whole."""
    pieces: list[Piece] = []
    for part in parts:
        if pieces and part.first - pieces[-1].last <= 2 * PAD:
            pieces.append(replace(pieces.pop(), last=part.last, after=part.after))
        else:
            pieces.append(Piece(part.first, part.last, part.before, part.after))
    return tuple(pieces)


def _around(pieces: Sequence[Piece], closed: Ranges) -> Ranges:
    """Where a gate is closed in the frames of these pieces and of what may be heard around them."""
    heard = [
        ((piece.first - piece.before) // FRAME * FRAME, -(-(piece.last + piece.after) // FRAME) * FRAME)
        for piece in pieces
    ]
    shut = [(max(low, first), min(high, last)) for low, high in heard for first, last in closed]
    return _joined([[(low, high) for low, high in shut if low < high]])


def _joined(ranges: Sequence[Sequence[tuple[int, int]]]) -> Ranges:
    """Ranges in order of time, those joined that overlap or touch."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(pair for some in ranges for pair in some):
        begin, end = found.pop() if found and first <= found[-1][1] else (first, last)
        found.append((begin, max(end, last)))
    return tuple(found)
