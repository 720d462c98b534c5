"""Everything that can be noted of a case beside its interview. No name, number or address is among it.

A change carries when it was noted (`wall_ms`: wall clock, ms since the Unix epoch, UTC), like all moments here.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass

from interview_tui.grow_only import GrowOnly, Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """What all changes carry."""

    case: str
    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListed(CaseChange):
    """A case is on the list; `source` is the file it was taken from, empty if it was typed."""

    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeGiven(CaseChange):
    """An attribute of the study (`plan.Attribute`) has this value for the case; empty: it is not known any more."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkWritten(CaseChange):
    """What is to be known before ringing, in place of what was written before."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted(CaseChange):
    """The participant was rung at `rung_wall_ms`, with this outcome (`attempts.Outcome.code`)."""

    rung_wall_ms: int
    outcome: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMade(CaseChange):
    """They are to be rung at this time, in place of any that was agreed before; `definite` if they named it."""

    due_wall_ms: int
    definite: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentDropped(CaseChange):
    """The appointment holds no more."""

    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDue(CaseChange):
    """They are to be rung from this time on, whatever the last attempt says; 0: that goes by the attempts again."""

    due_wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseChange):
    """Nobody rings them any more."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseChange):
    """They may be rung again."""


Change = (
    CaseListed
    | AttributeGiven
    | RemarkWritten
    | Attempted
    | AppointmentMade
    | AppointmentDropped
    | CallDue
    | CaseClosed
    | CaseReopened
)
CHANGE_TYPES: dict[str, type[CaseChange]] = {kind.__name__: kind for kind in typing.get_args(Change)}
"""Every change there is, by its name."""

Noted = Signed[CaseChange]
Notes = GrowOnly[Noted]
"""All that was noted of all cases of a study, in the order in which it holds."""
