"""openai-whisper: the reference implementation, on torch; greedy, one sound at a time on all its threads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines.checkpoint import alignment_heads, write_checkpoint
from interview_tui.transcribe.engines.engine import HeardWord, Hearing, whole_words
from interview_tui.transcribe.listening.sound import Samples
from interview_tui.transcribe.weights.models import Model

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
CAREFUL_TEMPERATURES = TEMPERATURES[1:]


class OpenaiWhisper:
    """Greedy decoding in float32, word times from cross-attention.

    Greedy, because beam search costs this implementation 4 to 15 times as much and has been seen to repeat a whole
    call. Its random draws (at a temperature above 0) start from the same seed with every sound.
    """

    name = "openai-whisper"
    side_by_side = 1  # its hooks on the model, by which it takes word times, would mix up two hearings

    def __init__(self, model: Model, language: str, threads: int = 1) -> None:
        self._model = model
        self._threads = threads
        self.language = language

    @property
    def parameters(self) -> dict[str, str]:
        """Everything that the words depend on besides the sound and the model."""
        return {
            "compute_type": "float32",
            "threads": str(self._threads),
            "beam_size": "1",
            "temperature": " ".join(map(str, TEMPERATURES)),
            "careful": f"temperature from {CAREFUL_TEMPERATURES[0]}",
            "seed": "0",
        }

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the packages it runs on."""
        return {package: version(package) for package in ("openai-whisper", "torch")}

    def load(self) -> None:
        """Load the weights, converted first if they never were.

        Raises:
            TranscriptionError: they cannot be loaded.
        """
        _ = self._whisper

    def transcribe(self, sounds: Sequence[Samples], *, prompt: str = "", careful: bool = False) -> list[Hearing]:
        """What is said in each of these sounds of at most 30 s, in their order."""
        return [self._hear(sound, prompt, CAREFUL_TEMPERATURES if careful else TEMPERATURES) for sound in sounds]

    def _hear(self, sound: Samples, prompt: str, temperatures: tuple[float, ...]) -> Hearing:
        whisper = self._whisper
        import torch

        torch.manual_seed(0)
        heard = whisper.transcribe(
            sound,
            language=self.language,
            temperature=temperatures,
            condition_on_previous_text=False,
            word_timestamps=True,
            initial_prompt=prompt or None,
            fp16=False,
        )
        pieces = (_piece(word) for segment in heard["segments"] for word in segment["words"])
        silence = min((segment["no_speech_prob"] for segment in heard["segments"]), default=1.0)
        return Hearing(tuple(whole_words(pieces, self.language)), round(float(silence), 3))

    @cached_property
    def _whisper(self) -> Any:
        os.environ["NUMBA_NUM_THREADS"] = "1"  # its parallel loop only spins otherwise
        import torch
        import whisper

        torch.set_num_threads(self._threads)
        try:
            model = whisper.load_model(str(self._checkpoint()), device="cpu")
        except (RuntimeError, OSError, KeyError) as error:
            raise TranscriptionError(
                f"openai-whisper cannot load the model {self._model.name}: {error}.",
                f"Delete {self._checkpoint()} and try again, or use --engine faster-whisper.",
            ) from error
        heads = alignment_heads(self._model.folder, model.dims.n_text_layer, model.dims.n_text_head)
        if heads:
            model.set_alignment_heads(heads)
        return model

    def _checkpoint(self) -> Path:
        """The converted weights; loaded by path, since by name the package would want its own file, and fetch it."""
        target = self._model.cache / "openai-whisper" / f"{self._model.name}-{self._model.sha256[:12]}.pt"
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock")):
            if not target.exists():
                write_checkpoint(self._model.folder, target)
        return target


def _piece(word: dict[str, Any]) -> HeardWord:
    """A word as this engine gives it, with seconds, as one with milliseconds."""
    confidence = round(float(word["probability"]), 3)
    return HeardWord(word["word"], round(word["start"] * 1000), round(word["end"] * 1000), confidence)
