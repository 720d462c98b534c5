"""The notes: what was typed, what it is about, and when it was typed."""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.export.document import MARKS, Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of

COLUMNS = (
    Column("case"),
    Column("note"),
    Column("mark"),
    Column("text"),
    Column("about"),
    Column("about_s", Kind.NUMBER),
    Column("typed_s", Kind.NUMBER),
    Column("item"),
    Column("round"),
    Column("incident"),
    Column("turn", Kind.INTEGER),
    Column("before_consent", Kind.YES_NO),
)


def notes(document: Document) -> Table:
    """The notes by the moment they are about, as they stand in the document."""
    return table_of("notes", COLUMNS, _rows(document))


def _rows(document: Document) -> Iterator[tuple[Cell, ...]]:
    labels = standing.labels(document.record)
    for note in sorted(document.record.notes, key=lambda each: each.about_ms):
        yield (
            document.record.case,
            note.note,
            MARKS.get(note.mark, note.mark),
            note.text,
            document.stamp(note.about_ms),
            standing.seconds(document, note.about_ms),
            standing.seconds(document, note.typed_ms),
            standing.listed(standing.item(place) for place in note.places),
            standing.listed(standing.label(labels, place.round) for place in note.places if place.round),
            standing.incident(document, note.places[0] if note.places else None),
            note.turn or None,
            note.before_consent,
        )
