"""A tally as a table to be read: its last dimension across, the others down, with what is wanted and what is short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interview_tui.fieldwork.tally import Cell, Counted

MET = "✓"
UNKNOWN, ALL, LISTED = "not known", "all", "listed"
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Crosstab:
    """A heading, a sentence below it, what stands above the columns, and the rows; the first column names the rows."""

    heading: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> Iterator[str]:
        """The columns and rows as text, columns below one another."""
        widths = [max(len(row[number]) for row in (self.columns, *self.rows)) for number in range(len(self.columns))]
        for row in (self.columns, *self.rows):
            first, *others = (text.ljust(width) for text, width in zip(row, widths, strict=True))
            yield INDENT.join([first, *others]).rstrip()


def crosstab(counted: Counted) -> Crosstab:
    """The table of a tally."""
    by = [dimension.title for dimension in counted.dimensions]
    several = len(by) > 1
    across = counted.dimensions[-1].values if several else ()
    has_unknown = any(cell.unknown for cell in counted.cells)
    has_listed = any(cell.listed is not None for cell in counted.cells)
    tail = (ALL, *((LISTED,) if has_listed else ()))
    columns = (" × ".join(by), *across, *((UNKNOWN,) if has_unknown else ()), *tail)
    cells = counted.by_values
    rows: list[tuple[str, ...]] = []
    for cell in counted.cells:
        if several and len(cell.values) == len(by):
            continue
        name = INDENT * (len(cell.values) - 1) + cell.values[-1]
        innermost = several and len(cell.values) == len(by) - 1
        inside = [_number(cells.get((*cell.values, value))) if innermost else "" for value in across]
        unknown = [str(cell.unknown) if cell.unknown else ""] if has_unknown else []
        listed = [str(cell.listed)] if has_listed else []
        rows.append((name, *inside, *unknown, in_numbers(cell), *listed))
    outermost_unknown = counted.unknown - sum(cell.unknown for cell in counted.cells)
    if outermost_unknown:
        rows.append((UNKNOWN, *("" for _ in columns[1 : -len(tail)]), str(outermost_unknown), *("" for _ in tail[1:])))
    return Crosstab(counted.tally.name, _about(counted), columns, tuple(rows))


def in_numbers(cell: Cell) -> str:
    """How many there are, of how many: `12`, `12/20, 8 short`, `20/20 ✓`."""
    if cell.target is None:
        return str(cell.count)
    return f"{cell.count}/{cell.target}, {cell.short} short" if cell.short else f"{cell.count}/{cell.target} {MET}"


def _number(cell: Cell | None) -> str:
    return in_numbers(cell) if cell is not None else "0"


def _about(counted: Counted) -> str:
    what = "interviews" if counted.counts_cases else f"counted: {counted.of}"
    facts = [
        f"{counted.total} in all",
        f"{counted.unknown} {UNKNOWN}" if counted.unknown else "",
        f"{counted.unfinished} of unfinished interviews" if counted.unfinished else "",
    ]
    return f"{what} · {', '.join(fact for fact in facts if fact)}"
