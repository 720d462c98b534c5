"""`interview-tui export` as it speaks with its user: records as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from interview_tui.errors import ConfigError, StorageError
from interview_tui.progress import CountLine
from interview_tui.record.export_ports import Choice, Names, Sound, Target

if TYPE_CHECKING:
    from interview_tui.store.study import StudyFolder

DEFAULT_FORMATS = ("text", "incidents", "json", "html")
NAMED = 12
"""So many cases are named to somebody who has named another one."""


def _choices(kind: type[Names | Sound | Target]) -> click.Choice[str]:
    return click.Choice([each.value for each in kind])


def _beginning(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The formats that begin so, for the shell that completes them."""
    from interview_tui.export.registry import ALL, FORMATS

    known = {name: each.description for name, each in FORMATS.items()} | {ALL: "Every format"}
    return [CompletionItem(name, help=told) for name, told in known.items() if name.startswith(incomplete)]


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every interview that has ended and is no rehearsal.")
@click.option("--without", metavar="CASE", multiple=True, help="With --all: not this one; again for more.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    default=DEFAULT_FORMATS,
    show_default=True,
    shell_complete=_beginning,
    metavar="FORMAT",
    help="Again for more; `all` for every one; --list says which there are.",
)
@click.option("--list", "listed", is_flag=True, help="List the formats.")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder; without it, the study's exports/.")
@click.option(
    "--pseudonymised/--full",
    "--pseudonyms/--real-names",
    "pseudonymised",
    default=None,
    help="Only interviews that were gone through for names; or with the names as they were said. Without either, names"
    " are replaced wherever something stands for one.",
)
@click.option(
    "--for",
    "target",
    type=_choices(Target),
    default=Target.STANDARD.value,
    show_default=True,
    help="The program that a project (qdpx, qdc) is for.",
)
@click.option(
    "--audio",
    "sound",
    type=_choices(Sound),
    default=Sound.LINKED.value,
    show_default=True,
    help="Referred to where it lies, copied beside what is written, packed inside it, or left out. Voices are not"
    " pseudonymised.",
)
@click.option("--times/--no-times", default=True, show_default=True, help="Stamps within texts.")
@click.option("--line-numbers", is_flag=True, help="Numbers beside the lines of printed transcripts.")
@click.option("--crlf", is_flag=True, help="End the lines of texts as Windows does: some versions of MAXQDA want it.")
@click.option("--before-consent", is_flag=True, help="Also notes that were typed before consent was given.")
@click.pass_obj
def export(
    study: Path,
    cases: tuple[str, ...],
    everything: bool,
    without: tuple[str, ...],
    formats: tuple[str, ...],
    listed: bool,
    folder: Path | None,
    pseudonymised: bool | None,
    target: str,
    sound: str,
    times: bool,
    line_numbers: bool,
    crlf: bool,
    before_consent: bool,
) -> None:
    """Write the records of CASES as files, those of several as one file where the format can hold them.

    An interview that is named is written as far as it is; a rehearsal too. Either everything is written or nothing.
    """
    if listed:
        _list_formats()
        return
    from interview_tui.bootstrap import open_study
    from interview_tui.exporting import export as write

    if everything == bool(cases):
        raise ConfigError(
            "Cases and --all do not go together." if cases else "Say which interviews are to be exported.",
            "Name cases, as P07 P08, or write --all.",
        )
    opened = open_study(study)
    if without and not everything:
        raise ConfigError("--without goes with --all.", "Name the cases that are wanted instead.")
    left_out = _known(opened, without)
    chosen = [case for case in _finished(opened) if case not in left_out] if everything else _known(opened, cases)
    if not chosen:
        raise ConfigError("Every interview is left out, so there is nothing to export.", "Name fewer with --without.")
    names = {None: Names.REPLACED, True: Names.GONE_THROUGH, False: Names.FULL}[pseudonymised]
    choice = Choice(formats, names, Sound(sound), Target(target), times, line_numbers, crlf, before_consent, folder)
    line = CountLine(sys.stderr, "Exporting")
    try:
        written = write(opened, chosen, choice, line.show)
    finally:
        line.clear()
    for file in written.files:
        click.echo(str(file))
    for remark in written.remarks:
        click.echo(remark, err=True)


def _list_formats() -> None:
    """Print every format; those that hold many interviews apart from those that hold one."""
    from interview_tui.export.registry import FORMATS, Collection

    width = max(map(len, FORMATS))
    for heading, is_one in (("A file for each interview:", False), ("One file for all of them:", True)):
        click.echo(heading)
        for name, each in FORMATS.items():
            if isinstance(each, Collection) is is_one:
                click.echo(f"  {name:<{width}}  {each.description}")


def _finished(opened: StudyFolder) -> list[str]:
    """Every interview that can be exported with the others."""
    from interview_tui.exporting import finished

    found = finished(opened)
    if not found:
        raise ConfigError(
            f"{opened.name} has no interview that has ended and is no rehearsal.",
            "Name a case to export it as far as it is.",
        )
    return found


def _known(opened: StudyFolder, cases: tuple[str, ...]) -> list[str]:
    """The cases, once it is sure that there are interviews with all of them."""
    known = sorted(found.case for found in opened.interviews())
    for case in cases:
        if case not in known:
            alike = [each for each in known if each.casefold() == case.casefold()]
            more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
            listed = f"There are {', '.join(known[:NAMED])}{more}." if known else "There is none yet."
            raise StorageError(
                f"There is no interview with {case} in {opened.name}.", f"Did you mean {alike[0]}?" if alike else listed
            )
    return list(cases)
