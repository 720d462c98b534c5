"""`interview-tui tally` as it speaks with its user: how many there are of each kind, and what is short."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interview_tui.errors import ConfigError

if TYPE_CHECKING:
    from interview_tui.fieldwork.tally import Counted

COLUMNS = ("tally", "counts", "by", "cell", "count", "target", "short", "unknown", "unfinished", "listed")
HOW = 'Write one in study.toml: [[tally]], and below it by = ["item"]; docs/tallies.md says how.'


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="All cells as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="All cells as CSV, a line for each.")
@click.pass_obj
def tally(study: Path, names: tuple[str, ...], as_json: bool, as_csv: bool) -> None:
    """Count the interviews, relationships or incidents of the study as its tallies say; with NAMES, only these.

    Rehearsals do not count, nor what was taken back, nor interviews that were refused or withdrawn.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.tallying import StudyTallies

    opened = open_study(study)
    counted = StudyTallies(opened).counted()
    chosen = [_named(name, counted) for name in names] or list(counted)
    if not counted and not (as_json or as_csv):
        click.echo("\n".join((f"This study has no tallies. {HOW}", *opened.warnings)), err=True)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in chosen], ensure_ascii=False, indent=1))
    elif as_csv:
        _write_csv(chosen)
    else:
        click.echo("\n\n".join(_in_words(one) for one in chosen), nl=bool(chosen))


def _named(name: str, counted: tuple[Counted, ...]) -> Counted:
    from interview_tui.schedule.problems import nearest

    names = [one.tally.name for one in counted]
    if name not in names:
        meant = nearest(name, names)
        raise ConfigError(
            f"This study has no tally {name!r}.",
            f"Did you mean {meant}?" if meant else f"It has {', '.join(names)}." if names else HOW,
        )
    return counted[names.index(name)]


def _in_words(counted: Counted) -> str:
    from interview_tui.fieldwork.crosstab import crosstab

    table = crosstab(counted)
    return "\n".join([table.heading, f"  {table.about}", *(f"  {line}" for line in table.lines())])


def _as_json(counted: Counted) -> dict[str, Any]:
    return {
        "name": counted.tally.name,
        "counts": counted.of,
        "by": [dimension.title for dimension in counted.dimensions],
        "total": counted.total,
        "unknown": counted.unknown,
        "unfinished": counted.unfinished,
        "cells": [
            {
                "values": list(cell.values),
                "count": cell.count,
                "target": cell.target,
                "short": cell.short,
                "unknown": cell.unknown,
                "unfinished": cell.unfinished,
                "listed": cell.listed,
            }
            for cell in counted.cells
        ],
    }


def _write_csv(counted: list[Counted]) -> None:
    """A line for all that a tally counts, its cell empty, then one for every cell."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in counted:
        head = (one.tally.name, one.of, " × ".join(dimension.title for dimension in one.dimensions))
        rows.writerow((*head, "", one.total, "", "", one.unknown, one.unfinished, ""))
        for cell in one.cells:
            wanted = ("", "") if cell.target is None else (cell.target, cell.short)
            listed = "" if cell.listed is None else cell.listed
            rows.writerow((*head, cell.name, cell.count, *wanted, cell.unknown, cell.unfinished, listed))
