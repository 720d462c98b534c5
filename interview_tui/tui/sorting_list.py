"""Incidents as a coder goes through them: which one is looked at, which are sorted, which comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.ports import ToSort

Key = tuple[str, str]
"""What tells an incident from the others: its case and its id."""


@dataclass(frozen=True, slots=True)
class SortingList:
    """Incidents to be sorted into the categories of `book`; the one `at` this place is looked at.

    One that was sorted into a category that the codebook has no more is to be sorted anew.
    """

    incidents: tuple[ToSort, ...] = ()
    book: Codebook | None = None
    at: int = 0
    only_unsorted: bool = False

    @property
    def chosen(self) -> ToSort | None:
        """What is looked at; None where there is nothing."""
        return self.incidents[self.at] if 0 <= self.at < len(self.incidents) else None

    @property
    def done(self) -> int:
        """How many are sorted."""
        known = self._known
        return sum(1 for one in self.incidents if one.category in known)

    def is_sorted(self, one: ToSort) -> bool:
        """Whether it is in a category that there is."""
        return one.category in self._known

    def is_gone(self, one: ToSort) -> bool:
        """Whether it was sorted, into a category that there is no more."""
        return bool(one.category) and not self.is_sorted(one)

    def begun(self) -> SortingList:
        """At the first that is not sorted; at the first of all where all of them are."""
        return self._to_unsorted(0) or replace(self, at=0)

    def next(self) -> SortingList | None:
        """At the one after, of those that are shown; None if there is none."""
        return self._step(range(self.at + 1, len(self.incidents)))

    def previous(self) -> SortingList | None:
        """At the one before, of those that are shown; None if there is none."""
        return self._step(range(min(self.at, len(self.incidents)) - 1, -1, -1))

    def turned(self) -> SortingList:
        """Only those that are not sorted, or all of them again; on to the next that is shown."""
        other = replace(self, only_unsorted=not self.only_unsorted)
        chosen = other.chosen
        if other.only_unsorted and chosen is not None and self.is_sorted(chosen):
            return other._to_unsorted(self.at) or other
        return other

    def on(self) -> SortingList:
        """At the next that is not sorted: behind this one, else from the beginning; here, if there is none."""
        return self._to_unsorted(self.at + 1) or self

    def with_category(self, key: Key, category: str) -> SortingList:
        """With an incident in a category, or in none."""
        changed = (replace(one, category=category) if key_of(one) == key else one for one in self.incidents)
        return replace(self, incidents=tuple(changed))

    def renewed(self, incidents: Sequence[ToSort], book: Codebook | None) -> SortingList:
        """With the incidents as they are by now; what is looked at stays, or what comes in its place."""
        chosen = key_of(self.chosen) if self.chosen is not None else None
        keys = [key_of(one) for one in incidents]
        at = keys.index(chosen) if chosen in keys else min(self.at, max(0, len(keys) - 1))
        return replace(self, incidents=tuple(incidents), book=book, at=at)

    @property
    def _known(self) -> frozenset[str]:
        """The categories that there are, by key."""
        return frozenset(one.key for one in self.book.categories if one.key) if self.book is not None else frozenset()

    def _step(self, places: range) -> SortingList | None:
        known = self._known if self.only_unsorted else frozenset()
        shown = (place for place in places if self.incidents[place].category not in known)
        place = next(shown, None)
        return replace(self, at=place) if place is not None else None

    def _to_unsorted(self, start: int) -> SortingList | None:
        places = [*range(start, len(self.incidents)), *range(min(start, len(self.incidents)))]
        known = self._known
        place = next((place for place in places if self.incidents[place].category not in known), None)
        return replace(self, at=place) if place is not None else None


def key_of(one: ToSort) -> Key:
    """What tells an incident from the others."""
    return one.case, one.incident
