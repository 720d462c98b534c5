"""The list of cases as a table: whom to ring next on top, what is known of each beside them. Pure.

A filter is a line of words, and each of them must begin a word of the row; `-` before one turns it round.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.cards import by_number
from interview_tui.fieldwork.plan import Attribute
from interview_tui.fieldwork.turns import Turn, turn_of
from interview_tui.record.ports import InterviewSummary
from interview_tui.tui import signs

GLYPHS = {
    Standing.NEW: "○",
    Standing.TRYING: "◔",
    Standing.APPOINTED: "◑",
    Standing.UNFINISHED: "◕",
    Standing.INTERVIEWED: "●",
    Standing.CLOSED: "×",
    Standing.WITHDRAWN: "–",
}
CASE, STANDING, DUE, ATTEMPTS, INTERVIEW = "case", "standing", "due", "attempts", "interview"
REHEARSAL = "rehearsal"
NOTES_ONLY, RECORDED, TRANSCRIBED = "notes only", "recorded", "transcribed"
OVERDUE, NOW = "‼ ", "! now"
WIDEST_ATTRIBUTE, WIDEST_ATTEMPTS = 24, 26
HEAD = 3
"""What may stand beside the name of a column: a pointer, an arrow."""
GAP = 2
"""How many cells a column takes beside its own."""
_WORD = re.compile(r"(-?)(\S+)")

Rank = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what stands over it, whether it is an attribute of the study, whether it holds numbers."""

    key: str
    title: str
    is_attribute: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and where that stands among others of its column; without a rank it comes last."""

    shown: str = ""
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A case with its cells, in the order of the columns."""

    card: CaseCard
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A table of cases. Sorted and filtered it is another one, of the same columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def sorted_by(self, key: str, *, descending: bool = False) -> CaseTable:
        """In the order of a column; rows that are alike in it stay as they were, and what is not known is last."""
        at = next((number for number, column in enumerate(self.columns) if column.key == key), None)
        if at is None:
            return self
        known = [(rank, row) for row in self.rows if (rank := row.cells[at].rank) is not None]
        known.sort(key=lambda found: found[0], reverse=descending)
        unknown = (row for row in self.rows if row.cells[at].rank is None)
        return replace(self, rows=(*(row for _, row in known), *unknown))

    def where(self, line: str) -> CaseTable:
        """The rows in which each word of the line begins a word, or with `-` none does."""
        wanted = [(bool(minus), _beginning(word)) for minus, word in _WORD.findall(line)]
        rows = (
            row for row in self.rows if all(bool(word.search(_read(row))) is not negated for negated, word in wanted)
        )
        return replace(self, rows=tuple(rows))

    def widths(self, room: int) -> dict[int, int]:
        """The columns that fit in so many cells, by number, with their widths: attributes as far as there is room."""
        wide = {number: self._width(number) for number in range(len(self.columns))}
        fixed = [number for number, column in enumerate(self.columns) if not column.is_attribute]
        left = room - sum(wide[number] + GAP for number in fixed)
        fitting = list(fixed)
        for number, column in enumerate(self.columns):
            if column.is_attribute and wide[number] + GAP <= left:
                left -= wide[number] + GAP
                fitting.append(number)
        return {number: wide[number] for number in sorted(fitting)}

    def _width(self, number: int) -> int:
        column = self.columns[number]
        widest = max([len(column.title) + HEAD, *(len(row.cells[number].shown) for row in self.rows)])
        return min(widest, WIDEST_ATTRIBUTE if column.is_attribute else WIDEST_ATTEMPTS)


