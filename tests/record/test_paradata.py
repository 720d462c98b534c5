"""What was done in a call, told without a word of what was said."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TalkReleased, TurnGiven
from interview_tui.interview.event_json import EVENT_TYPES
from interview_tui.interview.events import (
    Answered,
    AudioRepacked,
    CameBackOnRecord,
    Consented,
    Covered,
    DeadlineSet,
    DebriefWritten,
    Destroyed,
    Erased,
    Event,
    Flagged,
    How,
    InterviewEnded,
    Level,
    Move,
    NoteFiled,
    NoteTaken,
    Place,
    RecordingAttached,
    Restored,
    RoundAttached,
    RoundOpened,
    SpanClosed,
    SpanOpened,
    Stretch,
    ThirdPartyNoted,
    Trimmed,
    Visited,
    WentOffRecord,
    Withheld,
)
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.record.paradata import DEEDS, Step, paradata
from tests.examples import WALL_MS
from tests.strategies import events
from tests.telling import told

PLACE = Place("happened", "S1-good")
SAID = "Philip Ashworth rang"


def at(at_ms: int) -> dict[str, Any]:
    return {"at_ms": at_ms, "wall_ms": WALL_MS + at_ms}


def note(at_ms: int, name: str = "n1", about_ms: int | None = None, **more: Any) -> NoteTaken:
    about_ms = at_ms if about_ms is None else about_ms
    return NoteTaken(
        **at(at_ms),
        note=name,
        text=SAID,
        first_key_ms=at_ms,
        about_ms=about_ms,
        places=(PLACE,),
        names=("Philip",),
        **more,
    )


def visit(at_ms: int, place: Place = PLACE) -> Visited:
    return Visited(**at(at_ms), place=place)


def withheld(at_ms: int, start_ms: int, end_ms: int, **more: Any) -> Withheld:
    return Withheld(**at(at_ms), withheld="w1", stretches=(Stretch(start_ms, end_ms),), **more)


def deeds(*happened: Event) -> list[tuple[int, str]]:
    return [(step.at_ms, step.did) for step in paradata(happened)]


def test_every_event_that_is_told_of_has_a_name_of_its_own() -> None:
    assert {*DEEDS, Erased} == set(EVENT_TYPES.values())
    assert len(set(DEEDS.values())) == len(DEEDS)


def test_a_call_is_told_step_by_step() -> None:
    steps = paradata(told("P31", "ward", {"smooth": {"event": SAID, "action": "!I went up"}}))
    assert [(step.did, step.item, step.round, step.more) for step in steps if step.did in ("round opened", "note")] == [
        ("round opened", "", "S1", "shift"),
        ("round opened", "", "S1-smooth", "incident"),
        ("note", "happened", "S1-smooth", "n1, 20 characters"),
        ("note", "did", "S1-smooth", "n2, 9 characters"),
    ]
    assert (steps[0].did, steps[-1].did, steps[-1].more) == ("opened", "ended", "complete, everything so far")
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)
    assert all(step.wall_ms == WALL_MS + step.at_ms for step in steps)


@pytest.mark.parametrize(
    ("event", "step"),
    [
        (Visited(**at(1), place=PLACE, by=Move.JUMP), ("visit", "happened", "S1-good", "", "jump")),
        (Answered(**at(1), place=Place("been"), value=("yes",), line="given"), ("answer", "been", "", "given", "")),
        (Answered(**at(1), place=Place("been", "", "taken"), value=("no",)), ("answer", "been", "", "taken", "")),
        (
            Consented(**at(1), place=Place("may_record"), consent="recording", script=SAID, given=False, occasion=SAID),
            ("consent asked for", "may_record", "", "", "again"),
        ),
        (note(1, before_consent=True), ("note", "happened", "S1-good", "", "n1, 20 characters, before consent")),
        (NoteFiled(**at(1), note="n1", places=()), ("note filed", "", "", "", "n1")),
        (NotePlaced(**at(1), note="n1", places=(PLACE,)), ("note placed", "happened", "S1-good", "", "n1")),
        (
            Covered(**at(1), place=PLACE, level=Level.DONE, how=How.SKIPPED, reason=SAID),
            ("coverage", "happened", "S1-good", "", "done, skipped"),
        ),
        (RoundOpened(**at(1), round="S1", loop="shift", key="1"), ("round opened", "", "S1", "", "shift")),
        (RoundAttached(**at(1), round="S1-good", parent="S2"), ("round attached", "", "S1-good", "", "to S2")),
        (
            SpanOpened(**at(1), span=1, rate=48_000, channels=2, source="Philip's phone"),
            ("recording began", "", "", "", "48000 Hz, 2 channels"),
        ),
        (
            SpanClosed(**at(1), span=1, start_ms=0, frames=1, parts=(), reason=SpanEnd.PAUSE),
            ("recording ended", "", "", "", "pause, 1 frame"),
        ),
        (
            AudioRepacked(**at(1), span=1, parts=(AudioPart("philip.flac", 0, 9),), sha256=("a",)),
            ("recording packed", "", "", "", "1 file"),
        ),
        (
            RecordingAttached(**at(1), attached="a1", original="Philip.m4a", sha256="a", how="hand", pieces=()),
            ("recording attached", "", "", "", "0 pieces"),
        ),
        (
            Destroyed(**at(1), withheld="w1", notes=3, recorded_ms=61_250),
            ("talk destroyed", "", "", "", "61.2 s recorded"),
        ),
        (ThirdPartyNoted(**at(1), present=True), ("third party", "", "", "", "present")),
        (ThirdPartyNoted(**at(1), present=False), ("third party", "", "", "", "gone")),
        (DeadlineSet(**at(1), deadline_ms=600_001), ("deadline", "", "", "", "in 600.0 s")),
        (DeadlineSet(**at(1), deadline_ms=None), ("deadline", "", "", "", "none")),
        (Trimmed(**at(1), places=(PLACE, PLACE)), ("items trimmed", "", "", "", "2 items")),
        (DebriefWritten(**at(1), box="went", text=SAID), ("debrief", "", "", "", "20 characters")),
        (InterviewEnded(**at(1), outcome=SAID, reason=SAID), ("ended", "", "", "", "everything so far")),
        (TurnGiven(**at(1), start_ms=0, end_ms=1_500, speaker=SAID), ("turn given", "", "", "", "1.5 s")),
        (
            TalkPlaced(**at(1), start_ms=0, end_ms=1_500, place=PLACE),
            ("talk placed", "happened", "S1-good", "", "1.5 s"),
        ),
        (TalkPlaced(**at(1), start_ms=0, end_ms=500, place=None), ("talk placed", "", "", "", "0.5 s")),
    ],
)
def test_a_step_says_what_was_done_where_and_what_else_is_nobodys_words(
    event: Event, step: tuple[str, str, str, str, str]
) -> None:
    did, item, round_id, line, more = step
    assert paradata([event]) == (Step(1, WALL_MS + 1, did, item, round_id, line, more),)


def test_of_what_was_done_while_talk_was_withheld_only_the_times_are_left() -> None:
    happened = (
        visit(1_000),
        visit(5_000),
        note(6_000),
        Answered(**at(6_500), place=PLACE, value=("yes",)),
        Covered(**at(7_000), place=PLACE, level=Level.DONE, how=How.ASKED),
        Flagged(**at(8_000), flag="f1", place=PLACE),
        SpanClosed(**at(8_500), span=1, start_ms=0, frames=9, parts=(), reason=SpanEnd.LOST),
        visit(10_000),
        withheld(12_000, 5_000, 10_000),
    )
    assert deeds(*happened) == [
        (1_000, "visit"),
        (5_000, "withheld from here"),
        (8_500, "recording ended"),
        (10_000, "visit"),
        (12_000, "talk taken back"),
    ]
    hole, *_, taken_back = (step for step in paradata(happened) if step.did not in ("visit", "recording ended"))
    assert (hole.wall_ms, hole.item, hole.more, taken_back.more) == (WALL_MS + 5_000, "", "5.0 s", "1 stretch, 5.0 s")


def test_what_is_restored_is_told_after_all() -> None:
    happened = visit(5_000), withheld(12_000, 5_000, 10_000), Restored(**at(13_000), withheld="w1")
    assert deeds(*happened) == [(5_000, "visit"), (12_000, "talk taken back"), (13_000, "talk restored")]


def test_what_was_done_off_the_record_is_left_out_to_the_end_of_the_call_if_need_be() -> None:
    off = visit(1_000), WentOffRecord(**at(2_000)), visit(3_000)
    back = CameBackOnRecord(**at(4_000)), visit(4_000)
    ended = (1_000, "visit"), (2_000, "off the record")
    assert deeds(*off) == [*ended]
    assert deeds(*off, *back) == [*ended, (4_000, "on the record"), (4_000, "visit")]
    assert deeds(*off, *back, WentOffRecord(**at(5_000)), visit(6_000))[-1] == (5_000, "off the record")


@pytest.mark.parametrize(
    "about_it",
    [
        (note(20_000), withheld(21_000, 5_000, 10_000, notes=("n1",))),
        (note(20_000, about_ms=6_000), withheld(21_000, 5_000, 10_000)),
        (note(6_000), withheld(21_000, 5_000, 10_000), NoteFiled(**at(22_000), note="n1", places=(PLACE,))),
        (note(6_000), withheld(21_000, 5_000, 10_000), NoteTied(**at(22_000), note="n1", about_ms=1)),
        (withheld(21_000, 5_000, 10_000), TurnGiven(**at(22_000), start_ms=9_999, end_ms=11_000, speaker="x")),
        (withheld(21_000, 5_000, 10_000), TalkPlaced(**at(22_000), start_ms=0, end_ms=5_001, place=PLACE)),
        (withheld(21_000, 5_000, 10_000), TalkReleased(**at(22_000), start_ms=6_000, end_ms=7_000)),
        (withheld(21_000, 5_000, 10_000), Erased(**at(22_000), withheld="w1")),
    ],
)
def test_what_concerns_withheld_talk_is_left_out_whenever_it_was_done(about_it: tuple[Event, ...]) -> None:
    assert deeds(*about_it) == [(5_000, "withheld from here"), (21_000, "talk taken back")]


def test_talk_beside_what_is_withheld_is_told() -> None:
    beside = TurnGiven(**at(22_000), start_ms=10_000, end_ms=11_000, speaker="x")
    assert (22_000, "turn given") in deeds(withheld(21_000, 5_000, 10_000), beside)


WHERE = ("item", "round", "line", "loop", "key", "parent", "note", "withheld")
"""The fields of events that are ids of the schedule or of the program, not words."""


def marked(value: Any, name: str = "") -> Any:
    """A value of an event with every text that is somebody's words replaced by a secret."""
    if isinstance(value, tuple):
        return tuple(marked(each, name) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return dataclasses.replace(value, **{each: marked(getattr(value, each), each) for each in names})
    return f"SECRET{value}" if type(value) is str and name not in WHERE else "id" if type(value) is str else value


@settings(deadline=None, max_examples=50)
@given(st.lists(events().map(marked), max_size=4))
def test_whatever_happens_nobodys_words_are_in_a_step(happened: list[Event]) -> None:
    steps = paradata(happened)
    assert not any("SECRET" in text for step in steps for text in dataclasses.astuple(step) if isinstance(text, str))
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)
    assert {step.did for step in steps} <= {*DEEDS.values(), "withheld from here"}
