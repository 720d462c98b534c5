"""The turns of a document as tools that play one audio file take them: who, what, and when in that file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from interview_tui.export.document import Block, BlockKind, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Options
from interview_tui.record.transcript import UNKNOWN

_NO_TAG = re.compile(r"[\[\]{}<>#@:.,]|--+")  # hyphens and what closes a voice of WebVTT would be an arrow
_LONGEST_TAG = 63  # MAXQDA and QualCoder look for a speaker's colon no further


class SpokenWord(NamedTuple):
    """A word, without blanks, and where it lies in the audio file (ms)."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn with something in it: its speaker as the record has it, the tag for that, its words.

    `start_ms` and `end_ms` are where it lies in the audio file. `doubtful`: some of it may be another's.
    """

    speaker: str
    tag: str
    words: tuple[SpokenWord, ...]
    start_ms: int
    end_ms: int
    doubtful: bool

    @property
    def text(self) -> str:
        """Its words, with single spaces between them."""
        return " ".join(word.text for word in self.words)


def spoken(document: Document, options: Options) -> Iterator[Spoken]:
    """The turns by start, but for those of which nothing can be read. No start is before the one before it."""
    in_audio = audio_clock(document)
    for block in document.blocks:
        if block.kind is BlockKind.TURN and (words := tuple(_words(block, in_audio))):
            yield Spoken(
                block.speaker,
                speaker_tag(block.speaker, options),
                words,
                in_audio(block.start_ms),
                in_audio(block.end_ms),
                any(word.is_doubtful for word in block.words),
            )


def audio_clock(document: Document) -> Callable[[int], int]:
    """What tells where in the audio file a moment of the call clock lies, ms: never below 0, never decreasing.

    Without a file it is where it would lie in the recordings laid end to end. What lies in a gap is where the audio
    goes on.
    """
    recording = document.enclosed.recording
    if recording is not None:
        return recording.audio_ms
    end_to_end = replace(document, counting=Counting.AUDIO)
    return lambda at_ms: max(end_to_end.shown_ms(at_ms), 0)


def speaker_tag(speaker: str, options: Options) -> str:
    """What stands for a speaker, made such that importers of transcripts find it: no colon, no bracket, 63 characters.

    A name of which nothing is left is tagged as a speaker who is not known.
    """
    told = options.tags.get(speaker, speaker)
    fit = " ".join(_NO_TAG.sub(" ", legible(told)).split())[:_LONGEST_TAG].strip()
    return fit or options.tags.get(UNKNOWN, UNKNOWN)


def _words(block: Block, in_audio: Callable[[int], int]) -> Iterator[SpokenWord]:
    """The words of a turn in its order, none beginning before the one before it; one with blanks in it is several."""
    reached = in_audio(block.start_ms)
    for word in block.words:
        reached = max(reached, in_audio(word.start_ms))
        for text in legible(word.text).split():
            yield SpokenWord(text, reached, max(reached, in_audio(word.end_ms)))
