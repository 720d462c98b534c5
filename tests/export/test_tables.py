"""The table of incidents, read back as a spreadsheet would."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.export import tables
from interview_tui.export.document import build
from interview_tui.export.options import Options
from interview_tui.record.comparison import compared
from interview_tui.record.model import Record
from tests.examples import handover
from tests.export.any_record import NASTY, records, texts
from tests.export.example_record import example_record


def read_back(content: str) -> list[list[str]]:
    assert content.startswith(tables.BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(content.removeprefix(tables.BYTE_ORDER_MARK), newline=""), strict=True))


def rows(record: Record) -> list[dict[str, str]]:
    header, *body = read_back(tables.incidents(build(record), Options()))
    return [dict(zip(header, row, strict=True)) for row in body]


def test_there_is_one_row_an_incident_in_the_order_of_telling() -> None:
    assert [
        (row["case"], row["incident"], row["key"], row["parent"], row["order"]) for row in rows(example_record())
    ] == [
        ("P07", "R1-good", "good", "R1", "1"),
        ("P07", "R1-difficult", "difficult", "R1", "2"),
        ("P07", "R2-good", "good", "R2", "3"),
    ]


def test_the_columns_of_answers_come_from_the_rounds_of_the_record() -> None:
    table = rows(example_record())
    assert [(row["role"], row["kind"]) for row in table] == [
        ("mentor", "formal"),
        ("mentor", "formal"),
        ("", "informal"),
    ]


def test_a_part_has_words_notes_state_and_times_of_its_own() -> None:
    good = rows(example_record())[0]
    assert good["action"] == "So I told him to sleep on it."
    assert good["action_notes"] == "</script><script>alert(1)</script>"
    assert good["action_state"] == "thin"
    assert (good["outcome_start"], good["outcome_end"]) == ("00:00:40", "00:00:44")
    assert (good["feeling"], good["feeling_state"], good["feeling_start"]) == ("", "missing", "")


def test_an_item_that_is_called_like_a_column_gets_a_number() -> None:
    difficult = rows(example_record())[1]
    assert (difficult["order"], difficult["order_2"]) == ("2", "'-1")


def test_a_record_without_incidents_has_a_header_and_no_row() -> None:
    content = tables.incidents(build(example_record(incidents=())), Options())
    assert read_back(content) == [["case", "incident", "key", "parent", "order", "complete"]]


def test_what_looks_like_a_formula_is_defused() -> None:
    difficult = rows(example_record())[1]
    assert difficult["event"].startswith("'=HYPERLINK(")
    assert difficult["event_notes"].startswith("'@SUM(")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u200b=1"])
def test_no_cell_begins_with_what_a_spreadsheet_would_run(text: str) -> None:
    assert tables.cell(text).startswith("'")


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_any_table_is_read_back_as_it_was_written(body: list[list[str]]) -> None:
    content = tables.table(["a", "b"], body)
    assert read_back(content) == [["a", "b"], *[[tables.cell(value) for value in row] for row in body]]


@settings(deadline=None)
@given(records())
def test_the_table_of_any_record_is_rectangular_with_distinct_harmless_columns(record: Record) -> None:
    header, *body = read_back(tables.incidents(build(record), Options()))
    assert len(body) == len(record.incidents)
    assert all(len(row) == len(header) for row in body)
    assert not any(value.lstrip()[:1] in tuple("=+-@") for row in [header, *body] for value in row if value.strip())


def compared_rows(*found: Record) -> list[dict[str, str]]:
    header, *body = read_back(tables.comparison(compared((record, handover()) for record in found)))
    return [dict(zip(header, row, strict=True)) for row in body]


def test_the_incidents_of_many_records_are_one_table_that_says_of_each_what_its_own_table_says() -> None:
    both = example_record(), example_record(case="P08")
    ours = compared_rows(*both)
    assert [(row["case"], row["incident"]) for row in ours] == [
        (case, name) for case in ("P07", "P08") for name in ("R1-good", "R1-difficult", "R2-good")
    ]
    theirs = [row for record in both for row in rows(record)]
    for name in ("key", "parent", "order", "complete", "outcome", "event_notes", "event_state", "action_state"):
        assert [row[name] for row in ours] == [row[name] for row in theirs]


@settings(deadline=None, max_examples=30)
@given(st.lists(records(), max_size=2))
def test_a_comparison_of_any_records_is_rectangular_with_distinct_harmless_columns(found: list[Record]) -> None:
    header, *body = read_back(tables.comparison(compared((record, handover()) for record in found)))
    assert len(set(header)) == len(header)
    assert len(body) == sum(len(record.incidents) for record in found)
    assert all(len(row) == len(header) for row in body)
    assert not any(value.lstrip()[:1] in tuple("=+-@") for row in [header, *body] for value in row if value.strip())


def test_the_nasty_texts_stay_recognisable() -> None:
    assert tables.cell(NASTY[5]) == "'=cmd|' /C calc'!A0"
