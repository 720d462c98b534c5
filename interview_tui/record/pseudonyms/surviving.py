"""Names that survive where they should have been replaced.

Crude on purpose, and unlike the way in which they are replaced: it looks at letters alone, whatever stands between
them, so that it does not share the other's mistakes. It would rather cry wolf than be silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interview_tui.record.pseudonyms.pseudonym import Pseudonym, base_of, folded, name_parts

_WIDEST_GAP = 5
_WITHIN_A_WORD = "-\u2010\u2011\u00ad\u200b\u200c\u200d\u2060\ufeff"  # hyphens, and what is not seen
_DONE = "\ue000"  # for private use: no letter of any name


@dataclass(frozen=True, slots=True)
class Survivor:
    """A name that is still there: which form of it, what should stand for it, at which line and column, from 1."""

    form: str
    replacement: str
    line: int
    column: int


def survivors(text: str, pseudonyms: Iterable[Pseudonym]) -> list[Survivor]:
    """Every name in a text, in the text's order: in any case, hyphenated, possessive or plural, its words written
    together or apart, and over the end of a line.
    """
    known = tuple(pseudonyms)
    for replacement in {each.replacement for each in known}:
        text = text.replace(replacement, _DONE * len(replacement))
    places = [at for at, letter in enumerate(text) if letter.isalnum() or letter == _DONE]
    letters = "".join(base_of(text[at]) for at in places)
    found = [
        (at, form, each.replacement)
        for each in known
        for form in each.forms
        for at in _begins(text, places, letters, form, each.is_ordinary(form))
    ]
    return [
        Survivor(form, replacement, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        for at, form, replacement in sorted(found)
    ]


def _begins(text: str, places: list[int], letters: str, form: str, ordinary: bool) -> Iterator[int]:
    """Where a form of a name begins in a text, given its letters and where each of them stands."""
    wanted, parts = folded(form), [len(part) for part in name_parts(form)]
    starts = {sum(parts[:number]) for number in range(len(parts))}
    first = letters.find(wanted)
    while first >= 0:
        span = places[first : first + len(wanted)]
        gaps = {number: text[span[number - 1] + 1 : span[number]] for number in range(1, len(span))}
        if (
            _is_whole(text, span[0], span[-1])
            and not (ordinary and any(text[span[start]].islower() for start in starts))
            and all(
                len(gap) <= _WIDEST_GAP if number in starts else _is_within_a_word(gap)
                for number, gap in gaps.items()
                if gap
            )
        ):
            yield span[0]
        first = letters.find(wanted, first + 1)


def _is_whole(text: str, first: int, last: int) -> bool:
    """Whether no word goes on before or after these letters, but for the `s` of a plural or possessive."""
    after = text[last + 1 : last + 3]
    ended = not after[:1].isalnum() or (after[0] in "sS" and not after[1:].isalnum())
    return ended and not text[first - 1 : first].isalnum()


def _is_within_a_word(gap: str) -> bool:
    """Whether a word may go on after this: nothing seen, or a hyphen and the end of a line."""
    return not any(letter not in _WITHIN_A_WORD and not letter.isspace() for letter in _unaccented(gap)) and (
        not any(map(str.isspace, gap)) or gap[0] in _WITHIN_A_WORD
    )


def _unaccented(gap: str) -> str:
    return "".join(letter for letter in gap if not "\u0300" <= letter <= "\u036f")
