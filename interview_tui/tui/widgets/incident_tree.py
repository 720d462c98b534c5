"""The incidents of a record with their parts, what is around them, and the sections: what of it is looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from interview_tui.record.model import Completeness, Record
from interview_tui.schedule.model import Schedule
from interview_tui.tui import signs
from interview_tui.tui.incident_rows import Subject, TreeRow, nearest, opened_by, tree_rows
from interview_tui.tui.widgets.pane import beside

STYLES = {"title": "bold $accent", "round": "bold $text-primary", "incident": "bold", "untold": "$text-warning"}
KNOWN = signs.COMPLETENESS[Completeness.FILLED]
LACKING = (signs.COMPLETENESS[Completeness.MISSING], signs.COMPLETENESS[Completeness.THIN])


class IncidentTree(OptionList):
    """A row each. Of the incident under the cursor every part has one too; moving on to another opens that instead."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "hear", show=False)]

    class Looked(Message):
        """Something else is looked at."""

        def __init__(self, subject: Subject) -> None:
            super().__init__()
            self.subject = subject

    class Wanted(Message):
        """What is looked at is to be heard."""

        def __init__(self, subject: Subject) -> None:
            super().__init__()
            self.subject = subject

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._rows: list[TreeRow] = []
        self._of: tuple[Record, Schedule] | None = None
        self._opened = ""
        self._told = False
        self.subject = Subject()

    def show_record(self, record: Record, schedule: Schedule, subject: Subject) -> None:
        """Show a record, of which something is looked at; the nearest there is where that is gone."""
        self._of = (record, schedule)
        self._lay_out(subject)

    def look_at(self, subject: Subject) -> None:
        """Put the cursor on something, as if somebody had moved it there."""
        if self._of is not None:
            self._lay_out(subject)

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        if self._of is not None:
            self._lay_out(self.subject)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Look at what the cursor is on, and open the incident that it has come to."""
        super().watch_highlighted(highlighted)
        if self._of is None or highlighted is None:
            return
        subject = self._rows[highlighted].subject or Subject()
        if opened_by(self._of[0], subject) == self._opened:
            self._look(subject)
        else:
            self._lay_out(subject)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click: it has moved the cursor, and plays nothing."""
        event.stop()

    def action_hear(self) -> None:
        """Ask that what is looked at be heard."""
        self.post_message(self.Wanted(self.subject))

    def _lay_out(self, subject: Subject) -> None:
        assert self._of is not None
        record, schedule = self._of
        self._opened = opened_by(record, subject)
        self._rows = tree_rows(record, schedule, self._opened)
        width = max(10, self.scrollable_content_region.width)
        self.clear_options()
        self.add_options(Option(_prompt(row, width)) for row in self._rows)
        self.highlighted = nearest(self._rows, subject)

    def _look(self, subject: Subject) -> None:
        if subject != self.subject or not self._told:
            self.subject, self._told = subject, True
            self.post_message(self.Looked(subject))


def _prompt(row: TreeRow, width: int) -> Content:
    glyph_style = "$text-success" if row.glyph == KNOWN else "$text-warning" if row.glyph in LACKING else "$quiet"
    text = Content.assemble(
        " " * row.depth,
        Content.styled(f"{row.glyph} " if row.glyph else "", glyph_style),
        Content.styled(row.text, STYLES.get(row.kind, "")),
    )
    return beside(text, Content.styled(row.aside, "$quiet"), width)
