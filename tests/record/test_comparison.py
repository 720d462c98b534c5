"""Incidents side by side: every one in a row of its own, under the columns of its schedule."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import StorageError
from interview_tui.interview.events import Level, Place
from interview_tui.record.comparison import Column, Comparison, Of, compared, from_json, rows_of, to_json
from interview_tui.record.model import Completeness, Entry, Evidence, Field, Incident, Record, RoundRecord
from interview_tui.schedule.reader import read_schedule
from tests.examples import HANDOVER, handover
from tests.export.any_record import records
from tests.export.example_record import WITHHELD_NOTE, WITHHELD_TALK, example_record
from tests.record.talking import Call


def entry(place: Place, *answer: str) -> Entry:
    return Entry(place, "ask", (), "", answer, Level.DONE, None, True, Evidence())


def two_shifts(case: str = "P01", paper: str = "yes") -> Record:
    """Three incidents of two shifts, with choices of each shift and of the interview."""
    incidents = (
        incident("S2-rough", "S2", 3),
        incident("S1-rough", "S1", 1, Completeness.FILLED, Completeness.MISSING),
        incident("S1-smooth", "S1", 2, Completeness.THIN, Completeness.FILLED),
    )
    rounds = (
        *(RoundRecord(name, name, "shift", name[1:], "", ()) for name in ("S1", "S2")),
        *(RoundRecord(one.id, one.label, "incident", one.key, one.parent, ()) for one in incidents),
    )
    entries = (
        entry(Place("take_part"), "yes"),
        entry(Place("been"), "given: yes", "taken: no"),
        entry(Place("paper"), paper),
        entry(Place("came", "S1"), "by foot"),
        entry(Place("post", "S1"), "ward"),
        entry(Place("post", "S2"), "theatre"),
        entry(Place("post", "S3"), "elsewhere"),
    )
    return example_record(
        case=case, incidents=incidents, rounds=rounds, entries=entries, talk_ms=(("S1-rough", 90_000), ("S1", 150_000))
    )


def incident(name: str, parent: str, order: int, *states: Completeness) -> Incident:
    parts = zip(("event", "action"), (*states, Completeness.MISSING, Completeness.MISSING), strict=False)
    fields = tuple(Field(key, "", True, state, Evidence()) for key, state in parts)
    return Incident(name, name, name[3:], parent, order, fields, Evidence())


def column(table: Comparison, name: str) -> Column:
    (found,) = [one for one in table.columns if one.name == name]
    return found


def shown(table: Comparison, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row.shown(column(table, name)) for name in names) for row in table.rows]


def test_there_is_one_row_an_incident_case_by_case_in_the_order_of_telling():
    table = compared([(two_shifts("P02"), handover()), (two_shifts("P01"), handover())])
    assert shown(table, "case", "incident", "key", "parent", "order") == [
        (case, *incident)
        for case in ("P02", "P01")
        for incident in (
            ("S1-rough", "rough", "S1", "1"),
            ("S1-smooth", "smooth", "S1", "2"),
            ("S2-rough", "rough", "S2", "3"),
        )
    ]
    assert [(row.case, row.incident) for row in table.rows[:1]] == [("P02", "S1-rough")]


def test_the_answers_are_the_choices_of_the_interview_and_of_the_rounds_around_an_incident():
    table = compared([(two_shifts(), handover())])
    assert [one.key for one in table.columns if one.of is Of.ANSWER] == ["paper", "post"]
    assert shown(table, "paper", "post") == [("yes", "ward"), ("yes", "ward"), ("yes", "theatre")]


def test_the_columns_are_those_of_what_identifies_it_then_answers_then_parts_in_the_schedules_order():
    table = compared([(two_shifts(), handover())])
    identity = ["case", "incident", "key", "parent", "order", "complete", "minutes"]
    parts = [f"{key}{tail}" for key in ("event", "action", "outcome", "context") for tail in ("", "_notes", "_state")]
    assert [one.name for one in table.columns] == [*identity, "paper", "post", *parts]


def test_the_columns_of_two_schedules_are_together_in_an_order_that_is_both_theirs():
    newer = HANDOVER.replace("version: 1.10", "version: 1.20").replace(
        "    - record: Both ways?",
        "    - ask: Was it late?\n      id: late\n      answer: yes/no\n    - record: Both ways?",
    )
    newer = newer.replace(
        "    action: What did you do?\n", "    action: What did you do?\n    mood: How were you?\n", 1
    )
    newer = newer.replace(
        "        - ask: What came of it?",
        "        - ask: How were you?\n          id: mood\n          fills: mood\n        - ask: What came of it?",
    )
    record = two_shifts("P02")
    record = replace(record, entries=(*record.entries, entry(Place("late"), "yes")))
    for order in (1, -1):
        pairs = [(two_shifts(), handover()), (record, read_schedule(newer, "newer.yaml"))]
        names = [one.name for one in compared(pairs[::order]).columns]
        assert [name for name in names if name in ("paper", "late", "post")] == ["paper", "late", "post"]
        assert [name for name in names if name in ("event", "action", "mood", "outcome")] == [
            "event",
            "action",
            "mood",
            "outcome",
        ]


def test_a_part_has_its_state_the_respondents_words_and_the_notes():
    call = Call()
    call.goes("happened", "S1-rough")
    call.asks("What happened?")
    call.answers("The list of the ward got lost between two shifts.")
    call.notes("list lost")
    call.answers("We looked for it all night.")
    table = compared([(call.record(), handover())])
    assert shown(table, "event", "event_notes", "event_state", "action_state", "complete") == [
        (
            "The list of the ward got lost between two shifts. We looked for it all night.",
            "list lost",
            "filled",
            "missing",
            "no",
        )
    ]
    (row,) = table.rows
    told_ms = sum(placed.turn.end_ms - placed.turn.start_ms for placed in call.record().turns)
    assert row.values[column(table, "minutes")] == pytest.approx(told_ms / 60_000)


def test_nothing_that_is_withheld_is_in_it():
    table = compared([(example_record(), handover())])
    cells = " ".join(row.shown(one) for row in table.rows for one in table.columns)
    assert "sleep on it" in cells
    assert WITHHELD_TALK not in cells
    assert WITHHELD_NOTE not in cells


def test_it_is_sorted_by_size_by_how_well_a_part_is_filled_or_by_the_letters_with_what_is_not_known_last():
    table = compared([(two_shifts(), handover())])

    def order(name: str, *, descending: bool = False) -> list[str]:
        return [row.incident for row in table.sorted_by(column(table, name), descending=descending).rows]

    assert order("order", descending=True) == ["S2-rough", "S1-smooth", "S1-rough"]
    assert order("event_state") == ["S1-rough", "S1-smooth", "S2-rough"]
    assert order("action_state") == ["S1-smooth", "S1-rough", "S2-rough"]
    assert order("post", descending=True) == ["S1-rough", "S1-smooth", "S2-rough"]
    assert order("minutes") == order("minutes", descending=True) == ["S1-rough", "S1-smooth", "S2-rough"]
    assert order("post") == ["S2-rough", "S1-rough", "S1-smooth"]


def test_it_is_filtered_by_what_a_column_says_and_free_text_by_what_it_holds():
    table = compared([(two_shifts(), handover()), (two_shifts("P02", paper="no"), handover())])

    def left(name: str, text: str) -> list[tuple[str, str]]:
        return [(row.case, row.incident) for row in table.where(column(table, name), text).rows]

    assert left("post", "Theatre") == [("P01", "S2-rough"), ("P02", "S2-rough")]
    assert left("post", "theat") == []
    assert left("paper", "no") == [("P02", name) for name in ("S1-rough", "S1-smooth", "S2-rough")]
    assert left("incident", "smooth") == [("P01", "S1-smooth"), ("P02", "S1-smooth")]
    assert left("minutes", "1.5") == [("P01", "S1-rough"), ("P02", "S1-rough")]
    assert left("minutes", "") == [(case, name) for case in ("P01", "P02") for name in ("S1-smooth", "S2-rough")]
    assert len(left("event", "")) == 6
    assert left("incident", "") == []
    assert left("complete", "yes") == [("P01", "S1-smooth"), ("P02", "S1-smooth")]


@settings(deadline=None, max_examples=30)
@given(st.lists(records(), max_size=3), st.data())
def test_no_incident_is_lost_or_doubled_and_sorting_changes_only_the_order(found, data):
    table = compared((record, handover()) for record in found)
    assert Counter((row.case, row.incident) for row in table.rows) == Counter(
        (record.case, incident.id) for record in found for incident in record.incidents
    )
    assert len(set(table.columns)) == len(table.columns)
    assert {one for row in table.rows for one in row.values} <= set(table.columns)
    by = data.draw(st.sampled_from(table.columns))
    there = table.sorted_by(by, descending=data.draw(st.booleans()))
    assert Counter(map(id, there.rows)) == Counter(map(id, table.rows))
    assert table.sorted_by(by).sorted_by(by) == table.sorted_by(by)
    assert there.columns == table.columns


@given(record=records())
@settings(max_examples=30, deadline=None)
def test_a_row_that_was_kept_as_json_is_the_row_that_it_was(record):
    for row in rows_of(record, handover()):
        assert from_json(json.loads(json.dumps(to_json(row)))) == row


@pytest.mark.parametrize("kept", [{}, {"case": "P07", "incident": "S1", "values": [["colour", "", 1]]}])
def test_what_is_no_row_is_said_to_be_damaged(kept):
    with pytest.raises(StorageError, match="damaged"):
        from_json(kept)
