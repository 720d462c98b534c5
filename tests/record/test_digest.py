"""A record in brief says what the record says, survives JSON, and counts nothing that was withheld."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from interview_tui.errors import StorageError
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.digest import Digest, digest_of, from_json, to_json
from interview_tui.record.fidelity import Asked
from interview_tui.record.findable import Findable, Source, findable
from interview_tui.record.model import Completeness, Record, RoundRecord
from interview_tui.record.review.changes import ReviewState
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Doubt
from tests.examples import handover
from tests.record.talking import Call

POST, HAPPENED = Place("post", "S1"), Place("happened", "S1-rough")
TOLD = "The lift was stuck and the bed was in it with the patient for an hour"


@pytest.fixture(scope="module")
def record() -> Record:
    """A call about one shift in theatre and one incident of which only the first part is told."""
    call = Call()
    call.does(lambda session, now: session.open_round("shift", "", "", now), later_ms=10)
    call.goes("post", "S1", later_ms=20)
    call.asks("Where did you work?")
    call.answers("In theatre, mostly at night")
    call.does(lambda session, now: session.answer_at(POST, "2", now))
    call.does(lambda session, now: session.open_round("incident", "rough", "S1", now), later_ms=20)
    call.goes("happened", "S1-rough", later_ms=30)
    call.waits(1_000)
    call.asks("What happened?")
    call.answers(TOLD)
    call.notes("lift stuck, an hour")
    call.waits(60_000)
    return call.record()


def digest(record: Record) -> Digest:
    return digest_of(record, handover())


def test_what_was_chosen_is_there_by_item_in_words_and_what_was_only_noted_is_not(record):
    found = digest(record)
    assert found.chosen("post") == ("theatre",)
    assert found.chosen("paper") == ()
    assert found.answers == (("post", "theatre"),)  # and no consents


def test_an_incident_has_its_key_its_round_the_answers_around_it_and_how_well_each_need_is_filled(record):
    (incident,) = digest(record).incidents
    (whole,) = record.incidents
    assert (incident.key, incident.within, incident.label) == ("rough", "S1", whole.label)
    assert incident.answers == (("post", "theatre"),)
    assert incident.needs == (
        ("event", Completeness.FILLED),
        ("action", Completeness.MISSING),
        ("outcome", Completeness.MISSING),
    )
    assert incident.complete is whole.complete is False


def test_questions_are_counted_by_how_they_were_put(record):
    asked = dict(digest(record).asked)
    assert asked[Asked.WORDED] == sum(entry.asked is Asked.WORDED and entry.kind == "ask" for entry in record.entries)
    assert sum(asked.values()) == sum(entry.kind == "ask" for entry in record.entries)


def test_minutes_are_those_of_the_turns(record):
    spoken = dict(digest(record).spoken_ms)
    assert set(spoken) == {INTERVIEWER, RESPONDENT}
    assert sum(spoken.values()) == sum(placed.turn.end_ms - placed.turn.start_ms for placed in record.turns)
    talk_ms = dict(record.talk_ms)
    (incident,) = digest(record).incidents
    assert dict(digest(record).sections_ms) == {title: talk_ms[title] for title in ("The shift", "Incidents")}
    assert incident.talk_ms == talk_ms[incident.label] > 0


def test_what_was_recorded_is_all_of_its_spans(record):
    spans = (Stretch(1_000, 4_000), Stretch(9_000, 10_500))
    assert digest(replace(record, spans=spans)).recorded_ms == 4_500
    assert digest(replace(record, spans=spans)).origin_ms == 1_000


def test_it_survives_json(record):
    found = digest_of(replace(record, review=ReviewState.CHECKED), handover(), 2)
    assert (found.review, found.doubts) == (ReviewState.CHECKED, 2)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


@pytest.mark.parametrize(
    "damage", [{"asked": [["somehow", 1]]}, {"review": "begun"}, {"unknown": 1}, {"incidents": [{}]}, {"answers": None}]
)
def test_a_damaged_one_is_refused_with_a_sentence(record, damage):
    with pytest.raises(StorageError, match="damaged"):
        from_json({**to_json(digest(record)), **damage})


def test_what_is_withheld_counts_for_nothing_and_cannot_be_searched(record):
    note = record.notes[0]
    taken_back = replace(
        record,
        withheld=(Stretch(0, note.typed_ms + 1),),
        doubts=(Doubt(0, 1000, "a doubt"), Doubt(10**7, 10**7 + 1, "")),
    )
    found = digest(taken_back)
    assert (found.notes, found.spoken_ms, found.doubts) == (0, (), 1)
    assert digest(record).notes == 1
    assert findable(taken_back) == []


def test_a_turn_is_found_with_its_speaker_its_question_and_its_incident(record):
    (found,) = [row for row in findable(record) if row.text == TOLD]
    (incident,) = record.incidents
    assert (found.source, found.speaker, found.place) == (Source.TALK, RESPONDENT, HAPPENED)
    assert (found.question, found.incident) == ("What happened?", incident.label)
    assert found.start_ms == next(placed.turn.start_ms for placed in record.turns if placed.turn.text == TOLD)


def test_every_turn_and_every_note_is_a_row_and_every_part_of_which_something_was_told(record):
    rows = findable(record)
    assert [row.text for row in rows if row.source is Source.TALK] == [placed.turn.text for placed in record.turns]
    assert [row.origin for row in rows if row.source is Source.NOTE] == [note.note for note in record.notes]
    (field,) = [row for row in rows if row.source is Source.FIELD]
    assert (field.origin, field.text, field.place) == ("event", "What happened?", HAPPENED)
    assert field.start_ms == min(row.start_ms for row in rows if row.place == HAPPENED)


def test_what_lies_outside_every_incident_belongs_to_none(record):
    rows = [row for row in findable(record) if row.place == POST]
    assert rows
    assert {row.incident for row in rows} == {""}


def test_what_lies_in_a_round_within_an_incident_belongs_to_the_incident(record):
    (incident,) = record.incidents
    within = RoundRecord("deep", "deep", "reasons", "", incident.id, ())
    turns = tuple(replace(placed, place=Place("why", "deep")) for placed in record.turns)
    rows = findable(replace(record, rounds=(*record.rounds, within), turns=turns))
    assert {row.incident for row in rows if row.source is Source.TALK} == {incident.label}


def test_a_note_before_consent_is_not_searched(record):
    early = replace(record.notes[0], before_consent=True)
    rows = findable(replace(record, notes=(early,)))
    assert not any(row.source is Source.NOTE for row in rows)


def test_a_part_that_two_questions_ask_for_stands_at_the_first(record):
    late = replace(next(entry for entry in record.entries if entry.place == HAPPENED), place=Place("later", "S1-rough"))
    rows: list[Findable] = findable(replace(record, entries=(*record.entries, late)))
    assert {row.place for row in rows if row.source is Source.FIELD} == {HAPPENED}
