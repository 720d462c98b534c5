"""What was destroyed is in no edit any more; every other edit stays as it was."""

from __future__ import annotations

import pytest

from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TurnGiven
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.facts import Withholding
from interview_tui.record.review.changes import (
    Quoted,
    ReviewState,
    Settled,
    StateReached,
    TurnCut,
    Undone,
    WordsCorrected,
)
from interview_tui.record.review.log import Edit
from interview_tui.record.review.remains import remains
from tests.examples import at

AT = at(90_000).stamp
FOUND = Withholding("w1", 70_000, (Stretch(30_000, 40_000),), ("n2",), ())
WIDE = (Stretch(29_500, 40_500), Stretch(30_000, 40_000))
NOTHING = Undone(**AT, edit="")


def left_of(change):
    edit = Edit("e1", "ann", "lab", ("e0",), change)
    left = remains(edit, FOUND, WIDE)
    assert (left.id, left.by, left.machine, left.seen) == ("e1", "ann", "lab", ("e0",))
    return left.change


def words(start_ms, end_ms):
    return WordsCorrected(
        **AT, start_ms=start_ms, end_ms=end_ms, heard="respondent", before="the lift", after="the shift"
    )


@pytest.mark.parametrize(
    "change",
    [
        words(32_000, 33_000),
        words(25_000, 29_600),
        words(20_000, 50_000),
        TurnGiven(**AT, start_ms=32_000, end_ms=33_000, speaker="interviewer"),
        TalkPlaced(**AT, start_ms=30_000, end_ms=40_000, place=Place("paper")),
        NotePlaced(**AT, note="n2", places=(Place("paper"),)),
        NoteTied(**AT, note="n1", about_ms=33_000),
    ],
)
def test_of_words_and_corrections_of_what_is_gone_nothing_is_left_but_when_they_were_made(change):
    assert left_of(change) == NOTHING


def test_what_was_remarked_about_it_is_gone_and_its_times_stay():
    quoted = Quoted(**AT, start_ms=39_000, end_ms=45_000, heard="respondent", comment="the lift")
    settled = Settled(**AT, start_ms=39_000, end_ms=45_000, doubt="loop", comment="the lift")
    assert left_of(quoted) == Quoted(**AT, start_ms=39_000, end_ms=45_000, heard="respondent")
    assert left_of(settled) == Settled(**AT, start_ms=39_000, end_ms=45_000, doubt="loop")


@pytest.mark.parametrize(
    "change",
    [
        words(25_000, 29_500),
        words(40_500, 41_000),
        Quoted(**AT, start_ms=41_000, end_ms=45_000, heard="respondent", comment="the stairs"),
        TurnGiven(**AT, start_ms=29_000, end_ms=33_000, speaker="interviewer"),
        NotePlaced(**AT, note="n1", places=(Place("paper"),)),
        TurnCut(**AT, cut_ms=33_000, heard="respondent"),
        StateReached(**AT, state=ReviewState.CHECKED, comment="all heard"),
    ],
)
def test_what_is_about_other_talk_stays_as_it_was(change):
    assert left_of(change) == change
