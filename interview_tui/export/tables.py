"""Tables as CSV: the incidents of a record, and those of a whole study side by side."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from interview_tui.export.document import Block, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Options
from interview_tui.record.comparison import Comparison
from interview_tui.record.model import Evidence, Field, Incident

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the code page of the day
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060-\u2064]*[=+\-@]")  # also behind what cannot be seen
_Row = list[tuple[str, str]]


def incidents(document: Document, _options: Options) -> str:
    """The incidents in the order of telling, one row each.

    Columns: case, incident, key, order, complete; the answers of the rounds around it by item id; for each part of the
    incident the respondent's words, the notes, its state, and when its evidence begins and ends.
    """
    told = sorted(document.record.incidents, key=lambda incident: incident.order)
    answers = _first_seen(name for incident in told for name, _ in document.circumstances(incident))
    parts = _first_seen(part.key for incident in told for part in incident.fields)
    rows = [_row(document, incident, answers, parts) for incident in told]
    header = [name for name, _ in rows[0]] if rows else [name for name, _ in _identity(document, None)]
    return table(_distinct(header), ([value for _, value in row] for row in rows))


def comparison(compared: Comparison) -> str:
    """The incidents of many records, one row each, as they are sorted and filtered."""
    header = _distinct(column.name for column in compared.columns)
    return table(header, ([row.shown(column) for column in compared.columns] for row in compared.rows))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with a byte order mark, lines ended by CRLF and every cell made harmless for a spreadsheet."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def cell(text: str) -> str:
    """`text` as a spreadsheet may have it: one line, and with a `'` before what it would take for a formula."""
    text = legible(text)
    return f"'{text}" if _FORMULA.match(text) else text


def _row(document: Document, incident: Incident, answers: Sequence[str], parts: Sequence[str]) -> _Row:
    given = dict(document.circumstances(incident))
    filled = {part.key: part for part in incident.fields}
    row = _identity(document, incident)
    row += [(name, given.get(name, "")) for name in answers]
    for key in parts:
        row += _part(document, key, filled.get(key))
    return row


def _identity(document: Document, incident: Incident | None) -> _Row:
    """The columns that every row begins with; their names alone, if there is no incident."""
    if incident is None:
        return [(name, "") for name in ("case", "incident", "key", "parent", "order", "complete")]
    labels = {found.id: found.label for found in document.record.rounds}
    return [
        ("case", document.record.case),
        ("incident", incident.label),
        ("key", incident.key),
        ("parent", labels.get(incident.parent, incident.parent)),
        ("order", str(incident.order)),
        ("complete", "yes" if incident.complete else "no"),
    ]


def _part(document: Document, key: str, part: Field | None) -> _Row:
    evidence = part.evidence if part is not None else Evidence()
    times = document.times(evidence)
    return [
        (key, _joined(document.told(evidence))),
        (f"{key}_notes", _joined(document.noted(evidence), " | ")),
        (f"{key}_state", part.state.value if part is not None else ""),
        (f"{key}_start", document.stamp(times.start_ms) if times is not None else ""),
        (f"{key}_end", document.stamp(times.end_ms) if times is not None else ""),
    ]


def _joined(blocks: Iterable[Block], between: str = " ") -> str:
    return between.join(block.text for block in blocks)


def _first_seen(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _distinct(names: Iterable[str]) -> list[str]:
    """`names` with a number after those that stood before: an item may be called `order` too."""
    taken: list[str] = []
    for name in names:
        number, unique = 2, name
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.append(unique)
    return taken
