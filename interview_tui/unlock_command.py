"""`interview-tui unlock`, `lock` and `unseal`, and how every other command asks for the passphrase of its study."""

from __future__ import annotations

import copy
import functools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE, study_of
from interview_tui.at_rest.passphrase import checked_passphrase
from interview_tui.errors import ConfigError, Refused, StorageError

PASSPHRASE = "INTERVIEW_TUI_STUDY_PASSPHRASE"
"""The environment variable that gives the passphrase of a study to scripts."""
NEW_PASSPHRASE = "INTERVIEW_TUI_NEW_STUDY_PASSPHRASE"
TRIES = 3
NEEDS_NO_KEY = ("check", "outline", "models", "new", "import-schedule", "unlock", "lock")
"""The commands that read nothing sealed, or ask by themselves."""
LOST_FOR_EVER = "Without the passphrase and the file study.key nobody can ever read this study, neither you nor we."
GOES_ON = "Where it is open in a program, that goes on until it is closed."
_Command = TypeVar("_Command", bound=click.Command)


@click.command()
@click.option("--change", is_flag=True, help="Take another passphrase.")
@click.pass_obj
def unlock(study: Path, change: bool) -> None:
    """Unlock an encrypted study with its passphrase, for every program of yours until four in the morning."""
    folder = _encrypted(study)
    study_key.forget_ended()
    if change:
        _change(folder)
    elif study_key.is_unlocked(folder):
        click.echo(f"{folder} is unlocked already, until {_end()}.", err=True)
    else:
        ask(folder)
        lock_it = study_key.typed(folder, "lock")
        click.echo(f"{folder} is unlocked until {_end()}. To lock it before: {lock_it}.", err=True)


@click.command()
@click.pass_obj
def lock(study: Path) -> None:
    """Lock an encrypted study: whatever is started from now on asks for the passphrase.

    A program that is open goes on, with its recorder and its transcriptions, until it is closed.
    """
    folder = _encrypted(study)
    was_unlocked = study_key.lock(folder)
    click.echo(f"{folder} is locked. {GOES_ON}" if was_unlocked else f"{folder} was locked already.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def unseal(file: Path, target: Path) -> None:
    """Write what the sealed FILE holds into TARGET, which must not exist. TARGET can be read by whoever has it."""
    from interview_tui.at_rest.files import is_sealed, making, reading
    from interview_tui.at_rest.leaving import READABLE, refuse_inside

    refuse_inside(target)
    see_that_unlocked(file)
    if target.exists():
        raise ConfigError(f"{target} is there already, and is left as it is.", "Name another file.")
    try:
        if not is_sealed(file):
            raise ConfigError(f"{file} is not sealed.", "How a database is opened is told in docs/encryption.md.")
        with reading(file) as source, making(target) as out:
            try:
                shutil.copyfileobj(source, out)
                out.flush()
            except BaseException:  # somebody's Ctrl+C too
                target.unlink()
                raise
    except OSError as error:
        raise StorageError(f"{error.filename or target}: {error.strerror}.", "Nothing was written.") from error
    click.echo(str(target))
    click.echo(READABLE, err=True)


def unlocked_first(command: _Command) -> _Command:
    """The same command, which sees that its study is unlocked before it does anything; asked for help, it does not."""
    asking = copy.copy(command)
    if isinstance(asking, click.Group):
        asking.commands = {name: unlocked_first(each) for name, each in asking.commands.items()}
    if asking.callback is not None and not asking.hidden:
        asking.callback = _after_unlocking(asking.callback)
    return asking


def _after_unlocking(work: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(work)
    def after(*args: object, **options: object) -> object:
        context = click.get_current_context()
        if context.invoked_subcommand is None:  # a group whose command is about to be asked for help
            see_that_unlocked(context.find_root().params["study"])
        return work(*args, **options)

    return after


def see_that_unlocked(place: Path) -> None:
    """If `place` lies in an encrypted study, see that it is unlocked, and stays so for this process.

    Raises:
        ConfigError: the passphrase is another one.
        StorageError: it is locked, and nobody can be asked; or its key cannot be read.
    """
    study = study_of(place.resolve())
    if study is None:
        return
    study_key.forget_ended()
    if study_key.is_unlocked(study):
        study_key.key_of(study_key.recipient_of(study), study)
    else:
        ask(study)


def ask(study: Path) -> str:
    """Unlock a study with the passphrase that is asked for; gives that.

    Raises: as `see_that_unlocked` does.
    """
    given = os.environ.get(PASSPHRASE)
    if given:
        study_key.unlock(study, given)
        return given
    if not sys.stdin.isatty():
        raise StorageError(
            f"{study} is encrypted, and it is locked.",
            f"Unlock it: {study_key.typed(study, 'unlock')}. Scripts give the passphrase in {PASSPHRASE}.",
        )
    for left in reversed(range(TRIES)):
        typed: str = click.prompt(f"Passphrase of the study {study.name}", hide_input=True, err=True)
        try:
            study_key.unlock(study, typed)
        except ConfigError as error:
            if not left:
                raise ConfigError(error.message, "It was asked for three times.") from error
            click.echo(str(error), err=True)
        else:
            return typed
    raise AssertionError


def new_passphrase(variable: str = PASSPHRASE) -> str:
    """A passphrase for a study, typed twice, or as a script gives it.

    Raises:
        ConfigError: it is too short, or cannot be asked for here.
    """
    given = os.environ.get(variable)
    if given:
        return checked_passphrase(given)
    if not sys.stdin.isatty():
        raise ConfigError(
            "The passphrase cannot be asked for: this is no terminal.", f"Scripts give it in the variable {variable}."
        )
    click.echo("Take four or five words that go together.", err=True)
    typed: str = click.prompt("New passphrase of the study", hide_input=True, confirmation_prompt=True, err=True)
    return checked_passphrase(typed)


def _change(study: Path) -> None:
    before = ask(study)
    study_key.change_passphrase(study, before, new_passphrase(NEW_PASSPHRASE))
    click.echo("The passphrase is changed.", err=True)
    click.echo(f"Copies of {KEY_FILE} from before open with the old one: replace them by a new copy.", err=True)


def _encrypted(place: Path) -> Path:
    study = study_of(place.resolve())
    if study is None:
        raise Refused(f"{place} is not encrypted.", "Only a new study can be: interview-tui new FOLDER --encrypted.")
    return study


def _end() -> str:
    return f"{study_key.DAY_ENDS_AT:02}:00"
