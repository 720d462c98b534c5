"""Where reviewers say that talk and notes belong: it holds for any transcript, and everything follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TalkReleased
from interview_tui.interview.events import Place, Stretch
from interview_tui.record import placing
from interview_tui.record.fidelity import Asked
from interview_tui.record.merge import merge
from interview_tui.record.model import Completeness
from interview_tui.record.placing import PLACED
from interview_tui.record.review.changes import ReviewState, WordsCorrected
from interview_tui.record.review.review import Quotation, Review
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn
from tests.examples import at, consented
from tests.interview.telling import state_of
from tests.record.test_merge import told, transcript, turn

HAPPENED, DID, OUTCOME = (Place(item, "S1-rough") for item in ("happened", "did", "outcome"))
PAPER = Place("paper")


def place(start_ms, end_ms, to):
    return TalkPlaced(at_ms=90_000, wall_ms=90_000, start_ms=start_ms, end_ms=end_ms, place=to)


def release(start_ms, end_ms):
    return TalkReleased(at_ms=90_000, wall_ms=90_000, start_ms=start_ms, end_ms=end_ms)


def merged(*corrections, talk=None):
    """The record of the rough incident, corrected; of other talk than was heard there if that is given."""
    interview, heard = told()
    interview.corrections.extend(corrections)
    return merge(interview, talk or heard)


def reviewed(session, talk, *corrections):
    """The record of a call after its review."""
    return merge(session.interview, talk, Review(corrections=corrections))


def said_at(record, to):
    return [placed.turn.text for placed in record.turns if placed.place == to]


def fields(record):
    return {field.key: field for field in record.incidents[0].fields}


def entries(record):
    return {entry.place: entry for entry in record.entries}


def words(record):
    """Every word with its place, in order."""
    return [(word, placed.place) for placed in record.turns for word in placed.turn.words]


def test_a_turn_is_where_a_reviewer_placed_it_for_sure():
    (placed,) = (placed for placed in merged(place(46_000, 48_000, OUTCOME)).turns if placed.turn.number == 6)
    assert (placed.place, placed.why, placed.sure) == (OUTCOME, PLACED, 1.0)


def test_incident_fields_entries_times_and_notes_follow():
    before, after = merged(), merged(place(31_000, 44_000, OUTCOME))
    assert fields(before)["outcome"].state is Completeness.MISSING
    assert fields(after)["outcome"].state is Completeness.FILLED
    assert fields(after)["outcome"].evidence.turns == (4,)
    assert 4 in fields(before)["event"].evidence.turns
    assert 4 not in fields(after)["event"].evidence.turns
    assert entries(after)[OUTCOME].evidence.turns == (4,)
    assert before.notes[0].places == (HAPPENED,)
    assert after.notes[0].places == (OUTCOME,)
    away = merged(place(31_000, 44_000, PAPER))
    assert dict(before.talk_ms)["S1-rough"] - dict(away.talk_ms)["S1-rough"] == 12_996  # twelve words of 1083 ms


def test_a_part_of_a_turn_is_cut_out_between_words():
    record = merged(place(33_000, 35_500, DID))
    pieces = [(placed.turn.number, placed.turn.text, placed.place) for placed in record.turns][3:6]
    assert pieces == [
        (4, "We lost", HAPPENED),
        (5, "the chart", DID),
        (6, "between two wards and nobody noticed until six", HAPPENED),
    ]


def test_a_turn_that_the_merge_had_cut_is_whole_where_a_reviewer_places_all_of_it():
    session = consented()
    session.go(Place("good_handover"), at(20_000))
    session.go(Place("paper"), at(35_000))
    session.end("complete", at(61_000))
    talk = transcript(
        turn(1, INTERVIEWER, 19_000, 22_000, "What makes a good handover?"),
        turn(2, RESPONDENT, 23_000, 48_000, "Time for it and quiet above all things. It was on paper with us then."),
    )
    assert len(merge(session.interview, talk).turns) == 3
    assert said_at(reviewed(session, talk, place(23_000, 48_000, PAPER)), PAPER) == [talk.turns[1].text]


def test_talk_of_no_question_is_no_evidence():
    record = merged(place(31_000, 44_000, None))
    assert [placed.place for placed in record.turns if placed.turn.number == 4] == [None]
    assert not any(4 in entry.evidence.turns for entry in record.entries)


def test_words_that_only_a_better_transcript_has_belong_where_their_stretch_does():
    better = transcript(
        turn(1, RESPONDENT, 24_000, 30_800, "Yes last March it was, in the night of the storm"),
        turn(2, RESPONDENT, 31_000, 38_000, "We had, you know, lost the chart between two wards"),
        turn(3, INTERVIEWER, 38_000, 38_400, "Oh dear"),
        turn(4, RESPONDENT, 38_400, 44_000, "and nobody at all noticed until six"),
        turn(5, INTERVIEWER, 44_200, 45_600, "What did you do"),
    )
    record = merged(place(31_000, 44_000, OUTCOME), talk=better)
    assert said_at(record, OUTCOME) == [one.text for one in better.turns[1:4]]


def test_the_later_correction_holds_where_two_meet():
    record = merged(place(31_000, 44_000, OUTCOME), place(33_000, 35_500, DID))
    assert said_at(record, OUTCOME) == ["We lost", "between two wards and nobody noticed until six"]
    record = merged(place(33_000, 35_500, DID), place(31_000, 44_000, OUTCOME))
    assert said_at(record, OUTCOME) == ["We lost the chart between two wards and nobody noticed until six"]


def test_a_correction_taken_back_leaves_the_record_as_it_was():
    assert merged(place(31_000, 44_000, OUTCOME), release(31_000, 44_000)) == merged()


def test_a_part_of_a_correction_can_be_taken_back():
    record = merged(place(31_000, 44_000, OUTCOME), release(33_000, 35_500))
    assert said_at(record, OUTCOME) == ["We lost", "between two wards and nobody noticed until six"]
    assert "the chart" in said_at(record, HAPPENED)


def test_her_question_is_asked_where_a_reviewer_placed_it_and_no_longer_where_it_was():
    interview, talk = told()
    asked = replace(
        talk, turns=(*talk.turns[:4], turn(5, INTERVIEWER, 44_200, 45_600, "What did you do?"), talk.turns[5])
    )
    assert entries(merge(interview, asked))[DID].asked is Asked.WORDED
    interview.corrections.append(place(44_200, 48_000, OUTCOME))
    found = entries(merge(interview, asked))
    assert found[OUTCOME].asked is Asked.PARAPHRASED
    assert found[DID].asked not in (Asked.WORDED, Asked.PARAPHRASED)


def test_her_question_stays_asked_where_only_the_answer_is_placed_elsewhere():
    record = merged(place(46_000, 48_000, OUTCOME))
    assert entries(record)[DID].asked is Asked.WORDED
    assert entries(record)[OUTCOME].asked is Asked.VOLUNTEERED


def test_what_she_says_without_asking_asks_nothing_where_a_reviewer_places_it():
    assert entries(merged(place(19_000, 23_000, PAPER)))[PAPER].asked is Asked.VOLUNTEERED


def paper_call():
    """A call conducted from paper, in which a second shift is told of: the merge opens its round."""
    session = consented()
    session.end("complete", at(200_000))
    talk = transcript(
        turn(1, INTERVIEWER, 20_000, 22_000, "Where did you work?"),
        turn(2, RESPONDENT, 23_000, 30_000, "On the ward with the old people on the second floor."),
        turn(3, INTERVIEWER, 40_000, 44_000, "Can you think of a handover that went smoothly?"),
        turn(4, RESPONDENT, 45_000, 55_000, "There was one with Anna in the spring when all was quiet."),
        turn(5, INTERVIEWER, 60_000, 62_000, "Is there another shift, with another colleague?"),
        turn(6, RESPONDENT, 63_000, 66_000, "There is one more, yes."),
        turn(7, INTERVIEWER, 67_000, 69_000, "Where did you work?"),
        turn(8, RESPONDENT, 70_000, 80_000, "In the theatre then, with another nurse altogether, for a year."),
        turn(9, INTERVIEWER, 81_000, 85_000, "And of one that went wrong?"),
        turn(10, RESPONDENT, 86_000, 99_000, "They forgot to count the swabs and the surgeon shouted at us all."),
    )
    return session, talk


def test_a_round_that_the_merge_had_opened_keeps_what_a_reviewer_places_in_it():
    session, talk = paper_call()
    assert "S2" in {found.id for found in merge(session.interview, talk).rounds}
    record = reviewed(session, talk, place(86_000, 99_000, Place("outcome", "S2-rough")))
    assert said_at(record, Place("outcome", "S2-rough")) == [talk.turns[9].text]
    assert "S2-rough" in {incident.id for incident in record.incidents}


def test_a_round_that_the_merge_had_opened_is_gone_once_nothing_is_told_in_it():
    session, talk = paper_call()
    record = reviewed(session, talk, *(place(one.start_ms, one.end_ms, Place("came", "S1")) for one in talk.turns[5:]))
    assert not any(found.id.startswith("S2") for found in record.rounds)
    assert not any(entry.place.round.startswith("S2") for entry in record.entries)


def opened_by(*corrections):
    """The rounds that are open in a call without moves, once its review has placed this."""
    session = consented()
    session.end("complete", at(200_000))
    return list(placing.reviewed(session.interview, corrections).rounds)


def test_a_round_that_talk_or_a_note_is_placed_in_is_opened_and_those_numbered_before_it():
    assert opened_by(place(31_000, 44_000, Place("happened", "S2-rough"))) == ["S1", "S2", "S2-rough"]
    assert opened_by(home(PAPER, Place("outcome", "S1-smooth"))) == ["S1", "S1-smooth"]


def test_what_is_placed_in_a_round_that_cannot_be_is_the_merge_s_to_place():
    session, talk = paper_call()
    assert reviewed(session, talk, place(86_000, 99_000, Place("post", "S9"))) == merge(session.interview, talk)
    assert reviewed(session, talk, place(86_000, 99_000, Place("nowhere"))) == merge(session.interview, talk)


def test_a_review_leaves_the_interview_itself_as_it_was():
    session, talk = paper_call()
    before = state_of(session.interview)
    reviewed(session, talk, place(86_000, 99_000, Place("outcome", "S2-rough")))
    assert state_of(session.interview) == before


def test_without_a_review_turns_keep_their_numbers_where_one_before_them_was_destroyed():
    interview, talk = told()
    left = replace(talk, turns=(talk.turns[0], *talk.turns[2:]))
    review = Review(corrections=(release(31_000, 44_000),), state=ReviewState.CHECKED)
    assert [placed.turn.number for placed in merge(interview, left).turns] == [1, 3, 4, 5, 6]
    assert merge(interview, left, review).turns == merge(interview, left).turns


def test_what_is_worth_quoting_is_in_the_record_unless_it_is_withheld():
    session = consented()
    session.go_off_record(at(30_000))
    session.come_back_on_record(at(40_000))
    session.end("complete", at(50_000))
    on, across, off = (
        Quotation(name, Stretch(start_ms, end_ms), RESPONDENT, "")
        for name, start_ms, end_ms in (("a", 20_000, 25_000), ("b", 25_000, 35_000), ("c", 31_000, 39_000))
    )
    assert merge(session.interview, None, Review(quotations=(on, across, off))).quotations == (on, across)


def tie(about_ms):
    return NoteTied(at_ms=90_000, wall_ms=90_000, note="n1", about_ms=about_ms)


def home(*places):
    return NotePlaced(at_ms=90_000, wall_ms=90_000, note="n1", places=places)


def test_a_note_is_about_what_a_reviewer_ties_it_to_and_belongs_there():
    (note,) = merged(tie(47_000)).notes
    assert (note.about_ms, note.turn, note.places) == (47_000, 6, (DID,))
    assert fields(merged(tie(47_000)))["action"].evidence.notes == ("n1",)


def test_a_note_belongs_where_a_reviewer_places_it_and_nowhere_else():
    record = merged(home(OUTCOME, PAPER))
    assert record.notes[0].places == (OUTCOME, PAPER)
    assert record.notes[0].filed == merged().notes[0].filed
    assert entries(record)[PAPER].evidence.notes == ("n1",)
    assert fields(record)["event"].evidence.notes == ()


@pytest.mark.parametrize("back", [[tie(47_000), tie(None)], [home(OUTCOME), home()]])
def test_a_note_is_the_merge_s_again_when_its_correction_is_taken_back(back):
    assert merged(*back) == merged()


def test_of_two_corrections_of_a_note_the_later_holds():
    (note,) = merged(tie(21_000), tie(47_000), home(PAPER), home(OUTCOME)).notes
    assert (note.turn, note.places) == (6, (OUTCOME,))


def test_a_note_of_a_call_without_a_transcript_is_about_the_moment_that_a_reviewer_says():
    interview, _ = told()
    for about_ms in (47_000, 0):
        interview.corrections.append(tie(about_ms))
        (note,) = merge(interview, None).notes
        assert (note.about_ms, note.turn) == (about_ms, 0)


def test_nothing_withheld_comes_back_by_a_correction():
    session = consented()
    session.go(Place("good_handover"), at(20_000))
    session.go_off_record(at(30_000))
    session.come_back_on_record(at(40_000))
    session.end("complete", at(50_000))
    talk = transcript(turn(1, RESPONDENT, 25_000, 45_000, "one two three four five six seven eight nine ten"))
    assert said_at(reviewed(session, talk, place(25_000, 45_000, PAPER)), PAPER) == ["one two nine ten"]


def test_words_corrected_across_what_is_withheld_keep_clear_of_it():
    session = consented()
    session.go_off_record(at(30_000))
    session.come_back_on_record(at(40_000))
    session.end("complete", at(50_000))
    talk = transcript(turn(1, RESPONDENT, 25_000, 45_000, "one two three four five six seven eight nine ten"))
    change = WordsCorrected(
        **at(60_000).stamp,
        start_ms=25_000,
        end_ms=45_000,
        heard=RESPONDENT,
        before="one two nine ten",
        after="one too late ten",
    )
    record = merge(session.interview, talk, Review(rewordings=(change,)))
    assert [placed.turn.text for placed in record.turns] == ["one too late ten"]


PLACES = st.sampled_from([HAPPENED, DID, OUTCOME, PAPER, Place("incident_rough", "S1-rough"), None])
TIMES = st.integers(15_000, 60_000)
OFF_MS = 60
"""How far a word's ends are put by another machine, at most."""


