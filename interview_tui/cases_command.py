"""`interview-tui cases` as it speaks with its user: who is to be rung, what is known of a case, what came of a call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interview_tui.case_import_command import take_in
from interview_tui.errors import ConfigError, Refused
from interview_tui.fieldwork import attempts
from interview_tui.fieldwork.card import CaseCard, Clash
from interview_tui.fieldwork.cards import APPOINTMENT
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
    RemarkWritten,
)
from interview_tui.fieldwork.noting import attribute_of
from interview_tui.fieldwork.turns import DUE_NOW, Turn, in_turn, turn_of
from interview_tui.identity_command import discreet, identity, passphrase, show, unlock

if TYPE_CHECKING:
    from interview_tui.casebook import StudyCases
    from interview_tui.fieldwork.plan import Attribute

CLEAR = "clear"
"""What is written for a time that is to hold no more."""
SIGNS = {Turn.OVERDUE: "‼", Turn.DUE: "!", Turn.NEW: "○", Turn.LATER: " ", Turn.NONE: "·"}


@click.group(invoke_without_command=True)
@click.option("--due", is_flag=True, help="Only those that can be rung now.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
@click.pass_context
def cases(ctx: click.Context, due: bool, as_json: bool) -> None:
    """List the cases of the study, whom to ring first on top; the commands below note what happened.

    Times are written as `2026-11-24 14:30`, `24 Nov 14:30`, `tomorrow 9:00`, `Tue 14:30`, `14:30` or `in 20 min`.
    """
    if ctx.invoked_subcommand is not None:
        if due or as_json:
            raise ConfigError("--due and --json go with the list alone.", "Write: interview-tui cases --due.")
        return
    book = _book(ctx.obj)
    now = book.now_ms()
    shown = in_turn(book.cards(), now)
    listed = [card for card in shown if turn_of(card, now) in DUE_NOW] if due else shown
    if as_json:
        click.echo(json.dumps([_as_json(card, now) for card in listed], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(listed, book.attributes, now)), nl=bool(listed))
        _sum_up(shown, now)
    for sentence in book.damage:
        click.echo(sentence, err=True)


@cases.command(name="show")
@click.argument("case")
@click.option("--identity", "with_identity", is_flag=True, help="With who it is; asks for the passphrase.")
@click.pass_obj
def show_card(study: Path, case: str, with_identity: bool) -> None:
    """Show all that is known of CASE before it is rung."""
    book = _book(study)
    card = _card(book, case)
    click.echo("\n".join(_card_lines(card, book.attributes, book.now_ms())))
    if with_identity:
        from interview_tui.bootstrap import open_study
        from interview_tui.casebook import StudyIdentities
        from interview_tui.fieldwork.identity import Lock

        with discreet():
            who = StudyIdentities(open_study(study))
            if who.lock is Lock.ABSENT:
                click.echo("This study has no identities yet.", err=True)
                return
            unlock(who)
            show(case, who.of(case))


@cases.command()
@click.argument("case")
@click.argument("values", nargs=-1, metavar="[ATTRIBUTE=VALUE]...")
@click.pass_obj
def add(study: Path, case: str, values: tuple[str, ...]) -> None:
    """Put CASE on the list, with what is known of it."""
    book = _book(study)
    now = book.now_ms()
    book.note(CaseListed(case=case, wall_ms=now), *_values(book, case, values, now))
    _say(book, case)


@cases.command(name="set")
@click.argument("case")
@click.argument("values", nargs=-1, required=True, metavar="ATTRIBUTE=VALUE...")
@click.pass_obj
def set_values(study: Path, case: str, values: tuple[str, ...]) -> None:
    """Set what is known of CASE; ATTRIBUTE= takes it away."""
    book = _book(study)
    book.note(*_values(book, case, values, book.now_ms()))
    _say(book, case)


@cases.command()
@click.argument("case")
@click.argument("text")
@click.pass_obj
def remark(study: Path, case: str, text: str) -> None:
    """Write what is to be known before ringing CASE, in place of what stood there. No names: it is in the study."""
    book = _book(study)
    book.note(RemarkWritten(case=case, wall_ms=book.now_ms(), text=text.strip()))
    _say(book, case)


@cases.command(epilog=f"Outcomes: {', '.join(f'{each.code} ({each.key})' for each in attempts.OUTCOMES)}.")
@click.argument("case")
@click.argument("outcome")
@click.option("--remark", "text", default="", help="What was said, without names.")
@click.option("--at", default="", help="When it was, if not just now: 14:30, or 2026-11-24 14:30.")
@click.option("--again", default="", metavar="WHEN", help="When to ring again, if not as the outcome has it.")
@click.pass_obj
def attempt(study: Path, case: str, outcome: str, text: str, at: str, again: str) -> None:
    """Note that CASE was rung, and what came of it."""
    from interview_tui.calling_times import meant

    book = _book(study)
    now, code = book.now_ms(), _outcome(outcome)
    rung = meant(at, now, ago=True) if at else now
    changes: list[CaseChange] = [Attempted(case=case, wall_ms=now, rung_wall_ms=rung, outcome=code, remark=text)]
    if again and attempts.BY_CODE[code].names_time:
        changes.append(AppointmentMade(case=case, wall_ms=now, due_wall_ms=book.moment(again)))
    elif again:
        changes.append(CallDue(case=case, wall_ms=now, due_wall_ms=book.moment(again)))
    book.note(*changes)
    _say(book, case)


@cases.command()
@click.argument("case")
@click.argument("when")
@click.option("--not-definite", is_flag=True, help="They did not name the time themselves.")
@click.option("--remark", "text", default="", help="What goes with it, without names.")
@click.pass_obj
def appoint(study: Path, case: str, when: str, not_definite: bool, text: str) -> None:
    """Agree on WHEN to ring CASE; `clear` drops the appointment."""
    book = _book(study)
    now = book.now_ms()
    if when == CLEAR:
        if _card(book, case).appointment is None:
            raise Refused(f"{case} has no appointment.", "There is nothing to drop.")
        book.note(AppointmentDropped(case=case, wall_ms=now, remark=text))
    else:
        agreed = AppointmentMade(
            case=case, wall_ms=now, due_wall_ms=book.moment(when), definite=not not_definite, remark=text
        )
        book.note(agreed)
    _say(book, case)


@cases.command()
@click.argument("case")
@click.argument("when")
@click.pass_obj
def due(study: Path, case: str, when: str) -> None:
    """Ring CASE from WHEN on, whatever the last attempt says; `clear` goes by the attempts again."""
    book = _book(study)
    at = 0 if when == CLEAR else book.moment(when)
    book.note(CallDue(case=case, wall_ms=book.now_ms(), due_wall_ms=at))
    _say(book, case)


@cases.command()
@click.argument("case")
@click.argument("reason")
@click.pass_obj
def close(study: Path, case: str, reason: str) -> None:
    """Have nobody ring CASE any more, and say why."""
    book = _book(study)
    book.note(CaseClosed(case=case, wall_ms=book.now_ms(), reason=reason.strip()))
    _say(book, case)


@cases.command()
@click.argument("case")
@click.pass_obj
def reopen(study: Path, case: str) -> None:
    """Let CASE be rung again."""
    book = _book(study)
    if not _card(book, case).closed:
        raise Refused(f"{case} is not closed.", "It can be rung as it is.")
    book.note(CaseReopened(case=case, wall_ms=book.now_ms()))
    _say(book, case)


for command in (take_in, identity, passphrase):
    cases.add_command(command)


def _book(study: Path) -> StudyCases:
    from interview_tui.bootstrap import open_study
    from interview_tui.casebook import StudyCases

    return StudyCases(open_study(study))


def _card(book: StudyCases, case: str) -> CaseCard:
    known = {card.case: card for card in book.cards()}
    if case not in known:
        alike = next((other for other in known if other.casefold() == case.casefold()), "")
        raise Refused(
            f"There is no case {case}.", f"Did you mean {alike}?" if alike else "interview-tui cases lists them."
        )
    return known[case]


def _values(book: StudyCases, case: str, values: Sequence[str], now: int) -> list[CaseChange]:
    found: list[CaseChange] = []
    for each in values:
        name, equals, value = each.partition("=")
        if not equals:
            raise ConfigError(f"{each!r} is no ATTRIBUTE=VALUE.", "Write region=Wales, in quotes if it has spaces.")
        attribute = attribute_of(name.strip(), book.attributes)
        found.append(AttributeGiven(case=case, wall_ms=now, name=attribute.name, value=value))
    return found


def _outcome(said: str) -> str:
    """The outcome that is meant, by its code (- may stand for a space), its letter, or how its code begins."""
    plain = said.casefold().replace("-", " ").strip()
    for outcome in attempts.OUTCOMES:
        if plain in (outcome.code, outcome.key):
            return outcome.code
    found = [code for code in attempts.BY_CODE if code.startswith(plain)]
    if len(found) == 1 and plain:
        return found[0]
    raise Refused(
        f"{said!r} may be {' or '.join(found)}." if found and plain else f"There is no outcome {said!r}.",
        f"Take one of {', '.join(attempts.BY_CODE)}.",
    )


def _say(book: StudyCases, case: str) -> None:
    """Say where a case stands now."""
    now = book.now_ms()
    card = _card(book, case)
    click.echo(f"{case}: {_standing(card, now)}.", err=True)


def _standing(card: CaseCard, now: int) -> str:
    from interview_tui.calling_times import in_words

    said = card.standing.value
    if card.closed:
        said += f" ({card.closed})"
    if card.due_wall_ms is not None:
        said += f", {'due since' if card.due_wall_ms <= now else 'due'} {in_words(card.due_wall_ms)}"
    return said


def _lines(listed: Sequence[CaseCard], attributes: Sequence[Attribute], now: int) -> Iterator[str]:
    """A line for each case below the heads: its sign, id, when, where it stands, attempts, attributes."""
    from interview_tui.calling_times import in_words

    heads = ("", "case", "due", "standing", "", "last attempt", *(one.title for one in attributes))
    rows = [
        (
            SIGNS[turn_of(card, now)],
            card.case,
            in_words(card.due_wall_ms) if card.due_wall_ms is not None else "",
            card.standing.value,
            f"{len(card.attempts)} ×" if card.attempts else "",
            card.attempts[-1].outcome if card.attempts else "",
            *(card.attributes.get(one.name, "") for one in attributes),
        )
        for card in listed
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    widths = [max(width, len(head)) if width else 0 for width, head in zip(widths, heads, strict=False)]
    for row in (heads, *rows) if rows else ():
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width).rstrip()


def _sum_up(shown: Sequence[CaseCard], now: int) -> None:
    if not shown:
        click.echo("There are no cases yet: interview-tui cases import FILE, or cases add P01.", err=True)
        return
    turns = [turn_of(card, now) for card in shown]
    counted = (f"{turns.count(turn)} {turn.value}" for turn in Turn if turn in turns)
    click.echo(f"{len(shown)} cases: {'; '.join(counted)}.", err=True)


def _card_lines(card: CaseCard, attributes: Sequence[Attribute], now: int) -> Iterator[str]:
    from interview_tui.calling_times import in_words

    yield f"{card.case}  {_standing(card, now)}"
    titles = {one.name: one.title for one in attributes}
    for name in (*titles, *(name for name in card.attributes if name not in titles)):
        yield f"  {titles.get(name, name)}: {card.attributes.get(name, '–')}"
    if card.remark:
        yield f"  Before ringing: {card.remark}"
    if card.appointment is not None:
        agreed = card.appointment
        extra = "; ".join(part for part in ("" if agreed.definite else "not definite", agreed.remark) if part)
        yield f"  Appointment: {in_words(agreed.due_wall_ms)}{f' ({extra})' if extra else ''}"
    for rung in card.attempts:
        said = f": {rung.remark}" if rung.remark else ""
        yield f"  {in_words(rung.rung_wall_ms)}  {attempts.in_words(rung.outcome)}{said}  ({rung.by})"
    for clash in card.clashes:
        yield f"  {_clash(clash)}"
    if card.source:
        yield f"  From {card.source}"


def _clash(clash: Clash) -> str:
    """Says that two people noted different things of the same without knowing it."""
    from interview_tui.calling_times import in_words

    def shown(value: str) -> str:
        return in_words(int(value)) if clash.what == APPOINTMENT and value.isdecimal() else value

    return (
        f"! {clash.what}: {clash.later_by} noted {shown(clash.later)}, which holds; {clash.earlier_by} had noted "
        f"{shown(clash.earlier)} at the same time. Note it again to settle it."
    )


def _as_json(card: CaseCard, now: int) -> dict[str, Any]:
    """A card as JSON; times as people read them, with their time zone."""
    return {
        "case": card.case,
        "turn": turn_of(card, now).name.lower(),
        "standing": card.standing.name.lower(),
        "due": _iso(card.due_wall_ms),
        "appointment": _iso(card.appointment.due_wall_ms) if card.appointment else None,
        "definite": card.appointment.definite if card.appointment else None,
        "attributes": dict(card.attributes),
        "remark": card.remark,
        "closed": card.closed,
        "source": card.source,
        "attempts": [
            {
                "at": _iso(rung.rung_wall_ms),
                "outcome": rung.outcome,
                "aapor": attempts.BY_CODE[rung.outcome].aapor if rung.outcome in attempts.BY_CODE else "",
                "remark": rung.remark,
                "by": rung.by,
            }
            for rung in card.attempts
        ],
    }


def _iso(wall_ms: int | None) -> str | None:
    from datetime import datetime

    return (
        datetime.fromtimestamp(wall_ms / 1000).astimezone().isoformat("T", "minutes") if wall_ms is not None else None
    )
