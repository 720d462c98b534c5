"""Incidents side by side as they are shown: what stands under which heading, in which order, which rows, how short.

What is told of a part of an incident is three columns of the comparison and one here: how well it is filled, in what
words, and what was noted.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from interview_tui.record.comparison import Column, Comparison, Of, Row
from interview_tui.record.model import Completeness
from interview_tui.tui import signs

NOTED = "✎"
ASCENDING, DESCENDING = "▲", "▼"
IDENTIFYING = (Of.CASE, Of.INCIDENT)
ABOUT = 26
"""About how many cells a column that has much to say has."""
FIXED_WIDEST, NARROWEST = 14, 12
PADDING = 2
AFTER_ALL = (Of.COMPLETE, Of.MINUTES, Of.PARENT, Of.KEY, Of.ORDER)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the screen: what stands over it, and the columns of the comparison that stand in it.

    `part` says that it is about a part of an incident: the words, the notes, and how well it is filled.
    """

    name: str
    columns: tuple[Column, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Sorting:
    """The column that rows are sorted by."""

    heading: Heading
    descending: bool = False

    @property
    def sign(self) -> str:
        """Which way."""
        return DESCENDING if self.descending else ASCENDING


def headings(table: Comparison) -> tuple[Heading, ...]:
    """The columns of the screen: what tells incidents apart, their parts, what was answered, and the rest."""
    known = table.columns
    alone = {column.of: Heading(column.name, (column,)) for column in known if not column.key}
    parts = dict.fromkeys(column.key for column in known if column.of is Of.STATE)
    return (
        *(alone[of] for of in IDENTIFYING if of in alone),
        *(Heading(key, tuple(Column(of, key) for of in (Of.WORDS, Of.NOTES, Of.STATE)), part=True) for key in parts),
        *(Heading(column.name, (column,)) for column in known if column.of is Of.ANSWER),
        *(alone[of] for of in AFTER_ALL if of in alone),
    )


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a table is shown: by what it is sorted, one after the other, what it is filtered by, what is hidden.

    A filter of a part is a text that it holds, or how well it is filled; any other is a whole value.
    """

    sortings: tuple[Sorting, ...] = ()
    filters: Mapping[Heading, str] = field(default_factory=dict)
    hidden: frozenset[Heading] = frozenset()

    @property
    def sorting(self) -> Sorting | None:
        """What the rows were sorted by last."""
        return self.sortings[-1] if self.sortings else None

    def sorted_by(self, heading: Heading) -> Arrangement:
        """Sorted by a column; if it is that already, the other way round."""
        last = self.sorting
        turned = last is not None and last.heading == heading and not last.descending
        others = tuple(one for one in self.sortings if one.heading != heading)
        return replace(self, sortings=(*others, Sorting(heading, turned)))

    def filtered(self, heading: Heading, text: str | None) -> Arrangement:
        """Filtered by a column; None: by that column no more."""
        others = {known: wanted for known, wanted in self.filters.items() if known != heading}
        return replace(self, filters=others if text is None else {**others, heading: text})

    def without(self, heading: Heading) -> Arrangement:
        """With a column hidden."""
        return replace(self, hidden=self.hidden | {heading})

    def shown(self, known: Iterable[Heading]) -> tuple[Heading, ...]:
        """The columns that are not hidden."""
        return tuple(heading for heading in known if heading not in self.hidden)

    def of(self, table: Comparison) -> Comparison:
        """A table so arranged: its rows in order, and under the columns that are shown."""
        columns = tuple(column for heading in self.shown(headings(table)) for column in heading.columns)
        rows = tuple(
            row for row in table.rows if all(_holds(row, heading, text) for heading, text in self.filters.items())
        )
        arranged = Comparison(table.columns, rows)
        for sorting in self.sortings:
            arranged = _sorted(arranged, sorting)
        return replace(arranged, columns=columns)

    def in_words(self, shown: int, total: int) -> str:
        """`14 of 120 incidents · role: nurse · outcome: “late” · by outcome ▼`."""
        count = signs.counted(total, "incident") if shown == total else f"{shown} of {signs.counted(total, 'incident')}"
        asked = [
            f"{heading.name}: {f'“{text}”' if heading.part else text or 'nothing'}"
            for heading, text in self.filters.items()
        ]
        by = [f"by {self.sorting.heading.name} {self.sorting.sign}"] if self.sorting is not None else []
        hidden = [f"{signs.counted(len(self.hidden), 'column')} hidden"] if self.hidden else []
        return " · ".join([count, *asked, *by, *hidden])


def values(rows: Iterable[Row], heading: Heading) -> Counter[str]:
    """What is said in a column, and in how many rows."""
    return Counter(row.shown(heading.columns[0]) for row in rows)


def cell(row: Row, heading: Heading) -> str:
    """What a cell says, in one line: of a part how well it is filled, and the words, or else what was noted."""
    if not heading.part:
        return row.shown(heading.columns[0])
    words, notes, told = _part(row, heading)
    noted = f"{NOTED} {notes}" if notes else ""
    return f"{_glyph(told)} {words or noted}".strip()


def whole(row: Row, heading: Heading) -> str:
    """Everything that stands in a cell: of a part the words and the notes."""
    if not heading.part:
        return row.shown(heading.columns[0]) or "nothing is known of it"
    words, notes, _ = _part(row, heading)
    return "\n".join(part for part in (words, f"{NOTED} {notes}" if notes else "") if part) or "nothing was told of it"


def state(row: Row, heading: Heading) -> str:
    """How well a part is filled, with its glyph: `◐ thin`."""
    told = _part(row, heading)[-1] if heading.part else ""
    return f"{_glyph(told)} {told}".strip()


def shortened(text: str, width: int, lines: int) -> str:
    """A text in so many lines of so many cells; what is left out is an ellipsis."""
    return "\n".join(textwrap.wrap(text[: width * (lines + 1)], width, max_lines=lines, placeholder="…"))


def widths(cells: Sequence[Sequence[str]], names: Sequence[str], room: int, fixed: int) -> list[int]:
    """How wide each column is: as its longest cell or its name, and at most so that a few whole ones fill the `room`.

    The first `fixed` of them stay where they are, beside all others.
    """
    longest = [max(len(name), *(len(row[number]) for row in cells), 0) for number, name in enumerate(names)]
    staying = [min(FIXED_WIDEST, width) for width in longest[:fixed]]
    left = room - sum(width + PADDING for width in staying)
    widest = max(NARROWEST, left // max(1, round(left / ABOUT)) - PADDING)
    return [*staying, *(min(widest, width) for width in longest[fixed:])]


def _sorted(table: Comparison, sorting: Sorting) -> Comparison:
    """Rows in the order of a column; of a part the fullest first, and of those the ones of which most was told."""
    heading = sorting.heading
    if heading.part:

        def much(row: Row) -> int:
            words, notes, _ = _part(row, heading)
            return len(words) + len(notes)

        table = replace(table, rows=tuple(sorted(table.rows, key=much, reverse=not sorting.descending)))
    return table.sorted_by(heading.columns[-1], descending=sorting.descending)


def _holds(row: Row, heading: Heading, text: str) -> bool:
    if not heading.part:
        return row.shown(heading.columns[0]) == text
    words, notes, told = _part(row, heading)
    wanted = text.casefold()
    return wanted == told or wanted in words.casefold() or wanted in notes.casefold()


def _part(row: Row, heading: Heading) -> tuple[str, str, str]:
    words, notes, told = (row.shown(column) for column in heading.columns)
    return words, notes, told


def _glyph(told: str) -> str:
    return signs.COMPLETENESS[Completeness(told)] if told else ""
