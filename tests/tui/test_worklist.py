"""Working through doubts: what comes next, what is left, and where one is after the queue was made anew."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Stretch
from interview_tui.record.doubts import DoubtKind, Fix
from interview_tui.record.queue import Order, QueuedDoubt
from interview_tui.tui.worklist import NO_DOUBTS, NONE_LEFT, Since, Worklist, explained, listed


def doubt(kind: DoubtKind, start_ms: int, *, settled: bool = False, length_ms: int = 900) -> QueuedDoubt:
    stretch = Stretch(start_ms, start_ms + length_ms)
    return QueuedDoubt(kind, stretch, f"{kind} at {start_ms}", (Fix.SETTLE,), heard=stretch, settled=settled)


FIRST = doubt(DoubtKind.PLACE, 1_000)
SECOND = doubt(DoubtKind.SPEAKER, 2_000)
THIRD = doubt(DoubtKind.PLACE, 3_000)
FOURTH = doubt(DoubtKind.SPEAKER, 4_000)
ALL = (FIRST, SECOND, THIRD, FOURTH)


@st.composite
def queues(draw) -> list[QueuedDoubt]:
    """Doubts of which none of one kind overlap, some of them settled."""
    kinds = st.sampled_from(list(DoubtKind))
    places = draw(st.lists(st.tuples(kinds, st.integers(0, 50)), unique=True, max_size=12))
    return [doubt(kind, 1_000 * at, settled=draw(st.booleans())) for kind, at in places]


def walked(work: Worklist) -> list[QueuedDoubt]:
    """The chosen doubts from here on."""
    found = []
    at: Worklist | None = work
    while at is not None and at.chosen is not None:
        found.append(at.chosen)
        at = at.next()
    return found


@given(queue=queues(), by_kind=st.booleans())
def test_going_on_meets_every_open_doubt_once_in_the_order_of_the_list_and_back_the_other_way(queue, by_kind):
    work = Worklist(order=Order.BY_KIND if by_kind else Order.BY_TIME).begun(queue)
    met = walked(work)
    assert met == work.shown
    assert {(one.kind, one.stretch) for one in met} == {(one.kind, one.stretch) for one in queue if not one.settled}
    back, at = [], work.at(len(met) - 1) if met else None
    while at is not None and at.chosen is not None:
        back.append(at.chosen)
        at = at.previous()
    assert back == met[::-1]
    assert work.left == len(met)


@given(queue=queues(), data=st.data())
def test_after_a_correction_one_goes_on_from_where_one_was_and_never_from_the_top(queue, data):
    work = Worklist().begun(queue)
    if not work.shown:
        return
    work = work.at(data.draw(st.integers(0, len(work.shown) - 1)))
    gone = data.draw(st.sets(st.sampled_from(range(len(queue)))))
    rest = [one for number, one in enumerate(queue) if number not in gone]
    new, since = work.renewed(rest)
    assert new.chosen == work.chosen
    assert new.most == len(queue)
    assert (since is Since.PUT_RIGHT) == new.is_put_right == (work.chosen not in rest)
    assert walked(new)[1:] == [one for one in walked(work)[1:] if one in rest]


def test_by_kind_those_of_a_kind_are_together_and_the_chosen_one_stays():
    work = Worklist().begun(ALL).turned()
    assert work.order is Order.BY_KIND
    assert work.shown == [SECOND, FOURTH, FIRST, THIRD]
    assert work.chosen == FIRST
    assert work.turned().shown == list(ALL)


def test_of_a_doubt_that_shrank_what_is_left_is_looked_into():
    long = doubt(DoubtKind.SPEAKER, 2_000, length_ms=5_000)
    rest = doubt(DoubtKind.SPEAKER, 4_000, length_ms=1_000)
    other = doubt(DoubtKind.PACE, 2_000, length_ms=5_000)
    new, since = Worklist().begun([long]).renewed([other, rest])
    assert new.chosen == rest
    assert since is Since.OTHER
    again, since = new.renewed([replace(rest, sentence="Who says “so” is not known.")])
    assert since is Since.OTHER
    assert again.chosen is not None
    assert again.renewed([replace(again.chosen, settled=True)])[1] is Since.SAME


def test_settled_ones_are_listed_if_they_are_wanted_and_the_chosen_one_always():
    settled = replace(SECOND, settled=True)
    work = Worklist().begun((FIRST, settled, THIRD))
    assert work.shown == [FIRST, THIRD]
    assert work.with_settled().shown == [FIRST, settled, THIRD]
    assert work.with_settled().with_settled().shown == [FIRST, THIRD]
    there = work.with_settled().at(1).with_settled()
    assert there.shown == [FIRST, settled, THIRD]
    assert (there.next().chosen, there.previous().chosen) == (THIRD, FIRST)


def test_what_was_undone_is_looked_into_again():
    before = Worklist().begun((FIRST, replace(SECOND, settled=True), THIRD))
    after, _ = before.renewed((FIRST, SECOND, THIRD))
    assert after.reopened(before).chosen == SECOND
    assert after.reopened(after) is None


def test_a_doubt_is_told_with_its_sign_time_and_kind():
    work = Worklist().begun((FIRST, replace(SECOND, settled=True))).with_settled()
    assert [listed(work, one, 0).plain for one in work.shown] == [
        "›○   00:01  which question",
        " ●   00:02  who speaks",
    ]
    put_right, _ = work.renewed(())
    assert listed(put_right, FIRST, 0).plain.startswith("›✓")
    assert "doubtful no more" in explained(put_right, 0, lacks_words=False).plain


def test_the_chosen_one_is_explained_with_the_keys_of_its_fixes():
    words = replace(FIRST, fixes=(Fix.WORDS, Fix.SPEAKER, Fix.PLACE, Fix.SETTLE))
    told = explained(Worklist().begun([words]), 1_000, lacks_words=False).plain
    assert told.startswith("which question · 00:00\nwhich question at 1000\n")
    assert told.endswith(
        "e correct the words   i inaudible   ? unclear   g the other speaker   w place it elsewhere   a it is right"
    )
    assert "e write down what is said   g" in explained(Worklist().begun([words]), 0, lacks_words=True).plain
    unheard = replace(FIRST, heard=None, settled=True, stretch=Stretch(1_000, 5_000))
    told = explained(Worklist(chosen=unheard, queue=(unheard,)), 0, lacks_words=False).plain
    assert told.startswith("which question · 00:01–00:05 · not recorded · settled\n")
    assert "it is right" not in told
    conflict = doubt(DoubtKind.CONFLICT, 1_000)
    assert explained(Worklist().begun([conflict]), 0, lacks_words=False).plain.endswith(
        "h see both sides, take one back"
    )


def test_an_empty_list_says_whether_there_ever_was_a_doubt():
    assert explained(Worklist().begun(()), 0, lacks_words=False).plain == NO_DOUBTS
    settled = Worklist().begun((replace(FIRST, settled=True),))
    assert explained(settled, 0, lacks_words=False).plain == NONE_LEFT
    assert settled.next() is None
