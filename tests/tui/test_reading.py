"""What is read of a record: turns, notes and gaps in order, each with what is doubtful about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from interview_tui.interview.events import Stretch
from interview_tui.record.model import Evidence, PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER
from interview_tui.tui.reading import AFTER_NOTE_MS, BEFORE_NOTE_MS, SURE, Laid, Row, transcript_rows
from tests.export.any_record import records
from tests.export.example_record import OUTSIDE, WITHHELD_NOTE, WITHHELD_TALK, example_record, turn
from tests.tui.reviewed import ASIDE, at, placed_record


def row_of(rows: list[Row], kind: str, text: str) -> Row:
    return next(row for row in rows if row.kind == kind and text in row.text)


def test_the_transcript_has_questions_as_headings_and_notes_at_their_words():
    rows = transcript_rows(example_record())
    texts = [row.text for row in rows]
    question = texts.index("How would you define mentoring?")
    assert (rows[question].kind, rows[question + 1].kind, rows[question + 3].kind) == ("question", "turn", "note")
    times = [row.at_ms for row in rows if row.at_ms is not None]
    assert times == sorted(times)


def test_a_gap_says_why_nothing_was_recorded():
    gaps = [row.text for row in transcript_rows(example_record()) if row.kind == "gap"]
    assert gaps == ["off the record, 10 s", "not recorded, 28 s"]


def test_nothing_withheld_is_in_the_transcript_but_a_note_that_was_kept():
    record = example_record()
    told = " ".join(row.text for row in transcript_rows(record))
    assert WITHHELD_TALK not in told
    assert WITHHELD_NOTE not in told
    kept = replace(record, notes=tuple(replace(note, kept=note.text == WITHHELD_NOTE) for note in record.notes))
    assert WITHHELD_NOTE in " ".join(row.text for row in transcript_rows(kept))


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_of_no_transcript_is_anything_shown_that_was_withheld(record: Record):
    for row in transcript_rows(record):
        if row.kind in ("turn", "note"):
            assert not any(held.start_ms <= (row.at_ms or 0) < held.end_ms for held in record.withheld)


def test_an_interview_of_nothing_says_how_to_have_it_transcribed():
    nothing = example_record(turns=(), notes=(), incidents=(), entries=(), provenance=None)
    assert transcript_rows(nothing)[0].text.startswith("Not transcribed yet")


def test_questions_of_the_transcript_say_how_they_were_asked():
    define = row_of(transcript_rows(placed_record()), "question", "mentoring")
    assert define.aside == "asked in other words · General questions"


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_a_turn_has_a_doubt_if_its_place_is_less_sure_than_it_should_be_and_only_then(record: Record):
    spoken = tuple(placed for placed in record.turns if placed.turn.words)
    rows = transcript_rows(replace(record, withheld=(), turns=spoken))
    shown = Counter((row.said, placed_sure(row)) for row in rows if row.kind == "turn")
    doubts = [f"{placed.sure:.2f} sure" if placed.place and placed.sure < SURE else "" for placed in spoken]
    assert shown == Counter((placed.turn.stretch, doubt) for placed, doubt in zip(spoken, doubts, strict=True))


def placed_sure(row: Row) -> str:
    """How sure its place is said to be."""
    return row.doubt.rpartition("(")[2].partition(")")[0]


def test_a_place_that_is_just_sure_enough_has_no_doubt():
    just = PlacedTurn(turn(1, INTERVIEWER, 6, "How would you define mentoring?"), OUTSIDE, ASIDE, SURE)
    (sure,) = [row for row in transcript_rows(example_record(turns=(just,))) if row.kind == "turn"]
    assert not sure.doubt


def test_evidence_is_heard_piece_by_piece_without_what_lies_between():
    laid = Laid(example_record())
    assert laid.stretches([Evidence((7, 8, 13))]) == (Stretch(at(20), at(23.71)), Stretch(at(46), at(48.46)))


def test_evidence_that_was_only_noted_is_heard_where_it_was_noted():
    laid = Laid(example_record())
    (heard,) = laid.stretches([Evidence((), ("n2",))])
    assert heard == Stretch(at(9) - BEFORE_NOTE_MS, at(9) + AFTER_NOTE_MS)
    assert laid.stretches([Evidence((4,), ("n2",))]) == (Stretch(at(8), at(10.21)),)


@pytest.mark.parametrize("evidence", [Evidence(), Evidence((99,), ("n9",))])
def test_of_what_is_no_evidence_nothing_is_heard(evidence: Evidence):
    assert Laid(example_record()).stretches([evidence]) == ()


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_the_pieces_of_any_evidence_are_in_order_and_apart(record: Record):
    laid = Laid(record)
    for incident in record.incidents:
        pieces = laid.stretches([incident.evidence])
        assert all(one.end_ms < other.start_ms for one, other in pairwise(pieces))
