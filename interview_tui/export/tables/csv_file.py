"""One table of many interviews as a CSV file."""

from __future__ import annotations

from interview_tui.export.document import Document
from interview_tui.export.tables import csv_text
from interview_tui.export.tables.gathered import Tables
from interview_tui.export.tables.table import Table, headings


class _CsvFile(Tables):
    def part(self, document: Document) -> tuple[Table, ...]:
        """The table of one interview, with the columns that CSV has."""
        return tuple(table.narrowed() for table in super().part(document))

    def finish(self) -> tuple[str, ...]:
        """Write the file; there is nothing to be known about it."""
        (spool,) = self.spools.values()
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv_text.write(file, headings(spool.columns), spool.rows())
        return ()


class Incidents(_CsvFile):
    """A row an incident."""

    names = ("incidents",)


class Answers(_CsvFile):
    """A row an item and round."""

    names = ("answers",)


class Notes(_CsvFile):
    """A row a note."""

    names = ("notes",)


class Turns(_CsvFile):
    """A row a turn, or a part of one."""

    names = ("turns",)


class Words(_CsvFile):
    """A row a word."""

    names = ("words",)


class Paradata(_CsvFile):
    """A row a step of the interview."""

    names = ("paradata",)
