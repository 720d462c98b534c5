"""How each question was put: as worded, in other words, volunteered, skipped, not reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import How, Level, Place
from interview_tui.interview.facts import Coverage
from interview_tui.record.fidelity import WORDED, Asked, asked_how, in_order

HERE = Place("paper")


@pytest.mark.parametrize(
    ("like", "asked"),
    [(1.0, Asked.WORDED), (WORDED, Asked.WORDED), (WORDED - 0.01, Asked.PARAPHRASED), (0.0, Asked.PARAPHRASED)],
)
def test_what_she_was_heard_to_ask_is_worded_or_in_other_words(like, asked):
    for coverage in (Coverage(), Coverage(Level.DONE, How.VOLUNTEERED)):
        assert asked_how(HERE, coverage, True, {HERE: like}, True) is asked
        assert asked_how(HERE, coverage, False, {HERE: like}, False) is asked


def test_what_was_told_there_unasked_or_marked_as_such_was_volunteered():
    assert asked_how(HERE, Coverage(), True, {}, True) is Asked.VOLUNTEERED
    assert asked_how(HERE, Coverage(Level.DONE, How.VOLUNTEERED), True, {}, False) is Asked.VOLUNTEERED


def test_what_she_left_as_asked_was_asked_though_it_was_not_heard():
    assert asked_how(HERE, Coverage(Level.DONE, How.ASKED), True, {}, False) is Asked.ASKED
    assert asked_how(HERE, Coverage(Level.TOUCHED, How.ASKED), False, {}, False) is Asked.ASKED


def test_of_what_neither_was_asked_nor_told_its_order_decides_unless_it_is_off_route():
    assert asked_how(HERE, Coverage(), True, {}, False) is None
    assert asked_how(HERE, Coverage(Level.OPEN, How.ASKED), True, {}, False) is None
    assert asked_how(HERE, Coverage(), False, {}, False) is Asked.OFF_ROUTE


def test_what_she_skipped_herself_was_skipped_though_nothing_was_reached_after_it():
    """Nor was anything before it, for that: she may have said so when it was over."""
    skipped = asked_how(HERE, Coverage(Level.OPEN, How.SKIPPED, "no time"), True, {}, False)
    assert in_order([Asked.WORDED, None, skipped]) == [Asked.WORDED, Asked.NOT_REACHED, Asked.SKIPPED]
    assert asked_how(HERE, Coverage(Level.DONE, How.SKIPPED), True, {HERE: 1.0}, True) is Asked.WORDED
    assert asked_how(HERE, Coverage(Level.DONE, How.SKIPPED), False, {}, False) is Asked.OFF_ROUTE


def test_what_was_passed_over_was_skipped_and_what_comes_after_the_last_was_not_reached():
    found = [None, Asked.WORDED, None, Asked.OFF_ROUTE, Asked.ASKED, None, Asked.OFF_ROUTE, None]
    assert in_order(found) == [
        Asked.SKIPPED,
        Asked.WORDED,
        Asked.SKIPPED,
        Asked.OFF_ROUTE,
        Asked.ASKED,
        Asked.NOT_REACHED,
        Asked.OFF_ROUTE,
        Asked.NOT_REACHED,
    ]


def test_what_was_volunteered_was_not_reached_by_asking():
    assert in_order([Asked.WORDED, None, Asked.VOLUNTEERED]) == [Asked.WORDED, Asked.NOT_REACHED, Asked.VOLUNTEERED]


@given(st.lists(st.none() | st.sampled_from((Asked.WORDED, Asked.ASKED, Asked.VOLUNTEERED, Asked.OFF_ROUTE))))
def test_what_is_known_stays_and_nothing_that_was_not_reached_comes_before_what_was_skipped(found):
    ways = in_order(found)
    assert [way for way, known in zip(ways, found, strict=True) if known] == [known for known in found if known]
    gaps = [way for way, known in zip(ways, found, strict=True) if not known]
    assert gaps == sorted(gaps, key=[Asked.SKIPPED, Asked.NOT_REACHED].index)
