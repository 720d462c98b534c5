"""Reviewers' commands: only once the call is over, and as events among the others."""

from __future__ import annotations

import pytest

from interview_tui.errors import Refused
from interview_tui.interview import rounds
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
from interview_tui.interview.events import Erased, Place, RoundOpened, Stretch, Withheld
from interview_tui.interview.session import Session
from interview_tui.interview.state import fold
from interview_tui.interview.withholding import since
from interview_tui.record.attribution.candidates import possible
from interview_tui.schedule.reader import read_schedule
from tests.examples import at, handover
from tests.interview.telling import Telling, state_of, told

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


HAPPENED = Place("happened", "S1-rough")


def over(*, withheld=()):
    """The call of `told`, 10 s of it withheld where that is said, and over at 80 s."""
    call = told()
    for start_ms in withheld:
        call.take_back(since(call.interview, start_ms, start_ms + 10_000, "since then"), 70_000)
    call.give(call.session.end("complete", at(80_000)))
    return call


def commands(call):
    """Every correction of where something belongs."""
    session = call.session
    return {
        "place": lambda: session.place_talk(21_000, 24_000, HAPPENED, at(90_000)),
        "release": lambda: session.release_talk(21_000, 24_000, at(90_000)),
        "tie": lambda: session.tie_note("n2", 33_000, at(90_000)),
        "note": lambda: session.place_note("n2", [Place("paper")], at(90_000)),
    }


def test_where_talk_and_notes_belong_is_kept_and_comes_back_from_the_journal():
    call = over()
    for command in commands(call).values():
        call.give(command())
    stamp = at(90_000).stamp
    assert call.interview.corrections == [
        TalkPlaced(**stamp, start_ms=21_000, end_ms=24_000, place=HAPPENED),
        TalkReleased(**stamp, start_ms=21_000, end_ms=24_000),
        NoteTied(**stamp, note="n2", about_ms=33_000),
        NotePlaced(**stamp, note="n2", places=(Place("paper"),)),
    ]
    assert [from_json(to_json(event)) for event in call.events] == call.events


def test_a_note_that_a_reviewer_places_stays_filed_and_covers_no_question():
    call, before = over(), state_of(over().interview)
    call.give(call.session.place_note("n2", [Place("good_handover")], at(90_000)))
    assert state_of(call.interview) == {**before, "corrections": call.interview.corrections}


@pytest.mark.parametrize("command", ["place", "release", "tie", "note"])
def test_nothing_is_placed_while_the_call_goes_on(command):
    with pytest.raises(Refused, match="not over yet"):
        commands(told())[command]()


REFUSALS = [
    (lambda s: s.place_talk(21_000, 24_000, Place("nowhere"), at(90_000)), "no item 'nowhere' in the schedule"),
    (lambda s: s.place_talk(21_000, 24_000, Place("happened"), at(90_000)), "no item 'happened' in the schedule"),
    (lambda s: s.place_talk(21_000, 24_000, Place("paper", "S1"), at(90_000)), "no item 'paper' in S1"),
    (lambda s: s.place_talk(21_000, 24_000, Place("paper", "S9"), at(90_000)), "no item 'paper' in S9"),
    (lambda s: s.place_talk(21_000, 24_000, Place("post", "S9"), at(90_000)), "no item 'post' in S9"),
    (lambda s: s.place_talk(21_000, 21_000, None, at(90_000)), "nothing said"),
    (lambda s: s.place_talk(80_000, 85_000, None, at(90_000)), r"At 80\.0 s there was no call"),
    (lambda s: s.place_talk(-9_000, 0, None, at(90_000)), r"At -9\.0 s there was no call"),
    (lambda s: s.place_talk(51_000, 59_000, HAPPENED, at(90_000)), "withheld"),
    (lambda s: s.release_talk(62_000, 69_000, at(90_000)), "withheld"),
    (lambda s: s.release_talk(24_000, 21_000, at(90_000)), "nothing said"),
    (lambda s: s.tie_note("n9", 21_000, at(90_000)), "no note n9"),
    (lambda s: s.tie_note("n1", 80_000, at(90_000)), "no call"),
    (lambda s: s.tie_note("n1", 55_000, at(90_000)), "withheld"),
    (lambda s: s.place_note("n9", [HAPPENED], at(90_000)), "no note n9"),
    (lambda s: s.place_note("n1", [HAPPENED, Place("nowhere")], at(90_000)), "no item 'nowhere'"),
]


@pytest.mark.parametrize(("command", "says"), REFUSALS)
def test_what_cannot_be_corrected_is_refused_with_a_sentence_and_changes_nothing(command, says):
    call = over(withheld=[50_000])
    known = call.interview.events
    with pytest.raises(Refused, match=says):
        command(call.session)
    assert call.interview.events == known


def test_a_turn_that_goes_on_after_what_was_taken_back_can_be_placed():
    call = over(withheld=[50_000])
    call.give(call.session.place_talk(45_000, 59_000, HAPPENED, at(90_000)))
    assert len(call.interview.corrections) == 1


def test_a_round_that_was_never_opened_is_opened_first_and_those_before_it():
    call = Telling()
    call.give(call.session.end("complete", at(80_000)))
    given = call.give(call.session.place_talk(21_000, 24_000, Place("happened", "S2-rough"), at(90_000)))
    assert [event.round for event in given if isinstance(event, RoundOpened)] == ["S1", "S2", "S2-rough"]
    assert {"S1", "S2", "S2-rough"} == set(call.interview.rounds)


def test_a_note_that_is_placed_in_a_round_opens_it_too():
    call = over()
    call.give(call.session.place_note("n2", [Place("outcome", "S1-smooth")], at(90_000)))
    assert "S1-smooth" in call.interview.rounds


WARDS = """\
schedule: Wards
version: 1
sections:
- section: Wards
  repeat: ward
  at least: 1
  at most: 3
  again: Another ward?
  each:
    - section: Patients
      repeat: patient
      at least: 2
      at most: 3
      again: Another patient?
      each:
        - ask: How was it?
          id: how
"""


def test_only_rounds_that_are_numbered_before_it_in_the_same_round_are_opened_with_one():
    session, _ = Session.open(read_schedule(WARDS, "wards.yaml"), "P01", "AB", at(0), at_first_item=False)
    session.end("complete", at(80_000))
    given = session.place_talk(21_000, 24_000, Place("how", "W2-P2"), at(90_000))
    assert [event.round for event in given if isinstance(event, RoundOpened)] == ["W1", "W2", "W2-P1", "W2-P2"]


def test_every_round_that_the_merge_may_open_can_be_opened_by_a_reviewer():
    for call in (Telling(), told()):
        laid = possible(call.interview)
        found = rounds.possible(handover(), call.interview.rounds)
        assert {**laid.rounds, **laid.expected} == found


def test_no_more_rounds_can_be_opened_than_the_schedule_allows():
    call = over()
    call.give(call.session.place_talk(21_000, 24_000, Place("post", "S2"), at(90_000)))
    with pytest.raises(Refused, match="no item 'post' in S3"):
        call.session.place_talk(21_000, 24_000, Place("post", "S3"), at(90_000))


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
