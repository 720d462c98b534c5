"""The incidents of a study side by side."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

from interview_tui.errors import InterviewTuiError
from interview_tui.record.comparison import Comparison, Row
from interview_tui.tui import comparison_table as laid
from interview_tui.tui import palette, review_commands, signs
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.comparison_table import Arrangement, Heading
from interview_tui.tui.destinations import Go, ToRecord, ToSorting
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.export_dialog import in_brief
from interview_tui.tui.keeping_up import KeepingUp
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.status_row import Status, StatusRow

LINES = 2
"""How many lines of a cell are shown."""
FIXED = len(laid.IDENTIFYING)
ANYTHING = "anything"
NOTHING = "There is no incident to be compared yet."


class ComparisonScreen(Screen[None]):
    """A row an incident, a column a part of it or an answer. Sorted, filtered and narrowed it can be written so."""

    CSS_PATH = "comparison.tcss"
    AUTO_FOCUS = "#incidents"
    COMMANDS = {palette.finds(review_commands.COMPARISON)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.COMPARISON
            if command.id != "open"  # Enter is the table's
        ),
    ]

    def __init__(self, adapters: Adapters) -> None:
        super().__init__()
        self._overview = adapters.overview
        self._keeping_up = KeepingUp(adapters.overview)
        self._all = Comparison((), ())
        self._shown = Comparison((), ())
        self._headings: tuple[Heading, ...] = ()
        self._arrangement = Arrangement()
        self._progress = self._left_out = self._message = ""
        self._head = Static("Side by side", id="head", markup=False)
        self._table: DataTable[Text] = DataTable(id="incidents", cursor_type="cell", fixed_columns=FIXED)
        self._cell = Static("", markup=False)
        self._pane = VerticalScroll(self._cell, id="cell", can_focus=False)
        self._status = StatusRow(Status(), id="status")

    def compose(self) -> ComposeResult:
        """How much is shown, and in which order; the table, the whole cell below it, status, footer."""
        yield self._head
        yield self._table
        yield Static(NOTHING, id="nothing", markup=False)
        yield self._pane
        yield self._status
        yield CommandFooter(review_commands.COMPARISON, id="footer")

    def on_screen_resume(self) -> None:
        """Show what there is, and what has changed since."""
        self._bring_up_to_date()

    def on_screen_suspend(self) -> None:
        """What is shown instead needs the machine."""
        self._keeping_up.stop()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._keeping_up.stop()

    def on_resize(self) -> None:
        """Columns are laid out for the width."""
        self._lay_out()

    def on_data_table_cell_highlighted(self) -> None:
        """The pane shows the cell that is chosen."""
        self._show_cell()

    def on_data_table_cell_selected(self) -> None:
        """Enter reads the record at the incident."""
        row = self._row
        if row is not None:
            self.post_message(Go(ToRecord(row.case, incident=row.incident)))

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on a heading sorts by it."""
        self._sort(self._headings[event.column_index])

    def action_give(self, command: str) -> None:
        """Do a command of the table."""
        self._message = ""
        heading = self._heading
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "open":
                self._table.action_select_cursor()
            case "leave" if self.has_class("-cell"):
                self.remove_class("-cell")
            case "leave":
                self.app.pop_screen()
            case "sort" if heading is not None:
                self._sort(heading)
            case "filter" if heading is not None:
                self._filter(heading)
            case "hide" if heading is not None:
                self._hide(heading)
            case "everything":
                self._arrange(Arrangement(self._arrangement.sortings))
            case "whole" if heading is not None:
                self._turn_the_page()
            case "export":
                self._export()
            case "categories":
                self.post_message(Go(ToSorting()))
        self._show_status()

    @property
    def _heading(self) -> Heading | None:
        """The column under the cursor."""
        at = self._table.cursor_column
        return self._headings[at] if at < len(self._headings) else None

    @property
    def _row(self) -> Row | None:
        """The incident under the cursor."""
        at = self._table.cursor_row
        return self._shown.rows[at] if 0 <= at < len(self._shown.rows) else None

    @work(group="keep up", exclusive=True)
    async def _bring_up_to_date(self) -> None:
        """Show what there is, read what has changed, and show that."""
        with suppress(InterviewTuiError):  # what is wrong with it is told, if it still is, once it was made anew
            await self._read()
        try:
            self._left_out = await self._keeping_up.bring(self._tell_progress)
            await self._read()
        except InterviewTuiError as error:
            self._left_out = str(error)
        self._tell_progress("")

    async def _read(self) -> None:
        found = await asyncio.to_thread(self._overview.comparison)
        if found != self._all and (found.rows or self._all.rows):
            self._all = found
            self._arrange(self._arrangement)

    def _tell_progress(self, progress: str) -> None:
        self._progress = progress
        self._show_status()

    def _sort(self, heading: Heading) -> None:
        """Sort, and go to the first: what is least, or most, is looked for."""
        self._arrange(self._arrangement.sorted_by(heading), stay=False)

    def _filter(self, heading: Heading) -> None:
        """Ask which incidents are to be seen, of what there are without this filter."""
        now = self._arrangement.filters.get(heading)

        def typed(text: str | None) -> None:
            if text is not None:
                self._arrange(self._arrangement.filtered(heading, text or None))

        def picked(key: str | None) -> None:
            if key is not None:
                self._arrange(self._arrangement.filtered(heading, None if key == ANYTHING else key[1:]))

        if heading.part:
            asked = f"{heading.name}: a word of it, or missing, thin, filled; nothing: every incident"
            self.app.push_screen(Prompt(asked, now or "", "a word of it"), typed)
            return
        rows = self._arrangement.filtered(heading, None).of(self._all).rows
        said = sorted(laid.values(rows, heading).items(), key=lambda found: found[0].casefold())
        choices = [Choice(ANYTHING, ANYTHING, signs.counted(len(rows), "incident"))]
        choices += [Choice(f"={text}", text or "nothing", str(count)) for text, count in said]
        chosen = ANYTHING if now is None else f"={now}"
        self.app.push_screen(Picker(f"Only incidents of which {heading.name} is", choices, chosen), picked)

    def _hide(self, heading: Heading) -> None:
        if heading in self._headings[:FIXED]:
            self._message = f"{heading.name} tells the incidents apart: it stays."
        else:
            self._arrange(self._arrangement.without(heading))

    def _turn_the_page(self) -> None:
        """Show the whole cell, or the next page of it; after the last one, the table alone again."""
        if not self.has_class("-cell"):
            self.add_class("-cell")
            self._show_cell()
        elif self._pane.scroll_offset.y < self._pane.max_scroll_y:
            self._pane.scroll_relative(y=self._pane.size.height, animate=False, immediate=True)
        else:
            self.remove_class("-cell")

    @work(group="export", exclusive=True)
    async def _export(self) -> None:
        table = self._shown
        if not table.rows:
            self._message = "There is no incident to be written."
        else:
            self._message = f"Writing {signs.counted(len(table.rows), 'incident')}, names replaced …"
            self._show_status()
            try:
                self._message = in_brief(await asyncio.to_thread(self._overview.write_comparison, table))
            except InterviewTuiError as error:
                self._message = str(error)
        self._show_status()

    def _arrange(self, arrangement: Arrangement, *, stay: bool = True) -> None:
        """Show the table otherwise; the cursor stays in its column, and with its incident if it is to `stay`."""
        row, heading = self._row, self._heading
        at = self._table.cursor_column if heading is not None else FIXED
        self._arrangement = arrangement
        self._headings = arrangement.shown(laid.headings(self._all))
        self._shown = arrangement.of(self._all)
        self._lay_out()
        incidents = [(one.case, one.incident) for one in self._shown.rows]
        there = stay and row is not None and (row.case, row.incident) in incidents
        down = incidents.index((row.case, row.incident)) if row is not None and there else 0
        across = self._headings.index(heading) if heading in self._headings else min(at, len(self._headings) - 1)
        self._table.move_cursor(row=down, column=max(0, across))
        self._head.update(_head(arrangement.in_words(len(incidents), len(self._all.rows))))
        self._show_cell()

    def _lay_out(self) -> None:
        table, rows = self._table, self._shown.rows
        cursor = table.cursor_coordinate
        self.set_class(not self._all.rows, "-nothing")
        table.clear(columns=True)
        cells = [[laid.cell(row, heading) for heading in self._headings] for row in rows]
        names = [f"{heading.name} {laid.ASCENDING}" for heading in self._headings]
        wide = laid.widths(cells, names, table.scrollable_content_region.width, FIXED)
        for heading, width in zip(self._headings, wide, strict=True):
            table.add_column(Text(self._named(heading)), width=width)
        for line in cells:
            texts = (Text(laid.shortened(text, width, LINES)) for text, width in zip(line, wide, strict=True))
            table.add_row(*texts, height=LINES)
        table.move_cursor(row=cursor.row, column=cursor.column)

    def _named(self, heading: Heading) -> str:
        sorting = self._arrangement.sorting
        return f"{heading.name} {sorting.sign}" if sorting is not None and sorting.heading == heading else heading.name

    def _show_cell(self) -> None:
        """The whole cell under the cursor, from its beginning."""
        row, heading = self._row, self._heading
        if row is None or heading is None:
            self.remove_class("-cell")
        elif self.has_class("-cell"):
            facts = [row.case, row.shown(self._all.columns[1]), heading.name, laid.state(row, heading)]
            head = Content.styled(" · ".join(fact for fact in facts if fact), "bold")
            self._cell.update(Content.assemble(head, "\n", laid.whole(row, heading)))
            self._pane.scroll_home(animate=False)

    def _show_status(self) -> None:
        parts = (self._message, self._progress, self._left_out)
        self._status.show(Status(" · ".join(part for part in parts if part)))


def _head(said: str) -> Content:
    return Content.assemble(Content.styled("Side by side", "bold"), f"  {said}")
