"""What a study wants of its cases, as `study.toml` says it: their attributes, and tallies with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CASES = "cases"
"""What a tally counts that counts whole interviews."""
ATTRIBUTE = "case."
"""What stands before the name of an attribute where a tally says that it means one."""
BETWEEN = " / "
"""What stands between the values of a cell where they are written as one text."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that is known of a case before it is rung: `[attributes.NAME]`.

    `values` are those it can have; none: any text, or any number if it is a `number`.
    """

    name: str
    title: str
    values: tuple[str, ...] = ()
    number: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Something that is counted: `[[tally]]`.

    `by` are what it is counted by, outermost first; each is one of these, by its id:

    - an item of the schedule of which one answer is chosen, or `ITEM.LINE` for a line of a checklist;
    - a loop with named rounds: the key of the round;
    - an attribute of cases, written `case.NAME` where an item or a loop is called the same.

    `count` is what is counted, a loop's id or `cases`; empty: the innermost loop that one of `by` stands in, or
    cases if none stands in a loop.
    An answer is looked for in the round that is counted, then in the rounds around it, then outside all of them.
    `targets` are how many are wanted, by the values of a cell in the order of `by`; the last values may be left out:
    a target of `("red",)` is one for everything that begins so.
    """

    name: str
    by: tuple[str, ...]
    count: str = ""
    targets: Mapping[tuple[str, ...], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The attributes and tallies of a study, in their order."""

    attributes: tuple[Attribute, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """An attribute by its name."""
        return next((one for one in self.attributes if one.name == name), None)
