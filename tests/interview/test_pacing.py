"""Time: the plan, her own pace, what is left to ask, and what is left out so that it fits."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import Refused
from interview_tui.interview import route
from interview_tui.interview.events import Level, Place
from interview_tui.interview.pacing import MINUTE_MS, PRIOR_MS, pace
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Priority, Schedule
from interview_tui.schedule.reader import read_schedule_file
from tests.examples import at
from tests.interview.telling import Telling

STUDY = Path(__file__).parents[2] / "schedules" / "political-mentoring.yaml"


@cache
def study() -> Schedule:
    """The schedule of the study."""
    return read_schedule_file(STUDY)


def priority(call, place):
    return call.interview.items[place.item].item.priority


def test_the_plan_shares_the_minutes_of_a_section_among_its_questions():
    call = Telling()
    call.go("paper", 20_000)
    call.line("y", 21_000)
    opening = 2 * MINUTE_MS // 3
    background = 6 * MINUTE_MS // 3
    assert pace(call.interview, 60_000).planned_ms == 2 * opening + background


def test_named_rounds_share_the_minutes_of_their_section():
    interview = Telling(study()).interview
    by_the_plan_ms = pace(interview, 0).planned_ms
    plan = pace(interview, by_the_plan_ms)
    whole_ms = plan.planned_ms + plan.must.takes_ms + plan.should.takes_ms + plan.could.takes_ms
    assert whole_ms == pytest.approx(study().minutes * MINUTE_MS, rel=0.05)


def test_her_pace_is_drawn_towards_the_plan_by_five_minutes():
    call = Telling()
    at_once = pace(call.interview, 0)
    late = pace(call.interview, 10 * MINUTE_MS)
    factor = (PRIOR_MS + 10 * MINUTE_MS) / (PRIOR_MS + late.planned_ms)
    assert late.must.takes_ms == pytest.approx(
        at_once.must.takes_ms * factor / (PRIOR_MS / (PRIOR_MS + at_once.planned_ms)), abs=20
    )
    assert late.behind_ms == 10 * MINUTE_MS - late.planned_ms


def test_the_time_off_the_record_and_of_a_dead_line_is_not_spent_and_counts_once():
    call = Telling()
    call.begin(20_000)
    call.off(100_000)
    assert pace(call.interview, 150_000).spent_ms == 80_000
    call.give(call.session.drop(at(160_000)))
    assert pace(call.interview, 180_000).spent_ms == 80_000
    call.give(call.session.restore_call(at(200_000)))
    call.give(call.session.come_back_on_record(at(210_000)))
    assert pace(call.interview, 230_000).spent_ms == 100_000


def test_time_counts_from_when_recording_began():
    call = Telling()
    call.begin(60_000)
    call.pause(90_000, SpanEnd.PAUSE)
    plan = pace(call.interview, 120_000)
    assert plan.spent_ms == 60_000
    assert plan.left_ms == 60_000 + 20 * MINUTE_MS - 120_000
    assert not plan.has_deadline


def test_when_they_must_leave_goes_before_the_planned_minutes():
    call = Telling()
    call.give(call.session.set_deadline(300_000, at(20_000)))
    assert (pace(call.interview, 100_000).left_ms, pace(call.interview, 100_000).has_deadline) == (200_000, True)
    call.give(call.session.set_deadline(None, at(110_000)))
    assert not pace(call.interview, 120_000).has_deadline


def test_a_time_that_is_over_is_refused():
    call = Telling()
    with pytest.raises(Refused, match="over already"):
        call.session.set_deadline(20_000, at(20_000))


def test_nothing_is_dropped_while_everything_fits():
    call = Telling()
    call.give(call.session.set_deadline(10 * 60 * MINUTE_MS, at(20_000)))
    assert pace(call.interview, 20_000).drops == ()
    assert pace(call.interview, 20_000).over_ms < 0


def test_what_could_be_asked_goes_before_what_should_be():
    call = Telling(study())
    call.give(call.session.set_deadline(21_000, at(20_000)))
    dropped = [priority(call, place) for place in pace(call.interview, 20_000).drops]
    assert dropped == sorted(dropped, key=[Priority.COULD, Priority.SHOULD].index)
    assert {Priority.COULD, Priority.SHOULD} == set(dropped)


def test_what_is_done_or_left_out_is_not_left_to_ask():
    call = Telling()
    before = pace(call.interview, 20_000)
    call.give(call.session.tick([Place("good_handover")], Level.DONE, at(20_000)))
    assert pace(call.interview, 20_000).could.questions == before.could.questions - 1
    call.give(call.session.trim([Place("paper")], at(20_000)))
    assert pace(call.interview, 20_000).should.questions == before.should.questions - 1


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.integers(0, 40), st.integers(0, 40), st.lists(st.integers(0, 56), max_size=20))
def test_with_less_time_nothing_comes_back_and_no_must_ask_ever_goes(now_min, early, later, done):
    call = Telling(study())
    now_ms = now_min * MINUTE_MS
    laid = [step.place for step in route.steps(call.interview) if step.is_stop]
    call.give(call.session.tick([laid[n] for n in done if n < len(laid)], Level.DONE, at(20_000)))
    drops = {}
    for minutes in {early, early + later}:
        call.interview.course.deadline_ms = now_ms + minutes * MINUTE_MS
        plan = pace(call.interview, now_ms)
        drops[minutes] = plan.drops
        assert all(priority(call, place) is not Priority.MUST for place in plan.drops)
        assert len(set(plan.drops)) == len(plan.drops)
        shares = (plan.must, plan.should, plan.could)
        assert (
            min(plan.planned_ms, plan.spent_ms, *(number for s in shares for number in (s.questions, s.takes_ms))) >= 0
        )
    assert drops[early][: len(drops[early + later])] == drops[early + later]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 40), st.data())
def test_after_trimming_everything_fits_but_must_asks_and_untrimming_undoes_it(now_min, left_min, data):
    call = Telling(study())
    now_ms = now_min * MINUTE_MS
    laid = [step.place for step in route.steps(call.interview) if step.is_stop]
    call.give(call.session.go(data.draw(st.sampled_from(laid)), at(30_000)))
    call.give(call.session.set_deadline(now_ms + left_min * MINUTE_MS + 1, at(30_000)))
    before = pace(call.interview, now_ms)
    suggested = route.suggested(call.interview)
    if not before.drops:
        return
    if len(before.drops) > 1:
        call.give(call.session.trim(before.drops[:-1], at(31_000)))
        assert pace(call.interview, now_ms).over_ms > 0
    call.give(call.session.trim(before.drops[-1:], at(31_000)))
    after = pace(call.interview, now_ms)
    assert after.drops == ()
    assert after.over_ms <= 0 or not (after.should.questions or after.could.questions)
    assert after.must == before.must
    step = route.suggested(call.interview)
    assert step is not None
    assert step.place not in before.drops
    call.give(call.session.untrim(at(32_000)))
    assert pace(call.interview, now_ms) == before
    assert route.suggested(call.interview) == suggested
