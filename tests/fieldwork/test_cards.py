"""Cards: what notes add up to, in whichever order they come; whom to ring first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.card import CaseCard, Clash, Standing
from interview_tui.fieldwork.cards import APPOINTMENT, EARLY_MS, NOTHING, REMARK, by_number, cards
from interview_tui.fieldwork.changes import (
    AppointmentDropped,
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    CaseReopened,
    Noted,
    Notes,
    RemarkWritten,
)
from interview_tui.fieldwork.turns import Turn, in_turn, turn_of
from interview_tui.grow_only import GrowOnly, Signed
from interview_tui.record.ports import InterviewSummary

MONDAY_MS = 1_789_977_600_000  # 21 September 2026, 8:00 UTC
HOUR_MS = attempts.HOUR_MS

of_a_case = st.sampled_from(["P1", "P2"])
moments = st.integers(0, 5).map(lambda hours: MONDAY_MS + hours * HOUR_MS)
words = st.sampled_from(["", "a", "b"])
changes = st.one_of(
    st.builds(CaseListed, case=of_a_case, wall_ms=moments, source=words),
    st.builds(AttributeGiven, case=of_a_case, wall_ms=moments, name=st.sampled_from(["x", "y"]), value=words),
    st.builds(RemarkWritten, case=of_a_case, wall_ms=moments, text=words),
    st.builds(
        Attempted,
        case=of_a_case,
        wall_ms=moments,
        rung_wall_ms=moments,
        outcome=st.sampled_from([*attempts.BY_CODE, "of a newer version"]),
        remark=words,
    ),
    st.builds(AppointmentMade, case=of_a_case, wall_ms=moments, due_wall_ms=moments, definite=st.booleans()),
    st.builds(AppointmentDropped, case=of_a_case, wall_ms=moments),
    st.builds(CallDue, case=of_a_case, wall_ms=moments, due_wall_ms=st.one_of(st.just(0), moments)),
    st.builds(CaseClosed, case=of_a_case, wall_ms=moments, reason=words),
    st.builds(CaseReopened, case=of_a_case, wall_ms=moments),
)


@st.composite
def noted_by_several(draw: st.DrawFn) -> list[Noted]:
    """Notes of three people, each of whom has seen some of what was noted before."""
    made: list[Noted] = []
    for number, change in enumerate(draw(st.lists(changes, max_size=12))):
        seen = draw(st.sets(st.sampled_from([one.id for one in made]), max_size=3)) if made else set()
        by = draw(st.sampled_from(["ann", "bob", "cem"]))
        made.append(Signed(f"n{number}", by, "lab", tuple(sorted(seen)), change))
    return made


@given(st.data(), noted_by_several())
@settings(max_examples=100)
def test_any_order_and_any_duplication_of_the_notes_give_the_same_cards(data, noted):
    again = data.draw(st.permutations(noted)) if noted else []
    twice = [*again, *data.draw(st.lists(st.sampled_from(noted), max_size=5))] if noted else []
    expected = cards(Notes(noted))
    assert cards(Notes(again)) == expected
    assert cards(Notes(twice)) == expected
    assert [card.case for card in expected] == sorted({one.change.case for one in noted})
    for card in expected:
        assert (card.due_wall_ms is None) or card.standing not in (Standing.CLOSED, Standing.INTERVIEWED)
        assert turn_of(card, MONDAY_MS) in Turn


@given(noted_by_several())
def test_what_was_seen_before_is_what_the_ids_say(noted):
    """`GrowOnly.before` against the plain way: everything that can be reached through `seen`."""
    reached: dict[str, set[str]] = {}
    for one in noted:  # made in an order in which each has seen earlier ones only
        reached[one.id] = {*one.seen}.union(*(reached[seen] for seen in one.seen))
    before = GrowOnly(noted).before
    assert {name: set(seen) for name, seen in before.items()} == reached
    for name, seen in before.items():
        assert len(seen) == len(reached[name])
        assert seen == frozenset(reached[name])
        assert all((other in seen) is (other in reached[name]) for other in [*reached, "of nobody"])


class Told:
    """Notes one after the other, each knowing those before it, or what `unseen` leaves out."""

    def __init__(self) -> None:
        self.noted: list[Noted] = []

    def say(self, *said: CaseChange, by: str = "ann", knowing: tuple[str, ...] | None = None) -> str:
        for change in said:
            seen = knowing if knowing is not None else tuple(one.id for one in self.noted[-1:])
            self.noted.append(Signed(f"{len(self.noted):03}", by, "lab", seen, change))
        return self.noted[-1].id

    def card(self) -> CaseCard:
        (card,) = cards(Notes(self.noted))
        return card


def given_value(value: str, at: int = MONDAY_MS) -> AttributeGiven:
    return AttributeGiven(case="P1", wall_ms=at, name="region", value=value)


def rung(outcome: str, at: int = MONDAY_MS, remark: str = "") -> Attempted:
    return Attempted(case="P1", wall_ms=at, rung_wall_ms=at, outcome=outcome, remark=remark)


def agreed(at: int, noted_at: int = MONDAY_MS) -> AppointmentMade:
    return AppointmentMade(case="P1", wall_ms=noted_at, due_wall_ms=at)


def test_two_values_unseen_by_one_another_clash_until_one_has_seen_both():
    told = Told()
    first = told.say(given_value("North"))
    ann = told.say(given_value("South", MONDAY_MS + 1), by="ann", knowing=(first,))
    bob = told.say(given_value("Wales", MONDAY_MS + 2), by="bob", knowing=(first,))
    assert told.card().attributes == {"region": "Wales"}
    assert told.card().clashes == (Clash("region", "South", "ann", "Wales", "bob"),)
    told.say(given_value("South", MONDAY_MS + 3), by="bob", knowing=(ann, bob))
    assert told.card().clashes == ()
    assert told.card().attributes == {"region": "South"}


def test_the_same_value_twice_is_no_clash_and_a_value_taken_away_is():
    told = Told()
    first = told.say(given_value("North"))
    told.say(given_value("South"), by="ann", knowing=(first,))
    told.say(given_value("South"), by="bob", knowing=(first,))
    assert told.card().clashes == ()
    told.say(given_value("", MONDAY_MS + 9), by="cem", knowing=(first,))
    assert told.card().attributes == {}
    assert [(clash.earlier, clash.later) for clash in told.card().clashes] == [("South", NOTHING)]


def test_remarks_and_appointments_clash_as_well():
    told = Told()
    first = told.say(CaseListed(case="P1", wall_ms=MONDAY_MS))
    told.say(RemarkWritten(case="P1", wall_ms=1, text="deaf in one ear"), by="ann", knowing=(first,))
    told.say(RemarkWritten(case="P1", wall_ms=2, text="mornings only"), by="bob", knowing=(first,))
    told.say(agreed(MONDAY_MS + HOUR_MS), by="ann", knowing=(first,))
    told.say(agreed(MONDAY_MS + 2 * HOUR_MS, MONDAY_MS + 1), by="bob", knowing=(first,))
    assert {clash.what: (clash.earlier, clash.later) for clash in told.card().clashes} == {
        REMARK: ("deaf in one ear", "mornings only"),
        APPOINTMENT: (str(MONDAY_MS + HOUR_MS), str(MONDAY_MS + 2 * HOUR_MS)),
    }


def test_a_call_for_an_appointment_uses_it_up_and_one_long_before_does_not():
    told = Told()
    told.say(agreed(MONDAY_MS + 5 * HOUR_MS))
    told.say(rung("no answer", MONDAY_MS + HOUR_MS))
    assert told.card().standing is Standing.APPOINTED
    assert told.card().due_wall_ms == MONDAY_MS + 5 * HOUR_MS
    told.say(rung("engaged", MONDAY_MS + 5 * HOUR_MS - EARLY_MS))
    assert told.card().appointment is None
    assert told.card().due_wall_ms == MONDAY_MS + 5 * HOUR_MS - EARLY_MS + 20 * attempts.MINUTE_MS
    assert len(told.card().attempts) == 2


def test_the_call_in_which_an_appointment_was_made_does_not_use_it_up():
    told = Told()
    told.say(rung("call back"), agreed(MONDAY_MS + 10 * attempts.MINUTE_MS))
    assert told.card().standing is Standing.APPOINTED


def test_a_time_that_was_set_holds_until_they_are_rung_after_it():
    told = Told()
    told.say(rung("no answer"), CallDue(case="P1", wall_ms=MONDAY_MS, due_wall_ms=MONDAY_MS + 9 * HOUR_MS))
    assert told.card().due_wall_ms == MONDAY_MS + 9 * HOUR_MS
    told.say(rung("engaged", MONDAY_MS + HOUR_MS))
    assert told.card().due_wall_ms == MONDAY_MS + 9 * HOUR_MS
    told.say(rung("no answer", MONDAY_MS + 9 * HOUR_MS))
    assert told.card().due_wall_ms == MONDAY_MS + 12 * HOUR_MS
    told.say(
        CallDue(case="P1", wall_ms=MONDAY_MS, due_wall_ms=MONDAY_MS + 99 * HOUR_MS),
        CallDue(case="P1", wall_ms=MONDAY_MS, due_wall_ms=0),
    )
    assert told.card().due_wall_ms == MONDAY_MS + 12 * HOUR_MS


def test_who_refuses_is_closed_until_the_case_is_opened_again():
    told = Told()
    told.say(rung("hard refusal", remark="no"), agreed(MONDAY_MS + HOUR_MS))
    card = told.card()
    assert (card.standing, card.due_wall_ms, card.appointment) == (Standing.CLOSED, None, None)
    told.say(CaseReopened(case="P1", wall_ms=MONDAY_MS))
    assert told.card().standing is Standing.APPOINTED


def test_whoever_refused_and_was_reopened_can_be_rung_from_then_on():
    told = Told()
    told.say(rung("hard refusal", remark="no"), CaseReopened(case="P1", wall_ms=MONDAY_MS + HOUR_MS))
    assert (told.card().standing, told.card().due_wall_ms) == (Standing.TRYING, MONDAY_MS + HOUR_MS)
    assert turn_of(told.card(), MONDAY_MS + HOUR_MS) is Turn.DUE
    told.say(rung("wrong number", MONDAY_MS + 2 * HOUR_MS, remark="a shop"))
    assert turn_of(told.card(), MONDAY_MS + 9 * HOUR_MS) is Turn.NONE


def test_calls_are_told_in_the_order_in_which_they_were_whenever_they_were_noted():
    told = Told()
    first = told.say(rung("no answer", MONDAY_MS + 2 * HOUR_MS), by="ann", knowing=())
    told.say(replace(rung("engaged", MONDAY_MS), wall_ms=MONDAY_MS + 9 * HOUR_MS), by="bob", knowing=(first,))
    assert [(each.outcome, each.by) for each in told.card().attempts] == [("engaged", "bob"), ("no answer", "ann")]
    assert told.card().due_wall_ms == MONDAY_MS + 5 * HOUR_MS


def test_an_interview_that_is_no_rehearsal_ends_the_ringing():
    held = InterviewSummary("P1", 0, 0, 0, 0, 0, ended=True, transcribed=False, rehearsal=False)
    notes = Notes([Signed("a", "ann", "lab", (), rung("no answer"))])
    assert cards(notes, [held])[0].standing is Standing.INTERVIEWED
    assert cards(notes, [held])[0].due_wall_ms is None
    assert cards(notes, [replace(held, ended=False)])[0].standing is Standing.UNFINISHED
    assert cards(notes, [replace(held, rehearsal=True)])[0].standing is Standing.TRYING
    assert cards(Notes(()), [replace(held, rehearsal=True)]) == []
    assert cards(notes, [held], {"P1"})[0].standing is Standing.WITHDRAWN
    assert cards(Notes(()), withdrawn={"P9"})[0].case == "P9"


def test_cases_are_sorted_as_people_count():
    assert sorted(["P10", "P2", "p1", "Q1", "P02-b", "P02", "7"], key=by_number) == [
        *("7", "p1", "P02", "P2", "P02-b", "P10", "Q1")
    ]


def test_whom_to_ring_first():
    now = MONDAY_MS
    told = {
        "late": CaseCard("late", Standing.TRYING, due_wall_ms=now + 1),
        "new": CaseCard("new"),
        "due": CaseCard("due", Standing.TRYING, due_wall_ms=now),
        "long due": CaseCard("long due", Standing.TRYING, due_wall_ms=now - 5),
        "unfinished": CaseCard("unfinished", Standing.UNFINISHED),
        "wrong number": CaseCard("wrong number", Standing.TRYING),
        "over": CaseCard("over", Standing.INTERVIEWED),
    }
    from interview_tui.fieldwork.card import Appointment

    told["agreed"] = CaseCard("agreed", Standing.APPOINTED, appointment=Appointment(now, True, ""), due_wall_ms=now)
    told["earlier"] = CaseCard(
        "earlier", Standing.APPOINTED, appointment=Appointment(now - 9, False, ""), due_wall_ms=now - 9
    )
    told["to come"] = CaseCard(
        "to come", Standing.APPOINTED, appointment=Appointment(now + 9, True, ""), due_wall_ms=now + 9
    )
    assert [card.case for card in in_turn(told.values(), now)] == [
        *("earlier", "agreed", "unfinished", "long due", "due", "new", "late", "to come", "over", "wrong number")
    ]


def test_outcomes_have_keys_and_codes_of_their_own_and_close_or_come_again():
    assert len({each.key for each in attempts.OUTCOMES}) == len(attempts.OUTCOMES) == len(attempts.BY_CODE)
    for each in attempts.OUTCOMES:
        assert not (each.closes and each.again_ms)
    assert attempts.in_words("flown away") == "flown away"


def test_waits_of_a_day_end_on_a_working_day():
    friday = 1_790_337_600_000  # 25 September 2026, 12:00 UTC
    assert attempts.due_after("not available", friday) == friday + 3 * attempts.DAY_MS
    assert attempts.due_after("not available", friday - attempts.DAY_MS) == friday
    assert attempts.due_after("not available", friday + attempts.DAY_MS) == friday + 3 * attempts.DAY_MS
    assert attempts.due_after("engaged", friday) == friday + 20 * attempts.MINUTE_MS
    assert attempts.due_after("hard refusal", friday) is None
    assert attempts.due_after("of a newer version", friday) == friday + 3 * attempts.DAY_MS
