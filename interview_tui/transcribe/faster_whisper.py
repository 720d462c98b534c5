"""faster-whisper: Whisper on CTranslate2, int8, one thread for each of the batches that are decoded side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engine import Hearing, HeardWord, whole_words
from interview_tui.transcribe.models import Model
from interview_tui.transcribe.sound import RATE, Samples

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

BEAMS = 5
CAREFUL_NO_REPEAT = 5
HOP = 160  # samples in a frame of features
MOST_FRAMES = 3000  # what Whisper hears at once: 30 s
TAIL_S = 1.0  # silence after the longest sound of a batch
PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"


class FasterWhisper:
    """Beam search over int8 weights, word times from cross-attention.

    Sounds are decoded together, in a context that is only as long as the longest of them: the encoder's attention
    costs more than in proportion to it. Without time tokens, since a splice or a short context makes them skip and
    loop. A careful decoding is the package's own: one sound in 30 s, with time tokens; repeated runs of words are
    forbidden instead of trying temperatures, because CTranslate2 draws from a generator of its own that cannot be set
    back, so that a sound's words would depend on those before it.
    """

    name = "faster-whisper"

    def __init__(self, model: Model, language: str, threads: int = 1) -> None:
        self._model = model
        self._loading = Lock()
        self.language = language
        self.side_by_side = threads

    @property
    def parameters(self) -> dict[str, str]:
        """Everything that the words depend on besides the sound and the model."""
        return {
            "compute_type": "int8",
            "cpu_threads": "1",
            "beam_size": str(BEAMS),
            "temperature": "0",
            "context": f"the longest sound and {TAIL_S:g} s",
            "time_tokens": "without",
            "careful": f"30 s, with time tokens, no_repeat_ngram_size={CAREFUL_NO_REPEAT}",
        }

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the packages it runs on."""
        return {package: version(package) for package in ("faster-whisper", "ctranslate2")}

    def load(self) -> None:
        """Load the weights.

        Raises:
            TranscriptionError: they cannot be loaded.
        """
        with self._loading:
            _ = self._whisper, self._tokenizer

    def transcribe(self, sounds: Sequence[Samples], *, prompt: str = "", careful: bool = False) -> list[Hearing]:
        """What is said in each of these sounds of at most 30 s, in their order."""
        self.load()
        if careful:
            return [self._hear_carefully(sound, prompt) for sound in sounds]
        return self._hear_together(sounds, prompt) if sounds else []

    def _hear_together(self, sounds: Sequence[Samples], prompt: str) -> list[Hearing]:
        encoded = self._whisper.encode(self._features(sounds))
        results = self._whisper.model.generate(
            encoded,
            [self._prompt(prompt)] * len(sounds),
            beam_size=BEAMS,
            return_no_speech_prob=True,
        )
        tokens = [result.sequences_ids[0] for result in results]
        words = self._words(sounds, tokens, encoded)
        languages = self._languages(encoded)
        return [
            Hearing(tuple(said), round(result.no_speech_prob, 3), *language)
            for said, result, language in zip(words, results, languages or [()] * len(sounds), strict=True)
        ]

    def _features(self, sounds: Sequence[Samples]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The features of sounds, in a context as long as the longest and `TAIL_S`, an even number of frames."""
        longest = max(map(len, sounds)) + round(TAIL_S * RATE)
        frames = min(MOST_FRAMES, -(-longest // (2 * HOP)) * 2)
        padded = (np.pad(sound[: frames * HOP], (0, max(0, frames * HOP - len(sound)))) for sound in sounds)
        return np.stack([self._whisper.feature_extractor(sound)[:, :frames] for sound in padded])
