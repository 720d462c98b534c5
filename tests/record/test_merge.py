"""The merge: talk and notes come to the question that they belong to; what is withheld never enters."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview import route, withholding
from interview_tui.interview.events import Level, Place
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.record.attribution.candidates import possible
from interview_tui.record.fidelity import Asked
from interview_tui.record.merge import merge
from interview_tui.record.model import Completeness
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, from_json, outside, to_json
from tests.examples import at, consented
from tests.record.talking import Call, transcript, turn, words_of


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
        turn(3, INTERVIEWER, 29_000, 30_500, "What happened?"),
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


def test_her_question_belongs_where_she_moved_to_as_she_asked_it():
    interview, talk = told()
    found = {placed.turn.number: placed for placed in merge(interview, talk).turns}
    assert found[3].place == Place("happened", "S1-rough")
    assert found[2].place == Place("incident_rough", "S1-rough")
    assert found[3].why == "she moved here, asked as worded"
    assert found[3].sure > 0.9


def test_a_note_is_tied_to_the_words_that_it_is_about():
    interview, talk = told()
    (note,) = merge(interview, talk).notes
    (lost,) = [word for word in talk.turns[3].words if word.text == "chart"]
    assert (note.about_ms, note.turn) == (lost.end_ms, 4)
    assert (note.typed_ms, note.places) == (38_000, (Place("happened", "S1-rough"),))


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


THINGS = ("valve", "porter", "chart", "lift", "paper", "what happened?", "work", "wrong", "yes.", "so", "then", "came")
SPEAKERS = (INTERVIEWER, RESPONDENT, RESPONDENT, UNKNOWN)
PLACES = [step.place for step in route.steps(possible(Call().interview))]
SECONDS = st.integers(20, 140)
NOTE_TEXTS = st.sampled_from(("chart lost", "rough: porter", "paper: no", "OUT: fine", "! valve", "? hm", "lift"))


@st.composite
def talks(draw):
    """Turns, which may overlap; every word is known by its confidence."""
    turns = []
    spans = draw(st.lists(st.tuples(SECONDS, st.integers(1, 30)), max_size=7))
    for number, (start, length) in enumerate(sorted(spans), 1):
        text = " ".join(draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=8)))
        made = turn(number, draw(st.sampled_from(SPEAKERS)), start * 1000, (start + length) * 1000, text)
        known = tuple(replace(word, confidence=number / 100 + k / 10_000) for k, word in enumerate(made.words))
        turns.append(replace(made, words=known))
    return transcript(*turns)


def goes(place):
    return lambda session, now: session.go(place, now)


def notes(text, thinking_ms):
    return lambda session, now: session.enter(f" {text}", max(0, now.at_ms - thinking_ms), now)


def refiles(place):
    return lambda session, now: session.refile("n1", [place], now)


def opens_another_shift(session, now):
    session.open_round("shift", "", "", now)


def leaves_the_record(session, now):
    session.go_off_record(now)


def comes_back(session, now):
    session.come_back_on_record(now)


def takes_back(length_ms, *, keep_notes):
    def take_back(session, now):
        proposal = withholding.since(session.interview, now.at_ms - length_ms, now.at_ms, "a while")
        session.withhold(proposal, now, keep_notes=keep_notes)

    return take_back


moves = st.builds(goes, st.sampled_from(PLACES))
noting = st.builds(notes, NOTE_TEXTS, st.integers(0, 9_000))
doings = st.lists(
    st.tuples(
        SECONDS.map(lambda second: 1000 * second + 500),
        moves
        | noting
        | st.builds(refiles, st.sampled_from(PLACES))
        | st.sampled_from((leaves_the_record, comes_back, opens_another_shift))
        | st.builds(takes_back, st.integers(0, 30_000), keep_notes=st.booleans()),
    ),
    max_size=9,
)


def conducted(done):
    """The interview in which that was done, as far as it could be."""
    session = consented()
    for ms, do in sorted(done, key=lambda doing: doing[0]):
        with suppress(Refused):
            do(session, at(ms))
    return session.interview


@given(doings, talks())
def test_every_word_is_in_one_place_or_none_once_with_its_time_and_speaker(done, talk):
    interview = conducted(done)
    record = merge(interview, talk)
    kept = outside(talk.turns, interview.withheld())
    by_time = sorted(words_of(kept), key=lambda word: word.confidence)
    assert sorted(words_of(record.turns), key=lambda word: word.confidence) == by_time
    for said in kept:
        pieces = [placed.turn for placed in record.turns if placed.turn.words[0] in said.words]
        assert words_of(pieces) == list(said.words)
        assert {piece.speaker for piece in pieces} == {said.speaker}


@given(doings, talks())
def test_turns_are_in_order_and_each_says_why_it_is_where_and_how_sure_that_is(done, talk):
    interview = conducted(done)
    record = merge(interview, talk)
    numbers = [placed.turn.number for placed in record.turns]
    starts = [placed.turn.start_ms for placed in record.turns]
    assert numbers == sorted(set(numbers))
    assert starts == sorted(starts)
    for found in record.turns:
        assert found.why
        assert 0.5 <= found.sure <= 1


@given(doings, talks())
def test_what_is_placed_is_evidence_there_and_only_there(done, talk):
    record = merge(conducted(done), talk)
    entries = {entry.place: entry for entry in record.entries}
    assert {found.place.round for found in record.turns if found.place} <= {"", *(found.id for found in record.rounds)}
    for place, entry in entries.items():
        here = [found for found in record.turns if found.place and found.place.whole == place]
        assert entry.evidence.turns == tuple(found.turn.number for found in here)
        homes = {note.note: [home.whole for home in note.places] for note in record.notes}
        assert set(entry.evidence.notes) == {note for note, places in homes.items() if place in places}
    told = {found.place.whole for found in record.turns if found.place}
    assert all(entries[place].asked not in (Asked.SKIPPED, Asked.NOT_REACHED) for place in told & set(entries))


@given(doings, talks(), SECONDS, NOTE_TEXTS, st.integers(0, 9_000))
def test_one_more_note_moves_no_word_in_time_nor_any_other_note(done, talk, second, text, thinking_ms):
    done = [*done, (150_000, comes_back)]  # else the call is off the record up to the last thing that was done
    before = merge(conducted(done), talk)
    after = merge(conducted([*done, (1000 * second + 900, notes(text, thinking_ms))]), talk)
    known = [sorted(words_of(record.turns), key=lambda word: word.confidence) for record in (before, after)]
    assert known[0] == known[1]
    typed = [sorted((note.text, note.typed_ms) for note in record.notes) for record in (before, after)]
    assert [one for one in typed[0] if one not in typed[1]] == []
    assert len(typed[1]) - len(typed[0]) in (0, 1)


@given(doings, talks())
def test_the_same_input_gives_the_same_record(done, talk):
    interview = conducted(done)
    record = merge(interview, talk)
    assert merge(interview, talk) == record
    assert merge(conducted(done), talk) == record


@given(doings, talks())
def test_the_merge_leaves_the_interview_as_it_was(done, talk):
    interview = conducted(done)
    merge(interview, talk)
    assert interview == conducted(done)


@given(doings, talks())
def test_withheld_time_is_absent(done, talk):
    interview = conducted(done)
    record = merge(interview, talk)
    for stretch in interview.withheld():
        assert not [word for word in words_of(record.turns) if _overlaps(word, stretch)]
    gone = {note for found in interview.soundtrack.withholdings.values() for note in found.notes}
    assert not gone & {note.note for note in record.notes}
    assert not gone & {note for entry in record.entries for note in entry.evidence.notes}


def _overlaps(word, stretch):
    return word.start_ms < stretch.end_ms and word.end_ms > stretch.start_ms


@given(doings, talks())
def test_talk_that_is_taken_back_leaves_no_trace_in_where_the_rest_belongs(done, talk):
    interview = conducted(done)
    left = transcript(*outside(talk.turns, interview.withheld()))
    assert merge(interview, talk) == merge(interview, left)


def test_a_transcript_survives_its_json_form():
    _, talk = told()
    assert from_json(to_json(talk)) == talk
