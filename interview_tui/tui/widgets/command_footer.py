"""The commands at the foot of a screen."""

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
