"""Names that were marked as names while they were typed (`@Philip`), and for which nothing stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, folded
from interview_tui.record.pseudonyms.surviving import survivors


@dataclass(frozen=True, slots=True)
class MarkedName:
    """A name as it was marked, with the note in which it stands and the moment that is about (call clock, ms)."""

    name: str
    note: str
    about_ms: int


def unreplaced_marks(
    record: Record, pseudonyms: Collection[Pseudonym], no_names: Collection[str] = ()
) -> Iterator[MarkedName]:
    """The marked names in the notes of a record for which nothing stands, in the order of the notes.

    Those that were found to be no names are passed over.
    """
    none = {folded(name) for name in no_names}
    for note in record.notes:
        for name in note.names:
            if folded(name) not in none and not survivors(name, pseudonyms):
                yield MarkedName(name, note.note, note.about_ms)
