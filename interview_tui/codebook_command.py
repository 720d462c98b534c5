"""`interview-tui codebook` as it speaks with its user: versions of the codebook, and incidents sorted into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError, Refused

if TYPE_CHECKING:
    from interview_tui.appraising import StudyCoding
    from interview_tui.credibility.changes import Task
    from interview_tui.credibility.codebook import Category, Codebook
    from interview_tui.credibility.ports import ToSort
    from interview_tui.credibility.revisions import Revised
    from interview_tui.credibility.versions import Versions

WORKING = "working"
STOP = "q"


@click.group(invoke_without_command=True)
@click.pass_context
def codebook(context: click.Context) -> None:
    """The categories that incidents are sorted into: without a command, their newest version."""
    if context.invoked_subcommand is not None:
        return
    from interview_tui.store.codebooks import name_of

    coding = _coding(context.obj)
    versions = coding.codebooks.versions()
    if versions.newest is None:
        draft = coding.codebooks.working
        if draft.is_file():
            change = "it (interview-tui codebook edit)" if coding.codebooks.is_sealed else str(draft)
            click.echo(f"No version was kept yet. Change {change}, then: interview-tui codebook keep.")
        else:
            click.echo("There is no codebook yet. Begin one: interview-tui codebook begin.")
        return
    for book in versions.all:
        why = f": {book.why}" if book.why else ""
        click.echo(f"# version {name_of(book, versions)}, {_day(book.kept_wall_ms)}, {book.by}{why}", err=True)
    _say_that_they_part(versions)
    click.echo("\n".join(_listed(versions.newest)))


@codebook.command()
@click.pass_obj
def begin(study: Path) -> None:
    """Make the file that is worked on: of the newest version, or of the schedule's themes and parts of an incident."""
    from interview_tui import bootstrap
    from interview_tui.credibility.codebook_text import seeded

    opened = bootstrap.open_study(study)
    coding = _coding(study)
    seed = "" if coding.codebooks.versions().newest else seeded(bootstrap.study_schedule(opened))
    file = coding.codebooks.begin(seed)
    how = "with interview-tui codebook edit" if coding.codebooks.is_sealed else "in any editor"
    click.echo(f"{file}: change it {how}, then: interview-tui codebook keep.")


@codebook.command()
@click.pass_obj
def edit(study: Path) -> None:
    """Change the file that is worked on in the editor that the environment variables VISUAL or EDITOR name.

    In an encrypted study it lies sealed, and the editor is given a copy that lies in memory until it ends.
    """
    from interview_tui.at_rest.study_key import HANDED_ON

    without_key = {HANDED_ON: ""}
    if _coding(study).codebooks.edit(lambda file: click.edit(filename=str(file), env=without_key)):
        click.echo("It is changed. Keep it as the next version: interview-tui codebook keep.")
    else:
        click.echo("Nothing was changed. An editor with a window of its own must be told to wait: code --wait.")


@codebook.command()
@click.option("-m", "--message", "why", default="", help="Why it was changed: kept with the version.")
@click.option("--joining", is_flag=True, help="It holds what others have kept since you began.")
@click.pass_obj
def keep(study: Path, why: str, joining: bool) -> None:
    """Keep the file that is worked on as the next version, which is never changed afterwards."""
    coding = _coding(study)
    before = coding.codebooks.versions().newest
    kept, is_new = coding.codebooks.keep(coding.coder, coding.now_ms(), why, joining=joining)
    if not is_new:
        click.echo(f"Nothing has changed since version {kept.version}, so none was kept.")
        return
    click.echo(f"Version {kept.version} is kept, with {len(kept.categories)} categories.")
    if before is not None:
        click.echo("\n".join(_revised(before, kept)))


