"""What a tally counts by, found in the schedule and among the attributes of cases; what cannot be found is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.plan import ATTRIBUTE, BETWEEN, CASES, Attribute, Tally
from interview_tui.fieldwork.tally import Counted, Dimension, Source
from interview_tui.schedule.model import AnswerKind, Located, Schedule
from interview_tui.schedule.problems import nearest, shown

YES_NO = ("yes", "no")
VALUES = {AnswerKind.YES_NO: YES_NO, AnswerKind.YES_NO_PARTLY: ("yes", "no", "partly")}


def laid_out(tally: Tally, schedule: Schedule, attributes: Sequence[Attribute], where: str) -> Counted:
    """A tally in which nothing is counted yet. `where` it is written, sentences say.

    Raises:
        ConfigError: it counts by something that there is not, or wants something that cannot be; says which, and the
            nearest name.
    """
    found = _Finder(schedule, attributes, f'{where}: the tally "{tally.name}"')
    dimensions = tuple(found.dimension(name) for name in tally.by)
    of = found.counted(tally, dimensions)
    for values in tally.targets:
        found.check_target(values, dimensions)
    return Counted(tally, of, (), 0, dimensions=dimensions)


class _Finder:
    """Looks names up in one schedule and one study; `whose` begins every sentence."""

    def __init__(self, schedule: Schedule, attributes: Sequence[Attribute], whose: str) -> None:
        self._items = schedule.items()
        self._schedule = schedule
        self._loops = schedule.loops()
        self._attributes = {attribute.name: attribute for attribute in attributes}
        self._whose = whose

    def dimension(self, name: str) -> Dimension:
        """What a name of `by` means: the schedule goes before the attributes."""
        item, _, line = name.partition(".")
        if name.startswith(ATTRIBUTE) and name.removeprefix(ATTRIBUTE) in self._attributes:
            return self._of_attribute(name.removeprefix(ATTRIBUTE))
        if item in self._items:
            return self._of_item(name, self._items[item], line)
        if name in self._loops:
            return self._of_loop(name)
        if name in self._attributes:
            return self._of_attribute(name)
        meant = nearest(name, [*self._names(), *self._attributes])
        raise ConfigError(
            f"{self._whose}: by names {shown(name)}, which is no item or loop of the schedule and no attribute.",
            f"Did you mean {meant}?"
            if meant
            else "Name an item of which one answer is chosen, a loop with named rounds, or a table under attributes.",
        )

    def counted(self, tally: Tally, dimensions: Sequence[Dimension]) -> str:
        """What is counted: as the tally says, else the innermost loop that it needs, else cases."""
        chains = [self._chain(one.loop) for one in dimensions if one.loop]
        innermost = max(chains, key=len, default=())
        apart = next((chain[-1] for chain in chains if chain != innermost[: len(chain)]), "")
        if apart:
            raise ConfigError(
                f"{self._whose}: by names what is asked in {apart} and in {innermost[-1]}, which stand side by side.",
                "Make two tallies of it.",
            )
        needed = innermost[-1] if innermost else CASES
        if not tally.count:
            return needed
        if tally.count not in (CASES, *self._loops):
            meant = nearest(tally.count, [CASES, *self._loops])
            raise ConfigError(
                f"{self._whose}: count is {shown(tally.count)}, which is no loop of the schedule.",
                f"Did you mean {meant}?" if meant else f"Write one of {', '.join([CASES, *self._loops])}.",
            )
        if innermost != self._chain(tally.count)[: len(innermost)]:
            raise ConfigError(
                f"{self._whose}: count is {tally.count}, but by names what is asked in each {needed}.",
                f"Count {needed}, or leave count out.",
            )
        return tally.count

    def check_target(self, values: tuple[str, ...], dimensions: Sequence[Dimension]) -> None:
        """Refuse a target of a cell that there cannot be."""
        written = BETWEEN.join(values)
        if len(values) > len(dimensions):
            by = BETWEEN.join(one.title for one in dimensions)
            raise ConfigError(
                f'{self._whose}: targets names "{shown(written)}", which has more values than by.',
                f"Write the values of {by}, in this order.",
            )
        for value, one in zip(values, dimensions, strict=False):
            if one.fixed and value not in one.values:
                meant = nearest(value, one.values)
                raise ConfigError(
                    f'{self._whose}: targets names "{shown(written)}", and {one.title} is never {shown(value)}.',
                    f"Did you mean {meant}?" if meant else f"It is one of {', '.join(one.values)}.",
                )

    def _of_item(self, name: str, located: Located, line: str) -> Dimension:
        item = located.item
        loop = located.loops[-1].id if located.loops else ""
        if line:
            lines = [one.key for one in item.checklist]
            if line not in lines:
                meant = nearest(line, lines)
                raise ConfigError(
                    f"{self._whose}: by names {shown(name)}, and {item.id} has no line {shown(line)}.",
                    f"Did you mean {item.id}.{meant}?" if meant else "Name an item of which one answer is chosen.",
                )
            return Dimension(name, Source.ANSWER, item.id, line, loop, YES_NO)
        if not item.answer.chooses_one:
            raise ConfigError(
                f"{self._whose}: by names {item.id}, of which no single answer is chosen.",
                f"Name one of {', '.join(f'{item.id}.{one.key}' for one in item.checklist)}."
                if item.checklist
                else "Name an item that is answered yes/no, or by one of several answers.",
            )
        values = VALUES.get(item.answer.kind, item.answer.options)
        return Dimension(name, Source.ANSWER, item.id, "", loop, values)

    def _of_loop(self, name: str) -> Dimension:
        loop, _ = self._loops[name]
        if not loop.named:
            raise ConfigError(
                f"{self._whose}: by names the loop {name}, whose rounds have numbers and no names.",
                f"To count its rounds, write count = {name}.",
            )
        return Dimension(name, Source.ROUND, name, "", name, tuple(named.key for named in loop.named))

    def _of_attribute(self, name: str) -> Dimension:
        found = self._attributes[name]
        return Dimension(found.title or name, Source.ATTRIBUTE, name, values=found.values, fixed=bool(found.values))

    def _chain(self, loop: str) -> tuple[str, ...]:
        """A loop and those around it, outermost first; nothing of what is no loop."""
        if loop not in self._loops:
            return ()
        return (*self._chain(self._schedule.parent_loop(loop)), loop)

    def _names(self) -> Iterator[str]:
        """Everything of the schedule that can be counted by."""
        for name, located in self._items.items():
            if located.item.answer.chooses_one:
                yield name
            yield from (f"{name}.{line.key}" for line in located.item.checklist)
        yield from (name for name, (loop, _) in self._loops.items() if loop.named)
