"""A card, a line an entry: what it is on the left, what it says beside that, the one that can be changed marked."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from interview_tui.tui.case_sheet import Entry
from interview_tui.tui.widgets.pane import Pane

LABEL_CELLS = 18
POINTER, NO_POINTER = "› ", "  "


@dataclass(frozen=True, slots=True)
class Sheet:
    """Entries, and the key of the one under the cursor."""

    entries: tuple[Entry, ...] = ()
    at: str = ""


class CaseCard(Pane[Sheet]):
    """As high as what it says, if there is room; where there is not, the entry under the cursor is seen."""

    def show(self, value: Sheet) -> None:
        """Show something else."""
        if value != self.value:
            super().show(value)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """The rows that it takes in `width` cells."""
        return len(self._laid(self.value, width)[0])

    def rows(self, value: Sheet, width: int, height: int) -> list[Content]:
        """Long entries are wrapped."""
        rows, at = self._laid(value, width)
        top = max(0, min(at - height // 2, len(rows) - height))
        return rows[top : top + height]

    def _laid(self, value: Sheet, width: int) -> tuple[list[Content], int]:
        """All rows, and the number of the one under the cursor."""
        rows: list[Content] = []
        at = 0
        for entry in value.entries:
            chosen = bool(value.at) and entry.key == value.at
            if chosen:
                at = len(rows)
            rows += _rows(entry, width, chosen=chosen)
        return rows, at


def _rows(entry: Entry, width: int, *, chosen: bool) -> list[Content]:
    if not entry.label:
        return [Content.styled(entry.text, "bold $accent")]
    room = max(1, width - LABEL_CELLS - len(POINTER))
    style = "bold $text-warning" if entry.urgent else ""
    style = "bold $text on $primary-muted" if chosen else style
    first, *rest = Content.styled(entry.text, style).wrap(room)
    label = Content.styled(entry.label, "$quiet").truncate(LABEL_CELLS - 1, ellipsis=True)
    head = Content.assemble(POINTER if chosen else NO_POINTER, label, " " * (LABEL_CELLS - label.cell_length), first)
    return [head, *(Content.assemble(" " * (LABEL_CELLS + len(POINTER)), row) for row in rest)]
