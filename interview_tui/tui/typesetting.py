"""Rows of a record set in lines for a width, word by word, so that a place on the screen is a word and the other way.

How sure the machine is of a word shows by weight and by a glyph, never by colour alone: `~` before a word that was
hardly understood, ‹ › around words that may be another's, ❝ ❞ around what is worth quoting.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.cells import cell_len
from textual.content import Content, Span

from interview_tui.record.edits import lies_in
from interview_tui.record.transcript import Turn, Word
from interview_tui.tui import signs
from interview_tui.tui.reading import Row

UNSURE = 0.5
"""A word of which the machine is less sure was hardly understood."""
STYLES = {
    "heading": "bold $accent",
    "field": "bold",
    "question": "bold $text-primary",
    "note": "italic $text-warning",
    "gap": "$quiet",
    "course": "$quiet",
    "machine": "$quiet",
}
INDENTS = {"question": 1, "field": 1, "gap": 3, "turn": 3, "note": 3, "machine": 3}
TITLES = ("heading", "course", "machine")
"""Kinds of rows that the cursor passes over."""
TIME_CELLS = 8
DOUBTFUL = "?"
"""Before the time of a turn that may belong elsewhere."""
NARROWEST = 10


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A word by its row and its number in it, from 0; a row that is no turn has one spot."""

    row: int
    word: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never broken: a word with what hangs on it."""

    text: str
    style: str = ""
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line: pieces `first` to before `end` of a row; an empty one stands before a heading."""

    row: int
    first: int
    end: int


class Page:
    """Rows set in lines of `width` cells; times are counted from `origin_ms` of the call clock."""

    def __init__(self, rows: Sequence[Row], width: int, origin_ms: int) -> None:
        self.rows = rows
        self._width = width
        self._origin_ms = origin_ms
        self._pieces = [_pieces(row) for row in rows]
        self._leads = [_lead(row, origin_ms) for row in rows]
        self.lines = list(self._set())
        self._begins: dict[int, int] = {}
        for number, line in enumerate(self.lines):
            if line.end > line.first:
                self._begins.setdefault(line.row, number)

    def words(self, row: int) -> tuple[Word, ...]:
        """The words of a row that can be heard one by one."""
        turn = self.rows[row].turn
        return turn.words if turn is not None else ()

    def word(self, spot: Spot) -> Word | None:
        """The word at a spot."""
        words = self.words(spot.row)
        return words[spot.word] if spot.word < len(words) else None

    def held(self, spot: Spot) -> Spot | None:
        """The nearest spot there is to one that there may be no more; None where the cursor can stand nowhere."""
        rows = [number for number, row in enumerate(self.rows) if row.kind not in TITLES]
        if not rows:
            return None
        row = min(rows, key=lambda number: abs(number - spot.row))
        return Spot(row, max(0, min(spot.word, len(self.words(row)) - 1)) if row == spot.row else 0)

    def beside(self, spot: Spot, by: int) -> Spot:
        """The spot so many words on, or back, through all rows."""
        while by:
            step = 1 if by > 0 else -1
            word = spot.word + step
            if 0 <= word < max(1, len(self.words(spot.row))):
                spot = Spot(spot.row, word)
            else:
                row = self._next_row(spot.row, step)
                if row is None:
                    return spot
                spot = Spot(row, 0 if step > 0 else max(0, len(self.words(row)) - 1))
            by -= step
        return spot

    def turn_beside(self, spot: Spot, step: int) -> Spot:
        """The beginning of the next turn, or of the one before (`step` 1 or -1)."""
        row = self._next_row(spot.row, step)
        while row is not None and self.rows[row].turn is None:
            row = self._next_row(row, step)
        return spot if row is None else Spot(row)

    def below(self, spot: Spot, by: int) -> Spot:
        """The spot so many lines down, or up, as near below or above as there is one; past titles."""
        number, step = self.line_of(spot), 1 if by > 0 else -1
        across = self.extent(number, spot)[0]
        wanted = max(0, min(len(self.lines) - 1, number + by))
        for there in (
            *range(wanted, len(self.lines) if step > 0 else -1, step),
            *range(wanted, number, -step),
        ):
            found = self.at(there, across)
            if found is not None and found != spot:  # a row without words is one spot, however many lines it takes
                return found
        return spot

    def line_of(self, spot: Spot) -> int:
        """The number of the line that a spot stands in."""
        number = self._begins.get(spot.row, 0)
        while number + 1 < len(self.lines):
            line = self.lines[number + 1]
            if line.row != spot.row or line.first > spot.word:
                break
            number += 1
        return number

    def lead_cells(self, row: int) -> int:
        """How many cells stand before the text of a row."""
        return self._leads[row].cell_length

    def height_of(self, row: int) -> tuple[int, int]:
        """The first line of a row, and how many it takes."""
        first = self._begins.get(row, 0)
        count = 0
        while first + count < len(self.lines) and self.lines[first + count].row == row:
            count += 1
        return first, count

    def at(self, number: int, across: int) -> Spot | None:
        """The spot in a line nearest to a cell, counted from the left; None in a title."""
        line = self.lines[number]
        if line.end <= line.first or self.rows[line.row].kind in TITLES:
            return None
        words = len(self.words(line.row))
        if line.first >= words:  # what stands after the words, or a row without any
            return Spot(line.row, max(0, words - 1))
        edges = [start for start, _ in self._edges(line)][: words - line.first]
        return Spot(line.row, line.first + max(0, bisect_right(edges, across) - 1))

    def extent(self, number: int, spot: Spot) -> tuple[int, int]:
        """The cells of a spot in a line: first, and after the last."""
        line = self.lines[number]
        edges = self._edges(line)
        if not self.words(spot.row):
            return (edges[0][0], edges[-1][1]) if edges else (0, 0)
        place = spot.word - line.first
        return edges[place] if 0 <= place < len(edges) else (0, 0)

    def spots_heard(self, at_ms: int) -> tuple[Spot, ...]:
        """The word that is being said at a moment, or was last, wherever it stands."""
        times = self._times
        place = bisect_right(times, at_ms, key=lambda found: found[0]) - 1
        if place < 0:
            return ()
        start_ms = times[place][0]
        found = []
        while place >= 0 and times[place][0] == start_ms:
            found.append(times[place][1])
            place -= 1
        return tuple(reversed(found))

    def text(self, number: int, styled: dict[int, str], marker: str = "") -> Content:
        """A line as it is read; pieces by number may be `styled` otherwise, `marker` stands at its left."""
        line = self.lines[number]
        if line.end <= line.first:
            return Content()
        lead = self._leads[line.row]
        own = line.first == 0
        parts = [lead.plain if own else " " * lead.cell_length]
        spans = list(lead.spans) if own else []
        at = len(parts[0])
        for piece in range(line.first, line.end):
            set_piece = self._pieces[line.row][piece]
            if piece > line.first:
                parts.append(" ")
                at += 1
            begin, at = at, at + len(set_piece.text)
            if set_piece.style:
                spans.append(Span(begin, at, set_piece.style))
            if piece in styled:
                joined = piece > line.first and styled.get(piece - 1) == styled[piece]
                spans.append(Span(begin - 1 if joined else begin, at, styled[piece]))
            parts.append(set_piece.text)
        plain = "".join(parts)
        if marker:
            plain = marker + plain[1:]
            spans.append(Span(0, 1, "bold $accent"))
        return Content(plain, spans)

    def _set(self) -> Iterator[Line]:
        for row, pieces in enumerate(self._pieces):
            if self.rows[row].kind == "heading" and row:
                yield Line(row, 0, 0)
            room = max(NARROWEST, self._width - self._leads[row].cell_length)
            first, taken = 0, 0
            for number, piece in enumerate(pieces):
                cells = _cells(piece.text)
                if number > first and taken + 1 + cells > room:
                    yield Line(row, first, number)
                    first, taken = number, cells
                else:
                    taken += cells + (1 if number > first else 0)
            yield Line(row, first, len(pieces))

    def _edges(self, line: Line) -> list[tuple[int, int]]:
        """First cell, and the one after the last, of every piece of a line."""
        at = self._leads[line.row].cell_length
        found = []
        for piece in self._pieces[line.row][line.first : line.end]:
            end = at + _cells(piece.text)
            found.append((at, end))
            at = end + 1
        return found

    def _next_row(self, row: int, step: int) -> int | None:
        row += step
        while 0 <= row < len(self.rows):
            if self.rows[row].kind not in TITLES:
                return row
            row += step
        return None

    @cached_property
    def _times(self) -> list[tuple[int, Spot]]:
        """Every word's beginning, in order."""
        found = [
            (word.start_ms, Spot(row, number))
            for row in range(len(self.rows))
            for number, word in enumerate(self.words(row))
        ]
        found.sort()
        return found