@st.composite
def heard_anew(draw):
    """The same talk by another machine: words split and moved a little, turns cut and numbered otherwise."""
    _, talk = told()
    turns = []
    for one in talk.turns:
        heard = []
        for word in one.words:
            middle_ms = (word.start_ms + word.end_ms) // 2 + draw(st.integers(-OFF_MS, OFF_MS))
            if draw(st.booleans()):
                heard += [replace(word, end_ms=middle_ms), replace(word, text="er", start_ms=middle_ms)]
            else:
                off_ms = draw(st.integers(-OFF_MS, OFF_MS))
                heard.append(replace(word, start_ms=word.start_ms + off_ms, end_ms=word.end_ms + off_ms))
        cut = draw(st.integers(0, len(heard) - 1))
        turns += [Turn(0, one.speaker, tuple(piece)) for piece in (heard[:cut], heard[cut:]) if piece]
    turns.sort(key=lambda one: one.start_ms)
    return transcript(*(replace(one, number=number) for number, one in enumerate(turns, 1)))


@given(
    talk=heard_anew(), chosen=st.lists(st.tuples(st.integers(1, 6), PLACES), max_size=4, unique_by=lambda one: one[0])
)
def test_what_a_reviewer_placed_is_kept_in_another_transcript_and_nothing_else_is_moved(talk, chosen):
    _, heard = told()
    corrections = {heard.turns[number - 1].stretch: to for number, to in chosen}
    laid = [place(stretch.start_ms, stretch.end_ms, to) for stretch, to in corrections.items()]
    found, untouched = words(merged(*laid, talk=talk)), words(merged(talk=talk))
    assert [word for word, _ in found] == [word for word, _ in untouched]
    for (word, to), (_, before) in zip(found, untouched, strict=True):
        middle_ms = (word.start_ms + word.end_ms) // 2
        meant = [place for stretch, place in corrections.items() if stretch.holds(middle_ms)]
        assert to == (meant[0] if meant else before)


@given(
    st.lists(
        st.builds(
            lambda a, b, to, back: release(min(a, b), max(a, b) + 1) if back else place(min(a, b), max(a, b) + 1, to),
            TIMES,
            TIMES,
            PLACES,
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_every_word_is_there_once_in_order_and_the_last_correction_of_it_holds(corrections):
    record = merged(*corrections)
    _, talk = told()
    assert [word for word, _ in words(record)] == [word for one in talk.turns for word in one.words]
    assert [placed.turn.number for placed in record.turns] == [*range(1, len(record.turns) + 1)]
    before = dict(words(merged()))
    for word, to in words(record):
        middle_ms = (word.start_ms + word.end_ms) // 2
        last = next((one for one in reversed(corrections) if one.start_ms <= middle_ms < one.end_ms), None)
        assert to == (last.place if isinstance(last, TalkPlaced) else before[word])
