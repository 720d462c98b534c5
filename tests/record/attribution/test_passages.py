"""Talk is cut to what is placed as one, and every move belongs to what was asked or said as she made it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Place
from interview_tui.record.attribution.passages import is_murmur, passages, utterances
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from tests.record.talking import turn

HERE, THERE, YONDER = Place("paper"), Place("good_handover"), Place("post", "S1")
ASKED = turn(1, INTERVIEWER, 10_000, 12_000, "Was it on paper?")
ANSWERED = turn(2, RESPONDENT, 13_000, 33_000, "It was at first. Later on it was not. Time makes a handover good.")


def moves_of(turns, *moves):
    """Where she moved to in the course of each passage."""
    return [each.to for each in passages(turns, list(moves))[1]]


@pytest.mark.parametrize("at_ms", [8_500, 10_000, 11_500, 13_000, 18_000])
def test_a_move_a_little_before_she_asks_or_after_belongs_to_her_question(at_ms):
    found, _ = passages([ASKED, ANSWERED], [(at_ms, HERE)])
    assert len(found) == 2
    assert moves_of([ASKED, ANSWERED], (at_ms, HERE)) == [HERE, None]


def test_the_last_move_that_she_makes_as_she_asks_is_the_one():
    assert moves_of([ASKED, ANSWERED], (9_000, THERE), (12_500, HERE)) == [HERE, None]


def test_a_move_in_the_middle_of_an_answer_cuts_it_at_the_nearest_sentence():
    found, moved = passages([ASKED, ANSWERED], [(10_000, HERE), (27_000, THERE)])
    assert [passage.text for passage in found[1:]] == [
        "It was at first. Later on it was not.",
        "Time makes a handover good.",
    ]
    assert [(each.to, each.before) for each in moved] == [(HERE, HERE), (None, HERE), (THERE, HERE)]


def test_two_moves_to_the_same_sentence_cut_once_and_the_later_counts():
    assert moves_of([ASKED, ANSWERED], (26_000, YONDER), (28_000, THERE)) == [None, None, THERE]


def test_a_move_at_the_beginning_of_an_answer_does_not_cut_it():
    late = turn(2, RESPONDENT, 30_000, 40_000, "It was at first. Later on it was not.")
    assert moves_of([ASKED, late], (32_000, THERE)) == [None, THERE]


def test_a_move_in_silence_belongs_to_what_comes_next():
    late = turn(2, RESPONDENT, 40_000, 50_000, "It was at first. Later on it was not.")
    assert moves_of([ASKED, late], (25_000, THERE)) == [None, THERE]
    asked = turn(2, INTERVIEWER, 40_000, 42_000, "And where did you work?")
    assert moves_of([ASKED, asked], (25_000, THERE)) == [None, THERE]
    assert moves_of([ASKED, asked], (25_000, THERE), (41_000, YONDER)) == [None, YONDER]


def test_a_move_after_the_last_word_belongs_to_nothing():
    assert moves_of([ASKED, ANSWERED], (90_000, THERE)) == [None, None]


def test_where_the_screen_stood_is_known_as_each_passage_begins():
    _, moved = passages([ASKED, ANSWERED], [(0, THERE), (10_500, HERE)])
    assert [each.before for each in moved] == [THERE, HERE]
    _, unmoved = passages([ASKED, ANSWERED], [])
    assert [(each.to, each.before) for each in unmoved] == [(None, None)] * 2


@pytest.mark.parametrize(
    ("speaker", "text", "murmured"),
    [
        (INTERVIEWER, "mm-hm, I see.", True),
        (INTERVIEWER, "Why not?", False),
        (INTERVIEWER, "Was it on paper", False),
        (RESPONDENT, "No.", False),
        (UNKNOWN, "Yes.", False),
    ],
)
def test_a_murmur_is_a_short_turn_of_hers_that_asks_nothing(speaker, text, murmured):
    said = turn(1, speaker, 0, 900, text)
    assert is_murmur(said) is murmured
    assert len(passages([said], [])[0]) == (0 if murmured else 1)


def test_an_utterance_is_a_sentence_of_the_participants_and_a_whole_passage_of_hers():
    asked = turn(1, INTERVIEWER, 0, 5_000, "I see. Thank you. Was it on paper?")
    said = turn(2, RESPONDENT, 6_000, 20_000, "No. It never was on paper at night. Mostly we talked. That was that.")
    found, _ = passages([asked, said], [])
    assert [(number, passage.text) for number, passage in utterances(found, [asked, said])] == [
        (0, "I see. Thank you. Was it on paper?"),
        (1, "No. It never was on paper at night."),
        (1, "Mostly we talked. That was that."),
    ]


@st.composite
def talks(draw):
    """Turns, which may overlap, and moves at any time."""
    texts = st.lists(st.sampled_from(("so", "why?", "no.", "then", "late,")), min_size=1, max_size=9).map(" ".join)
    turns = [
        turn(number, draw(st.sampled_from((INTERVIEWER, RESPONDENT))), 1_000 * start, 1_000 * (start + length), text)
        for number, (start, length, text) in enumerate(
            sorted(draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30), texts), max_size=8))), 1
        )
    ]
    times = draw(st.lists(st.integers(0, 130_000), max_size=6))
    return turns, [(at_ms, draw(st.sampled_from((HERE, THERE, YONDER)))) for at_ms in sorted(times)]


def test_what_she_says_as_she_moves_is_no_murmur():
    said = turn(1, INTERVIEWER, 10_000, 11_000, "And the outcome.")
    assert is_murmur(said)
    assert not is_murmur(said, [(11_800, HERE)])
    assert is_murmur(said, [(20_000, HERE)])


@given(talks())
def test_passages_and_murmurs_are_all_words_once_in_order(talk):
    turns, moves = talk
    found, moved = passages(turns, moves)
    assert len(moved) == len(found)
    for number, said in enumerate(turns):
        parts = [passage for passage in found if passage.turn == number]
        covered = [word for passage in parts for word in said.words[passage.first : passage.last]]
        assert covered == ([] if is_murmur(said, moves) else list(said.words))
        assert all(passage.text and passage.speaker == said.speaker for passage in parts)
    assert [passage.turn for passage in found] == sorted(passage.turn for passage in found)


@given(talks())
def test_utterances_are_the_words_of_their_passages_once_in_order(talk):
    turns, moves = talk
    found, _ = passages(turns, moves)
    cut = list(utterances(found, turns))
    for number, passage in enumerate(found):
        parts = [part for of, part in cut if of == number]
        assert parts[0].first == passage.first
        assert [part.last for part in parts[:-1]] == [part.first for part in parts[1:]]
        assert parts[-1].last == passage.last


@given(talks())
def test_every_move_that_talk_follows_belongs_to_a_passage_unless_a_later_one_takes_its_place(talk):
    turns, moves = talk
    found, moved = passages(turns, moves)
    if moves and found and moves[-1][0] < max(passage.end_ms for passage in found):
        assert moves[-1][1] in [each.to for each in moved]