def _pieces(row: Row) -> list[Piece]:
    """A row in pieces: its words first, then what stands after them."""
    style = STYLES.get(row.kind, "")
    found = [Piece(text, style) for text in row.text.split()] if row.turn is None else list(_spoken(row.turn, row))
    if row.answer:
        found += [Piece(text, "$text-success") for text in f"✓ {row.answer}".split()]
    found += [Piece(text, "$quiet") for text in row.aside.split()]
    return found or [Piece(" ")]


def _spoken(turn: Turn, row: Row) -> Iterator[Piece]:
    """The words of a turn with what their glyphs say: see the head of this module."""
    words = turn.words
    doubtful = [word.is_doubtful for word in words]
    if all(doubtful):  # the whole turn has its `?` already
        doubtful = [False] * len(words)
    quoted = [any(lies_in(stretch, word) for stretch in row.quoted) for word in words] if row.quoted else None
    for number, word in enumerate(words):
        text, style = word.text, ""
        if word.confidence < UNSURE:
            text, style = f"~{text}", "dim italic"
        if doubtful[number]:
            text = ("‹" if not number or not doubtful[number - 1] else "") + text
            text += "›" if number + 1 == len(words) or not doubtful[number + 1] else ""
        if quoted is not None and quoted[number]:
            style = f"{style} underline".strip()
            text = ("❝" if not number or not quoted[number - 1] else "") + text
            text += "❞" if number + 1 == len(words) or not quoted[number + 1] else ""
        yield Piece(text, style, word)


def _lead(row: Row, origin_ms: int) -> Content:
    """What stands before a row: a mark if it may belong elsewhere, its time, its sign."""
    if row.kind in TITLES and row.kind not in INDENTS:
        return Content()
    time = signs.clock(max(0, row.at_ms - origin_ms)) if row.at_ms is not None else ""
    when = f"{time:>{TIME_CELLS - 1}} "
    mark = DOUBTFUL if row.doubt else " "
    sign = f"{row.sign} " if row.sign else ""
    before = " " * (INDENTS[row.kind] - 1)
    at = len(before)
    spans = [Span(at + 1, at + 1 + len(when), "$quiet")]
    if row.doubt:
        spans.append(Span(at, at + 1, "bold $text-warning"))
    return Content(f"{before}{mark}{when}{sign}", spans)


def _cells(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)
