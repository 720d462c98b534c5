"""Lists that are only ever added to, by several people on several machines, put together in one order.

Every entry names the newest ones that its author knew (`seen`). So two people's lists are put together by taking all
entries of both: every order in which they arrive gives the same (a grow-only set; Shapiro, Preguiça, Baquero and
Zawirski, "Conflict-free replicated data types", 2011).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar


class Entry(Protocol):
    """Something added to such a list: its id, the newest entries that were known then, and when it was (wall clock)."""

    @property
    def id(self) -> str:
        """Which entry it is, in all lists of the world."""
        ...

    @property
    def seen(self) -> tuple[str, ...]:
        """The ids of the newest entries that were known where it was made."""
        ...

    @property
    def wall_ms(self) -> int:
        """When it was made, on the clock of the machine where it was made."""
        ...


class Change(Protocol):
    """What is said by an entry."""

    @property
    def wall_ms(self) -> int:
        """When, on the wall clock (ms since the Unix epoch, UTC)."""
        ...


Said_co = TypeVar("Said_co", bound=Change, covariant=True)


@dataclass(frozen=True, slots=True)
class Signed(Generic[Said_co]):
    """A change: its id, by whom (and on which machine), and the newest entries that were known there then (`seen`)."""

    id: str
    by: str
    machine: str
    seen: tuple[str, ...]
    change: Said_co

    @property
    def wall_ms(self) -> int:
        """When it was made."""
        return self.change.wall_ms


Of = TypeVar("Of", bound=Entry)


class Earlier(Set[str]):
    """The ids of some of a list's entries: a bit of `mask` for each, by its number in the list.

    As plain sets, those of a list of some thousand entries would take gigabytes.
    """

    __slots__ = ("_mask", "_numbers")

    def __init__(self, numbers: Mapping[str, int], mask: int) -> None:
        """`numbers` are those of all entries, in their order."""
        self._numbers = numbers
        self._mask = mask

    def __contains__(self, name: object) -> bool:
        number = self._numbers.get(name) if isinstance(name, str) else None
        return number is not None and bool(self._mask >> number & 1)

    def __iter__(self) -> Iterator[str]:
        return (name for name, number in self._numbers.items() if self._mask >> number & 1)

    def __len__(self) -> int:
        return self._mask.bit_count()

    def __repr__(self) -> str:
        return f"{set(self)}"

    @classmethod
    def _from_iterable(cls, names: Iterable[str]) -> Set[str]:  # type: ignore[override]
        """What joining two of them gives is a plain set."""
        return frozenset(names)


class GrowOnly(Generic[Of]):
    """Entries in the order in which they hold: `entries`, with what each had `before` it, by id."""

    def __init__(self, entries: Iterable[Of]) -> None:
        """The entries may come in any order and more than once.

        One that was made after an entry that is not here (the rest of a list is still on its way) counts all the same.
        """
        known = {entry.id: entry for entry in entries}
        self.before: dict[str, Set[str]] = {}
        self._numbers: dict[str, int] = {}
        self._masks: dict[str, int] = {}
        self.entries: tuple[Of, ...] = tuple(self._ordered(known))

    @property
    def heads(self) -> tuple[str, ...]:
        """The newest entries: those that no other one has seen. What is added now is added after these."""
        seen = {name for entry in self.entries for name in entry.seen}
        return tuple(sorted(entry.id for entry in self.entries if entry.id not in seen))

    def _ordered(self, known: Mapping[str, Of]) -> Iterator[Of]:
        """Every entry after those that it had seen; of those that are free, the earliest by the wall clock first."""
        waits_for = {name: {one for one in entry.seen if one in known and one != name} for name, entry in known.items()}
        wanted_by: dict[str, list[str]] = defaultdict(list)
        for name, seen in waits_for.items():
            for one in seen:
                wanted_by[one].append(name)
        free = [(known[name].wall_ms, name) for name, seen in waits_for.items() if not seen]
        heapify(free)
        while free:
            _, name = heappop(free)
            mask = 0
            for one in known[name].seen:
                if one in self._masks:
                    mask |= self._masks[one] | 1 << self._numbers[one]
            self._place(name, mask)
            yield known[name]
            for other in wanted_by[name]:
                waits_for[other].discard(name)
                if not waits_for[other]:
                    heappush(free, (known[other].wall_ms, other))
        damaged = [entry for name, entry in known.items() if name not in self.before]  # they wait for one another
        for entry in sorted(damaged, key=lambda entry: (entry.wall_ms, entry.id)):
            self._place(entry.id, sum(1 << self._numbers[one] for one in {*entry.seen} if one in self._numbers))
            yield entry

    def _place(self, name: str, mask: int) -> None:
        """Take an entry into the order, after those of a mask."""
        self._numbers[name], self._masks[name] = len(self._numbers), mask
        self.before[name] = Earlier(self._numbers, mask)
