"""`interview-tui cases import` as it speaks with its user: a list of cases taken in, and what of it was not."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.listed import Columns, Listing, Table, columns_of, completed, listing
from interview_tui.identity_command import discreet, unlock

if TYPE_CHECKING:
    from interview_tui.casebook import StudyIdentities

SHOWN = 40
LINES_SHOWN = 6


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--case", "case_column", default="", help="The column of case ids, if it is not called case or id.")
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=ATTRIBUTE", help="What a column holds; again for more.")
@click.option("--sheet", default="", help="Which sheet of a workbook.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken; nothing is changed.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what was not taken as CSV. It holds no names.")
@click.pass_obj
@discreet()
def take_in(
    study: Path,
    file: Path,
    case_column: str,
    mapped: tuple[str, ...],
    sheet: str,
    dry_run: bool,
    report: Path | None,
) -> None:
    """Take cases from FILE, CSV or XLSX, into the list, and what is known of them.

    Columns are attributes of the study by their names or titles. Names, telephone numbers and addresses go to the
    identities, outside the study. The exit code is 1 if a row was not taken.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.casebook import StudyCases, StudyIdentities
    from interview_tui.store.case_tables import read_table

    opened = open_study(study)
    cases, identities = StudyCases(opened), StudyIdentities(opened)
    table = read_table(file, sheet)
    columns = columns_of(table, cases.attributes, case_column, _meanings(mapped))
    known = {card.case: card for card in cases.cards()}
    made = listing(table, columns, known, file.name, cases.now_ms(), _what_is_wrong_with)
    kept = 0
    if not dry_run:
        if made.identities:
            unlock(identities)
            kept = _keep(made, identities)
        cases.note(*made.changes)
    _tell(table, columns, made, kept, dry_run=dry_run)
    if report is not None:
        _write(report, made)
    if made.not_taken:
        raise click.exceptions.Exit(1)


def _meanings(mapped: tuple[str, ...]) -> Mapping[str, str]:
    found = {}
    for each in mapped:
        column, equals, holds = each.rpartition("=")
        if not equals or not column.strip() or not holds.strip():
            raise ConfigError(f"--map {each} says nothing.", "Write --map 'Years as councillor=years'.")
        found[column] = holds
    return found


def _what_is_wrong_with(case: str) -> str:
    from interview_tui.store.cases import LONGEST, checked

    try:
        checked(case)
    except ConfigError:
        return f"Its case id cannot be one: letters a-z, digits, - and _, at most {LONGEST}, no name of a device."
    return ""


def _keep(made: Listing, identities: StudyIdentities) -> int:
    """Keep who the cases are; gives of how many that is new or other than it was."""
    known = identities.everyone()
    told = {case: completed(known.get(case), one) for case, one in made.identities.items()}
    other = {case: one for case, one in told.items() if one != known.get(case)}
    if other:
        identities.keep_all(other)
    return len(other)


def _tell(table: Table, columns: Columns, made: Listing, kept: int, *, dry_run: bool) -> None:
    for remark in table.remarks:
        click.echo(remark, err=True)
    for missed in made.not_taken:
        click.echo(f"line {missed.line}  {missed.case or '–'}  {missed.reason}")
    for sentence in (*made.corrected[:SHOWN], *_more(len(made.corrected) - SHOWN)):
        click.echo(sentence, err=True)
    for head, lines in made.rounded.items():
        where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:LINES_SHOWN]))}"
        more = " …" if len(lines) > LINES_SHOWN else ""
        click.echo(f"{head} is a number, not a text, in {where}{more}: the 0 or + in front may be lost.", err=True)
    taken = len(made.new) + len(made.known)
    of = taken + len(made.not_taken)
    would = "would be " if dry_run else ""
    click.echo(f"{taken} of {of} rows {would}taken: {len(made.new)} new, {len(made.known)} known.", err=True)
    if columns.attributes:
        heads = (f"{columns.heads[n]} ({one.name})" for n, one in columns.attributes.items())
        click.echo(f"Into the study: {', '.join(heads)}.", err=True)
    if columns.parts:
        heads = (columns.heads[number] for number in columns.parts)
        how_many = f"{len(made.identities)} with something in them" if dry_run else f"{kept} new or changed"
        click.echo(f"To the identities, outside the study: {', '.join(heads)}; {how_many}.", err=True)
    if columns.untaken:
        click.echo(
            f"Not taken: {', '.join(columns.untaken)}. --map COLUMN=ATTRIBUTE takes a column, once study.toml has it.",
            err=True,
        )


def _more(number: int) -> tuple[str, ...]:
    return (f"… and {number} more values replaced.",) if number > 0 else ()


def _write(file: Path, made: Listing) -> None:
    from interview_tui.store.failures import explained
    from interview_tui.store.private_files import write_whole

    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("line", "case", "reason"))
    rows.writerows((missed.line, missed.case, missed.reason) for missed in made.not_taken)
    with explained(file):
        write_whole(file, text.getvalue())
    click.echo(str(file), err=True)
