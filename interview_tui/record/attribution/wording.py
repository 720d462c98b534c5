"""How alike wordings are: words as stems, each weighed by how telling it is in this interview."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

from rapidfuzz import fuzz, process

ALIKE = 86
"""Of 100: from here on a word that is not in the schedule is taken for one that is, misheard or misspelt."""
LONG = 5
RECALL = 1.5
"""How much more it counts that the words of a question were said than that nothing else was said."""
POWER = 1.5

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_PARTS = re.compile(r"(?<=[.?!])\s+|\s+[–—-]\s+")
_ENDS = tuple(".?!…")
_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


class Lexicon:
    """The words of one interview: their stems, and how telling each is (inverse document frequency)."""

    def __init__(self, worded: Iterable[str], said: Iterable[str], language: str) -> None:
        """`worded` are the schedule's questions, `said` the turns; `language` is ISO 639-1.

        Words of a language without a stemmer count as they are.
        """
        self._stem = stemmer(language)
        questions = [frozenset(self._raw(text)) for text in worded]
        self._known = sorted({stem for question in questions for stem in question if len(stem) >= LONG})
        self._mended: dict[str, str] = {stem: stem for stem in self._known}
        self._frequency = Counter(stem for question in questions for stem in question)
        self._documents = len(questions)
        for text in said:
            self._frequency.update(set(self.stems(text)))
            self._documents += 1

    def stems(self, text: str) -> tuple[str, ...]:
        """The stems of a text in order; a long word that nearly is one of the schedule's counts as that."""
        return tuple(self._mend(stem) for stem in self._raw(text))

    def weight(self, stem: str) -> float:
        """How telling a stem is: 0 for one that is everywhere."""
        return float(max(0.0, math.log((self._documents + 1) / (self._frequency[stem] + 1))) ** POWER)

    def total(self, stems: Iterable[str]) -> float:
        """The weight of some stems together."""
        return sum(self.weight(stem) for stem in stems)

    def _raw(self, text: str) -> list[str]:
        return [self._stem(word.lower().replace("’", "'")) for word in _WORD.findall(text)]

    def _mend(self, stem: str) -> str:
        if stem not in self._mended:
            near = None
            if len(stem) >= LONG:
                near = process.extractOne(stem, self._known, scorer=fuzz.ratio, score_cutoff=ALIKE)
            self._mended[stem] = near[0] if near else stem
        return self._mended[stem]


class Phrasebook:
    """Questions, each in several phrasings, to compare what is said with."""

    def __init__(self, lexicon: Lexicon, questions: Sequence[Sequence[str]]) -> None:
        """`questions` are the phrasings of each."""
        self._lexicon = lexicon
        self._numbers: dict[tuple[str, ...], int] = {}
        self._of = [self._numbers.setdefault(tuple(phrasings), len(self._numbers)) for phrasings in questions]
        self._phrasings: list[tuple[int, float]] = []
        self._at: dict[str, list[int]] = defaultdict(list)
        for phrasings, number in self._numbers.items():
            for stems in dict.fromkeys(frozenset(lexicon.stems(text)) for text in phrasings):
                for stem in stems:
                    self._at[stem].append(len(self._phrasings))
                self._phrasings.append((number, lexicon.total(stems)))

    def likeness(self, said: Collection[str]) -> list[float]:
        """How well some stems cover each question, 0 to 1: a weighted F-measure that leans to recall."""
        common: dict[int, float] = defaultdict(float)
        for stem in set(said):
            weight = self._lexicon.weight(stem)
            for phrasing in self._at.get(stem, ()) if weight else ():
                common[phrasing] += weight
        best = [0.0] * len(self._numbers)
        whole = self._lexicon.total(set(said))
        for phrasing, weight in common.items():
            number, total = self._phrasings[phrasing]
            best[number] = max(best[number], _f_measure(weight / total, weight / whole))
        return [best[number] for number in self._of]


def phrasings(text: str) -> tuple[str, ...]:
    """The ways a question may be asked: as it is written, without what stands in brackets, each of its sentences."""
    bare = _BRACKETS.sub(" ", text).strip()
    ways = (text, bare, *(part.strip() for part in _PARTS.split(bare)))
    return tuple(dict.fromkeys(way for way in ways if len(way.split()) > 1)) or (text,)


def sentences(words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the sentences of a turn begin and end (exclusive), by its words' punctuation."""
    found: list[tuple[int, int]] = []
    start = number = 0
    for number, word in enumerate(words, 1):
        if word.rstrip("\"'”’)")[-1:] in _ENDS:
            found.append((start, number))
            start = number
    if number > start:
        found.append((start, number))
    return found


def _f_measure(recall: float, precision: float) -> float:
    return (1 + RECALL**2) * precision * recall / (RECALL**2 * precision + recall)


def stemmer(language: str) -> Callable[[str], str]:
    """What gives the stem of a word of this language (ISO 639-1); of one without a stemmer, the word itself."""
    import snowballstemmer  # all its languages: here the app has painted

    name = _LANGUAGES.get(language[:2].lower(), "")
    if not name:
        return str
    stem: Callable[[str], str] = cache(snowballstemmer.stemmer(name).stemWord)
    return stem
