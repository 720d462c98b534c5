"""Who of two speaks which word of a recording with one channel."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage, Samples
from interview_tui.transcribe.voices.acquaintance import HeardPassage, acquainted
from interview_tui.transcribe.voices.cells import SPEECH, Cell, Window, cells, windows
from interview_tui.transcribe.voices.clustering import Numbers
from interview_tui.transcribe.voices.fbank import LENGTH, STEP, Features, fbank
from interview_tui.transcribe.voices.networks import (
    DIMENSIONS,
    LONGEST_FEATURES,
    SHORTEST_FEATURES,
    Embedding,
    Networks,
)
from interview_tui.transcribe.voices.segmentation import Conversation, frame_at, ms_of, segmented

CHANNEL = 0
BLOCK_MS = 60_000  # of sound that is held at once
DOUBTFUL = 0.6
OUTSIDE = 0.5  # how sure at most of a word that lies where no speech was found


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a word: 0 is who speaks first. `sure` goes from 0 (a guess) to 1; below `DOUBTFUL` it is doubtful."""

    number: int
    sure: float


def tell_apart(
    passages: Sequence[Passage], words: Sequence[Sequence[HeardWord]], reader: AudioReader
) -> list[list[Voice]]:
    """Who of exactly two speaks each word; `words[i]` lie in `passages[i]`, their times count from its first sample.

    If all of it is one voice, or too little to tell, every word is voice 0 with `sure` 0: `only_one` says so.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: the networks cannot be loaded.
    """
    if not any(words):
        return [[] for _ in words]
    networks = Networks()
    conversations, heard = [], []
    for passage, said in zip(passages, words, strict=True):
        read = _reading(passage, reader)
        conversations.append(segmented(read, passage.samples, networks.activity))
        heard.append(_heard(conversations[-1], said, read, networks))
    known = acquainted(heard)
    if known is None or not known.two:
        return [[Voice(0, 0.0) for _ in said] for said in words]
    chances = [
        [_chance(word, one.cells, likely) for word in said]
        for said, one, likely in zip(words, heard, known.second, strict=True)
    ]
    swapped = next(chance for said in chances for chance in said) > 0.5
    return [
        [_voice(word, 1 - chance if swapped else chance, one) for word, chance in zip(said, these, strict=True)]
        for said, these, one in zip(words, chances, conversations, strict=True)
    ]


def only_one(voices: Sequence[Sequence[Voice]]) -> bool:
    """Whether no second voice was found anywhere."""
    return all(voice.sure == 0 and voice.number == 0 for said in voices for voice in said)


def _reading(passage: Passage, reader: AudioReader) -> Callable[[int, int], Samples]:
    def read(first: int, count: int) -> Samples:
        return passage.read(reader, first, count, CHANNEL)

    return read


def _heard(
    conversation: Conversation,
    said: Sequence[HeardWord],
    read: Callable[[int, int], Samples],
    networks: Networks,
) -> HeardPassage:
    """The speech of a passage in cells, and what its windows sound like; a minute of sound is held at once."""
    found = cells(conversation, said)
    placed = windows(found)
    embeddings: list[Embedding] = []
    block: list[Window] = []
    for window in placed:
        if block and ms_of(found[window.last - 1].last) - ms_of(found[block[0].first].first) > BLOCK_MS:
            embeddings += _embeddings(block, found, read, networks)
            block = []
        block.append(window)
    if block:
        embeddings += _embeddings(block, found, read, networks)
    return HeardPassage(found, placed, np.array(embeddings, dtype=np.float64).reshape(-1, DIMENSIONS))


def _embeddings(
    block: Sequence[Window], found: Sequence[Cell], read: Callable[[int, int], Samples], networks: Networks
) -> list[Embedding]:
    """What each window of a block sounds like, against the mean of all speech in the block."""
    start, end = _feature(found[block[0].first].first), _feature(found[block[-1].last - 1].last)
    features = fbank(read(start * STEP, (end - start + SHORTEST_FEATURES) * STEP + LENGTH))

    def part(first: int, last: int) -> Features:
        low, high = (_feature(frame) - start for frame in (first, last))
        return features[low : max(high - 1, low + SHORTEST_FEATURES)][:LONGEST_FEATURES]

    speech = [part(cell.first, cell.last) for cell in found[block[0].first : block[-1].last]]
    mean = np.concatenate(speech).mean(axis=0)
    return [networks.embedding(part(found[one.first].first, found[one.last - 1].last) - mean) for one in block]


def _feature(frame: int) -> int:
    """The feature frame that begins with a frame of the segmentation."""
    return round(ms_of(frame) * RATE / 1000 / STEP)


def _chance(word: HeardWord, found: Sequence[Cell], likely: Numbers) -> float:
    """How likely the second voice speaks a word: as in its cells, or in the nearest."""
    first = frame_at(word.start_ms)
    last = max(frame_at(word.end_ms), first + 1)
    near = range(
        max(0, bisect_right(found, first, key=_start) - 1), min(len(found), bisect_right(found, last, key=_start) + 1)
    )
    shared = np.array([min(found[cell].last, last) - max(found[cell].first, first) for cell in near])
    if not len(shared):
        return 0.5
    if shared.max() <= 0:
        return float(likely[near[int(shared.argmax())]])
    return float(np.average(likely[near.start : near.stop], weights=np.maximum(shared, 0)))


def _start(cell: Cell) -> int:
    return cell.first


def _voice(word: HeardWord, chance: float, conversation: Conversation) -> Voice:
    """The speaker of a word, doubtful where two speak at once and where no speech was found."""
    first = min(frame_at(word.start_ms), len(conversation.speech) - 1)
    last = max(frame_at(word.end_ms), first + 1)
    sure = abs(2 * chance - 1) * (1 - float(conversation.overlap[first:last].mean()))
    if float(conversation.speech[first:last].max()) < SPEECH:
        sure = min(sure, OUTSIDE)
    return Voice(int(chance > 0.5), sure)
