"""Who of two speaks which word of a recording with one channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interview_tui.transcribe.engine import HeardWord
from interview_tui.transcribe.sound import RATE, AudioReader, Passage
from interview_tui.transcribe.voices.cells import IN_WINDOW, Cell, Window, cells, windows
from interview_tui.transcribe.voices.clustering import Numbers, TwoVoices, learnt, parted
from interview_tui.transcribe.voices.fbank import FEATURES_PER_SECOND, LENGTH, fbank
from interview_tui.transcribe.voices.networks import LONGEST_FEATURES, SHORTEST_FEATURES, Embedding, Networks
from interview_tui.transcribe.voices.segmentation import Conversation, frame_at, ms_of, segmented
from interview_tui.transcribe.voices.turn_taking import Hearing, second_voice

CHANNEL = 0
BLOCK_MS = 60_000  # of sound whose features are held at once
ROUNDS = 8  # who speaks where, and what the voices are, in turn
SETTLED = 0.002
SMOOTHED = 3  # windows whose mean the first guess is made from
ONE_VOICE = 0.9
DOUBTFUL = 0.6


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a word: 0 is whoever speaks first. `sure` runs from 0 (a guess) to 1; below `DOUBTFUL` it is doubtful."""

    number: int
    sure: float


@dataclass(frozen=True, slots=True)
class _Heard:
    """A passage, heard: its cells and windows, and what each window sounds like."""

    conversation: Conversation
    cells: list[Cell]
    windows: list[Window]
    embeddings: Numbers


def tell_apart(
    passages: Sequence[Passage], words: Sequence[Sequence[HeardWord]], reader: AudioReader
) -> list[list[Voice]]:
    """Who of exactly two speaks each word; `words[i]` lie in `passages[i]`, their times count from its first sample.

    If there is only one voice in all of it, every word is voice 0 with `sure` 0.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: the networks cannot be loaded.
    """
    networks = Networks()
    heard = [_heard(passage, said, reader, networks) for passage, said in zip(passages, words, strict=True)]
    second = _second_voice(heard)
    if second is None:
        return [[Voice(0, 0.0) for _ in said] for said in words]
    likely = [
        [_likely(word, one, chances) for word in said] for said, one, chances in zip(words, heard, second, strict=True)
    ]
    first = next(chance > 0.5 for said in likely for chance, _ in said)
    return [[_voice(chance, clear, first) for chance, clear in said] for said in likely]


def _heard(passage: Passage, said: Sequence[HeardWord], reader: AudioReader, networks: Networks) -> _Heard:
    def read(first: int, count: int) -> np.ndarray:
        return passage.read(reader, first, count, CHANNEL)

    conversation = segmented(read, passage.samples, networks.activity)
    found = cells(conversation, said)
    placed = windows(found)
    embeddings: list[Embedding] = []
    block: list[Window] = []
    for number, window in enumerate(placed):
        block.append(window)
        span = ms_of(found[window.last - 1].last) - ms_of(found[block[0].first].first)
        if span > BLOCK_MS or number + 1 == len(placed):
            embeddings += _embeddings(block, found, read, networks)
            block = []
    return _Heard(conversation, found, placed, np.array(embeddings, dtype=np.float64).reshape(len(placed), -1))


def _embeddings(block, found, read, networks):
    first = found[block[0].first].first
    at = [round(ms_of(f) / 1000 * FEATURES_PER_SECOND) for f in (first, found[block[-1].last - 1].last)]
    features = fbank(read(at[0] * RATE // FEATURES_PER_SECOND, (at[1] - at[0] + 1) * RATE // FEATURES_PER_SECOND + LENGTH))

    def part(low, high):
        a = round(ms_of(low) / 1000 * FEATURES_PER_SECOND) - at[0]
        b = round(ms_of(high) / 1000 * FEATURES_PER_SECOND) - at[0]
        return features[a : max(b - 1, a + SHORTEST_FEATURES)][:LONGEST_FEATURES]

    spoken = np.concatenate([part(c.first, c.last) for c in found[block[0].first : block[-1].last]])
    mean = spoken.mean(axis=0)
    return [networks.embedding(part(found[w.first].first, found[w.last - 1].last) - mean) for w in block]


def _second_voice(heard):
    every = np.concatenate([h.embeddings.reshape(-1, 192) for h in heard])
    if not len(every):
        return None
    weights = np.concatenate([[(w.last - w.first) / IN_WINDOW for w in h.windows] for h in heard])
    smooth = np.concatenate([_smoothed(h.embeddings) for h in heard])
    mixture = parted(smooth, weights)
    voices = learnt(every, mixture, weights)
    for _ in range(ROUNDS):
        second = [second_voice(h.cells, h.windows, Hearing(voices.places(h.embeddings), voices.spread)) for h in heard]
        before = mixture
        mixture = np.concatenate([[2 * s[w.first : w.last].mean() - 1 for w in h.windows] for h, s in zip(heard, second)])
        voices = learnt(every, mixture, weights)
        if np.abs(mixture - before).mean() < SETTLED:
            break
    global LAST
    LAST = voices
    if voices.likeness > ONE_VOICE:
        return None
    return second


def _smoothed(e):
    if not len(e):
        return e.reshape(0, 192)
    pad = np.pad(e, ((SMOOTHED // 2, SMOOTHED // 2), (0, 0)), mode="edge")
    return np.mean([pad[i : i + len(e)] for i in range(SMOOTHED)], axis=0)


def _likely(word, one, chances):
    low, high = frame_at(word.start_ms), max(frame_at(word.end_ms), frame_at(word.start_ms) + 1)
    starts = np.array([c.first for c in one.cells]); ends = np.array([c.last for c in one.cells])
    shared = np.minimum(ends, high) - np.maximum(starts, low)
    inside = np.maximum(shared, 0)
    clear = 1 - float(one.conversation.overlap[low:high].mean()) if low < len(one.conversation.overlap) else 1.0
    if inside.any():
        return float(np.average(chances, weights=inside)), clear
    return float(chances[int(np.argmax(shared))]), clear * 0.5


def _voice(chance, clear, first):
    chance = 1 - chance if first else chance
    return Voice(int(chance > 0.5), abs(2 * chance - 1) * clear)
