"""One chunk heard: its words on the call clock, checked, and decoded again if they are hard to believe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interview_tui.record.transcript import Doubt, Word
from interview_tui.transcribe.checks import LOOP, Oddity, Voice, oddities, voiced, within_voice
from interview_tui.transcribe.engine import Engine, HeardWord
from interview_tui.transcribe.plan import CAREFUL_PAD, PAD, Chunk
from interview_tui.transcribe.sound import RATE, AudioReader, Passage

PER_MS = RATE // 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a chunk: words and doubts on the call clock (ms), and how many of the words only repeat others."""

    number: int
    words: tuple[Word, ...]
    doubts: tuple[Doubt, ...] = ()
    looped: int = 0
    seconds: float = 0.0  # it took

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "chunk": self.number,
            "words": [[word.text, word.start_ms, word.end_ms, word.confidence] for word in self.words],
            "doubts": [[doubt.start_ms, doubt.end_ms, doubt.reason] for doubt in self.doubts],
            "looped": self.looped,
            "seconds": self.seconds,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Heard:
        """What `to_json` made this of."""
        words = tuple(Word(*word) for word in data["words"])
        doubts = tuple(Doubt(*doubt) for doubt in data["doubts"])
        return Heard(data["chunk"], words, doubts, data["looped"], data["seconds"])


def hear(chunk: Chunk, passage: Passage, reader: AudioReader, engine: Engine, prompt: str = "") -> Heard:
    """The words of a chunk.

    If something about them is odd the chunk is decoded once more, in another way and with more sound around it, and
    the less odd of the two is kept; what is odd about that becomes doubts.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: the engine cannot load its weights.
    """
    voice = [(first // PER_MS, last // PER_MS) for first, last in chunk.speech]
    words = _attempt(chunk, passage, reader, engine, prompt, voice, careful=False)
    odd = oddities(words, voice)
    if odd:
        again = _attempt(chunk, passage, reader, engine, prompt, voice, careful=True)
        odd_again = oddities(again, voice)
        if _weight(odd_again) < _weight(odd):
            words, odd = again, odd_again
    return Heard(
        chunk.number,
        tuple(_on_call_clock(word, passage) for word in words),
        tuple(Doubt(_ms(passage, one.start_ms), _ms(passage, one.end_ms), one.reason) for one in odd),
        sum(any(_holds(one, word) for one in odd if one.reason == LOOP) for word in words),
    )


def _attempt(
    chunk: Chunk,
    passage: Passage,
    reader: AudioReader,
    engine: Engine,
    prompt: str,
    voice: Voice,
    *,
    careful: bool,
) -> list[HeardWord]:
    """The chunk's words with times in ms from the start of the passage, those made up in silence left out."""
    pad = CAREFUL_PAD if careful else PAD
    heard = engine.transcribe(chunk.sound(passage, reader, pad), prompt=prompt, careful=careful)
    shift = (chunk.first - pad) // PER_MS
    shifted = [HeardWord(word.text, word.start_ms + shift, word.end_ms + shift, word.confidence) for word in heard]
    return [within_voice(word, voice) for word in voiced(shifted, voice)]


def _weight(odd: Sequence[Oddity]) -> int:
    return sum(one.end_ms - one.start_ms for one in odd)


def _holds(oddity: Oddity, word: HeardWord) -> bool:
    return oddity.start_ms <= word.start_ms < oddity.end_ms


def _ms(passage: Passage, at_ms: int) -> int:
    return passage.ms_at(at_ms * PER_MS)


def _on_call_clock(word: HeardWord, passage: Passage) -> Word:
    start_ms = _ms(passage, word.start_ms)
    return Word(word.text, start_ms, max(start_ms, _ms(passage, word.end_ms)), word.confidence)
