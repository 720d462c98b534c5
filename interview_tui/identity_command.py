"""`interview-tui cases identity` and `passphrase` as they speak with their user: who a case is, and what locks that."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interview_tui.at_rest.passphrase import checked_passphrase
from interview_tui.errors import ConfigError, InterviewTuiError, Refused
from interview_tui.fieldwork.identity import Identity, Lock

if TYPE_CHECKING:
    from interview_tui.casebook import StudyIdentities

PASSPHRASE = "INTERVIEW_TUI_PASSPHRASE"
"""The environment variable that gives the passphrase to scripts."""
NEW_PASSPHRASE = "INTERVIEW_TUI_NEW_PASSPHRASE"
NOTHING = "-"
"""What is typed for a part that is to be taken away."""
PARTS = {"name": "Name", "telephones": "Telephone", "address": "Address", "email": "E-mail", "remark": "Remark"}
"""The parts of an identity as they are shown."""


@contextmanager
def discreet() -> Iterator[None]:
    """See that nothing of who somebody is gets into `error.log`: what nobody expected may quote what was read.

    Raises:
        InterviewTuiError: in place of such an error, with where it came from and nothing else.
    """
    try:
        yield
    except (InterviewTuiError, click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - any of them
        *_, (frame, line) = traceback.walk_tb(error.__traceback__)
        raise InterviewTuiError(
            f"This should not have happened ({type(error).__name__}, {Path(frame.f_code.co_filename).name}:{line}).",
            "What was read is not told here, for it may say who somebody is. Nothing else is touched by this.",
        ) from None


@click.command()
@click.argument("case")
@click.option("--name")
@click.option("--telephone", "telephones", multiple=True, help="Again for more; they take the place of those kept.")
@click.option("--address")
@click.option("--email")
@click.option("--remark", help="What else is to be known, such as who answers the telephone.")
@click.option("--ask", is_flag=True, help="Ask for each part, so that nothing stands in the shell's history.")
@click.option("--forget", is_flag=True, help="Keep nothing of who this case is any more.")
@click.pass_obj
@discreet()
def identity(
    study: Path,
    case: str,
    name: str | None,
    telephones: tuple[str, ...],
    address: str | None,
    email: str | None,
    remark: str | None,
    ask: bool,
    forget: bool,
) -> None:
    """Show who CASE is, or keep it. It is never in the study folder, and needs the passphrase."""
    from interview_tui.bootstrap import open_study
    from interview_tui.casebook import StudyCases, StudyIdentities

    given = {"name": name, "telephones": telephones or None, "address": address, "email": email, "remark": remark}
    said: dict[str, Any] = {part: _tidy(value) for part, value in given.items() if value is not None}
    if forget and (said or ask):
        raise ConfigError("--forget does not go with the others.", "Say who it is, or forget it.")
    opened = open_study(study)
    if not forget and case not in {card.case for card in StudyCases(opened).cards()}:
        raise Refused(f"There is no case {case}.", f"Add it first: interview-tui cases add {case}.")
    book = StudyIdentities(opened)
    if book.lock is Lock.ABSENT and not (said or ask):
        raise Refused("This study has no identities yet.", f"Keep one: interview-tui cases identity {case} --ask.")
    unlock(book)
    known = book.of(case)
    if ask:
        said |= _asked_for(known or Identity())
    if forget:
        book.keep(case, None)
        click.echo(f"Nothing is kept any more of who {case} is." if known else f"Nothing was kept of {case}.", err=True)
    elif said:
        book.keep(case, replace(known or Identity(), **said))
        click.echo(f"It is kept who {case} is, outside the study.", err=True)
    else:
        show(case, known)


@click.command()
@click.pass_obj
@discreet()
def passphrase(study: Path) -> None:
    """Change the passphrase of the identities.

    Copies of the file that were made before still open with the one before.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.casebook import StudyIdentities

    book = StudyIdentities(open_study(study))
    if book.lock is Lock.ABSENT:
        raise Refused("This study has no identities yet.", "The first one that is kept asks for a passphrase.")
    unlock(book)
    book.change_passphrase(_new_passphrase(NEW_PASSPHRASE))
    click.echo("The passphrase is changed.", err=True)


def unlock(book: StudyIdentities) -> None:
    """Unlock the identities with the passphrase that is asked for; twice if they begin with it.

    Raises:
        ConfigError: it is another one, too short, or cannot be asked for here.
    """
    if book.lock is Lock.ABSENT:
        book.unlock(_new_passphrase(PASSPHRASE))
    elif book.lock is Lock.LOCKED:
        book.unlock(os.environ.get(PASSPHRASE) or _asked("Passphrase of the identities", PASSPHRASE))


def show(case: str, known: Identity | None) -> None:
    """Print who a case is."""
    if known is None:
        click.echo(f"Nothing is kept of who {case} is.", err=True)
        return
    for part, called in PARTS.items():
        value = getattr(known, part)
        for line in (value,) if isinstance(value, str) else value:
            if line:
                click.echo(f"{called + ':':<11}{line}")


def _asked_for(known: Identity) -> dict[str, Any]:
    """Every part as it is typed."""
    click.echo(f"Enter leaves a part as it is; {NOTHING} takes it away.", err=True)
    said: dict[str, Any] = {}
    for part, called in PARTS.items():
        kept = getattr(known, part)
        before = kept if isinstance(kept, str) else ", ".join(kept)
        typed = click.prompt(called, default=before, show_default=bool(before), err=True)
        typed = "" if typed.strip() == NOTHING else typed
        said[part] = _tidy(tuple(typed.split(",")) if part == "telephones" else typed)
    return said


def _tidy(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return " ".join(value.split())
    return tuple(one for one in (" ".join(each.split()) for each in value) if one)


def _new_passphrase(variable: str) -> str:
    named = os.environ.get(variable)
    if named:
        return checked_passphrase(named)
    return checked_passphrase(_asked("New passphrase of the identities", variable, twice=True))


def _asked(what: str, variable: str, *, twice: bool = False) -> str:
    if not sys.stdin.isatty():
        raise ConfigError(
            "The passphrase cannot be asked for: this is no terminal.", f"Scripts give it in the variable {variable}."
        )
    if twice:
        click.echo("It cannot be recovered: whoever forgets it has lost the names and numbers.", err=True)
    typed: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    return typed
