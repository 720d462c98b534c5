"""Taking talk back: what goes with it, what is seen of it afterwards (nothing), and what undoing brings back (all)."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview import route
from interview_tui.interview.events import Level, Place, Stretch
from interview_tui.interview.facts import joined
from interview_tui.interview.state import fold
from interview_tui.interview.withholding import (
    Proposal,
    everything,
    since,
    since_note,
    since_question,
    whole_round,
)
from interview_tui.schedule.model import Consent
from tests.examples import at
from tests.interview.telling import Telling, shown, state_of, told

ROUND = "S1-rough"


def ids(proposal):
    return [note.id for note in proposal.notes]


def times(proposal):
    return [(stretch.start_ms, stretch.end_ms) for stretch in proposal.stretches]


def test_since_a_note_is_since_what_it_is_about_and_holds_all_that_came_after():
    call = told()
    proposal = since_note(call.interview, "n3", 70_000)
    assert times(proposal) == [(42_000, 60_000)]
    assert ids(proposal) == ["n3", "n4"]
    assert proposal.answers == (Place("post", "S1"),)
    assert proposal.length_ms == 18_000


def test_a_note_begun_before_that_was_still_being_typed_falls_inside():
    call = Telling()
    call.line("one thing", 20_000, 30_000)
    call.line("another, begun earlier and entered later", 21_000, 40_000)
    assert ids(since(call.interview, 35_000, 50_000, "")) == ["n2"]


def test_a_note_typed_off_the_record_about_what_was_said_before_falls_inside():
    call = Telling()
    call.off(30_000)
    call.line("asks to stop", 29_000, 33_000)
    assert ids(since(call.interview, 25_000, 40_000, "")) == ["n1"]


def test_since_this_question_is_since_she_came_to_it_over_every_line_of_its_checklist():
    call = Telling()
    call.go("paper", 20_000)
    call.go("been", 30_000)
    call.line("y", 31_000)
    call.line("y", 32_000)
    assert times(since_question(call.interview, 40_000)) == [(30_000, 40_000)]


def test_since_this_question_is_the_one_where_the_record_was_left():
    call = told()
    call.go("paper", 65_000)
    assert times(since_question(call.interview, 70_000)) == [(50_000, 60_000)]


def test_since_this_question_is_only_since_the_last_time_she_came_to_it():
    call = Telling()
    for ms, item in ((20_000, "paper"), (30_000, "good_handover"), (40_000, "paper")):
        call.go(item, ms)
    assert times(since_question(call.interview, 50_000)) == [(40_000, 50_000)]


def test_a_whole_incident_is_all_its_visits_whenever_they_were():
    call = told()
    call.begin(70_000)
    call.go("outcome", 80_000, ROUND)
    call.line("she was moved", 85_000, 86_000)
    call.go("paper", 90_000)
    call.line("nothing of it", 95_000, 96_000)
    proposal = whole_round(call.interview, ROUND, 100_000)
    assert times(proposal) == [(28_000, 50_000), (80_000, 90_000)]
    assert "n5" in ids(proposal)
    assert "n6" not in ids(proposal)
    assert "n1" not in ids(proposal)


def test_a_whole_incident_holds_the_rounds_inside_it_where_they_are_attached_now():
    call = told()
    assert times(whole_round(call.interview, "S1", 70_000)) == [(28_000, 60_000)]
    call.give(call.session.open_round("shift", "", "", at(61_000)))
    call.give(call.session.attach_round(ROUND, "S2", at(62_000)))
    assert times(whole_round(call.interview, "S1", 70_000)) == [(50_000, 60_000)]
    assert times(whole_round(call.interview, "S2", 70_000)) == [(28_000, 50_000)]


def test_a_whole_incident_holds_the_notes_that_were_filed_into_it_from_elsewhere():
    call = told()
    call.give(call.session.refile("n1", [Place("paper"), Place("outcome", ROUND)], at(59_000)))
    proposal = whole_round(call.interview, ROUND, 70_000)
    assert ids(proposal)[0] == "n1"
    call.take_back(proposal, 70_000)
    assert call.interview.notes_at(Place("paper")) == []


def test_an_incident_that_was_never_asked_can_be_taken_back_with_the_notes_filed_into_it():
    call = told()
    call.give(call.session.refile("n1", [Place("happened", "S1-smooth")], at(59_000)))
    proposal = whole_round(call.interview, "S1-smooth", 70_000)
    assert (times(proposal), ids(proposal)) == ([], ["n1"])
    call.take_back(proposal, 70_000)
    assert "printed" not in shown(call.interview)


def test_where_nothing_was_said_and_nothing_noted_there_is_nothing_to_take_back():
    call = told()
    for nothing in (whole_round(call.interview, "S1-smooth", 70_000), since(call.interview, 65_000, 70_000, "")):
        with pytest.raises(Refused, match="Nothing was said"):
            call.session.withhold(nothing, at(70_000))


def test_notes_about_the_procedure_stay():
    call = told()
    call.line("// the bell rang", 61_000, 62_000)
    for proposal in (since(call.interview, 0, 63_000, ""), everything(call.interview, 63_000)):
        assert ids(proposal) == ["n1", "n2", "n3", "n4"]
    call.take_back(everything(call.interview, 63_000), 63_000)
    assert [note.text for note in call.interview.notes.values()] == ["the bell rang"]


def test_what_is_withheld_is_in_no_view():
    call = told()
    call.take_back(since_note(call.interview, "n2", 70_000), 70_000)
    seen = shown(call.interview)
    for secret in ("chart was wrong", "Derek Lamb", "Infirmary", "theatre nurse", "heard30", "heard59"):
        assert secret not in seen, secret
    for kept in ("a printed list", "heard28", "heard20"):
        assert kept in seen
    assert call.interview.flags == []


@pytest.mark.parametrize("secret", ["chart was wrong", "Derek Lamb", "Infirmary", "theatre nurse", "heard30"])
def test_what_is_not_withheld_is_seen(secret):
    assert secret in shown(told().interview)


def test_a_withheld_note_covers_nothing():
    call = told()
    assert call.interview.covered(Place("did", ROUND)).level is Level.TOUCHED
    call.take_back(since_note(call.interview, "n3", 70_000), 70_000)
    assert call.interview.covered(Place("did", ROUND)).level is Level.OPEN
    assert call.interview.covered(Place("post", "S1")).level is Level.OPEN
    assert Place("did", ROUND) in {step.place for step in route.must_left(call.interview)}


def test_what_she_marked_herself_stays_marked_without_the_note():
    call = told()
    call.give(call.session.tick([Place("good_handover")], Level.DONE, at(59_000), note="n4"))
    call.take_back(since_note(call.interview, "n4", 70_000), 70_000)
    covered = call.interview.covered(Place("good_handover"))
    assert (covered.level, covered.notes) == (Level.DONE, ())


def test_the_notes_can_be_kept_and_the_talk_is_still_gone():
    call = told()
    call.take_back(since_note(call.interview, "n2", 70_000), 70_000, keep_notes=True)
    assert list(call.interview.notes) == ["n1", "n2", "n3", "n4"]
    assert call.interview.answers[Place("post", "S1")] == ("theatre",)
    seen = shown(call.interview)
    assert "heard30" not in seen
    assert "heard28" in seen


def test_an_earlier_answer_is_there_again_when_a_later_one_is_withheld():
    call = Telling()
    call.go("post", 20_000, "S1")
    call.line("1", 21_000)
    call.line("2", 40_000)
    assert "theatre nurse" in route.wording(call.interview, Place("came", "S1"))
    proposal = since(call.interview, 30_000, 50_000, "")
    assert proposal.answers == (Place("post", "S1"),)
    call.take_back(proposal, 50_000)
    assert call.interview.answers[Place("post", "S1")] == ("ward",)
    assert "nurse on the ward" in route.wording(call.interview, Place("came", "S1"))
    assert call.interview.covered(Place("post", "S1")).level is Level.DONE


def test_an_answer_that_was_changed_later_is_destroyed_with_the_time_in_which_it_was_given():
    call = Telling()
    call.go("post", 20_000, "S1")
    call.line("1", 21_000)
    call.go("paper", 30_000)
    call.give(call.session.answer_at(Place("post", "S1"), "2", at(35_000)))
    withheld = call.take_back(whole_round(call.interview, "S1", 40_000), 40_000)
    assert call.interview.answers[Place("post", "S1")] == ("theatre",)
    left = call.remaining(withheld)
    assert "ward" not in str(call.events)
    assert left.answers[Place("post", "S1")] == ("theatre",)


def test_a_checklist_loses_only_the_lines_that_were_answered_inside():
    call = Telling()
    call.go("been", 20_000)
    call.line("y", 21_000)
    call.line("y", 31_000)
    call.take_back(since(call.interview, 30_000, 40_000, ""), 40_000)
    assert call.interview.lookup()("been") == {"given": "yes", "taken": ""}
    assert call.interview.covered(Place("been")).level is Level.TOUCHED


def test_consents_are_never_withheld():
    call = told()
    proposal = everything(call.interview, 70_000)
    assert {place.item for place in proposal.answers} == {"post"}
    call.take_back(proposal, 70_000)
    assert call.interview.consents == {Consent.TAKE_PART: True, Consent.RECORDING: True}
    assert call.interview.answers[Place("may_record")] == ("yes",)


def test_restoring_brings_everything_back_as_it_was():
    call = told()
    call.give(call.session.tick([Place("been")], Level.DONE, at(59_000), note="n2"))
    call.give(call.session.refile("n3", [Place("outcome", ROUND), Place("paper")], at(59_500)))
    before = state_of(call.interview)
    for proposal in (
        since_note(call.interview, "n2", 70_000),
        since_question(call.interview, 70_000),
        whole_round(call.interview, ROUND, 70_000),
        everything(call.interview, 70_000),
    ):
        withheld = call.take_back(proposal, 70_000)
        assert state_of(call.interview) != before
        call.give(call.session.restore(withheld, at(71_000)))
        assert state_of(call.interview) == before
    assert fold(call.schedule, call.events) == call.interview


def test_what_two_withholdings_hold_comes_back_when_both_are_undone():
    call = told()
    before = state_of(call.interview)
    first = call.take_back(since_note(call.interview, "n3", 70_000), 70_000)
    second = call.take_back(since_note(call.interview, "n2", 70_000), 71_000)
    call.give(call.session.restore(first, at(72_000)))
    assert list(call.interview.notes) == ["n1"]
    assert "Derek Lamb" not in shown(call.interview)
    call.give(call.session.restore(second, at(73_000)))
    assert state_of(call.interview) == before


def test_ids_are_never_given_twice():
    call = told()
    first = call.take_back(since_note(call.interview, "n4", 70_000), 70_000)
    call.begin(71_000)
    call.line("said again", 75_000, 76_000)
    call.give(call.session.flag(at(77_000)))
    assert list(call.interview.notes) == ["n1", "n2", "n3", "n5"]
    assert [flag.id for flag in call.interview.flags] == ["f1", "f2"]
    call.give(call.session.restore(first, at(78_000)))
    again = call.take_back(since_note(call.interview, "n2", 80_000), 80_000)
    assert (first, again) == ("w1", "w2")
    call.give(call.session.flag(at(81_000)))
    assert [flag.id for flag in call.interview.flags] == ["f3"]


def test_a_withheld_note_can_be_neither_filed_nor_linked_and_that_changes_nothing():
    call = told()
    call.take_back(since_note(call.interview, "n2", 70_000), 70_000)
    before = state_of(call.interview)
    for refused in (
        lambda: call.session.refile("n2", [Place("paper")], at(71_000)),
        lambda: call.session.tick([Place("paper")], Level.DONE, at(71_000), note="n2"),
        lambda: call.session.tick([Place("paper"), Place("nowhere")], Level.DONE, at(71_000)),
    ):
        with pytest.raises(Refused):
            refused()
    assert state_of(call.interview) == before
    assert call.session.come_back_on_record(at(72_000))[0].at_ms == 72_000


def test_nothing_is_restored_after_the_end_and_nothing_destroyed_before_it():
    call = told()
    withheld = call.take_back(since_note(call.interview, "n2", 70_000), 70_000)
    with pytest.raises(Refused, match="cannot be destroyed"):
        call.session.destroyed(withheld, 3, 1, at(71_000))
    call.give(call.session.end("complete", at(80_000)))
    with pytest.raises(Refused, match="ended"):
        call.session.restore(withheld, at(81_000))
    with pytest.raises(Refused, match="cannot be destroyed"):
        call.session.destroyed("w9", 0, 0, at(81_000))
    call.give(call.session.destroyed(withheld, 3, 30_000, at(82_000)))
    with pytest.raises(Refused, match="cannot be destroyed"):
        call.session.destroyed(withheld, 3, 30_000, at(83_000))


stretches = st.builds(lambda start, length: Stretch(start, start + length), st.integers(0, 200), st.integers(-20, 60))


@given(st.lists(stretches, max_size=8))
def test_joined_stretches_hold_the_same_moments_and_never_touch(parts):
    whole = joined(parts)
    for ms in range(-1, 270):
        assert any(one.holds(ms) for one in whole) == any(one.holds(ms) for one in parts)
    assert all(before.end_ms < after.start_ms for before, after in pairwise(whole))


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000, 69_000), st.integers(0, 40_000), st.booleans())
def test_nothing_typed_or_heard_in_any_withheld_stretch_is_seen(start_ms, length_ms, again):
    call = told()
    call.give(call.session.come_back_on_record(at(70_000)))
    before = state_of(call.interview)
    stretch = Stretch(start_ms, start_ms + length_ms + 1)
    withheld = call.take_back(since(call.interview, start_ms, stretch.end_ms, ""), 110_000)
    seen = shown(call.interview)
    for second in range(20, 60):
        assert (f"heard{second}" in seen) == (
            second * 1000 + 900 <= stretch.start_ms or second * 1000 >= stretch.end_ms
        )
    assert all(
        note.entered_ms < stretch.start_ms or note.about_ms >= stretch.end_ms for note in call.interview.notes.values()
    )
    assert not any(stretch.holds(flag.at_ms) for flag in call.interview.flags)
    if again:
        call.give(call.session.restore(withheld, at(111_000)))
        assert state_of(call.interview) == before


def test_a_proposal_with_notes_that_are_gone_meanwhile_still_withholds_the_talk():
    call = told()
    stale = since_note(call.interview, "n2", 70_000)
    call.take_back(since_note(call.interview, "n3", 70_000), 70_000)
    call.take_back(Proposal(stale.scope, stale.stretches, stale.notes, stale.answers), 71_000)
    assert list(call.interview.notes) == ["n1"]
    assert fold(call.schedule, call.events) == call.interview
