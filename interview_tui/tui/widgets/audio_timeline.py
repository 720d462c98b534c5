"""The time of a call, from top to bottom: where the evidence lies, what is heard, and where to play from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from interview_tui.interview.events import Stretch
from interview_tui.tui.timeline_rows import CallTime, Scale, TimeRow, closest, scale, time_rows
from interview_tui.tui.widgets.pane import Pane, beside

TALK = " ░▒▓█"
PLAYING, CURSOR, EVIDENCE, GAP, NOBODY = "▶", "›", "▌", "■", "?"
HEADING_ROWS = 1
PAGE = 10


@dataclass(frozen=True, slots=True)
class Timed:
    """A call, the stretches of it that are evidence of what is looked at, and what is heard (ms, None: nothing)."""

    call: CallTime
    evidence: tuple[Stretch, ...] = ()
    playing_ms: int | None = None


class AudioTimeline(Pane[Timed | None], can_focus=True):
    """A row for each step of time. Enter or a click plays from a row, + and − look closer or farther.

    What is looked at closely is around the cursor while the pane has the focus; else around what is heard, or around
    the evidence.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", f"move(-{PAGE})", show=False),
        Binding("pagedown", f"move({PAGE})", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "play", show=False),
        Binding("plus,equals_sign", "closer(1)", show=False),
        Binding("minus", "closer(-1)", show=False),
    ]

    class Wanted(Message):
        """The call is to be heard from a moment on (call clock, ms)."""

        def __init__(self, at_ms: int) -> None:
            super().__init__()
            self.at_ms = at_ms

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(None, id=id)
        self._closer = 0
        self._cursor_ms = 0

    def show_call(self, call: CallTime) -> None:
        """Show a call, or the same one after something was changed in it; the cursor stays where it is."""
        if self.value is None:
            self._cursor_ms = call.start_ms
            self.show(Timed(call))
        else:
            self.show(replace(self.value, call=call))

    def show_evidence(self, evidence: Sequence[Stretch]) -> None:
        """Show where the evidence of something lies; the cursor goes there unless it is being moved."""
        if self.value is not None:
            if evidence and not self.has_focus:
                self._cursor_ms = evidence[0].start_ms
            self.show(replace(self.value, evidence=tuple(evidence)))

    def show_playing(self, at_ms: int | None) -> None:
        """Show what is heard; it is painted again only when that is in another row."""
        if self.value is None:
            return
        if at_ms is not None:
            if not self.has_focus:
                self._cursor_ms = at_ms
            at_ms -= (at_ms - self.value.call.start_ms) % self._scale(self.value).step_ms
        self.show(replace(self.value, playing_ms=at_ms))

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        if self.value is not None:
            self._put(self._cursor_ms + rows * self._scale(self.value).step_ms)

    def action_edge(self, edge: int) -> None:
        """Move the cursor to the beginning of the call, or to its end."""
        if self.value is not None:
            self._put(self.value.call.end_ms if edge else self.value.call.start_ms)

    def action_closer(self, steps: int) -> None:
        """Look closer at the time around the cursor, or less closely; not beyond a second a row, or the whole call."""
        if self.value is not None:
            most = closest(self.value.call, self._height)
            self._closer = max(0, min(most, self._closer + steps))
            self.refresh()

    def action_play(self) -> None:
        """Play from the row of the cursor."""
        if self.value is not None:
            shown = self._scale(self.value)
            self._play(self.value, shown, shown.row_at(self._cursor_ms) or 0)

    def on_click(self, event: events.Click) -> None:
        """Play from the row that was clicked."""
        at = event.get_content_offset(self)
        if at is not None and self.value is not None and at.y >= HEADING_ROWS:
            row = at.y - HEADING_ROWS
            shown = self._scale(self.value)
            if row < shown.rows:
                self._cursor_ms = shown.start_ms + row * shown.step_ms
                self.refresh()
                self._play(self.value, shown, row)

    def rows(self, value: Timed | None, width: int, height: int) -> list[Content]:  # noqa: ARG002 - cut by the pane
        if value is None:
            return []
        shown = self._scale(value)
        hours = value.call.length_ms >= 3_600_000
        laid = time_rows(value.call, shown, value.evidence, value.playing_ms)
        cursor = shown.row_at(self._cursor_ms) if self.has_focus else None
        time_width = 7 if hours else 5
        heading = Content.styled(f"{' ' * (time_width + 3)}IR", "$quiet")
        zoom = Content.styled(f"{'± ' if self.has_focus else ''}{_step(shown)} a row", "$quiet")
        return [
            beside(heading, zoom, width),
            *(_row(row, time_width, width, is_cursor=number == cursor) for number, row in enumerate(laid)),
        ]

    @property
    def _height(self) -> int:
        return max(1, self.content_size.height - HEADING_ROWS)

    def _scale(self, value: Timed) -> Scale:
        return scale(value.call, self._height, self._closer, self._cursor_ms)

    def _put(self, at_ms: int) -> None:
        if self.value is not None:
            call = self.value.call
            self._cursor_ms = max(call.start_ms, min(call.end_ms - 1, at_ms))
            self.refresh()

    def _play(self, value: Timed, shown: Scale, row: int) -> None:
        """From the beginning of a row; from where the evidence in it begins, if some does."""
        start_ms = shown.start_ms + row * shown.step_ms
        begins = [one.start_ms for one in value.evidence if start_ms <= one.start_ms < start_ms + shown.step_ms]
        self.post_message(self.Wanted(min(begins, default=start_ms)))


def _step(shown: Scale) -> str:
    seconds = shown.step_ms // 1000
    return f"{seconds} s" if seconds < 60 or seconds % 60 else f"{seconds // 60} min"


def _row(row: TimeRow, time_width: int, width: int, *, is_cursor: bool) -> Content:
    sign = PLAYING if row.is_playing else CURSOR if is_cursor else " "
    lead = Content.assemble(
        Content.styled(sign, "bold $text-accent"),
        Content.styled(row.time.rjust(time_width), "$quiet"),
        " ",
        Content.styled(EVIDENCE if row.is_evidence else " ", "bold $text-accent"),
    )
    words = Content.styled(row.gap or row.visit, "$quiet" if row.gap else "bold" if row.is_evidence else "")
    marks = Content.styled(row.marks, "$text-warning")
    left = Content.assemble(lead, _talk(row), " ", words)
    laid = beside(left, marks, width)
    return laid.stylize("$text on $primary-muted") if is_cursor else laid


def _talk(row: TimeRow) -> Content:
    """Who talks how much: the interviewer, then the respondent."""
    if row.gap:
        return Content.styled(GAP * 2, "$quiet")
    if row.unknown > row.asking + row.telling:
        return Content.styled(NOBODY * 2, "$quiet")
    return Content.assemble(
        Content.styled(TALK[row.asking], "$text-primary"), Content.styled(TALK[row.telling], "$text-success")
    )
