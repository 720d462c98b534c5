"""The course of a call: a dead line, somebody listening, distress, time, the end and what is said of it afterwards."""

import dataclasses
from pathlib import Path

import pytest

from interview_tui.errors import Refused
from interview_tui.interview import outcomes, route
from interview_tui.interview.events import CallDropped, Covered, DistressNoted, How, Kept, Level, Place
from interview_tui.interview.facts import Drop
from interview_tui.interview.pacing import MINUTE_MS, pace
from interview_tui.interview.proceedings import NO_TIME
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import fold
from interview_tui.schedule.model import Priority
from tests.examples import at
from tests.interview.telling import Telling, state_of
from tests.interview.test_pacing import study

PAGE = Path(__file__).parents[2] / "docs" / "live-call.md"


def ended(outcome="complete", **kept):
    call = Telling()
    call.give(call.session.end(outcome, at(50_000), **kept))
    return call


def test_a_dead_line_knows_where_they_were_and_how_often_they_were_rung():
    call = Telling()
    call.go("paper", 20_000)
    (dropped,) = call.give(call.session.drop(at(30_000)))
    assert isinstance(dropped, CallDropped)
    assert dropped.place == Place("paper")
    call.give(call.session.redial(at(40_000)))
    call.give(call.session.redial(at(50_000)))
    assert call.interview.course.dropped == Drop(30_000, Place("paper"), redials=2)
    call.give(call.session.restore_call(at(60_000)))
    assert call.interview.course.dropped is None
    assert call.interview.course.drops == [Drop(30_000, Place("paper"), redials=2, ended_ms=60_000)]


def test_a_line_drops_once_and_comes_back_once():
    call = Telling()
    for refused in (call.session.redial, call.session.restore_call):
        with pytest.raises(Refused, match="has not dropped"):
            refused(at(20_000))
    call.give(call.session.drop(at(20_000)))
    with pytest.raises(Refused, match="dropped already"):
        call.session.drop(at(21_000))


def test_notes_are_taken_while_the_line_is_dead():
    call = Telling()
    call.give(call.session.drop(at(20_000)))
    call.line("rings, no answer", 21_000, 22_000)
    assert [note.text for note in call.interview.notes.values()] == ["rings, no answer"]


def test_an_end_while_the_line_is_dead_ends_the_drop_too():
    call = Telling()
    call.give(call.session.drop(at(20_000)))
    call.give(call.session.book_call_back(" Thursday 10:00 ", at(21_000)))
    call.give(call.session.end("not reached", at(30_000)))
    assert call.interview.course.dropped is None
    assert call.interview.course.drops[0].ended_ms == 30_000
    assert call.interview.course.call_back == "Thursday 10:00"


def test_a_call_back_needs_a_time_in_words():
    with pytest.raises(Refused, match="Say when"):
        Telling().session.book_call_back("  ", at(20_000))


def test_a_third_party_is_noted_whenever_somebody_comes_or_goes():
    call = Telling()
    assert call.interview.course.third_party is None
    for ms, present in ((20_000, True), (30_000, False)):
        call.give(call.session.note_third_party(at(ms), present=present))
        assert call.interview.course.third_party is present


def test_distress_is_noted_with_its_place_off_the_record_as_well():
    call = Telling()
    call.go("paper", 20_000)
    (noted,) = call.give(call.session.note_distress(at(30_000)))
    assert isinstance(noted, DistressNoted)
    assert noted.place == Place("paper")
    call.off(31_000)
    call.give(call.session.note_distress(at(40_000)))
    assert call.interview.course.distressed_ms == [30_000, 40_000]


def test_what_is_left_out_is_not_suggested_but_stays_in_reach():
    call = Telling()
    call.go("paper", 20_000)
    assert route.suggested(call.interview).place == Place("good_handover")
    call.give(call.session.trim([Place("good_handover")], at(21_000)))
    assert route.suggested(call.interview).place != Place("good_handover")
    call.go("good_handover", 22_000)
    call.line("short", 23_000, 24_000)
    assert [note.text for note in call.interview.notes_at(Place("good_handover"))] == ["short"]


def test_a_must_ask_is_never_left_out_nor_what_is_not_there():
    call = Telling()
    before = call.interview.events
    for places in ([], [Place("happened", "S1-rough")], [Place("paper"), Place("nowhere")]):
        with pytest.raises(Refused):
            call.session.trim(places, at(20_000))
    with pytest.raises(Refused, match="Nothing was left out"):
        call.session.untrim(at(20_000))
    assert call.interview.events == before


