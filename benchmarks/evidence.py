"""The sources of evidence of the merge, to be left out one at a time.

A source is what the attribution weighs (`FloorWeights`, `AsideWeights`) or is given (moves); leaving it out
sets these to what says nothing. The other weights stay as they are: they were not chosen anew for what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from unittest.mock import patch

from interview_tui.interview.state import Interview
from interview_tui.record import merge as merging
from interview_tui.record.attribution.attribution import ASIDES, FLOOR, attribute
from interview_tui.record.attribution.weights import AsideWeights, FloorWeights
from interview_tui.record.model import Record
from interview_tui.record.transcript import Transcript

NEVER = 1e6
FLAT = 3.0
"""What coming to any other question costs where the order of the schedule is left out: of 0 to 6 what loses least."""


@dataclass(frozen=True)
class Evidence:
    """What a merge has to go by."""

    floor: FloorWeights = FLOOR
    asides: AsideWeights = ASIDES
    moves: bool = True


ALL = Evidence()
SOURCES: dict[str, Evidence] = {
    # how like the schedule's questions is what is said; how often she forgets to move is still estimated by that
    "wording": Evidence(
        floor=replace(FLOOR, wording=0.0, unasked=0.0, answer=0.0), asides=replace(ASIDES, wording=0.0)
    ),
    # where her screen stood, and where she filed a note by it; the rounds that she opened stay open
    "moves": Evidence(moves=False),
    # any question may follow any other
    "order": Evidence(
        floor=replace(
            FLOOR,
            jump=0.0,
            hop=0.0,
            open_round=0.0,
            begin=0.0,
            advance=FLOOR.advance - FLAT,
            statement=FLOOR.statement + FLAT,
            by_answer=FLOOR.by_answer + FLAT,
        )
    ),
    # who speaks, and whether it is a question
    "turn-taking": Evidence(floor=replace(FLOOR, advance=0.0, statement=0.0, by_answer=0.0)),
    # what notes name; which words prompted them is told as before
    "notes": Evidence(floor=replace(FLOOR, named=0.0), asides=replace(ASIDES, named=0.0)),
    # that somebody says that they leave the question, and what is said of it then
    "detours": Evidence(asides=replace(ASIDES, detour=NEVER, said=0.0, recalled=0.0)),
    # nothing is ever beside the question before them
    "asides": Evidence(asides=replace(ASIDES, enter=NEVER, outlast=NEVER)),
}


def merged(interview: Interview, transcript: Transcript, evidence: Evidence = ALL) -> Record:
    """The record of an interview as the program merges it, going by `evidence` only."""
    if not evidence.moves:
        interview = without_moves(interview)
    weighing = partial(attribute, floor_weights=evidence.floor, aside_weights=evidence.asides)
    with patch.object(merging, "attribute", weighing):
        return merging.merge(interview, transcript)


def without_moves(interview: Interview) -> Interview:
    """An interview of which it is not known where the screen stood, nor so where its notes were filed."""
    notes = {name: replace(note, places=()) for name, note in interview.notes.items()}
    return replace(interview, moves=[], notes=notes, memo={})
