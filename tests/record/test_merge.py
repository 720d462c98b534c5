"""The merge: talk and notes come to the question where the screen stood; what is withheld never enters."""

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Level, Place
from interview_tui.interview.facts import Visit
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.record.merge import merge, place_turns
from interview_tui.record.model import Completeness
from interview_tui.record.transcript import (
    INTERVIEWER,
    RESPONDENT,
    Provenance,
    Transcript,
    Turn,
    Word,
    from_json,
    to_json,
)
from tests.examples import at, consented


def turn(number, speaker, start_ms, end_ms, text):
    words = text.split()
    step = (end_ms - start_ms) // len(words)
    return Turn(
        number,
        speaker,
        tuple(Word(word, start_ms + k * step, start_ms + (k + 1) * step) for k, word in enumerate(words)),
    )


def transcript(*turns):
    return Transcript(tuple(turns), Provenance("faster-whisper", "tiny.en", "0" * 64, "en"))


def told():
    """A session with one rough incident told between 20 s and 60 s, and its talk."""
    session = consented()
    session.span_opened(RecorderStatus(RecorderState.RECORDING, 1, 0, 1000, 2, "mic"), at(15_000))
    session.open_round("incident", "rough", "S1", at(20_000))
    session.go(Place("happened", "S1-rough"), at(30_000))
    session.enter("chart was lost", 38_000, at(40_000))
    session.go(Place("did", "S1-rough"), at(45_000))
    session.go(Place("outcome", "S1-rough"), at(55_000))
    session.span_closed(
        RecordedSpan(1, 1000, 2, 45_000, 0, (AudioPart("1.wav", 0, 45_000),), "mic", SpanEnd.STOP), 15_000, at(60_000)
    )
    session.end("complete", at(61_000))
    talk = transcript(
        turn(1, INTERVIEWER, 19_500, 23_000, "And one that went wrong"),
        turn(2, RESPONDENT, 24_000, 28_000, "Yes last March"),
        turn(3, INTERVIEWER, 29_000, 30_500, "What happened"),
        turn(4, RESPONDENT, 31_000, 44_000, "We lost the chart between two wards and nobody noticed until six"),
        turn(5, INTERVIEWER, 44_200, 45_600, "What did you do"),
        turn(6, RESPONDENT, 46_000, 48_000, "I rang round"),
    )
    return session.interview, talk


def test_an_incident_gathers_its_fields_with_turns_and_notes():
    interview, talk = told()
    record = merge(interview, talk)
    (incident,) = record.incidents
    fields = {field.key: field for field in incident.fields}
    assert (incident.label, incident.key, incident.order) == ("S1-rough", "rough", 1)
    assert fields["event"].evidence.turns == (3, 4)
    assert fields["event"].evidence.notes == ("n1",)
    assert fields["event"].state is Completeness.FILLED
    assert fields["action"].state is Completeness.THIN
    assert fields["outcome"].state is Completeness.MISSING
    assert not incident.complete
    assert fields["event"].evidence.audio is not None
    assert fields["event"].evidence.audio.start_ms == 29_000


def test_her_question_belongs_where_the_screen_stood_when_she_had_asked_it():
    interview, talk = told()
    places = {placed.turn.number: placed.place for placed in merge(interview, talk).turns}
    assert places[3] == Place("happened", "S1-rough")
    assert places[2] == Place("incident_rough", "S1-rough")


def test_a_note_is_tied_to_the_turn_it_is_about():
    interview, talk = told()
    (note,) = merge(interview, talk).notes
    assert (note.about_ms, note.turn) == (35_000, 4)


def test_an_unrecorded_interview_has_a_record_too():
    interview, _ = told()
    record = merge(interview, None)
    assert record.incidents[0].fields[0].evidence.notes == ("n1",)
    assert record.turns == ()


def test_entries_say_what_was_asked_in_the_words_of_the_moment():
    interview, talk = told()
    entries = {entry.place: entry for entry in merge(interview, talk).entries}
    entry = entries[Place("happened", "S1-rough")]
    assert entry.heading == ("Shifts", "S1", "Incidents", "rough")
    assert entry.level is Level.TOUCHED
    assert entries[Place("take_part")].answer == ("yes",)


def test_words_that_fall_off_the_record_never_enter():
    session = consented()
    session.go(Place("good_handover"), at(20_000))
    session.go_off_record(at(30_000))
    session.come_back_on_record(at(40_000))
    talk = transcript(turn(1, RESPONDENT, 25_000, 45_000, "one two three four five six seven eight nine ten"))
    (placed,) = merge(session.interview, talk).turns
    assert placed.turn.text == "one two nine ten"


@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 90)), max_size=12),
    st.lists(st.integers(0, 600), max_size=8, unique=True),
)
def test_every_turn_is_placed_once_in_order_with_its_words(talk, moves):
    turns = [
        turn(number, RESPONDENT if number % 2 else INTERVIEWER, start * 1000, (start + length) * 1000, "a b c")
        for number, (start, length) in enumerate(sorted(talk), 1)
    ]
    starts = sorted(moves)
    visits = [
        Visit(Place(f"q{number}"), start * 1000, end * 1000)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], 700], strict=False))
    ]
    placed = place_turns(visits, turns)
    assert [entry.turn for entry in placed] == turns
    for entry in placed:
        if entry.place is None:
            assert not visits or entry.turn.end_ms < visits[0].start_ms


def test_a_transcript_survives_its_json_form():
    _, talk = told()
    assert from_json(to_json(talk)) == talk
