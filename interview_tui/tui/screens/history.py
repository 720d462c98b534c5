"""The history of a review: every change by whom, when and where, what it was before, and whether it holds."""

from __future__ import annotations

import asyncio
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.errors import InterviewTuiError
from interview_tui.record.merge import merge
from interview_tui.record.model import Record
from interview_tui.record.telling import Told, told
from interview_tui.record.under_review import UnderReview
from interview_tui.tui import acts, chronicle, palette, review_commands
from interview_tui.tui.acts import Acting
from interview_tui.tui.chronicle import Line
from interview_tui.tui.desk import Desk
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow

OF_THE_WHOLE = "This is about the whole interview: no words of it are its own."
NO_CHANGE = "This only takes a change back. U does again what you took back last."


class HistoryScreen(Screen[None]):
    """All changes in the review of `case`, the newest first; those in conflict stand above them."""

    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "#edits"
    COMMANDS = {palette.finds(review_commands.HISTORY)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.HISTORY
            if command.id != "show"  # Enter is the list's
        ),
    ]

    def __init__(self, adapters: Adapters, case: str) -> None:
        super().__init__()
        self._reviewer = adapters.reviews.reviewer
        self._desk = Desk(adapters, case)
        self._as_found: Record | None = None
        self._told: tuple[Told, ...] = ()
        self._lines: list[Line] = []
        self._head = Static(case, id="head", markup=False)
        self._list = OptionList(id="edits", markup=False)
        self._status = StatusRow(Status("Reading the history …"), id="status")

    def compose(self) -> ComposeResult:
        """Head, changes, status, footer."""
        yield self._head
        yield self._list
        yield self._status
        yield CommandFooter(review_commands.HISTORY, id="footer")

    def on_mount(self) -> None:
        """Read the review, in a thread: the interview is merged with it, and once without."""
        self._read()

    def on_screen_resume(self) -> None:
        """What was changed on another screen shows."""
        if self._as_found is not None:
            self._read()

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        self._lay_out()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter goes to the words that were changed."""
        self._show(self._lines[event.option_index])

    def action_give(self, command: str) -> None:
        """Do a command of the history."""
        self._status.show(Status())
        chosen = self._chosen
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "show" if chosen is not None:
                self._show(chosen)
            case "take_back" if chosen is not None:
                self._take_back(chosen)
            case "undo":
                self._do(partial(acts.undo, by=self._reviewer))
            case "redo":
                self._do(partial(acts.redo, by=self._reviewer))
            case "leave":
                self.dismiss()

    def _show(self, line: Line) -> None:
        if line.at_ms is None:
            self._status.show(Status(OF_THE_WHOLE))
        else:
            self.post_message(Go(ToTranscript(self._desk.case, line.at_ms)))

    def _take_back(self, line: Line) -> None:
        if line.sign in (chronicle.UNDOING, chronicle.MACHINE):
            self._status.show(Status(NO_CHANGE if line.name else chronicle.NOTHING))
        else:
            self._do(partial(acts.take_back, edit=line.name))

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        first = self._as_found is None
        try:
            found = (await self._desk.read()).found
            self._as_found = await asyncio.to_thread(merge, found.interview, found.machine)
            await self._tell(found)
        except InterviewTuiError as error:
            self._status.show(Status(str(error)))
            return
        if first:
            self._status.show(Status())

    @work(group="correct")
    async def _do(self, acting: Acting) -> None:
        """Do something to the review, one thing after the other."""
        try:
            done = await self._desk.do(acting)
            if self._desk.lying is not None:
                await self._tell(self._desk.lying.found)
        except InterviewTuiError as error:
            done = str(error)
        self._status.show(Status(done))

    async def _tell(self, found: UnderReview) -> None:
        """Put every change into words, in a thread, and show them."""
        if self._as_found is not None:
            self._told = await asyncio.to_thread(told, found, self._as_found)
            self._lay_out()

    def _lay_out(self) -> None:
        lying, before = self._desk.lying, self._chosen
        if lying is None or self._as_found is None:
            return
        found, edits = lying.found, self._list
        self._head.update(Content("\n").join(chronicle.head(found, self._told)))
        self._lines = chronicle.history_lines(found, self._told)
        width, by_cells = max(20, edits.scrollable_content_region.width), chronicle.widest_name(self._lines)
        edits.clear_options()
        edits.add_options(
            Option(chronicle.prompt(line, width, found.record.origin_ms, by_cells), disabled=not line.sign)
            for line in self._lines
        )
        edits.highlighted = self._again(before)

    def _again(self, before: Line | None) -> int | None:
        """Where the change is now that was chosen before; the first one if it is nowhere, or none was."""
        signed = [number for number, line in enumerate(self._lines) if line.sign]
        alike = [number for number in signed if before is not None and self._lines[number].name == before.name]
        same = [number for number in alike if before is not None and self._lines[number].group == before.group]
        return next(iter([*same, *alike, *signed]), None)

    @property
    def _chosen(self) -> Line | None:
        number = self._list.highlighted
        return self._lines[number] if number is not None and number < len(self._lines) else None
