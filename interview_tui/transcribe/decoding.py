"""Chunks heard: their words in place, checked, and decoded again where they are hard to believe.

No file and no clock: what is done here can be done in any thread, process or machine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interview_tui.transcribe.chunk import ChunkSound
from interview_tui.transcribe.engine import Engine


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with its punctuation; `first` and `last` are samples of its passage, `confidence` is 0 to 1."""

    text: str
    first: int
    last: int
    confidence: float


@dataclass(frozen=True, slots=True)
class PlacedDoubt:
    """A stretch of a passage (samples) that ought to be listened to, why, and what was heard there if it was left out."""

    first: int
    last: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a chunk.

    `looped` is how many of its words only repeat others; `silence`, `language` and `language_sure` are the engine's.
    """

    number: int
    words: tuple[PlacedWord, ...]
    doubts: tuple[PlacedDoubt, ...] = ()
    looped: int = 0
    silence: float = 0.0
    language: str = ""
    language_sure: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "chunk": self.number,
            "words": [dataclasses.astuple(word) for word in self.words],
            "doubts": [dataclasses.astuple(doubt) for doubt in self.doubts],
            "looped": self.looped,
            "silence": self.silence,
            "language": [self.language, self.language_sure],
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Heard:
        """What `to_json` made this of."""
        return Heard(
            data["chunk"],
            tuple(PlacedWord(*word) for word in data["words"]),
            tuple(PlacedDoubt(*doubt) for doubt in data["doubts"]),
            data["looped"],
            data["silence"],
            *data["language"],
        )


@dataclass(frozen=True, slots=True)
class HeardUnit:
    """What came of the chunks that were decoded together: one durable line of a ledger.

    `seconds` is what it took (wall time), `speech_s` how much speech there was.
    """

    key: str
    heard: tuple[Heard, ...]
    prompt: str = ""
    seconds: float = 0.0
    speech_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "unit": self.key,
            "heard": [one.to_json() for one in self.heard],
            "prompt": self.prompt,
            "seconds": self.seconds,
            "speech_s": self.speech_s,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> HeardUnit:
        """What `to_json` made this of."""
        heard = tuple(Heard.from_json(one) for one in data["heard"])
        return HeardUnit(data["unit"], heard, data["prompt"], data["seconds"], data["speech_s"])


def hear(sounds: Sequence[ChunkSound], engine: Engine, prompt: str = "") -> list[Heard]:
    """What is said in these chunks, decoded together."""
    raise NotImplementedError
