"""The study: every interview as a line of a table, what they add up to beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Static

from interview_tui.errors import InterviewTuiError
from interview_tui.record.digest import Digest
from interview_tui.record.export_ports import Written
from interview_tui.tui import palette, plots, review_commands, signs
from interview_tui.tui.destinations import Destination, Go, ToComparison, ToRecord, ToSearch, ToTranscript
from interview_tui.tui.dialogs import Prompt
from interview_tui.tui.export_dialog import ExportDialog, in_brief
from interview_tui.tui.ports import Adapters
from interview_tui.tui.study_table import Cell, Column, Of, StudyTable, table_of, terms_of
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow

WIDE = 110
"""From so many cells on the plots stand beside the table; else instead of it."""
WIDEST_COLUMN = 40
ASCENDING, DESCENDING = " ▲", " ▼"
LOOKS = 20
"""How often what was brought up to date is shown before all of it is, roughly."""
NAMED = 3
"""So many cases that cannot be read are named."""
NOT_AT_THE_FOOT = ("open", "search")
"""Commands for which there is no room in 80 columns."""
NOT_ALL_READ = "Not all interviews are read yet: once they are, ^E exports them."
NONE_TO_EXPORT = "Rehearsals and unfinished ones are exported from the list of interviews."
EXAMPLES = "item=answer  state=checked  doubts>0  a word  -rehearsal"


class StudyScreen(Screen[None]):
    """The interviews of a study, sorted and filtered by what is known of each.

    What is known from before shows at once. It is brought up to date while the screen is shown, and no longer.
    """

    CSS_PATH = "study.tcss"
    AUTO_FOCUS = "#study"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's
    COMMANDS = {palette.finds(review_commands.STUDY)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.STUDY
            if command.id != "open"  # Enter is the table's
        ),
    ]

    class Reading(Message, bubble=False):
        """A case is being read; so many of so many are done."""

        def __init__(self, case: str, done: int, total: int) -> None:
            super().__init__()
            self.case, self.done, self.total = case, done, total

        def can_replace(self, message: Message) -> bool:
            """The newest is enough."""
            return isinstance(message, StudyScreen.Reading)

    def __init__(self, adapters: Adapters) -> None:
        super().__init__()
        self._adapters = adapters
        self._whole = table_of([])
        self._shown = self._whole
        self._filter = self._typed = ""
        self._order, self._descending = Of.CASE.value, False
        self._is_seen = self._is_reading = self._broke_off = False
        self._turn = asyncio.Lock()
        self._looked_at = 0
        self._reading = self._message = self._unread = ""
        self._title = Static(adapters.study.name, id="title", markup=False)
        self._table: DataTable[Line] = DataTable(id="study", cursor_type="cell", fixed_columns=1)
        self._plots = Plots()
        self._pane_of_plots = VerticalScroll(id="plots")
        self._status = StatusRow(Status("Reading the study …"), id="status")

    def compose(self) -> ComposeResult:
        """Title, table and plots, status, footer."""
        yield self._title
        with Horizontal(id="views"):
            yield self._table
            with self._pane_of_plots:
                yield self._plots
        yield self._status
        at_the_foot = tuple(command for command in review_commands.STUDY if command.id not in NOT_AT_THE_FOOT)
        yield CommandFooter(at_the_foot, id="footer")

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere shows."""
        self._is_seen = True
        if not self._is_reading:
            self._keep_up()

    def on_screen_suspend(self) -> None:
        """Nothing is read for a screen that nobody sees; under a question it goes on."""
        self._is_seen = self.app.screen.is_modal

    def on_resize(self) -> None:
        """The focus is on what can be seen."""
        self._focus()

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        """Enter on a line of the table."""
        self._go(ToRecord(event.cell_key.row_key.value or ""))

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on the head of a column."""
        self._sort(event.column_key.value or "")

    def on_study_screen_reading(self, event: Reading) -> None:
        """Another case is being read: that is said, and now and then shown."""
        self._reading = f"reading {event.done + 1} of {event.total} …"
        if event.done - self._looked_at >= max(1, len(self._whole.rows) // LOOKS):
            self._looked_at = event.done
            self._look()
        self._show_status()

    def action_give(self, command: str) -> None:
        """Do a command of the study."""
        self._message = ""
        case = self._chosen
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "open" if case:
                self._go(ToRecord(case))
            case "transcript" if case:
                self._go(ToTranscript(case))
            case "filter":
                prompt = Prompt("Only interviews with", self._typed, EXAMPLES)
                self.app.push_screen(prompt, self._filter_by)
            case "sort" if self._shown.rows:
                self._sort(self._shown.columns[self._table.cursor_column].key)
            case "plots":
                self.toggle_class("-plots")
                self.call_after_refresh(self._focus)
            case "compare":
                self._go(ToComparison())
            case "search":
                self._go(ToSearch())
            case "export" if case:
                self._export()
            case "leave" if self.is_current:
                self.app.pop_screen()
        self._show_status()

    @work(group="read")
    async def _keep_up(self) -> None:
        """Show what is known, bring it up to date, show what came of it; once more where it broke off meanwhile."""
        self._is_reading = True
        try:
            await self._read()
            self._show_status()
            while self._is_seen:
                self._broke_off, self._looked_at = False, 0
                failed = await asyncio.to_thread(self._adapters.overview.bring_up_to_date, self._tell, self._must_stop)
                self._unread = _unread(failed)
                await self._read()
                if not self._broke_off:
                    break
        except InterviewTuiError as error:
            self._message = str(error)
        finally:
            self._is_reading, self._reading = False, ""
        self._show_status()

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        try:
            await self._read()
        except InterviewTuiError as error:
            self._message = str(error)
            self._show_status()

    async def _read(self) -> None:
        """Read what is known, and show it if that is something else."""
        async with self._turn:
            found = await asyncio.to_thread(self._known)
            if found is not None:
                self._whole = found
                self._lay_out()

    def _known(self) -> StudyTable | None:
        """What is known now; None if that is nothing new."""
        found = self._adapters.overview.digests()
        before = {digest.case: digest for digest in self._whole.digests}
        return None if found == sorted(before.values(), key=lambda one: one.case) else table_of(found)

    def _tell(self, case: str, done: int, total: int) -> None:
        self.post_message(self.Reading(case, done, total))

    def _must_stop(self) -> bool:
        """Whether nobody sees the screen any more, or its worker was cancelled: the app waits for the thread then."""
        self._broke_off = not self._is_seen or not self._is_reading
        return self._broke_off

    def _filter_by(self, typed: str | None) -> None:
        if typed is None:
            return
        self._typed = typed
        try:
            terms_of(typed, self._whole.columns)
        except InterviewTuiError as error:
            self._message = str(error)
        else:
            self._filter = typed
            self._lay_out()
        self._show_status()

    def _export(self) -> None:
        """Export what is shown, as far as it is finished and no rehearsal."""
        if self._reading:
            self._message = NOT_ALL_READ
            return
        shown = self._shown.digests
        cases = [digest.case for digest in shown if digest.ended and not digest.rehearsal]
        if not cases:
            self._message = NONE_TO_EXPORT
            return
        left = len(shown) - len(cases)
        left_out = f"without {signs.counted(left, 'rehearsal or unfinished one', 'rehearsals or unfinished ones')}"
        dialog = ExportDialog(self._adapters.exports, cases, self._adapters.last_choice, left_out if left else "")
        self.app.push_screen(dialog, self._exported)

    def _exported(self, written: Written | None) -> None:
        if written is not None:
            self._message = in_brief(written)
            self._show_status()

    def _sort(self, key: str) -> None:
        self._descending = key == self._order and not self._descending
        self._order = key
        self._lay_out()

    def _lay_out(self) -> None:
        """Fill the table; the cursor stays at its case and column, and the table where it was scrolled to."""
        table, before = self._table, self._shown
        at, top = table.cursor_coordinate, table.scroll_offset
        case = self._chosen
        column = before.columns[at.column].key if before.columns else ""
        shown = self._shown = self._wanted()
        table.clear(columns=True)
        for number, one in enumerate(shown.columns):
            head = self._heading(one)
            table.add_column(head, width=_width(head, (row.cells[number] for row in shown.rows)), key=one.key)
        for row in shown.rows:
            cells = zip(row.cells, shown.columns, strict=True)
            table.add_row(*(_line(cell.shown, one.is_number) for cell, one in cells), key=row.digest.case)
        cases = [row.digest.case for row in shown.rows]
        keys = [one.key for one in shown.columns]
        table.move_cursor(
            row=cases.index(case) if case in cases else 0,
            column=keys.index(column) if column in keys else 0,
            scroll=False,
        )
        table.scroll_to(x=top.x, y=top.y, animate=False, force=True)
        self._plots.show(shown.digests)
        self._show_title()

    def _wanted(self) -> StudyTable:
        """What is to be shown; a filter by a column that is no longer there is dropped, and that is said."""
        ordered = self._whole.sorted_by(self._order, descending=self._descending)
        try:
            return ordered.where(terms_of(self._filter, ordered.columns))
        except InterviewTuiError as error:
            self._filter, self._message = "", str(error)
            return ordered

    def _heading(self, column: Column) -> Text:
        arrow = (DESCENDING if self._descending else ASCENDING) if column.key == self._order else ""
        return Text(f"{column.name}{arrow}", justify="right" if column.is_number else "left")

    def _show_title(self) -> None:
        shown, whole = len(self._shown.rows), len(self._whole.rows)
        many = "" if shown == whole else f"{shown} of "
        only = f" · only {self._filter}" if self._filter else ""
        facts = f"{many}{signs.counted(whole, 'interview')}{only}"
        name = Content.styled(self._adapters.study.name, "bold")
        self._title.update(Content.assemble(name, Content.styled(f"   {facts}", "$quiet")))

    def _show_status(self) -> None:
        warnings = (self._unread,) if self._unread else ()
        self._status.show(Status("  ".join(part for part in (self._message, self._reading) if part), warnings))

    def _focus(self) -> None:
        """The plots have the keys where they are all that is seen."""
        hidden = self.has_class("-plots") and self.size.width < WIDE
        wanted = self._pane_of_plots if hidden else self._table
        if self.is_current and not wanted.has_focus:
            self.set_focus(wanted)

    def _go(self, to: Destination) -> None:
        self.post_message(Go(to))

    @property
    def _chosen(self) -> str:
        """The case under the cursor; empty where there is none."""
        row = self._table.cursor_row
        return self._shown.rows[row].digest.case if 0 <= row < len(self._shown.rows) else ""


class Plots(Widget):
    """What the interviews that are shown add up to."""

    def __init__(self) -> None:
        super().__init__(id="drawn")
        self._digests: tuple[Digest, ...] = ()
        self._drawn: tuple[int, list[Content]] | None = None

    def show(self, digests: tuple[Digest, ...]) -> None:
        """Show other interviews."""
        self._digests, self._drawn = digests, None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """As many rows as there are."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.content_size.width))

    def _rows(self, width: int) -> list[Content]:
        """The rows for a width; they are drawn once for each."""
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = width, plots.drawn(self._digests, width)
        return self._drawn[1]


def _width(head: Text, cells: Iterable[Cell]) -> int:
    """How wide a column is to be."""
    return min(WIDEST_COLUMN, max([head.cell_len, *(cell_len(cell.shown) for cell in cells)]))


class Line:
    """What stands in a cell. It cannot be measured: a table asks each cell for its width, which the column knows."""

    def __init__(self, shown: str, is_number: bool) -> None:
        self._text = Text(shown, justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The text."""
        yield self._text


@lru_cache(maxsize=4096)
def _line(shown: str, is_number: bool) -> Line:
    """A cell; most of a thousand interviews have the same in theirs."""
    return Line(shown, is_number)


def _unread(failed: Mapping[str, InterviewTuiError]) -> str:
    """Which cases cannot be read, and why not the first of them; empty if all can be."""
    if not failed:
        return ""
    cases = sorted(failed)
    more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
    return f"{', '.join(cases[:NAMED])}{more} cannot be read: {failed[cases[0]].message}"
