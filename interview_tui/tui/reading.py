"""A record laid out to be read: rows with the stretch of the call that each of them stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from interview_tui.interview.events import Place, Stretch
from interview_tui.record.doubts import SURE
from interview_tui.record.edits import lies_in
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Completeness, Entry, Evidence, Field, PlacedNote, PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs

SPEAKERS = {INTERVIEWER: "I", RESPONDENT: "R"}
NOBODY = "?"
MARKS = {"!": "! ", '"': "“ ", "?": "? ", "//": "// "}
APART_MS = 3_000
"""Pieces of evidence with no more than this between them are heard as one."""
BEFORE_NOTE_MS, AFTER_NOTE_MS = 10_000, 5_000
"""What is heard around the moment that a note is about."""
QUESTIONS = (Kind.ASK.value, Kind.PROBE.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to read: a `heading`, a `field` of an incident, a `question`, a `turn`, a `note`, a `gap`; or the
    `course` of the call in figures.

    `sign` stands before the text: who speaks, how far it is covered. `answer` and `aside` stand after it, and `doubt`:
    why a turn may belong elsewhere. `heard` is what is played from it, `said` where all of a turn lies. `turn` is what
    is said, word by word, `note` the id of a note, `place` the question that it belongs to. `quoted` are the stretches
    of a turn that are worth quoting. `stretches` is where the evidence of a field or a question lies, piece by piece.
    """

    kind: str
    text: str
    sign: str = ""
    at_ms: int | None = None
    heard: Stretch | None = None
    answer: str = ""
    aside: str = ""
    said: Stretch | None = None
    doubt: str = ""
    turn: Turn | None = None
    note: str = ""
    place: Place | None = None
    quoted: tuple[Stretch, ...] = ()
    stretches: tuple[Stretch, ...] = ()


def transcript_rows(record: Record) -> list[Row]:
    """The talk in order, under the questions it answers, with the notes at their words and the gaps between."""
    laid = Laid(record)
    questions = {entry.place: entry for entry in record.entries}
    rows: list[Row] = []
    place: Place | None = None
    for at_ms, piece in sorted(_pieces(record), key=lambda found: found[0]):
        if isinstance(piece, PlacedTurn) and piece.place is not None and piece.place.whole != place:
            place = piece.place.whole
            if place in questions:
                rows.append(_question(questions[place], at_ms, record))
        match piece:
            case PlacedTurn():
                rows.append(laid.turn(piece))
            case PlacedNote():
                rows.append(laid.note(piece))
            case Row():
                rows.append(piece)
    if not record.turns:
        rows.insert(0, Row("heading", "Not transcribed yet: t in the list of interviews transcribes it."))
    return rows


def found_again(row: Row, number: int, rows: Sequence[Row]) -> int | None:
    """Which of `rows` is the one that was `number` when they were laid out before; the one in its place if it is gone.

    Beside the same turn there may be others like it, as evidence of something else: the nearest is meant.
    """
    alike = [at for at, other in enumerate(rows) if _identity(other) == _identity(row)]
    if alike:
        return min(alike, key=lambda at: abs(at - number))
    return min(number, len(rows) - 1) if rows else None


class Laid:
    """Turns and notes by number and id, each played from where it begins to the end of the call."""

    def __init__(self, record: Record) -> None:
        self._turns: dict[int, list[PlacedTurn]] = {}
        for placed in _told(record):
            self._turns.setdefault(placed.turn.number, []).append(placed)
        self._notes = {note.note: note for note in _noted(record)}
        self._end_ms = max((span.end_ms for span in record.spans), default=0)
        self._quoted_of = [(found.stretch, _quoted_whose(record, found.stretch)) for found in record.quotations]

    def field(self, field: Field, entries: Sequence[Entry]) -> Iterator[Row]:
        """A part of an incident as it was worded, how it was asked in `entries`, and its evidence in order."""
        audio = field.evidence.audio
        state = "" if field.state is Completeness.FILLED else field.state.value
        question = entries[0].question if entries else field.question
        yield Row(
            "field",
            f"{field.key}: {question}",
            signs.COMPLETENESS[field.state],
            audio.start_ms if audio is not None else None,
            audio,
            aside=" · ".join(part for part in (state, _asked(entries)) if part),
            stretches=self.stretches([field.evidence]),
        )
        yield from self._evidence(field.evidence)

    def entry(self, entry: Entry) -> Iterator[Row]:
        """A question, how it was asked and answered, and its evidence in order."""
        audio = entry.evidence.audio
        yield Row(
            "question",
            entry.question,
            signs.COVERAGE[entry.level],
            audio.start_ms if audio is not None else None,
            audio,
            answer=", ".join(entry.answer),
            aside=_asked([entry]),
            place=entry.place,
            stretches=self.stretches([entry.evidence]),
        )
        yield from self._evidence(entry.evidence)

    def stretches(self, pieces: Iterable[Evidence]) -> tuple[Stretch, ...]:
        """Where evidence lies: the talk, without what was said between of something else; where nothing was heard of
        it, what was said as the notes were typed.
        """
        found = list(pieces)
        told = [part.turn.stretch for one in found for part in self._parts(one)]
        notes = [self._notes[name] for one in found for name in one.notes if name in self._notes]
        noted = [Stretch(note.about_ms - BEFORE_NOTE_MS, note.about_ms + AFTER_NOTE_MS) for note in notes]
        together: list[Stretch] = []
        for stretch in sorted(told or noted, key=lambda stretch: stretch.start_ms):
            if together and stretch.start_ms - together[-1].end_ms <= APART_MS:
                last = together[-1]
                together[-1] = Stretch(last.start_ms, max(last.end_ms, stretch.end_ms))
            else:
                together.append(stretch)
        return tuple(Stretch(max(0, one.start_ms), one.end_ms) for one in together if one.start_ms < self._end_ms)

    def turn(self, placed: PlacedTurn) -> Row:
        """What somebody said."""
        turn = placed.turn
        heard = Stretch(turn.start_ms, max(turn.end_ms, self._end_ms))
        given = f"heard as {SPEAKERS.get(turn.heard_as, NOBODY)}" if turn.heard_as else ""
        return Row(
            "turn",
            _words(turn),
            _speaker(turn),
            turn.start_ms,
            heard,
            aside=given,
            said=turn.stretch,
            doubt=_doubt(placed),
            turn=turn,
            place=placed.place,
            quoted=self._quoted(turn),
        )

    def note(self, note: PlacedNote) -> Row:
        """What she noted."""
        heard = Stretch(note.about_ms, self._end_ms) if note.about_ms < self._end_ms else None
        words = " ".join(note.text.split())
        place = note.places[0] if note.places else None
        return Row("note", MARKS.get(note.mark, "") + words, "✎", note.about_ms, heard, note=note.note, place=place)

    def _quoted(self, turn: Turn) -> tuple[Stretch, ...]:
        """What of a turn is worth quoting."""
        heard, own = turn.heard_as or turn.speaker, turn.stretch
        return tuple(
            stretch
            for stretch, whose in self._quoted_of
            if whose == heard and stretch.start_ms < own.end_ms and own.start_ms < stretch.end_ms
        )

    def _parts(self, evidence: Evidence) -> list[PlacedTurn]:
        parts = [part for number in evidence.turns for part in self._turns.get(number, [])]
        within = [part for part in parts if evidence.audio is None or _overlap(part, evidence.audio)]
        return within or parts

    def _evidence(self, evidence: Evidence) -> Iterator[Row]:
        rows = [self.turn(part) for part in self._parts(evidence)]
        rows.extend(self.note(self._notes[note]) for note in evidence.notes if note in self._notes)
        yield from sorted(rows, key=lambda row: row.at_ms or 0)


