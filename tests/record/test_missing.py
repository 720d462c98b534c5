"""What incidents lack, and which question would have asked for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from interview_tui.interview.events import Place
from interview_tui.record.fidelity import REACHED, Asked
from interview_tui.record.missing import Lack, lacking, untold
from interview_tui.record.model import Completeness, Record
from tests.examples import handover
from tests.export.any_record import records
from tests.record.talking import Call

ROUND = "S1-smooth"


def told(*, asks_context: bool = False) -> Record:
    """A call in which one incident was told: in full what happened, in two words what was done, no outcome."""
    call = Call()
    call.does(lambda session, now: session.go(Place("incident_smooth", ROUND), now))
    call.asks("Can you think of a handover to a colleague that went smoothly?")
    call.answers("Yes, I can think of one at once.")
    call.goes("happened", ROUND)
    call.asks("What happened?")
    call.answers("The night nurse was ill and nobody had written anything down for us.")
    call.goes("did", ROUND)
    call.asks("What did you do?")
    call.answers("I rang.")
    if asks_context:
        call.goes("gap_context", ROUND)
        call.asks("What led up to it?")
        call.answers("The flu.")
    return call.record()


def by_key(record: Record) -> dict[str, Lack]:
    return {lack.key: lack for lack in lacking(record, handover())}


def test_what_was_not_told_is_named_with_the_question_that_would_have_asked_for_it():
    lack = by_key(told())["outcome"]
    assert (lack.incident, lack.needed, lack.state) == (ROUND, True, Completeness.MISSING)
    assert (lack.probe, lack.place) == ("What came of it?", Place("outcome", ROUND))
    assert lack.asked in (Asked.SKIPPED, Asked.NOT_REACHED)
    assert not lack.was_asked


def test_what_is_nice_to_have_is_named_with_its_gap_probe_after_the_needs():
    found = lacking(told(), handover())
    assert [lack.key for lack in found] == ["action", "outcome", "context"]
    assert (found[-1].probe, found[-1].place) == ("What led up to it?", Place("gap_context", ROUND))
    assert not found[-1].needed


def test_a_part_told_in_a_few_words_is_thin_though_it_was_asked_for():
    lack = by_key(told())["action"]
    assert lack.state is Completeness.THIN
    assert lack.probe == "What did you do?"
    assert lack.was_asked


def test_a_gap_probe_that_was_put_is_said_to_have_been():
    lack = by_key(told(asks_context=True))["context"]
    assert lack.state is Completeness.THIN
    assert lack.was_asked


def test_what_was_told_in_full_is_not_named():
    assert "event" not in by_key(told())


def with_a_follow_up(record: Record, **changes: object) -> Record:
    """A record whose schedule would have had one more question about what was done."""
    first = next(entry for entry in record.entries if entry.place == Place("did", ROUND))
    more = replace(first, place=Place("more", ROUND), kind="probe", question="And then?", **changes)  # type: ignore[arg-type]
    return replace(record, entries=(*record.entries, more))


def test_where_the_question_was_put_the_follow_up_that_was_not_would_have_asked():
    lack = by_key(with_a_follow_up(told(), asked=Asked.NOT_REACHED))["action"]
    assert (lack.probe, lack.asked) == ("And then?", Asked.NOT_REACHED)


def test_of_several_that_were_not_put_the_first_would_have_asked():
    record = with_a_follow_up(told(), asked=Asked.NOT_REACHED)
    last = replace(record.entries[-1], place=Place("last", ROUND), question="And at last?")
    assert by_key(replace(record, entries=(*record.entries, last)))["action"].probe == "And then?"


def test_a_question_that_was_off_route_would_not_have_asked():
    lack = by_key(with_a_follow_up(told(), asked=Asked.OFF_ROUTE, on_route=False))["action"]
    assert lack.probe == "What did you do?"


def test_what_is_no_question_would_not_have_asked():
    record = with_a_follow_up(told(), asked=Asked.NOT_REACHED)
    record = replace(
        record, entries=tuple(replace(e, kind="record") if e.place.item == "more" else e for e in record.entries)
    )
    assert by_key(record)["action"].probe == "What did you do?"


def test_a_part_that_nothing_asks_for_is_worded_as_the_schedule_words_it():
    record = replace(told(), entries=())
    lack = by_key(record)["outcome"]
    assert (lack.probe, lack.place) == ("What came of it?", None)


def test_an_incident_that_the_schedule_names_and_nobody_told_is_named_with_its_opening():
    (found,) = untold(told(), handover())
    assert (found.round, found.parent) == ("S1-rough", "S1")
    assert found.opening == "And of one that went wrong?"
    assert found.asked not in REACHED


def test_where_no_incident_was_asked_for_none_is_missing():
    record = told()
    off = tuple(replace(entry, on_route=False) for entry in record.entries)
    assert not list(untold(replace(record, entries=off), handover()))


@pytest.mark.parametrize("record", [told()])
def test_an_incident_is_complete_if_nothing_that_it_needs_is_missing(record: Record):
    (incident,) = record.incidents
    missing = [lack for lack in lacking(record, handover()) if lack.needed and lack.state is Completeness.MISSING]
    assert incident.complete is not bool(missing)


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_every_part_that_is_not_filled_is_named_once_and_with_words(record: Record):
    unfilled = [
        (incident.id, field.key)
        for incident in record.incidents
        for field in incident.fields
        if field.state is not Completeness.FILLED
    ]
    assert [(lack.incident, lack.key) for lack in lacking(record, handover())] == unfilled
