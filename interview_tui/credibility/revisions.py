"""What changed between two versions of a codebook, in the terms of template analysis.

King (1998, 2012), "Template analysis": a template is revised by inserting a code, deleting one, changing the scope of
one, and changing what one is classified under.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.credibility.codebook import Category, Codebook


class Revision(StrEnum):
    """What was done to a category."""

    INSERTED = "inserted"
    DELETED = "deleted"
    RENAMED = "renamed"
    SCOPE = "scope changed"
    MOVED = "higher-level classification changed"


@dataclass(frozen=True, slots=True)
class Revised:
    """A category that was revised: its name now (then, if it was deleted), and what was and is the case.

    For one that was inserted or moved these are what it stood and stands under, empty for nothing; for one whose scope
    changed, its definitions.
    """

    how: Revision
    name: str
    before: str = ""
    after: str = ""


def revisions(before: Codebook, after: Codebook) -> list[Revised]:
    """What was done, in the order of the later version; what was deleted comes last."""
    came_from = {one.key: _origin(one, before) for one in after.categories}
    told = [revised for one in after.categories for revised in _of(one, came_from, before, after)]
    stayed = {origin.key for origin in came_from.values() if origin is not None}
    gone = (one for one in before.categories if one.key not in stayed)
    return [*told, *(Revised(Revision.DELETED, one.name, _name(before, one.parent)) for one in gone)]


def _origin(category: Category, before: Codebook) -> Category | None:
    """What a category was before: what it says that it was, if that was there; else what has its name."""
    return (before.category(category.was) if category.was else None) or before.category(category.key)


def _of(
    category: Category, came_from: dict[str, Category | None], before: Codebook, after: Codebook
) -> Iterator[Revised]:
    origin = came_from[category.key]
    if origin is None:
        yield Revised(Revision.INSERTED, category.name, after=_name(after, category.parent))
        return
    if origin.name != category.name:
        yield Revised(Revision.RENAMED, category.name, origin.name, category.name)
    if origin.definition != category.definition:
        yield Revised(Revision.SCOPE, category.name, origin.definition, category.definition)
    above = came_from.get(category.parent)
    if (above.key if above else "") != origin.parent or bool(category.parent) != bool(origin.parent):
        yield Revised(Revision.MOVED, category.name, _name(before, origin.parent), _name(after, category.parent))


def _name(book: Codebook, key: str) -> str:
    found = book.category(key)
    return found.name if found else ""
