"""Incidents side by side as they may leave the study: with names replaced by their pseudonyms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interview_tui.bootstrap import pseudonyms_of
from interview_tui.errors import ExportError
from interview_tui.export.names import lines_of, named_after, names_left, refuse
from interview_tui.export.naming import of_many
from interview_tui.export.options import Options
from interview_tui.export.placing import replace_file
from interview_tui.export.tables.csv_text import comparison
from interview_tui.record.comparison import Comparison, Row, compared, rows_of
from interview_tui.record.model import Record
from interview_tui.record.pseudonyms import replaced_record
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.schedule.model import Schedule
from interview_tui.store.private_files import make_folder
from interview_tui.store.study import StudyFolder


def to_be_shown(study: StudyFolder, case: str, *, real_names: bool = False) -> tuple[Record, Schedule]:
    """The record of a case as it may be shown, with its schedule.

    Raises:
        ExportError: a name that has a pseudonym would be left in the rows of its incidents.
        StorageError: the record, or the pseudonyms, cannot be read.
    """
    record, schedule = study.record(case), study.schedule(case)
    pseudonyms = () if real_names else pseudonyms_of(study, case)
    if not pseudonyms:
        return record, schedule
    replaced = replaced_record.pseudonymised(record, Replacer(pseudonyms))
    rows = comparison(compared([(replaced, schedule)])).encode("utf-8", "replace")
    refuse(names_left(f"{case}.csv", rows, pseudonyms, lines_of(rows)[:1]))
    return replaced, schedule


def write_table(study: StudyFolder, table: Comparison, wall_ms: int) -> Path:
    """Write a table among the study's exports at this moment: its rows and columns in their order, names replaced.

    What is written is read anew from the interviews, so that nothing is in it that was taken back since.

    Raises:
        ExportError: a name would be left, an incident is not there any more, or the file cannot be written.
        StorageError: a record, or the pseudonyms, cannot be read.
    """
    name = of_many(study.name, "incidents", Options(written_wall_ms=wall_ms)) + ".csv"
    found: dict[tuple[str, str], Row] = {}
    for case in dict.fromkeys(row.case for row in table.rows):
        refuse(named_after(name, pseudonyms_of(study, case)))
        found |= {(row.case, row.incident): row for row in rows_of(*to_be_shown(study, case))}
    gone = next((row for row in table.rows if (row.case, row.incident) not in found), None)
    if gone is not None:
        raise ExportError(
            f"The incident {gone.incident} is not in {gone.case} any more, so nothing was written.",
            "Open the table again: it shows the incidents that there are.",
        )
    replaced = replace(table, rows=tuple(found[row.case, row.incident] for row in table.rows))
    file = make_folder(study.exports_folder) / name
    replace_file(file, comparison(replaced).encode("utf-8", "replace"))
    return file
