"""Rows that are drawn for the width there is, as many as there are, to be scrolled by what holds them."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Drawing = Callable[[int], list[Content]]
"""The rows for a width."""


class Drawn(Widget):
    """What a drawing gives; it is drawn once for each width."""

    DEFAULT_CSS = "Drawn { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawing: Drawing = lambda _: []
        self._rows: tuple[int, list[Content]] | None = None

    def show(self, drawing: Drawing) -> None:
        """Show another drawing."""
        self._drawing, self._rows = drawing, None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """As many rows as there are."""
        return len(self._laid_out(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._laid_out(self.content_size.width))

    def _laid_out(self, width: int) -> list[Content]:
        if width <= 0:
            return []
        if self._rows is None or self._rows[0] != width:
            self._rows = width, self._drawing(width)
        return self._rows[1]
