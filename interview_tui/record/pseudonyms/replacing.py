"""Names replaced in texts and in the words of turns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from interview_tui.record.pseudonyms.pseudonym import Pseudonym, base_of, letters_like, name_parts
from interview_tui.record.transcript import Word

BETWEEN = r"[\W_]{0,5}"
"""What may stand between the parts of a name: `Hollin Bank`, `Hollin-Bank`, `HollinBank`, `Hollin, Bank`."""


class Replacer:
    """Puts pseudonyms in the place of names: whole words in any case, the longest first, `'s` and punctuation kept.

    What stands for a name is never looked into again, so that replacing twice is replacing once.
    """

    def __init__(self, pseudonyms: Iterable[Pseudonym]) -> None:
        known = tuple(pseudonyms)
        forms = {
            (form, known[number].is_ordinary(form)): number
            for number in reversed(range(len(known)))
            for form in known[number].forms
        }  # the first of two pseudonyms that share a form holds
        longest_first = sorted(forms, key=lambda form: (-len(form[0]), form))
        self._whose = [forms[form] for form in longest_first]
        self._replacements = [known[number].replacement for number in self._whose]
        done = "|".join(sorted({re.escape(each.replacement) for each in known}, key=len, reverse=True))
        names = "|".join(f"({_pattern(form, ordinary)})" for form, ordinary in longest_first)
        self._names = re.compile(rf"(?:{done})|(?<![^\W_])(?:{names})(?=[sS]?(?![^\W_]))") if known else None

    def text(self, text: str) -> str:
        """A text with every name in it replaced."""
        return self._names.sub(self._replaced, text) if self._names else text

    def places(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where names begin and end in a text, each with the number of its pseudonym, from 0."""
        for match in self._names.finditer(text) if self._names else ():
            if match.lastindex:
                yield match.start(), match.end(), self._whose[match.lastindex - 1]

    def words(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Words with every name among them replaced: a name of several words is one word that takes their stretch."""
        return tuple(word for _, word in self.placed_words(words))

    def placed_words(self, words: Sequence[Word]) -> list[tuple[int, Word]]:
        """Like `words`, each with the place that it, or the first of those it stands for, had among them."""
        if self._names is None:
            return list(enumerate(words))
        text = " ".join(word.text for word in words)
        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word.text) + 1)
        joins = {  # a word and the next, where a name runs over the space between them
            place
            for match in self._names.finditer(text)
            for place in range(bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end()) - 1)
        }
        return [(run[0], self._joined([words[place] for place in run])) for run in _runs(len(words), joins)]

    def _joined(self, words: Sequence[Word]) -> Word:
        text = self.text(" ".join(word.text for word in words))
        if len(words) == 1 and text == words[0].text:
            return words[0]
        return replace(
            words[0],
            text=text,
            end_ms=max(word.end_ms for word in words),
            confidence=min(word.confidence for word in words),
            speaker_sure=min(word.speaker_sure for word in words),
        )

    def _replaced(self, match: re.Match[str]) -> str:
        return self._replacements[match.lastindex - 1] if match.lastindex else match.group()


def _runs(count: int, joins: set[int]) -> list[list[int]]:
    """The numbers below `count` in runs: n and n + 1 belong together if n is among the joins."""
    runs: list[list[int]] = []
    for number in range(count):
        if number - 1 in joins:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _pattern(form: str, ordinary: bool) -> str:
    """A form of a name as a pattern; one that is an ordinary word as well begins with capitals."""
    return BETWEEN.join(
        "".join(_letter(letter, capital=ordinary and not number) for number, letter in enumerate(part))
        for part in name_parts(form)
    )


def _letter(letter: str, *, capital: bool) -> str:
    base = base_of(letter)
    alike = {letter, letter.lower(), letter.upper(), base, base.upper(), *_LIKE.get(base, "")}
    fits = {each for each in alike if len(each) == 1 and (not capital or not each.islower())}
    return f"[{re.escape(''.join(sorted(fits)))}]{_ACCENTS}*"


_LIKE = letters_like()
_ACCENTS = "[\u0300-\u036f]"  # where they are written as letters of their own
