"""Which question is before them is decided over the whole call, by all that speaks for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Place
from interview_tui.record.attribution.candidates import candidates, possible
from interview_tui.record.attribution.floor import decode, moved_along, sureness
from interview_tui.record.attribution.passages import Moved, Passage
from interview_tui.record.attribution.weights import FloorWeights
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from tests.record.talking import Call

FOUND = candidates(possible(Call().interview), Call().interview)
PLACES = [each.place for each in FOUND]
PAPER, GOOD, POST, CAME = Place("paper"), Place("good_handover"), Place("post", "S1"), Place("came", "S1")
NOT_WATCHED = Moved(None, None)


def asked(text="And what about that?"):
    return Passage(0, 0, 1, INTERVIEWER, 0, 1, text)


def answered(text="It was."):
    return Passage(0, 0, 1, RESPONDENT, 0, 1, text)


def alike(**likeness):
    """Likeness by place, given by item; outside every round, or in the first round that has it."""
    items = [place.item for place in PLACES]
    row = [0.0] * len(PLACES)
    for item, like in likeness.items():
        row[items.index(item)] = like
    return row


def floor_of(heard, moved=None, rows=None, named=None):
    """The places that are found for some passages, and the rest of what is found."""
    rows = rows or [alike()] * len(heard)
    moved = moved or [NOT_WATCHED] * len(heard)
    found = decode(FOUND, heard, moved, rows, named or {}, FloorWeights())
    return [PLACES[state] for state in found.states], found


def test_what_is_worded_like_a_question_is_that_question_and_its_answer_goes_with_it():
    places, _ = floor_of([asked(), answered(), asked(), answered()], rows=[
        alike(paper=0.9), alike(), alike(post=0.9), alike()
    ])  # fmt: skip
    assert places == [PAPER, PAPER, POST, POST]


def test_what_is_worded_like_nothing_is_the_next_question_rather_than_another():
    places, _ = floor_of([asked(), answered(), asked(), answered()], rows=[
        alike(post=0.9), alike(), alike(came=0.3, intro=0.3), alike()
    ])  # fmt: skip
    assert places[2:] == [CAME, CAME]


def test_a_move_as_she_asks_counts_more_than_the_wording():
    places, found = floor_of([asked(), answered()], [Moved(GOOD, None), Moved(None, GOOD)], [alike(paper=0.6), alike()])
    assert places == [GOOD, GOOD]
    assert found.sure[0] > 0.9


def test_a_plain_question_counts_more_than_where_the_screen_was_left():
    stood = [Moved(PAPER, None), *[Moved(None, PAPER)] * 3]
    places, _ = floor_of(
        [asked(), answered(), asked(), answered()], stood, [alike(paper=0.9), alike(), alike(post=0.9), alike()]
    )
    assert places == [PAPER, PAPER, POST, POST]


def test_a_note_about_an_answer_names_its_question():
    rows = [alike(post=0.5, paper=0.5), alike()]
    named = {1: alike(paper=1.0)}
    assert floor_of([asked(), answered()], rows=rows, named=named)[0] == [PAPER, PAPER]
    named = {1: alike(post=1.0)}
    assert floor_of([asked(), answered()], rows=rows, named=named)[0] == [POST, POST]


def test_a_round_that_she_did_not_open_is_gone_to_when_the_questions_begin_again():
    heard = [asked(), answered()] * 4
    questions = ["post", "came", "again_shift"]
    rows = [row for item in questions for row in (alike(**{item: 1.0}), alike())]
    both = [1.0 if place.item == "post" else 0.0 for place in PLACES]
    places, _ = floor_of(heard, rows=[*rows, both, alike()])
    assert places[-2:] == [Place("post", "S2")] * 2


def test_how_often_she_moves_along_is_estimated_from_the_questions_that_are_plain_to_hear():
    heard, rows = [asked(), answered()] * 6, [alike(paper=0.9), alike()] * 6
    with_move = [Moved(PAPER, None), Moved(None, PAPER)] * 6
    without = [Moved(None, GOOD)] * 12
    assert moved_along(FOUND, heard, with_move, rows) > 0.85
    assert moved_along(FOUND, heard, without, rows) < 0.45
    assert moved_along(FOUND, [], [], []) == pytest.approx(0.8)


def test_a_question_that_is_not_plain_to_hear_says_nothing_about_her_moves():
    assert moved_along(FOUND, [asked()], [Moved(None, GOOD)], [alike(paper=0.8, post=0.75)]) == pytest.approx(0.8)
    assert moved_along(FOUND, [answered()], [Moved(None, GOOD)], [alike(paper=0.9)]) == pytest.approx(0.8)


def test_where_there_was_no_screen_it_is_not_held_against_anything():
    assert floor_of([asked(), answered()], rows=[alike(paper=0.9), alike()])[1].moved_along == 0


def test_nothing_heard_is_nothing_found():
    assert floor_of([]) == ([], decode(FOUND, [], [], [], {}, FloorWeights()))


@given(st.lists(st.floats(0, 500), min_size=1, max_size=6))
def test_sureness_is_from_a_half_to_1_and_grows_with_what_the_next_best_costs(costs):
    found = sureness(costs)
    assert 0.5 <= found <= 1
    if len(costs) > 1:
        best, second = sorted(range(len(costs)), key=costs.__getitem__)[:2]
        dearer = [cost + (number != best) for number, cost in enumerate(costs)]
        assert sureness(dearer) >= found
        assert sureness([costs[second], costs[second]]) == 0.5


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.sampled_from([None, *PLACES]), st.sampled_from([None, *PLACES]), st.sampled_from(PLACES)
        ),
        max_size=6,
    )
)
def test_every_passage_has_a_state_and_a_sureness_and_the_same_call_has_the_same(course):
    heard = [asked() if hers else answered() for hers, *_ in course]
    moved = [Moved(to, before) for _, to, before, _ in course]
    rows = [[0.7 * (place == like) for place in PLACES] for *_, like in course]
    found = decode(FOUND, heard, moved, rows, {}, FloorWeights())
    assert len(found.states) == len(found.sure) == len(heard)
    assert all(0 <= state < len(FOUND) for state in found.states)
    assert all(0.5 <= sure <= 1 for sure in found.sure)
    assert 0 <= found.moved_along < 1
    assert decode(FOUND, heard, moved, rows, {}, FloorWeights()) == found
    for state, each, (hers, *_) in zip(found.states, moved, course, strict=True):
        if hers and each.to is not None and all(other.to in (None, each.to) for other in moved):
            assert PLACES[state] == each.to
