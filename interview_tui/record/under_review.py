"""An interview with all that its review goes by: what its screens show."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.interview.state import Interview
from interview_tui.record.merge import merge
from interview_tui.record.model import Record
from interview_tui.record.queue import QueuedDoubt, review_queue
from interview_tui.record.review.log import Log
from interview_tui.record.review.review import Review, review_of
from interview_tui.record.transcript import Transcript
from interview_tui.schedule.model import Schedule


@dataclass(frozen=True, slots=True)
class UnderReview:
    """An interview as its journal has it, what the machine heard of it, what was changed since, and what comes of all.

    `machine` is the transcript as it was heard, which no review changes; None before there is one. `queue` are the
    doubts about the record, by time, those that are settled too. `damaged` is a sentence for everything that was kept
    of the review and cannot be read: what was changed there is not in here.
    """

    interview: Interview
    machine: Transcript | None
    log: Log
    review: Review
    record: Record
    queue: tuple[QueuedDoubt, ...]
    damaged: tuple[str, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """What it was conducted with."""
        return self.interview.schedule

    @property
    def open_doubts(self) -> tuple[QueuedDoubt, ...]:
        """Those that nobody has looked into."""
        return tuple(doubt for doubt in self.queue if not doubt.settled)


def under_review(
    interview: Interview, machine: Transcript | None, log: Log, damaged: tuple[str, ...] = ()
) -> UnderReview:
    """An interview with everything that follows from its journal, its transcript and its review."""
    review = review_of(log)
    record = merge(interview, machine, review)
    queue = review_queue(record, interview.schedule, review, log.conflicts(), interview.corrections)
    return UnderReview(interview, machine, log, review, record, queue, damaged)
