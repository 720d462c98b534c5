"""`interview-tui compare` as it speaks with its user: the incidents of a study side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError

if TYPE_CHECKING:
    from interview_tui.record.comparison import Column, Comparison


@click.command()
@click.argument("cases", nargs=-1)
@click.option(
    "--where", metavar="COLUMN=TEXT", multiple=True, help="Only incidents of which that is so; again for more."
)
@click.option("--sort", metavar="COLUMN", default="", help="In the order of this column; -COLUMN the other way round.")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file, instead of the terminal."
)
@click.option("--real-names", is_flag=True, help="Though there are pseudonyms, the names as they were said.")
@click.pass_obj
def compare(
    study: Path, cases: tuple[str, ...], where: tuple[str, ...], sort: str, file: Path | None, real_names: bool
) -> None:
    """The incidents of CASES, or of the whole study, as a table (CSV): one row each, names replaced by pseudonyms.

    A file that you name is remembered: it is found when something in an interview is destroyed.
    """
    from interview_tui.at_rest.leaving import READABLE
    from interview_tui.bootstrap import open_study
    from interview_tui.comparing import to_be_shown
    from interview_tui.copies import note_written
    from interview_tui.export.placing import replace_file
    from interview_tui.export.tables.csv_text import BYTE_ORDER_MARK, comparison
    from interview_tui.record.comparison import compared

    opened = open_study(study)
    chosen = cases or tuple(sorted(found.case for found in opened.interviews() if not found.rehearsal))
    table = _narrowed(compared([to_be_shown(opened, case, real_names=real_names) for case in chosen]), where, sort)
    if file is None:
        click.echo(comparison(table).removeprefix(BYTE_ORDER_MARK), nl=False)
        return
    replace_file(file, comparison(table).encode())
    note_written(opened, [file], sorted({row.case for row in table.rows}), file.resolve().parent)
    click.echo(f"{file}: {len(table.rows)} incidents")
    if opened.is_encrypted:
        click.echo(READABLE, err=True)


def _narrowed(table: Comparison, where: tuple[str, ...], sort: str) -> Comparison:
    for wanted in where:
        name, equals, text = wanted.partition("=")
        if not equals:
            raise ConfigError(f"--where {wanted} says no text.", "Write COLUMN=TEXT, as --where case=P07.")
        table = table.where(_column(table, name), text)
    if not sort:
        return table
    return table.sorted_by(_column(table, sort.removeprefix("-")), descending=sort.startswith("-"))


def _column(table: Comparison, name: str) -> Column:
    found = next((column for column in table.columns if column.name == name), None)
    if found is None:
        known = ", ".join(column.name for column in table.columns)
        raise ConfigError(f"There is no column {name}.", f"The columns are {known}.")
    return found
