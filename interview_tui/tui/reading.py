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
from interview_tui.record.model import Completeness, Entry, Evidence, Field, Incident, PlacedNote, PlacedTurn, Record
from interview_tui.record.summary import summary
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs

SPEAKERS = {INTERVIEWER: "I", RESPONDENT: "R"}
NOBODY = "?"
MARKS = {"!": "! ", '"': "“ ", "?": "? ", "//": "// "}
QUESTIONS = (Kind.ASK.value, Kind.PROBE.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to read: a `heading`, a `field` of an incident, a `question`, a `turn`, a `note`, a `gap`; or the
    `course` of the call in figures.

    `sign` stands before the text: who speaks, how far it is covered. `answer` and `aside` stand after it, and `doubt`:
    why a turn may belong elsewhere. `heard` is what is played from it, `said` where all of a turn lies. `turn` is what
    is said, word by word, `note` the id of a note, `place` the question that it belongs to. `quoted` are the stretches
    of a turn that are worth quoting.
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


def dots(incident: Incident) -> str:
    """How far an incident is known: its needs by glyph and name, and how many of its wishes."""
    needs = [f"{signs.COMPLETENESS[field.state]} {field.key}" for field in incident.fields if field.needed]
    wishes = [field for field in incident.fields if not field.needed]
    known = sum(1 for field in wishes if field.state is not Completeness.MISSING)
    return "  ".join([*needs, f"{known} of {len(wishes)} wishes"] if wishes else needs)


def record_rows(record: Record) -> list[Row]:
    """The course of the call, the incidents with the evidence of each field, the answers question by question."""
    laid = _Laid(record)
    rows = [
        *(Row("course", sentence) for sentence in summary(record)),
        *(row for incident in record.incidents for row in laid.incident(incident)),
    ]
    heading: tuple[str, ...] | None = None
    for entry in record.entries:
        if not (entry.evidence or entry.answer):
            continue
        if entry.heading != heading:
            heading = entry.heading
            rows.append(Row("heading", " › ".join(heading)))
        rows.extend(laid.entry(entry))
    return rows or [Row("heading", "Nothing was noted and nothing is transcribed.")]


def transcript_rows(record: Record) -> list[Row]:
    """The talk in order, under the questions it answers, with the notes at their words and the gaps between."""
    laid = _Laid(record)
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


class _Laid:
    """Turns and notes by number and id, each played from where it begins to the end of the call."""

    def __init__(self, record: Record) -> None:
        self._turns: dict[int, list[PlacedTurn]] = {}
        for placed in _told(record):
            self._turns.setdefault(placed.turn.number, []).append(placed)
        self._notes = {note.note: note for note in _noted(record)}
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        for entry in record.entries:
            if entry.fills:
                self._entries.setdefault((entry.place.round, entry.fills), []).append(entry)
        self._end_ms = max((span.end_ms for span in record.spans), default=0)
        self._quoted_of = [(found.stretch, _quoted_whose(record, found.stretch)) for found in record.quotations]

    def incident(self, incident: Incident) -> Iterator[Row]:
        yield Row("heading", f"{incident.label}   {dots(incident)}")
        for field in incident.fields:
            if field.needed or field.evidence:
                yield _field(field, _asked(self._entries.get((incident.id, field.key), ())))
                yield from self._evidence(field.evidence)

    def entry(self, entry: Entry) -> Iterator[Row]:
        audio = entry.evidence.audio
        at_ms = audio.start_ms if audio is not None else None
        sign = signs.COVERAGE[entry.level]
        answer = ", ".join(entry.answer)
        aside = _asked([entry])
        yield Row("question", entry.question, sign, at_ms, audio, answer=answer, aside=aside, place=entry.place)
        yield from self._evidence(entry.evidence)

    def turn(self, placed: PlacedTurn) -> Row:
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

    def _evidence(self, evidence: Evidence) -> Iterator[Row]:
        parts = [part for number in evidence.turns for part in self._turns.get(number, [])]
        within = [part for part in parts if evidence.audio is None or _overlap(part, evidence.audio)]
        rows = [self.turn(part) for part in within or parts]
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
    return f"[belongs here? {placed.why}, {placed.sure:.2f} sure]"


def _field(field: Field, asked: str) -> Row:
    audio = field.evidence.audio
    state = "" if field.state is Completeness.FILLED else field.state.value
    at_ms = audio.start_ms if audio is not None else None
    sign = signs.COMPLETENESS[field.state]
    aside = " · ".join(part for part in (state, asked) if part)
    return Row("field", f"{field.key}: {field.question}", sign, at_ms, audio, aside=aside)


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
        if not any(held.start_ms <= note.about_ms < held.end_ms for held in record.withheld):
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
