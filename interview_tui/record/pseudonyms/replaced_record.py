"""A whole record with its names replaced, and whether any name is left in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from interview_tui.record.model import Entry, Incident, PlacedNote, PlacedTurn, Record, RoundRecord
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.pseudonyms.surviving import Survivor, survivors
from interview_tui.record.transcript import Provenance, Word

_Text = Callable[[str], str]


def pseudonymised(record: Record, replacer: Replacer) -> Record:
    """`record` with names replaced in all that was said, noted, answered and written of it.

    Ids, places, evidence and times stay; a name of several words takes their stretch as one word.
    """
    return _rewritten(record, replacer.text, tuple(_turns(record.turns, replacer)))


def left_in(record: Record, pseudonyms: Collection[Pseudonym]) -> list[Survivor]:
    """The names that are left in a record once they are replaced: in what is said, turn by turn, and all else."""
    replaced = pseudonymised(record, Replacer(pseudonyms))
    told = [placed.turn.text for placed in replaced.turns]

    def tell(text: str) -> str:
        told.append(text)
        return text

    _rewritten(replaced, tell, ())
    return [left for text in told for left in survivors(text, pseudonyms)]


def wordless(record: Record) -> Record:
    """`record` without any text of its own, all else as it is: what is left in an export of it is the program's."""

    def none(_: str) -> str:
        return ""

    turns = tuple(
        replace(each, turn=replace(each.turn, words=tuple(replace(word, text="") for word in each.turn.words)))
        for each in record.turns
    )
    return _rewritten(record, none, turns)


def _turns(placed: Iterable[PlacedTurn], replacer: Replacer) -> Iterator[PlacedTurn]:
    """Parts of one turn are read as one, for a name may run on from one part to the next; the first keeps it."""
    for _, run in groupby(placed, lambda each: (each.turn.number, each.turn.speaker)):
        parts = list(run)
        words = [word for part in parts for word in part.turn.words]
        home = [number for number, part in enumerate(parts) for _ in part.turn.words]
        kept: list[list[Word]] = [[] for _ in parts]
        for place, word in replacer.placed_words(words):
            kept[home[place]].append(word)
        for part, left in zip(parts, kept, strict=True):
            if left or not part.turn.words:
                yield replace(part, turn=replace(part.turn, words=tuple(left)))


def _rewritten(record: Record, text: _Text, turns: tuple[PlacedTurn, ...]) -> Record:
    return replace(
        record,
        interviewer=text(record.interviewer),
        study=text(record.study),
        schedule_title=text(record.schedule_title),
        reason=text(record.reason),
        turns=turns,
        notes=tuple(_note(note, text) for note in record.notes),
        entries=tuple(_entry(entry, text) for entry in record.entries),
        rounds=tuple(_round(one, text) for one in record.rounds),
        incidents=tuple(_incident(incident, text) for incident in record.incidents),
        debrief=tuple((text(asked), text(written)) for asked, written in record.debrief),
        quotations=tuple(replace(each, comment=text(each.comment)) for each in record.quotations),
        doubts=tuple(replace(doubt, reason=text(doubt.reason)) for doubt in record.doubts),
        talk_ms=tuple((text(where), ms) for where, ms in record.talk_ms),
        provenance=record.provenance and _provenance(record.provenance, text),
    )


def _note(note: PlacedNote, text: _Text) -> PlacedNote:
    names = tuple(dict.fromkeys(map(text, note.names)))
    return replace(note, text=text(note.text), names=names)


def _entry(entry: Entry, text: _Text) -> Entry:
    return replace(
        entry,
        heading=tuple(map(text, entry.heading)),
        question=text(entry.question),
        answer=tuple(map(text, entry.answer)),
        reason=text(entry.reason),
    )


def _round(one: RoundRecord, text: _Text) -> RoundRecord:
    return replace(one, label=text(one.label), answers=tuple((item, text(answer)) for item, answer in one.answers))


def _incident(incident: Incident, text: _Text) -> Incident:
    fields = tuple(replace(field, question=text(field.question)) for field in incident.fields)
    return replace(incident, label=text(incident.label), fields=fields)


def _provenance(provenance: Provenance, text: _Text) -> Provenance:
    return replace(
        provenance,
        model=text(provenance.model),
        machine=text(provenance.machine),
        parameters={name: text(value) for name, value in provenance.parameters.items()},
    )
