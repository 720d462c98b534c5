"""What is short, told where it is decided in a call: at an item that a tally counts by, where a round is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interview_tui.fieldwork.counting import Interviewed, interviewed, units, value_in, with_more
from interview_tui.fieldwork.tally import Cell, Counted, Source
from interview_tui.interview.events import Place
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import AnswerKind, Located

Rank = tuple[bool, int, bool]
MOST_SHORT = 3
"""How many cells are told of where a further round is offered: those that are short of most."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many there are of a value, or of several together, and how many are wanted (None: no target)."""

    value: str
    count: int
    target: int | None = None

    @property
    def short(self) -> int:
        """How many are still wanted."""
        return max(0, (self.target or 0) - self.count)


@dataclass(frozen=True, slots=True)
class Quotas:
    """What is told at an item: of each value, counted `among` what is known of the round already."""

    values: tuple[Quota, ...]
    among: tuple[str, ...] = ()

    def of(self, value: str) -> Quota | None:
        """What is told of a value."""
        return next((one for one in self.values if one.value == value), None)


def quotas_at(tallies: Sequence[Counted], interview: Interview, place: Place) -> Quotas | None:
    """What is to be told at a place; None if nothing is.

    The tallies are without this interview; its other rounds are added here, unless it is a rehearsal.
    """
    located = interview.items[place.item]
    if not any(_concerns(counted, located, place) for counted in tallies):
        return None
    own = interviewed(interview)
    here = {found.id for found in own.chain(place.round)}
    counted = [one if interview.rehearsal else _with_other_rounds(one, own, here) for one in tallies]
    if located.offers:
        return _where_offered(counted, interview, located.offers)
    found = list(_by_dimension(counted, located, place, own))
    return max(found, key=lambda one: one[0])[1] if found else None


def _concerns(counted: Counted, located: Located, place: Place) -> bool:
    return bool(located.offers) or bool(_focuses(counted, located)) or bool(_numbers(counted, located, place))


def _numbers(counted: Counted, located: Located, place: Place) -> list[int]:
    """The dimensions of a tally that are decided at an item: by its answer, or by the round that it opens."""
    return [
        number
        for number, one in enumerate(counted.dimensions)
        if (one.source is Source.ANSWER and (one.name, one.line) == (place.item, place.line))
        or (one.source is Source.ROUND and bool(located.opens) and one.loop == located.loops[-1].id)
    ]


def _focuses(counted: Counted, located: Located) -> list[int]:
    """The dimensions of which an item chooses some values to go on with."""
    answer = located.item.answer
    if answer.kind is not AnswerKind.UP_TO or answer.chooses_one:
        return []
    return [
        number
        for number, one in enumerate(counted.dimensions)
        if one.source is not Source.ATTRIBUTE and {*one.values} & {*answer.options}
    ]


def _with_other_rounds(counted: Counted, own: Interviewed, here: set[str]) -> Counted:
    """With what else was told in this call: all but the round that she is in."""
    if counted.counts_cases:
        return counted
    return with_more(counted, [unit for name, unit in units(counted, own, counted.left_out) if name not in here])


def _by_dimension(
    tallies: Sequence[Counted], located: Located, place: Place, own: Interviewed
) -> Iterator[tuple[Rank, Quotas]]:
    """What there is to tell at an item, of each tally: of all rounds, and of those alike in what is known already.

    What has a target goes first, then what is known more closely, then what the study has named a target for itself.
    """
    focus = [quota for value in located.item.answer.options if (quota := _focus(tallies, located, value)) is not None]
    if focus:
        yield (True, 0, True), Quotas(tuple(focus))
    for counted in tallies:
        for number in _numbers(counted, located, place):
            known = _known(counted, own, place, without=number)
            for among in (known, {}) if known else (known,):
                values = counted.dimensions[number].values
                told = tuple(_quota(counted, {**among, number: value}, value) for value in values)
                has_target = any(one.target is not None for one in told)
                yield (
                    (has_target, len(among), sorted(among) == list(range(number))),
                    Quotas(told, tuple(among.values())),
                )


def _focus(tallies: Sequence[Counted], located: Located, value: str) -> Quota | None:
    """What is short of a value, whatever is counted by it: one with a target if there is one."""
    found = [
        ((quota.target is not None, number == 0), quota)
        for counted in tallies
        for number in _focuses(counted, located)
        if value in counted.dimensions[number].values and (quota := _quota(counted, {number: value}, value))
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _known(counted: Counted, own: Interviewed, place: Place, without: int) -> Mapping[int, str]:
    """What is known of the round already in the other dimensions of a tally."""
    known: dict[int, str] = {}
    for number, dimension in enumerate(counted.dimensions):
        value = value_in(dimension, own, place.round, counted.left_out)
        if value is not None and number != without:
            known[number] = value
    return known


def _quota(counted: Counted, known: Mapping[int, str], value: str) -> Quota:
    """How many there are with these values, whatever the others are; wanted if every cell of them has a target."""

    def fits(values: Sequence[str | None]) -> bool:
        return all(values[number] == wanted for number, wanted in known.items())

    length = max(known) + 1
    cells = [cell for cell in counted.cells if len(cell.values) == length and fits(cell.values)]
    targets = [cell.target for cell in cells if cell.target is not None]
    whole = bool(cells) and len(targets) == len(cells)
    there_are = sum(number for values, number in counted.combinations.items() if fits(values))
    return Quota(value, there_are, sum(targets) if whole else None)


def _where_offered(tallies: Sequence[Counted], interview: Interview, loop: str) -> Quotas | None:
    """The cells that are short of most, of what one more round would add to."""
    inside = {loop, *(name for name in interview.schedule.loops() if _is_inside(interview, name, loop))}
    cells: list[Cell] = [cell for counted in tallies if counted.of in inside for cell in counted.wanted() if cell.short]
    cells.sort(key=lambda cell: -cell.short)
    told = tuple(Quota(cell.name, cell.count, cell.target) for cell in cells[:MOST_SHORT])
    return Quotas(told) if told else None


def _is_inside(interview: Interview, loop: str, around: str) -> bool:
    outer = interview.schedule.parent_loop(loop)
    return bool(outer) and (outer == around or _is_inside(interview, outer, around))
