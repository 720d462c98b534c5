"""The incidents: one row each, with the answers of the rounds around it and what was told of each of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interview_tui.export.document import Block, Document
from interview_tui.export.tables import standing
from interview_tui.export.tables.table import Cell, Column, Kind, Table, table_of
from interview_tui.record.comparison import BETWEEN_NOTES
from interview_tui.record.model import Evidence, Field, Incident

COLUMNS = (
    Column("case"),
    Column("incident"),
    Column("key"),
    Column("parent"),
    Column("order", Kind.INTEGER),
    Column("complete", Kind.YES_NO),
)
"""What every row begins with."""


def incidents(document: Document) -> Table:
    """The incidents in the order of telling.

    After what identifies one stand the answers, by item id, and for each part of the incident the respondent's words,
    the notes, its state, and when its evidence begins and ends. Which items and parts there are, the record says.
    """
    told = sorted(document.record.incidents, key=lambda incident: incident.order)
    answers = list(dict.fromkeys(name for incident in told for name, _ in document.circumstances(incident)))
    parts = list(dict.fromkeys(part.key for incident in told for part in incident.fields))
    columns = [*COLUMNS, *(Column(name, of="answer") for name in answers)]
    columns += [column for key in parts for column in _columns(key)]
    return table_of("incidents", columns, (_row(document, incident, answers, parts) for incident in told))


def _columns(part: str) -> tuple[Column, ...]:
    return (
        Column(part, of="words"),
        Column(f"{part}_notes", of="notes"),
        Column(f"{part}_state", of="state"),
        Column(f"{part}_start", of="start"),
        Column(f"{part}_end", of="end"),
        Column(f"{part}_start_s", Kind.NUMBER, "start", in_csv=False),
        Column(f"{part}_end_s", Kind.NUMBER, "end", in_csv=False),
    )


def _row(document: Document, incident: Incident, answers: Sequence[str], parts: Sequence[str]) -> list[Cell]:
    given = dict(document.circumstances(incident))
    filled = {part.key: part for part in incident.fields}
    parent = standing.label(standing.labels(document.record), incident.parent)
    row: list[Cell] = [document.record.case, incident.label, incident.key, parent, incident.order, incident.complete]
    row += [given.get(name, "") for name in answers]
    for key in parts:
        row += _part(document, filled.get(key))
    return row


def _part(document: Document, part: Field | None) -> tuple[Cell, ...]:
    evidence = part.evidence if part is not None else Evidence()
    return (
        _joined(document.told(evidence), " "),
        _joined(document.noted(evidence), BETWEEN_NOTES),
        part.state.value if part is not None else "",
        *standing.spanned(document, evidence),
    )


def _joined(blocks: Iterable[Block], between: str) -> str:
    return between.join(block.text for block in blocks)
