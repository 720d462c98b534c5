"""The transcript of what was heard: words on the call clock, then speakers, fillers, turns, and checks of the whole.

The words are what matters. A later step that fails costs nothing but itself: a note, and a doubt if it was of use.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from interview_tui.errors import TranscriptionError
from interview_tui.record.transcript import UNKNOWN, Doubt, Turn, Word
from interview_tui.transcribe.fillers import drop
from interview_tui.transcribe.hearing.checks import absurd, loops
from interview_tui.transcribe.hearing.decoding import Heard, PlacedDoubt, PlacedWord
from interview_tui.transcribe.listening.chunk import Chunk
from interview_tui.transcribe.listening.sound import AudioReader, Passage
from interview_tui.transcribe.speaking.turns import turns
from interview_tui.transcribe.speaking.who import Said, Spoken, attributed, by_channel
from interview_tui.transcribe.spec import DROP, JobSpec

CUT_SHORT = "the recording ends before this, though more was recorded"
SPEAKERS = "speakers"  # the note on how they were told

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Part:
    """What was heard of a passage, chunk by chunk; `note` is what listening found out about its channels."""

    passage: Passage
    chunks: tuple[Chunk, ...]
    heard: tuple[Heard, ...]
    note: str = ""

    def said(self) -> list[Said]:
        """What was said on each of its channels, by whom as far as listening could tell."""
        found: dict[tuple[int, str], list[PlacedWord]] = {}
        for chunk, one in zip(self.chunks, self.heard, strict=True):
            found.setdefault((chunk.channel, chunk.speaker), []).extend(one.words)
        return [Said(self.passage, channel, speaker, tuple(words)) for (channel, speaker), words in found.items()]

    def doubts(self) -> list[Doubt]:
        """What was odd about its chunks."""
        return [self._doubt(doubt) for one in self.heard for doubt in one.doubts]

    def nobody(self) -> Doubt:
        """That nobody speaks in it."""
        return Doubt(self.passage.ms_at(0), self.passage.ms_at(self.passage.samples), "nobody speaks")

    def _doubt(self, doubt: PlacedDoubt) -> Doubt:
        reason = f"{doubt.reason}: {doubt.detail}" if doubt.detail else doubt.reason
        return Doubt(self.passage.ms_at(doubt.first), self.passage.ms_at(doubt.last), reason)


@dataclass(slots=True)
class Assembly:
    """Turns, what ought to be listened to, and what there is to say about how they came about."""

    turns: tuple[Turn, ...] = ()
    doubts: list[Doubt] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    def attempt(self, step: str, doing: Callable[[], Result], otherwise: Result) -> Result:
        """What a step comes to; `otherwise` if it fails, and a note of that."""
        try:
            return doing()
        except Exception as error:  # noqa: BLE001 - words that were heard outlive whatever is made of them
            traceback.print_exc()
            self.notes[step] = f"failed: {error}"
            return otherwise


def assemble(spec: JobSpec, parts: Sequence[Part], reader: AudioReader) -> Assembly:
    """The transcript of what was heard.

    Raises:
        TranscriptionError: it cannot be one: it makes no sense.
    """
    _require_sense(parts)
    made = Assembly(doubts=[doubt for part in parts for doubt in part.doubts()])
    made.doubts += made.attempt("looking where the files end", lambda: _cut_short(parts, reader), [])
    if not any(part.chunks for part in parts):
        made.doubts += [part.nobody() for part in parts]
        return made
    said = [one for part in parts for one in part.said()]
    made.notes[SPEAKERS] = "; ".join(dict.fromkeys(part.note for part in parts if part.note))
    spoken = _spoken_by(spec, said, reader, made)
    if spec.fillers == DROP:
        spoken = made.attempt("fillers", lambda: _without_fillers(spoken, spec.language), spoken)
    made.turns = turns((one.speaker, one.word) for one in spoken)
    made.doubts += made.attempt("checks", lambda: _repeated(spoken, made.doubts), [])
    made.doubts = sorted(set(made.doubts), key=lambda doubt: (doubt.start_ms, doubt.end_ms, doubt.reason))
    return made


def _require_sense(parts: Sequence[Part]) -> None:
    """Refuse what cannot be a transcript."""
    pairs = [pair for part in parts for pair in zip(part.chunks, part.heard, strict=True)]
    problem = absurd([(len(one.words), one.looped, chunk.speech_ms) for chunk, one in pairs])
    if problem:
        raise TranscriptionError(
            f"The transcript makes no sense: {problem}.",
            "Listen to the recording; then try another model (--model base), another language or another engine.",
        )


def _spoken_by(spec: JobSpec, said: Sequence[Said], reader: AudioReader, made: Assembly) -> list[Spoken]:
    """All words with their speakers; if these cannot be told, everything is as the channels have it."""
    known = made.attempt("telling speakers apart", lambda: attributed(said, spec.questions, reader), None)
    if known is None:
        spoken = by_channel(said)
        unknown = [one.word for one in spoken if one.speaker == UNKNOWN]
        if unknown:
            made.doubts.append(_over(unknown, "who speaks could not be told"))
        return spoken
    made.notes[SPEAKERS] = "; ".join(filter(None, (made.notes[SPEAKERS], *known.notes)))
    made.doubts += known.doubts
    return known.spoken


def _cut_short(parts: Sequence[Part], reader: AudioReader) -> list[Doubt]:
    """Where a file ends before the sound that was recorded into it: what is missing was heard as silence."""
    clips = [(clip, clip.samples_there(reader)) for part in parts for clip in part.passage.clips]
    return [Doubt(clip.ms_at(there), clip.end_ms, CUT_SHORT) for clip, there in clips if there < clip.samples]


def _over(words: Sequence[Word], reason: str) -> Doubt:
    return Doubt(min(word.start_ms for word in words), max(word.end_ms for word in words), reason)


def _of_each(spoken: Sequence[Spoken]) -> dict[str, list[Word]]:
    """What each speaker says, in order of time."""
    said: dict[str, list[Word]] = {}
    for one in sorted(spoken, key=lambda one: (one.word.start_ms, one.word.end_ms)):
        said.setdefault(one.speaker, []).append(one.word)
    return said


def _without_fillers(spoken: Sequence[Spoken], language: str) -> list[Spoken]:
    return [Spoken(speaker, word) for speaker, words in _of_each(spoken).items() for word in drop(words, language)]


def _repeated(spoken: Sequence[Spoken], known: Iterable[Doubt]) -> list[Doubt]:
    """Lines that somebody says over and over, where no chunk by itself has shown it."""
    doubted = [(doubt.start_ms, doubt.end_ms) for doubt in known]
    return [
        Doubt(odd.start_ms, odd.end_ms, odd.reason)
        for words in _of_each(spoken).values()
        for odd in loops(words)
        if not any(start <= odd.start_ms and odd.end_ms <= end for start, end in doubted)
    ]
