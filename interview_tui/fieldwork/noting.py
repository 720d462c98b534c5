"""What can be noted of a case: changes are checked before they are kept. Refused, nothing has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from interview_tui.errors import Refused
from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.changes import (
    AppointmentMade,
    Attempted,
    AttributeGiven,
    CallDue,
    CaseChange,
    CaseClosed,
    CaseListed,
    RemarkWritten,
)
from interview_tui.fieldwork.plan import Attribute

LONGEST = 4000
"""So many characters a remark or a value may have."""
A_MOMENT_MS = 5 * attempts.MINUTE_MS
"""A time that is past by less than this counts as now: noting takes a while, and clocks differ."""
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?")
_TELLING = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:[0-9][ ()/-]?){9,}", re.IGNORECASE)
_DAY = re.compile(r"(?<![0-9])(?:[0-9]{1,2}([/-])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
"""A day in digits, which is no telephone number whatever stands behind it."""


def checked(
    changes: Iterable[CaseChange], cards: Mapping[str, CaseCard], attributes: Sequence[Attribute], now_ms: int
) -> tuple[CaseChange, ...]:
    """The changes as they are to be kept, values spelt as the study spells them; each may build on those before it.

    `cards` are those of all cases that there are, by case; `now_ms` is the wall clock.

    Raises:
        Refused: one of them cannot be noted.
    """
    known = set(cards)
    kept = []
    for change in changes:
        kept.append(_checked(change, known, cards.get(change.case), attributes, now_ms))
        known.add(change.case)
    return tuple(kept)


def _checked(
    change: CaseChange, known: set[str], card: CaseCard | None, attributes: Sequence[Attribute], now_ms: int
) -> CaseChange:
    if card is not None and card.standing is Standing.WITHDRAWN:
        raise Refused(
            f"{change.case} has withdrawn: nothing more is noted of them.", "If this is someone else, add a new case."
        )
    if isinstance(change, AppointmentMade | CallDue) and card is not None and card.standing is Standing.INTERVIEWED:
        raise Refused(
            f"{change.case} has been interviewed: nobody rings them any more.",
            "A word about another call can stand in the remark.",
        )
    if isinstance(change, CaseListed):
        if change.case in known:
            raise Refused(f"{change.case} is on the list already.", "Open its card, or take another case id.")
        return change
    if change.case not in known:
        raise Refused(f"There is no case {change.case}.", "Add it to the list first, or see how it is spelt there.")
    match change:
        case AttributeGiven():
            return replace(change, value=value_of(attribute_of(change.name, attributes), change.value))
        case RemarkWritten():
            _be_fit(change.text, "A remark")
        case Attempted():
            _check_attempt(change, now_ms)
        case AppointmentMade() if change.due_wall_ms < now_ms - A_MOMENT_MS:
            raise Refused("This appointment would be in the past.", "Give a day and a time that are still to come.")
        case AppointmentMade():
            _be_fit(change.remark, "A remark")
        case CallDue() if change.due_wall_ms < 0:
            raise Refused("This time is before all times.", "Give a day and a time, or 0 to go by the attempts again.")
        case CaseClosed() if not change.reason.strip():
            raise Refused(f"It is not said why {change.case} is closed.", "Say why in a few words, without names.")
        case CaseClosed():
            _be_fit(change.reason, "A reason")
    return change


def _check_attempt(change: Attempted, now_ms: int) -> None:
    outcome = attempts.BY_CODE.get(change.outcome)
    if outcome is None:
        raise Refused(f"There is no outcome {change.outcome!r}.", f"Take one of {', '.join(attempts.BY_CODE)}.")
    if outcome.needs_remark and not change.remark.strip():
        raise Refused(f"“{outcome.code}” needs a remark.", "Say in a few words what was said or found, without names.")
    if change.rung_wall_ms > now_ms + A_MOMENT_MS:
        raise Refused("This call would be in the future.", "Give the time at which they were rung.")
    _be_fit(change.remark, "A remark")


def attribute_of(name: str, attributes: Sequence[Attribute]) -> Attribute:
    """The attribute that somebody means: by its name or title, capitals do not matter.

    Raises:
        Refused: the study has none of that name.
    """
    for spelt in (lambda text: text, str.casefold):
        for attribute in attributes:
            if spelt(name) in (spelt(attribute.name), spelt(attribute.title)):
                return attribute
    names = ", ".join(attribute.name for attribute in attributes)
    raise Refused(
        f"This study has no attribute {name!r}.",
        f"Take one of {names}, or write [attributes.NAME] in study.toml." if names else "Write [attributes.NAME] in "
        "study.toml, with a title: docs/cases.md says how.",
    )  # fmt: skip


def value_of(attribute: Attribute, text: str) -> str:
    """A value as the study spells it; empty: nothing is known.

    Raises:
        Refused: the attribute cannot have it. The sentence does not repeat the value, for it may be a name.
    """
    value = " ".join(text.split())
    if not value:
        return ""
    if attribute.values:
        for allowed in attribute.values:
            if value.casefold() == allowed.casefold():
                return allowed
        raise Refused(
            f"{attribute.name} has a value that study.toml does not name.",
            f"Take one of {', '.join(attribute.values)}.",
        )
    if attribute.number:
        if not _NUMBER.fullmatch(value):
            raise Refused(f"{attribute.name} is a number.", "Write it in digits: 12, or 12.5.")
        return value
    _be_fit(value, attribute.name)
    return value


def _be_fit(text: str, what: str) -> None:
    """See that a text is short enough, and does not say in digits or with an @ who somebody is."""
    if len(text) > LONGEST:
        raise Refused(f"{what} has more than {LONGEST} characters.", "Say it in fewer.")
    if _TELLING.search(_DAY.sub("…", text)):
        raise Refused(
            f"{what} has what looks like an e-mail address or a telephone number.",
            "That says who somebody is: keep it with the identities.",
        )
