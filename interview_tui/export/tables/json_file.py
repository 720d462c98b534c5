"""All tables of many interviews as one JSON file, as `data/schemas/tables.schema.json` describes it."""

from __future__ import annotations

import json
from typing import TextIO

from interview_tui.export.tables.gathered import Tables
from interview_tui.export.tables.spool import Spool
from interview_tui.export.tables.table import headings

FORMAT = 1
SCHEMA = "urn:interview-tui:tables:1"


class JsonTables(Tables):
    """A `.json` file: of each table its columns with their kinds, and its rows, an object a line."""

    def finish(self) -> tuple[str, ...]:
        """Write the file; there is nothing to be known about it."""
        with self.path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f'{{\n"format": {FORMAT},\n"schema": "{SCHEMA}",\n"tables": {{')
            for number, (name, spool) in enumerate(self.spools.items()):
                file.write(",\n" if number else "\n")
                _write(file, name, spool)
            file.write("\n}\n}\n")
        return ()


def _write(file: TextIO, name: str, spool: Spool) -> None:
    names = headings(spool.columns)
    columns = [{"name": name, "kind": column.kind} for name, column in zip(names, spool.columns, strict=True)]
    file.write(f'"{name}": {{\n"columns": {_json(columns)},\n"rows": [')
    for number, row in enumerate(spool.rows()):
        file.write(",\n" if number else "\n")
        file.write(_json(dict(zip(names, row, strict=True))))
    file.write("\n]}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
