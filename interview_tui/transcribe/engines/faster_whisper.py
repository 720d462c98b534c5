"""faster-whisper: Whisper on CTranslate2, int8, one thread for each of the batches that are decoded side by side."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines.engine import HeardWord, Hearing, whole_words
from interview_tui.transcribe.listening.sound import RATE, Samples
from interview_tui.transcribe.weights.models import Model

if TYPE_CHECKING:
    from ctranslate2 import StorageView
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

BEAMS = 5
CAREFUL_NO_REPEAT = 5
TOKENS_PER_S = 12  # people say about four
MOST_TOKENS = 224  # half of what Whisper's decoder holds
HOP = 160  # samples in a frame of features
MOST_FRAMES = 3000  # what Whisper hears at once: 30 s
FRAMES_PER_S = RATE // HOP
SHORTEST_S = 10.0  # of a context
TAIL_S = 1.0  # silence after the longest sound of a batch
APART_S = 60
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
            "context": f"the longest sound and {TAIL_S:g} s, no less than {SHORTEST_S:g} s",
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
        encoded = self._encoded(self._features(sounds))
        asked = self._prompt(prompt)
        results = self._whisper.model.generate(
            encoded,
            [asked] * len(sounds),
            beam_size=BEAMS,
            max_length=self._most_tokens(sounds, asked),
            return_no_speech_prob=True,
        )
        tokens = [result.sequences_ids[0] for result in results]
        words = self._words(sounds, tokens, encoded)
        languages = self._languages(encoded, len(sounds))
        return [
            Hearing(tuple(said), round(result.no_speech_prob, 3), *language)
            for said, result, language in zip(words, results, languages, strict=True)
        ]

    @staticmethod
    def _most_tokens(sounds: Sequence[Samples], prompt: Sequence[int]) -> int:
        """More than anybody says in the longest of these sounds, so that a loop ends there.

        As the package counts: with the prompt, and at most half of it for what is said.
        """
        said = min(MOST_TOKENS, 20 + round(TOKENS_PER_S * max(map(len, sounds)) / RATE))
        return max(2 * said, said + len(prompt))

    def _features(self, sounds: Sequence[Samples]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The features of sounds, in a context as long as the longest and `TAIL_S`, an even number of frames.

        In a context of a few seconds Whisper, which learnt in 30, is apt to say things over and over.
        """
        longest = max(round(SHORTEST_S * RATE), max(map(len, sounds)) + round(TAIL_S * RATE))
        frames = min(MOST_FRAMES, -(-longest // (2 * HOP)) * 2)
        padded = (np.pad(sound[: frames * HOP], (0, max(0, frames * HOP - len(sound)))) for sound in sounds)
        return np.stack([self._whisper.feature_extractor(sound)[:, :frames] for sound in padded])

    def _encoded(self, features: np.ndarray[Any, np.dtype[np.float32]]) -> StorageView:
        """The sounds as the decoder hears them, encoded one by one: together they take more memory and no less time."""
        from ctranslate2 import StorageView

        return StorageView.from_array(np.concatenate([np.asarray(self._whisper.encode(one)) for one in features]))

    def _prompt(self, prompt: str) -> list[int]:
        """The tokens that a hearing begins with: what was said before, as far as Whisper can tell, and how to go on."""
        before = self._tokenizer.encode(f" {prompt.strip()}") if prompt.strip() else []
        tokens: list[int] = self._whisper.get_prompt(self._tokenizer, before, without_timestamps=True)
        return tokens

    def _words(
        self, sounds: Sequence[Samples], tokens: Sequence[list[int]], encoded: StorageView
    ) -> list[list[HeardWord]]:
        """What the tokens of each sound say, and when, by the package's own alignment.

        That takes them for segments of one recording, and shortens long words after a pause only: they are told to it
        as `APART_S` apart.
        """
        begins = [number * APART_S for number in range(len(sounds))]
        segments: list[list[dict[str, Any]]] = [
            [{"tokens": said, "seek": begin * FRAMES_PER_S, "start": begin, "end": begin + len(sound) / RATE}]
            for said, begin, sound in zip(tokens, begins, sounds, strict=True)
        ]
        frames = [min(MOST_FRAMES, -(-len(sound) // HOP)) for sound in sounds]
        self._whisper.add_word_timestamps(segments, self._tokenizer, encoded, frames, PREPENDED, APPENDED, -APART_S)
        return [
            whole_words((_piece(word, begin) for word in segment["words"]), self.language)
            for (segment,), begin in zip(segments, begins, strict=True)
        ]

    def _languages(self, encoded: StorageView, count: int) -> list[tuple[str, float]]:
        """What a multilingual model takes each sound for, and how sure it is: one step of the decoder."""
        if not self._whisper.model.is_multilingual:
            return [("", 0.0)] * count
        best = (found[0] for found in self._whisper.model.detect_language(encoded))
        return [(token.strip("<|>"), round(sure, 3)) for token, sure in best]

    def _hear_carefully(self, sound: Samples, prompt: str) -> Hearing:
        found, _ = self._whisper.transcribe(
            sound,
            language=self.language,
            beam_size=BEAMS,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            initial_prompt=prompt or None,
            no_repeat_ngram_size=CAREFUL_NO_REPEAT,
        )
        segments = list(found)
        pieces = (_piece(dataclasses.asdict(word)) for segment in segments for word in segment.words or ())
        silence = min((segment.no_speech_prob for segment in segments), default=1.0)
        return Hearing(tuple(whole_words(pieces, self.language)), round(silence, 3))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from faster_whisper.tokenizer import Tokenizer

        whisper = self._whisper
        return Tokenizer(whisper.hf_tokenizer, whisper.model.is_multilingual, task="transcribe", language=self.language)

    @cached_property
    def _whisper(self) -> WhisperModel:
        os.environ["HF_HUB_OFFLINE"] = "1"  # the weights are here: nothing is asked of a hub
        from faster_whisper import WhisperModel
        from threadpoolctl import threadpool_limits

        # A product of matrices that several threads share is rounded otherwise than one thread's: features, and with
        # them words, would depend on how many cores a machine has.
        threadpool_limits(limits=1, user_api="blas")
        try:
            return WhisperModel(
                str(self._model.folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=self.side_by_side,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise TranscriptionError(
                f"faster-whisper cannot load the model in {self._model.folder}: {error}.",
                "Choose another with --model, or fetch it again.",
            ) from error


def _piece(word: dict[str, Any], begin_s: float = 0.0) -> HeardWord:
    """A word as the package gives it, with seconds, as one with milliseconds from `begin_s` on."""
    start_ms, end_ms = (max(0, round((word[edge] - begin_s) * 1000)) for edge in ("start", "end"))
    return HeardWord(word["word"], start_ms, max(start_ms, end_ms), round(float(word["probability"]), 3))
