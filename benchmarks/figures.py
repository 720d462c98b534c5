"""Figures as a table is made of them: a name, the median, the worst, and in brackets what an earlier study had."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import click


def told(name: str, unit: str, values: Sequence[float], before: str = "") -> None:
    """Print the median and the worst of some figures; `before`: what the research prototype reached."""
    beside = f"   [{before}]" if before else ""
    p50, worst = statistics.median(values), max(values)
    click.echo(f"  {name:<56} p50 {p50:9.2f}  max {worst:9.2f} {unit} (n = {len(values)}){beside}")
