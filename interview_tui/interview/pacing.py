"""Time: what was planned, what it took, what is left to ask, and what to leave out so that it fits.

The plan gives every section its minutes, shared equally by its questions. Her own pace is the time she took over the
time that was planned for what is covered, drawn towards 1 by five minutes that went by the plan, so that the first
questions do not upset everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from interview_tui.interview import route
from interview_tui.interview.events import Level, Place, Stretch
from interview_tui.interview.facts import joined
from interview_tui.interview.route import Step
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Kind, Priority

PRIOR_MS = 5 * 60_000
UNPLANNED_MS = 40_000
"""A question of a section without minutes."""
MINUTE_MS = 60_000
TIMED = (Kind.SAY, Kind.ASK, Kind.PROBE)


@dataclass(frozen=True, slots=True)
class Share:
    """What is left to ask of one priority: how many questions, how long they take at her pace (ms)."""

    questions: int = 0
    takes_ms: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the call stands in time (ms).

    `planned_ms` is what the plan gives what is covered, `spent_ms` what it took, `left_ms` what is left until the
    participant must leave (`has_deadline`) or the planned minutes are over; `over_ms` by how much what is left to ask
    does not fit into that (negative: room). `drops` is what trimming would leave out.
    """

    planned_ms: int
    spent_ms: int
    left_ms: int
    has_deadline: bool
    must: Share
    should: Share
    could: Share
    drops: tuple[Place, ...]

    @property
    def behind_ms(self) -> int:
        """How much later she is than the plan; negative when she is ahead."""
        return self.spent_ms - self.planned_ms

    @property
    def over_ms(self) -> int:
        """By how much what is left to ask does not fit into what is left."""
        return self.must.takes_ms + self.should.takes_ms + self.could.takes_ms - self.left_ms


def pace(interview: Interview, now_ms: int) -> Pace:
    """The time plan at a moment of the call clock."""
    steps = [step for step in route.steps(interview) if step.kind in TIMED and step.is_stop]
    planned = _planned(steps)
    covered = [step for step in steps if interview.covered(step.place).level is not Level.OPEN]
    planned_ms = sum(planned[step.place] for step in covered)
    spent_ms = _spent_ms(interview, now_ms)
    factor = (PRIOR_MS + spent_ms) / (PRIOR_MS + planned_ms)
    waiting = [step for step in _from_here(interview, steps) if _waits(interview, step)]
    takes = {step.place: round(planned[step.place] * factor) for step in waiting}
    deadline = interview.course.deadline_ms
    target_ms = deadline if deadline is not None else _began_ms(interview) + interview.schedule.minutes * MINUTE_MS
    shares = {wanted: _share(waiting, takes, wanted) for wanted in Priority}
    left_ms = target_ms - now_ms
    return Pace(
        planned_ms=planned_ms,
        spent_ms=spent_ms,
        left_ms=left_ms,
        has_deadline=deadline is not None,
        must=shares[Priority.MUST],
        should=shares[Priority.SHOULD],
        could=shares[Priority.COULD],
        drops=tuple(_drops(waiting, takes, left_ms)),
    )


def _drops(waiting: Sequence[Step], takes: dict[Place, int], left_ms: int) -> Iterable[Place]:
    """What to leave out until the rest fits: first what could be asked, then what should, those that come next first.

    So the must-asks come sooner, and what is left of the time goes to what stands after them.
    """
    over_ms = sum(takes.values()) - left_ms
    for wanted in (Priority.COULD, Priority.SHOULD):
        for step in waiting:
            if over_ms <= 0:
                return
            if step.located.item.priority is wanted:
                over_ms -= takes[step.place]
                yield step.place


def _share(waiting: Sequence[Step], takes: dict[Place, int], wanted: Priority) -> Share:
    mine = [takes[step.place] for step in waiting if step.located.item.priority is wanted]
    return Share(len(mine), sum(mine))


def _planned(steps: Sequence[Step]) -> dict[Place, int]:
    """The milliseconds that the plan gives each question.

    A section that is repeated has its minutes once, for all the rounds that the schedule names or requires.
    """
    sharing = Counter(_stretch(step) for step in steps)
    return {
        step.place: (step.located.sections[-1].minutes * MINUTE_MS // (sharing[_stretch(step)] * _rounds(step)))
        or UNPLANNED_MS
        for step in steps
    }


def _rounds(step: Step) -> int:
    return prod(max(1, len(loop.named) or loop.at_least) for loop in step.located.loops)


def _spent_ms(interview: Interview, now_ms: int) -> int:
    """The time since the call began to be recorded, less what was off the record and while the line was dead."""
    began_ms = _began_ms(interview)
    away = list(interview.soundtrack.off_record)
    if interview.off_record_since_ms is not None:
        away.append(Stretch(interview.off_record_since_ms, now_ms))
    away.extend(
        Stretch(drop.at_ms, now_ms if drop.ended_ms is None else drop.ended_ms) for drop in interview.course.drops
    )
    lost_ms = sum(max(0, min(one.end_ms, now_ms) - max(one.start_ms, began_ms)) for one in joined(away))
    return max(0, now_ms - began_ms - lost_ms)


def _began_ms(interview: Interview) -> int:
    """When recording began; before that, or without it, when the interview was opened."""
    return min((span.start_ms for span in interview.spans.values()), default=0)


def _waits(interview: Interview, step: Step) -> bool:
    return interview.covered(step.place).level is not Level.DONE and step.place not in interview.course.trimmed


def _from_here(interview: Interview, steps: Sequence[Step]) -> list[Step]:
    """The steps in the order in which they will be suggested: those ahead, then those behind."""
    here = next((n for n, step in enumerate(steps) if interview.place and step.place == interview.place.whole), 0)
    return [*steps[here:], *steps[:here]]


def _stretch(step: Step) -> tuple[str, str]:
    return step.located.sections[-1].id, step.place.round
