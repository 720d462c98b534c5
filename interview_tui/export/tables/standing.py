"""Where something of an interview stands, in the words that all its tables share, so that they can be joined."""

from __future__ import annotations

from collections.abc import Iterable

from interview_tui.export.document import Document
from interview_tui.export.tables.table import Cell
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.model import Evidence, Record

BETWEEN = "; "
UNDER = " > "


def item(place: Place | None) -> str:
    """The item of a place; of a line of a checklist `item.line`."""
    if place is None:
        return ""
    return f"{place.item}.{place.line}" if place.line else place.item


def labels(record: Record) -> dict[str, str]:
    """What the rounds of a record are called, by id: an incident is named so in all tables."""
    return {found.id: found.label for found in record.rounds}


def label(known: dict[str, str], round_id: str) -> str:
    """What a round is called; its id if nothing is known of it."""
    return known.get(round_id, round_id)


def incident(document: Document, place: Place | None) -> str:
    """The label of the incident to which a place belongs, or nothing."""
    found = document.incident_of(place)
    return found.label if found is not None else ""


def seconds(document: Document, at_ms: int) -> float:
    """A moment of the call clock in seconds, as the document counts."""
    return document.shown_ms(at_ms) / 1000


def both(document: Document, stretch: Stretch | None) -> tuple[Cell, Cell, Cell, Cell]:
    """A stretch as two stamps and in seconds; four empty cells for none."""
    if stretch is None:
        return "", "", None, None
    start_ms, end_ms = stretch.start_ms, stretch.end_ms
    return document.stamp(start_ms), document.stamp(end_ms), seconds(document, start_ms), seconds(document, end_ms)


def spanned(document: Document, evidence: Evidence) -> tuple[Cell, Cell, Cell, Cell]:
    """When evidence begins and ends, as `both` has it."""
    return both(document, document.times(evidence))


def listed(texts: Iterable[str]) -> str:
    """Several texts in one cell."""
    return BETWEEN.join(texts)
