"""The versions of a codebook, and where a category of an earlier one is in the newest."""

from __future__ import annotations

from collections.abc import Iterable

from interview_tui.credibility.codebook import Codebook


class Versions:
    """All versions that were kept, the oldest first. Two people may have kept two of the same number."""

    def __init__(self, kept: Iterable[Codebook]) -> None:
        known = {one.edition: one for one in kept}
        self.all: tuple[Codebook, ...] = tuple(sorted(known.values(), key=_rank))
        self._by_edition = known

    @property
    def newest(self) -> Codebook | None:
        """The one with the highest number; of two with the same, the one that was kept later."""
        return self.all[-1] if self.all else None

    @property
    def heads(self) -> tuple[Codebook, ...]:
        """Those from which none was made: one, or several where people went on without knowing of each other."""
        followed = {edition for one in self.all for edition in one.after}
        return tuple(one for one in self.all if one.edition not in followed)

    def found(self, text: str) -> list[Codebook]:
        """Those that `4` or `4-1a2b` can mean."""
        number, _, edition = text.strip().removeprefix("v").partition("-")
        return [one for one in self.all if str(one.version) == number and one.edition.startswith(edition)]

    def now(self, version: int, key: str) -> str | None:
        """The key that a category of a version has in the newest; None if it was deleted since, or never was there.

        It goes from version to version, for a name may have been taken by another category meanwhile. Of two versions
        with the same number it is the later that has such a category.
        """
        newest = self.newest
        if newest is None:
            return None
        meant = next((one for one in reversed(self.all) if one.version == version and one.category(key)), None)
        if meant is None:
            return None
        there, reached = {meant.edition: key}, {meant.edition}
        for book in self.all:
            for before in book.after if _rank(book) > _rank(meant) else ():
                if before in reached:
                    reached.add(book.edition)
                if before in there and (step := _step(book, there[before])) is not None:
                    there.setdefault(book.edition, step)
        return there.get(newest.edition) if newest.edition in reached else _step(newest, key)  # kept side by side


def _step(book: Codebook, key: str) -> str | None:
    """The key in this version of what had `key` in the version before it."""
    renamed = next((one.key for one in book.categories if one.was == key), None)
    return renamed or (key if book.category(key) else None)


def _rank(book: Codebook) -> tuple[int, int, str]:
    return book.version, book.kept_wall_ms, book.edition
