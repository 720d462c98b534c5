"""What the review of an interview adds up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from interview_tui.interview.corrections import Correction
from interview_tui.interview.events import Stretch
from interview_tui.record.edits import relabelled
from interview_tui.record.review.changes import (
    Quoted,
    ReviewState,
    Settled,
    StateReached,
    TurnCut,
    TurnsJoined,
    WordsCorrected,
)
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.words import reworded
from interview_tui.record.transcript import Turn

Rewording = WordsCorrected | TurnCut | TurnsJoined


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch worth quoting: the edit that says so, who is heard there, and what for."""

    edit: str
    stretch: Stretch
    heard: str
    comment: str


@dataclass(frozen=True, slots=True)
class Review:
    """What holds of a review: changed words and turns, corrections, quotations, doubts looked into, how far it is."""

    rewordings: tuple[Rewording, ...] = ()
    corrections: tuple[Correction, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    settled: tuple[Settled, ...] = ()
    state: ReviewState = ReviewState.TRANSCRIBED
    states: tuple[Edit, ...] = ()  # every step from one state to another, in order

    def heard(self, turns: Iterable[Turn], before: Sequence[Correction] = ()) -> list[Turn]:
        """A transcript's turns as they are after the review; `before` are corrections of the call's journal."""
        return relabelled(reworded(turns, self.rewordings), [*before, *self.corrections])


def review_of(log: Log) -> Review:
    """The review that a log adds up to."""
    held = log.holding
    states = tuple(edit for edit in held if isinstance(edit.change, StateReached))
    last = states[-1].change if states else None
    return Review(
        rewordings=tuple(edit.change for edit in held if isinstance(edit.change, Rewording)),
        corrections=tuple(edit.change for edit in held if isinstance(edit.change, get_args(Correction))),
        quotations=tuple(
            Quotation(
                edit.id, Stretch(edit.change.start_ms, edit.change.end_ms), edit.change.heard, edit.change.comment
            )
            for edit in held
            if isinstance(edit.change, Quoted)
        ),
        settled=tuple(edit.change for edit in held if isinstance(edit.change, Settled)),
        state=last.state if isinstance(last, StateReached) else ReviewState.TRANSCRIBED,
        states=states,
    )
