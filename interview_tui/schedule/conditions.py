"""Conditions in plain words (`expectations_met is not yes`) and their three-valued evaluation.

An answer that is not yet known makes a condition unknown, not false (Kleene's strong three-valued logic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | tuple[str, ...] | Mapping[str, str] | None
"""An answer: a value (`yes`, `mentor`), several (`up to 2 of`), a checklist's line → yes/no, or None: not known."""

Lookup = Callable[[str], Value]
"""Gives the answer of an item id; of a checklist, every line's (`""` while a line is unanswered)."""


@dataclass(frozen=True, slots=True)
class Is:
    """`name is value`; with a value of `yes` also a bare `name`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """`not X`, `name is not value`."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class And:
    """`A and B`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`A or B`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """`count of name OP number` over the yeses of a checklist; `any of`, `all of` and `none of` are counts too.

    `op` is one of `is`, `is not`, `>`, `<`, `>=`, `<=`; `number` None stands for all lines of the checklist.
    """

    name: str
    op: str
    number: int | None


Condition = Is | Not | And | Or | Count
