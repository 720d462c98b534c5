"""The list of cases as it is looked at: its order, its filter, where the cursor is."""

from __future__ import annotations

from interview_tui.tui.case_reading import Known
from interview_tui.tui.case_rows import CASE, DUE, CaseTable, case_table, first_with

PAGE = 10


class CaseList:
    """A cursor over a table. `page` is how many rows are seen, `seen` the columns for which there is room."""

    def __init__(self) -> None:
        self._known = Known()
        self._table: CaseTable | None = None
        self._at, self.column = "", CASE
        self.order, self.descending, self.filter = DUE, False, ""
        self.page = PAGE
        self.seen: tuple[str, ...] = ()

    @property
    def table(self) -> CaseTable:
        """The list as it is shown."""
        if self._table is None:
            known = self._known
            whole = case_table(known.cards, known.attributes, known.interviews, known.now_ms)
            self._table = whole.sorted_by(self.order, descending=self.descending).where(self.filter)
        return self._table

    @property
    def cases(self) -> list[str]:
        """The cases that are shown, from above."""
        return [row.card.case for row in self.table.rows]

    @property
    def at(self) -> str:
        """The case under the cursor: the one that was gone to, or the first if that is not shown."""
        cases = self.cases
        return self._at if self._at in cases else cases[0] if cases else ""

    def show(self, known: Known) -> None:
        """Show what is known now; the cursor stays with its case."""
        self._at = self.at
        self._known, self._table = known, None

    def go(self, case: str, column: str = "") -> None:
        """Put the cursor on a case."""
        self._at, self.column = case, column or self.column

    def find(self, typed: str) -> None:
        """Go to the first case that is called so, or begins so; where none does, stay."""
        self._at = first_with(self.table.rows, typed) or self.at

    def only(self, line: str) -> None:
        """Show only what a filter leaves; empty: everything."""
        at = self.at
        self.filter, self._table = line, None
        self._at = at

    def sort(self, key: str) -> None:
        """In the order of a column; again: turned round. The cursor stays with its case."""
        self._at = self.at
        self.descending = key == self.order and not self.descending
        self.order, self._table = key, None

    def sort_by_due(self) -> None:
        """Whom to ring next on top."""
        self.order, self.descending, self._table, self._at = DUE, False, None, ""

    def beside(self, case: str, step: int) -> str:
        """The case so many rows below another one, as far as there are rows."""
        cases = self.cases
        return cases[max(0, min(len(cases) - 1, cases.index(case) + step))] if case in cases else case

    def move(self, key: str) -> None:
        """Move the cursor by a key; another key moves nothing."""
        steps = {"up": -1, "down": 1, "pageup": -self.page, "pagedown": self.page}
        whole = len(self.cases)
        self._at = self.beside(self.at, {**steps, "home": -whole, "end": whole}.get(key, 0))
        columns = [column.key for column in self.table.columns if column.key in self.seen] or [CASE]
        at = columns.index(self.column) if self.column in columns else 0
        self.column = columns[max(0, min(len(columns) - 1, at + {"left": -1, "right": 1}.get(key, 0)))]
