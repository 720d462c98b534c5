"""The published JSON Schemas, and that what is exported keeps to them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from interview_tui.export import json_record
from interview_tui.export.json_record import record_json
from interview_tui.export.options import Options
from interview_tui.export.tables import json_file
from interview_tui.export.tables.gathered import ALL
from interview_tui.export.tables.json_file import JsonTables
from interview_tui.export.tables.table import Kind, headings
from interview_tui.interview.events import Stretch
from interview_tui.record.model import Record
from interview_tui.record.review.review import Quotation
from interview_tui.record.transcript import RESPONDENT
from tests.export.any_record import records
from tests.export.example_record import example_record
from tests.export.tables_written import document, written

IDS = {"record": json_record.SCHEMA, "tables": json_file.SCHEMA}


@cache
def schema(name: str) -> Any:
    return json.loads((files("interview_tui") / "data" / "schemas" / f"{name}.schema.json").read_text("utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def smallest() -> Record:
    """A record with one of everything, so that everything can be changed in a short time."""
    whole = example_record()
    first = {name: getattr(whole, name)[:1] for name in ("spans", "gaps", "withheld", "entries", "debrief", "flags")}
    told = whole.incidents[1]
    quotation = Quotation("e1", Stretch(70_000, 71_000), RESPONDENT, "what it is about")
    return replace(
        whole,
        **first,
        rounds=whole.rounds[:2],
        incidents=(replace(told, fields=told.fields[:1]),),
        turns=whole.turns[7:8],
        notes=whole.notes[2:3],
        doubts=whole.doubts[:1],
        quotations=(quotation,),
        talk_ms=(("Opening", 12_000),),
    )


def tables_of(*found: Record) -> Any:
    return json.loads(written(JsonTables, *found))


def faults(name: str, instance: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(instance)]


def within(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every object and array of a JSON value, the value itself first, with where it stands."""
    if isinstance(value, dict | list):
        yield where, value
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from within(inner, f"{where}/{key}")


@pytest.mark.parametrize("name", IDS)
def test_a_schema_is_a_valid_one_and_described_in_all_its_properties(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == IDS[name]
    properties = [
        (f"{where}/{key}", described)
        for where, found in within(schema(name))
        if isinstance(found, dict) and isinstance(found.get("properties"), dict)
        for key, described in found["properties"].items()
    ]
    assert len(properties) > 50
    assert [where for where, described in properties if not described.get("description", "").endswith(".")] == []


def test_the_example_keeps_to_both_schemas_and_names_them() -> None:
    record, tables = record_json(example_record()), tables_of(example_record(), example_record(case="P08"))
    assert faults("record", record) == []
    assert faults("tables", tables) == []
    assert (record["schema"], tables["schema"]) == (IDS["record"], IDS["tables"])


@pytest.mark.parametrize("name", IDS)
def test_whatever_is_missing_from_an_output_or_added_to_it_is_a_fault(name: str) -> None:
    """Of every object that has a place of its own in the schema; of lists, the first element."""
    whole = record_json(smallest()) if name == "record" else tables_of(smallest())
    free = ("/parameters", "/versions", "/tables/incidents/rows/0")
    tried = 0
    for where, found in within(whole):
        steps = where.split("/")[1:]
        if not isinstance(found, dict) or any(step.isdigit() and step != "0" for step in steps):
            continue
        for key in [*found, "unheard_of"]:
            if where.endswith(free) and key not in schema_keys(name, where):
                continue
            changed = copy.deepcopy(whole)
            inner: Any = changed
            for step in steps:
                inner = inner[int(step) if isinstance(inner, list) else step]
            if key in found:
                del inner[key]
            else:
                inner[key] = None
            tried += 1
            assert not validator(name).is_valid(changed), f"{where}/{key}"
    assert tried > 80


def schema_keys(name: str, where: str) -> tuple[str, ...]:
    """What must be there of an object that may hold anything else as well."""
    return tuple(headings(ALL["incidents"].columns)) if name == "tables" and where.endswith("/rows/0") else ()


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("record", ("record", "turns", 0, "words", 0, 1), "1"),
        ("record", ("record", "turns", 0, "words", 0, 3), 1.1),
        ("record", ("record", "entries", 0, "level"), "half"),
        ("record", ("record", "debrief", 0, 1), None),
        ("record", ("record", "spans", 0, "end_ms"), 1.5),
        ("record", ("segments", 0, "start"), "0"),
        ("record", ("timebase",), "audio"),
        ("record", ("format",), 2),
        ("tables", ("tables", "words", "rows", 0, "confidence"), 1.1),
        ("tables", ("tables", "words", "rows", 0, "turn"), 0),
        ("tables", ("tables", "turns", "columns", 0, "kind"), "date"),
        ("tables", ("tables", "notes", "rows", 0, "before_consent"), "no"),
        ("tables", ("tables", "incidents", "rows", 0, "event"), True),
        ("tables", ("tables", "answers", "rows", 0, "asked"), ""),
    ],
)
def test_a_value_of_another_kind_is_a_fault(name: str, path: tuple[Any, ...], value: object) -> None:
    changed = record_json(example_record()) if name == "record" else tables_of(example_record())
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert faults(name, changed) != []


def test_the_columns_of_the_schema_are_those_of_the_tables_and_of_their_kinds() -> None:
    kinds = {Kind.TEXT: {"string"}, Kind.INTEGER: {"integer"}, Kind.NUMBER: {"number"}, Kind.YES_NO: {"boolean"}}
    assert list(ALL) == list(schema("tables")["properties"]["tables"]["properties"])
    for name, table in ALL.items():
        rows = schema("tables")["properties"]["tables"]["properties"][name]["properties"]["rows"]["items"]
        assert list(rows["properties"]) == headings(table.columns)
        for column, found in zip(table.columns, rows["properties"].values(), strict=True):
            named = found.get("type", "string" if "enum" in found else None)
            assert {named} if isinstance(named, str) else set(named) - {"null"} == kinds[column.kind]


def test_the_rows_are_those_of_the_tables_under_the_names_of_their_columns() -> None:
    record = example_record()
    for name, found in tables_of(record)["tables"].items():
        table = ALL[name].of(document(record))
        names = headings(table.columns)
        assert found["columns"] == [
            {"name": name, "kind": column.kind} for name, column in zip(names, table.columns, strict=True)
        ]
        assert found["rows"] == [dict(zip(names, row, strict=True)) for row in table.rows]


def test_an_interview_without_a_column_of_another_has_null_there() -> None:
    without = example_record(case="P06", rounds=(), incidents=example_record().incidents[:1])
    first, second, *_ = tables_of(without, example_record())["tables"]["incidents"]["rows"]
    assert [(row["case"], row["role"]) for row in (first, second)] == [("P06", None), ("P07", "mentor")]


def test_no_records_at_all_are_tables_without_rows() -> None:
    tables = tables_of()
    assert [found["rows"] for found in tables["tables"].values()] == [[]] * len(ALL)
    assert faults("tables", tables) == []


@settings(deadline=None, max_examples=12)
@given(st.lists(records(), min_size=1, max_size=2))
def test_any_records_keep_to_both_schemas(found: list[Record]) -> None:
    assert faults("tables", tables_of(*found)) == []
    rendered = json_record.render(document(found[0]), Options()).encode("utf-8", "replace")
    assert faults("record", json.loads(rendered)) == []
