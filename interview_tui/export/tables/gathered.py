"""Tables of many interviews: what all files of them have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import ClassVar, TextIO

from interview_tui.export.document import Document
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Options
from interview_tui.export.tables import answers, incidents, notes, paradata, turns, words
from interview_tui.export.tables.csv_text import shown
from interview_tui.export.tables.spool import Spool
from interview_tui.export.tables.table import Column, Table, headings


@dataclass(frozen=True, slots=True)
class Made:
    """A table: the columns that it has of every interview, and what makes it of one."""

    columns: tuple[Column, ...]
    of: Callable[[Document], Table]


ALL: Mapping[str, Made] = {
    "incidents": Made(incidents.COLUMNS, incidents.incidents),
    "answers": Made(answers.COLUMNS, answers.answers),
    "notes": Made(notes.COLUMNS, notes.notes),
    "turns": Made(turns.COLUMNS, turns.turns),
    "words": Made(words.COLUMNS, words.words),
    "paradata": Made(paradata.COLUMNS, paradata.paradata),
}
"""Every table, by its name, in the order in which files of all of them have them."""


class Tables(Gathering[tuple[Table, ...]]):
    """A file with the tables `names`; rows in the order of the interviews."""

    names: ClassVar[tuple[str, ...]] = tuple(ALL)

    def __init__(self, path: Path, study: str, options: Options) -> None:
        super().__init__(path, study, options)
        self.spools = {name: Spool(self._hidden_file(), ALL[name].columns) for name in self.names}

    def part(self, document: Document) -> tuple[Table, ...]:
        """The tables of one interview."""
        return tuple(ALL[name].of(document) for name in self.names)

    def texts(self, part: tuple[Table, ...]) -> Mapping[str, bytes]:
        """The rows of each table, one a line, without the quotes of CSV: in them a name would look different."""
        told = (table for table in part if table.rows)
        return {f"{table.rows[0][0]}, {table.name}.csv": _lines(table) for table in told}

    def add(self, part: tuple[Table, ...]) -> None:
        """Take the rows of one interview in."""
        for table in part:
            self.spools[table.name].add(table)

    def _hidden_file(self) -> TextIO:
        """A file beside the one that is made, so that no words lie elsewhere; without a name, where the system can."""
        return self.held.enter_context(TemporaryFile("w+", dir=self.path.parent, encoding="ascii"))


def _lines(table: Table) -> bytes:
    rows = (headings(table.columns), *table.rows)
    return "\n".join("\t".join(map(shown, row)) for row in rows).encode()
