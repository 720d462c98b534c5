"""All that was noted of the cases of a study, and their interviews, as a card for each case.

Pure and total: any notes give cards, those of a newer version too, and the order in which they came does not matter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.card import Appointment, Attempt, CaseCard, Clash, Standing
from interview_tui.fieldwork.changes import (
    AppointmentDropped,
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    CaseReopened,
    Noted,
    Notes,
    RemarkWritten,
)
from interview_tui.record.ports import InterviewSummary

EARLY_MS = 30 * attempts.MINUTE_MS
"""Whoever rings less than this before an appointment keeps it."""
_NUMBERS = re.compile(r"([0-9]+)")
REMARK = "remark"
APPOINTMENT = "appointment"
NO_CALL_BACKS: Mapping[str, Appointment] = {}
NOTHING = "nothing"
"""What stands in a clash for an attribute, a remark or an appointment that somebody took away."""


@dataclass(slots=True)
class _Told:
    """The notes of one case, by what they are about, in the order in which they hold."""

    listed: list[CaseListed] = field(default_factory=list)
    attributes: defaultdict[str, list[Noted]] = field(default_factory=lambda: defaultdict(list))
    remarks: list[Noted] = field(default_factory=list)
    attempts: list[Noted] = field(default_factory=list)
    appointments: list[Noted] = field(default_factory=list)
    dues: list[Noted] = field(default_factory=list)
    closed: str = ""
    reopened_wall_ms: int | None = None


def cards(
    notes: Notes,
    interviews: Iterable[InterviewSummary] = (),
    withdrawn: Collection[str] = (),
    call_backs: Mapping[str, Appointment] = NO_CALL_BACKS,
) -> list[CaseCard]:
    """The card of every case that was noted, interviewed (rehearsals are none) or withdrawn, by case.

    `call_backs` are those that were agreed in calls which are to go on; what was noted of it since then counts instead.
    """
    told: defaultdict[str, _Told] = defaultdict(_Told)
    for noted in notes.entries:
        _take(told[noted.change.case], noted)
    held = {each.case: each for each in interviews if not each.rehearsal}
    everyone = {*told, *held, *withdrawn}
    return [
        _card(case, told[case], notes, held.get(case), call_backs.get(case), is_withdrawn=case in withdrawn)
        for case in sorted(everyone, key=by_number)
    ]


def by_number(case: str) -> tuple[tuple[tuple[str, int, str], ...], str]:
    """Sorts cases as people count: P2 before P10."""
    pieces = _NUMBERS.split(case.casefold())  # words and, between them, numbers
    pairs = zip(pieces[::2], [*(number.lstrip("0") for number in pieces[1::2]), ""], strict=True)
    return tuple((word, len(number), number) for word, number in pairs), case


def _take(told: _Told, noted: Noted) -> None:
    change = noted.change
    match change:
        case CaseListed():
            told.listed.append(change)
        case AttributeGiven():
            told.attributes[change.name].append(noted)
        case RemarkWritten():
            told.remarks.append(noted)
        case Attempted():
            told.attempts.append(noted)
            outcome = attempts.BY_CODE.get(change.outcome)
            if outcome is not None and outcome.closes:
                told.closed = f"{outcome.code}: {change.remark}" if change.remark else outcome.code
        case AppointmentMade() | AppointmentDropped():
            told.appointments.append(noted)
        case CallDue():
            told.dues.append(noted)
        case CaseClosed():
            told.closed = change.reason or "closed"
        case CaseReopened():
            told.closed, told.reopened_wall_ms = "", change.wall_ms


def _card(
    case: str,
    told: _Told,
    notes: Notes,
    held: InterviewSummary | None,
    call_back: Appointment | None,
    *,
    is_withdrawn: bool,
) -> CaseCard:
    rung = sorted(told.attempts, key=lambda noted: _rung_ms(noted.change))  # stable: the order that holds
    appointment = _appointment(told, notes)
    agreed_ms = held.call_back_wall_ms if held is not None else 0
    if call_back is not None and not any(noted.wall_ms > agreed_ms for noted in told.appointments):
        appointment = call_back
    due = appointment.due_wall_ms if appointment is not None else _due(told, rung, notes)
    standing = _standing(held, told.closed, appointment, rung, due, is_withdrawn=is_withdrawn)
    is_over = standing in (Standing.CLOSED, Standing.INTERVIEWED, Standing.WITHDRAWN)
    return CaseCard(
        case=case,
        standing=standing,
        attributes={
            name: value for name in sorted(told.attributes) if (value := _value(told.attributes[name][-1].change))
        },
        remark=_value(told.remarks[-1].change) if told.remarks else "",
        attempts=tuple(_attempt(noted) for noted in rung),
        appointment=None if is_over else appointment,
        due_wall_ms=None if is_over else due,
        closed=told.closed,
        source=next((one.source for one in told.listed if one.source), ""),
        clashes=tuple(_clashes(told, notes, appointment)),
    )


def _standing(
    held: InterviewSummary | None,
    closed: str,
    appointment: Appointment | None,
    rung: Sequence[Noted],
    due: int | None,
    *,
    is_withdrawn: bool,
) -> Standing:
    if is_withdrawn:
        return Standing.WITHDRAWN
    if held is not None and held.ended:
        return Standing.INTERVIEWED
    if closed:
        return Standing.CLOSED
    if held is not None:
        return Standing.UNFINISHED
    if appointment is not None:
        return Standing.APPOINTED
    return Standing.TRYING if rung or due is not None else Standing.NEW


def _appointment(told: _Told, notes: Notes) -> Appointment | None:
    """The appointment that holds: the last one made, unless it was dropped or somebody has rung for it."""
    if not told.appointments:
        return None
    made = told.appointments[-1]
    change = made.change
    if not isinstance(change, AppointmentMade) or _was_rung(told, made, change.due_wall_ms - EARLY_MS, notes):
        return None
    return Appointment(change.due_wall_ms, change.definite, change.remark)


def _due(told: _Told, rung: Sequence[Noted], notes: Notes) -> int | None:
    """As somebody set it, unless they were rung since then; else as the last attempt has it. Whoever was closed by that
    and reopened can be rung from then on."""
    if told.dues:
        said = told.dues[-1]
        due = said.change.due_wall_ms if isinstance(said.change, CallDue) else 0
        if due and not _was_rung(told, said, due, notes):
            return due
    last = rung[-1].change if rung else None
    if not isinstance(last, Attempted):
        return None
    outcome = attempts.BY_CODE.get(last.outcome)
    if outcome is not None and outcome.closes:
        return told.reopened_wall_ms
    return attempts.due_after(last.outcome, last.rung_wall_ms)


def _was_rung(told: _Told, agreed: Noted, from_ms: int, notes: Notes) -> bool:
    """Whether they were rung from a time on, not counting calls that were known of when it was agreed."""
    known = notes.before[agreed.id]
    return any(noted.id not in known and _rung_ms(noted.change) >= from_ms for noted in told.attempts)


def _clashes(told: _Told, notes: Notes, appointment: Appointment | None) -> Iterator[Clash]:
    for name in sorted(told.attributes):
        yield from _unseen(name, told.attributes[name], notes)
    yield from _unseen(REMARK, told.remarks, notes)
    if appointment is not None or (told.appointments and isinstance(told.appointments[-1].change, AppointmentDropped)):
        yield from _unseen(APPOINTMENT, told.appointments, notes)


def _unseen(what: str, said: Sequence[Noted], notes: Notes) -> Iterator[Clash]:
    """What the last one to speak of something had not seen, and nobody after it either, where it is something else."""
    if len(said) < 2:
        return
    *earlier, last = said
    superseded = {one.id for one in earlier if any(one.id in notes.before[other.id] for other in said)}
    told: set[str] = {_value(last.change)}
    for noted in reversed(earlier):
        value = _value(noted.change)
        if noted.id not in superseded and value not in told:
            told.add(value)
            yield Clash(what, value or NOTHING, noted.by, _value(last.change) or NOTHING, last.by)


def _value(change: CaseChange) -> str:
    match change:
        case AttributeGiven():
            return change.value
        case RemarkWritten():
            return change.text
        case AppointmentMade():
            return str(change.due_wall_ms)
    return ""


def _attempt(noted: Noted) -> Attempt:
    change = noted.change
    assert isinstance(change, Attempted)
    return Attempt(change.rung_wall_ms, change.outcome, change.remark, noted.by)


def _rung_ms(change: CaseChange) -> int:
    return change.rung_wall_ms if isinstance(change, Attempted) else 0
