"""What an incident still lacks.

An incident can be used when what happened, what was done and what came of it are told in enough detail; Flanagan
(1954) asks for full and precise detail, so that a part with only a few words is thin. The parts themselves, and which
of them are needed, come from the schedule.
"""

from __future__ import annotations

from collections.abc import Sequence

from interview_tui.record.model import Completeness
from interview_tui.record.transcript import INTERVIEWER, Turn

FULL_WORDS = 8  # of the respondent's; a part with fewer, and no full note, is thin
FULL_NOTE_WORDS = 3  # notes are shorthand


def completeness(turns: Sequence[Turn], notes: Sequence[str]) -> Completeness:
    """How well a part is filled by what was said (`turns`; the interviewer's do not count) and by typed notes."""
    said = sum(len(turn.words) for turn in turns if turn.speaker != INTERVIEWER)
    if said >= FULL_WORDS or any(len(note.split()) >= FULL_NOTE_WORDS for note in notes):
        return Completeness.FILLED
    return Completeness.THIN if said or notes else Completeness.MISSING