@codebook.command()
@click.argument("first", default="")
@click.argument("second", default="")
@click.pass_obj
def diff(study: Path, first: str, second: str) -> None:
    """What changed from version FIRST to SECOND (`4`, `4-1a2b`, or `working`: the file that is worked on).

    Without SECOND, up to the newest; without both, what changed in the file that is worked on, or else in the newest.
    """
    coding = _coding(study)
    versions = coding.codebooks.versions()
    before, after = _compared(coding, versions, first, second)
    for line in _revised(before, after) or ["Nothing has changed."]:
        click.echo(line)


@codebook.command()
@click.argument("case")
@click.argument("incident")
@click.argument("category")
@click.option("--judging", is_flag=True, help="As the second judge, of the sample that was drawn.")
@click.pass_obj
def assign(study: Path, case: str, incident: str, category: str, judging: bool) -> None:
    """Sort INCIDENT of CASE (by its id or label) into CATEGORY (by its name or key; `-`: into none)."""
    coding = _coding(study)
    task, book = _task(judging), _newest(coding)
    one = _incident(coding.incidents(task), case, incident)
    found = None if category == "-" else _category(book, category)
    _give(coding, task, book, one, found)
    click.echo(f"{one.case} {one.incident}: {found.name if found else 'none'}")


@codebook.command()
@click.option("--judging", is_flag=True, help="As the second judge, of the sample that was drawn.")
@click.option("--list", "only_list", is_flag=True, help="List them with their categories instead.")
@click.pass_obj
def sort(study: Path, judging: bool, only_list: bool) -> None:
    """Go through the incidents that are not sorted yet, one by one."""
    coding = _coding(study)
    task, book = _task(judging), _newest(coding)
    incidents = coding.incidents(task)
    if not incidents:
        raise Refused(
            "There is no incident to be sorted.",
            "Draw the judge's sample: interview-tui figures sample judging --draw." if judging else "",
        )
    if only_list:
        for one in incidents:
            found = book.category(one.category)
            click.echo(f"{one.case}  {one.incident}  {one.label}  {found.name if found else '–'}")
        return
    left = [one for one in incidents if book.category(one.category) is None]
    numbered = [f"{number:>3}  {line}" for number, line in enumerate(_outline(book), 1)]
    done = 0
    for number, one in enumerate(left):
        click.echo("\n".join(["", *(numbered if number == 0 else []), "", *_told(one)]))
        found, goes_on = _asked(book)
        if not goes_on:
            break
        if found is not None:
            _give(coding, task, book, one, found)
            done += 1
    click.echo(f"{done} sorted, {len(left) - done} left.")


def _asked(book: Codebook) -> tuple[Category | None, bool]:
    """The category that is typed, None for later; and whether there is more to be asked."""
    while True:
        said = click.prompt("Category (number or name; Enter: later, q: stop)", default="", show_default=False).strip()
        if said in ("", STOP):
            return None, said != STOP
        if said.isdigit() and 1 <= int(said) <= len(book.categories):
            return book.categories[int(said) - 1], True
        try:
            return _category(book, said), True
        except ConfigError as error:
            click.echo(str(error))


def _told(one: ToSort) -> list[str]:
    return [f"{one.case}  {one.label}", *(f"  {key}: {words}" for key, words in one.parts)]


def _give(coding: StudyCoding, task: Task, book: Codebook, one: ToSort, category: Category | None) -> None:
    from interview_tui.credibility.changes import CategoryGiven

    coding.note(
        CategoryGiven(
            wall_ms=coding.now_ms(),
            case=one.case,
            incident=one.incident,
            category=category.key if category else "",
            codebook=book.version,
            task=task,
        )
    )


def _compared(coding: StudyCoding, versions: Versions, first: str, second: str) -> tuple[Codebook, Codebook]:
    from interview_tui.credibility.codebook import Codebook

    nothing = Codebook(0, ())
    if first:
        return _version(coding, versions, first), _version(coding, versions, second) if second else _newest(coding)
    draft, newest = coding.codebooks.draft(), _newest(coding)
    if draft is not None and _revised(newest, draft):
        return newest, draft
    earlier = [one for one in versions.all if one.edition in newest.after]
    return (earlier[-1] if earlier else nothing), newest


