"""Spellings of one name: speech recognisers write a name that they do not know as it sounds, each time anew.

Two words are taken for spellings of one name only where they have the same consonants by their sound and hardly other
vowels: Fennimore, Finnimore, Phenymor. So Martin is never Marvin, though they differ in one letter. Denise and Dennis
cannot be told from two spellings of one name: whoever uses this asks, and never joins by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz.distance import JaroWinkler

from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym, folded, name_parts

SHORTEST = 5
"""Letters by sound below which a word is like too many others."""
_LEAST_LIKENESS = 0.85
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"), ("ck", "k"), ("c(?=[eiy])", "s"), ("qu", "kw"), ("c(?!h)|q", "k"), ("z", "s"), ("y", "i"),
        ("(?<=[^cst])h", ""), ("(?<=[aeiou])w", ""), ("(?<=.)e$", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_VOWELS = re.compile("[aeiou]")


def spelt_alike(name: str, other: str) -> bool:
    """Whether two different names may be spellings of one: part by part, each the same or alike by its sound."""
    parts, others = [folded(part) for part in name_parts(name)], [folded(part) for part in name_parts(other)]
    if parts == others or len(parts) != len(others):
        return False
    return all(one == two or _alike(one, two) for one, two in zip(parts, others, strict=True))


def other_spelling_of(name: str, known: Iterable[Pseudonym]) -> Pseudonym | None:
    """The pseudonym of which a name may be another spelling; of a person, the spelling of one word of it too."""
    return next((each for each in known if any(spelt_alike(name, form) for form in _said_as(each))), None)


def _said_as(given: Pseudonym) -> list[str]:
    words = name_parts(given.name) if given.kind is NameKind.PERSON else []
    return [*given.forms, *words]


def _alike(one: str, other: str) -> bool:
    sounds, others = _sound(one), _sound(other)
    return (
        min(len(sounds), len(others)) >= SHORTEST
        and _begin_alike(sounds, others)
        and _VOWELS.sub("", sounds) == _VOWELS.sub("", others)
        and JaroWinkler.similarity(sounds, others) >= _LEAST_LIKENESS
    )


def _begin_alike(sounds: str, others: str) -> bool:
    return bool(_VOWELS.match(sounds)) == bool(_VOWELS.match(others))


def _sound(word: str) -> str:
    """A word in small letters roughly as it sounds, by what English spells in more than one way."""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
