"""The workbook of all tables, read back with another library."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from interview_tui.errors import ExportError
from interview_tui.export.options import Options
from interview_tui.export.tables import workbook
from interview_tui.export.tables.gathered import ALL
from interview_tui.export.tables.table import Cell, headings
from interview_tui.export.tables.workbook import LONGEST, Workbook
from interview_tui.record.model import Record
from interview_tui.record.transcript import Word
from tests.export.any_record import NASTY, records
from tests.export.example_record import example_record
from tests.export.tables_written import document, told, written


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def as_in_excel(value: Cell) -> Cell:
    """An empty text is an empty cell; a whole number has no point."""
    return None if value == "" else value


def with_note(text: str) -> Record:
    note = example_record().notes[1]
    return example_record(notes=(replace(note, text=text),))


def note_in(content: bytes) -> Any:
    return opened(content)["notes"]["D2"]


def test_every_table_is_a_sheet_whose_header_stays_in_sight() -> None:
    book = opened(written(Workbook, example_record()))
    assert book.sheetnames == list(ALL)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(7 <= dimension.width <= 62 for dimension in sheet.column_dimensions.values())


def test_a_wide_column_is_wider_than_a_narrow_one() -> None:
    dimensions = opened(written(Workbook, example_record()))["turns"].column_dimensions
    assert dimensions["H"].width > dimensions["G"].width > dimensions["A"].width


def test_the_sheets_hold_the_rows_of_the_tables_as_numbers_and_texts() -> None:
    record = example_record()
    book = opened(written(Workbook, record, replace(record, case="P08")))
    for name, table in ALL.items():
        first, second = table.of(document(record)), table.of(document(replace(record, case="P08")))
        header, *body = cells(book[name])
        assert header == headings(first.columns)
        assert body == [list(map(as_in_excel, row)) for row in (*first.rows, *second.rows)]
    assert isinstance(book["words"]["E2"].value, float)
    assert book["notes"]["L2"].value is False


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "https://example.org/",
        "mailto:a@example.org",
        "007",
        "<r>b</r>",
        "_x0041_",
    ],
)
def test_what_looks_like_something_else_stays_a_text(text: str) -> None:
    cell = note_in(written(Workbook, with_note(text)))
    assert cell.data_type == "s"
    assert cell.value.rstrip() in (text, text.replace("_x", "_x005F_x"))  # as the standard escapes what is an escape
    assert cell.hyperlink is None
    assert cell.quotePrefix is text.startswith(("=", "@"))


def test_a_speaker_named_like_a_command_is_harmless() -> None:
    placed = example_record().turns[1]
    speaking = replace(
        placed, turn=replace(placed.turn, speaker=NASTY[5], words=(Word("\u202eשלום\x00🎉", 70_000, 71_000),))
    )
    row = opened(written(Workbook, example_record(turns=(speaking,))))["turns"][2]
    assert (row[6].value, row[6].data_type, row[6].quotePrefix) == (NASTY[5], "s", True)
    assert row[7].value == "\u202eשלום🎉"


def test_no_sheet_holds_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(io.BytesIO(written(Workbook, example_record()))) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == len(ALL)
    assert not any(mark in sheet for sheet in sheets for mark in ("<f>", "<f ", "hyperlink"))


def test_a_text_longer_than_a_cell_is_cut_and_that_is_told() -> None:
    content, remarks = told(Workbook, with_note("🎉" * LONGEST))
    assert note_in(content).value == "🎉" * (LONGEST // 2)
    assert remarks == (
        "Cut after the 32,767 characters that Excel can hold in a cell: 1 in the table notes. "
        "As CSV it has the whole of them.",
    )
    assert told(Workbook, with_note("a" * LONGEST))[1] == ()


def test_a_table_longer_than_a_sheet_goes_on_in_another_and_that_is_told() -> None:
    class Small(Workbook):
        most_rows = 50

    content, remarks = told(Small, example_record())
    book = opened(content)
    assert book.sheetnames == ["incidents", "answers", "notes", "turns", "words", "words 2", "words 3", "paradata"]
    header, *whole = cells(opened(written(Workbook, example_record()))["words"])
    parts = [cells(book[name]) for name in ("words", "words 2", "words 3")]
    assert [part[0] for part in parts] == [header] * 3
    assert [row for part in parts for row in part[1:]] == whole
    assert all(len(part) <= 50 for part in parts)
    assert remarks == (
        "The table words has more rows than the 50 of an Excel sheet, so it goes on in “words 2”; as CSV it is one.",
    )


def test_a_table_wider_than_a_sheet_is_refused(tmp_path: Path) -> None:
    class Narrow(Workbook):
        most_columns = 20

    with Narrow(tmp_path / "wide.xlsx", "", Options()) as gathering:
        gathering.add(gathering.part(document(example_record())))
        with pytest.raises(ExportError, match="The table incidents has 44 columns; an Excel sheet holds 20") as refused:
            gathering.finish()
    assert refused.value.hint == "Export it as CSV: --format incidents."


def test_the_same_records_are_the_same_bytes() -> None:
    assert written(Workbook, example_record()) == written(Workbook, example_record())
    assert opened(written(Workbook, example_record())).properties.created == workbook.CREATED


@settings(deadline=None, max_examples=10)
@given(st.lists(records(), max_size=2))
def test_the_workbook_of_any_records_is_read_back_as_their_tables(found: list[Record]) -> None:
    book = opened(written(Workbook, *found))
    for name, table in ALL.items():
        made = [table.of(document(record)) for record in found]
        rows = [list(map(as_in_excel, row)) for each in made for row in each.rows]
        _, *body = cells(book[name])
        assert len(body) == len(rows)
        if name != "incidents" or len(found) == 1:
            assert body == rows
        assert all(cell.data_type in "snb" for row in book[name].iter_rows() for cell in row)
