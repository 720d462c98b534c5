"""Edits from two machines come together in one order, whichever comes first; nothing that was undone holds."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.review.changes import ReviewState, Settled, StateReached, Undone, WordsCorrected
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import Review, review_of


def words(after: str, start_ms: int = 0, end_ms: int = 1_000, wall_ms: int = 0) -> WordsCorrected:
    return WordsCorrected(
        at_ms=0, wall_ms=wall_ms, start_ms=start_ms, end_ms=end_ms, heard="respondent", before="was", after=after
    )


def edit(name: str, change, seen: tuple[str, ...] = (), by: str = "ann", wall_ms: int | None = None) -> Edit:
    return Edit(name, by, "lab", seen, change if wall_ms is None else replace(change, wall_ms=wall_ms))


def undone(name: str) -> Undone:
    return Undone(at_ms=0, wall_ms=0, edit=name)


def reached(state: ReviewState) -> StateReached:
    return StateReached(at_ms=0, wall_ms=0, state=state)


def test_an_edit_comes_after_those_it_had_seen_whatever_the_clocks_say():
    first, second = edit("a", words("is"), wall_ms=9_000), edit("b", words("are"), ("a",), wall_ms=1_000)
    assert [one.id for one in Log([second, first]).edits] == ["a", "b"]
    assert Log([second, first]).heads == ("b",)


def test_what_is_undone_does_not_hold_and_what_undid_it_can_be_undone():
    first, back = edit("a", words("is")), edit("b", undone("a"), ("a",))
    assert Log([first]).holding == (first,)
    assert Log([first, back]).holding == ()
    assert Log([first, back, edit("c", undone("b"), ("b",))]).holding == (first,)


def test_one_undoes_ones_own_newest_edit():
    edits = [edit("a", words("is")), edit("b", words("are"), ("a",), by="bob"), edit("c", undone("a"), ("b",))]
    assert Log(edits[:2]).last_of("ann") == edits[0]
    assert Log(edits).last_of("ann") is None
    assert Log(edits).last_of("bob") == edits[1]


def test_two_who_changed_the_same_unseen_are_in_conflict_and_the_later_holds():
    one, other = edit("a", words("is"), wall_ms=1), edit("b", words("are"), by="bob", wall_ms=2)
    (conflict,) = Log([other, one]).conflicts()
    assert (conflict.earlier, conflict.later) == (one, other)
    assert review_of(Log([one, other])).rewordings == (one.change, other.change)


def test_there_is_no_conflict_where_the_other_was_seen_or_says_the_same_or_was_undone_or_is_elsewhere():
    one = edit("a", words("is"))
    assert not Log([one, edit("b", words("are"), ("a",), by="bob")]).conflicts()
    assert not Log([one, edit("b", words("is"), by="bob")]).conflicts()
    assert not Log([one, edit("b", words("are", 1_000, 2_000), by="bob")]).conflicts()
    assert not Log([one, edit("b", words("are"), by="bob"), edit("c", undone("b"), ("b",), by="bob")]).conflicts()
    settled = Settled(at_ms=0, wall_ms=0, start_ms=0, end_ms=1_000, doubt="loop")
    assert not Log([edit("a", settled), edit("b", replace(settled, comment="no"), by="bob")]).conflicts()


def test_a_conflict_is_over_once_somebody_who_has_seen_both_says_what_holds():
    one, other = edit("a", words("is")), edit("b", words("are"), by="bob")
    assert not Log([one, other, edit("c", words("are"), ("a", "b"))]).conflicts()
    assert Log([one, other, edit("c", words("are"), ("a",))]).conflicts()
    assert Log([one, other, edit("c", words("are", 5_000, 6_000), ("a", "b"))]).conflicts()


def test_how_far_the_review_is_is_what_was_last_said_and_every_step_is_kept():
    edits = [
        edit("a", reached(ReviewState.CHECKED)),
        edit("b", reached(ReviewState.SIGNED_OFF), ("a",)),
        edit("c", reached(ReviewState.CHECKED), ("b",)),
    ]
    review = review_of(Log(edits))
    assert review.state is ReviewState.CHECKED
    assert [one.id for one in review.states] == ["a", "b", "c"]
    assert review_of(Log([])) == Review()


def test_edits_that_claim_to_have_seen_each_other_hold_all_the_same():
    assert len(Log([edit("a", words("is"), ("b",)), edit("b", words("are"), ("a",))]).edits) == 2
    assert len(Log([edit("a", words("is"), ("a", "gone"))]).edits) == 1


@st.composite
def histories(draw: st.DrawFn) -> list[Edit]:
    """Two reviewers who now and then see what the other has done."""
    made: list[Edit] = []
    heads: dict[str, tuple[str, ...]] = {"ann": (), "bob": ()}
    for number in range(draw(st.integers(0, 12))):
        by = draw(st.sampled_from(["ann", "bob"]))
        if draw(st.booleans()):
            heads[by] = tuple(sorted({*heads["ann"], *heads["bob"]}))
        targets = [one.id for one in made]
        change = draw(
            st.one_of(
                st.builds(words, st.sampled_from(["is", "are"]), st.just(0), st.sampled_from([500, 1_000])),
                st.builds(undone, st.sampled_from(targets)) if targets else st.just(words("were")),
            )
        )
        made.append(edit(f"e{number}", change, heads[by], by, draw(st.integers(0, 5))))
        heads[by] = (made[-1].id,)
    return made


@given(history=histories(), seed=st.integers(0, 99))
def test_the_same_edits_give_the_same_review_in_whatever_order_they_come(history: list[Edit], seed: int):
    shuffled = [*history, *history[:3]]
    random.Random(seed).shuffle(shuffled)
    one, other = Log(history), Log(shuffled)
    assert one.edits == other.edits
    assert one.conflicts() == other.conflicts()
    assert review_of(one) == review_of(other)


@given(history=histories())
def test_with_everything_undone_the_review_is_as_at_the_beginning(history: list[Edit]):
    log, after = Log(history), list(history)
    while (last := next(iter(reversed(log.holding)), None)) is not None:
        after.append(edit(f"u{len(after)}", undone(last.id), log.heads))
        log = Log(after)
    assert review_of(log) == Review()
    assert set(history) <= set(log.edits)
