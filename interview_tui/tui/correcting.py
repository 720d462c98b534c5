"""Acts on what is said: words corrected or marked as not understood, turns cut and joined, quotations.

`heard` is who the turn of the record is heard as (`acts.heard_of`). What the machine heard is kept whatever is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from interview_tui.interview.events import Stretch
from interview_tui.record.edits import OTHER
from interview_tui.record.review.changes import INAUDIBLE
from interview_tui.record.review.review import Quotation
from interview_tui.record.review.words import reworded
from interview_tui.record.transcript import Turn, Word, outside
from interview_tui.record.under_review import UnderReview
from interview_tui.tui.acts import Act, heard_of, stretch_of, take_back, turns_in, words_in

OPENS, CLOSES = "[unclear:", "]"
"""What stands before and after words that are a guess."""
NO_WORDS = "Choose words that somebody says."
ONE_TURN = "Choose words of one turn."
NOT_CHANGED = "Nothing was changed."
NOT_UNDERSTOOD = "Nothing is understood here. Write down what you hear: e."
FIRST_WORD = "A turn is cut before a word that is not its first."
AT_ONCE = "These words are heard at once: no turn can be cut between them."
GOES_ON = "What follows belongs elsewhere or is another's: w moves it, g gives it back."
NO_QUOTATION = "No quotation is marked here."


def correct_words(_: UnderReview, stretch: Stretch, heard: str, before: str, after: str) -> Act | str:
    """Say that in a stretch not `before` was said, but `after`; both as they are read, and either may be empty."""
    before, after = " ".join(before.split()), " ".join(after.split())
    if before == after:
        return NOT_CHANGED
    done = "Corrected. u undoes it." if after else "These words are out; what the machine heard is kept. u undoes it."
    return Act(lambda reviewing, now: reviewing.correct_words(stretch, heard, before, after, now), done)


def inaudible(found: UnderReview, stretch: Stretch, heard: str) -> Act | str:
    """Say that these words cannot be understood."""
    said = [word for turn in turns_in(found, stretch, heard) for word in words_in(turn, stretch)]
    if not said:
        return NO_WORDS
    return _said(correct_words(found, stretch, heard, _text(said), INAUDIBLE), f"{INAUDIBLE} now. u undoes it.")


def unclear(found: UnderReview, stretch: Stretch, heard: str) -> Act | str:
    """Say that these words of a turn are a guess; or that they are none, if all of them are marked as one.

    A mark of which only a part is among them is widened, or taken off whole.
    """
    turns = turns_in(found, stretch, heard)
    if len(turns) != 1:
        return ONE_TURN if turns else NO_WORDS
    turn = turns[0]
    chosen = {id(word) for word in words_in(turn, stretch)}
    numbers = [number for number, word in enumerate(turn.words) if id(word) in chosen]
    if all(turn.words[number].text == INAUDIBLE for number in numbers):
        return NOT_UNDERSTOOD
    marks = [mark for mark in _marks(turn.words) if any(number in mark for number in numbers)]
    are_marked = all(any(number in mark for mark in marks) for number in numbers)
    every = {*numbers, *(number for mark in marks for number in mark)}
    words = turn.words[min(every) : max(every) + 1]
    plain = " ".join(filter(None, (_unmarked(word.text) for word in words)))
    after = plain if are_marked else f"{OPENS} {plain}{CLOSES}"
    done = "No longer marked as unclear. u undoes it." if are_marked else "Marked as unclear; ? again takes it off."
    return _said(correct_words(found, stretch_of(turn, words), heard, _text(words), after), done)


def cut(found: UnderReview, cut_ms: int, heard: str) -> Act | str:
    """Cut a turn in two before the word that is said at a moment: the one that begins then, if there is one."""
    said = [
        (placed.turn, number)
        for placed in found.record.turns
        if heard_of(placed.turn) == heard
        for number, word in enumerate(placed.turn.words)
        if word.start_ms <= cut_ms < max(word.end_ms, word.start_ms + 1)
    ]
    if not said:
        return NO_WORDS
    turn, number = max(said, key=lambda one: (one[0].words[one[1]].start_ms, one[1]))
    word, before = turn.words[number], turn.words[:number]
    if not before:
        return FIRST_WORD
    at_ms = max(word.start_ms, turn.start_ms + 1, *(one.end_ms for one in before))
    if at_ms >= word.end_ms:
        return AT_ONCE
    return Act(lambda reviewing, now: reviewing.cut(at_ms, heard, now), "Cut in two. u joins the two again.")


def join(found: UnderReview, at_ms: int, heard: str) -> Act | str:
    """Join the turn that is said at a moment with the same speaker's next one."""
    turns = [placed.turn for placed in found.record.turns if heard_of(placed.turn) == heard]
    turn = next((one for one in turns if one.start_ms <= at_ms < max(one.end_ms, one.start_ms + 1)), None)
    if turn is None:
        return NO_WORDS
    whole = _whole(found, turn)
    if _times(whole.words[-1:]) != _times(turn.words[-1:]):
        return GOES_ON
    begins_ms = whole.start_ms
    return Act(lambda reviewing, now: reviewing.join(begins_ms, heard, now), "Joined. u cuts the two apart again.")


