"""A transcript: turns of words, each with time, speaker and confidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.interview.events import Stretch

INTERVIEWER = "interviewer"
RESPONDENT = "respondent"
UNKNOWN = "unknown"
DOUBTFUL = 0.6
"""A word of which it is less sure that its turn's speaker said it may be another's."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard, with its punctuation; times on the call clock (ms).

    `confidence` is that of the word, `speaker_sure` that it is its turn's speaker who said it; both 0 to 1.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float = 1.0
    speaker_sure: float = 1.0

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be another's than its turn's speaker's."""
        return self.speaker_sure < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of talk. `number` counts from 1 through the interview, by start.

    `heard_as` is whom the machine took for its speaker, where a reviewer gave it to somebody else.
    """

    number: int
    speaker: str
    words: tuple[Word, ...]
    heard_as: str = ""

    @property
    def start_ms(self) -> int:
        """Call clock of its first word."""
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        """Call clock after its last word."""
        return max(word.end_ms for word in self.words)

    @property
    def stretch(self) -> Stretch:
        """Where it lies on the call clock with all its words: a last one heard without length has a millisecond."""
        return Stretch(self.start_ms, max(max(word.end_ms, word.start_ms + 1) for word in self.words))

    @property
    def is_doubtful(self) -> bool:
        """Whether some of it may be another's."""
        return any(word.is_doubtful for word in self.words)

    @property
    def text(self) -> str:
        """Its words, with single spaces between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A stretch that ought to be listened to: why, and where (call clock, ms)."""

    start_ms: int
    end_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a transcript comes from."""

    engine: str
    model: str
    model_sha256: str
    language: str
    parameters: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    machine: str = ""
    audio_sha256: tuple[str, ...] = ()
    seconds_taken: float = 0.0


@dataclass(frozen=True, slots=True)
class Transcript:
    """The whole talk of an interview, in turns by start time."""

    turns: tuple[Turn, ...]
    provenance: Provenance
    doubts: tuple[Doubt, ...] = ()


def outside(turns: Iterable[Turn], stretches: Sequence[Stretch]) -> list[Turn]:
    """The turns without the words that touch a stretch of the call clock; a turn that has none left is gone."""
    kept = []
    for turn in turns:
        words = tuple(
            word
            for word in turn.words
            if not any(word.start_ms < stretch.end_ms and word.end_ms > stretch.start_ms for stretch in stretches)
        )
        if words:
            kept.append(dataclasses.replace(turn, words=words))
    return kept


def to_json(transcript: Transcript) -> dict[str, Any]:
    """A transcript as a JSON object. A word is `[text, start_ms, end_ms, confidence]`, `speaker_sure` if below 1."""
    return {
        "format": 1,
        "provenance": dataclasses.asdict(transcript.provenance),
        "turns": [
            {
                "number": turn.number,
                "speaker": turn.speaker,
                "words": [_listed(word) for word in turn.words],
            }
            for turn in transcript.turns
        ],
        "doubts": [dataclasses.asdict(doubt) for doubt in transcript.doubts],
    }


def _listed(word: Word) -> list[Any]:
    sure = [word.speaker_sure] if word.speaker_sure < 1 else []
    return [word.text, word.start_ms, word.end_ms, word.confidence, *sure]


def from_json(data: dict[str, Any]) -> Transcript:
    """The transcript that `to_json` made this of.

    Raises:
        StorageError: it is none, not whole, or of a newer version.
    """
    try:
        if data["format"] != 1:
            raise StorageError(f"The transcript is of format {data['format']}.", "Update interview-tui to read it.")
        provenance = dict(data["provenance"])
        provenance["audio_sha256"] = tuple(provenance["audio_sha256"])
        return Transcript(
            turns=tuple(
                Turn(turn["number"], turn["speaker"], tuple(Word(*word) for word in turn["words"]))
                for turn in data["turns"]
            ),
            provenance=Provenance(**provenance),
            doubts=tuple(Doubt(**doubt) for doubt in data["doubts"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"The transcript is damaged: {error}.", "Transcribe the interview again: its audio is untouched."
        ) from error
