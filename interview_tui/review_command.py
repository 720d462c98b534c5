"""`interview-tui review`: the study's table, or the record of one interview."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("case", default="")
@click.pass_obj
def review(study: Path, case: str) -> None:
    """Review the study: its interviews as a table, or the record of CASE."""
    from interview_tui import application

    application.review(study, case)
