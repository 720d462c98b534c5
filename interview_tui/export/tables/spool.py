"""Rows of many interviews on their way into one table: in a file until it is known which columns there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from interview_tui.export.tables.table import Column, Row, Table
from interview_tui.record.comparison import in_one_order


class Spool:
    """The rows of one table, in a file of its own that can be written and read.

    The columns are those given, and those of all that was added. What only a later one has stands after what precedes
    it there.
    """

    def __init__(self, file: TextIO, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.length = 0
        self._layouts: dict[tuple[Column, ...], int] = {}
        self._file = file

    def add(self, table: Table) -> None:
        """Take in the rows of a table of the same name."""
        if table.columns not in self._layouts:
            self._layouts[table.columns] = len(self._layouts)
            self.columns = in_one_order([self.columns, table.columns])
        layout = self._layouts[table.columns]
        self._file.writelines(f"{json.dumps([layout, row])}\n" for row in table.rows)
        self.length += len(table.rows)

    def rows(self) -> Iterator[Row]:
        """The rows in the order in which they came, with an empty cell in a column that their interview has not."""
        layouts = [[_number(layout, column) for column in self.columns] for layout in self._layouts]
        self._file.seek(0)
        for line in self._file:
            layout, cells = json.loads(line)
            yield tuple(None if number is None else cells[number] for number in layouts[layout])


def _number(layout: tuple[Column, ...], column: Column) -> int | None:
    return layout.index(column) if column in layout else None
