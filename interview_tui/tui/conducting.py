"""The hands of the interviewer: every key of the live screen, turned into what happens in the call."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.call import Call
from interview_tui.interview.events import Consented, Event
from interview_tui.interview.line import Meaning
from interview_tui.interview.ports import Moment, RecorderState
from interview_tui.interview.sound import SpanEnd
from interview_tui.tui import commands, signs
from interview_tui.tui.asking import Asking
from interview_tui.tui.call_desk import CallDesk
from interview_tui.tui.choosers.chooser import Chooser
from interview_tui.tui.choosers.ending import Ending
from interview_tui.tui.choosers.menu import Errand, Palette
from interview_tui.tui.choosers.places import GoTo, Tick
from interview_tui.tui.choosers.reconfirming import Reconfirm
from interview_tui.tui.choosers.rounds import OpenRound
from interview_tui.tui.choosers.taking_back import HowFarBack
from interview_tui.tui.commands import Command
from interview_tui.tui.recording import RecordingDesk, found_again, may_record
from interview_tui.tui.tour import Tour
from interview_tui.tui.widgets.note_line import NoteLine

STRAY = "ctrl+q"
"""What elsewhere quits at one press: here the letter after it needs its Enter."""
LINES_OWN = ("take", "clear", "palette", "saved")
"""Commands of the line itself, which the palette does not offer."""


class Conductor:
    """Takes the keys of the line (see `note_line.Typist`) in the order of typing, each at once.

    `run` starts what has to be waited for, `changed` asks for a repaint, `left` says that the interviewer is through
    (True: the interview has ended). `declared` are the commands with the keys that give them; `more` adds errands that
    are not the call's to the palette; `tour` is told of every key;
    `lay_aside` puts away the warnings that have been seen. `message` is what the last command has to say.
    """

    def __init__(
        self,
        call: Call,
        run: Callable[[Coroutine[Any, Any, object]], object],
        changed: Callable[[], None],
        left: Callable[[bool], object],
        declared: tuple[Command, ...] = commands.LIVE,
        more: Callable[[], tuple[Errand, ...]] = tuple,
        tour: Tour | None = None,
        lay_aside: Callable[[], bool] = bool,
    ) -> None:
        self.call = call
        self._declared = declared
        self._by_key = commands.by_key(declared)
        self._more = more
        self._tour = tour
        self._lay_aside = lay_aside
        self._run = run
        self._changed = changed
        self._left = left
        self.line = NoteLine(self, lambda: call.clock.now().at_ms, id="line")
        self.asking = Asking(self.line)
        self.desk = RecordingDesk(call, self._recorder_changed)
        self.calls = CallDesk(call, self.desk, run=run, now=self.now, end=self._end, leave=self._leave)
        self._key = ""
        self.message = ""
        self.is_over = False
        self.unlocked_ms: int | None = call.clock.now().at_ms if may_record(call) else None

    def begin(self) -> None:
        """What a crash may have left undone: off the record, nothing is recorded. Says how far the interview is."""
        interview = self.call.interview
        if interview.is_off_record and self.call.recording:
            self._run(self.desk.close(SpanEnd.OFF_RECORD))
        if interview.resumed:
            notes = signs.counted(len(interview.notes), "note")
            audio = "recording goes on" if self.call.recording else "nothing is being recorded: Ctrl+R"
            self.message = f"{found_again(self.call)}Where you were: {notes}; {audio}."

    def look(self) -> None:
        """Follow the recorder where it has begun or ended a span by itself."""
        if not self.is_over and self.desk.must_follow:
            self._run(self.desk.follow())

    def edited(self, text: str, first_key_ms: int) -> None:  # noqa: ARG002 - the line may read more after `look`
        """Keep the half-typed line, or look for what it asks for."""
        if self.is_over:
            return
        self.asking.look(text)
        if self.asking.chooser is None:
            self.call.draft(self.line.value, self.line.first_key_ms)
        elif self.asking.is_decided:
            self._give("take")
        self._changed()

    def emptied(self) -> None:
        """Emptied at one stroke: on disk the draft stays until something else is typed."""
        self.asking.look("")
        self._changed()

    def spaced(self) -> bool:
        """In a list, the space bar marks."""
        marked = self.asking.mark(anywhere=False)
        if marked:
            self._changed()
        return marked

    def pressed(self, key: str) -> bool:
        """Do what the key commands. A tour is told before."""
        asking = self.asking.chooser is not None
        if self._tour is not None and self._tour.pressed(key, asking=asking, line=self.line.value):
            self._changed()
            return True
        command = self._by_key.get(key)
        if command is None:
            return False
        if not self.is_over:
            self._key = key
            self._give(command)
        return True

    @property
    def reading(self) -> str:
        """What Enter will do."""
        if self.asking.chooser is not None:
            return self.asking.says
        reading = self.call.session.reading(self.line.value, self.line.first_key_ms)
        if reading.meaning is not Meaning.NOTE:
            return reading.says
        kind, _, home = reading.says.partition(" → ")
        about_ms = max(0, self.line.first_key_ms - self.call.session.lag_ms)
        return f"{kind} @{signs.clock(about_ms)}" + (f" → {home}" if home else "")

    def now(self) -> Moment:
        """The moment of the key that is being handled, however late it is handled: what is typed after a command has a
        later time than the command.
        """
        return self.call.clock.now().earlier(self.line.key_ms)

    def _give(self, command: str) -> None:
        try:
            asked = self.asking.chooser is not None and self._asked(command)
            self.message = asked if isinstance(asked, str) else self._commanded(command)
        except InterviewTuiError as error:
            self.message = str(error)
        self._changed()

    def _asked(self, command: str) -> str | bool:
        """A command while the line asks for something: what it has to say; False if it is none of the asking line's."""
        match command:
            case "take":
                return self.asking.take()
            case "clear":
                self._leave_list()
            case "next_item" | "previous_item":
                self.asking.move(1 if command == "next_item" else -1)
            case "tick" if self.asking.mark(anywhere=True):
                pass
            case "next_section" | "previous_section":
                pass
            case _:
                return False
        return ""

    def _leave_list(self) -> None:
        """Return from a list; what was typed there and fits nothing may have been meant for a note: Esc brings it."""
        typed, first_key_ms = self.line.value, self.line.first_key_ms
        unfit = typed.strip() and not self.asking.choices.choices
        self.asking.close()
        if unfit:
            self.line.remember(typed, first_key_ms)

    def _commanded(self, command: str) -> str:
        """Do a command; gives what it has to say."""
        call = self.call
        match command:
            case "take":
                return self._take()
            case "clear":
                return self._clear()
            case "record":
                return self._record()
            case "off_record":
                return self._off_record()
            case "flag":
                return self._flag()
            case "go_to":
                return self._ask(GoTo(call, self.now))
            case "tick":
                return self._ask(Tick(call, self.now))
            case "open_round":
                return self._ask(OpenRound(call, self.now))
            case "call_menu":
                return self._ask(self.calls.menu(at_once=self._key != STRAY and not self.line.value))
            case "palette":
                return self._ask(Palette((*self._errands(), *self._more())))
            case "saved":
                return "Every key is saved as you type."
            case "back":
                self.asking.close()
                call.keep(call.session.back(self.now()))
            case "next_item" | "previous_item":
                call.keep(call.session.step(1 if command == "next_item" else -1, self.now()))
            case "next_section" | "previous_section":
                call.keep(call.session.section(1 if command == "next_section" else -1, self.now()))
        return ""

    def _take(self) -> str:
        """Take the line; what is refused stays in it."""
        events = self.call.enter(self.line.value, self.line.first_key_ms, self.now())
        self.line.take()
        self._heed(events)
        return ""

    def _clear(self) -> str:
        if not self.line.value and self.calls.shows_distress:
            self.calls.shows_distress = False
        elif self.line.clear_or_restore():
            return "" if self.line.value else "Cleared; Esc again brings it back."
        else:
            self._lay_aside()
        return ""

    def _ask(self, chooser: Chooser) -> str:
        self.asking.ask(chooser)
        return ""

    def _heed(self, events: Sequence[Event]) -> None:
        """Consent unlocks the recorder; consent taken back stops it."""
        for event in events:
            if isinstance(event, Consented):
                self.unlocked_ms = event.at_ms if may_record(self.call) else None
                if not event.given and (self.call.recording or self.desk.opening):
                    self._run(self.desk.close(SpanEnd.STOP))

    def _record(self) -> str:
        call, now = self.call, self.now()
        self.asking.close()
        if self.desk.opening:
            return self._record_after_all()
        if not may_record(call):
            return self._go_on_with_notes()
        if call.recorder.status().state is RecorderState.SEEKING and not call.interview.is_off_record:
            return "The recorder tries by itself, and goes on as soon as it can."
        if call.interview.soundtrack.must_reconfirm(now.at_ms):
            return self._ask(Reconfirm(self._reconfirmed))
        self._open()
        return ""

    def _open(self) -> None:
        """On the record from this key on, even if the recorder takes its time or fails: what is typed now is kept."""
        self.calls.restore()
        self._come_back()
        self._run(self.desk.open())

    def _come_back(self) -> None:
        if self.call.interview.is_off_record:
            self.call.keep(self.call.session.come_back_on_record(self.now()))

    def _go_on_with_notes(self) -> str:
        """Back on the record, or on the line, where nothing may be recorded."""
        if self.call.interview.course.dropped is not None:
            self.calls.restore()
        elif self.call.interview.is_off_record:
            self.call.keep(self.call.session.come_back_on_record(self.now()))
        else:
            self.call.session.check_may_record()
        return "Notes only."

    def _reconfirmed(self, given: bool) -> str:
        """Consent was asked for again."""
        self._heed(self.call.keep(self.call.session.reconsent(self.now(), given=given)))
        self.calls.restore()
        if not given:
            self._come_back()
            return "Notes only from here."
        self._open()
        return "Is anybody else there who can hear? Ctrl+L p notes it."

    def _record_after_all(self) -> str:
        """Back on the record while the recorder is still being started."""
        if self.desk.stay_off:
            self.desk.stay_off = False
            self.call.keep(self.call.session.come_back_on_record(self.now()))
        return ""

    def _off_record(self) -> str:
        """At once; what is half typed is about what was said before, and is kept as a note. Then, and whenever the key
        is pressed again: how far back?
        """
        self.asking.close()
        began = not self.call.interview.is_off_record
        if began:
            self.call.go_off_record(self.line.value, self.line.first_key_ms, self.now())
            self.line.take()
        if self.desk.opening:
            self.desk.stay_off = True
        elif began and self.call.recording:
            self._run(self.desk.close(SpanEnd.OFF_RECORD))
        return self._ask(HowFarBack(self.call, self.now))

    def _flag(self) -> str:
        moment = self.now()
        self.call.keep(self.call.session.flag(moment))
        return f"⚑ flagged @{signs.clock(moment.at_ms)}"

    def _errands(self) -> tuple[Errand, ...]:
        """Every command that acts, with the key that gives it."""

        def errand(command: Command) -> Errand:
            return Errand(commands.spoken(command.keys[0]), command.brief, lambda: self._commanded(command.id))

        return tuple(errand(command) for command in self._declared if command.id not in LINES_OWN)

    def _end(self, ending: Ending) -> None:
        self._run(self._ending(ending))

    async def _ending(self, ending: Ending) -> None:
        """Stop the recorder, keep what is half typed as a note, end."""
        stopped = await self.desk.close(SpanEnd.STOP)
        if self.is_over:
            return
        if not stopped:
            self.message = f"Not ended: the recorder could not be stopped. {self.message}".strip()
            self._changed()
            return
        self.asking.close()
        half_typed = f" {self.line.value}"
        if self.call.session.reading(half_typed, self.line.first_key_ms).meaning is Meaning.NOTE:
            self.call.enter(half_typed, self.line.first_key_ms)
            self.line.take()
        self.call.end(ending.outcome.code, ending.reason, ending.kept)
        self._leaving(ended=True)

    def _leave(self) -> None:
        self._run(self._left_unfinished())

    async def _left_unfinished(self) -> None:
        if await self.desk.close(SpanEnd.STOP) and not self.is_over:
            self._leaving(ended=False)

    def _leaving(self, *, ended: bool) -> None:
        self.is_over = True
        self._changed()
        self._left(ended)

    def _recorder_changed(self, message: str) -> None:
        if message:
            self.message = message
        self._changed()
