"""When no category was new any more: the categories that there were by then, drawn along interviews or incidents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import Exhausted
from interview_tui.tui import categories, signs
from interview_tui.tui.lines import fitted, one_line, width_of

LEAST_ROWS, MOST_ROWS = 3, 12
WIDEST_STEP = 6
"""An interview is at most so many cells wide."""
MARK = "▲"
_EIGHTHS = " ▁▂▃▄▅▆▇█"


def last_new(found: Sequence[Exhausted]) -> int | None:
    """The place of the last interview that brought a category that none before had; None if none did."""
    return max((number for number, one in enumerate(found) if one.new), default=None)


def told(found: Sequence[Exhausted]) -> str:
    """Since which interview, of which date, none was new any more; or that the last one still brought some."""
    number = last_new(found)
    if number is None:
        return "No incident is in a category yet."
    last, after = found[number], found[number + 1 :]
    where = f"{one_line(last.case)} ({_date(last)}), interview {number + 1} of {len(found)}"
    if not after:
        return f"{where} and the last, still brought {_new(last)}: they are not exhausted."
    more = sum(one.incidents for one in after)
    return (
        f"{MARK} The last new category came with {where}, after {signs.counted(last.incidents_so_far, 'incident')}. "
        f"Since then {signs.counted(len(after), 'interview')} with {signs.counted(more, 'incident')} brought none."
    )


def curve(found: Sequence[Exhausted], width: int, height: int, *, by_incidents: bool) -> list[Content]:
    """The categories so far, in about `height` rows of at most `width` cells, along interviews or incidents.

    Below it the `▲` of the interview after which none was new.
    """
    most = max((one.categories_so_far for one in found), default=0)
    along = [one.incidents_so_far if by_incidents else number for number, one in enumerate(found, 1)]
    steps = along[-1] if along else 0
    digits = len(str(most))
    room = width - digits - 2
    if not most or not steps or room < 1:
        return []
    cells = steps * min(WIDEST_STEP, room // steps) if steps <= room else room
    rows = max(LEAST_ROWS, min(MOST_ROWS, height))
    heights = [_so_far(found, along, -(-(cell + 1) * steps // cells)) for cell in range(cells)]
    drawn = [
        Content.assemble(
            Content.styled(_axis(row, most, digits), "$quiet"),
            "".join(_part(of * rows * 8 // most, rows - 1 - row) for of in heights),
        )
        for row in range(rows)
    ]
    unit = signs.counted(steps, "incident" if by_incidents else "interview")
    return [*drawn, *_foot(found, along, cells, digits, unit)]


def brought(found: Sequence[Exhausted], book: Codebook | None, width: int) -> list[Content]:
    """A row an interview: its date, its incidents, and which categories it brought."""
    if not found:
        return []
    case = min(16, max(width_of(one_line(one.case)) for one in found))
    many = max(len(str(one.incidents)) for one in found)
    so_far = max(len(str(one.categories_so_far)) for one in found)
    new = max(len(str(len(one.new))) for one in found)
    rows = []
    for one in found:
        name = fitted(one_line(one.case), case)
        count = f"+{len(one.new)}" if one.new else "0"
        names = ", ".join(categories.named(book, key) for key in one.new)
        incidents = f"{one.incidents:>{many}} {'incident ' if one.incidents == 1 else 'incidents'}"
        facts = f"  {_date(one)}  {incidents}  {count:>{new + 1}} → {one.categories_so_far:>{so_far}}  "
        row = Content.assemble(name, facts, Content.styled(names, "" if one.new else "$quiet"))
        rows.append(row.truncate(width, ellipsis=True))
    return rows


def _so_far(found: Sequence[Exhausted], along: Sequence[int], reached: int) -> int:
    """How many categories there were once so many interviews, or incidents, were reached: those of the one amid."""
    return next((one.categories_so_far for one, at in zip(found, along, strict=True) if at >= reached), 0)


def _part(eighths: int, row_from_below: int) -> str:
    """What of a column stands in a row."""
    return _EIGHTHS[max(0, min(8, eighths - 8 * row_from_below))]


def _axis(row: int, most: int, digits: int) -> str:
    return f"{most:>{digits}} ┤" if row == 0 else f"{'':{digits}} │"


def _foot(found: Sequence[Exhausted], along: Sequence[int], cells: int, digits: int, unit: str) -> list[Content]:
    """The axis, the mark below it, and what is counted along it."""
    rows = [Content.styled(f"{0:>{digits}} └{'─' * cells}", "$quiet")]
    number = last_new(found)
    marked = ""
    if number is not None and number + 1 < len(found):
        begin = along[number - 1] if number else 0
        middle = (begin + along[number]) / 2
        marked = " " * min(cells - 1, int(middle * cells / along[-1])) + MARK
    lead = " " * (digits + 2)
    fits = len(marked) + 1 + len(unit) <= cells
    rows.append(Content(f"{lead}{marked}{unit:>{cells - len(marked)}}" if fits else lead + marked))
    if not fits:
        rows.append(Content.styled(f"{lead}{unit:>{cells}}", "$quiet"))
    return rows


def _new(one: Exhausted) -> str:
    return signs.counted(len(one.new), "new category", "new categories")


def _date(one: Exhausted) -> str:
    return f"{datetime.fromtimestamp(one.opened_wall_ms / 1000).astimezone():%d %b %Y}"
