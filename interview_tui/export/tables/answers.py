"""The answers: a row for every item in every round, answered or not, with how far it was covered and how."""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.export.document import Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of

COLUMNS = (
    Column("case"),
    Column("section"),
    Column("item"),
    Column("round"),
    Column("kind"),
    Column("question"),
    Column("theme"),
    Column("field"),
    Column("answer"),
    Column("level"),
    Column("how"),
    Column("asked"),
    Column("reason"),
    Column("on_route", Kind.YES_NO),
    Column("start"),
    Column("end"),
    Column("start_s", Kind.NUMBER),
    Column("end_s", Kind.NUMBER),
    Column("turns", Kind.INTEGER),
    Column("notes", Kind.INTEGER),
)


def answers(document: Document) -> Table:
    """What came of each item in each round, in the order of the schedule."""
    return table_of("answers", COLUMNS, _rows(document))


def _rows(document: Document) -> Iterator[tuple[Cell, ...]]:
    labels = standing.labels(document.record)
    for entry in document.record.entries:
        yield (
            document.record.case,
            standing.UNDER.join(entry.heading),
            standing.item(entry.place),
            standing.label(labels, entry.place.round),
            entry.kind,
            entry.question,
            entry.theme,
            entry.fills,
            standing.listed(entry.answer),
            entry.level.value,
            entry.how.value if entry.how is not None else "",
            entry.asked.value,
            entry.reason,
            entry.on_route,
            *standing.spanned(document, entry.evidence),
            len(set(entry.evidence.turns)),
            len(set(entry.evidence.notes)),
        )
