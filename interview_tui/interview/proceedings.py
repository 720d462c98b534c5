"""Commands about the call itself: the line drops, time runs out, somebody is distressed, it ends, it is debriefed."""

from __future__ import annotations

from collections.abc import Sequence

from interview_tui.errors import Refused
from interview_tui.interview import route, withholding
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.events import (
    CallBackBooked,
    CallDropped,
    CallRestored,
    CameBackOnRecord,
    Covered,
    DeadlineSet,
    Debriefed,
    DebriefWritten,
    DistressNoted,
    How,
    InterviewEnded,
    Kept,
    Level,
    Place,
    Redialled,
    ThirdPartyNoted,
    Trimmed,
    Untrimmed,
)
from interview_tui.interview.outcomes import BY_CODE, COMPLETE
from interview_tui.interview.ports import Moment
from interview_tui.schedule.model import Priority

NO_TIME = "not asked – time"


class Proceedings(Commands):
    """The course of the call."""

    def drop(self, now: Moment) -> Events:
        """The line went dead. The recorder is to be paused; nothing goes on by itself."""
        self._must_go_on()
        if self.interview.course.dropped is not None:
            raise Refused("The call is dropped already.", "Back on the line: Ctrl+R.")
        self._emit(CallDropped(**now.stamp, place=self.interview.place or Place("")))
        return self._done()

    def redial(self, now: Moment) -> Events:
        """The participant is rung again."""
        self._must_go_on()
        if self.interview.course.dropped is None:
            raise Refused("The line has not dropped.")
        self._emit(Redialled(**now.stamp))
        return self._done()

    def restore_call(self, now: Moment) -> Events:
        """The participant is on the line again."""
        self._must_go_on()
        if self.interview.course.dropped is None:
            raise Refused("The line has not dropped.")
        self._emit(CallRestored(**now.stamp))
        return self._done()

    def book_call_back(self, when: str, now: Moment) -> Events:
        """The interview goes on another time."""
        self._must_go_on()
        if not when.strip():
            raise Refused("Say when: Thursday 10:00.")
        self._emit(CallBackBooked(**now.stamp, when=when.strip()))
        return self._done()

    def note_third_party(self, now: Moment, *, present: bool) -> Events:
        """Somebody else can hear the call, or no longer can."""
        self._must_go_on()
        self._emit(ThirdPartyNoted(**now.stamp, present=present))
        return self._done()

    def note_distress(self, now: Moment) -> Events:
        """The participant is distressed."""
        self._must_go_on()
        self._emit(DistressNoted(**now.stamp, place=self.interview.place or Place("")))
        return self._done()

    def set_deadline(self, deadline_ms: int | None, now: Moment) -> Events:
        """The participant must leave at `deadline_ms` of the call clock; None: no longer."""
        self._must_go_on()
        if deadline_ms is not None and deadline_ms <= now.at_ms:
            raise Refused("That is over already.", "Give the minutes that are left, or a time to come: 11:40.")
        self._emit(DeadlineSet(**now.stamp, deadline_ms=deadline_ms))
        return self._done()

    def trim(self, places: Sequence[Place], now: Moment) -> Events:
        """Leave items out for want of time; a must-ask never is."""
        self._must_go_on()
        for place in places:
            self._known(place)
            if self.interview.items[place.item].item.priority is Priority.MUST:
                raise Refused(f"{place.item} must be asked.")
        if not places:
            raise Refused("There is nothing to leave out.")
        self._emit(Trimmed(**now.stamp, places=tuple(place.whole for place in places)))
        return self._done()

    def untrim(self, now: Moment) -> Events:
        """There is time after all: everything that was left out is suggested again."""
        self._must_go_on()
        if not self.interview.course.trimmed:
            raise Refused("Nothing was left out.")
        self._emit(Untrimmed(**now.stamp))
        return self._done()

    def end(self, outcome: str, now: Moment, *, reason: str = "", kept: Kept = Kept.ALL) -> Events:
        """End the interview. The recorder must have stopped.

        What was left out for want of time and not asked after all is skipped for that reason. What may not be kept
        is withheld.
        """
        self._must_go_on()
        if outcome not in BY_CODE:
            raise Refused(f"There is no outcome {outcome!r}.")
        if self.interview.recording:
            raise Refused("The recorder is still running.", "Stop it first.")
        if self.interview.is_off_record:
            self._emit(CameBackOnRecord(**now.stamp))
        for place in sorted(self.interview.course.trimmed):
            if self.interview.covered(place).level is Level.OPEN:
                self._emit(Covered(**now.stamp, place=place, level=Level.OPEN, how=How.SKIPPED, reason=NO_TIME))
        if kept is not Kept.ALL:
            whole = withholding.everything(self.interview, now.at_ms)
            keeps_notes = kept is Kept.NOTES
            self._emit(withholding.withheld_event(self.interview, whole, now, keep_notes=keeps_notes))
        self._emit(InterviewEnded(**now.stamp, outcome=outcome, reason=reason.strip(), kept=kept))
        return self._done()

    def explain(self, place: Place, reason: str, now: Moment) -> Events:
        """Say, once it is over, why a must-ask was not asked."""
        self._must_be_over()
        self._known(place)
        level = self.interview.covered(place).level
        self._emit(Covered(**now.stamp, place=place.whole, level=level, how=How.SKIPPED, reason=reason))
        return self._done()

    def write_debrief(self, box: str, text: str, now: Moment) -> Events:
        """A box of the debrief reads so now."""
        self._must_be_over()
        if self.interview.course.debrief.get(box, "") == text:
            return ()
        self._emit(DebriefWritten(**now.stamp, box=box, text=text))
        return self._done()

    def finish_debrief(self, now: Moment) -> Events:
        """The debrief is done; it can be opened and changed again."""
        self._must_be_over()
        if self.interview.course.debriefed:
            return ()
        self._emit(Debriefed(**now.stamp))
        return self._done()

    def must_asks_left(self) -> list[Place]:
        """The must-asks that were not asked, in asking order."""
        if self.interview.course.outcome not in ("", COMPLETE.code):
            return []
        return [step.place for step in route.must_left(self.interview)]
