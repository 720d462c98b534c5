"""The rounds of loops: those that were opened and those that the schedule names or requires, their ids and names.

Nothing here is about a particular loop: relationships and incidents are loops like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview_tui.schedule.model import Loop, Schedule

MAX_ROUNDS = 99


@dataclass(frozen=True, slots=True)
class Round:
    """A round of a loop. `id` never changes; `parent` does when the round is attached elsewhere."""

    id: str
    loop: str
    key: str
    parent: str


def laid_out(loop: Loop, parent: str, opened: Mapping[str, Round]) -> list[Round]:
    """The rounds of a loop within a parent round: named ones in the schedule's order, repetitions after the first.

    What the schedule names or requires is there before it is opened, under the id that it will get.
    """
    mine = [found for found in opened.values() if found.loop == loop.id and found.parent == parent]
    if loop.named:
        laid: list[Round] = []
        for named in loop.named:
            same = [found for found in mine if found.key == named.key]
            laid.extend(same or [new_round(loop, named.key, parent, opened)])
        return laid
    while len(mine) < loop.at_least:
        mine.append(new_round(loop, str(len(mine) + 1), parent, opened))
    return mine


def new_round(loop: Loop, key: str, parent: str, opened: Mapping[str, Round]) -> Round:
    """The round that opening one more would give: `R1`, `R1-good`, and `R1-good-2` for one more of the same."""
    base = f"{parent}-{own_name(loop, key)}" if parent else own_name(loop, key)
    names = (base, *(f"{base}-{number}" for number in range(2, MAX_ROUNDS)))
    return Round(next(name for name in names if name not in opened), loop.id, key, parent)


def next_key(loop: Loop, parent: str, opened: Mapping[str, Round]) -> str:
    """The key of the next numbered round."""
    return str(sum(1 for found in opened.values() if found.loop == loop.id and found.parent == parent) + 1)


def expected(schedule: Schedule, opened: Mapping[str, Round]) -> dict[str, Round]:
    """Every round that the schedule names or requires and that is not opened yet, by the id that it will get."""
    found: dict[str, Round] = {}
    for loop_id, (loop, _) in schedule.loops().items():
        around = schedule.parent_loop(loop_id)
        known = (*opened.values(), *found.values())
        parents = [outer.id for outer in known if outer.loop == around] if around else [""]
        for parent in parents:
            found.update({laid.id: laid for laid in laid_out(loop, parent, opened) if laid.id not in opened})
    return found


def possible(schedule: Schedule, opened: Mapping[str, Round]) -> dict[str, Round]:
    """Every round that is open, expected, or in one more round of an outermost numbered loop, by id; outer ones first.

    No loop has more rounds than the schedule allows.
    """
    outer = {**opened, **{found.id: found for found in expected(schedule, opened).values() if not found.parent}}
    for loop_id, (loop, _) in schedule.loops().items():
        key = "" if loop.named or schedule.parent_loop(loop_id) else next_key(loop, "", outer)
        if key and int(key) <= loop.at_most:
            more = new_round(loop, key, "", outer)
            outer[more.id] = more
    return {**outer, **expected(schedule, outer)}


def own_name(loop: Loop, key: str) -> str:
    """What a round is called within its parent: `good`, `R2`."""
    return key if loop.named else f"{loop.id[:1].upper()}{key}"


def label(schedule: Schedule, chain: list[Round], opened: Mapping[str, Round]) -> str:
    """What a round is called where it is attached now; `chain` is the round and those around it, innermost first."""
    loops = schedule.loops()
    name = "-".join(own_name(loops[found.loop][0], found.key) for found in reversed(chain))
    like = [
        other.id
        for other in opened.values()
        if (other.loop, other.key, other.parent) == (chain[0].loop, chain[0].key, chain[0].parent)
    ]
    number = like.index(chain[0].id) + 1 if chain[0].id in like else 1
    return name if number == 1 else f"{name}-{number}"
