"""What a note is about: the words that prompted it.

A note is typed some seconds after what it is about, often while something else is already being said, and it repeats
some of the words, shortened. Both are weighed: which words it shares with what was said, and how long she usually
takes, which is estimated from her own notes in this call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interview_tui.interview.facts import Note
from interview_tui.record.attribution.wording import Lexicon
from interview_tui.record.transcript import INTERVIEWER, Turn

BACK_MS = 30_000
"""Longest time before its first key in which a note's words are looked for."""
UNPROMPTED_MS = 12_000
"""Talk that ended longer than this before a note, and shares no words with it, did not prompt it."""
LAG_MS, SPREAD_MS = 3_500, 2_500
"""From what prompted a note to its first key: usual time, and how much that differs, before a call says otherwise."""
LEAST_NOTES = 8
"""So many notes whose words are plainly found say how long she takes."""
PLAIN = 2.0
MEMORY_MS = 7_000
"""Words this long before the last one still belong to what prompted a note."""
FADES = 0.95
"""A word counts so much less for each second that lies between it and the last one."""
UNIT = 8.0
LATE = 0.5
AT_END = 1.0
BY_PARTICIPANT = 1.0
SHORTENED = 3
"""Letters: that much of a word's beginning is enough to know it by."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a note is about: until when it was said (call clock, ms), in which turn (place in the list), how plainly."""

    at_ms: int
    turn: int
    likeness: float


@dataclass(frozen=True, slots=True)
class _Said:
    start_ms: int
    end_ms: int
    turn: int
    stem: str
    ends_something: bool
    by_participant: bool


def prompts(notes: Iterable[Note], turns: Sequence[Turn], lexicon: Lexicon) -> dict[str, Prompt]:
    """What each note is about, by its id; a note without talk before it is not in it."""
    notes = list(notes)
    said = _said(turns, lexicon)
    ends = [word.end_ms for word in said]
    first = {note.id: _prompt(note, said, ends, lexicon, LAG_MS) for note in notes}
    lag_ms = _usual_lag_ms(notes, first)
    found = {note.id: _prompt(note, said, ends, lexicon, lag_ms) for note in notes}
    return {note: prompt for note, prompt in found.items() if prompt is not None}


def names_alike(short: str, whole: str) -> float:
    """How surely one word stands for another, 0 to 1: itself, its beginning, what it is the beginning of."""
    if short == whole:
        return 1.0
    if len(short) >= SHORTENED and whole.startswith(short):
        return 0.8
    return 0.7 if len(whole) > SHORTENED and short.startswith(whole) else 0.0


def _usual_lag_ms(notes: Sequence[Note], first: dict[str, Prompt | None]) -> int:
    plain = [
        note.first_key_ms - prompt.at_ms
        for note in notes
        if (prompt := first[note.id]) is not None and prompt.likeness >= PLAIN
    ]
    return sorted(plain)[len(plain) // 2] if len(plain) >= LEAST_NOTES else LAG_MS


def _said(turns: Sequence[Turn], lexicon: Lexicon) -> list[_Said]:
    words = [
        _Said(
            word.start_ms,
            word.end_ms,
            number,
            next(iter(lexicon.stems(word.text)), ""),
            word.text[-1:] in ".?!,",
            turn.speaker != INTERVIEWER,
        )
        for number, turn in enumerate(turns)
        for word in turn.words
    ]
    return sorted(words, key=lambda word: (word.end_ms, word.start_ms))


def _prompt(note: Note, said: Sequence[_Said], ends: Sequence[int], lexicon: Lexicon, lag_ms: int) -> Prompt | None:
    typed = set(lexicon.stems(note.text))
    window = said[bisect_left(ends, note.first_key_ms - BACK_MS) : bisect_left(ends, note.first_key_ms)]
    shared = [
        max((names_alike(stem, word.stem) for stem in typed), default=0.0) * lexicon.weight(word.stem) / UNIT
        for word in window
    ]
    best: tuple[float, Prompt] | None = None
    likeness, last_ms, begin = 0.0, 0, 0
    for k, word in enumerate(window):
        passed_ms = word.end_ms - last_ms if k else 0
        likeness = likeness * FADES ** (passed_ms / 1000) + shared[k]
        last_ms = word.end_ms
        while begin < k and word.end_ms - window[begin].start_ms > MEMORY_MS:
            likeness -= shared[begin] * FADES ** ((word.end_ms - window[begin].end_ms) / 1000)
            begin += 1
        score = likeness + _timely(note.first_key_ms - word.end_ms, lag_ms)
        score += AT_END * word.ends_something + BY_PARTICIPANT * word.by_participant
        if best is None or score > best[0]:
            best = (score, Prompt(word.end_ms, word.turn, max(0.0, likeness)))
    if best is None:
        return None
    prompt = best[1]
    late = note.first_key_ms - prompt.at_ms > lag_ms + UNPROMPTED_MS
    return None if late and prompt.likeness < PLAIN else prompt


def _timely(took_ms: int, lag_ms: int) -> float:
    """How well a time fits hers, as a logarithm; late is likelier than early, for her hands may be busy."""
    off = (took_ms - lag_ms) / SPREAD_MS
    return -0.5 * off * off if off < 0 else -LATE * off
