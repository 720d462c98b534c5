"""Talk to be read, heard and corrected: rows of a record with a cursor on a word, painted line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events
from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from interview_tui.interview.events import Stretch
from interview_tui.record.transcript import Turn, Word
from interview_tui.tui.reading import Row, found_again
from interview_tui.tui.typesetting import Page, Spot

CURSOR, MARKED, HEARD = "bold reverse", "reverse", "bold underline on $primary-muted"
RESTING = "bold underline"
"""The cursor while something else has the keys."""
MARKER = "▌"
KEPT_LINES = 10_000
"""Lines that were painted and are kept: those of three hours of talk."""
_MOVES = (
    ("up", "line(-1)"), ("down", "line(1)"), ("pageup", "page(-1)"), ("pagedown", "page(1)"),
    ("left", "word(-1)"), ("right", "word(1)"), ("home", "end(-1)"), ("end", "end(1)"),
)  # fmt: skip

Overlay = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of a turn: those that are marked."""

    turn: Turn
    words: tuple[Word, ...]

    @property
    def stretch(self) -> Stretch:
        """Where they lie on the call clock (ms)."""
        return Stretch(self.words[0].start_ms, max(word.end_ms for word in self.words))


class TalkView(ScrollView, can_focus=True):
    """Rows, of which only those that are seen are painted. Enter is the screen's."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    TalkView {
        padding: 0 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
    }
    """
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(Binding(key, move, show=False) for key, move in _MOVES),
        *(Binding(f"shift+{key}", move.replace(")", ", True)"), show=False) for key, move in _MOVES),
        Binding("comma", "turn(-1)", show=False),
        Binding("full_stop", "turn(1)", show=False),
    ]

    class Moved(Message):
        """The cursor stands elsewhere."""

    class Chosen(Message):
        """A word was clicked twice."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._origin_ms = 0
        self._page: Page | None = None
        self._spot: Spot | None = None
        self._anchor: Spot | None = None
        self._marking = False
        self._heard: tuple[Spot, ...] = ()
        self._heard_ms: int | None = None
        self._strips: LRUCache[tuple[int, str, Overlay], Strip] = LRUCache(KEPT_LINES)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are shown."""
        return self._rows

    @property
    def spot(self) -> Spot | None:
        """Where the cursor stands; None while there is nothing to stand on."""
        return self._spot

    @property
    def row(self) -> Row | None:
        """The row that the cursor stands in."""
        return self._rows[self._spot.row] if self._spot is not None else None

    @property
    def word(self) -> Word | None:
        """The word under the cursor."""
        return self._page.word(self._spot) if self._page is not None and self._spot is not None else None

    @property
    def heard(self) -> Spot | None:
        """The word that is lit."""
        return self._heard[0] if self._heard else None

    @property
    def marked(self) -> tuple[Marked, ...]:
        """The words that are marked, turn by turn; none where nothing is."""
        if self._page is None or self._spot is None or self._anchor is None:
            return ()
        begin, end = sorted((self._anchor, self._spot))
        found = []
        for number in range(begin.row, end.row + 1):
            turn = self._rows[number].turn
            first = begin.word if number == begin.row else 0
            last = end.word + 1 if number == end.row else None
            words = turn.words[first:last] if turn is not None else ()
            if turn is not None and words:
                found.append(Marked(turn, words))
        return tuple(found)

    def show(self, rows: Sequence[Row], origin_ms: int) -> None:
        """Show other rows; the cursor stays with its word, and that where it is on the screen. Nothing is marked."""
        before, spot, word = self.row, self._spot, self.word
        above = self._line_of_cursor - self.scroll_offset.y if self._page is not None else 0
        self._rows, self._origin_ms = rows, origin_ms
        self._anchor, self._marking = None, False
        if before is not None and spot is not None:
            row = _row_of(word, spot.row, rows)
            row = found_again(before, spot.row, rows) if row is None else row
            spot = None if row is None else Spot(row, _nearest(rows[row].turn, word, spot.word))
        self._spot = spot or Spot(0)
        self._set()
        if before is not None:
            self.scroll_to(y=max(0, self._line_of_cursor - above), animate=False, force=True, immediate=True)

    def overwrite(self, row: int, turn: Turn) -> None:
        """Show another turn in a row until the rows are shown anew, for what is being done takes its time."""
        rows = list(self._rows)
        rows[row] = replace(rows[row], text=turn.text, turn=turn, aside="…", doubt="")
        self._rows = rows
        self._set()

    def go_to(self, spot: Spot, *, middle: bool = False) -> None:
        """Put the cursor somewhere, in sight, or in the `middle`; nothing is marked any more."""
        self._anchor, self._marking = None, False
        self._move(spot)
        if middle and self._page is not None:
            line = self._line_of_cursor
            self.scroll_to(y=max(0, line - self.size.height // 2), animate=False, force=True, immediate=True)

    def go_to_moment(self, at_ms: int) -> None:
        """Put the cursor on what is being said at a moment (call clock, ms), or was said or noted last before it."""
        if self._page is None:
            return
        found = self._page.spots_heard(at_ms)
        rows = [
            (row.at_ms, number)
            for number, row in enumerate(self._rows)
            if row.at_ms is not None and row.at_ms <= at_ms and row.turn is None
        ]
        said_ms = word.start_ms if found and (word := self._page.word(found[0])) is not None else None
        latest = max(rows, default=None)
        if latest is not None and (said_ms is None or latest[0] > said_ms):
            self.go_to(Spot(latest[1]), middle=True)
        elif found:
            self.go_to(found[0], middle=True)

    def line_at(self, at_ms: int) -> int:
        """The line, from the top of all, of what is said at a moment (call clock, ms), or was last before it."""
        found = self._page.spots_heard(at_ms) if self._page is not None else ()
        return self._page.line_of(found[0]) if self._page is not None and found else 0

    def light(self, at_ms: int | None, *, follow: bool = False) -> None:
        """Light the word that is heard at a moment (call clock, ms), or none; `follow` keeps it in sight."""
        self._heard_ms = at_ms
        heard = self._page.spots_heard(at_ms) if self._page is not None and at_ms is not None else ()
        if heard == self._heard:
            return
        was, self._heard = self._heard, heard
        for spot in {*was, *heard}:
            self._refresh_line_of(spot)
        if follow and heard and self._page is not None:
            line = self._page.line_of(heard[0])
            top, height = self.scroll_offset.y, self.size.height
            if not top <= line < top + height - 1:
                self.scroll_to(y=max(0, line - height // 4), animate=False, force=True, immediate=True)

    def mark(self) -> None:
        """Begin to mark words at the cursor; if some are being marked, mark none."""
        self._marking = not self._marking
        self._anchor = self._spot if self._marking else None
        self.refresh()

    def bring_into_sight(self, row: int, *, more: int = 0) -> None:
        """Scroll so far that all of a row is in sight, and so many lines `more`; its beginning if it is too long."""
        if self._page is None:
            return
        first, count = self._page.height_of(row)
        top, height = self.scroll_offset.y, self.size.height
        if first + count + more > top + height:
            top = first + count + more - height
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def region_of(self, row: int) -> Region:
        """Where the text of a row is on the screen, as far as it is in sight."""
        if self._page is None:
            return Region()
        first, count = self._page.height_of(row)
        lead = self._page.lead_cells(row)
        inside = self.scrollable_content_region
        corner = self.content_region.offset
        wanted = Region(corner.x + lead, corner.y + first - self.scroll_offset.y, inside.width - lead, count)
        return wanted.intersection(Region(corner.x, corner.y, inside.width, inside.height))

    def action_line(self, by: int, marks: bool = False) -> None:
        """Down or up a line."""
        if self._page is not None and self._spot is not None:
            self._go(self._page.below(self._spot, by), marks)

    def action_page(self, by: int, marks: bool = False) -> None:
        """Down or up a page."""
        if self._page is not None and self._spot is not None:
            height = max(1, self.size.height - 2)
            self.scroll_to(y=self.scroll_offset.y + by * height, animate=False, force=True, immediate=True)
            self._go(self._page.below(self._spot, by * height), marks)

    def action_word(self, by: int, marks: bool = False) -> None:
        """A word on, or back."""
        if self._page is not None and self._spot is not None:
            self._go(self._page.beside(self._spot, by), marks)

    def action_turn(self, by: int, marks: bool = False) -> None:
        """To the next turn, or the one before."""
        if self._page is not None and self._spot is not None:
            self._go(self._page.turn_beside(self._spot, by), marks)

    def action_end(self, by: int, marks: bool = False) -> None:
        """To the first row, or the last."""
        if self._page is not None:
            last = len(self._rows) - 1
            spot = self._page.held(Spot(0) if by < 0 else Spot(last, len(self._page.words(last))))
            if spot is not None:
                self._go(spot, marks)

    def on_resize(self) -> None:
        """Rows are set for the width; what was at the cursor stays in sight."""
        self._set()
        self._keep_in_sight()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a word; a second one chooses it."""
        spot = self._spot_at(event.get_content_offset(self))
        if spot is not None:
            self.go_to(spot)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_focus(self) -> None:
        """The cursor shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor rests."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Other colours."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        width = self.scrollable_content_region.width
        number = self.scroll_offset.y + y
        page = self._page
        if page is None or number >= len(page.lines):
            return Strip.blank(width, self.rich_style)
        marker, overlay = self._over(page, number)
        key = (number, marker, overlay)
        strip = self._strips.get(key)
        if strip is None:
            text = page.text(number, dict(overlay), marker)
            (strip, *_) = Visual.to_strips(self, text, width, 1, self.visual_style, pad=True) or [
                Strip.blank(width, self.rich_style)
            ]
            self._strips[key] = strip
        return strip

    @property
    def _line_of_cursor(self) -> int:
        return self._page.line_of(self._spot) if self._page is not None and self._spot is not None else 0

    def _over(self, page: Page, number: int) -> tuple[str, Overlay]:
        """What is drawn over a line: a marker at the cursor's row, and pieces in another style."""
        line = page.lines[number]
        styled: dict[int, str] = {}
        for heard in self._heard:
            if heard.row == line.row and line.first <= heard.word < line.end:
                styled[heard.word] = HEARD
        spot = self._spot
        if spot is None or line.end <= line.first:
            return "", tuple(styled.items())
        if self._anchor is not None:
            begin, end = sorted((self._anchor, spot))
            if begin.row <= line.row <= end.row:
                first = max(line.first, begin.word if line.row == begin.row else 0)
                last = end.word if line.row == end.row else len(page.words(line.row)) - 1
                styled.update(dict.fromkeys(range(first, min(line.end, last + 1)), MARKED))
        if line.row != spot.row:
            return "", tuple(styled.items())
        style = CURSOR if self.has_focus else RESTING
        if not page.words(line.row):
            styled.update(dict.fromkeys(range(line.first, line.end), style))
        elif line.first <= spot.word < line.end:
            styled[spot.word] = style
        return MARKER, tuple(styled.items())

    def _set(self) -> None:
        """Set the rows in lines, once there is a width for them."""
        width = self.scrollable_content_region.width
        self._strips.clear()
        if width <= 0:
            return
        self._page = Page(self._rows, width, self._origin_ms)
        self._spot = self._page.held(self._spot or Spot(0)) if self._rows else None
        if self._anchor is not None:
            self._anchor = self._page.held(self._anchor)
        self._heard = self._page.spots_heard(self._heard_ms) if self._heard_ms is not None else ()
        self.virtual_size = Size(width, len(self._page.lines))
        self.refresh()

    def _go(self, spot: Spot, marks: bool) -> None:
        if marks or self._marking:
            self._anchor = self._anchor or self._spot
        else:
            self._anchor = None
        self._move(spot)

    def _move(self, spot: Spot) -> None:
        if self._page is None:
            self._spot = spot
            return
        self._spot = self._page.held(spot)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def _keep_in_sight(self) -> None:
        if self._page is None or self._spot is None:
            return
        line, top, height = self._line_of_cursor, self.scroll_offset.y, self.size.height
        if line == self._page.line_of(Spot(self._spot.row)) and line < top:
            line -= 1  # the heading above it
        if line < top:
            self.scroll_to(y=max(0, line), animate=False, force=True, immediate=True)
        elif height and line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False, force=True, immediate=True)

    def _refresh_line_of(self, spot: Spot) -> None:
        if self._page is not None and spot.row < len(self._rows):
            self.refresh_lines(self._page.line_of(spot), 1)

    def _spot_at(self, offset: Offset | None) -> Spot | None:
        if self._page is None or offset is None:
            return None
        number = self.scroll_offset.y + offset.y
        return self._page.at(number, offset.x) if number < len(self._page.lines) else None


def _row_of(word: Word | None, number: int, rows: Sequence[Row]) -> int | None:
    """The row, nearest to one by its number, in which a word still begins when it did; None if there is none."""
    if word is None:
        return None
    begun = [
        (abs(at - number), at)
        for at, row in enumerate(rows)
        if row.turn is not None
        if any((one.start_ms, one.text) == (word.start_ms, word.text) for one in row.turn.words)
    ]
    return min(begun)[1] if begun else None


def _nearest(turn: Turn | None, word: Word | None, number: int) -> int:
    """The number of the word of a turn that was said when another one was."""
    if turn is None or word is None:
        return number
    return min(range(len(turn.words)), key=lambda at: abs(turn.words[at].start_ms - word.start_ms))
