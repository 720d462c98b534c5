"""The codebook: categories in a tree, in versions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_NO_WORD = re.compile(r"[\W_]+")


def key_of(name: str) -> str:
    """The key of a category of this name: its words in small letters, joined by `-`; empty if it has none."""
    return _NO_WORD.sub("-", unicodedata.normalize("NFKC", name).casefold()).strip("-")


@dataclass(frozen=True, slots=True)
class Category:
    """A category: `key` names it in all versions, `parent` is the key of the one above it (empty: none).

    `depth` counts from 0. `was` is the key that it had in the version before, if it was renamed.
    """

    key: str
    name: str
    definition: str = ""
    parent: str = ""
    depth: int = 0
    was: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Codebook:
    """A version (1, 2, 3 …) of the codebook: its categories from top to bottom, kept when, by whom, why.

    Two people may each keep a version 4 without knowing: `edition` tells them apart, a hash of what was kept. `after`
    are the editions that this one was made from: one, or all those whose changes it brings together.
    """

    version: int
    categories: tuple[Category, ...]
    kept_wall_ms: int = 0
    by: str = ""
    why: str = ""
    edition: str = ""
    after: tuple[str, ...] = ()

    def category(self, key: str) -> Category | None:
        """A category by its key."""
        return next((one for one in self.categories if one.key == key), None)

    def named(self, text: str) -> Category | None:
        """A category by its name or its key, whatever the capitals; None if there is none."""
        return self.category(key_of(text))

    def upwards(self, key: str) -> Iterator[str]:
        """The key of a category and of those above it."""
        found = self.category(key)
        while found is not None:
            yield found.key
            found = self.category(found.parent)
