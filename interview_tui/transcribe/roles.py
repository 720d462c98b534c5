"""Who the interviewer is, of voices that were told apart: whoever speaks the schedule's questions.

Wordings are compared word by word and in order, so that neither a misheard word nor one's own way of putting it hides a
question. A respondent who says a question back does not become the interviewer by it: what two voices say counts for
the one whose turn it fills, and only by how much it fills that turn more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from rapidfuzz import fuzz

SHORTEST = 3
"""Words of a wording that can be told from chance; `Why not?` is anybody's."""
ALIKE = 60.0  # of 100: of a question's words, so many are said in its order
CHANCE = 2.0  # words that agree with some wording or other anyhow
LEAST = 5.0  # words of questions that a voice has to have said before it is taken for the interviewer's,
LEAST_TURNS = 2  # in so many turns: one may have been given to the wrong voice
DOUBT = 10.0  # words; with so many of them said by one voice alone it is half sure
SURE_ENOUGH = 0.25

_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|\w+(?:'\w+)*")
"""A word; in scripts that put no spaces between words, a character."""
_SENTENCE_END = re.compile(r"[.?!;:…。？！\n]+(?:\s+|$)|[。？！]|\s[-–—]\s")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """The voice that asks the schedule's questions, None if that cannot be told; `sure` from 0 to 1.

    `asked` holds how many words of the schedule's questions each voice has said that the others have not.
    """

    speaker: str | None
    sure: float
    asked: Mapping[str, float]


def interviewer_of(said: Mapping[str, Sequence[str]], questions: Sequence[str]) -> Role:
    """Which voice is the interviewer's, by what each has `said`, turn by turn, and by the schedule's `questions`.

    Questions are all that the schedule has to be read out, as it was worded.
    """
    wordings = _wordings(questions)
    credits = {voice: [_credits(wordings, _words(turn)) for turn in turns] for voice, turns in said.items()}
    best = {
        voice: [max((credit[n] for credit in turns), default=0.0) for n in range(len(wordings))]
        for voice, turns in credits.items()
    }
    alone, shared = {}, {}
    for voice, turns in credits.items():
        others = [theirs for other, theirs in best.items() if other != voice]
        said_too = [max((theirs[n] for theirs in others), default=0.0) for n in range(len(wordings))]
        alone[voice] = [beyond for turn in turns if (beyond := _beyond(turn, said_too)) > 0]
        shared[voice] = sum(max(turn, default=0.0) for turn in turns) - sum(alone[voice])
    return _decided(alone, shared)


def _beyond(turn: Sequence[float], others: Sequence[float]) -> float:
    """What a turn says of the wording that it says best, beyond what any other voice says of that."""
    return max((own - theirs for own, theirs in zip(turn, others, strict=True)), default=0.0)


def _decided(alone: Mapping[str, Sequence[float]], shared: Mapping[str, float]) -> Role:
    asked = {voice: sum(turns) for voice, turns in alone.items()}
    first, second, *_ = *sorted(asked, key=lambda voice: asked[voice], reverse=True), "", ""
    most, next_most = asked.get(first, 0.0), asked.get(second, 0.0)
    if most < LEAST or len(alone[first]) < LEAST_TURNS:
        return Role(None, 0.0, asked)
    sure = (most - next_most) / (most + next_most + shared[first] + DOUBT)
    return Role(first if sure >= SURE_ENOUGH else None, sure, asked)


def _wordings(questions: Sequence[str]) -> list[Words]:
    """The sentences of the questions that are long enough to tell anything, each once."""
    sentences = (_words(sentence) for question in questions for sentence in _SENTENCE_END.split(question))
    return sorted({sentence for sentence in sentences if len(sentence) >= SHORTEST})


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


def _credits(wordings: Sequence[Words], turn: Words) -> list[float]:
    """For each wording, how many of its words a turn says in order, the less the less of the turn that is."""
    return [_credit(wording, turn) for wording in wordings]


def _credit(wording: Words, turn: Words) -> float:
    shorter = min(len(wording), len(turn))
    if shorter < SHORTEST:
        return 0.0
    words = shorter * fuzz.partial_ratio(wording, turn, score_cutoff=ALIKE) / 100
    return max(0.0, words - CHANCE) * sqrt(words / len(turn))
