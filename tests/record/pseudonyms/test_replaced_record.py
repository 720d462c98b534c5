"""A whole record with its names replaced: nothing else in it changes, and no name is left in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.interview.events import Place, Stretch
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replaced_record import pseudonymised, wordless
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.review.review import Quotation
from interview_tui.record.transcript import RESPONDENT, Provenance, Turn, Word
from tests.export.any_record import records
from tests.export.example_record import example_record, note, turn

WALTER = Pseudonym("Qvarn Zelk", "[Councillor A]", aliases=("Zelk",))
REPLACER = Replacer([WALTER])
NAME = "old Zelk's"


def named(record: Record) -> Record:
    """`record` with the name in every text that somebody said, typed or worded."""
    entry, one, incident = record.entries[0], record.rounds[0], record.incidents[0]
    return replace(
        record,
        interviewer=NAME,
        study=NAME,
        schedule_title=NAME,
        reason=NAME,
        turns=(PlacedTurn(turn(1, RESPONDENT, 1, f"it was Qvarn Zelk and {NAME} lad"), None), *record.turns),
        notes=(replace(note("n0", 1, f"@Zelk {NAME}"), names=("Zelk", "Qvarn Zelk")), *record.notes),
        entries=(replace(entry, heading=(NAME,), question=NAME, answer=(NAME,), reason=NAME), *record.entries),
        rounds=(replace(one, label=NAME, answers=(("who", NAME),)), *record.rounds),
        incidents=(
            replace(incident, label=NAME, fields=(replace(incident.fields[0], question=NAME),)),
            *record.incidents,
        ),
        debrief=((NAME, NAME),),
        doubts=tuple(replace(doubt, reason=NAME) for doubt in record.doubts),
        talk_ms=((NAME, 5),),
        quotations=(Quotation("e1", Stretch(0, 5), RESPONDENT, NAME),),
        provenance=Provenance("e", NAME, "s", "en", {"vocabulary": NAME}, {}, NAME),
    )


def every_text(value: Any) -> Iterator[str]:
    """Every text anywhere in a record."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from every_text(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from every_text(tuple(value.items()))
    elif isinstance(value, tuple):
        for each in value:
            yield from every_text(each)


def test_no_name_is_left_in_any_text_of_a_record() -> None:
    found = pseudonymised(named(example_record()), REPLACER)
    assert not [text for text in every_text(found) if "zelk" in text.casefold() or "qvarn" in text.casefold()]
    assert found.notes[0].names == ("[Councillor A]",)
    assert found.turns[0].turn.text == "it was [Councillor A] and old [Councillor A]'s lad"


def test_ids_places_evidence_and_times_stay() -> None:
    before = named(example_record())
    after = pseudonymised(before, REPLACER)
    assert [each.evidence for each in after.entries] == [each.evidence for each in before.entries]
    assert [each.evidence for each in after.incidents] == [each.evidence for each in before.incidents]
    assert [(each.note, each.places, each.about_ms) for each in after.notes] == [
        (each.note, each.places, each.about_ms) for each in before.notes
    ]
    assert [(each.turn.number, each.place, each.turn.stretch) for each in after.turns] == [
        (each.turn.number, each.place, each.turn.stretch) for each in before.turns
    ]
    assert after.turns[1:] == before.turns[1:]


def test_a_name_that_runs_on_in_the_next_part_of_its_turn_stays_with_the_first() -> None:
    one, other = Place("event", "R1"), Place("action", "R1")
    words = tuple(Word(text, n * 100, n * 100 + 90) for n, text in enumerate(("with", "Qvarn", "Zelk,", "yes")))
    parts = (
        PlacedTurn(Turn(1, RESPONDENT, words[:2]), one),
        PlacedTurn(Turn(1, RESPONDENT, words[2:3]), other),
        PlacedTurn(Turn(1, RESPONDENT, words[3:]), one),
    )
    found = pseudonymised(example_record(turns=parts), REPLACER).turns
    assert [(each.place, each.turn.text) for each in found] == [(one, "with [Councillor A],"), (one, "yes")]
    assert found[0].turn.end_ms == 290


@settings(max_examples=40)
@given(records(), st.data())
def test_where_no_name_is_nothing_changes_and_twice_is_once(record: Record, data: st.DataObject) -> None:
    assert pseudonymised(record, REPLACER) == record
    filled = replace(record, debrief=((NAME, data.draw(st.sampled_from(("Zelk", "x")))),), study=NAME)
    once = pseudonymised(filled, REPLACER)
    assert pseudonymised(once, REPLACER) == once


def test_without_words_a_record_has_none_of_its_own_texts() -> None:
    found = wordless(named(example_record()))
    assert not [text for text in every_text(found) if "zelk" in text.casefold()]
    assert [len(each.turn.words) for each in found.turns[1:]] == [
        len(each.turn.words) for each in example_record().turns
    ]
