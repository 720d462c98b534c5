"""Chunks heard: their words in place, checked, and decoded again where they are hard to believe.

No file and no clock: what is done here can be done in any thread, process or machine.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from interview_tui.transcribe.engines.engine import Engine, HeardWord, Hearing
from interview_tui.transcribe.hearing.checks import (
    FAST,
    LOOP,
    MADE_UP,
    RECITED,
    Oddity,
    Voice,
    made_up,
    oddities,
    other_language,
    over,
    recited,
    to_voices_end,
    voice_between,
    voiced,
    within_voice,
)
from interview_tui.transcribe.listening.chunk import PAD, WIDE_PAD, ChunkSound
from interview_tui.transcribe.listening.sound import RATE

PER_MS = RATE // 1000
ODDITY_MS = 1000
LONGEST = 30 * RATE  # samples that an engine can hear at once


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with its punctuation; `first` and `last` are samples of its passage, `confidence` is 0 to 1."""

    text: str
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class PlacedDoubt:
    """A stretch of a passage (samples) to be listened to, and why; `detail` holds words left out, or a language."""

    first: int
    last: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a chunk.

    `looped` is how many of its words only repeat others; `silence`, `language` and `language_sure` are the engine's.
    `again` says that it was hard to believe and was heard once more.
    """

    number: int
    words: tuple[PlacedWord, ...]
    doubts: tuple[PlacedDoubt, ...] = ()
    looped: int = 0
    silence: float = 0.0
    language: str = ""
    language_sure: float = 0.0
    again: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "chunk": self.number,
            "words": [dataclasses.astuple(word) for word in self.words],
            "doubts": [dataclasses.astuple(doubt) for doubt in self.doubts],
            "looped": self.looped,
            "silence": self.silence,
            "language": [self.language, self.language_sure],
            "again": self.again,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Heard:
        """What `to_json` made this of."""
        language, language_sure = data["language"]
        return Heard(
            data["chunk"],
            tuple(PlacedWord(*word) for word in data["words"]),
            tuple(PlacedDoubt(*doubt) for doubt in data["doubts"]),
            data["looped"],
            data["silence"],
            language,
            language_sure,
            data.get("again", False),
        )


@dataclass(frozen=True, slots=True)
class HeardUnit:
    """What came of the chunks that were decoded together: one durable line of a ledger.

    `seconds` is what it took (wall time), `speech_s` how much speech there was. `machine` is who heard it; empty is
    whose ledger it is. What was said to the engine beforehand is not kept: there are names from notes in it, and these
    may be taken back.
    """

    key: str
    heard: tuple[Heard, ...]
    seconds: float = 0.0
    speech_s: float = 0.0
    machine: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "unit": self.key,
            "heard": [one.to_json() for one in self.heard],
            "seconds": self.seconds,
            "speech_s": self.speech_s,
            "machine": self.machine,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> HeardUnit:
        """What `to_json` made this of."""
        heard = tuple(Heard.from_json(one) for one in data["heard"])
        return HeardUnit(data["unit"], heard, data["seconds"], data["speech_s"], data["machine"])


@dataclass(frozen=True, slots=True)
class _Take:
    """One attempt at a chunk: its words, and what is odd about them; times in ms of the passage."""

    words: list[HeardWord]
    odd: list[Oddity]
    silence: float

    @property
    def weight(self) -> int:
        """How odd it is: how much of it, ms, and `ODDITY_MS` for each oddity: words crammed together have no length."""
        return sum(one.end_ms - one.start_ms + ODDITY_MS for one in self.odd)


def hear(sounds: Sequence[ChunkSound], engine: Engine, prompt: str = "") -> list[Heard]:
    """What is said in these chunks, decoded together.

    A chunk with something odd about its words is decoded once more, in another way and with more sound around it, and
    the less odd of the two is kept; what is odd about that becomes doubts. `prompt` holds names and terms that may
    occur, with commas between them.

    Raises:
        TranscriptionError: the engine cannot load its weights.
    """
    hearings = engine.transcribe([sound.heard() for sound in sounds], prompt=prompt)
    return [_settled(sound, hearing, engine, prompt) for sound, hearing in zip(sounds, hearings, strict=True)]


def _settled(sound: ChunkSound, hearing: Hearing, engine: Engine, prompt: str) -> Heard:
    take = _take(sound, PAD, hearing, prompt)
    again = bool(take.odd)
    if again:
        take = _better(take, _careful_take(sound, engine))
    odd = [*take.odd, *other_language(_voice(sound), engine.language, hearing.language, hearing.language_sure)]
    return Heard(
        sound.chunk.number,
        tuple(
            PlacedWord(word.text, word.start_ms * PER_MS, word.end_ms * PER_MS, word.confidence) for word in take.words
        ),
        tuple(PlacedDoubt(one.start_ms * PER_MS, one.end_ms * PER_MS, one.reason, one.detail) for one in odd),
        sum(any(_holds(one, word) for one in odd if one.reason == LOOP) for word in take.words),
        take.silence,
        hearing.language,
        hearing.language_sure,
        again,
    )


def _careful_take(sound: ChunkSound, engine: Engine) -> _Take:
    """The chunk heard with care: with as much sound around its pieces as an engine can hear at once.

    Without the vocabulary: reciting that, and then no more, is one of the things that go wrong.
    """
    pad = WIDE_PAD if len(sound.heard(WIDE_PAD)) <= LONGEST else PAD
    (hearing,) = engine.transcribe([sound.heard(pad)], careful=True)
    return _take(sound, pad, hearing)


def _better(take: _Take, careful: _Take) -> _Take:
    """The less odd of two. That a careful hearing has no words at all is no reason to lose those of the first."""
    if not careful.words:
        return _without_racing_loops(take)
    return _without_racing_loops(min(take, careful, key=lambda one: one.weight))


def _without_racing_loops(take: _Take) -> _Take:
    """The take without words over and over that nobody could say in that time; the doubt holds each of them once."""
    if not any(one.reason == FAST for one in take.odd):
        return take
    kept, odd = list(take.words), list(take.odd)
    for place, one in enumerate(take.odd):
        if one.reason == LOOP:
            line = [word for word in kept if one.start_ms <= word.start_ms <= one.end_ms]
            kept = [word for word in kept if word not in line]
            odd[place] = dataclasses.replace(one, detail=" ".join(dict.fromkeys(word.text for word in line)))
    return _Take(kept, odd, take.silence)


def _take(sound: ChunkSound, pad: int, hearing: Hearing, prompt: str = "") -> _Take:
    """A hearing as words in their places, without those that nobody said; each word left out is odd."""
    voice = _voice(sound)
    placed = [_placed(word, sound, pad, voice) for word in hearing.words]
    if made_up(placed, hearing.silence):
        return _Take([], [_left_out(placed, MADE_UP)], hearing.silence)
    echo = recited(placed, prompt)
    said = [word for number, word in enumerate(placed) if number not in echo]
    kept = voiced(said, voice)
    odd = oddities(kept, voice)
    if echo:
        odd.append(over(placed[echo.start : echo.stop], RECITED))  # without the names: nobody said them
    odd += [_left_out(run, MADE_UP) for run in _runs_without(said, kept)]
    return _Take(to_voices_end([within_voice(word, voice) for word in kept], voice), odd, hearing.silence)


def _placed(word: HeardWord, sound: ChunkSound, pad: int, voice: Voice) -> HeardWord:
    """A word of the heard sound with its times in ms of the passage.

    Where it reaches over a splice, only the stretch of it that holds the most voice counts.
    """
    stretches = _stretches(sound, word.start_ms * PER_MS, word.end_ms * PER_MS, pad)
    spans = [(first // PER_MS, last // PER_MS) for first, last in stretches]
    start_ms, end_ms = max(spans, key=lambda span: (voice_between(voice, *span), span[1] - span[0]))
    return HeardWord(word.text, start_ms, end_ms, word.confidence)


def _stretches(sound: ChunkSound, first: int, last: int, pad: int) -> list[tuple[int, int]]:
    """Where in the passage a stretch of the heard sound lies: more than one if it holds a splice."""
    found: list[tuple[int, int]] = []
    while not found or first < last:
        place = sound.place(first, pad)
        samples = bisect_right(range(first, last), place - first, key=lambda at: sound.place(at, pad) - at)
        found.append((place, place + samples))
        first += max(samples, 1)
    return found


def _voice(sound: ChunkSound) -> Voice:
    return [(first // PER_MS, last // PER_MS) for first, last in sound.chunk.speech]


def _runs_without(words: Sequence[HeardWord], kept: Sequence[HeardWord]) -> list[list[HeardWord]]:
    """The words that were not kept, those that follow one another together."""
    left = set(map(id, kept))
    return [list(run) for missing, run in groupby(words, key=lambda word: id(word) not in left) if missing]


def _left_out(words: Sequence[HeardWord], reason: str) -> Oddity:
    return over(words, reason, " ".join(word.text for word in words))


def _holds(oddity: Oddity, word: HeardWord) -> bool:
    return oddity.start_ms <= word.start_ms < oddity.end_ms
