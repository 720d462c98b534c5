"""Tallies as they stand: how many there are in each cell, of how many that are wanted."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.fieldwork.plan import Tally


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a tally: its values in the order of `Tally.by` (fewer: all that begin so), how many, how many wanted."""

    values: tuple[str, ...]
    count: int
    target: int | None = None

    @property
    def short(self) -> int:
        """How many are still wanted."""
        return max(0, (self.target or 0) - self.count)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally as it stands. `of` is what was counted: a loop's id, or `plan.CASES`; `unknown` have no value in some."""

    tally: Tally
    of: str
    cells: tuple[Cell, ...]
    total: int
    unknown: int = 0
