"""Reviewers' commands: only once the call is over, and as events among the others."""

from __future__ import annotations

import pytest

from interview_tui.errors import Refused
from interview_tui.interview.corrections import SpeakersSwapped, Speaking, TurnGiven
from interview_tui.interview.event_json import from_json, to_json
from interview_tui.interview.state import fold
from tests.examples import at
from tests.interview.telling import Telling

LANDMARKS = (Speaking(1_000, 9_000, "respondent"), Speaking(10_000, 12_000, "interviewer"))


def ended() -> Telling:
    call = Telling()
    call.give(call.session.end("complete", at(50_000)))
    return call


def test_corrections_are_kept_in_their_order_and_change_nothing_else():
    call = ended()
    before = fold(call.interview.schedule, call.events)
    call.give(call.session.swap_speakers(LANDMARKS, at(60_000)))
    call.give(call.session.give_turn(1_000, 9_000, "interviewer", at(61_000)))
    (swapped, given) = call.interview.corrections
    assert isinstance(swapped, SpeakersSwapped)
    assert swapped.landmarks == LANDMARKS
    assert given == TurnGiven(**at(61_000).stamp, start_ms=1_000, end_ms=9_000, speaker="interviewer")
    assert call.interview.visits() == before.visits()
    assert call.interview.withheld() == before.withheld()


def test_corrections_come_back_from_the_journal():
    call = ended()
    told = call.session.swap_speakers(LANDMARKS, at(60_000)) + call.session.give_turn(5, 6, "", at(61_000))
    assert tuple(from_json(to_json(event)) for event in told) == told


def test_nothing_is_corrected_while_the_call_goes_on():
    call = Telling()
    with pytest.raises(Refused, match="not over yet"):
        call.session.swap_speakers(LANDMARKS, at(50_000))
    with pytest.raises(Refused, match="not over yet"):
        call.session.give_turn(1_000, 9_000, "interviewer", at(50_000))
    assert call.interview.corrections == []


def test_nothing_said_cannot_be_given_to_anybody():
    call = ended()
    with pytest.raises(Refused, match="nothing said"):
        call.session.give_turn(9_000, 9_000, "interviewer", at(60_000))
    assert call.interview.corrections == []
