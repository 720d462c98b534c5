"""The debrief, straight after a call: what is written down while it is fresh. What the keys do is `Debriefing`'s."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from interview_tui.interview.call import Call
from interview_tui.interview.events import Kept
from interview_tui.interview.outcomes import in_words
from interview_tui.interview.ports import Draft
from interview_tui.tui import commands, signs
from interview_tui.tui.debriefing import Debriefing
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.call_header import Saving
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.debrief_sheet import DebriefHeader, DebriefSheet, Occasion, Sheet
from interview_tui.tui.widgets.note_line import NoteLine
from interview_tui.tui.widgets.status_row import Status, StatusRow

LOOKS_PER_SECOND = 5


class DebriefScreen(Screen[None]):
    """The debrief of a call that has ended. `draft` is what it was left with. Nothing must be filled in."""

    CSS_PATH = "debrief.tcss"
    ALLOW_SELECT = False
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (15, "-short")]  # noqa: RUF012 - Textual's

    class Left(Message):
        """The interviewer is through with the debrief, for now or for good."""

        def __init__(self, call: Call) -> None:
            super().__init__()
            self.call = call

    def __init__(self, call: Call, adapters: Adapters, draft: Draft | None = None) -> None:
        super().__init__()
        self.call = call
        self.debriefing = Debriefing(
            call,
            lambda call, withheld: _as_shown(adapters.destroy(call, withheld)),
            run=lambda work: self.run_worker(work, group="destroying"),
            changed=self.show_changes,
            left=lambda: self.post_message(self.Left(call)),
            draft=draft,
        )
        self._paint_waits = False
        self._header = DebriefHeader(self._occasion(), id="header")
        self._sheet = DebriefSheet(Sheet((), 0), id="sheet")
        self._asks = Static("", id="asks", markup=False)
        self._status = StatusRow(Status(), id="status")
        self._reading = Static("", id="reading", markup=False)

    @property
    def line(self) -> NoteLine:
        """The one line."""
        return self.debriefing.line

    def compose(self) -> ComposeResult:
        """What it is about, the boxes, what the box asks, the line, footer."""
        yield self._header
        yield self._sheet
        yield self._asks
        yield self._status
        with Horizontal(id="entry"):
            yield Static("›", id="prompt", markup=False)
            yield self.line
            yield self._reading
        yield CommandFooter(commands.DEBRIEF, id="footer")

    def on_mount(self) -> None:
        """Bring back what was half typed."""
        self.debriefing.begin()
        self._paint()
        self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """The line has the focus, whatever is clicked and whichever window is in front."""
        line = self.line if self.line.is_mounted else widget
        super().set_focus(line, scroll_visible=scroll_visible, from_app_focus=from_app_focus)

    def show_changes(self) -> None:
        """Paint soon; in a burst of keys, once."""
        if not self._paint_waits:
            self._paint_waits = True
            self.call_later(self._paint)

    def _paint(self) -> None:
        self._paint_waits = False
        self._sheet.show(self.debriefing.sheet)
        _tell(self._asks, self.debriefing.asks)
        _tell(self._reading, f"↵ {self.debriefing.reading}")
        self._look()

    def _look(self) -> None:
        """Look at the journal, and show what has changed."""
        failure = self.call.journal.failure
        warnings = (f"NOT SAVED: {failure}",) if failure is not None else ()
        self._header.show(self._occasion())
        self._status.show(Status(self.debriefing.message, warnings))

    def _occasion(self) -> Occasion:
        interview, journal = self.call.interview, self.call.journal
        course = interview.course
        if journal.failure is not None:
            saving = Saving.FAILED
        else:
            saving = Saving.SAVED if journal.saved >= interview.events else Saving.SAVING
        return Occasion(
            case=interview.case,
            length=signs.clock(course.ended_ms or 0),
            outcome=in_words(course.outcome),
            reason=course.reason,
            kept="" if course.kept is Kept.ALL else course.kept.value,
            saving=saving,
            rehearsal=interview.rehearsal,
        )


def _tell(label: Static, text: str) -> None:
    if label.content != text:
        label.update(text, layout=False)


def _as_shown(certificate: Path) -> Path:
    """A certificate by its folder and name: its whole path would not fit the status row."""
    return Path(*certificate.parts[-2:])
