"""The turns: who said what when, and under which question and in which incident."""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.export.document import NO_QUESTION, BlockKind, Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of
from interview_tui.interview.events import Stretch

COLUMNS = (
    Column("case"),
    Column("turn", Kind.INTEGER),
    Column("start"),
    Column("end"),
    Column("start_s", Kind.NUMBER),
    Column("end_s", Kind.NUMBER),
    Column("speaker"),
    Column("text"),
    Column("words", Kind.INTEGER),
    Column("question"),
    Column("item"),
    Column("round"),
    Column("incident"),
    Column("field"),
    Column("placed_why"),
    Column("placed_sure", Kind.NUMBER),
    Column("doubtful", Kind.YES_NO),
    Column("heard_as"),
)


def turns(document: Document) -> Table:
    """The turns in the order of the talk; the parts of a turn that belong to different questions have its number."""
    return table_of("turns", COLUMNS, _rows(document))


def _rows(document: Document) -> Iterator[tuple[Cell, ...]]:
    labels = standing.labels(document.record)
    by_start = iter(sorted(document.record.turns, key=lambda placed: placed.turn.start_ms))  # as the blocks are
    question = ""
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            question = block.text if block.text != NO_QUESTION else ""
        if block.kind is not BlockKind.TURN:
            continue
        placed = next(by_start)
        yield (
            document.record.case,
            block.turn,
            *standing.both(document, Stretch(block.start_ms, block.end_ms)),
            block.speaker,
            block.text,
            len(block.words),
            question,
            standing.item(block.place),
            standing.label(labels, block.place.round) if block.place is not None else "",
            standing.incident(document, block.place),
            block.field,
            placed.why,
            placed.sure,
            placed.turn.is_doubtful,
            placed.turn.heard_as,
        )
