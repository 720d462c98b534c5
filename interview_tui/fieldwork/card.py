"""A case as all that was noted of it adds up to: its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Standing(StrEnum):
    """Where a case stands."""

    NEW = "not rung yet"
    TRYING = "to be rung again"
    APPOINTED = "appointment"
    UNFINISHED = "interview unfinished"
    INTERVIEWED = "interviewed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that was tried: when (wall clock, ms), what came of it (`attempts.Outcome.code`), by whom it was noted."""

    rung_wall_ms: int
    outcome: str
    remark: str
    by: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """When they are to be rung (wall clock, ms); `definite` if they named that time themselves."""

    due_wall_ms: int
    definite: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people noted different things of the same attribute, remark or appointment unseen by each other; the later
    holds.

    `what` is the attribute's name, `cards.REMARK` or `cards.APPOINTMENT`; of that, `earlier` and `later` are its times
    (wall clock, ms, as digits). What was taken away is `cards.NOTHING`.
    """

    what: str
    earlier: str
    earlier_by: str
    later: str
    later_by: str


@dataclass(frozen=True, slots=True)
class CaseCard:
    """All that is known of a case, but for who it is.

    `due_wall_ms` is from when on they are to be rung next: by appointment, as somebody set it, or as the last attempt
    has it; None: nothing says when, so one that is `NEW` or `UNFINISHED` may be rung at any time and others are not to
    be rung (`turns` tells them apart). `closed` says why nobody rings them any more.
    """

    case: str
    standing: Standing = Standing.NEW
    attributes: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    attempts: tuple[Attempt, ...] = ()
    appointment: Appointment | None = None
    due_wall_ms: int | None = None
    closed: str = ""
    source: str = ""
    clashes: tuple[Clash, ...] = ()
