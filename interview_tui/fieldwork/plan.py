"""What a study wants of its cases, as `study.toml` says it: their attributes, and tallies with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CASES = "cases"
"""What a tally counts that counts whole interviews."""
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

    `by` are what it is counted by, outermost first: attributes of cases, items of which one answer is chosen, or loops
    with named rounds. `count` is what is counted, a loop's id or `cases`; empty: the innermost loop that one of `by`
    stands in. `targets` are how many are wanted, by the values of a cell; a value may be left open at the end.
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
