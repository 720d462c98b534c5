"""Notes in a margin beside the talk, each at the words that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from interview_tui.tui import signs
from interview_tui.tui.reading import Row
from interview_tui.tui.widgets.talk_view import TalkView

INDENT = 2
MARKER = "▌"
_MOVES = (("up", "-1"), ("down", "1"), ("home", "-9999"), ("end", "9999"))


def stacked(wanted: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Where things lie in a column, first line of each: where it is wanted, or as near as those before it let it be.

    Each is given by the line at which it is wanted and its height. None ends below `limit` as long as there is room.
    """
    tops: list[int] = []
    free = 0
    for line, height in wanted:
        tops.append(max(line, free))
        free = tops[-1] + height
    below = limit
    for number in reversed(range(len(tops))):
        tops[number] = max(0, min(tops[number], below - wanted[number][1]))
        below = tops[number]
    return tops


class NoteMargin(Widget, can_focus=True):
    """The margin of a `TalkView`; it scrolls with it. With the focus, the arrows go from note to note."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[Any] = [Binding(key, f"choose({by})", show=False) for key, by in _MOVES]

    class Chosen(Message):
        """Another note was chosen."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self, view: TalkView, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view = view
        self._notes: Sequence[Row] = ()
        self._origin_ms = 0
        self._number = 0
        self._lines: dict[int, tuple[int, Content]] = {}

    @property
    def note(self) -> Row | None:
        """The note that is chosen."""
        return self._notes[self._number] if self._number < len(self._notes) else None

    def show(self, notes: Sequence[Row], origin_ms: int) -> None:
        """Show notes; the same one stays chosen if it is there still. Times are counted from `origin_ms`."""
        was = self.note
        self._notes, self._origin_ms = notes, origin_ms
        same = [number for number, row in enumerate(notes) if was is not None and row.note == was.note]
        self._number = same[0] if same else max(0, min(self._number, len(notes) - 1))
        self._lay()

    def choose_near(self, at_ms: int) -> None:
        """Choose the note that is about a moment (call clock, ms), or is nearest to it."""
        times = [(abs((row.at_ms or 0) - at_ms), number) for number, row in enumerate(self._notes)]
        self.action_choose(min(times, default=(0, 0))[1] - self._number)

    def action_choose(self, by: int) -> None:
        """To another note."""
        if self._notes:
            self._number = max(0, min(len(self._notes) - 1, self._number + by))
            self._lay()
            self.post_message(self.Chosen(self._notes[self._number]))

    def on_mount(self) -> None:
        """It goes where the talk goes."""
        self.watch(self._view, "scroll_y", self._scrolled, init=False)
        self.watch(self._view, "virtual_size", self._lay_soon, init=False)

    def on_resize(self) -> None:
        """Notes are set for the width."""
        self._lay_soon()

    def on_focus(self) -> None:
        """The note that is chosen shows."""
        self._lay()

    def on_blur(self) -> None:
        """It is chosen no more to be seen."""
        self._lay()

    def on_click(self, event: events.Click) -> None:
        """A click chooses a note."""
        offset = event.get_content_offset(self)
        line = self._lines.get(self._view.scroll_offset.y + offset.y) if offset is not None else None
        if line is not None:
            self.action_choose(line[0] - self._number)

    def on_mouse_scroll_down(self) -> None:
        """The talk scrolls."""
        self._view.scroll_relative(y=3, animate=False)

    def on_mouse_scroll_up(self) -> None:
        """The talk scrolls."""
        self._view.scroll_relative(y=-3, animate=False)

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        width = self.content_size.width
        _, text = self._lines.get(self._view.scroll_offset.y + y, (0, Content()))
        strips = Visual.to_strips(self, text, width, 1, self.visual_style, pad=True)
        return strips[0] if strips else Strip.blank(width, self.rich_style)

    def _scrolled(self) -> None:
        self.refresh()

    def _lay_soon(self) -> None:
        """Once the talk is set for its new width."""
        self.call_after_refresh(self._lay)

    def _lay(self) -> None:
        width = self.content_size.width
        self._lines = {}
        if width > INDENT:
            texts = [self._set(number, row, width) for number, row in enumerate(self._notes)]
            wanted = [
                (self._view.line_at(row.at_ms or 0), len(text)) for row, text in zip(self._notes, texts, strict=True)
            ]
            limit = max(self._view.virtual_size.height, self._view.size.height)
            for number, top in enumerate(stacked(wanted, limit)):
                self._lines.update({top + nth: (number, line) for nth, line in enumerate(texts[number])})
        self.refresh()

    def _set(self, number: int, row: Row, width: int) -> list[Content]:
        """A note in lines: its sign and its words, its time after them."""
        chosen = self.has_focus and number == self._number
        time = signs.clock(max(0, (row.at_ms or 0) - self._origin_ms))
        words = Content.assemble(
            Content.styled(row.text, "italic $text-warning reverse" if chosen else "italic $text-warning"),
            Content.styled(f" {time}", "$quiet"),
        )
        first, *rest = words.wrap(width - INDENT)
        sign = Content.styled(f"{MARKER if chosen else row.sign} ", "bold $accent" if chosen else "")
        return [Content.assemble(sign, first), *(Content.assemble(" " * INDENT, line) for line in rest)]
