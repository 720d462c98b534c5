"""Where a name is said and noted: a line each, the name of every line below that of the line before."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.record.pseudonyms.occurrences import Occurrence
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.tui import signs
from interview_tui.tui.widgets.pane import Pane

SIGNS = {INTERVIEWER: "I", RESPONDENT: "R", "": "✎"}
MARKED = "bold underline $text-warning"
_LEAD_CELLS = 13
_BEFORE_SHARE = 0.45


@dataclass(frozen=True, slots=True)
class Places:
    """Where `name` stands; `chosen` is the number of the place that is played. Times are counted from `origin_ms`."""

    name: str = ""
    found: tuple[Occurrence, ...] = ()
    chosen: int = 0
    origin_ms: int = 0


class NamePlaces(Pane[Places]):
    """The places around the chosen one, which has a `▸`; the first row counts them, the last show its whole passage."""

    def rows(self, value: Places, width: int, height: int) -> list[Content]:
        """How many there are, and as many of them as there is room for."""
        if not value.name:
            return []
        if not value.found:
            return [Content.styled(f"{value.name}: nowhere in talk and notes.", "$quiet")]
        room = max(1, height - 1)
        first = max(0, min(value.chosen - room // 2, len(value.found) - room))
        shown = list(enumerate(value.found))[first : first + room]
        heading = f"{value.name}, place {value.chosen + 1} of {len(value.found)}"
        lines = [Content.styled(heading, "bold"), *(_line(value, number, one, width) for number, one in shown)]
        return [*lines, Content(), *_passage(value.found[value.chosen], width)]


def _passage(one: Occurrence, width: int) -> list[Content]:
    """The chosen place with all that stands around it, where there is room below the lines."""
    return Content.assemble(one.before, Content.styled(one.name, MARKED), one.after).wrap(width)


def _line(value: Places, number: int, one: Occurrence, width: int) -> Content:
    chosen = number == value.chosen
    room = max(4, round((width - _LEAD_CELLS) * _BEFORE_SHARE))
    before = Content(one.before)
    cut = before.cell_length - room
    if cut > 0:
        before = Content(f"…{one.before[cut + 1 :]}")
    return Content.assemble(
        Content.styled("▸ " if chosen else "  ", "bold $accent"),
        Content.styled(f"{signs.clock(one.at_ms - value.origin_ms):>7} ", "$quiet"),
        f"{SIGNS.get(one.speaker, '?')}  ",
        " " * max(0, room - before.cell_length),
        before,
        Content.styled(one.name, MARKED),
        one.after,
    )