def test_with_eleven_minutes_left_the_rest_is_trimmed_and_put_back_and_nothing_is_lost():
    call = Telling(study())
    call.go("definition", 20_000)
    call.line("holding the ladder", 21_000, 22_000)
    call.go("less_easy", 24 * MINUTE_MS, "R1")
    call.line("group politics", 24 * MINUTE_MS + 1000, 24 * MINUTE_MS + 2000)
    now_ms = 25 * MINUTE_MS
    call.give(call.session.set_deadline(now_ms + 11 * MINUTE_MS, at(now_ms)))
    before = state_of(call.interview)
    plan = pace(call.interview, now_ms)
    assert plan.over_ms > 0
    call.give(call.session.trim(plan.drops, at(now_ms)))
    trimmed = call.interview.course.trimmed
    assert trimmed
    assert all(call.interview.items[place.item].item.priority is not Priority.MUST for place in trimmed)
    assert call.interview.notes_at(Place("less_easy", "R1")) == before["notes"][1:]
    for _ in range(4):
        step = route.suggested(call.interview)
        assert step.located.item.priority is Priority.MUST or step.place not in plan.drops
        call.give(call.session.next(at(now_ms + 1000)))
    call.give(call.session.untrim(at(now_ms + 2000)))
    assert call.interview.course.trimmed == frozenset()
    assert list(call.interview.notes.values()) == before["notes"]
    assert fold(call.schedule, call.events) == call.interview


def test_what_was_left_out_and_never_asked_ends_as_not_asked_for_time():
    call = Telling()
    call.give(call.session.trim([Place("good_handover"), Place("paper")], at(20_000)))
    call.go("paper", 21_000)
    call.line("y", 22_000)
    call.give(call.session.end("complete", at(30_000)))
    covered = call.interview.covered(Place("good_handover"))
    assert (covered.level, covered.how, covered.reason) == (Level.OPEN, How.SKIPPED, NO_TIME)
    assert call.interview.covered(Place("paper")).reason == ""


@pytest.mark.parametrize("outcome", outcomes.BY_CODE.values(), ids=lambda outcome: outcome.code)
def test_an_interview_ends_with_each_outcome(outcome):
    call = ended(outcome.code, reason=" as it was ", kept=outcome.kept)
    course = call.interview.course
    assert (course.outcome, course.reason, course.kept) == (outcome.code, "as it was", outcome.kept)
    assert call.interview.ended
    assert fold(call.schedule, call.events) == call.interview


def test_every_outcome_has_a_key_and_a_code_of_its_own():
    assert len({outcome.key for outcome in outcomes.EARLY}) == len(outcomes.EARLY)
    assert len(outcomes.BY_CODE) == len(outcomes.EARLY) + 1
    assert outcomes.in_words("complete") == "complete"
    assert outcomes.in_words("from another version") == "from another version"


@pytest.mark.parametrize("outcome", outcomes.EARLY, ids=lambda outcome: outcome.code)
def test_the_page_for_interviewers_names_every_outcome(outcome):
    row = f"| `x` `{outcome.key}` | {outcome.label} | {outcome.aapor} | {outcome.kept.value} |"
    assert row in PAGE.read_text(encoding="utf-8")


def test_there_is_no_outcome_that_is_not_listed():
    with pytest.raises(Refused, match="no outcome"):
        Telling().session.end("bored", at(20_000))


def test_off_the_record_ends_with_the_interview():
    call = Telling()
    call.begin(20_000)
    call.off(30_000)
    call.give(call.session.end("complete", at(40_000)))
    assert not call.interview.is_off_record
    assert [(one.start_ms, one.end_ms) for one in call.interview.withheld()] == [(30_000, 40_000)]


def test_after_the_end_everything_is_refused_but_what_belongs_to_the_debrief():
    call = ended()
    now = at(60_000)
    session = call.session
    for refused in (
        lambda: session.enter("more", 60_000, now),
        lambda: session.next(now),
        lambda: session.go(Place("paper"), now),
        lambda: session.answer_at(Place("paper"), "y", now),
        lambda: session.flag(now),
        lambda: session.drop(now),
        lambda: session.trim([Place("paper")], now),
        lambda: session.note_distress(now),
        lambda: session.note_third_party(now, present=True),
        lambda: session.book_call_back("Friday", now),
        lambda: session.set_deadline(70_000, now),
        lambda: session.go_off_record(now),
        lambda: session.reconsent(now, given=True),
        lambda: session.open_round("shift", "", "", now),
        lambda: session.end("complete", now),
        session.check_may_record,
        lambda: session.resume(now),
    ):
        with pytest.raises(Refused, match="ended"):
            refused()


