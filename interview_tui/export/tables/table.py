"""What a table is: named columns of one kind each, and rows of cells; and the one table that many become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.export.legible import legible

Cell = str | int | float | bool | None
"""What stands in a cell; None: nothing."""
Row = tuple[Cell, ...]


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes/no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `of` keeps apart what is called the same: the order of telling, and an item with the id `order`.

    Where `in_csv` is false, only formats that hold all tables have it.
    """

    name: str
    kind: Kind = Kind.TEXT
    of: str = ""
    in_csv: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, with a cell for each of them."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def narrowed(self) -> Table:
        """The table with the columns that CSV has."""
        kept = [number for number, column in enumerate(self.columns) if column.in_csv]
        rows = tuple(tuple(row[number] for number in kept) for row in self.rows)
        return Table(self.name, tuple(self.columns[number] for number in kept), rows)


def table_of(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table in which every text is legible, and so on one line."""
    return Table(name, tuple(columns), tuple(tuple(map(_legible, row)) for row in rows))


def headings(columns: Iterable[Column]) -> list[str]:
    """What the columns are called, each differently."""
    return distinct(legible(column.name) for column in columns)


def distinct(names: Iterable[str]) -> list[str]:
    """`names` with a number after those that stood before: an item may be called `order` too."""
    taken: list[str] = []
    for name in names:
        number, unique = 2, name
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.append(unique)
    return taken


def _legible(cell: Cell) -> Cell:
    return legible(cell) if isinstance(cell, str) else cell
