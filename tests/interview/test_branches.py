"""Two journals of one interview come to the same one, whoever puts them together, in whatever order, however often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interview_tui.interview import branches
from interview_tui.interview.branches import Apart, Outcome, join
from interview_tui.interview.events import (
    AudioRepacked,
    Covered,
    Debriefed,
    DebriefWritten,
    Destroyed,
    Erased,
    Event,
    How,
    InterviewEnded,
    Level,
    NoteTaken,
    Place,
    RecordingAttached,
    Stretch,
    Visited,
    Withheld,
)
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.interview.state import fold
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import NOON_MS

CALL = tuple(conducted())
END_MS = CALL[-1].at_ms
SECRET = "the lift was out of order"


def stamp(at_ms: int, skew_ms: int = 0) -> dict[str, Any]:
    return {"at_ms": END_MS + at_ms, "wall_ms": NOON_MS + END_MS + at_ms + skew_ms}


def one_event(kind: int, way: int, when: dict[str, Any]) -> Event:
    """Something done after the end."""
    match kind:
        case 0:
            return DebriefWritten(**when, box=("went", "note/n1")[way], text="well")
        case 1:
            return DebriefWritten(**when, box="went", text=("well", "badly")[way])
        case 2:
            return Debriefed(**when)
        case 3:
            part = AudioPart("span-001.flac", 0, 8000)
            return AudioRepacked(**when, span=1 + way, parts=(part,), sha256=("ab"[way],))
        case _:
            return Covered(**when, place=Place("paper"), level=Level.OPEN, how=How.SKIPPED, reason="xy"[way])


def end_of(acts: list[tuple[int, int, int]], skew_ms: int) -> tuple[Event, ...]:
    return tuple(one_event(kind, way, stamp(at_ms, skew_ms)) for at_ms, kind, way in sorted(acts))


ACTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 1)), max_size=6)
ENDS = st.builds(end_of, ACTS, st.integers(-5, 5))
"""What one side does after the end, on a clock that may be wrong."""


@cache
def taken_back(*, destroyed: bool) -> tuple[Event, ...]:
    """The call with its first note taken back before the end, and perhaps destroyed."""
    at_end = next(number for number, event in enumerate(CALL) if isinstance(event, InterviewEnded))
    note = next(event for event in CALL if isinstance(event, NoteTaken))
    last = CALL[at_end - 1]
    back = Withheld(
        at_ms=last.at_ms,
        wall_ms=last.wall_ms,
        withheld="w1",
        stretches=(Stretch(note.about_ms, note.at_ms + 1),),
        notes=(note.note,),
        scope="since a note",
    )
    whole = (*CALL[:at_end], back, *CALL[at_end:])
    return (*rid(whole), Destroyed(**stamp(3), withheld="w1", notes=1, recorded_ms=0)) if destroyed else whole


def rid(events: Sequence[Event]) -> tuple[Event, ...]:
    """As destroying leaves a journal."""
    (found,) = branches.destroyed_in([*events, Destroyed(**stamp(0), withheld="w1", notes=0, recorded_ms=0)], events)
    return branches.without(events, [found])


@given(ENDS, ENDS)
def test_both_sides_come_to_the_same_and_stay_there(our_end, their_end):
    ours, theirs = (*CALL, *our_end), (*CALL, *their_end)
    joined = join(ours, theirs)
    assert joined.events == join(theirs, ours).events
    assert join(joined.events, ours).events == join(theirs, joined.events).events == joined.events
    assert {*joined.events} == {*ours, *theirs}
    assert fold(handover(), joined.events).ended


@given(ENDS, ENDS, ENDS)
def test_three_sides_come_to_the_same_by_whatever_way(one, two, three):
    first, second, third = ((*CALL, *end) for end in (one, two, three))
    left = join(join(first, second).events, third).events
    right = join(first, join(second, third).events).events
    assert join(left, right).events == join(right, left).events
    assert sorted(map(repr, left)) == sorted(map(repr, right))


@given(ENDS)
def test_of_a_journal_and_its_beginning_the_longer_holds_as_it_is(end):
    joined = join(CALL, (*CALL, *end))
    assert joined.events == (*CALL, *end)
    assert joined.outcome is (Outcome.THEIRS if end else Outcome.SAME)


def test_a_call_that_went_on_wins_over_its_beginning():
    for at in range(1, len(CALL)):
        assert join(CALL[:at], CALL) == branches.Joined(CALL, Outcome.THEIRS)
        assert join(CALL, CALL[:at]) == branches.Joined(CALL, Outcome.OURS)


def test_two_interviews_under_one_case_stay_apart():
    with pytest.raises(Apart, match="two interviews"):
        join(CALL, conducted(opened_wall_ms=NOON_MS + 1))


def test_a_call_that_both_went_on_with_stays_apart():
    begun = CALL[:-2]
    more = [Visited(**stamp(number), place=Place("post", "S1")) for number in (1, 2)]
    with pytest.raises(Apart, match="went on with the call"):
        join((*begun, more[0]), (*begun, more[1]))
    with pytest.raises(Apart, match="went on with the call"):  # one ended it, the other wrote its debrief
        join((*begun, more[0]), (*begun, DebriefWritten(**stamp(4), box="went", text="well")))


def test_what_both_wrote_into_a_box_is_named_and_the_later_stands():
    ours = (*CALL, DebriefWritten(**stamp(5), box="went", text="well"))
    theirs = (*CALL, DebriefWritten(**stamp(4), box="went", text="badly"))
    joined = join(ours, theirs)
    assert joined.boxes == ("went",)
    assert fold(handover(), joined.events).course.debrief["went"] == "well"


@given(ENDS, ENDS)
@example(end_of([(0, 0, 0)] * 2, 0), end_of([(0, 0, 1)], 0)).via("another box, at the same moment")
def test_what_was_destroyed_on_one_side_comes_back_from_no_other(our_end, their_end):
    ours, theirs = (*taken_back(destroyed=True), *our_end), (*taken_back(destroyed=False), *their_end)
    joined = join(ours, theirs)
    assert joined.events == join(theirs, ours).events
    assert join(theirs, joined.events).events == joined.events
    assert SECRET not in repr(joined.events)
    assert SECRET in repr(theirs)
    assert {*joined.events} >= {event for event in (*our_end, *their_end) if "note/n1" not in repr(event)}
    assert "box='note/n1'" not in repr(joined.events[len(CALL) :])  # what was written about it went as well
    assert fold(handover(), joined.events).soundtrack.withholdings["w1"].destroyed


def test_of_talk_taken_back_after_the_end_all_that_the_other_side_has_is_found():
    note = next(event for event in CALL if isinstance(event, NoteTaken))
    back = Withheld(
        **stamp(1), withheld="w1", stretches=(Stretch(note.about_ms, note.at_ms + 1),), notes=(note.note,), scope="x"
    )
    gone = Destroyed(**stamp(2), withheld="w1", notes=1, recorded_ms=0)
    theirs = (*rid((*CALL, back)), gone)
    assert any(isinstance(event, Erased) for event in theirs)
    (found,) = branches.destroyed_in(theirs, CALL)
    assert found.notes == (note.note,)
    ours = (*CALL, DebriefWritten(**stamp(9), box="note/n1", text="about it"))
    joined = join(ours, theirs)
    assert "about it" not in repr(joined.events)
    assert SECRET not in repr(joined.events)


def test_two_recordings_of_one_name_stay_apart():
    def attached(original: str) -> Event:
        piece = AttachedPiece(3, AudioPart(original, 0, 9), 8000, 1, 0, 0.0, 0.0, "0")
        return RecordingAttached(**stamp(1), attached="a1", original=original, sha256="0", how="hand", pieces=(piece,))

    with pytest.raises(Apart, match="Both attached a recording after the end, each under the name a1"):
        join((*CALL, attached("hers.mp3")), (*CALL, attached("his.mp3")))
    assert join((*CALL, attached("hers.mp3")), (*CALL, Debriefed(**stamp(2)))).events[-2:] == (
        attached("hers.mp3"),
        Debriefed(**stamp(2)),
    )


def test_what_two_sides_destroyed_each_for_itself_is_destroyed_once_in_what_they_come_to():
    ours = taken_back(destroyed=True)
    theirs = (*ours[:-1], replace(ours[-1], at_ms=ours[-1].at_ms + 7))
    joined = join(ours, theirs)
    assert joined.events == join(theirs, ours).events
    assert SECRET not in repr(joined.events)