def test_the_debrief_waits_for_the_end_and_is_saved_as_it_is_typed():
    call = Telling()
    for early in (
        lambda: call.session.write_debrief("rapport", "good", at(20_000)),
        lambda: call.session.finish_debrief(at(20_000)),
        lambda: call.session.explain(Place("paper"), NO_TIME, at(20_000)),
    ):
        with pytest.raises(Refused, match="not over"):
            early()
    call = ended()
    assert call.give(call.session.write_debrief("rapport", "good", at(60_000)))
    assert call.session.write_debrief("rapport", "good", at(61_000)) == ()
    call.give(call.session.write_debrief("rapport", "good, after a while", at(62_000)))
    call.give(call.session.finish_debrief(at(63_000)))
    assert call.session.finish_debrief(at(64_000)) == ()
    call.give(call.session.write_debrief("rapport", "", at(65_000)))
    assert call.interview.course.debrief == {"rapport": ""}
    assert call.interview.course.debriefed


def test_must_asks_that_were_not_asked_are_listed_in_asking_order_with_a_reason_each():
    call = ended()
    left = call.session.must_asks_left()
    asked = [step.place for step in route.steps(call.interview)]
    assert left == sorted(left, key=asked.index)
    assert Place("happened", "S1-smooth") in left
    (explained,) = call.give(call.session.explain(Place("happened", "S1-smooth"), "too tired", at(60_000)))
    assert isinstance(explained, Covered)
    assert (explained.level, explained.how, explained.reason) == (Level.OPEN, How.SKIPPED, "too tired")
    with pytest.raises(Refused, match="no item"):
        call.session.explain(Place("nowhere"), "", at(61_000))


def test_of_a_call_that_ended_early_nobody_asks_why_the_rest_was_not_asked():
    assert ended("broken off").session.must_asks_left() == []


def test_what_may_not_be_kept_of_a_call_that_ended_early_is_withheld_and_stays_so():
    call = Telling()
    call.begin(20_000)
    call.line("all of it", 25_000, 26_000)
    call.pause(30_000, SpanEnd.STOP)
    call.give(call.session.end("withdrawn", at(31_000), kept=Kept.NOTHING))
    assert call.interview.notes == {}
    withheld = list(call.interview.soundtrack.withholdings)
    assert withheld == ["w1"]
    with pytest.raises(Refused):
        call.session.restore("w1", at(32_000))


def test_a_flipped_role_changes_the_words_and_keeps_the_answers():
    call = Telling(study())
    call.go("role", 20_000, "R1")
    call.line("1", 21_000)
    for number, item in enumerate(("knew_other", "development", "which", "pattern", "trust", "support")):
        call.go(item, 30_000 + number * 1000, "R1")
        call.line("y" if item == "knew_other" else f"answer {number}", 30_500 + number * 1000)
    before = call.interview
    kept = (dict(before.answers), list(before.notes.values()))
    assert route.wording(before, Place("knew_other", "R1")) == "Did you know the mentee?"
    call.go("role", 50_000, "R1")
    call.line("2", 51_000)
    after = call.interview
    assert route.wording(after, Place("knew_other", "R1")) == "Did you know the mentor?"
    role = Place("role", "R1")
    assert {place: value for place, value in after.answers.items() if place != role} == {
        place: value for place, value in kept[0].items() if place != role
    }
    assert list(after.notes.values()) == kept[1]


def test_a_why_not_note_stays_when_the_answer_becomes_yes_and_is_off_the_route():
    call = Telling(study())
    call.go("experience", 20_000)
    call.line("y", 20_500)
    call.go("expectations_met", 21_000)
    call.line("n", 22_000)
    call.give(call.session.next(at(23_000)))
    assert call.interview.place == Place("expectations_not_met")
    call.line("never met", 24_000, 25_000)
    call.go("expectations_met", 26_000)
    call.line("y", 27_000)
    why = next(step for step in route.steps(call.interview) if step.place.item == "expectations_not_met")
    assert not why.on_route
    assert [note.text for note in call.interview.notes_at(why.place)] == ["never met"]
    call.line("n", 28_000)
    assert next(step for step in route.steps(call.interview) if step.place == why.place).is_stop


def test_a_person_with_no_experience_goes_from_the_general_to_the_final_questions():
    call = Telling(study())
    call.go("experience", 20_000)
    for number in range(4):
        call.line("n", 21_000 + number)
    sections = []
    for number in range(60):
        call.give(call.session.next(at(30_000 + number)))
        place = call.interview.place
        sections.append(call.interview.items[place.item].sections[0].id)
        assert not place.round
        if place.item == "thanks":
            break
    assert list(dict.fromkeys(sections)) == ["general", "final", "close"]
    assert "put_off" in {place.item for _, place in call.interview.moves}
    assert not call.interview.rounds


def test_the_course_of_two_interviews_has_nothing_in_common():
    one, other = Telling(), Telling()
    one.give(one.session.drop(at(20_000)))
    one.give(one.session.note_distress(at(20_000)))
    assert dataclasses.asdict(other.interview.course)["drops"] == []
    assert other.interview.course.distressed_ms == []
