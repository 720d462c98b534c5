"""What a campaign found, printed under it: `pytest --campaign -s`."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import click


def tell(what: str, values: Sequence[float], unit: str) -> None:
    """Print the median, the worst and the number of some figures."""
    median, worst = statistics.median(values), max(values)
    click.echo(f"\n{what}: p50 {median:.3g}, max {worst:.3g} {unit} (n = {len(values)})", nl=False)
