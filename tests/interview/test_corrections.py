"""Reviewers' corrections in a journal, where earlier versions kept them: they are read, and withheld, as all events."""

from __future__ import annotations

import pytest

from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    Speaking,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.event_json import from_json, to_json
from interview_tui.interview.events import Erased, Place, Stretch, Withheld
from interview_tui.interview.state import fold
from tests.examples import at, handover
from tests.interview.telling import state_of, told

HAPPENED = Place("happened", "S1-rough")
STAMP = at(90_000).stamp
EVERY_KIND = [
    SpeakersSwapped(**STAMP, landmarks=(Speaking(1_000, 9_000, "respondent"), Speaking(10_000, 12_000, "interviewer"))),
    TurnGiven(**STAMP, start_ms=1_000, end_ms=9_000, speaker="interviewer"),
    TalkPlaced(**STAMP, start_ms=21_000, end_ms=24_000, place=HAPPENED),
    TalkReleased(**STAMP, start_ms=21_000, end_ms=24_000),
    NoteTied(**STAMP, note="n2", about_ms=33_000),
    NotePlaced(**STAMP, note="n2", places=(Place("good_handover"),)),
]


def test_corrections_are_read_in_their_order_and_change_nothing_else():
    events = told().events
    corrected = fold(handover(), [*events, *(from_json(to_json(one)) for one in EVERY_KIND)])
    assert corrected.corrections == EVERY_KIND
    assert state_of(corrected) == {**state_of(fold(handover(), events)), "corrections": EVERY_KIND}


@pytest.mark.parametrize(
    ("correction", "is_left"),
    [
        (TalkPlaced(at_ms=9, wall_ms=9, start_ms=32_000, end_ms=39_000, place=HAPPENED), False),
        (TalkPlaced(at_ms=9, wall_ms=9, start_ms=29_000, end_ms=39_000, place=HAPPENED), True),
        (TalkReleased(at_ms=9, wall_ms=9, start_ms=32_000, end_ms=39_000), False),
        (TurnGiven(at_ms=9, wall_ms=9, start_ms=32_000, end_ms=39_000, speaker="interviewer"), False),
        (NoteTied(at_ms=9, wall_ms=9, note="n1", about_ms=33_000), False),
        (NoteTied(at_ms=9, wall_ms=9, note="n1", about_ms=29_000), True),
        (NoteTied(at_ms=9, wall_ms=9, note="n1", about_ms=None), True),
        (NoteTied(at_ms=9, wall_ms=9, note="n2", about_ms=None), False),
        (NotePlaced(at_ms=9, wall_ms=9, note="n2", places=(HAPPENED,)), False),
        (NotePlaced(at_ms=9, wall_ms=9, note="n1", places=(HAPPENED,)), True),
    ],
)
def test_a_correction_of_what_is_withheld_is_gone_while_it_is_and_once_it_is_destroyed(correction, is_left):
    call = told()
    withheld = Withheld(
        at_ms=70_000, wall_ms=70_000, withheld="w1", stretches=(Stretch(30_000, 40_000),), notes=("n2",)
    )
    call.events = [*call.events, correction, withheld]
    before = fold(handover(), call.events)
    call.session.interview = before
    left = call.remaining("w1")
    assert (before.corrections == [correction]) == is_left
    assert (left.corrections, left.events) == (before.corrections, before.events)
    assert any(isinstance(event, Erased) for event in call.events)
    assert (correction in call.events) == is_left
