"""The screen of a call. It paints the interview; what the keys do is `conducting.Conductor`'s."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from interview_tui.errors import AudioError, InterviewTuiError
from interview_tui.fieldwork.tally import Counted
from interview_tui.interview.call import Call
from interview_tui.interview.pacing import MINUTE_MS, Pace, pace
from interview_tui.interview.ports import Draft, Power, RecorderStatus
from interview_tui.tui import commands, signs
from interview_tui.tui.choosers.menu import Errand
from interview_tui.tui.commands import Command
from interview_tui.tui.conducting import Conductor
from interview_tui.tui.keymap import retold
from interview_tui.tui.notices import notice
from interview_tui.tui.overview import Chapter, overview, spent_ms
from interview_tui.tui.recording import RecorderWatch
from interview_tui.tui.tour import Tour
from interview_tui.tui.watching import Severity
from interview_tui.tui.widgets.call_banner import CallBanner, Notice
from interview_tui.tui.widgets.call_header import CallHeader, Header, Saving, Tape
from interview_tui.tui.widgets.choice_list import ChoiceList
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.crumbs import Crumbs, Whereabouts
from interview_tui.tui.widgets.incident_card import IncidentCard
from interview_tui.tui.widgets.note_line import NoteLine
from interview_tui.tui.widgets.note_list import NoteList
from interview_tui.tui.widgets.question_panel import QuestionPanel
from interview_tui.tui.widgets.schedule_outline import Outline, ScheduleOutline
from interview_tui.tui.widgets.status_row import Status, StatusRow
from interview_tui.tui.widgets.tour_card import TourCard

LOOKS_PER_SECOND = 5
POWER_EVERY_S = 30
NOTES_SHOWN = 10
LEAST_LIST = 4
"""The rows of a list on the smallest screen, with its border and its heading."""
SILENT_DB = -99
LATE_MS = 5 * MINUTE_MS
"""By how much what is left must not fit before the time plan shows without a deadline."""
PACE_EVERY_MS = 5000


class LiveScreen(Screen[None]):
    """A call being conducted. `draft` is the half-typed line it was left with; `declared` its commands and their keys;
    `more` what else the palette offers; `tour` is shown above the line. `tallies` counts all other interviews; it
    may take its time.
    """

    CSS_PATH = "live.tcss"
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-narrow"), (100, "-normal"), (116, "-wide")]  # noqa: RUF012 - Textual's
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-short"), (28, "-tall")]  # noqa: RUF012 - Textual's

    class Painted(Message):
        """The screen can be seen and takes keys."""

    class Left(Message):
        """The interviewer is through with the call; `ended` unless it is to be gone on with."""

        def __init__(self, call: Call, *, ended: bool) -> None:
            super().__init__()
            self.call = call
            self.ended = ended

    def __init__(
        self,
        call: Call,
        draft: Draft | None = None,
        *,
        declared: tuple[Command, ...] = commands.LIVE,
        more: Callable[[], tuple[Errand, ...]] = tuple,
        tour: Tour | None = None,
        power: Callable[[], Power | None] = lambda: None,
        tallies: Callable[[], Sequence[Counted]] = tuple,
    ) -> None:
        super().__init__()
        self._declared = declared
        self._tour = tour
        self.call = call
        self._watch = RecorderWatch(call)
        self.conductor = Conductor(
            call,
            run=lambda work: self.run_worker(work, group="recorder"),
            changed=self.show_changes,
            left=lambda ended: self.post_message(self.Left(call, ended=ended)),
            declared=declared,
            more=more,
            tour=tour,
            lay_aside=self._watch.lay_aside,
        )
        self._draft = draft
        self._ask_power = power
        self._count_tallies = tallies
        self._tallies: Sequence[Counted] = ()
        self._power: Power | None = None
        self._here: Chapter | None = None
        self._breadcrumb: tuple[str, ...] = ()
        self._plan: tuple[tuple[int, int], Pace] | None = None
        self._painted_events = -1
        self._paint_waits = False
        self._at_head = CallHeader(self._header(RecorderStatus(call.recorder.status().state)), id="header")
        self._crumbs = Crumbs(Whereabouts(), id="crumbs")
        self._banner = CallBanner(None, id="banner")
        self._body = Horizontal(id="body")
        self._question = QuestionPanel(None, id="question")
        self._notes = NoteList((), id="notes")
        self._card = IncidentCard(None, id="card")
        self._outline = ScheduleOutline(Outline((), 0), id="outline")
        self._choices = ChoiceList(self.conductor.asking.choices, id="choices")
        self._tour_card = TourCard(None, id="tour")
        self._said = StatusRow(Status(), id="status")
        self._prompt = Static("›", id="prompt", markup=False)
        self._reading = Static("", id="reading", markup=False)

    @property
    def line(self) -> NoteLine:
        """The one line."""
        return self.conductor.line

    def compose(self) -> ComposeResult:
        """Header, question and notes, incident and outline, line, footer."""
        yield self._at_head
        yield self._crumbs
        yield self._banner
        with self._body:
            with Vertical(id="left"):
                yield self._question
                yield self._notes
            with Vertical(id="right"):
                yield self._card
                yield self._outline
        yield self._choices
        with Vertical(id="foot"):
            if self._tour is not None:
                yield self._tour_card
            yield self._said
            with Horizontal(id="entry"):
                yield self._prompt
                yield self.line
                yield self._reading
            yield CommandFooter(self._declared, id="footer")

    async def on_mount(self) -> None:
        """Bring back the half-typed line and begin to look at the recorder."""
        if self._draft is not None:
            self.line.put(self._draft.text, self._draft.first_key_ms)
        self.conductor.begin()
        await self._paint()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)
        self._see_power()
        self.set_interval(POWER_EVERY_S, self._see_power)
        self._count()
        self.call_after_refresh(lambda: self.post_message(self.Painted()))

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """The line has the focus, whatever is clicked and whichever window is in front."""
        line = self.line if self.line.is_mounted else widget
        super().set_focus(line, scroll_visible=scroll_visible, from_app_focus=from_app_focus)

    async def recording(self) -> None:
        """Wait until the recorder has been started.

        Raises:
            AudioError: it could not be.
        """
        await self.conductor.desk.tried.wait()
        if not self.call.recording:
            raise AudioError(self.conductor.message or "The recorder did not start.")

    def tell(self, sentence: str) -> None:
        """Say something in the status row."""
        self.conductor.message = sentence
        self.show_changes()

    def show_changes(self) -> None:
        """Paint soon; in a burst of keys, once."""
        if not self._paint_waits:
            self._paint_waits = True
            self.call_later(self._paint)

    async def _paint(self) -> None:
        """Show what has changed, all of it in one go: the panes would else wait for the next beat of the screen."""
        self._paint_waits = False
        interview = self.call.interview
        if interview.events != self._painted_events:
            self._painted_events = interview.events
            self._paint_interview()
        asking = self.conductor.asking
        self.set_class(asking.chooser is not None, "-asking")
        self._choices.show(asking.choices)
        _tell(self._prompt, f"{asking.chooser.prompt} ›" if asking.chooser is not None else "›", layout=True)
        _tell(self._reading, f"↵ {self._with_my_keys(self.conductor.reading)}", layout=False)
        self._look()
        await asyncio.sleep(0)

    def _paint_interview(self) -> None:
        seen = overview(self.call.interview, NOTES_SHOWN, self._tallies)
        self._here = next((chapter for chapter in seen.chapters if chapter.here), None)
        self._breadcrumb = seen.breadcrumb
        minutes = round(self._pace().must.takes_ms / MINUTE_MS)
        self._question.show(seen.asked)
        self._notes.show(seen.notes)
        self._card.show(seen.card)
        self._outline.show(Outline(seen.chapters, len(seen.musts_left), minutes))

    def _make_room(self) -> None:
        """The question is read to its end: the notes and the choices under it give way."""
        question, choices = self._question, self._choices
        question.styles.min_height = question.least_rows
        room = self._body.region.height + choices.region.height
        choices.styles.height = max(LEAST_LIST, min(choices.wanted_rows, room - question.taken_rows))

    def _look(self) -> None:
        """Look at recorder, journal and clock, and show what has changed."""
        self.conductor.look()
        opening, left_ms = self.conductor.desk.opening, self._pace().left_ms
        header = self._header(self._watch.look(opening=opening, left_ms=left_ms, power=self._power))
        self._at_head.show(header)
        self._crumbs.show(self._whereabouts())
        self._banner.show(self._notice(header.tape))
        if self._tour is not None:
            tour = self._tour.look(self.call.interview, self.call.clock.now().at_ms)
            self._tour_card.show(tour)
        self._said.show(self._status())
        self._make_room()

    @work(group="power", exclusive=True)
    async def _see_power(self) -> None:
        """Ask what feeds the machine, which may take its time."""
        self._power = await asyncio.to_thread(self._ask_power)

    @work(group="tallies", exit_on_error=False)
    async def _count(self) -> None:
        """Count the tallies once, for the whole call; it goes on without them if that cannot be done."""
        with suppress(InterviewTuiError):
            self._tallies = await asyncio.to_thread(self._count_tallies)
            self._painted_events = -1
            self.show_changes()

    def _header(self, status: RecorderStatus) -> Header:
        call = self.call
        if call.journal.failure is not None:
            saving = Saving.FAILED
        else:
            saving = Saving.SAVED if call.journal.saved >= call.interview.events else Saving.SAVING
        tape = self._watch.tape(status, opening=self.conductor.desk.opening)
        return Header(
            tape=tape,
            recorded_s=self._watch.recorded_ms(status) // 1000,
            call_s=call.clock.now().at_ms // 1000,
            case=call.interview.case,
            rehearsal=call.interview.rehearsal,
            saving=saving,
            free_bytes=status.free_bytes,
            level_db=_levels(status) if tape is Tape.RECORDING else (),
            pace=signs.pace(self._pace()),
        )

    def _whereabouts(self) -> Whereabouts:
        """The section's time; once there is a deadline, or all is late, what is left of the call."""
        plan = self._pace()
        if plan.has_deadline or plan.over_ms > LATE_MS:
            over = plan.over_ms >= MINUTE_MS // 2
            way_out = " · ^L t trims" if over else ""
            brief = signs.time_plan(plan, brief=True) + way_out
            return Whereabouts(self._breadcrumb, signs.time_plan(plan) + way_out, over, brief)
        if self._here is None or not self._here.minutes:
            return Whereabouts(self._breadcrumb)
        spent_s = spent_ms(self.call.interview, self._here, self.call.clock.now().at_ms) // 1000
        planned = self._here.minutes
        return Whereabouts(
            self._breadcrumb, f"section {signs.clock(spent_s * 1000)} of {planned} min", spent_s > planned * 60
        )

    def _pace(self) -> Pace:
        """The time plan, worked out anew when something has happened, and every few seconds."""
        known = (self.call.interview.events, self.call.clock.now().at_ms // PACE_EVERY_MS)
        if self._plan is None or self._plan[0] != known:
            self._plan = known, pace(self.call.interview, self.call.clock.now().at_ms)
        return self._plan[1]

    def _with_my_keys(self, sentence: str) -> str:
        """A sentence with the keys that it names as this person has them."""
        return sentence if self._declared is commands.LIVE else retold(sentence, commands.LIVE, self._declared)

    def _notice(self, tape: Tape) -> Notice | None:
        conductor = self.conductor
        found = notice(self.call, tape, distress=conductor.calls.shows_distress, unlocked_ms=conductor.unlocked_ms)
        if found is None:
            return None
        sentences = tuple(self._with_my_keys(sentence) for sentence in found.sentences)
        return replace(found, headline=self._with_my_keys(found.headline), sentences=sentences)

    def _status(self) -> Status:
        said: dict[Severity, list[str]] = {Severity.GRAVE: [], Severity.HINT: []}
        for caution in self._watch.cautions:
            said[caution.severity].append(self._with_my_keys(caution.text))
        message = self._with_my_keys(self.conductor.message)
        return Status(message, tuple(said[Severity.GRAVE]), tuple(said[Severity.HINT]))


def _tell(label: Static, text: str, *, layout: bool) -> None:
    if label.content != text:
        label.update(text, layout=layout)


def _levels(status: RecorderStatus) -> tuple[int, ...]:
    """The level of each channel in whole dB, so that it is painted no more often than it can be seen to change."""
    return tuple(round(max(SILENT_DB, level)) for level in status.level_db)
