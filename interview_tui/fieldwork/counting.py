"""Counting: what of an interview counts, and how that adds up in the cells of a tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from interview_tui.fieldwork.tally import Cell, Counted, Dimension, Source
from interview_tui.interview.debriefing import LEAST_TOLD_MS
from interview_tui.interview.events import Kept, Place, Stretch
from interview_tui.interview.facts import Visit, joined
from interview_tui.interview.outcomes import BY_CODE
from interview_tui.interview.rounds import Round
from interview_tui.interview.state import Interview
from interview_tui.schedule.conditions import NON_ANSWERS

MOST_CELLS = 2000
"""Of a tally with more cells than this, those are left out in which there is nothing."""

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interviewed:
    """What is counted of an interview. `told` are the rounds in which something was told, and `""` if anything was."""

    case: str
    rounds: Mapping[str, Round]
    answers: Mapping[Place, tuple[str, ...]]
    told: frozenset[str]
    unfinished: bool = False

    def chain(self, round_id: str) -> Iterator[Round]:
        """A round and those around it, innermost first."""
        return _chain(self.rounds, round_id)


@dataclass(frozen=True, slots=True)
class Unit:
    """One of what is counted: its value in each dimension (None: not known), and whether its interview goes on."""

    values: tuple[str | None, ...]
    unfinished: bool = False

    @property
    def known(self) -> Values:
        """Its values up to the first that is not known."""
        found: list[str] = []
        for value in self.values:
            if value is None:
                break
            found.append(value)
        return tuple(found)


def counts(outcome: str, kept: Kept) -> bool:
    """Whether an interview that ended so is counted at all: not one of which nothing is to be kept."""
    usual = BY_CODE[outcome].kept if outcome in BY_CODE else kept
    return Kept.NOTHING not in (usual, kept)


def interviewed(interview: Interview) -> Interviewed:
    """What is counted of an interview that lies here whole."""
    track = interview.soundtrack
    return Interviewed(
        case=interview.case,
        rounds=interview.rounds,
        answers=interview.answers,
        told=told_in(
            interview.rounds,
            interview.answers,
            [place.round for note in interview.notes.values() for place in note.places],
            interview.visits(),
            interview.withheld(),
            track.withdrawn_rounds,
        ),
        unfinished=not interview.ended,
    )


def told_in(
    rounds: Mapping[str, Round],
    answers: Iterable[Place],
    noted: Collection[str],
    visits: Iterable[Visit],
    hidden: Iterable[Stretch],
    withdrawn: Collection[str],
) -> frozenset[str]:
    """The rounds in which something was told, as the debrief has it, and those around them; `""` if anything was.

    An answer, a note (`noted` are the rounds that notes are filed in, `""` outside all), or some time at its questions
    that is not `hidden`. A round that was withdrawn is not among them, nor one inside it.
    """
    spent_ms: Counter[str] = Counter()
    away = joined(hidden)
    for visit in visits:
        spent_ms[visit.place.round] += _seen_ms(visit, away)
    told = {place.round for place in answers} | {*noted}
    told |= {name for name, length_ms in spent_ms.items() if length_ms >= LEAST_TOLD_MS}
    anything = bool(noted) or spent_ms.total() >= LEAST_TOLD_MS
    found: set[str] = set()
    for name in told & rounds.keys():
        chain = [one.id for one in _chain(rounds, name)]
        if not any(one in withdrawn for one in chain):
            found.update(chain)
    return frozenset(found | ({""} if anything else set()))


def units(counted: Counted, one: Interviewed, attributes: Mapping[str, str]) -> Iterator[tuple[str, Unit]]:
    """What a tally counts in an interview, each with its round (`""`: the interview as a whole)."""
    found = [""] if counted.counts_cases else [name for name, its in one.rounds.items() if its.loop == counted.of]
    for name in found:
        if name in one.told:
            values = tuple(value_in(dimension, one, name, attributes) for dimension in counted.dimensions)
            yield name, Unit(values, one.unfinished)


def count(
    counted: Counted,
    interviews: Iterable[Interviewed],
    attributes: Mapping[str, Mapping[str, str]],
    waiting: Iterable[str] = (),
) -> Counted:
    """A tally with these interviews counted. `attributes` are those of each case.

    `waiting` are the cases that are listed and not interviewed: told of where a tally counts by attributes alone.
    """
    found = [unit for one in interviews for _, unit in units(counted, one, attributes.get(one.case, {}))]
    sums = _Sums(found)
    by_attributes = all(dimension.source is Source.ATTRIBUTE for dimension in counted.dimensions)
    listed = None
    if by_attributes and counted.counts_cases:
        blank = Interviewed("", {}, {}, frozenset({""}))
        listed = _Sums([unit for case in waiting for _, unit in units(counted, blank, attributes.get(case, {}))])
    dimensions = tuple(
        replace(dimension, values=_seen(dimension, number, [*sums.counts, *(listed.counts if listed else ())], counted))
        for number, dimension in enumerate(counted.dimensions)
    )
    return replace(
        counted,
        cells=tuple(_cells(counted, dimensions, sums, listed)),
        total=len(found),
        unknown=_incomplete(found),
        unfinished=sum(unit.unfinished for unit in found),
        dimensions=dimensions,
        combinations=Counter(unit.values for unit in found),
    )


def with_more(counted: Counted, more: Iterable[Unit]) -> Counted:
    """A tally that is counted already, with a few more of what it counts. A value that is new to it has no cell."""
    found = list(more)
    sums = _Sums(found)
    return replace(
        counted,
        cells=tuple(
            replace(
                cell,
                count=cell.count + sums.counts[cell.values],
                unknown=cell.unknown + sums.unknown[cell.values],
                unfinished=cell.unfinished + sums.unfinished[cell.values],
            )
            for cell in counted.cells
        ),
        total=counted.total + len(found),
        unknown=counted.unknown + _incomplete(found),
        unfinished=counted.unfinished + sum(unit.unfinished for unit in found),
        combinations=Counter(counted.combinations) + Counter(unit.values for unit in found),
    )


class _Sums:
    """How many units there are of every beginning of values; of how many the next one is not known."""

    def __init__(self, found: Iterable[Unit]) -> None:
        self.counts: Counter[Values] = Counter()
        self.unknown: Counter[Values] = Counter()
        self.unfinished: Counter[Values] = Counter()
        for unit in found:
            known = unit.known
            for length in range(1, len(known) + 1):
                self.counts[known[:length]] += 1
                self.unfinished[known[:length]] += unit.unfinished
            if len(known) < len(unit.values):
                self.unknown[known] += 1


def _incomplete(found: Iterable[Unit]) -> int:
    """How many there are of which some value is not known."""
    return sum(None in unit.values for unit in found)


def _chain(rounds: Mapping[str, Round], round_id: str) -> Iterator[Round]:
    seen: set[str] = set()
    while round_id in rounds and round_id not in seen:
        seen.add(round_id)
        yield rounds[round_id]
        round_id = rounds[round_id].parent


def _seen_ms(visit: Visit, away: Sequence[Stretch]) -> int:
    """How much of a visit is not hidden."""
    hidden_ms = sum(max(0, min(visit.end_ms, one.end_ms) - max(visit.start_ms, one.start_ms)) for one in away)
    return visit.end_ms - visit.start_ms - hidden_ms


def value_in(dimension: Dimension, one: Interviewed, round_id: str, attributes: Mapping[str, str]) -> str | None:
    """The value of a dimension as it holds in a round (`""`: outside all), for a case with these attributes."""
    match dimension.source:
        case Source.ATTRIBUTE:
            return attributes.get(dimension.name) or None
        case Source.ROUND:
            return next((found.key for found in one.chain(round_id) if found.loop == dimension.name), None)
        case Source.ANSWER:
            return _answer_in(one, dimension, round_id)


def _answer_in(one: Interviewed, dimension: Dimension, round_id: str) -> str | None:
    """The answer to an item as it holds in a round: given there, in a round around it, or outside all of them."""
    for around in (*(found.id for found in one.chain(round_id)), ""):
        value = one.answers.get(Place(dimension.name, around, dimension.line))
        if value:
            return None if value[0] in NON_ANSWERS else value[0]
    return None


def _seen(dimension: Dimension, number: int, counted: Iterable[Values], tally: Counted) -> Values:
    """The values of a dimension: as the schedule or study has them, then what else was met or is wanted."""
    met = {values[number] for values in (*counted, *tally.tally.targets) if len(values) > number}
    return (*dimension.values, *sorted(met - {*dimension.values}, key=_by_number))


def _by_number(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return float("inf"), value


def _cells(counted: Counted, dimensions: Sequence[Dimension], sums: _Sums, listed: _Sums | None) -> Iterator[Cell]:
    targets = counted.tally.targets
    there = {values[:length] for values in targets for length in range(1, len(values) + 1)} | {*sums.counts}
    there |= {*listed.counts} if listed else set()
    every = prod(len(dimension.values) for dimension in dimensions) <= MOST_CELLS

    def beneath(above: Values) -> Iterator[Cell]:
        for value in dimensions[len(above)].values:
            here = (*above, value)
            if every or here in there:
                yield Cell(
                    here,
                    sums.counts[here],
                    targets.get(here),
                    sums.unknown[here],
                    sums.unfinished[here],
                    listed.counts[here] if listed else None,
                )
                if len(here) < len(dimensions):
                    yield from beneath(here)

    if dimensions:
        yield from beneath(())
