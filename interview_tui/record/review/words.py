"""Words as reviewers have corrected them, each with its place in the sound; turns as they have cut and joined them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from rapidfuzz.distance import Levenshtein

from interview_tui.interview.events import Stretch
from interview_tui.record.edits import lies_in
from interview_tui.record.review.changes import TurnCut, TurnsJoined, WordsCorrected
from interview_tui.record.transcript import Turn, Word

LEAST_MS, USUAL_MS = 60, 400
"""What a word that is put in takes of the pause there; if there is less, or none, of the time of the word beside it."""


def reworded(turns: Iterable[Turn], changes: Iterable[WordsCorrected | TurnCut | TurnsJoined]) -> list[Turn]:
    """The turns after these changes, one after the other; a turn that has no words left is gone."""
    found = list(turns)
    for change in changes:
        match change:
            case WordsCorrected():
                found = _corrected(found, change)
            case TurnCut():
                found = _cut(found, change)
            case TurnsJoined():
                found = _joined(found, change)
    found.sort(key=lambda turn: turn.start_ms)
    return [turn if turn.number == number else replace(turn, number=number) for number, turn in enumerate(found, 1)]


def retimed(old: Sequence[Word], texts: Sequence[str], stretch: Stretch) -> tuple[Word, ...]:
    """These texts as words: what was there before keeps its time, what was not shares that of what it replaces.

    Aligned by edit distance (Levenshtein 1966) over words, whatever their punctuation and capitals. Times never go
    back. Where nothing was said before, the words share the stretch.
    """
    if not old:
        return tuple(_spread(texts, stretch.start_ms, stretch.end_ms))
    old = list(old)
    steps = Levenshtein.opcodes([_bare(word.text) for word in old], [_bare(text) for text in texts])
    found: list[Word] = []
    for _, together in groupby(steps, lambda step: step.tag == "equal"):
        run = list(together)
        theirs = old[run[0].src_start : run[-1].src_end]
        said = texts[run[0].dest_start : run[-1].dest_end]
        if len(theirs) == len(said):
            found.extend(_respelt(word, text) for word, text in zip(theirs, said, strict=True))
        elif theirs and said:
            found.extend(_spread(said, theirs[0].start_ms, max(word.end_ms for word in theirs)))
        elif said and found:
            found = _with_inserted(found, said, old[run[-1].src_end] if run[-1].src_end < len(old) else None)
        elif said:
            *found, old[0] = _before_the_first(said, old[0])
    return tuple(found)


def is_of(turn: Turn, heard: str) -> bool:
    """Whether the machine heard this speaker in a turn, whoever it was given to."""
    return (turn.heard_as or turn.speaker) == heard


def _corrected(turns: Sequence[Turn], change: WordsCorrected) -> list[Turn]:
    stretch, texts = Stretch(change.start_ms, change.end_ms), change.after.split()
    touched = [
        (number, [word for word in turn.words if lies_in(stretch, word)])
        for number, turn in enumerate(turns)
        if is_of(turn, change.heard) and turn.start_ms < stretch.end_ms and turn.end_ms >= stretch.start_ms
    ]
    held = [(number, words) for number, words in touched if words]
    if not held:
        return _added(turns, change, texts)
    old = [word for _, words in held for word in words]
    home, _ = max(held, key=lambda found: len(found[1]))
    found: list[Turn] = []
    for number, turn in enumerate(turns):
        gone = {id(word) for at, words in held if at == number for word in words}
        kept = [word for word in turn.words if id(word) not in gone]
        if number == home:
            kept = _put_in(kept, retimed(old, texts, stretch))
        if kept:
            found.append(turn if not gone else replace(turn, words=tuple(kept)))
    return found


def _added(turns: Sequence[Turn], change: WordsCorrected, texts: Sequence[str]) -> list[Turn]:
    """What was said where the machine heard nothing: in the turn that is going on there, else a turn of its own."""
    if not texts:
        return list(turns)
    new = retimed((), texts, Stretch(change.start_ms, change.end_ms))
    going_on = next(
        (turn for turn in turns if is_of(turn, change.heard) and turn.start_ms <= new[0].start_ms <= turn.end_ms), None
    )
    if going_on is None:
        return [*turns, Turn(0, change.heard, new)]
    return [replace(turn, words=tuple(_put_in(turn.words, new))) if turn is going_on else turn for turn in turns]


def _put_in(words: Sequence[Word], new: Sequence[Word]) -> list[Word]:
    """New words among others, in the order in which they begin."""
    return sorted([*words, *new], key=lambda word: word.start_ms)


def _cut(turns: Sequence[Turn], change: TurnCut) -> list[Turn]:
    found: list[Turn] = []
    for turn in turns:
        first = (
            [n for n, word in enumerate(turn.words) if word.end_ms > change.cut_ms] if is_of(turn, change.heard) else []
        )
        if first and first[0] and turn.start_ms < change.cut_ms:
            found += (replace(turn, words=turn.words[: first[0]]), replace(turn, words=turn.words[first[0] :]))
        else:
            found.append(turn)
    return found


def _joined(turns: Sequence[Turn], change: TurnsJoined) -> list[Turn]:
    theirs = sorted((turn for turn in turns if is_of(turn, change.heard)), key=lambda turn: turn.start_ms)
    begun = [number for number, turn in enumerate(theirs) if turn.start_ms <= change.cut_ms]
    if not begun or begun[-1] + 1 == len(theirs):
        return list(turns)
    one, other = theirs[begun[-1]], theirs[begun[-1] + 1]
    whole = replace(one, words=tuple(_put_in(one.words, other.words)))
    return [whole if turn is one else turn for turn in turns if turn is not other]


def _respelt(word: Word, text: str) -> Word:
    """A word as it is spelt now; what somebody wrote is sure."""
    return word if word.text == text else replace(word, text=text, confidence=1.0)


def _with_inserted(before: list[Word], texts: Sequence[str], after: Word | None) -> list[Word]:
    """Words put in where none was: into the pause there, or into the time of the word before."""
    last = before[-1]
    if after is not None and after.start_ms - last.end_ms >= LEAST_MS * len(texts):
        end_ms = min(after.start_ms, last.end_ms + USUAL_MS * len(texts))
        return [*before, *_spread(texts, last.end_ms, end_ms)]
    return [*before[:-1], *_spread([last.text, *texts], last.start_ms, last.end_ms, (last,))]


def _before_the_first(texts: Sequence[str], first: Word) -> list[Word]:
    """Words put in before the first, and that: they have a little of its time.

    The time before it may be another turn's, of the same speaker, whose words they would be taken for.
    """
    length_ms = min(LEAST_MS, (first.end_ms - first.start_ms) // (len(texts) + 1))
    starts = [first.start_ms + number * length_ms for number in range(len(texts) + 1)]
    return [
        *(Word(text, start_ms, start_ms + length_ms) for text, start_ms in zip(texts, starts, strict=False)),
        replace(first, start_ms=starts[-1]),
    ]


def _spread(texts: Sequence[str], start_ms: int, end_ms: int, known: Sequence[Word] = ()) -> Iterator[Word]:
    """Texts as words that share a stretch by their lengths; the first are `known` ones, as sure as they were."""
    reached = list(accumulate((len(text) + 1 for text in texts), initial=0))
    for number, text in enumerate(texts):
        first, last = (start_ms + (end_ms - start_ms) * place // reached[-1] for place in reached[number : number + 2])
        if number < len(known):
            yield replace(known[number], start_ms=first, end_ms=last)
        else:
            yield Word(text, first, last)


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text
