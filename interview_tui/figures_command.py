"""`interview-tui figures` as it speaks with its user: the figures a study is judged by, samples, a second extractor."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.at_rest.leaving import READABLE
from interview_tui.errors import ConfigError, Refused

if TYPE_CHECKING:
    from interview_tui.appraising import StudyCoding
    from interview_tui.credibility.changes import Extracted
    from interview_tui.credibility.figures import Figures

TASKS = ("extraction", "judging")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="All of them, for programs.")
@click.option(
    "--by", metavar="NAME", multiple=True, help="Split participation by this item, loop or attribute; again for more."
)
@click.option("--write", "written", is_flag=True, help="Write them among the exports: a CSV file each and a workbook.")
@click.pass_context
def figures(context: click.Context, as_json: bool, by: tuple[str, ...], written: bool) -> None:
    """How good the study is: fidelity, extraction, exhaustiveness, participation and agreement of judges."""
    if context.invoked_subcommand is not None:
        return
    from interview_tui.credibility.in_words import figures_in_words

    coding = _coding(context.obj)
    found = _found(coding)
    for sentence in coding.log.damage():
        click.echo(sentence, err=True)
    _see_to_splits(found, by)
    if written:
        made = coding.write(found)
        for path in made.files:
            click.echo(str(path))
        if made.lie_open:
            click.echo(READABLE, err=True)
    elif as_json:
        click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(figures_in_words(found, coding.codebook(), _day, by)))


@figures.command()
@click.argument("task", type=click.Choice(TASKS))
@click.option("--draw", is_flag=True, help="Draw it.")
@click.option("--extend", is_flag=True, help="Draw from what came since as well.")
@click.option("--percent", default=25, show_default=True, help="The share to be drawn.")
@click.pass_obj
def sample(study: Path, task: str, draw: bool, extend: bool, percent: int) -> None:
    """List the random sample for the second extractor (of transcripts) or the second judge (of incidents)."""
    from interview_tui.credibility.changes import Task
    from interview_tui.credibility.coding import sample as sample_of

    coding = _coding(study)
    if draw or extend:
        drawn = coding.draw(Task(task), percent, extend=extend)
        click.echo(f"{len(drawn.members)} of {len(drawn.among)} were drawn, with the seed {drawn.seed}.", err=True)
    found = sample_of(coding.log.read(), Task(task))
    if not found.is_drawn:
        raise Refused(f"No sample was drawn for {task}.", f"Draw it: interview-tui figures sample {task} --draw.")
    for member in sorted(found.members):
        click.echo(member)


@figures.command()
@click.argument("case")
@click.argument("when", default="")
@click.argument("gist", default="")
@click.option("--done", is_flag=True, help="You have gone through the transcript: no more is to be found.")
@click.option("--drop", metavar="NUMBER", type=int, help="What you extracted under this number is none after all.")
@click.pass_obj
def extract(study: Path, case: str, when: str, gist: str, done: bool, drop: int | None) -> None:
    """As the second extractor, note an incident of CASE that was told WHEN (12:30-15:10), with its GIST in a few words.

    Without WHEN, list what you have extracted.
    """
    from interview_tui.credibility.changes import CaseRead, ExtractDropped, Extracted
    from interview_tui.credibility.coding import extracts

    coding = _coding(study)
    origin_ms = coding.origin_ms(case)
    mine = extracts(coding.log.read())
    entries = list(mine[coding.coder].cases[case].items()) if coding.coder in mine else []
    if when:
        start_ms, end_ms = _stretch(when)
        coding.note(
            Extracted(
                wall_ms=coding.now_ms(), case=case, start_ms=origin_ms + start_ms, end_ms=origin_ms + end_ms, gist=gist
            )
        )
    elif drop is not None:
        if not 1 <= drop <= len(entries):
            raise ConfigError(f"You have extracted nothing of {case} under {drop}.", "Without a number, it is listed.")
        coding.note(ExtractDropped(wall_ms=coding.now_ms(), entry=entries[drop - 1][0]))
    elif not done:
        for number, (_, one) in enumerate(entries, 1):
            click.echo(f"{number:>3}  {_line(one, origin_ms)}")
    if done:  # also where nothing was found
        coding.note(CaseRead(wall_ms=coding.now_ms(), case=case))
        click.echo(f"{case} is gone through.")


def _found(coding: StudyCoding) -> Figures:
    from interview_tui.progress import CountLine

    line = CountLine(sys.stderr, "Reading")
    try:
        return coding.figures(line.show, lambda: False)
    finally:
        line.clear()


def _see_to_splits(found: Figures, by: tuple[str, ...]) -> None:
    known = dict.fromkeys(name for one in found.participation[:1] for name, _, _ in one.split)
    for name in by:
        if name not in known:
            raise ConfigError(f"Nothing is split by {name}.", f"It can be: {', '.join(known) or 'nothing yet'}.")


def _line(one: Extracted, origin_ms: int) -> str:
    return f"{_clock(one.start_ms - origin_ms)}-{_clock(one.end_ms - origin_ms)}  {one.gist}"


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _stretch(text: str) -> tuple[int, int]:
    """`12:30-15:10`, minutes and seconds of the recording, in ms."""
    from interview_tui.bootstrap import moment_ms

    start, between, end = text.replace("–", "-").partition("-")
    if not between:
        raise ConfigError(f"{text} does not say from when to when.", "Write it as 12:30-15:10.")
    return moment_ms(start.strip()), moment_ms(end.strip())


def _coding(study: Path) -> StudyCoding:
    from interview_tui import bootstrap
    from interview_tui.appraising import StudyCoding

    return StudyCoding(bootstrap.open_study(study))


def _day(wall_ms: int) -> str:
    return f"{datetime.fromtimestamp(wall_ms / 1000).astimezone():%Y-%m-%d}"
