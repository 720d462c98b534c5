"""What turns sound into words: the engines there are, and the one to use. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.listening.sound import Samples
from interview_tui.transcribe.weights.models import Model

AUTO = "auto"
WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word with its punctuation; times in ms from the start of the sound it was heard in, `confidence` 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """What an engine makes of one sound.

    `silence` is the probability that nobody speaks in it. `language` is what a multilingual model takes it for, and
    `language_sure` how probable it finds that; empty where the model knows but one language, or was not asked.
    """

    words: tuple[HeardWord, ...]
    silence: float = 0.0
    language: str = ""
    language_sure: float = 0.0


class Engine(Protocol):
    """Hears words. Cheap to make: the weights are loaded by `load`, or with the first sound."""

    @property
    def name(self) -> str:
        """Its name, as `--engine` takes it."""
        ...

    @property
    def language(self) -> str:
        """The language that it expects."""
        ...

    @property
    def parameters(self) -> dict[str, str]:
        """Everything that the words depend on besides the sound and the model."""
        ...

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the packages it runs on."""
        ...

    @property
    def side_by_side(self) -> int:
        """How many threads may call `transcribe` at once."""
        ...

    def load(self) -> None:
        """Load the weights.

        Raises:
            TranscriptionError: they cannot be loaded.
        """
        ...

    def transcribe(self, sounds: Sequence[Samples], *, prompt: str = "", careful: bool = False) -> list[Hearing]:
        """What is said in each of these sounds of at most 30 s (16 kHz, mono), in their order.

        `prompt` holds names and terms that may occur. `careful` asks for another, slower way of decoding, for a sound
        that yielded something odd at first. The same sounds always give the same words, whatever was heard before;
        the words of a sound may depend on which others it is heard together with.

        Raises:
            TranscriptionError: the weights cannot be loaded.
        """
        ...


@dataclass(frozen=True, slots=True)
class EngineKind:
    """An engine by name: its module, the class in it, the package it needs and how to get that."""

    name: str
    module: str
    maker: str
    package: str
    install: str

    @property
    def installed(self) -> bool:
        """Whether its package is there."""
        return find_spec(self.package) is not None


ENGINES = {
    kind.name: kind
    for kind in (
        EngineKind(
            "faster-whisper",
            "interview_tui.transcribe.engines.faster_whisper",
            "FasterWhisper",
            "faster_whisper",
            "pip install faster-whisper",
        ),
        EngineKind(
            "openai-whisper",
            "interview_tui.transcribe.engines.openai_whisper",
            "OpenaiWhisper",
            "whisper",
            "pip install 'interview-tui[openai-whisper]'",
        ),
    )
}


def choose(wanted: str = AUTO) -> EngineKind:
    """The engine of this name; `auto` takes the first that is installed.

    Raises:
        TranscriptionError: there is none of this name, or it is not installed.
    """
    if wanted == AUTO:
        for kind in ENGINES.values():
            if kind.installed:
                return kind
        raise TranscriptionError("No transcription engine is installed.", "Run: pip install faster-whisper")
    if wanted not in ENGINES:
        raise TranscriptionError(f"There is no engine {wanted!r}.", f"Choose one of: auto, {', '.join(ENGINES)}.")
    if not ENGINES[wanted].installed:
        raise TranscriptionError(f"The engine {wanted} is not installed.", f"Run: {ENGINES[wanted].install}")
    return ENGINES[wanted]


def make(wanted: str, model: Model, language: str, threads: int = 1) -> Engine:
    """The engine of this name for a model and a language, not loaded yet; it keeps `threads` processors busy.

    Raises:
        TranscriptionError: there is none of this name, or it is not installed.
    """
    kind = choose(wanted)
    engine: Engine = getattr(import_module(kind.module), kind.maker)(model, language, threads)
    return engine


def whole_words(pieces: Iterable[HeardWord], language: str) -> list[HeardWord]:
    """Whisper's pieces of text as words: a piece without a space before it belongs to the word before it.

    `pieces` keep their leading space. Languages written without spaces keep their pieces. Punctuation alone is no word.
    """
    words: list[HeardWord] = []
    for piece in pieces:
        text = piece.text.strip()
        spaced = piece.text[:1].isspace() or language in WITHOUT_SPACES
        if words and text and not spaced:
            before = words.pop()
            confidence = min(before.confidence, piece.confidence)
            words.append(HeardWord(before.text + text, before.start_ms, piece.end_ms, confidence))
        elif any(map(str.isalnum, text)):
            words.append(HeardWord(text, piece.start_ms, piece.end_ms, piece.confidence))
    return words
