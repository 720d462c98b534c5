"""The card of a case, line by line. Pure: who it is stands here only if it is handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.card import CaseCard, Clash
from interview_tui.fieldwork.cards import APPOINTMENT, REMARK
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.plan import Attribute
from interview_tui.record.ports import InterviewSummary
from interview_tui.tui import signs
from interview_tui.tui.case_rows import GLYPHS, OVERDUE, REHEARSAL, day, due_in_words, moment
from interview_tui.tui.commands import spoken
from interview_tui.tui.identity_fields import FIELDS, told_of

WHO, REMARKED, APPOINTED, DUE, ATTRIBUTE = "who", "remark", "appointment", "due", "attribute"
NOTHING = "–"
LOCKED = "locked · u unlocks"
ABSENT = "nobody is kept yet · u begins, with a passphrase"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the card: what it is, what it says; `spot` names what can be changed there, with its `part`.

    It is `urgent` if it is to be seen before ringing. Without a label it is a heading.
    """

    label: str
    text: str
    spot: str = ""
    part: str = ""
    urgent: bool = False

    @property
    def key(self) -> str:
        """What no other line that can be changed has; empty if this one cannot be."""
        return f"{self.spot}:{self.part}" if self.spot else ""


def headline(card: CaseCard, now_ms: int) -> str:
    """How the case stands: `◑ appointment · tomorrow 14:30`."""
    due = due_in_words(card, now_ms)
    return " · ".join(part for part in (f"{GLYPHS[card.standing]} {card.standing.value}", due) if part)


def facts(
    card: CaseCard,
    attributes: Sequence[Attribute],
    interview: InterviewSummary | None,
    now_ms: int,
    lock: Lock,
    who: Identity | None,
) -> tuple[Entry, ...]:
    """What is known of a case, but for its attempts."""
    return (
        *_who(lock, who),
        Entry("before you ring", card.remark or NOTHING, REMARKED, urgent=bool(card.remark)),
        *_next(card, now_ms),
        *(_clash(clash, attributes, now_ms) for clash in card.clashes),
        *(
            Entry(one.title or one.name, card.attributes.get(one.name) or NOTHING, ATTRIBUTE, one.name)
            for one in attributes
        ),
        *_strangers(card, attributes),
        *_interview(interview, now_ms),
        *([Entry("taken from", card.source)] if card.source else []),
    )


def tried(card: CaseCard, now_ms: int) -> tuple[Entry, ...]:
    """The attempts, the newest first, under a heading."""
    heading = signs.counted(len(card.attempts), "attempt") if card.attempts else "No attempt yet · a notes one"
    return (
        Entry("", heading),
        *(
            Entry(
                moment(one.rung_wall_ms, now_ms),
                " · ".join(part for part in (attempts.in_words(one.outcome), one.remark, one.by) if part),
            )
            for one in reversed(card.attempts)
        ),
    )


def _who(lock: Lock, who: Identity | None) -> Iterator[Entry]:
    if lock is not Lock.UNLOCKED:
        yield Entry("who it is", ABSENT if lock is Lock.ABSENT else LOCKED)
        return
    for field, called in FIELDS.items():
        label = "who it is" if called == "name" else called if field != "remark" else "about them"
        yield Entry(label, told_of(who or Identity(), field) or NOTHING, WHO, field)


def _next(card: CaseCard, now_ms: int) -> Iterator[Entry]:
    """When they are to be rung next, or why not."""
    if card.closed:
        yield Entry("closed", f"{card.closed} · x opens it again", urgent=True)
    made = card.appointment
    if made is not None:
        over = OVERDUE if made.due_wall_ms <= now_ms else ""
        named = "as they named it" if made.definite else "about then"
        said = " · ".join(part for part in (moment(made.due_wall_ms, now_ms), named, made.remark) if part)
        yield Entry("appointment", f"{over}{said}", APPOINTED, urgent=bool(over))
        return
    yield Entry("appointment", NOTHING, APPOINTED)
    if card.due_wall_ms is not None:
        yield Entry("next due", moment(card.due_wall_ms, now_ms), DUE)
    elif not card.closed:
        yield Entry("next due", NOTHING, DUE)


def _clash(clash: Clash, attributes: Sequence[Attribute], now_ms: int) -> Entry:
    """`two people noted different things: region: Wales (AB), England (CD); the later holds`."""
    title = next((one.title for one in attributes if one.name == clash.what and one.title), clash.what)
    title = "before you ring" if clash.what == REMARK else title
    earlier, later = (_said(clash.what, value, now_ms) for value in (clash.earlier, clash.later))
    told = f"two people noted different things of “{title}”: {earlier} ({clash.earlier_by}), {later} ({clash.later_by})"
    return Entry("!", f"{told}. The later holds: note it again.", urgent=True)


def _said(what: str, value: str, now_ms: int) -> str:
    return moment(int(value), now_ms) if what == APPOINTMENT and value.isdecimal() else value


def _strangers(card: CaseCard, attributes: Sequence[Attribute]) -> Iterator[Entry]:
    """Attributes that the study does not name any more."""
    named = {one.name for one in attributes}
    for name, value in card.attributes.items():
        if name not in named:
            yield Entry(name, value)


def _interview(summary: InterviewSummary | None, now_ms: int) -> Iterator[Entry]:
    if summary is not None:
        state = "ended" if summary.ended else "unfinished"
        heard = ", transcribed" if summary.transcribed else ", recorded" if summary.recorded_ms else ", notes only"
        length = signs.clock(summary.length_ms)
        called = REHEARSAL if summary.rehearsal else "interview"
        yield Entry(
            called, f"{day(summary.opened_wall_ms, now_ms)} · {length} · {state}{heard} · {spoken('c')} opens it"
        )
