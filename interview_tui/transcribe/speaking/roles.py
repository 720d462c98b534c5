"""Who the interviewer is, of voices that were told apart: whoever speaks the schedule's questions.

Wordings are compared word by word and in order, so that neither a misheard word nor one's own way of putting it hides a
question. A respondent who says questions back does not become the interviewer by it. What two voices say counts for the
one whose turn it fills, by how much it fills that turn more; and the rest of it for the one who says little else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from rapidfuzz import fuzz

ALIKE = 60.0  # of 100: of a question's words, so many are said in its order
CHANCE = 2.0  # words that agree with some wording or other anyhow: `Why not?` is anybody's
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

    `asked` holds how many words of the schedule's questions speak for each voice.
    """

    speaker: str | None
    sure: float
    asked: Mapping[str, float]


def interviewer_of(said: Mapping[str, Sequence[str]], questions: Sequence[str]) -> Role:
    """Which voice is the interviewer's, by what each has `said`, turn by turn, and by the schedule's `questions`.

    Questions are all that the schedule has to be read out, as it was worded.
    """
    wordings = _wordings(questions)
    voices = {voice: _Voice(wordings, [_words(turn) for turn in turns]) for voice, turns in said.items()}
    asked = {}
    for voice, found in voices.items():
        others = [other for name, other in voices.items() if name != voice]
        asked[voice] = found.asked_beside(others)
    first, second, *_ = *sorted(asked, key=lambda voice: asked[voice], reverse=True), "", ""
    most, next_most = asked.get(first, 0.0), asked.get(second, 0.0)
    if most < LEAST or voices[first].asking < LEAST_TURNS:
        return Role(None, 0.0, asked)
    sure = (most - next_most) / (voices[first].asked + next_most + DOUBT)
    return Role(first if sure >= SURE_ENOUGH else None, sure, asked)


class _Voice:
    """What a voice says of the wordings: in `asking` of its turns, `asked` words, the share `density` of all it says.

    `best` has for each wording how many of its words the voice says where it says most of them.
    """

    def __init__(self, wordings: Sequence[Words], turns: Sequence[Words]) -> None:
        self._turns = [[_credit(wording, turn) for wording in wordings] for turn in turns]
        self.best = [max((turn[n] for turn in self._turns), default=0.0) for n in range(len(wordings))]
        in_turns = [max(turn, default=0.0) for turn in self._turns]
        self.asking = sum(words > 0 for words in in_turns)
        self.asked = sum(in_turns)
        self.density = self.asked / max(1, sum(len(turn) for turn in turns))

    def asked_beside(self, others: Sequence[_Voice]) -> float:
        """How many words of the wordings it says for which it, and none of the others, may be called the asker."""
        best = [max((other.best[n] for other in others), default=0.0) for n in range(len(self.best))]
        alone = sum(
            max(0.0, max((own - theirs for own, theirs in zip(turn, best, strict=True)), default=0.0))
            for turn in self._turns
        )
        densest = max((other.density for other in others), default=0.0)
        more = max(0.0, self.density - densest) / max(self.density + densest, 1e-9)
        return alone + (self.asked - alone) * more


def _wordings(questions: Sequence[str]) -> list[Words]:
    """The sentences of the questions that are long enough to tell anything, each once."""
    sentences = (_words(sentence) for question in questions for sentence in _SENTENCE_END.split(question))
    return sorted({sentence for sentence in sentences if len(sentence) > CHANCE})


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


def _credit(wording: Words, turn: Words) -> float:
    """How many words of a wording a turn says in their order, the less the less of the turn that is."""
    if not turn:
        return 0.0
    words = min(len(wording), len(turn)) * fuzz.partial_ratio(wording, turn, score_cutoff=ALIKE) / 100
    return max(0.0, words - CHANCE) * sqrt(words / len(turn))