def _quoted_whose(record: Record, stretch: Stretch) -> str:
    """Who says most of what is worth quoting: the other one may murmur beside it."""
    said: Counter[str] = Counter()
    for placed in record.turns:
        turn = placed.turn
        said[turn.heard_as or turn.speaker] += sum(lies_in(stretch, word) for word in turn.words)
    return max(said, key=lambda speaker: said[speaker], default="")


def _identity(row: Row) -> tuple[str, int | None, Stretch | str]:
    return row.kind, row.at_ms, row.said or row.text


def _speaker(turn: Turn) -> str:
    """Who speaks; with a `?` if some of it may be another's."""
    speaker = SPEAKERS.get(turn.speaker, NOBODY)
    return f"{speaker}{NOBODY}" if speaker != NOBODY and turn.is_doubtful else speaker


def _words(turn: Turn) -> str:
    """What is said. Words that may be another's stand in ‹ ›, unless that is all of it."""
    runs = [
        (doubtful, " ".join(word.text for word in run))
        for doubtful, run in groupby(turn.words, attrgetter("is_doubtful"))
    ]
    return " ".join(f"‹{text}›" if doubtful and len(runs) > 1 else text for doubtful, text in runs)


def _asked(entries: Iterable[Entry]) -> str:
    """How something was asked; where several questions ask for it, the one that kept closest to the schedule tells."""
    ways = {entry.asked for entry in entries if entry.kind in QUESTIONS}
    return next((way.value for way in Asked if way in ways), "")


def _doubt(placed: PlacedTurn) -> str:
    if placed.place is None or placed.sure >= SURE:
        return ""
    return f"? This may belong elsewhere: {placed.why} ({placed.sure:.2f} sure). w says where."


def _question(entry: Entry, at_ms: int, record: Record) -> Row:
    end_ms = max((span.end_ms for span in record.spans), default=at_ms)
    heard = Stretch(at_ms, max(at_ms, end_ms))
    aside = " · ".join(part for part in (_asked([entry]), " › ".join(entry.heading[-2:])) if part)
    return Row("question", entry.question, signs.COVERAGE[entry.level], at_ms, heard, aside=aside, place=entry.place)


def _told(record: Record) -> Iterator[PlacedTurn]:
    """The talk outside the withheld stretches; the merge has left the rest out, and here it is left out again."""
    for placed in record.turns:
        if placed.turn.words and not any(_overlap(placed, held) for held in record.withheld):
            yield placed


def _noted(record: Record) -> Iterator[PlacedNote]:
    for note in record.notes:
        if note.kept or not any(held.holds(note.about_ms) for held in record.withheld):
            yield note


def _overlap(placed: PlacedTurn, stretch: Stretch) -> bool:
    return placed.turn.start_ms < stretch.end_ms and stretch.start_ms < placed.turn.end_ms


def _pieces(record: Record) -> Iterator[tuple[int, PlacedTurn | PlacedNote | Row]]:
    for placed in _told(record):
        yield placed.turn.start_ms, placed
    for note in _noted(record):
        yield max(0, note.about_ms), note
    for gap in record.gaps:
        seconds = (gap.end_ms - gap.start_ms) // 1000
        hidden = any(gap.start_ms < held.end_ms and held.start_ms < gap.end_ms for held in record.withheld)
        why = "off the record" if hidden else "not recorded"
        yield gap.start_ms, Row("gap", f"{why}, {seconds} s", "■", gap.start_ms)
