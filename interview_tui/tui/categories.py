"""The categories of a codebook as they are chosen from: numbered from top to bottom, found by a few letters.

Names may be in any script. A letter is found without its accent too, and however it is written, large or small.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from interview_tui.credibility.codebook import Category, Codebook
from interview_tui.tui import dialogs
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.lines import one_line

GONE = "✗"
_NOT_AT_ALL = 3
"""The rank of what only resembles what is typed; see `_rank`."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A category with its number, and the names of those above it, from the top."""

    number: int
    category: Category
    above: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name, on one line."""
        return one_line(self.category.name) or one_line(self.category.key)

    @property
    def path(self) -> str:
        """`Support › Advice`."""
        return " › ".join((*self.above, self.name))


def numbered(book: Codebook | None) -> tuple[Numbered, ...]:
    """The categories of a codebook, from 1."""
    found: list[Numbered] = []
    paths: dict[str, tuple[str, ...]] = {}
    for number, category in enumerate(book.categories if book is not None else (), 1):
        one = Numbered(number, category, paths.get(category.parent, ()))
        paths[category.key] = (*one.above, one.name)
        found.append(one)
    return tuple(found)


def fitting(categories: Sequence[Numbered], typed: str) -> list[Numbered]:
    """The categories that fit what is typed, the best first: a number, else letters of a name.

    A name that begins so goes before one in which a word does, and that before one that has it anywhere. Only where
    there is none of these is it what resembles it. All of them in their order while nothing is typed.
    """
    typed = typed.strip()
    wanted = _folded(typed)
    if not wanted:
        return list(categories)
    is_number = typed.isdecimal()  # as it is typed: "¹" folds to a digit, and is a name
    if is_number:
        by_number = [one for one in categories if str(one.number).startswith(str(int(typed)))]
        if by_number:
            return sorted(by_number, key=lambda one: one.number)
    ranked = [(_rank(wanted, one), one) for one in categories]
    found = [one for rank, one in sorted(ranked, key=lambda each: each[0]) if rank < _NOT_AT_ALL]
    return found if found or is_number else _resembling(categories, typed)


def standing(book: Codebook | None, key: str) -> Category | None:
    """The category of this key, if the codebook has it."""
    return book.category(key) if book is not None and key else None


def named(book: Codebook | None, key: str) -> str:
    """What a category is called; its key where the codebook has it no more."""
    category = standing(book, key)
    return one_line(category.name if category is not None else key) or one_line(key)


def _rank(wanted: str, one: Numbered) -> int:
    name = _folded(one.name)
    if name.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in name.split()):
        return 1
    return 2 if wanted in name else _NOT_AT_ALL


def _resembling(categories: Sequence[Numbered], typed: str) -> list[Numbered]:
    """What resembles what is typed, by name and by what stands above it; nothing where no letter is typed."""
    if not any(character.isalnum() for character in typed):
        return []
    by_key = {str(one.number): one for one in categories}
    choices = [Choice(key, one.name, " ".join(one.above)) for key, one in by_key.items()]
    return [by_key[choice.key] for choice in dialogs.fitting(choices, typed)]


def _folded(text: str) -> str:
    """A text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
