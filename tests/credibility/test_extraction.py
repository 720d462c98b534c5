"""Which incidents two extractors both found, and how questions came out of their order."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.credibility.appraised import out_of_order
from interview_tui.credibility.extraction import Matched, matched, same
from interview_tui.credibility.sampling import drawn, wanted
from interview_tui.interview.events import Stretch

STRETCHES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda pair: Stretch(pair[0], sum(pair))), max_size=5
)


def test_half_of_the_shorter_stretch_is_enough_and_touching_is_not():
    assert same(Stretch(0, 10), Stretch(5, 100))
    assert not same(Stretch(0, 10), Stretch(6, 100))
    assert not same(Stretch(0, 10), Stretch(10, 20))


def test_a_long_stretch_over_two_incidents_is_one_of_them():
    assert matched([Stretch(0, 10), Stretch(10, 20)], [Stretch(0, 20)]) == Matched(1, 1, 0)


def test_as_many_are_matched_as_can_be_whatever_comes_first():
    wide, narrow = Stretch(0, 20), Stretch(0, 10)
    assert matched([wide, narrow], [narrow, Stretch(12, 20)]) == Matched(2, 0, 0)


@given(STRETCHES, STRETCHES)
def test_no_other_way_of_matching_finds_more(firsts, seconds):
    found = matched(firsts, seconds)
    few, many = sorted((firsts, seconds), key=len)
    best = max(sum(map(same, few, order)) for order in permutations(many, len(few)))
    assert found == Matched(best, len(firsts) - best, len(seconds) - best)
    assert matched(seconds, firsts).both == found.both


def longest_in_order(times: list[int]) -> int:
    """Counted the slow way."""
    ends: list[int] = []
    for number, time in enumerate(times):
        ends.append(1 + max((ends[before] for before in range(number) if times[before] <= time), default=0))
    return max(ends, default=0)


@given(st.lists(st.integers(0, 9)))
def test_out_of_order_are_the_fewest_that_must_go(times):
    assert out_of_order(times) == len(times) - longest_in_order(times)


def test_one_question_that_comes_first_by_mistake_is_one_out_of_order():
    assert out_of_order([10, 20, 30, 40, 5]) == 1


@given(st.integers(0, 500), st.integers(1, 100))
def test_a_share_is_rounded_up(of, percent):
    assert wanted(of, percent) - 1 < of * percent / 100 <= wanted(of, percent)


@given(
    st.sets(st.integers(0, 40)), st.sets(st.integers(41, 90)), st.integers(1, 100), st.randoms(use_true_random=False)
)
def test_a_sample_stays_as_a_study_grows_and_nothing_has_a_second_chance(old, new, percent, random):
    first = {str(one) for one in old}
    members, among = drawn(first, (), (), percent, random.sample)
    assert len(members) == wanted(len(first), percent)
    assert set(members) <= set(among) == first
    more, came_since = drawn(first | {str(one) for one in new}, members, among, percent, random.sample)
    assert set(came_since) == {str(one) for one in new}
    assert set(more) <= set(came_since)
    assert len(members) + len(more) >= min(wanted(len(old) + len(new), percent), len(members) + len(new))
