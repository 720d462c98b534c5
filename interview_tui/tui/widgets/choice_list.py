"""What the asking line has to choose from, above the line and never over the question."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.widgets.pane import Pane

BORDER_AND_HEADING = 2
LEAST_ROWS = 5
WHOLE_ROWS = 13
"""A list of so many choices is shown whole where there is room: they are chosen by a letter that must be seen."""
SEARCHED_ROWS = 8
"""Of a longer list so many are shown: it is searched by a word."""
WIDEST = 100
"""In more cells than this, what stands at the end of a row is too far from its beginning."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices, the one that Enter takes (None: none), whether the arrows have moved into the list, a heading."""

    heading: str
    choices: tuple[Choice, ...]
    chosen: int | None = None
    in_list: bool = False


class ChoiceList(Pane[Choices]):
    """A row a choice. It is as high as what it asks for has choices at most, so that it stays where it is while they
    become fewer; the question is given its room before.
    """

    _most = 0

    def show(self, value: Choices) -> None:
        """Show other choices."""
        if value.heading != self.value.heading:
            self._most = 0
        self._most = max(self._most, len(value.choices))
        super().show(value)

    @property
    def wanted_rows(self) -> int:
        """How high it would be, with border and heading."""
        rows = self._most if self._most <= WHOLE_ROWS else SEARCHED_ROWS
        return BORDER_AND_HEADING + max(LEAST_ROWS, rows)

    def rows(self, value: Choices, width: int, height: int) -> list[Content]:
        width = min(width, WIDEST)
        rows = [Content.styled(value.heading, "$quiet")]
        room = height - 1
        first = max(0, min((value.chosen or 0) - room // 2, len(value.choices) - room))
        for number, choice in enumerate(value.choices[first : first + room], first):
            rows.append(_row(choice, width, chosen=number == value.chosen, in_list=value.in_list))
        return rows


def _row(choice: Choice, width: int, *, chosen: bool, in_list: bool) -> Content:
    detail_width = min(len(choice.detail), max(width // 4, width - len(choice.label) - 6))
    detail = Content.styled(choice.detail, "" if chosen else "$quiet").truncate(detail_width, ellipsis=True)
    pointer = "› " if chosen else "  "
    glyph = f"{choice.glyph} " if choice.glyph else ""
    room = width - len(pointer) - detail.cell_length - 1
    label = Content(f"{glyph}{choice.label}").truncate(room, ellipsis=True, pad=True)
    row = Content.assemble(pointer, label, " ", detail)
    if not chosen:
        return row
    return row.pad_right(max(0, width - row.cell_length)).stylize("bold $text on $primary-muted" if in_list else "bold")
