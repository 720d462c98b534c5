"""The words: each with its time, how sure it was heard, and how sure it is who said it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from interview_tui.export.document import BlockKind, Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of

COLUMNS = (
    Column("case"),
    Column("turn", Kind.INTEGER),
    Column("word", Kind.INTEGER),
    Column("text"),
    Column("start_s", Kind.NUMBER),
    Column("end_s", Kind.NUMBER),
    Column("confidence", Kind.NUMBER),
    Column("speaker_sure", Kind.NUMBER),
)


def words(document: Document) -> Table:
    """The words in the order of the turns, numbered from 1 in each turn and on through its parts."""
    return table_of("words", COLUMNS, _rows(document))


def _rows(document: Document) -> Iterator[tuple[Cell, ...]]:
    said: Counter[int] = Counter()
    for block in document.blocks:
        if block.kind is not BlockKind.TURN:
            continue
        for word in block.words:
            said[block.turn] += 1
            yield (
                document.record.case,
                block.turn,
                said[block.turn],
                word.text,
                standing.seconds(document, word.start_ms),
                standing.seconds(document, word.end_ms),
                word.confidence,
                word.speaker_sure,
            )
