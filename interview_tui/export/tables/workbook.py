"""All tables of many interviews as one Excel workbook, a sheet each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import xlsxwriter

from interview_tui.errors import ExportError
from interview_tui.export.tables.csv_text import FORMULA
from interview_tui.export.tables.gathered import Tables
from interview_tui.export.tables.spool import Spool
from interview_tui.export.tables.table import Cell, Row, headings

# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3: Excel's limits
LONGEST = 32_767  # characters in a cell, in units of UTF-16
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - as in zips: the same tables are the same bytes whenever they are made
_CUT = -2  # what XlsxWriter gives back where it cut a text
_NARROWEST, _WIDEST = 6, 60  # characters


class Workbook(Tables):
    """An `.xlsx` file. Texts are texts in it, whatever they look like, and numbers are numbers."""

    most_rows = MOST_ROWS
    most_columns = MOST_COLUMNS

    def finish(self) -> tuple[str, ...]:
        """Write the file; says which sheets hold texts that were cut, and which tables go on in another sheet.

        Raises:
            ExportError: a table has more columns than Excel can hold.
        """
        for name, spool in self.spools.items():
            self._refuse_too_wide(name, spool)
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        options = {**safe, "constant_memory": True, "tmpdir": str(self.path.parent)}
        remarks: list[str] = []
        with xlsxwriter.Workbook(str(self.path), options) as book:
            book.set_properties({"created": CREATED})
            looks = _Looks(book.add_format({"bold": True}), book.add_format({"quote_prefix": True}))
            for name, spool in self.spools.items():
                remarks += self._written(book, name, spool, looks)
        return tuple(remarks)

    def _written(self, book: Any, name: str, spool: Spool, looks: _Looks) -> Iterator[str]:
        """Write a table, in as many sheets as it needs; gives what is to be known about it."""
        rows = spool.rows()
        held = self.most_rows - 1
        cut = 0
        for number in range(max(1, -(-spool.length // held))):
            title = name if number == 0 else f"{name} {number + 1}"
            sheet = _Sheet(book.add_worksheet(title), looks)
            sheet.write(headings(spool.columns), islice(rows, held))
            cut += sheet.cut
        if spool.length > held:
            yield (
                f"The table {name} has more rows than the {self.most_rows:,} of an Excel sheet, so it goes on in "
                f"“{name} 2”; as CSV it is one."
            )
        if cut:
            yield (
                f"Cut after the {LONGEST:,} characters that Excel can hold in a cell: {cut} in the table {name}. "
                "As CSV it has the whole of them."
            )

    def _refuse_too_wide(self, name: str, spool: Spool) -> None:
        if len(spool.columns) > self.most_columns:
            raise ExportError(
                f"The table {name} has {len(spool.columns):,} columns; an Excel sheet holds {self.most_columns:,}.",
                f"Export it as CSV: --format {name}.",
            )


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of cells. One that looks like a formula is marked as text, so that it stays one when it is edited."""

    heading: Any
    looks_like_a_formula: Any


@dataclass(slots=True)
class _Sheet:
    sheet: Any
    looks: _Looks
    cut: int = 0
    widths: list[int] = field(default_factory=list)

    def write(self, header: list[str], rows: Iterator[Row]) -> None:
        """Write the sheet: the header stays in sight, and every column is as wide as what is in it, within limits."""
        self.widths = [_NARROWEST] * len(header)
        self.sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            self._put(0, column, name, self.looks.heading)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    self._put(last, column, value)
        self.sheet.autofilter(0, 0, last, len(header) - 1)
        for column, width in enumerate(self.widths):
            self.sheet.set_column(column, column, min(width, _WIDEST) + 1)

    def _put(self, row: int, column: int, value: Cell, look: Any = None) -> None:
        match value:
            case bool():
                self.sheet.write_boolean(row, column, value, look)
            case str():
                self.widths[column] = max(self.widths[column], len(value))
                is_odd = look is None and FORMULA.match(value) is not None
                text = _as_text(value)
                done = self.sheet.write_string(row, column, text, self.looks.looks_like_a_formula if is_odd else look)
                self.cut += done == _CUT
            case _:
                self.widths[column] = max(self.widths[column], len(str(value)))
                self.sheet.write_number(row, column, value, look)


def _as_text(text: str) -> str:
    """`text` with a space after what XlsxWriter would take for markup of its own and write as it is."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
