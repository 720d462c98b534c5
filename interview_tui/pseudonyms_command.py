"""`interview-tui pseudonyms` as it speaks with its user: what is replaced, what may be a name, what is left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from interview_tui import bootstrap, pseudonymising
from interview_tui.errors import ConfigError
from interview_tui.export.names import names_left_in, not_searched
from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.store.study import StudyFolder

SHOWN = 40
TURNS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed: names to `add` (`NAME` or `NAME=REPLACEMENT`), with `also` as other forms of it, and names
    to `drop`; for the case or `study_wide`.

    A form that is said as an ordinary word too is replaced only with a capital, unless in `any_case`.
    """

    add: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    study_wide: bool = False
    any_case: bool = False


def run(study: Path, case: str, wanted: Wanted, files: Sequence[Path], *, check: bool) -> int:
    """Search files for the names of a case, or change its pseudonyms and list them; gives the exit code.

    Raises:
        ConfigError: options do not go together, a replacement gives its name away, or there is no such pseudonym.
    """
    if check != bool(files):
        raise ConfigError("--check goes with files.", f"Write: interview-tui pseudonyms {case} --check FILES.")
    if wanted.also and len(wanted.add) != 1:
        raise ConfigError("--also goes with one --add.", "Write: --add 'Philip Fennimore' --also Phil.")
    opened = bootstrap.open_study(study)
    if check:
        return _check(opened, case, files)
    finder = pseudonymising.Finder(opened)
    _change(finder, case, wanted)
    _show(finder, case)
    return 0


def _show(finder: pseudonymising.Finder, case: str) -> None:
    """Print what stands for names in a case, and what else may be a name, the likeliest first."""
    held = bootstrap.pseudonyms_of(finder.study, case)
    for each in held:
        click.echo(_described(each))
    if not held:
        click.echo(f"No name is replaced in {case} yet.", err=True)
    found = pseudonymising.proposals(finder.study, case, finder)
    if not found:
        return
    click.echo("\nMay be names:", err=True)
    for candidate, proposal in found[:SHOWN]:
        click.echo(f"?  {_forms(candidate, proposal)}  → {proposal.replacement}  {_evidence(candidate)}")
    if len(found) > SHOWN:
        click.echo(f"and {len(found) - SHOWN} more, less likely.", err=True)


def _change(finder: pseudonymising.Finder, case: str, wanted: Wanted) -> None:
    opened = finder.study
    opened.events(case)  # says what is wrong with a case that is not there before anything is written
    home = "" if wanted.study_wide else case
    for name in wanted.drop:
        pseudonymising.take_off(opened, home, name, _now_ms())
    for given in wanted.add:
        name, _, replacement = given.partition("=")
        pseudonym = Pseudonym(name.strip(), replacement.strip(), case=home, aliases=wanted.also)
        pseudonymising.give(finder, case, pseudonym, _now_ms(), any_case=wanted.any_case)


def _check(opened: StudyFolder, case: str, files: Sequence[Path]) -> int:
    pseudonyms = bootstrap.pseudonyms_of(opened, case)
    if not pseudonyms:
        raise ConfigError(f"No name is replaced in {case} yet.", "Nothing could be found in the files.")
    left = [each for file in files for each in names_left_in(file, pseudonyms)]
    for each in left:
        click.echo(f"{each.where}: {each.form}")
    for file in (unread for each in files for unread in not_searched(each)):
        click.echo(f"{file} was not searched: it holds no text that can be read.", err=True)
    click.echo(f"{len(left)} names are left." if left else "No name is left.", err=True)
    return 1 if left else 0


def _forms(candidate: Candidate, proposal: Pseudonym) -> str:
    """The forms of a candidate, and the name of which it may be another spelling: `Phenymor (as Fennimore?)`."""
    own = " · ".join((candidate.name, *candidate.parts))
    return own if proposal.name == candidate.name else f"{own} (as {proposal.name}?)"


def _evidence(candidate: Candidate) -> str:
    """`5 ×, turns 3, 17`: how often, and where first."""
    turns = ", ".join(map(str, candidate.turns[:TURNS_SHOWN]))
    more = " …" if len(candidate.turns) > TURNS_SHOWN else ""
    where = f"turn{'s' if len(candidate.turns) > 1 else ''} {turns}{more}" if turns else "in notes"
    return f"{candidate.count} ×, {where}"


def _described(given: Pseudonym) -> str:
    """`[Person A]  Bell · Bella  (Bell only with a capital; the whole study)`."""
    capital = f"{', '.join(given.ordinary)} only with a capital" if given.ordinary else ""
    remarks = "; ".join(remark for remark in (capital, "" if given.case else "the whole study") if remark)
    return f"{given.replacement}  {' · '.join(given.forms)}{f'  ({remarks})' if remarks else ''}"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
