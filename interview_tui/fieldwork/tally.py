"""Tallies as they stand: how many there are in each cell, of how many that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from interview_tui.fieldwork.plan import BETWEEN, CASES, Tally


class Source(Enum):
    """Where a value comes from that something is counted by."""

    ATTRIBUTE = "what is known of the case"
    ANSWER = "an answer"
    ROUND = "which round it is"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the things that a tally counts by.

    `title` is how it is shown and `name` the attribute, item (with the `line` of its checklist) or loop; `loop` is the
    innermost one that an item stands in, empty outside all of them. `values` are those it can have, in their order;
    `fixed` unless it is a text or number of a case, of which every value is one that was met.
    """

    title: str
    source: Source
    name: str
    line: str = ""
    loop: str = ""
    values: tuple[str, ...] = ()
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a tally: its values in the order of `Tally.by` (fewer: all that begin so), how many, how many wanted.

    `unknown` are those of `count` of which the next value is not known: of a cell with fewer values, `count` is what
    the cells that have one value more add up to, and these. `unfinished` are those of interviews that go on, `listed`
    the cases that are listed and not interviewed (None: that is not counted here).
    """

    values: tuple[str, ...]
    count: int
    target: int | None = None
    unknown: int = 0
    unfinished: int = 0
    listed: int | None = None

    @property
    def name(self) -> str:
        """Its values as one text."""
        return BETWEEN.join(self.values)

    @property
    def short(self) -> int:
        """How many are still wanted."""
        return max(0, (self.target or 0) - self.count)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally as it stands.

    `of` is what was counted: a loop's id, or `plan.CASES`. `cells` has every cell, each after the one that has a value
    less, and none without values: that is `total`. `unknown` are those that are in no cell with all its values.
    `combinations` are how many there are with exactly these values, None where one is not known. `left_out` are the
    attributes of the case that was left out of the count, if one was.
    """

    tally: Tally
    of: str
    cells: tuple[Cell, ...]
    total: int
    unknown: int = 0
    unfinished: int = 0
    dimensions: tuple[Dimension, ...] = ()
    combinations: Mapping[tuple[str | None, ...], int] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def by_values(self) -> Mapping[tuple[str, ...], Cell]:
        """The cells by their values."""
        return {cell.values: cell for cell in self.cells}

    def full(self) -> Iterator[Cell]:
        """The cells that have all their values."""
        return (cell for cell in self.cells if len(cell.values) == len(self.tally.by))

    def wanted(self) -> tuple[Cell, ...]:
        """The cells that have a target."""
        return tuple(cell for cell in self.cells if cell.target is not None)

    @property
    def counts_cases(self) -> bool:
        """Whether whole interviews are counted."""
        return self.of == CASES
