"""What is kept of an interview for the figures: made of a real record, and of ones that differ from it in one thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interview_tui.credibility.appraised import NO_INTERVIEW, appraised
from interview_tui.interview import outcomes
from interview_tui.interview.events import How, Stretch
from interview_tui.interview.facts import Visit
from interview_tui.interview.state import fold
from interview_tui.record.fidelity import Asked
from interview_tui.record.merge import merge
from interview_tui.record.model import Evidence, PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.schedule.model import Priority
from tests.examples import handover
from tests.record.talking import turn
from tests.telling import told

NOTED = {"event": "the lift was out", "action": "took the stairs"}


@pytest.fixture(scope="module")
def record() -> Record:
    return merge(fold(handover(), told("P07", "ward", {"smooth": NOTED, "rough": NOTED})), None)


def asked(record: Record, *items: str) -> Record:
    """The record with these questions heard to be asked, one after the other, the second half of them not as worded."""
    turns, entries = [], list(record.entries)
    for number, item in enumerate(items, 1):
        at = next(at for at, one in enumerate(entries) if one.place.item == item)
        way = Asked.WORDED if number <= len(items) / 2 else Asked.PARAPHRASED
        entries[at] = replace(entries[at], asked=way, evidence=Evidence((number,)))
        turns.append(
            PlacedTurn(turn(number, INTERVIEWER, number * 1_000, number * 1_000 + 500, "so"), entries[at].place)
        )
    return replace(record, entries=tuple(entries), turns=tuple(turns))


def test_incidents_have_the_named_rounds_and_the_answers_around_them(record):
    found = appraised(record, handover())
    assert found.counts
    assert [(one.id, one.kinds) for one in found.incidents] == [
        ("S1-smooth", (("incident", "smooth"), ("post", "ward"))),
        ("S1-rough", (("incident", "rough"), ("post", "ward"))),
    ]
    assert found.kinds == ()


def test_an_incident_is_where_it_was_told(record):
    first = record.incidents[0]
    heard = replace(first, evidence=Evidence((1,), (), Stretch(9_000, 12_000)))
    said = PlacedTurn(turn(1, RESPONDENT, 9_000, 12_000, "out of order again"), record.entries[-1].place)
    one = appraised(replace(record, incidents=(heard,), turns=(said,)), handover()).incidents[0]
    assert (one.start_ms, one.end_ms) == (9_000, 12_000)
    gone = replace(record, incidents=(heard,), turns=(said,), withheld=(Stretch(0, 20_000),))
    assert appraised(gone, handover()).incidents[0].stretch == Stretch(0, 0)


@pytest.mark.parametrize("outcome", sorted(outcomes.BY_CODE))
def test_who_did_not_take_part_does_not_count(record, outcome):
    assert appraised(replace(record, outcome=outcome), handover()).counts == (outcome not in NO_INTERVIEW)


def test_what_goes_on_and_what_was_rehearsed_do_not_count(record):
    assert not appraised(replace(record, ended_ms=None), handover()).counts
    assert not appraised(replace(record, rehearsal=True), handover()).counts


def test_how_questions_were_asked_is_counted_and_how_many_came_at_another_time(record):
    order = ("paper", "good_handover", "came")
    in_order = appraised(asked(record, *order), handover()).fidelity
    assert (in_order.heard, in_order.worded, in_order.out_of_order) == (3, 1, 0)
    last_first = appraised(asked(record, "came", "paper", "good_handover"), handover()).fidelity
    assert (last_first.heard, last_first.out_of_order) == (3, 1)


def test_of_what_was_not_heard_she_tells_by_where_she_stayed_longest(record):
    items = ("paper", "good_handover", "came")
    entries = tuple(
        replace(one, asked=Asked.ASKED if one.place.item in items else Asked.NOT_REACHED) for one in record.entries
    )
    places = {one.place.item: one.place for one in entries}
    looked_in = Visit(places["came"], 0, 1_000)
    stays = [Visit(places[item], number * 10_000, number * 10_000 + 9_000) for number, item in enumerate(items, 1)]
    noted = replace(record, entries=entries)
    assert appraised(noted, handover(), [looked_in, *stays]).fidelity.out_of_order == 0
    back = [replace(stay, start_ms=100_000 - stay.start_ms, end_ms=105_000 - stay.start_ms) for stay in stays]
    assert appraised(noted, handover(), [looked_in, *back]).fidelity.out_of_order == 2


def test_nothing_that_is_withheld_is_counted(record):
    heard = asked(record, "paper", "good_handover")
    gone = replace(heard, withheld=(Stretch(0, 10_000),))
    assert appraised(gone, handover()).fidelity.out_of_order == 0
    turned = replace(asked(record, "came", "paper"), withheld=(Stretch(0, 1_600),))
    assert appraised(turned, handover()).fidelity.out_of_order == 0


def test_what_was_skipped_counts_with_a_reason_and_must_be_asked_apart(record):
    before = appraised(record, handover()).fidelity
    entries = [
        replace(one, how=How.SKIPPED, asked=Asked.SKIPPED, reason="no time" if one.place.item == "paper" else "")
        if one.place.item in ("paper", "good_handover")
        else one
        for one in record.entries
    ]
    after = appraised(replace(record, entries=tuple(entries)), handover()).fidelity
    assert (before.skipped, after.skipped) == (0, 1)
    musts = {name for name, found in handover().items().items() if found.item.priority is Priority.MUST}
    assert {"take_part", "happened"} <= musts
    assert after.musts == sum(one.on_route and one.kind == "ask" for one in record.entries if one.place.item in musts)
    assert 0 < after.musts_covered < after.musts


def test_times_are_the_interviews_and_pauses_that_were_asked_for_are_no_breaks(record):
    spans = (Stretch(0, 3_000), Stretch(5_000, 9_000))
    found = appraised(replace(record, spans=spans, ended_ms=10_000, gaps=(Stretch(3_000, 5_000),)), handover(), gaps=0)
    assert (found.fidelity.recorded_ms, found.fidelity.length_ms, found.fidelity.gaps) == (7_000, 10_000, 0)
    assert found.fidelity.recorded == 0.7
