"""The figures of the study, page by page: how far it can be believed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from interview_tui.credibility.changes import Task
from interview_tui.credibility.figures import SAMPLE_PERCENT
from interview_tui.errors import InterviewTuiError
from interview_tui.tui import credibility_commands, fidelity_table, palette, participation, signs
from interview_tui.tui.destinations import Go, ToRecord, ToSorting
from interview_tui.tui.dialogs import Prompt
from interview_tui.tui.export_dialog import opening
from interview_tui.tui.fidelity_table import FidelityRow
from interview_tui.tui.figure_pages import ABOUT, DRAWN_FOR, Known, Page, View, lacking, page_rows
from interview_tui.tui.keeping_up import InTheBackground, OnCase
from interview_tui.tui.lines import one_line
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.drawn import Drawn
from interview_tui.tui.widgets.status_row import Status, StatusRow

PAGES = tuple(Page)
AT_THE_FOOT = ("next", "sort", "judge", "split", "axis", "draw", "export", "palette", "leave")
WIDEST_COLUMN = 16
WIDE = 100
"""From so many cells on the heads of the table are whole words."""
ASKED = {
    Task.JUDGING: "How many per cent of the sorted incidents for a second judge? What is drawn stays so",
    Task.EXTRACTION: "How many per cent of the transcripts for a second extractor? What is drawn stays so",
}
NOT_A_SHARE = "A whole number from 1 to 100 is wanted: nothing was drawn."
NOT_READ_YET = "The figures are not made yet."
NOTHING_TO_DRAW = "A sample is drawn on agreement (4), for a judge, and on extraction (5), for an extractor."
NO_KINDS = "There is nothing that participants could be split by."


class FiguresScreen(Screen[None]):
    """A page a figure. They are made in a thread whenever the screen is come to; what there was shows meanwhile."""

    CSS_PATH = "figures.tcss"
    AUTO_FOCUS = ""
    COMMANDS = {palette.finds(credibility_commands.FIGURES)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in credibility_commands.FIGURES
            if command.id != "open"  # Enter is the table's
        ),
    ]

    def __init__(self, adapters: Adapters) -> None:
        super().__init__()
        self._desk = adapters.coding
        self._known: Known | None = None
        self._page = Page.FIDELITY
        self._view = View()
        self._rows: list[FidelityRow] = []
        self._making = InTheBackground()
        self._is_left = True
        self._progress = self._message = self._trouble = ""
        self._study = adapters.study.name
        self._head = Static("", id="head", markup=False)
        self._tabs = Static("", id="tabs", markup=False)
        self._about = Static("", id="about", markup=False)
        self._table: DataTable[Text] = DataTable(id="fidelity", cursor_type="row", fixed_rows=1)
        self._drawn = Drawn(id="drawn")
        self._pane = VerticalScroll(self._drawn, id="page")
        self._status = StatusRow(Status(), id="status")

    def compose(self) -> ComposeResult:
        """What there is, the pages by name, what this one is; the table, what is drawn, status, footer."""
        yield self._head
        yield self._tabs
        yield self._about
        yield self._table
        yield self._pane
        yield self._status
        yield CommandFooter(tuple(one for one in credibility_commands.FIGURES if one.id in AT_THE_FOOT), id="footer")

    def on_mount(self) -> None:
        """The first page, as long as nothing is known."""
        self._turn_to(self._page)

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere counts; after a question nothing was."""
        if self._is_left:
            self._is_left = False
            self._make_anew()

    def on_screen_suspend(self) -> None:
        """What is shown instead needs the machine; under a question it goes on."""
        self._is_left = not self.app.screen.is_modal
        if self._is_left:
            self._making.stop()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._making.stop()

    def on_resize(self) -> None:
        """Rows are laid out for the size."""
        self._lay_out()

    def on_data_table_row_highlighted(self) -> None:
        """The minutes are those of the interview that is chosen."""
        case = self._case
        if self._page is Page.FIDELITY and case != self._view.case:
            self._see(View(self._view.by, self._view.by_incidents, case))

    def on_data_table_row_selected(self) -> None:
        """Enter reads the record of the interview that is chosen."""
        if self._case:
            self.post_message(Go(ToRecord(self._case)))

    def action_give(self, command: str) -> None:
        """Do a command of the figures."""
        self._message = ""
        view = self._view
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "next" | "previous":
                step = 1 if command == "next" else -1
                self._turn_to(PAGES[(PAGES.index(self._page) + step) % len(PAGES)])
            case "open" if self._page is Page.FIDELITY:
                self._table.action_select_cursor()
            case "further":
                self._read_on()
            case "sort":
                self.post_message(Go(ToSorting()))
            case "judge" if self._known is not None and self._known.sorted_here:
                self._message = f"{one_line(self._known.coder)} has sorted them: somebody else has to judge."
            case "judge":
                self.post_message(Go(ToSorting(judging=True)))
            case "split":
                self._split()
            case "axis":
                self._turn_to(Page.EXHAUSTIVENESS)
                self._see(View(view.by, not view.by_incidents, view.case))
            case "draw":
                self._ask_for_a_sample()
            case "export":
                self._write()
            case "leave" if self.is_current:
                self.app.pop_screen()
            case _ if command in PAGES:
                self._turn_to(Page(command))
        self._show_status()

    def _make_anew(self) -> None:
        self._making.stop()
        self._making = InTheBackground()
        self._make(self._making)

    @work(group="figures", exclusive=True)
    async def _make(self, making: InTheBackground) -> None:
        """Make the figures, and show them; if the screen is left meanwhile, what there was stays."""
        self._tell_progress("reading the interviews …")
        try:
            found = await making.run(self._all_that_is_known, self._tell_progress)
        except InterviewTuiError as error:
            self._trouble = str(error)
        else:
            if found is not None:
                self._known, self._trouble = found, ""
                self._lay_out()
        self._tell_progress("")

    def _all_that_is_known(self, on_case: OnCase, stop: Callable[[], bool]) -> Known | None:
        """In a thread: the figures, the codebook, how far the judge is."""
        desk = self._desk
        figures = desk.figures(on_case, stop)
        if stop():
            return None
        book = desk.codebook()
        sample = desk.incidents(Task.JUDGING) if book is not None else []
        return Known(figures, book, desk.coder, sum(1 for one in sample if one.category), len(sample))

    def _read_on(self) -> None:
        """The next part of what is drawn; after the last one the first."""
        if self._pane.scroll_offset.y < self._pane.max_scroll_y:
            self._pane.scroll_relative(y=max(1, self._pane.size.height - 1), animate=False, immediate=True)
        else:
            self._pane.scroll_home(animate=False, immediate=True)

    def _split(self) -> None:
        """Split by the next thing that there is, and after the last one by none."""
        by = ("", *participation.kinds(self._known.figures.participation)) if self._known is not None else ("",)
        self._turn_to(Page.PARTICIPATION)
        if len(by) == 1:
            self._message = NO_KINDS
            return
        at = by.index(self._view.by) if self._view.by in by else 0
        self._see(View(by[(at + 1) % len(by)], self._view.by_incidents, self._view.case))

    def _ask_for_a_sample(self) -> None:
        """Ask how large a sample is to be drawn for what the page shows."""
        task = DRAWN_FOR.get(self._page)
        if task is None:
            self._message = NOTHING_TO_DRAW
            return

        def answered(line: str | None) -> None:
            if line is None:
                return
            if line.isdecimal() and 1 <= int(line) <= 100:
                self._draw(task, int(line))
            else:
                self._message = NOT_A_SHARE
                self._show_status()

        self.app.push_screen(Prompt(ASKED[task], str(SAMPLE_PERCENT), str(SAMPLE_PERCENT)), answered)

    @work(group="draw", exclusive=True)
    async def _draw(self, task: Task, share_percent: int) -> None:
        """Draw a sample; where there is one, what came since is drawn from."""
        try:
            drawn = await asyncio.to_thread(self._desk.draw, task, share_percent, extend=True)
        except InterviewTuiError as error:
            self._message = str(error)
        else:
            what = signs.counted(len(drawn.members), "incident" if task is Task.JUDGING else "transcript")
            self._message = f"Drawn at random: {what}: {', '.join(drawn.members)}."
            self._make_anew()
        self._show_status()

    @work(group="write", exclusive=True)
    async def _write(self) -> None:
        if self._known is None:
            self._message = NOT_READ_YET
        else:
            self._message = "Writing the figures …"
            self._show_status()
            try:
                written = await asyncio.to_thread(self._desk.write, self._known.figures)
                others = len(written.files) - 1
                more = f" and {signs.counted(others, 'other')} beside it" if others else ""
                self._message = f"{opening(written)}: {written.files[0]}{more}"
            except InterviewTuiError as error:
                self._message = str(error)
        self._show_status()

    def _turn_to(self, page: Page) -> None:
        self._page = page
        self._pane.scroll_home(animate=False)
        self._show()

    def _see(self, view: View) -> None:
        self._view = view
        self._show()

    def _lay_out(self) -> None:
        """Fill the table; the cursor stays with its interview."""
        known, table, case = self._known, self._table, self._case
        self._rows = fidelity_table.fidelity_rows(known.figures.fidelity) if known is not None else []
        heads = fidelity_table.LONG_HEADS if self.size.width >= WIDE else fidelity_table.HEADS
        table.clear(columns=True)
        for number, head in enumerate(heads):
            cells = (row.cells[number] for row in self._rows)
            widest = max([len(head), *(Content(cell).cell_length for cell in cells)])
            table.add_column(_cell(head, number), width=min(WIDEST_COLUMN, widest))
        for row in self._rows:
            table.add_row(*(_cell(cell, number) for number, cell in enumerate(row.cells)))
        cases = [row.case for row in self._rows]
        table.move_cursor(row=cases.index(case) if case in cases else 0)
        self._show()

    def _show(self) -> None:
        """The page that is turned to."""
        page, known, view = self._page, self._known, self._view
        self.set_class(page is Page.FIDELITY and known is not None and not lacking(page, known), "-table")
        self._head.update(_head(self._study, known))
        self._tabs.update(_tabs(page))
        self._about.update(_about(page, known))
        height = self.size.height

        def drawing(width: int) -> list[Content]:
            return page_rows(page, known, view, width, height) if known is not None else []

        self._drawn.show(drawing)
        self._focus()

    def _focus(self) -> None:
        """What can be moved in has the keys."""
        wanted = self._table if self.has_class("-table") else self._pane
        if self.is_current and not wanted.has_focus:
            self.set_focus(wanted)

    def _tell_progress(self, progress: str) -> None:
        self._progress = progress
        self._show_status()

    def _show_status(self) -> None:
        parts = (self._message, self._progress)
        unread = self._known.figures.unread if self._known is not None else ()
        warnings = [self._trouble] if self._trouble else []
        if unread:
            warnings.append(
                f"{', '.join(unread)} cannot be read, and {'is' if len(unread) == 1 else 'are'} in no figure."
            )
        self._status.show(Status(" · ".join(part for part in parts if part), tuple(warnings)))

    @property
    def _case(self) -> str:
        """The case under the cursor of the table; empty: all of them."""
        at = self._table.cursor_row
        return self._rows[at].case if 0 <= at < len(self._rows) else ""


def _cell(text: str, column: int) -> Text:
    """Numbers stand to the right, behind case and version."""
    is_number = column >= fidelity_table.FIRST_NUMBER
    return Text(text, justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis")


def _head(name: str, known: Known | None) -> Content:
    facts = known.facts if known is not None else ""
    return Content.assemble(Content.styled(name, "bold"), Content.styled(f"   {facts}", "$quiet"))


def _tabs(shown: Page) -> Content:
    """`1 fidelity  2 exhaustiveness …`; the page that is shown stands in brackets."""
    tabs = [
        Content.styled(f"[{number} {page}]", "bold")
        if page is shown
        else Content.styled(f" {number} {page} ", "$quiet")
        for number, page in enumerate(PAGES, 1)
    ]
    return Content(" ").join(tabs)


def _about(page: Page, known: Known | None) -> str:
    """What the page is; of the interviews, what they add up to as well."""
    found = known.figures.fidelity if known is not None else ()
    return f"{ABOUT[page]}\n{fidelity_table.whole_study(found)}" if page is Page.FIDELITY and found else ABOUT[page]