def quote(_: UnderReview, stretch: Stretch, heard: str, comment: str = "") -> Act | str:
    """Mark what somebody says in a stretch as worth quoting, and what for."""
    return Act(
        lambda reviewing, now: reviewing.quote(stretch, heard, comment, now),
        'Marked as a quotation; " there again takes it off.',
    )


def quotation_at(found: UnderReview, stretch: Stretch, heard: str) -> Quotation | None:
    """The quotation of somebody's words that shares most with a stretch; the last of several alike."""
    names = (heard, OTHER.get(heard))  # it names whom the machine heard, who may be the other one
    shared = [
        (min(one.stretch.end_ms, stretch.end_ms) - max(one.stretch.start_ms, stretch.start_ms), number, one)
        for number, one in enumerate(found.record.quotations)
        if one.heard in names
    ]
    best = max(shared, default=None)
    return best[2] if best is not None and best[0] > 0 else None


def take_off_quotation(found: UnderReview, stretch: Stretch, heard: str) -> Act | str:
    """Mark what was marked as worth quoting here no more."""
    quotation = quotation_at(found, stretch, heard)
    if quotation is None:
        return NO_QUOTATION
    return _said(take_back(found, quotation.edit), "No longer a quotation. u marks it again.")


def _whole(found: UnderReview, turn: Turn) -> Turn:
    """The turn as it is cut and joined, of which this one may be a part that belongs elsewhere or is another's."""
    assert found.machine is not None  # a record has turns only where something was transcribed
    worded = reworded(outside(found.machine.turns, found.interview.withheld()), found.review.rewordings)
    last = _times(turn.words[-1:])
    return next((one for one in worded if last <= _times(one.words)), turn)


def _marks(words: Sequence[Word]) -> Iterator[range]:
    """Where words are marked as a guess, the first word of each mark and its last one in it."""
    opened: int | None = None
    for number, word in enumerate(words):
        if word.text.startswith(OPENS):
            opened = number
        if opened is not None and _closes(word.text):
            yield range(opened, number + 1)
            opened = None


def _closes(text: str) -> bool:
    return CLOSES in text.replace(INAUDIBLE, "")


def _unmarked(text: str) -> str:
    """A word without what marks it as a guess; nothing of one that does no more."""
    inner = text.removeprefix(OPENS)
    return inner.replace(CLOSES, "", 1) if _closes(inner) else inner


def _said(act: Act | str, done: str) -> Act | str:
    """An act of which something else is said."""
    return act if isinstance(act, str) else Act(act.correction, done)


def _times(words: Iterable[Word]) -> set[tuple[str, int, int]]:
    """Words as they are known again in another turn."""
    return {(word.text, word.start_ms, word.end_ms) for word in words}


def _text(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)
