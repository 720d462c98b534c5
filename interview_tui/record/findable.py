"""What of a record can be searched, in rows: notes, talk, the parts of its incidents; and what a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from interview_tui.interview.events import Place
from interview_tui.record.model import Field, Incident, Record
from interview_tui.record.release import released

LEFT_OUT = "…"
"""What stands in a passage for what is left out before and after it."""


class Source(StrEnum):
    """What a row was made of."""

    NOTE = "note"
    TALK = "talk"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Findable:
    """A row: a note, a turn (or a part of one), or a part of an incident of which something was told.

    `origin` is the id of the note, the number of the turn or the key of the part; `question` that of its place as it
    was worded there, `incident` the label of the incident that it belongs to. `start_ms` is call clock, as is
    `words_ms`: when each word of the text begins, where that is known.
    """

    source: Source
    origin: str
    text: str
    start_ms: int
    speaker: str = ""
    place: Place | None = None
    question: str = ""
    incident: str = ""
    words_ms: tuple[int, ...] = ()

    def moment_of(self, character: int) -> int:
        """When the word with this character of the text begins; where that is not known, the row's own moment."""
        word = self.text.count(" ", 0, character)
        return self.words_ms[word] if word < len(self.words_ms) else self.start_ms


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: a row of a case, and of its text the passage around the words, in pieces (text, is it a match).

    `since_ms` is its moment counted from the first recorded sample.
    """

    case: str
    row: Findable
    passage: tuple[tuple[str, bool], ...]
    since_ms: int

    @property
    def at_ms(self) -> int:
        """When the first match in the passage is said (call clock); of what has no words with times, the row's moment.

        What is left out before the passage is an ellipsis in it.
        """
        whole = "".join(piece for piece, _ in self.passage)
        before = "".join(piece for piece, _ in takewhile(lambda piece: not piece[1], self.passage))
        begins = self.row.text.find(whole.strip(LEFT_OUT))
        left_out = len(whole) - len(whole.lstrip(LEFT_OUT))
        return self.row.moment_of(begins + len(before) - left_out) if begins >= 0 else self.row.start_ms


@dataclass(frozen=True, slots=True)
class Found:
    """The first of what was found, the best first, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


def findable(record: Record) -> list[Findable]:
    """The rows of a record. Of what may not leave the study there are none."""
    record = released(record)
    where = _Whereabouts(record)
    return [*_notes(record, where), *_talk(record, where), *_fields(record, where)]


class _Whereabouts:
    """Questions and incidents by place."""

    def __init__(self, record: Record) -> None:
        self._questions = {entry.place: entry.question for entry in record.entries}
        self._filling = {
            (entry.place.round, entry.fills): entry.place for entry in reversed(record.entries) if entry.fills
        }
        self._around = {found.id: found.parent for found in record.rounds}
        self._labels = {incident.id: incident.label for incident in record.incidents}

    def question(self, place: Place | None) -> str:
        return self._questions.get(place.whole, "") if place is not None else ""

    def incident(self, place: Place | None) -> str:
        """The label of the incident that a place lies in; empty if it lies in none."""
        found = place.round if place is not None else ""
        while found and found not in self._labels:
            found = self._around.get(found, "")
        return self._labels.get(found, "")

    def of(self, incident: Incident, field: Field) -> Place | None:
        """The question that asks for a part of an incident."""
        return self._filling.get((incident.id, field.key))


def _notes(record: Record, where: _Whereabouts) -> Iterator[Findable]:
    for note in record.notes:
        place = note.places[0] if note.places else None
        yield Findable(
            Source.NOTE,
            note.note,
            note.text,
            note.about_ms,
            place=place,
            question=where.question(place),
            incident=where.incident(place),
        )


def _talk(record: Record, where: _Whereabouts) -> Iterator[Findable]:
    for placed in record.turns:
        yield Findable(
            Source.TALK,
            str(placed.turn.number),
            placed.turn.text,
            placed.turn.start_ms,
            placed.turn.speaker,
            placed.place,
            where.question(placed.place),
            where.incident(placed.place),
            tuple(word.start_ms for word in placed.turn.words for _ in word.text.split(" ")),
        )


def _fields(record: Record, where: _Whereabouts) -> Iterator[Findable]:
    noted_ms = {note.note: note.about_ms for note in record.notes}
    for incident in record.incidents:
        for field in incident.fields:
            moments = [noted_ms[note] for note in field.evidence.notes]
            if field.evidence.audio is not None:
                moments.append(field.evidence.audio.start_ms)
            if moments:
                place = where.of(incident, field)
                yield Findable(
                    Source.FIELD,
                    field.key,
                    field.question,
                    min(moments),
                    place=place,
                    question=where.question(place),
                    incident=incident.label,
                )
