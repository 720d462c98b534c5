"""A table as CSV that every spreadsheet opens as it is, and of which none runs a cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from interview_tui.export.legible import legible
from interview_tui.export.tables.table import Cell, distinct
from interview_tui.record.comparison import Comparison

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the code page of the day
FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060-\u2064]*[=+\-@]")  # also behind what cannot be seen


def comparison(compared: Comparison) -> str:
    """The incidents of many records, one row each, as they are sorted and filtered."""
    header = [column.name for column in compared.columns]
    return table(header, ([row.shown(column) for column in compared.columns] for row in compared.rows))


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A whole table as CSV: see `write`."""
    written = io.StringIO()
    write(written, header, rows)
    return written.getvalue()


def write(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write CSV with a byte order mark, lines ended by CRLF and every cell made harmless for a spreadsheet.

    `file` must leave line ends as they are.
    """
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(distinct(cell(name) for name in header))
    writer.writerows([shown(value) for value in row] for row in rows)


def shown(value: Cell) -> str:
    """A cell as it is written; numbers with a `.`, and as they are even where they begin with `-`."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return cell(value)
        case _:
            return str(value)


def cell(text: str) -> str:
    """`text` as a spreadsheet may have it: one line, and with a `'` before what it would take for a formula."""
    text = legible(text)
    return f"'{text}" if FORMULA.match(text) else text
