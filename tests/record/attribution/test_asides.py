"""An aside needs a reason; it ends with the turn that it is in, or when they are back at the question."""

from __future__ import annotations

from interview_tui.record.attribution.asides import NEAR, Utterance, named_beyond, places
from interview_tui.record.attribution.passages import Passage
from interview_tui.record.attribution.weights import AsideWeights
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT

COUNT = 4


def said(floor, *, hers=False, begins=True, alike=None, named=None, recalled=None):
    """A sentence before which a question stood; what speaks for other states is given by state."""
    passage = Passage(0, 0, 1, INTERVIEWER if hers else RESPONDENT, 0, 1, "")
    rows = [[each.get(state, 0.0) for state in range(COUNT)] if each else None for each in (named, recalled)]
    likeness = [(alike or {}).get(state, 0.0) for state in range(COUNT)]
    return Utterance(passage, floor, begins, likeness, *rows)


def states_of(*spoken):
    return places(spoken, COUNT, AsideWeights())[0]


def test_without_a_reason_everything_is_about_the_question_before_them():
    assert states_of(said(0, hers=True), said(0), said(0, begins=False), said(1, hers=True), said(1)) == [0, 0, 0, 1, 1]


def test_what_her_note_names_is_what_was_spoken_of():
    assert states_of(said(0, hers=True), said(0, named={2: 1.0}), said(1, hers=True)) == [0, 2, 1]
    assert states_of(said(0, hers=True), said(0, named={2: 0.2}), said(1, hers=True)) == [0, 0, 1]


def test_a_whole_answer_is_about_it_rather_than_its_end():
    whole = said(0, hers=True), said(0), said(0, begins=False, named={2: 1.0}), said(1, hers=True)
    assert states_of(*whole) == [0, 2, 2, 1]


def test_who_says_that_they_leave_the_question_speaks_of_what_it_recalls():
    """With nothing that says where to, they stay; in the middle of a turn it takes no more than at its beginning."""
    assert states_of(said(0, hers=True), said(0, recalled={3: 9.0}), said(1, hers=True)) == [0, 3, 1]
    assert states_of(said(0, hers=True), said(0, recalled={3: 1.0}), said(1, hers=True)) == [0, 0, 1]
    later = said(0), said(0, begins=False, recalled={3: 12.0}), said(0, begins=False), said(1, hers=True)
    assert states_of(said(0, hers=True), *later) == [0, 0, 3, 3, 1]


def test_who_says_so_speaks_of_what_they_name_in_the_words_of_its_question():
    leaving = said(0, alike={2: 0.45}, recalled={3: 0.0})
    assert states_of(said(0, hers=True), leaving, said(1, hers=True)) == [0, 2, 1]
    assert states_of(said(0, hers=True), said(0, alike={2: 0.45}), said(1, hers=True)) == [0, 0, 1]


def test_an_aside_does_not_outlast_the_question_in_which_it_began():
    assert states_of(said(0, hers=True), said(0, named={2: 1.0}), said(1, hers=True), said(1)) == [0, 2, 1, 1]


def test_her_own_words_seldom_begin_an_aside():
    assert states_of(said(1), said(0, hers=True), said(0, named={2: 0.5}), said(1)) == [1, 0, 2, 1]
    assert states_of(said(1), said(0, hers=True, named={2: 0.5}), said(0), said(1)) == [1, 0, 0, 1]


def test_every_state_has_its_cost_and_nothing_said_has_none():
    assert places([], COUNT, AsideWeights()) == ([], [])
    _, through = places([said(0), said(0, named={2: 1.0})], COUNT, AsideWeights())
    assert [len(costs) for costs in through] == [COUNT, COUNT]


def test_a_note_names_beyond_only_what_was_not_before_them_a_moment_ago():
    floor = [1] + [0] * (NEAR + 1)
    likeness = [0.25, 0.75, 1.0, 0.0]
    named = named_beyond({NEAR: likeness, NEAR + 1: likeness}, floor)
    assert named[NEAR] == [-0.5, 0.0, 0.25, -0.75]
    assert named[NEAR + 1] == [0.0, 0.5, 0.75, -0.25]
