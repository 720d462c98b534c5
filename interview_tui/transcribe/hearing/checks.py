"""Is what was heard believable? Each check compares words with where the voice was; pure.

All times are milliseconds on one scale, for words and for speech (stretches of voice, in order). The words may be those
of one chunk, or all that one speaker said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol, TypeVar

from interview_tui.transcribe.engines.engine import HeardWord

Voice = Sequence[tuple[int, int]]

NEAR_MS = 300  # a word this far from any voice is nobody's
TRIM_MS = 250  # a word that reaches further than this out of its voice is pulled back
EARLY_MS = 400  # so much earlier than its voice a word may end that is drawn out to the end of it
LINGERS_MS = 64  # by so much, two of its frames, the detector ends a voice late
LOST_MS = 3000  # this much voice without a word is odd
FEWEST_PER_S = 1.3  # words in a second of voice; slow talkers have about 2
PACE_FROM_MS = 5000
FASTEST = ((10, 1250), (5, 300))  # so many words last at least so many ms
LEAST_CONFIDENCE = 0.35
UNSURE_WORDS = 5
LONGEST_LINE = 60  # words: Whisper is known to say a whole chunk twice
AGAIN_SHARE = 0.5  # a line said twice in earnest takes at least so much of the longer time both times
SENSIBLE_WORDS = 50  # so many that make sense are a transcript, whatever else was taken for a voice
SENSIBLE_PER_S = 0.3
SILENT = 0.3  # from this probability of silence on words may be made up:
SURER = 0.1  # they are, unless the engine is that much surer of them than of silence
RECITED_TERMS = 3  # so many terms of the vocabulary in a row are recited, not said
LANGUAGE_FROM_MS = 5000
LANGUAGE_SURE = 0.9

LOOP = "the same words over and over"
NO_WORDS = "a voice, but no words"
SLOW = "too few words for so much voice"
FAST = "more words than anybody says in that time"
UNSURE = "hardly understood"
MADE_UP = "words where nobody speaks"
RECITED = "the vocabulary, recited"
LANGUAGE = "another language"


class Spoken(Protocol):
    """A word and when it was said."""

    @property
    def text(self) -> str:
        """The word, with its punctuation."""
        ...

    @property
    def start_ms(self) -> int:
        """When it begins."""
        ...

    @property
    def end_ms(self) -> int:
        """When it ends."""
        ...

    @property
    def confidence(self) -> float:
        """How sure the engine is of it, 0 to 1."""
        ...


AnyWord = TypeVar("AnyWord", bound=Spoken)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is hard to believe, and where; `detail` holds what else there is to say, or words left out."""

    start_ms: int
    end_ms: int
    reason: str
    detail: str = ""


def over(words: Sequence[Spoken], reason: str, detail: str = "") -> Oddity:
    """An oddity of all of these words."""
    return Oddity(min(word.start_ms for word in words), max(word.end_ms for word in words), reason, detail)


def oddities(words: Sequence[Spoken], voice: Voice) -> list[Oddity]:
    """Everything odd about the words of a chunk, in order of time."""
    found = [*loops(words), *unheard(words, voice), *_pace(words, voice), *_unsure(words)]
    return sorted(found, key=lambda oddity: (oddity.start_ms, oddity.end_ms))


def voiced(words: Sequence[AnyWord], voice: Voice) -> list[AnyWord]:
    """The words without those at which nobody spoke at all: Whisper makes up such words in silence."""
    return [
        word
        for word in words
        if any(start - NEAR_MS < word.end_ms and word.start_ms < end + NEAR_MS for start, end in voice)
    ]


def made_up(words: Sequence[Spoken], silence: float) -> bool:
    """Whether all words of a sound were made up: the engine is about as sure of silence in it as of its words."""
    return bool(words) and silence >= SILENT and _confidence(words) < silence + SURER


def recited(words: Sequence[Spoken], vocabulary: str) -> range:
    """Which of the words only recite the vocabulary, terms with commas between them: Whisper does so in silence.

    The longest run of words that is a run of the vocabulary too and reaches over three terms of it; else an empty one.
    """
    terms = [[_letters(word) for word in term.split()] for term in vocabulary.split(",")]
    listed = [(word, number) for number, term in enumerate(terms) for word in term if word]
    said = [_letters(word.text) for word in words]
    best = range(0)
    for at in range(len(said)):
        for place in range(len(listed)):
            length = 0
            while (
                at + length < len(said)
                and place + length < len(listed)
                and said[at + length] == listed[place + length][0]
            ):
                length += 1
            if length > len(best) and listed[place + length - 1][1] - listed[place][1] >= RECITED_TERMS - 1:
                best = range(at, at + length)
    return best


def within_voice(word: HeardWord, voice: Voice) -> HeardWord:
    """The word with its times pulled back into the voice, where Whisper has stretched it over a pause."""
    shares = [(min(word.end_ms, end) - max(word.start_ms, start), start, end) for start, end in voice]
    share, start, end = max(shares, default=(0, 0, 0))
    if share <= 0:
        return word
    begin = start if start - word.start_ms > TRIM_MS else word.start_ms
    finish = end if word.end_ms - end > TRIM_MS else word.end_ms
    return HeardWord(word.text, begin, finish, word.confidence)


def to_voices_end(words: Sequence[HeardWord], voice: Voice) -> list[HeardWord]:
    """The words, the last before a pause with the time until the voice falls silent.

    Whisper lets such words end early, by 150 ms at the median with base.
    """
    begins = [start for start, _ in voice]
    found: list[HeardWord] = []
    for number, word in enumerate(words, 1):
        place = bisect_left(begins, word.end_ms) - 1
        end_ms = voice[place][1] - LINGERS_MS if place >= 0 else 0
        is_last = number == len(words) or words[number].start_ms >= end_ms
        found.append(replace(word, end_ms=end_ms) if is_last and 0 < end_ms - word.end_ms <= EARLY_MS else word)
    return found


