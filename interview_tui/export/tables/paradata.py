"""The paradata: what was done when, without anybody's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from interview_tui.export.document import Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of

COLUMNS = (
    Column("case"),
    Column("at"),
    Column("at_s", Kind.NUMBER),
    Column("wall"),
    Column("did"),
    Column("item"),
    Column("round"),
    Column("line"),
    Column("more"),
)


def paradata(document: Document) -> Table:
    """The steps of an interview in order; none of one that came without them. The wall clock is in UTC."""
    return table_of("paradata", COLUMNS, _rows(document))


def _rows(document: Document) -> Iterator[tuple[Cell, ...]]:
    labels = standing.labels(document.record)
    for step in document.enclosed.steps:
        wall = datetime.fromtimestamp(step.wall_ms / 1000, UTC)
        yield (
            document.record.case,
            document.stamp(step.at_ms),
            standing.seconds(document, step.at_ms),
            wall.isoformat(timespec="milliseconds"),
            step.did,
            step.item,
            standing.label(labels, step.round),
            step.line,
            step.more,
        )
