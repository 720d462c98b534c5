"""The list of cases. The keys are the line's: it moves the cursor, so that keys in a burst keep their order."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import DataTable

from interview_tui.tui.case_rows import DUE, OVERDUE, CaseTable

ASCENDING, DESCENDING, POINTER = " ▲", " ▼", "›"


class CaseTableView(DataTable[Text], can_focus=False):
    """Shows cases, with a cursor on one of them, and a pointer at the column by which they can be ordered."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row")
        self._shown: tuple[CaseTable, str, bool, str, int] | None = None
        self.keys: tuple[str, ...] = ()

    def show(self, table: CaseTable, order: str, column: str, *, descending: bool, room: int) -> None:
        """Show other cases, in as many columns as there is room for in `room` cells; `keys` are theirs.

        They are in the `order` of one column, and the pointer is at another `column`.
        """
        wanted = (table, order, descending, column, room)
        if wanted == self._shown:
            return
        self._shown = wanted
        top = self.scroll_offset
        self.clear(columns=True)
        widths = table.widths(room)
        self.keys = tuple(table.columns[number].key for number in widths)
        for number, width in widths.items():
            one = table.columns[number]
            arrow = (DESCENDING if descending else ASCENDING) if one.key == order else ""
            arrow = "" if (one.key, descending) == (DUE, False) else arrow  # that is how it is if nobody asks
            pointer = POINTER if one.key == column else ""
            head = Text(f"{pointer}{one.title}{arrow}", justify="right" if one.is_number else "left")
            self.add_column(head, width=width, key=one.key)
        for row in table.rows:
            cells = (self._cell(row.cells[number].shown, table.columns[number].is_number) for number in widths)
            self.add_row(*cells, key=row.card.case)
        self.scroll_to(x=top.x, y=top.y, animate=False, force=True)

    def point(self, case: str) -> None:
        """Put the cursor on a case."""
        rows = [row.key.value for row in self.ordered_rows]
        if case in rows and self.cursor_row != rows.index(case):
            self.move_cursor(row=rows.index(case))

    def _cell(self, shown: str, is_number: bool) -> Text:
        style = "bold" if shown.startswith(OVERDUE) else ""
        return Text(shown, style, justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis")
