"""All tallies of the study, every cell of them."""

from __future__ import annotations

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError
from interview_tui.fieldwork.crosstab import MET, crosstab
from interview_tui.fieldwork.tally import Counted
from interview_tui.tui import commands
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter

NONE = (
    "This study counts nothing yet.\n\n"
    'A tally is written in study.toml: [[tally]], and below it by = ["…"], the items to count by.\n'
    "docs/tallies.md says how, and how many of each are wanted."
)


class TalliesScreen(Screen[None]):
    """A table for each tally; counted anew whenever the screen is shown."""

    CSS_PATH = "tallies.tcss"
    AUTO_FOCUS = "#tables"
    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
        for command in commands.TALLIES
    ]

    def __init__(self, adapters: Adapters) -> None:
        super().__init__()
        self._adapters = adapters
        self._text = Static("counting …", id="text", markup=False)

    def compose(self) -> ComposeResult:
        """Title, the tables, footer."""
        yield Static(f"{self._adapters.study.name} · tallies", id="title", markup=False)
        with ScrollableContainer(id="tables"):
            yield self._text
        yield CommandFooter(commands.TALLIES, id="footer")

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere counts."""
        self._count()

    def action_give(self, command: str) -> None:
        """Do a command of the screen."""
        match command:
            case "again":
                self._count()
            case "leave":
                self.dismiss()

    @work(group="tallies", exclusive=True)
    async def _count(self) -> None:
        try:
            counted = await asyncio.to_thread(self._adapters.tallies.counted)
        except InterviewTuiError as error:
            self._text.update(str(error))
            return
        self._text.update(Content("\n\n").join(map(_table, counted)) if counted else NONE)


def _coloured(row: str) -> Content:
    """A row in which what is short, and what is not, can be seen at a glance."""
    content = Content(row).highlight_regex(r"\d+/\d+, \d+ short", style="$text-warning")
    return content.highlight_regex(rf"\d+/\d+ {MET}", style="$text-success")


def _table(counted: Counted) -> Content:
    table = crosstab(counted)
    above, *below = table.lines()
    return Content("\n").join(
        [
            Content.styled(table.heading, "bold $text-primary"),
            Content.styled(table.about, "$quiet"),
            Content.styled(above, "$quiet"),
            *map(_coloured, below),
        ]
    )
