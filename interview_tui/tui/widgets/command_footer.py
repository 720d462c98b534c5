"""The commands, at the foot of a screen and as a list."""

from __future__ import annotations

from textual.content import Content

from interview_tui.tui.commands import Command, spoken
from interview_tui.tui.widgets.pane import Pane

Commands = tuple[Command, ...]


class CommandFooter(Pane[Commands]):
    """One row: each key with its title, as far apart as there is room."""

    def rows(self, value: Commands, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        shown = [
            Content.assemble(Content.styled(f"{spoken(command.keys[0])} ", "bold $accent"), command.title)
            for command in value
            if command.title
        ]
        cells = sum(part.cell_length for part in shown)
        gap = max(1, min(3, (width - cells) // max(1, len(shown) - 1)))
        return [Content(" " * gap).join(shown)]


class CommandList(Pane[Commands]):
    """A row a command, with both its keys; in two columns where one is not high enough."""

    def rows(self, value: Commands, width: int, height: int) -> list[Content]:
        title = Content.styled("keys · Esc hides them", "$foreground 60%")
        room = max(1, height - 1)
        columns = -(-len(value) // room)
        per_column = -(-len(value) // columns)
        column_width = max(1, width // columns - 1)
        laid = [_entry(command).truncate(column_width, ellipsis=True, pad=True) for command in value]
        return [title, *(Content(" ").join(laid[row::per_column]) for row in range(per_column))]


def _entry(command: Command) -> Content:
    keys = " ".join(spoken(key) for key in command.keys[:2])
    return Content.assemble(Content.styled(f"{keys:<7}", "bold $accent"), command.brief)