def loops(words: Sequence[Spoken]) -> list[Oddity]:
    """Runs of words that come again and again at once; the longer the run, the fewer repeats are odd.

    A line that is said twice, each time at its leisure, was repeated by whoever speaks.
    """
    said = [_letters(word.text) for word in words]
    found: list[Oddity] = []
    at = 0
    while at < len(said):
        length = max((_looped(words, said, at, size) for size in range(1, LONGEST_LINE + 1)), default=0)
        if length:
            found.append(over(words[at : at + length], LOOP))
        at += max(length, 1)
    return found


def unheard(words: Sequence[Spoken], voice: Voice) -> list[Oddity]:
    """Gaps between words that hold more than 3 s of voice."""
    if not voice:
        return []
    ends = [voice[0][0], *(word.end_ms for word in words)]
    starts = [*(word.start_ms for word in words), voice[-1][1]]
    return [
        Oddity(low, high, NO_WORDS)
        for low, high in zip(ends, starts, strict=True)
        if high > low and voice_between(voice, low, high) > LOST_MS
    ]


def other_language(voice: Voice, expected: str, heard: str, sure: float) -> list[Oddity]:
    """Whether enough voice is almost surely in another language than expected; `heard` is empty if nobody knows."""
    if not heard or heard == expected or sure < LANGUAGE_SURE or _spoken_ms(voice) < LANGUAGE_FROM_MS:
        return []
    return [Oddity(voice[0][0], voice[-1][1], LANGUAGE, heard)]


def voice_between(voice: Voice, low: int, high: int) -> int:
    """How much of the voice lies between two places, ms."""
    return sum(max(0, min(high, end) - max(low, start)) for start, end in voice)


def absurd(heard: Sequence[tuple[int, int, int]]) -> str:
    """Why a whole transcript cannot be one, or nothing.

    Of each chunk `heard` tells how many words there are, how many of them only repeat, and how many ms somebody spoke.
    Music on hold that was taken for a voice, however long, does not spoil the talk before and after it.
    """
    if sum(words for words, looped, ms in heard if _is_sensible(words, looped, ms)) >= SENSIBLE_WORDS:
        return ""
    words, looped, voice_ms = (sum(column) for column in zip((0, 0, 0), *heard, strict=True))
    if voice_ms >= PACE_FROM_MS and not words:
        return f"somebody speaks for {voice_ms / 1000:.0f} s, but no word was heard"
    if words >= 20 and looped > words / 2:
        return f"{looped} of {words} words only repeat what was said just before"
    if voice_ms >= 30_000 and words * 1000 < voice_ms * SENSIBLE_PER_S:
        return f"only {words} words were heard in {voice_ms / 1000:.0f} s of speech"
    return ""


def _is_sensible(words: int, looped: int, voice_ms: int) -> bool:
    return looped <= words / 2 and words * 1000 >= voice_ms * FEWEST_PER_S


def _looped(words: Sequence[Spoken], said: Sequence[str], at: int, size: int) -> int:
    """How many words from `at` on are one run of `size` words repeated; 0 if it is not repeated oddly often."""
    times = 1
    while said[at : at + size] == said[at + times * size : at + (times + 1) * size]:
        times += 1
    if times < _odd_repeats(size) or not any(said[at : at + size]):
        return 0
    if times == 2 and _took_alike(words[at : at + size], words[at + size : at + 2 * size]):
        return 0
    return times * size


def _took_alike(one: Sequence[Spoken], other: Sequence[Spoken]) -> bool:
    """Whether both can have been said: neither takes much less time than the other, or than anybody needs."""
    shorter, longer = sorted(words[-1].end_ms - words[0].start_ms for words in (one, other))
    fewest, least_ms = FASTEST[0]
    return shorter >= AGAIN_SHARE * longer and shorter * fewest >= least_ms * len(one)


def _odd_repeats(size: int) -> int:
    if size == 1:
        return 5
    return 3 if size <= 6 else 2


def _pace(words: Sequence[Spoken], voice: Voice) -> list[Oddity]:
    found: list[Oddity] = []
    spoken = _spoken_ms(voice)
    if spoken >= PACE_FROM_MS and len(words) * 1000 < FEWEST_PER_S * spoken:
        found.append(Oddity(voice[0][0], voice[-1][1], SLOW))
    for count, least_ms in FASTEST:
        runs = (words[at : at + count] for at in range(len(words) - count + 1))
        hurried = next((run for run in runs if run[-1].end_ms - run[0].start_ms < least_ms), ())
        if hurried:
            return [*found, over(hurried, FAST)]
    return found


def _unsure(words: Sequence[Spoken]) -> list[Oddity]:
    """Runs of words of which hardly one was understood; where there are but a few words, these."""
    size = min(UNSURE_WORDS, len(words))
    low = {
        place
        for at in range(len(words) - size + 1)
        for place in range(at, at + size)
        if _confidence(words[at : at + size]) < LEAST_CONFIDENCE
    }
    runs = groupby(range(len(words)), key=low.__contains__)
    return [over([words[place] for place in run], UNSURE) for unsure, run in runs if unsure]


def _confidence(words: Sequence[Spoken]) -> float:
    return sum(word.confidence for word in words) / len(words)


def _letters(text: str) -> str:
    """A word as two that sound alike are written alike: without case and punctuation."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _spoken_ms(voice: Voice) -> int:
    return sum(end - start for start, end in voice)
