"""`interview-tui import-schedule` and `interview-tui new`: a schedule made of one on paper, a study made with one."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE, study_of
from interview_tui.errors import ConfigError, StorageError
from interview_tui.unlock_command import LOST_FOR_EVER, new_passphrase

if TYPE_CHECKING:
    from interview_tui.schedule.model import Schedule

SUFFIX = ".yaml"
TAKE_ALONG = (
    "Make a new one, and take the interviews along: `bundle` them in the old study, `receive` them in the new one."
)


@click.command("import-schedule")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="The file to write; without it, FILE with the ending .yaml."
)
def import_schedule(file: Path, target: Path | None) -> None:
    """Turn the interview schedule in FILE (.docx or .txt) into a first draft in the schedule language.

    What could not be told for sure is marked in it: # unsure. No file is ever overwritten.
    """
    from interview_tui.paper_files import read_paper
    from interview_tui.schedule.check import check
    from interview_tui.schedule.paper.draft import UNSURE, written
    from interview_tui.schedule.paper.drafting import first_draft
    from interview_tui.schedule.reader import read_schedule

    target = target or file.with_name(re.sub(r"[.\s]+", "-", file.stem).strip("-") + SUFFIX)
    _may_be_written(target)
    paper = read_paper(file)
    draft = written(first_draft(paper.lines, file.stem), file.name)
    warnings = check(read_schedule(draft.text, str(target)), str(target))
    _write_new(target, draft.text)
    for told in paper.told:
        click.echo(told, err=True)
    for problem in warnings:
        click.echo(str(problem), err=True)
    click.echo(
        f"{draft.sections} sections, {draft.questions} questions, {draft.probes} probes, {draft.conditions} conditions."
        f" {draft.unsure} places are marked `{UNSURE}`: look at each.",
        err=True,
    )
    click.echo(f"Next: interview-tui outline {target}", err=True)
    click.echo(str(target))


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--schedule", "wanted", default="", metavar="NAME", help="One that came with the program, or a file of your own."
)
@click.option("--name", default="", help="The study's name, as it stands on exports; without it, that of FOLDER.")
@click.option(
    "--encrypted", is_flag=True, help="What is recorded and written in it lies encrypted: see docs/encryption.md."
)
@click.option("--list", "listed", is_flag=True, help="List the schedules that came with the program.")
def new(folder: Path | None, wanted: str, name: str, encrypted: bool, listed: bool) -> None:
    """Make a new study in FOLDER, with the interview schedule of your choice."""
    from interview_tui.bootstrap import DEFAULT_SCHEDULE
    from interview_tui.schedule.reader import read_schedule_file

    known = bundled_schedules()
    if listed:
        for each, file in known.items():
            schedule = read_schedule_file(file)
            click.echo(f"{each:<24}{schedule.title} ({schedule.minutes} min)")
        return
    if folder is None:
        raise ConfigError("Which folder?", "Write: interview-tui new FOLDER --schedule NAME. --list lists schedules.")
    chosen = wanted or DEFAULT_SCHEDULE
    source = known.get(chosen) or Path(chosen)
    if chosen not in known and not source.is_file():
        raise ConfigError(
            f"There is no schedule {chosen}.", f"Name a file, or one of those that came with it: {', '.join(known)}."
        )
    schedule = read_schedule_file(source)
    if encrypted:
        _make_encrypted_study(folder, source, schedule, name)
    else:
        make_study(folder, source, schedule, name)
    kind = "an encrypted study" if encrypted else "a study"
    click.echo(f"{folder}: {kind} with the schedule “{schedule.title}”.", err=True)
    if encrypted:
        click.echo(
            f"Copy {folder / KEY_FILE} to another place. The study is unlocked until four in the morning.", err=True
        )
    next_one = study_key.typed(folder, "rehearse")
    click.echo(f"Next: {next_one}, or {next_one.removesuffix(' rehearse')}", err=True)


def bundled_schedules() -> dict[str, Path]:
    """The schedules that came with the program, by name."""
    from interview_tui.bootstrap import bundled

    files = sorted(bundled("schedules").glob(f"*{SUFFIX}"))
    return {file.stem: file for file in files if "." not in file.stem}


def make_study(folder: Path, source: Path, schedule: Schedule, name: str = "") -> None:
    """Make a study in `folder` with a copy of the schedule in `source`, and of the crosswalk beside that; the tallies
    beside it are offered in `study.toml`, as remarks.

    Raises:
        ConfigError: there is a study already.
        StorageError: the folder cannot be written.
    """
    from interview_tui.bootstrap import CROSSWALK_SUFFIX, DEFAULT_ROLE_ITEM, TALLIES_SUFFIX
    from interview_tui.store.private_files import make_folder, write_whole
    from interview_tui.store.settings import StudySettings
    from interview_tui.store.study import SETTINGS_FILE, StudyFolder

    if (folder / SETTINGS_FILE).exists():
        raise ConfigError(f"{folder} holds a study already.", "Open it, or take another folder.")
    target = folder / "schedules" / f"{re.sub(r'[.]+', '-', source.stem)}{SUFFIX}"
    beside = source.with_name(source.stem + CROSSWALK_SUFFIX)
    files = {target: schedule.text}
    if beside.is_file():
        files[target.with_name(target.stem + CROSSWALK_SUFFIX)] = beside.read_text(encoding="utf-8")
    for file, text in files.items():
        if file.exists() and file.read_bytes() != text.encode("utf-8"):
            raise ConfigError(f"{file} is there already, and is another one.", "Take another folder, or move it away.")
    make_folder(folder)
    make_folder(target.parent)
    for file, text in files.items():
        write_whole(file, text)
    role = DEFAULT_ROLE_ITEM if DEFAULT_ROLE_ITEM in schedule.items() else ""
    StudyFolder.create(folder, StudySettings(name=name, schedule=f"schedules/{target.name}", role=role))
    offered = source.with_name(source.stem + TALLIES_SUFFIX)
    if offered.is_file():
        settings = folder / SETTINGS_FILE
        write_whole(settings, settings.read_text(encoding="utf-8") + offered.read_text(encoding="utf-8"))


def _make_encrypted_study(folder: Path, source: Path, schedule: Schedule, name: str) -> None:
    """The same under a passphrase that is asked for, in a folder that is new or empty; either all of it or nothing.

    Raises: as `make_study` and `new_passphrase` do; ConfigError: something is in the folder.
    """
    import shutil
    import tempfile

    from interview_tui.store.failures import explained
    from interview_tui.store.private_files import make_folder
    from interview_tui.store.study import SETTINGS_FILE

    if (folder / KEY_FILE).exists():
        raise ConfigError(f"{folder} holds an encrypted study already.", "Open it, or take another folder.")
    if (folder / SETTINGS_FILE).exists():
        raise ConfigError(f"{folder} holds a study already, and a study is not encrypted where it lies.", TAKE_ALONG)
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty, and what is in it would lie open.", "Take another folder.")
    around = study_of(folder.resolve())
    if around is not None:
        raise ConfigError(f"{folder} lies in an encrypted study.", f"Name a place outside of {around}.")
    study_key.folder_of_the_day()
    click.echo(LOST_FOR_EVER, err=True)
    passphrase = new_passphrase()
    folder = folder.absolute()
    with explained(folder):
        make_folder(folder.parent)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            key = study_key.make_key(draft, passphrase)
            make_study(draft, source, schedule, name)
            study_key.keep_for_the_day(key)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _may_be_written(target: Path) -> None:
    if target.suffix != SUFFIX:
        raise ConfigError(f"{target} does not end in {SUFFIX}.", f"Write: --to {target.with_suffix(SUFFIX)}.")
    if target.exists():
        raise ConfigError(f"{target} is there already, and is left as it is.", "Name another file with --to.")


def _write_new(target: Path, text: str) -> None:
    """Write a file that was not there; one that has come to be there meanwhile is left as it is."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigError(
            f"{target} is there already, and is left as it is.", "Name another file with --to."
        ) from error
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}.", "Name another file with --to.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        with contextlib.suppress(OSError):
            target.unlink()
        raise StorageError(f"{target} cannot be written: {error.strerror}.", "See that the disk has space.") from error
