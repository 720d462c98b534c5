"""`interview-tui withdraw` and `interview-tui retention` as they speak with their user."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError

if TYPE_CHECKING:
    from interview_tui.fieldwork.ports import IdentityBook
    from interview_tui.interview.events import Stretch
    from interview_tui.store.study import StudyFolder
    from interview_tui.withdrawing.part import PartFindings
    from interview_tui.withdrawing.whole import Findings

NAMED = 20
"""So many files are named in a preview; the others are counted."""


@click.command()
@click.argument("case")
@click.argument("part", default=None, required=False)
@click.option("--preview", is_flag=True, help="Only show what is found; nothing is changed.")
@click.pass_obj
def withdraw(study: Path, case: str, part: str | None, preview: bool) -> None:
    """Withdraw CASE from the study, or a PART of its interview: what is found is shown, then it is destroyed.

    PART is a round (R2, as the record names it) or a stretch of the recording (10:34-12:20). Without it everything of
    the case goes.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.casebook import StudyIdentities

    if part is not None and not part.strip():  # an empty variable of a script must not mean everything
        raise ConfigError("It is not said which part is withdrawn.", "Name it; without any, the whole case is meant.")
    opened = open_study(study)
    if part is not None:
        _withdraw_part(opened, case, part, preview=preview)
    else:
        _withdraw_whole(opened, case, StudyIdentities(opened), preview=preview)


@click.command()
@click.argument("case", default="")
@click.pass_obj
def retention(study: Path, case: str) -> None:
    """List the audio that is kept and when it is due to be destroyed; with CASE, destroy the audio of that one now.

    Nothing is ever destroyed by itself. When it is due is set in study.toml: retention.audio.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.withdrawing.retention import destroy_audio

    opened = open_study(study)
    if not case:
        _list_kept(opened)
        return
    click.echo(
        f"The audio of {case} is destroyed, and what was exported of it is deleted; this cannot be undone.\n"
        "Its transcript, notes and record stay.",
        err=True,
    )
    confirmed = click.prompt(f"Type {case} to destroy it", err=True)
    click.echo(str(destroy_audio(opened, case, confirmed)))


def _withdraw_whole(study: StudyFolder, case: str, identities: IdentityBook, *, preview: bool) -> None:
    from interview_tui.withdrawing.whole import find, is_begun, told, withdraw

    if is_begun(study, case):
        _say(f"{case} was begun to be withdrawn, and cut off. What is left of it is destroyed now.")
        if preview:
            return
    if not preview:
        _unlock(identities)
    found = find(study, case, identities)
    if not found and not is_begun(study, case):
        _nothing(study, case)
        return
    _say(f"Everything of {case} that is kept, and what is done with it. Nothing was changed yet.", "")
    _say(*told(found.held), "")
    _tell_files(found)
    if preview:
        return
    _say("Once you type the case id it is all destroyed, and that cannot be undone. The id stays known as withdrawn.")
    confirmed = click.prompt(f"Type {case} to withdraw it", err=True)
    certificate = withdraw(study, case, identities, confirmed, _step)
    _certified(certificate)


def _withdraw_part(study: StudyFolder, case: str, part: str, *, preview: bool) -> None:
    from interview_tui.withdrawing.part import begun_part, find_part, refuse_another, withdraw_part
    from interview_tui.withdrawing.whole import told

    refuse_another(study, case, part)
    begun = begun_part(study, case)
    if begun:
        _say(f"{begun} of {case} was begun to be withdrawn, and cut off. What is left of it is destroyed now.")
    else:
        found = find_part(study, case, part)
        _say(f"What is kept of {part} of {case}, and what is done with it. Nothing was changed yet.", "")
        _say(*(f"    said from {_times(stretch)} of the recording" for stretch in found.stretches), "")
        _say(*told(found.held), "")
        _tell_files(found)
        _say("Not searched: notes that stay, what was written in the debrief about the call, remarks on the case.", "")
    if preview:
        return
    _say("Once you type the case id it is destroyed, and that cannot be undone. The rest of the interview stays.")
    confirmed = click.prompt(f"Type {case} to withdraw it", err=True)
    certificate = withdraw_part(study, case, part, confirmed, _step)
    _certified(certificate)


def _nothing(study: StudyFolder, case: str) -> None:
    """That there is nothing of a case any more, or never was."""
    from interview_tui.store import certificates

    certificate = certificates.certificate(study.path, case, certificates.WITHDRAWN)
    if not certificate.is_file():
        raise ConfigError(f"There is nothing of {case} in {study.path}.", "See which cases there are in the list.")
    _say(f"{case} was withdrawn, and nothing of it is left here. Its certificate:")
    click.echo(str(certificate))


def _unlock(identities: IdentityBook) -> None:
    """Ask for the passphrase of the identities, if they are locked and the environment does not say it; whoever does
    not have it leaves it empty.
    """
    from interview_tui.fieldwork.identity import Lock
    from interview_tui.identity_command import PASSPHRASE

    if identities.lock is Lock.LOCKED:
        given = os.environ.get(PASSPHRASE) or click.prompt(
            "Passphrase of the identities (empty: they are left to whoever has it)",
            default="",
            hide_input=True,
            show_default=False,
            err=True,
        )
        if given:
            identities.unlock(given)


def _tell_files(found: Findings | PartFindings) -> None:
    """The files that are to go, the copies that are not in reach, and what nobody knows."""
    if found.files:
        _say("Files:", *(f"    {name}" for name in found.files[:NAMED]))
        if len(found.files) > NAMED:
            _say(f"    and {len(found.files) - NAMED} more")
        _say("")
    strangers = getattr(found, "strangers", ())
    if strangers:
        _say("These hold words of it, and this program did not write them. They stay; look at them:")
        _say(*(f"    {name}" for name in strangers), "")
    if found.beyond:
        _say(*found.beyond, "")


def _list_kept(study: StudyFolder) -> None:
    from datetime import date

    from interview_tui.withdrawing.retention import kept

    today = date.today()  # noqa: DTZ011 - a date as people on this machine count it
    found = kept(study)
    for one in found:
        when = "no date" if one.due is None else f"{'DUE since' if one.due <= today else 'due'} {one.due.isoformat()}"
        click.echo(f"{one.case}  interviewed {one.held.isoformat()}  {one.recorded_ms / 60000:.0f} min  {when}")
    is_due = [one.case for one in found if one.due is not None and one.due <= today]
    if is_due:
        _say(f"Audio that is due: {len(is_due)}. Destroy it: interview-tui retention {is_due[0]}")
    elif not found:
        _say("No audio is kept.")


def _times(stretch: Stretch) -> str:
    return f"{_clock(stretch.start_ms)} to {_clock(stretch.end_ms)}"


def _clock(at_ms: int) -> str:
    minutes, seconds = divmod(max(0, at_ms) // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _step(name: str) -> None:
    click.echo(f"  {name} …", err=True)


def _certified(certificate: Path) -> None:
    """Print where the certificate is; what could not be reached is said once more."""
    left, tells = [], False
    for line in certificate.read_text(encoding="utf-8").splitlines():
        tells = line.startswith("Not reached") or (tells and line[:1].islower())  # a sentence may go on below
        left += [f"    {line}"] if tells else []
    _say("", "Done. What this program cannot reach:", *left)
    sys.stderr.flush()
    click.echo(str(certificate))


def _say(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)
