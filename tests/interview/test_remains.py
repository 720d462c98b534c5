"""What is left of an interview: when what was withheld is destroyed, when not all of it may be kept."""

import dataclasses
import re

import pytest

from interview_tui.interview.events import Erased, Kept, Level, Place, Stretch
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.withholding import (
    everything,
    remains,
    since_note,
    since_question,
    whole_round,
)
from tests.examples import at
from tests.interview.telling import Telling, shown, state_of, told

ROUND = "S1-rough"


@pytest.mark.parametrize("scope", ["note", "question", "incident", "everything"])
def test_what_is_destroyed_leaves_only_times(scope):
    call = told()
    call.give(call.session.tick([Place("been")], Level.DONE, at(59_000), note="n3"))
    call.give(call.session.refile("n4", [Place("outcome", ROUND)], at(59_500)))
    proposal = {
        "note": since_note(call.interview, "n2", 70_000),
        "question": since_question(call.interview, 70_000),
        "incident": whole_round(call.interview, ROUND, 70_000),
        "everything": everything(call.interview, 70_000),
    }[scope]
    withheld = call.take_back(proposal, 70_000)
    inside = [*(note.text for note in proposal.notes), *(note.id for note in proposal.notes)]
    before = state_of(call.interview)
    left = call.remaining(withheld)
    assert state_of(left) == before
    for gone in inside:
        assert repr(gone) not in str(call.events)
    assert any(isinstance(event, Erased) for event in call.events)
    assert left.events == call.interview.events


def test_what_is_not_destroyed_stays_word_for_word():
    call = told()
    withheld = call.take_back(since_note(call.interview, "n3", 70_000), 70_000)
    changed = remains(call.events, call.interview.soundtrack.withholdings[withheld])
    assert {type(call.events[number]).__name__ for number in changed} == {"NoteTaken", "Answered", "Withheld"}
    assert [event.at_ms for event in changed.values()] == [call.events[number].at_ms for number in changed]


def test_one_withholding_is_destroyed_and_the_other_is_still_withheld():
    call = told()
    first = call.take_back(since_note(call.interview, "n4", 70_000), 70_000)
    second = call.take_back(since_note(call.interview, "n2", 70_000), 71_000)
    left = call.remaining(first)
    assert list(left.notes) == ["n1"]
    call.remaining(second)
    assert "Lamb" not in str(call.events)


@pytest.mark.parametrize(
    ("kept", "notes", "sound"),
    [(Kept.ALL, 4, True), (Kept.NOTES, 4, False), (Kept.NOTHING, 0, False)],
)
def test_an_end_keeps_what_may_be_kept(kept, notes, sound):
    call = told()
    call.begin(70_000)
    call.pause(80_000, SpanEnd.STOP)
    call.give(call.session.end("partial", at(81_000), kept=kept))
    assert len(call.interview.notes) == notes
    assert bool(call.interview.timeline().clips(0, 1_000_000)) == sound
    assert (
        not call.interview.withheld() or kept is not Kept.ALL or call.interview.withheld() == [Stretch(60_000, 70_000)]
    )


def run_on(call, number, ms):
    """A span turns out to hold some more sound, as that of a clock that runs fast does."""
    span = call.interview.spans[number]
    parts = (dataclasses.replace(span.parts[0], frames=span.frames + ms),)
    call.interview.soundtrack.spans[number] = dataclasses.replace(span, frames=span.frames + ms, parts=parts)


def test_where_nothing_is_kept_not_a_frame_of_a_fast_clock_is():
    call = told()
    call.begin(70_000)
    call.pause(80_000, SpanEnd.STOP)
    run_on(call, 2, 400)
    call.give(call.session.end("withdrawn", at(80_000), kept=Kept.NOTHING))
    assert call.interview.timeline().clips(0, 1_000_000) == []
    assert not re.search(r"heard\d", shown(call.interview))


def test_no_sound_from_off_the_record_is_heard_while_the_record_is_still_left():
    call = Telling()
    call.begin(20_000)
    call.give(call.session.go_off_record(at(30_000)))
    call.pause(33_000, SpanEnd.OFF_RECORD)
    run_on(call, 1, 2000)
    assert not re.search(r"heard3\d", shown(call.interview))
    assert "heard29" in shown(call.interview)
    assert call.interview.timeline().clips(30_000, 60_000) == []
