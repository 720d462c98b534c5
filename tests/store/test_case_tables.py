"""Lists of cases as people keep them: whatever the program, the separator and the encoding."""

from __future__ import annotations

import contextlib
import io
import traceback
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError
from interview_tui.store import case_tables
from interview_tui.store.case_tables import read_table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def cells(path: Path, sheet: str = "") -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in read_table(path, sheet).rows if not row.is_empty]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_separator_encoding_and_line_end(file, separator, encoding, end):
    lines = ["case;name;region", 'P01;"Zoë; Bell";Môn', "", 'P02;"two', 'lines, ""so""";x', ";;", "P03;;y"]
    file.write_bytes(end.join(lines).replace(";", separator).encode(encoding))
    assert cells(file) == [
        (1, ("case", "name", "region")),
        (2, ("P01", f"Zoë{separator} Bell", "Môn")),
        (4, ("P02", f'two{end}lines, "so"', "x")),
        (7, ("P03", "", "y")),
    ]
    assert bool(read_table(file).remarks) is (encoding == "cp1252")


def test_a_first_line_that_names_the_separator_is_heeded_and_counted(file):
    file.write_text("sep=|\ncase|name\nP01|a;b,c\n", encoding="utf-8")
    assert cells(file) == [(2, ("case", "name")), (3, ("P01", "a;b,c"))]


def test_a_list_of_one_column_and_one_with_many_commas_in_it(file):
    file.write_text("case\nP01\nP02\n", encoding="utf-8")
    assert cells(file) == [(1, ("case",)), (2, ("P01",)), (3, ("P02",))]
    file.write_text("case;address\n" + "".join(f"P{n:02};1, High, Street, Town\n" for n in range(30)), encoding="utf-8")
    assert cells(file)[1] == (2, ("P00", "1, High, Street, Town"))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with contextlib.suppress(ConfigError):
        read_table(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'case,name\nP01,"Fennimore' + b"x" * 140_000, "line 2: a quotation mark is not closed"),
        (b'case,name\nP01,"Fenni"\nP02,"Fennimore\nP03,x\nP04,y\n', "line 3: a quotation mark is not closed"),
        (b"case,name\nP01,Fenni\x81more", "line 2: this is neither"),
        (b"c\0a\0s\0e\0", "no text"),
        (b"\xd0\xcf\x11\xe0Fennimore", "old .xls"),
        (b"PK\x03\x04Fennimore", "no workbook that can be read"),
        (b"case\n" * 101, "100 rows"),
        (b"," * 300, "200 columns"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_without_what_stands_there(file, data, said, monkeypatch):
    monkeypatch.setattr(case_tables, "MOST_ROWS", 100)
    file.write_bytes(data)
    with pytest.raises(ConfigError, match=said) as told:
        read_table(file)
    assert "Fenni" not in "".join(traceback.format_exception(told.value))


def test_a_file_that_is_too_large_or_not_there(file, monkeypatch):
    with pytest.raises(ConfigError, match="no file"):
        read_table(file)
    file.write_text("case\nP01\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no sheets"):
        read_table(file, "Old")
    monkeypatch.setattr(case_tables, "MOST_BYTES", 3)
    with pytest.raises(ConfigError, match="larger"):
        read_table(file)


def workbook(path: Path, *rows: list[Any], **sheets: str) -> Any:
    """A workbook with these rows on its first sheet, and further sheets with their states."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for name, state in sheets.items():
        made.create_sheet(name).sheet_state = state
        made[name].append(["case"])
        made[name].append([f"{name}1"])
    made.save(path)
    return made


def test_cells_of_a_workbook_are_read_as_people_see_them(tmp_path):
    path, a_day = tmp_path / "list.xlsx", datetime.fromisoformat("2026-01-02")
    made = workbook(
        path,
        ["case", "tel", "born", "met", "at", "years", "is", "sum", "odd"],
        ["P01", 7700900123, date(1970, 3, 4), a_day + timedelta(hours=9.5), time(9, 5), 12.0, True, "=1+1", "#N/A"],
        [],
        [7, 0.5, a_day, None, None, 12.25],
    )
    sheet = made.active
    sheet["A4"].number_format = "000"
    sheet["I2"].data_type = "e"
    made.save(path)
    rows = [row for row in read_table(path).rows if not row.is_empty]
    assert [row.line for row in rows] == [1, 2, 4]
    assert rows[1].cells == ("P01", "7700900123", "1970-03-04", "2026-01-02 09:30", "09:05:00", "12", "yes", "", "")
    assert rows[2].cells == ("007", "0.5", "2026-01-02", "", "", "12.25")
    assert "formula" in rows[1].broken[7]
    assert "error" in rows[1].broken[8]
    assert {1, 5} <= rows[1].numbers
    assert not {0, 2, 6} & rows[1].numbers


def test_merged_cells_count_once_and_titles_stand_above(tmp_path):
    path = tmp_path / "list.xlsx"
    made = workbook(path, ["Councillors"], ["case", "region"], ["P01", "Wales"], [None, "Wales"])
    made.active.merge_cells("A3:A4")
    made.save(path)
    assert cells(path) == [(1, ("Councillors",)), (2, ("case", "region")), (3, ("P01", "Wales")), (4, ("", "Wales"))]


def test_what_a_workbook_says_of_its_size_is_not_believed(tmp_path):
    path = tmp_path / "list.xlsx"
    workbook(path, ["case", "region"], ["P01", "Wales"])
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(packed, "w") as smaller:
        for part in whole.namelist():
            smaller.writestr(part, whole.read(part).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"'))
    path.write_bytes(packed.getvalue())
    assert cells(path) == [(1, ("case", "region")), (2, ("P01", "Wales"))]


def test_sheets_are_named_where_it_is_not_clear_which_is_meant(tmp_path):
    path = tmp_path / "list.xlsx"
    workbook(path, ["case"], ["P01"], Old="hidden")
    table = read_table(path)
    assert [row.cells for row in table.rows] == [("case",), ("P01",)]
    assert "1 hidden sheet" in table.remarks[0]
    assert cells(path, "old") == [(1, ("case",)), (2, ("Old1",))]
    workbook(path, ["case"], ["P01"], Other="visible")
    with pytest.raises(ConfigError) as told:
        read_table(path)
    assert "Sheet, Other" in told.value.hint
    with pytest.raises(ConfigError, match="no sheet 'Third'"):
        read_table(path, "Third")


def test_a_workbook_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(case_tables, "MOST_UNPACKED_BYTES", 1000)
    path = tmp_path / "list.xlsx"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (case_tables.MOST_UNPACKED_BYTES + 1))
    path.write_bytes(packed.getvalue())
    with pytest.raises(ConfigError, match="unpacked"):
        read_table(path)
