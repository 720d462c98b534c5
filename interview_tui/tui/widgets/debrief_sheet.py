"""The debrief as it stands: what it is about, and every box with what is written in it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.call_header import SAVING_STYLES, Saving
from interview_tui.tui.widgets.pane import Pane, beside

OPTIONAL = "all optional"
LEAST_LABEL = 24
"""The cells that a label has at least."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The interview that a debrief is about, in words; `kept` only where not all of it is."""

    case: str
    length: str
    outcome: str
    reason: str
    kept: str
    saving: Saving
    rehearsal: bool = False


class DebriefHeader(Pane[Occasion]):
    """Two rows: the interview and what is saved; how it ended."""

    def rows(self, value: Occasion, width: int, height: int) -> list[Content]:  # noqa: ARG002 - two rows
        saving = Content.styled(value.saving, SAVING_STYLES[value.saving])
        left = Content.assemble(
            Content.styled(f"{value.case}  ", "bold"),
            f"debrief · {value.length}",
            f" · kept: {value.kept}" if value.kept else "",
            "  rehearsal" if value.rehearsal else "",
        )
        how = Content.styled(f"ended: {value.outcome}", "bold")
        why = Content.assemble(how, f" · {value.reason}" if value.reason else "")
        return [beside(left, saving, width), beside(why, Content.styled(OPTIONAL, "$quiet"), width)]


@dataclass(frozen=True, slots=True)
class Row:
    """A heading, or a box: what it asks and what is written in it."""

    heading: str
    label: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows, and the number of the one that is being written."""

    rows: tuple[Row, ...]
    current: int


class DebriefSheet(Pane[Sheet]):
    """A row a box, and as many of them around the one being written as there is room for."""

    def rows(self, value: Sheet, width: int, height: int) -> list[Content]:
        first = max(0, min(value.current - height // 2, len(value.rows) - height))
        shown = list(enumerate(value.rows))[first : first + height]
        label_width = max(LEAST_LABEL, width // 2)
        return [_drawn(row, label_width, width, here=number == value.current) for number, row in shown]


def _drawn(row: Row, label_width: int, width: int, *, here: bool) -> Content:
    """A row; a label with nothing beside it has the whole width."""
    if row.heading:
        return Content.styled(row.heading, "bold $accent")
    label = Content(f"{'▸' if here else ' '} {'●' if row.text else '○'} {row.label}")
    if row.text:
        text = Content(row.text).truncate(max(1, width - label_width - 2), ellipsis=True)
        label = Content.assemble(label.truncate(label_width, ellipsis=True, pad=True), "  ", text)
    laid = label.truncate(width, ellipsis=True, pad=here)
    return laid.stylize("bold on $primary-muted") if here else laid
