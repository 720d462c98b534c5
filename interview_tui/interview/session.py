"""The commands that a person can give in an interview: each checks, then yields events.

A session never asks what time it is: every command is told. What it cannot take now it refuses with a sentence, and
nothing has changed then. It never touches the recorder: it is told what the recorder did.
"""

from __future__ import annotations

from interview_tui.interview import route
from interview_tui.interview.attaching import Attaching
from interview_tui.interview.commanding import DEFAULT_LAG_MS, Events
from interview_tui.interview.events import InterviewOpened, InterviewResumed, Move
from interview_tui.interview.ports import Moment
from interview_tui.interview.proceedings import Proceedings
from interview_tui.interview.questioning import Questioning
from interview_tui.interview.recordkeeping import RecordKeeping
from interview_tui.interview.state import new_interview
from interview_tui.schedule.model import Schedule


class Session(Questioning, RecordKeeping, Proceedings, Attaching):
    """One interview and all the commands over it."""

    @classmethod
    def open(
        cls,
        schedule: Schedule,
        case: str,
        interviewer: str,
        now: Moment,
        *,
        lag_ms: int = DEFAULT_LAG_MS,
        rehearsal: bool = False,
        at_first_item: bool = True,
    ) -> tuple[Session, Events]:
        """Open the interview with a case and go to its first item (unless it was conducted elsewhere)."""
        session = cls(new_interview(schedule), lag_ms)
        session._emit(
            InterviewOpened(
                **now.stamp,
                case=case,
                interviewer=interviewer,
                schedule_title=schedule.title,
                schedule_version=schedule.version,
                schedule_sha256=schedule.sha256,
                rehearsal=rehearsal,
            )
        )
        first = route.suggested(session.interview)
        if at_first_item and first is not None:
            session._go(first.place, now, Move.STEP)
        return session, session._done()

    def resume(self, now: Moment) -> Events:
        """Go on with an unfinished interview after the app was closed or killed."""
        self._must_go_on()
        self._emit(InterviewResumed(**now.stamp))
        return self._done()
