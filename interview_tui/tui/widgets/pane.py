"""A part of the screen that shows one value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from textual.content import Content
from textual.widget import Widget

T = TypeVar("T")
NARROWEST = 10
"""In fewer cells than this, as may be for a moment while the terminal is resized, nothing is laid out."""


class Pane(Widget, Generic[T], can_focus=False):
    """Shows an immutable value, is painted again only when the value changes, and never takes the focus.

    Its rows are laid out by the pane itself for the cells it has: what does not fit is cut, not wrapped.
    """

    ALLOW_SELECT = False

    def __init__(self, value: T, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._value = value

    @property
    def value(self) -> T:
        """What is shown."""
        return self._value

    def show(self, value: T) -> None:
        """Show another value."""
        if value != self._value:
            self._value = value
            self.refresh()

    def rows(self, value: T, width: int, height: int) -> list[Content]:
        """The rows that show `value` in `width` by `height` cells."""
        raise NotImplementedError

    def render(self) -> Content:
        """The rows, as many as fit."""
        width, height = self.content_size
        if width < NARROWEST or height <= 0:
            return Content()
        laid = self.rows(self._value, width, height)[:height]
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in laid)


def beside(left: Content, right: Content, width: int) -> Content:
    """Two texts at the two ends of a row; the left one gives way."""
    room = max(0, width - right.cell_length - (1 if right else 0))
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * max(0, width - left.cell_length - right.cell_length), right)


def packed(parts: Iterable[Content], width: int) -> list[Content]:
    """Texts side by side, none of them broken, in as few rows as they fit in."""
    rows: list[Content] = []
    for part in parts:
        if rows and rows[-1].cell_length + 2 + part.cell_length <= width:
            rows[-1] = Content.assemble(rows[-1], "  ", part)
        else:
            rows.append(part)
    return rows
