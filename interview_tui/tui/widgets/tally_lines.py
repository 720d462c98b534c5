"""The tallies of the study in a line each: what is wanted, how far it is, what is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from interview_tui.fieldwork.crosstab import in_numbers
from interview_tui.fieldwork.tally import Cell, Counted
from interview_tui.tui.widgets.pane import NARROWEST, Pane

GAP = "  "
OTHERS = 15
"""The rows of a screen that are not for the tallies; of what is left they have a third."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """The tallies as they stand, or why they could not be counted."""

    counted: tuple[Counted, ...] = ()
    trouble: str = ""


class TallyLines(Pane[Tallied]):
    """A row for each tally; where there is no room for all of them, the last row says how many more there are."""

    def make_room(self, screen: Size) -> None:
        """Take the rows that are wanted, of a screen of this size."""
        room = max(0, screen.height - OTHERS) // 3
        rows = len(self.rows(self.value, max(NARROWEST, screen.width - 2), room)[:room]) if room else 0
        self.styles.height = max(1, rows)
        self.set_class(rows > 0, "-shown")

    def rows(self, value: Tallied, width: int, height: int) -> list[Content]:
        if value.trouble:
            return Content.styled(value.trouble, "$text-warning").wrap(width)
        shown = value.counted if len(value.counted) <= height else value.counted[: max(0, height - 1)]
        rows = [_row(counted, width) for counted in shown]
        if len(shown) < len(value.counted):
            rows.append(Content.styled(f"and {len(value.counted) - len(shown)} more: y shows all", "$quiet"))
        return rows


def _row(counted: Counted, width: int) -> Content:
    """The name, then the cells that have a target, else the first ones; those that are short of least give way."""
    name = Content.styled(f"{counted.tally.name}:", "$quiet")
    cells = list(counted.wanted() or [cell for cell in counted.cells if len(cell.values) == 1])
    left_out = 0
    while True:
        more = [Content.styled(f"+{left_out}", "$quiet")] if left_out else []
        row = Content(GAP).join([name, *map(_cell, cells), *more])
        if row.cell_length <= width or len(cells) <= 1:
            return row
        cells.pop(_least(cells))
        left_out += 1


def _least(cells: Sequence[Cell]) -> int:
    """Which of the cells matters least: the one that is short of least; of those alike, an inner one, and the last."""
    return min(range(len(cells)), key=lambda number: (cells[number].short, -len(cells[number].values), -number))


def _cell(cell: Cell) -> Content:
    if cell.target is None:
        return Content(f"{cell.name} {cell.count}")
    style = "$text-warning" if cell.short else "$text-success"
    return Content.assemble(f"{cell.name} ", (in_numbers(cell), style))
