"""Who said what, put right by a reviewer: what is given to the review, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.interview.events import Stretch
from interview_tui.record.edits import OTHER, next_speaker
from interview_tui.record.model import Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.tui.ports import Correction

WHOSE = {INTERVIEWER: "the interviewer's", RESPONDENT: "the respondent's"}
NO_TURN = "Choose a turn: what somebody said can be given to the other one."
NOBODY = "Nobody is told apart here, so there is nothing to swap. Give the turns one by one: g."


@dataclass(frozen=True, slots=True)
class Attribution:
    """A correction, and what is said once it is made."""

    correction: Correction
    done: str


def swap(record: Record) -> Attribution | None:
    """Swap the two speakers of the whole interview; None if nobody is told apart in it."""
    if not any(placed.turn.speaker in OTHER for placed in record.turns):
        return None
    return Attribution(
        lambda reviewing, now: reviewing.swap_speakers(now),
        "Interviewer and respondent are swapped in the whole interview. x swaps them back.",
    )


def give(record: Record, said: Stretch) -> Attribution | None:
    """Give a turn, which lies here, on to the next speaker; None if there is no such turn any more."""
    turn = next((placed.turn for placed in record.turns if placed.turn.stretch == said), None)
    if turn is None:
        return None
    to, heard = next_speaker(turn), turn.heard_as or turn.speaker
    whose = WHOSE.get(to, "nobody's")
    kept = to if to != heard else ""
    return Attribution(
        lambda reviewing, now: reviewing.give(said, kept, now),
        f"This turn is {whose} again, as it was heard." if to == heard else f"This turn is {whose} now; g gives it on.",
    )
