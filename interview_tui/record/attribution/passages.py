"""Talk cut to what is placed as one: turns, and parts of turns in the middle of which she moved on."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview_tui.interview.events import Place
from interview_tui.record.attribution.wording import sentences
from interview_tui.record.transcript import INTERVIEWER, Turn, Word

MURMUR = 3
"""Words: the interviewer's turn of no more than these is no question, unless it ends as one."""
AHEAD_MS, BEHIND_MS = 1_500, 6_000
"""How long before she asks, and after she has asked, she may move to what she asks."""
SHORT = 4
"""Words: a shorter sentence is placed with the one before it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words `first` to `last` (exclusive) of a turn, by the turn's place in the list; times on the call clock (ms)."""

    turn: int
    first: int
    last: int
    speaker: str
    start_ms: int
    end_ms: int
    text: str

    @property
    def is_asked(self) -> bool:
        """Whether it is the interviewer's."""
        return self.speaker == INTERVIEWER


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the screen stood: where she moved to in the course of a passage, and where it stood as that began."""

    to: Place | None
    before: Place | None


def passages(turns: Sequence[Turn], moves: Sequence[tuple[int, Place]]) -> tuple[list[Passage], list[Moved]]:
    """The passages of a call in order, without murmurs, and where the screen stood in each.

    She moves a little before or after she asks; such a move belongs to her question. One that she makes in the middle
    of an answer cuts it, at the sentence that begins nearest; one that she makes in silence belongs to what comes next.
    """
    whole = [
        _passage(number, turn, 0, len(turn.words)) for number, turn in enumerate(turns) if not is_murmur(turn, moves)
    ]
    asked = [k for k, passage in enumerate(whole) if passage.is_asked]
    starts = [whole[k].start_ms for k in asked]
    with_question: dict[int, Place] = {}
    within: list[tuple[int, Place]] = []
    for at_ms, place in moves:
        k = bisect_right(starts, at_ms + AHEAD_MS) - 1
        if k >= 0 and at_ms <= whole[asked[k]].end_ms + BEHIND_MS:
            with_question[asked[k]] = place
        else:
            within.append((_spoken_at(at_ms - AHEAD_MS, whole), place))
    times = [at_ms for at_ms, _ in moves]
    found: list[Passage] = []
    moved: list[Moved] = []
    for k, passage in enumerate(whole):
        for part, to in _cut(passage, turns[passage.turn], within):
            before = bisect_right(times, part.start_ms) - 1
            found.append(part)
            moved.append(Moved(with_question.get(k) or to, moves[before][1] if before >= 0 else None))
    return found, moved


def is_murmur(turn: Turn, moves: Sequence[tuple[int, Place]] = ()) -> bool:
    """Whether a turn only shows that she listens: it is short and no question, and she does not move as she says it."""
    if turn.speaker != INTERVIEWER or len(turn.words) > MURMUR or "?" in turn.text:
        return False
    return not any(turn.start_ms - AHEAD_MS <= at_ms <= turn.end_ms + AHEAD_MS for at_ms, _ in moves)


def utterances(found: Sequence[Passage], turns: Sequence[Turn]) -> Iterator[tuple[int, Passage]]:
    """The sentences of passages, each with the number of its passage; the interviewer's passages stay whole."""
    for number, passage in enumerate(found):
        if passage.is_asked:
            yield number, passage
            continue
        words = turns[passage.turn].words[passage.first : passage.last]
        for first, last in _joined(sentences(word.text for word in words)):
            yield number, _passage(passage.turn, turns[passage.turn], passage.first + first, passage.first + last)


def _spoken_at(at_ms: int, whole: Sequence[Passage]) -> int:
    """A moment, or when the next passage begins if nobody speaks then."""
    following = next((passage for passage in whole if passage.end_ms > at_ms), None)
    return max(at_ms, following.start_ms) if following else at_ms


def _joined(ends: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in ends:
        if joined and joined[-1][1] - joined[-1][0] < SHORT:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _cut(passage: Passage, turn: Turn, within: Sequence[tuple[int, Place]]) -> Iterator[tuple[Passage, Place | None]]:
    mine = [(at_ms, place) for at_ms, place in within if passage.start_ms <= at_ms < passage.end_ms]
    if passage.is_asked or not mine:
        yield passage, mine[-1][1] if mine else None
        return
    begins = [first for first, _ in sentences(word.text for word in turn.words)]
    cuts: dict[int, Place | None] = defaultdict(lambda: None, {0: None})
    for at_ms, place in mine:
        cuts[min(begins, key=lambda first: abs(turn.words[first].start_ms - at_ms))] = place
    firsts = sorted(cuts)
    for first, last in zip(firsts, [*firsts[1:], len(turn.words)], strict=True):
        yield _passage(passage.turn, turn, first, last), cuts[first]


def _passage(number: int, turn: Turn, first: int, last: int) -> Passage:
    words: tuple[Word, ...] = turn.words[first:last]
    text = " ".join(word.text for word in words)
    return Passage(number, first, last, turn.speaker, words[0].start_ms, max(word.end_ms for word in words), text)
