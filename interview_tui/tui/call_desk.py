"""What can be done with the call besides asking: the line drops, time runs out, somebody is distressed, it ends."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from interview_tui.errors import Refused
from interview_tui.interview import outcomes, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Kept
from interview_tui.interview.facts import Withholding
from interview_tui.interview.ports import Moment
from interview_tui.interview.sound import SpanEnd
from interview_tui.tui import signs
from interview_tui.tui.choosers.ending import CallBack, Ending, EndInterview, WhatIsKept, WhyEnded
from interview_tui.tui.choosers.menu import CallMenu, Errand
from interview_tui.tui.choosers.rounds import WhereTo, can_move
from interview_tui.tui.choosers.timing import MustLeave, Trim
from interview_tui.tui.overview import incident_round
from interview_tui.tui.recording import RecordingDesk


class CallDesk:
    """The call menu over a call. `run` starts what has to be waited for; `end` and `leave` are done by the conductor.

    `shows_distress` is set while the card for distress is on the screen.
    """

    def __init__(
        self,
        call: Call,
        desk: RecordingDesk,
        *,
        run: Callable[[Coroutine[Any, Any, object]], object],
        now: Callable[[], Moment],
        end: Callable[[Ending], None],
        leave: Callable[[], None],
    ) -> None:
        self._call = call
        self._desk = desk
        self._run = run
        self._now = now
        self._end = end
        self._leave = leave
        self.shows_distress = False

    def menu(self, *, at_once: bool) -> CallMenu:
        """What can be done now, each by its letter: `at_once`, or with Enter."""
        errands = (*self._line_errands(), *self._person_errands(), *self._time_errands(), *self._end_errands())
        return CallMenu(errands, at_once=at_once)

    def restore(self) -> None:
        """They are on the line again."""
        self.shows_distress = False
        if self._call.interview.course.dropped is not None:
            self._call.keep(self._call.session.restore_call(self._now()))

    def _line_errands(self) -> Iterator[Errand]:
        if self._call.interview.course.dropped is None:
            yield Errand("d", "the line dropped", self._drop)
        else:
            yield Errand("r", "rang them again", self._redial)
            yield Errand("o", "they are back: go on without recording", self._back_on_the_line)
        yield Errand("b", "book a call-back, and leave the call unfinished", lambda: CallBack(self._book))

    def _person_errands(self) -> Iterator[Errand]:
        interview = self._call.interview
        yield Errand("s", "distress: pause, and what to do", self._distress)
        if interview.course.third_party:
            yield Errand("p", "nobody else can hear any more", lambda: self._third_party(present=False))
        else:
            yield Errand("p", "somebody else can hear", lambda: self._third_party(present=True))
        incident = incident_round(interview)
        if incident in interview.rounds and can_move(interview, incident):
            label = f"{route.label(interview, incident)} belongs elsewhere"
            yield Errand("a", label, lambda: WhereTo(self._call, incident, self._now))

    def _time_errands(self) -> Iterator[Errand]:
        yield Errand("m", "they must leave at …", lambda: MustLeave(self._call, self._now))
        if self._call.interview.course.trimmed:
            yield Errand("t", "there is time after all: put back what was left out", self._untrim)
        else:
            yield Errand("t", "trim: leave out what does not fit", lambda: Trim(self._call, self._now))

    def _end_errands(self) -> Iterator[Errand]:
        last = self._last_withheld()
        if last is not None:
            label = f"undo: put back what was taken back last ({signs.stretches(last.stretches)})"
            yield Errand("u", label, self._undo)
        yield Errand("e", "end the interview", lambda: EndInterview(self._call, self._end))
        yield Errand("x", "end it early, with an outcome", lambda: WhyEnded(self._end))
        yield Errand("w", "they withdraw what they have said", self._withdraw)
        yield Errand("l", "leave it unfinished, back to the list", self._leave_unfinished)

    def _drop(self) -> str:
        """At once; nothing goes on by itself."""
        self._call.keep(self._call.session.drop(self._now()))
        self._stop(SpanEnd.DROPPED)
        return ""

    def _redial(self) -> str:
        self._call.keep(self._call.session.redial(self._now()))
        return ""

    def _back_on_the_line(self) -> str:
        self.restore()
        return "Back on the line; nothing is being recorded."

    def _book(self, when: str) -> str:
        self._call.keep(self._call.session.book_call_back(when, self._now()))
        self._leave()
        return f"Call back: {when}."

    def _distress(self) -> str:
        """Recording pauses; the card stays until it is put away or recording goes on."""
        self._call.keep(self._call.session.note_distress(self._now()))
        self.shows_distress = True
        self._stop(SpanEnd.PAUSE)
        return ""

    def _third_party(self, *, present: bool) -> str:
        self._call.keep(self._call.session.note_third_party(self._now(), present=present))
        return "Noted: somebody else can hear." if present else "Noted: nobody else can hear any more."

    def _untrim(self) -> str:
        self._call.keep(self._call.session.untrim(self._now()))
        return "Everything is suggested again."

    def _undo(self) -> str:
        last = self._last_withheld()
        if last is None:
            raise Refused("Nothing was taken back.")
        self._call.keep(self._call.session.restore(last.id, self._now()))
        return f"{signs.stretches(last.stretches)} is on the record again."

    def _withdraw(self) -> WhatIsKept:
        return WhatIsKept(Ending(outcomes.BY_CODE["withdrawn"], "", Kept.NOTHING), self._end)

    def _leave_unfinished(self) -> str:
        if self._call.recording or self._desk.opening:
            raise Refused("Recording is on.", "End the interview (e), or go off the record first.")
        self._leave()
        return ""

    def _stop(self, reason: SpanEnd) -> None:
        if self._call.recording or self._desk.opening:
            self._run(self._desk.close(reason))

    def _last_withheld(self) -> Withholding | None:
        return next(reversed(self._call.interview.soundtrack.withholdings.values()), None)
