"""Is what was heard believable? Each check compares the words of a chunk with where its voice was; pure.

All times are milliseconds on one scale, for words and for speech (stretches of voice, in order).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview_tui.transcribe.engine import HeardWord

Voice = Sequence[tuple[int, int]]

NEAR_MS = 500  # Whisper's word times are good to about half a second
TRIM_MS = 250  # a word that reaches further than this out of its voice is pulled back
LOST_MS = 3000  # this much voice without a word is odd
FEWEST_PER_S = 1.3  # words in a second of voice; slow talkers have about 2
PACE_FROM_MS = 5000
MOST_PER_S = 8.0
PACE_WORDS = 10
LEAST_CONFIDENCE = 0.35
LONGEST_LINE = 20  # words

LOOP = "the same words over and over"
NO_WORDS = "a voice, but no words"
SLOW = "too few words for so much voice"
FAST = "more words than anybody says in that time"
UNSURE = "hardly understood"


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is hard to believe, and where."""

    start_ms: int
    end_ms: int
    reason: str


def oddities(words: Sequence[HeardWord], voice: Voice) -> list[Oddity]:
    """Everything odd about the words of a chunk, in order of time."""
    found = [*loops(words), *unheard(words, voice), *_pace(words, voice), *_unsure(words)]
    return sorted(found, key=lambda oddity: (oddity.start_ms, oddity.end_ms))


def voiced(words: Sequence[HeardWord], voice: Voice) -> list[HeardWord]:
    """The words without those at which nobody spoke at all: Whisper makes up such words in silence."""
    return [
        word
        for word in words
        if any(start - NEAR_MS < word.end_ms and word.start_ms < end + NEAR_MS for start, end in voice)
    ]


def within_voice(word: HeardWord, voice: Voice) -> HeardWord:
    """The word with its times pulled back into the voice, where Whisper has stretched it over a pause."""
    shares = [(min(word.end_ms, end) - max(word.start_ms, start), start, end) for start, end in voice]
    share, start, end = max(shares, default=(0, 0, 0))
    if share <= 0:
        return word
    begin = start if start - word.start_ms > TRIM_MS else word.start_ms
    finish = end if word.end_ms - end > TRIM_MS else word.end_ms
    return HeardWord(word.text, begin, finish, word.confidence)


def loops(words: Sequence[HeardWord]) -> list[Oddity]:
    """Runs of words that come again and again at once; the longer the run, the fewer repeats are odd."""
    said = ["".join(letter for letter in word.text.casefold() if letter.isalnum()) for word in words]
    found: list[Oddity] = []
    at = 0
    while at < len(said):
        length = max((_looped(said, at, size) for size in range(1, LONGEST_LINE + 1)), default=0)
        if length:
            found.append(Oddity(words[at].start_ms, words[at + length - 1].end_ms, LOOP))
        at += max(length, 1)
    return found


def unheard(words: Sequence[HeardWord], voice: Voice) -> list[Oddity]:
    """Gaps between words that hold more than 3 s of voice."""
    if not voice:
        return []
    ends = [voice[0][0], *(word.end_ms for word in words)]
    starts = [*(word.start_ms for word in words), voice[-1][1]]
    return [
        Oddity(low, high, NO_WORDS)
        for low, high in zip(ends, starts, strict=True)
        if high > low and _voice_between(voice, low, high) > LOST_MS
    ]


def absurd(words: int, looped: int, voice_ms: int) -> str:
    """Why a whole transcript cannot be one, or nothing.

    `words` is how many there are, `looped` how many of them only repeat, `voice_ms` how long somebody spoke.
    """
    if voice_ms >= PACE_FROM_MS and not words:
        return f"somebody speaks for {voice_ms / 1000:.0f} s, but no word was heard"
    if words >= 20 and looped > words / 2:
        return f"{looped} of {words} words only repeat what was said just before"
    if voice_ms >= 30_000 and words * 1000 < voice_ms * 0.3:
        return f"only {words} words were heard in {voice_ms / 1000:.0f} s of speech"
    return ""


def _looped(said: Sequence[str], at: int, size: int) -> int:
    """How many words from `at` on are one run of `size` words repeated; 0 if it is not repeated oddly often."""
    times = 1
    while said[at : at + size] == said[at + times * size : at + (times + 1) * size]:
        times += 1
    return times * size if times >= _odd_repeats(size) and any(said[at : at + size]) else 0


def _odd_repeats(size: int) -> int:
    if size <= 2:
        return 5
    return 3 if size <= 6 else 2


def _pace(words: Sequence[HeardWord], voice: Voice) -> list[Oddity]:
    found: list[Oddity] = []
    spoken = sum(end - start for start, end in voice)
    if spoken >= PACE_FROM_MS and len(words) * 1000 < FEWEST_PER_S * spoken:
        found.append(Oddity(voice[0][0], voice[-1][1], SLOW))
    for first, last in zip(words, words[PACE_WORDS - 1 :], strict=False):
        if (last.end_ms - first.start_ms) * MOST_PER_S < PACE_WORDS * 1000:
            found.append(Oddity(first.start_ms, last.end_ms, FAST))
            break
    return found


def _unsure(words: Sequence[HeardWord]) -> list[Oddity]:
    if len(words) < 4 or sum(word.confidence for word in words) >= LEAST_CONFIDENCE * len(words):
        return []
    return [Oddity(words[0].start_ms, words[-1].end_ms, UNSURE)]


def _voice_between(voice: Voice, low: int, high: int) -> int:
    return sum(max(0, min(high, end) - max(low, start)) for start, end in voice)