def _version(coding: StudyCoding, versions: Versions, text: str) -> Codebook:
    from interview_tui.store.codebooks import name_of

    if text == WORKING:
        draft = coding.codebooks.draft()
        if draft is None:
            raise ConfigError(f"There is no {coding.codebooks.working}.", "Begin it: interview-tui codebook begin.")
        return draft
    found = versions.found(text)
    if len(found) == 1:
        return found[0]
    known = ", ".join(name_of(one, versions) for one in versions.all) or "none"
    several = "is more than one version" if found else "is no version"
    raise ConfigError(f"{text} {several} of the codebook.", f"There are: {known}.")


def _revised(before: Codebook, after: Codebook) -> list[str]:
    from interview_tui.credibility.revisions import revisions

    return [_in_words(one) for one in revisions(before, after)]


def _in_words(one: Revised) -> str:
    from interview_tui.credibility.revisions import Revision

    match one.how:
        case Revision.INSERTED | Revision.DELETED:
            above = one.after or one.before
            return f"{one.how}: {one.name}" + (f" (under {above})" if above else "")
        case Revision.RENAMED:
            return f"{one.how}: {one.before} → {one.after}"
        case Revision.SCOPE:
            return f"{one.how}: {one.name}: “{one.before}” → “{one.after}”"
    return f"{one.how}: {one.name}: under {one.before or 'nothing'} → under {one.after or 'nothing'}"


def _listed(book: Codebook) -> list[str]:
    defined = (f" - {one.definition}" if one.definition else "" for one in book.categories)
    return [f"{line}{more}" for line, more in zip(_outline(book), defined, strict=True)]


def _outline(book: Codebook) -> list[str]:
    return [f"{'    ' * one.depth}{one.name}" for one in book.categories]


def _say_that_they_part(versions: Versions) -> None:
    from interview_tui.store.codebooks import name_of

    if len(versions.heads) > 1:
        names = [name_of(one, versions) for one in versions.heads]
        click.echo(
            f"Versions {' and '.join(names)} were kept without knowing of each other; {names[-1]} holds until one is "
            f"kept that joins them. See: interview-tui codebook diff {names[0]} {names[-1]}.",
            err=True,
        )


def _incident(incidents: Sequence[ToSort], case: str, name: str) -> ToSort:
    theirs = [one for one in incidents if one.case == case]
    found = [one for one in theirs if name in (one.incident, one.label)]
    found = found or [one for one in theirs if name.casefold() in f"{one.incident} {one.label}".casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{one.incident} ({one.label})" for one in theirs) or "none that can be sorted"
    what = "may be more than one incident" if found else "is no incident"
    raise ConfigError(f"{name} {what} of {case}.", f"Of {case} there are: {known}.")


def _category(book: Codebook, text: str) -> Category:
    found = book.named(text)
    if found is None:
        near = get_close_matches(text.casefold(), [one.name.casefold() for one in book.categories], n=1)
        hint = f"Did you mean “{near[0]}”?" if near else "See which there are: interview-tui codebook."
        raise ConfigError(f"There is no category “{text}” in version {book.version} of the codebook.", hint)
    return found


def _newest(coding: StudyCoding) -> Codebook:
    found = coding.codebook()
    if found is None:
        raise Refused("No version of the codebook was kept yet.", "Keep one: interview-tui codebook keep.")
    return found


def _task(judging: bool) -> Task:
    from interview_tui.credibility.changes import Task

    return Task.JUDGING if judging else Task.CODING


def _coding(study: Path) -> StudyCoding:
    from interview_tui import bootstrap
    from interview_tui.appraising import StudyCoding

    return StudyCoding(bootstrap.open_study(study))


def _day(wall_ms: int) -> str:
    return f"{datetime.fromtimestamp(wall_ms / 1000).astimezone():%Y-%m-%d}"
