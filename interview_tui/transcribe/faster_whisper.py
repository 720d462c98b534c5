"""faster-whisper: Whisper on CTranslate2, int8, one thread."""

from __future__ import annotations

import os
from functools import cached_property
from importlib.metadata import version
from typing import Any

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engine import HeardWord, whole_words
from interview_tui.transcribe.models import Model
from interview_tui.transcribe.sound import Samples

BEAMS = 5
CAREFUL_NO_REPEAT = 5


class FasterWhisper:
    """Beam search over int8 weights, word times from cross-attention.

    No temperatures: CTranslate2 draws from a generator of its own that cannot be set back, so that a chunk's words
    would depend on the chunks before it. A careful decoding forbids repeated runs of words instead.
    """

    name = "faster-whisper"

    def __init__(self, model: Model, language: str) -> None:
        self._model = model
        self._language = language

    @property
    def parameters(self) -> dict[str, str]:
        """Everything that the words depend on besides the sound and the model."""
        return {
            "compute_type": "int8",
            "cpu_threads": "1",
            "beam_size": str(BEAMS),
            "temperature": "0",
            "careful": f"no_repeat_ngram_size={CAREFUL_NO_REPEAT}",
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
        _ = self._whisper

    def transcribe(self, audio: Samples, *, prompt: str = "", careful: bool = False) -> list[HeardWord]:
        """The words in at most 30 s of 16 kHz mono sound, in order."""
        segments, _ = self._whisper.transcribe(
            audio,
            language=self._language,
            beam_size=BEAMS,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            initial_prompt=prompt or None,
            no_repeat_ngram_size=CAREFUL_NO_REPEAT if careful else 0,
        )
        pieces = [
            HeardWord(word.word, round(word.start * 1000), round(word.end * 1000), round(float(word.probability), 3))
            for segment in segments
            for word in segment.words
        ]
        return whole_words(pieces, self._language)

    @cached_property
    def _whisper(self) -> Any:
        os.environ["HF_HUB_OFFLINE"] = "1"  # the weights are here: nothing is asked of a hub
        from faster_whisper import WhisperModel

        try:
            return WhisperModel(
                str(self._model.folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise TranscriptionError(
                f"faster-whisper cannot load the model in {self._model.folder}: {error}.",
                "Choose another with --model, or fetch it again.",
            ) from error