def case_table(
    cards: Sequence[CaseCard],
    attributes: Sequence[Attribute],
    interviews: Mapping[str, InterviewSummary],
    now_ms: int,
) -> CaseTable:
    """The cases in the order in which they come, which is what sorting by `due` gives again."""
    columns = (
        Column(CASE, CASE),
        Column(STANDING, STANDING),
        Column(DUE, DUE),
        Column(ATTEMPTS, ATTEMPTS),
        *([Column(INTERVIEW, INTERVIEW)] if interviews else []),
        *(Column(f"{one.name} …", one.title or one.name, True, one.number) for one in attributes),
    )
    rows = [
        Row(
            card,
            (
                Cell(card.case, by_number(card.case)),
                Cell(f"{GLYPHS[card.standing]} {card.standing.value}", (list(Standing).index(card.standing),)),
                Cell(due_in_words(card, now_ms), (number,)),
                _attempts(card),
                *([_interview(interviews.get(card.case))] if interviews else []),
                *(_attribute(card.attributes.get(one.name, ""), one) for one in attributes),
            ),
        )
        for number, card in enumerate(cards)
    ]
    return CaseTable(columns, tuple(rows))


def due_in_words(card: CaseCard, now_ms: int) -> str:
    """When they are to be rung: `‼ today 14:30` of an appointment, `! now`, `tomorrow`, `Tue 24 Nov`."""
    turn = turn_of(card, now_ms)
    if turn is Turn.DUE:
        return NOW
    if turn in (Turn.NONE, Turn.NEW) or card.due_wall_ms is None:
        return ""
    if card.appointment is not None:
        about = "" if card.appointment.definite else "about "
        return f"{OVERDUE if turn is Turn.OVERDUE else ''}{about}{moment(card.due_wall_ms, now_ms)}"
    said = day(card.due_wall_ms, now_ms)
    return f"{said} {signs.time_of_day(card.due_wall_ms)}" if said == "today" else said


def moment(wall_ms: int, now_ms: int) -> str:
    """A moment as it is said: `today 14:30`, `Tue 24 Nov 14:30`."""
    return f"{day(wall_ms, now_ms)} {signs.time_of_day(wall_ms)}"


def day(wall_ms: int, now_ms: int) -> str:
    """A day as it is said: `yesterday`, `today`, `tomorrow`, `Tue 24 Nov`, of another year with the year."""
    local, now = (datetime.fromtimestamp(ms / 1000).astimezone() for ms in (wall_ms, now_ms))
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    apart = (local.date() - now.date()) // timedelta(days=1)
    year = f" {local:%Y}" if local.year != now.year else ""
    return near.get(apart) or f"{local:%a} {local.day} {local:%b}{year}"


def _attempts(card: CaseCard) -> Cell:
    """How often they were rung, and what came of the last time."""
    if not card.attempts:
        return Cell()
    last = card.attempts[-1]
    return Cell(f"{len(card.attempts)} · {last.outcome}", (len(card.attempts), last.rung_wall_ms))


def _interview(summary: InterviewSummary | None) -> Cell:
    """How far the interview is."""
    if summary is None:
        return Cell()
    if summary.rehearsal:
        return Cell(REHEARSAL)
    if not summary.ended:
        return Cell(f"{signs.clock(summary.length_ms)} so far", (0,))
    state = TRANSCRIBED if summary.transcribed else RECORDED if summary.recorded_ms else NOTES_ONLY
    return Cell(state, ((NOTES_ONLY, RECORDED, TRANSCRIBED).index(state) + 1,))


def _attribute(value: str, attribute: Attribute) -> Cell:
    if not value:
        return Cell()
    if value in attribute.values:
        return Cell(value, (attribute.values.index(value), value))
    return Cell(value, (_number(value) if attribute.number else math.inf, value.casefold()))


def _number(value: str) -> float:
    """What is no number comes after all numbers."""
    try:
        number = float(value)
    except ValueError:
        return math.inf
    return math.inf if math.isnan(number) else number


def _beginning(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE)


def _read(row: Row) -> str:
    """All that can be found in a row: what is hidden for want of room as well, and the remark before the call."""
    return "\n".join([*(cell.shown for cell in row.cells), row.card.remark])


def first_with(rows: Iterable[Row], typed: str) -> str:
    """The first case that is called so, or else begins so, or else has it in its name; empty if none has."""
    wanted = typed.casefold()
    cases = [row.card.case for row in rows]
    tests: tuple[Callable[[str], bool], ...] = (
        lambda case: case == wanted,
        lambda case: case.startswith(wanted),
        lambda case: wanted in case,
    )
    return next((case for fits in tests for case in cases if wanted and fits(case.casefold())), "")
