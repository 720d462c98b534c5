"""The codebook: categories in a tree, in versions."""

from __future__ import annotations

from dataclasses import dataclass


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
    """A version (1, 2, 3 …) of the codebook: its categories from top to bottom, kept when, by whom, why."""

    version: int
    categories: tuple[Category, ...]
    kept_wall_ms: int = 0
    by: str = ""
    why: str = ""

    def category(self, key: str) -> Category | None:
        """A category by its key."""
        return next((one for one in self.categories if one.key == key), None)
