"""Lists of cases as people keep them, CSV or XLSX, read as rows of text. What is read is never part of an error."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.listed import Row, Table
from interview_tui.store.failures import explained

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
SEPARATORS = ",;\t|"
SAMPLE = 64_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ZEROS = re.compile(r"0+")
_AFTER_ALL = "\x1e"
_HINT = "Save it from the spreadsheet as CSV (UTF-8) or as .xlsx."


def read_table(path: Path, sheet: str = "") -> Table:
    """The rows of a file; of a workbook those of a sheet, the only visible one if none is named.

    Raises:
        ConfigError: it is neither CSV nor XLSX, too large, or it is not clear which sheet is meant.
        StorageError: it cannot be read.
    """
    with explained(path):
        if not path.is_file():
            raise ConfigError(f"There is no file {path}.", "See how it is spelt.")
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB.", "Export only the rows of cases.")
        data = path.read_bytes()
    if data[:4] == b"PK\x03\x04":
        return _workbook(path, data, sheet)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise ConfigError(f"{path} is an old .xls file, or locked with a password.", _HINT)
    if sheet:
        raise ConfigError(f"{path} is no workbook, so it has no sheets.", "Leave --sheet out.")
    return _text(path, data)


def _text(path: Path, data: bytes) -> Table:
    text, remarks = _decoded(path, data)
    named = _SEP.match(text)
    body, skipped = (text[named.end() :], 1) if named else (text, 0)
    separator = named[1] if named else _separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    rows: list[Row] = []
    line = skipped
    try:
        for cells in reader:
            rows.append(Row(line + 1, tuple(cell.strip() for cell in cells)))
            line = skipped + reader.line_num
            _be_bounded(path, len(rows), len(cells))
        if _is_left_open(body, separator):
            line = rows[-1].line - 1
            raise csv.Error
    except csv.Error:
        raise ConfigError(
            f"{path}, line {line + 1}: a quotation mark is not closed, or the line is very long.", _HINT
        ) from None
    return Table(tuple(rows), remarks)


def _is_left_open(body: str, separator: str) -> bool:
    """Whether a quotation mark is open at the end, so that one cell has taken in all the rows after it."""
    *_, last = csv.reader(io.StringIO(f"{body}\n{_AFTER_ALL}", newline=""), delimiter=separator)
    return last != [_AFTER_ALL]


def _decoded(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and what is said about how it was read."""
    try:
        if data[:2] in UTF16_MARKS:
            return data.decode("utf-16"), ()
        if b"\0" not in data:
            return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        if b"\0" in data:
            raise ConfigError(f"{path} is no text.", _HINT)
        return data.decode("cp1252"), (f"{path.name} is no UTF-8; it was read as Windows-1252. Look at the accents.",)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}, line {line}: this is neither UTF-8 nor Windows-1252.", _HINT) from None


def _separator(text: str) -> str:
    """What stands between the cells: as the sniffer has it, unless the first lines say otherwise."""
    sample = text[:SAMPLE]
    first = next((line for line in sample.splitlines() if line.strip()), "")
    likely = max(SEPARATORS, key=first.count)
    try:
        sniffed = csv.Sniffer().sniff(sample, SEPARATORS).delimiter
    except csv.Error:
        return likely
    return sniffed if first.count(sniffed) >= first.count(likely) else likely


def _workbook(path: Path, data: bytes, sheet: str) -> Table:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED_BYTES:
                raise ConfigError(f"{path} is far larger unpacked than a list of cases is.", _HINT)
        shown = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        written = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        name, remarks = _sheet(path, shown, sheet)
        return Table(tuple(_sheet_rows(path, shown[name], written[name])), remarks)
    except ConfigError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library stumbles over may quote a cell
        raise ConfigError(f"{path} is no workbook that can be read.", _HINT) from None


def _sheet(path: Path, workbook: Any, wanted: str) -> tuple[str, tuple[str, ...]]:
    sheets = [each for each in workbook.worksheets if hasattr(each, "iter_rows")]
    visible = [each.title for each in sheets if each.sheet_state == "visible"]
    if wanted:
        for name in (each.title for each in sheets):
            if name.casefold() == wanted.casefold():
                return name, ()
        raise ConfigError(f"{path} has no sheet {wanted!r}.", f"It has {', '.join(visible) or 'none that is shown'}.")
    if len(visible) != 1:
        raise ConfigError(
            f"{path} has {len(visible) or 'no'} sheets that are shown, so it is not clear which one is meant.",
            f"Name it with --sheet: {', '.join(visible or [each.title for each in sheets])}.",
        )
    hidden = len(sheets) - 1
    said = f"{hidden} hidden sheet{'s' if hidden > 1 else ''} of {path.name} not read; --sheet names one."
    return visible[0], (said,) if hidden else ()


def _sheet_rows(path: Path, shown: Any, written: Any) -> Iterator[Row]:
    for sheet in (shown, written):
        sheet.reset_dimensions()  # what the file says of its size may be wrong
    found = 0
    for line, (results, formulas) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), 1):
        cells, broken, numbers = [], {}, set()
        for number, (cell, origin) in enumerate(zip(results, formulas, strict=True)):
            value = cell.value
            if value is None and isinstance(origin.value, str) and origin.value.startswith("="):
                broken[number] = "it is a formula without a result; open and save the file in the spreadsheet."
            elif getattr(cell, "data_type", "") == "e":
                broken[number] = "it is an error of the spreadsheet."
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers.add(number)
            cells.append("" if number in broken else _as_text(value, getattr(cell, "number_format", "")))
        while cells and not cells[-1] and len(cells) - 1 not in broken:
            cells.pop()
        if cells:
            found += 1
            _be_bounded(path, found, len(cells))
            yield Row(line, tuple(cells), broken, frozenset(numbers))


def _as_text(value: Any, number_format: str) -> str:
    """A cell as it is read by people: days as 2026-11-24, whole numbers without a point, zeros in front as shown."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return _as_text(int(value), number_format)
        case int() if _ZEROS.fullmatch(number_format):
            return str(value).zfill(len(number_format))
    return str(value).strip()


def _be_bounded(path: Path, rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise ConfigError(
            f"{path} has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns.", "Export only the rows of cases."
        )
