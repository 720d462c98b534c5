"""A record in words, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import Completeness, Evidence, Incident, PlacedNote, Record
from interview_tui.record.summary import summary
from interview_tui.record.transcript import INTERVIEWER, UNKNOWN, Turn

WIDTH = 96
STATES = {Completeness.FILLED: "●", Completeness.THIN: "◐", Completeness.MISSING: "○"}


def record_in_words(record: Record) -> str:
    """The whole record: what was answered, the incidents with their evidence, what is still open."""
    return "\n".join([*_head(record), *summary(record), *_answers(record), *_incidents(record), *_rest(record)])


def incident_in_words(record: Record, incident: Incident) -> str:
    """One incident: its parts, each with what was said and noted, and where in the recording."""
    turns = {placed.turn.number: placed.turn for placed in record.turns}
    notes = {note.note: note for note in record.notes}
    return "\n".join(_incident(record, incident, turns, notes))


def minutes(record: Record, at_ms: int) -> str:
    """A moment of the call clock as it stands in the recording: minutes and seconds from its first sample."""
    seconds = max(0, at_ms - record.origin_ms) // 1000
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _head(record: Record) -> Iterator[str]:
    yield f"{record.case} · {record.schedule_title}, version {record.schedule_version}"
    recorded_ms = sum(span.end_ms - span.start_ms for span in record.spans)
    talk = f"{len(record.turns)} turns" if record.turns else "not transcribed"
    kind = " · rehearsal" if record.rehearsal else ""
    yield f"{recorded_ms / 60000:.1f} minutes recorded · {talk} · {len(record.notes)} notes{kind}"
    if record.outcome:
        yield f"ended: {in_words(record.outcome)}{f' · {record.reason}' if record.reason else ''}"
    for stretch in record.withheld:
        yield f"withheld: {minutes(record, stretch.start_ms)}–{minutes(record, stretch.end_ms)}"


def _answers(record: Record) -> Iterator[str]:
    answered = [entry for entry in record.entries if entry.answer]
    if answered:
        yield ""
        yield "Answers"
    for entry in answered:
        yield f"  {' › '.join(entry.heading)}: {entry.question}"
        yield f"      {'; '.join(entry.answer)}"


def _incidents(record: Record) -> Iterator[str]:
    for incident in record.incidents:
        yield ""
        yield incident_in_words(record, incident)


def _incident(
    record: Record, incident: Incident, turns: dict[int, Turn], notes: dict[str, PlacedNote]
) -> Iterator[str]:
    dots = "".join(STATES[field.state] for field in incident.fields if field.needed)
    yield f"Incident {incident.label}  {dots}"
    for field in incident.fields:
        if field.state is Completeness.MISSING and not field.needed:
            continue
        yield f"  {STATES[field.state]} {field.question}{_where(record, field.evidence)}"
        yield from _said(field.evidence, turns)
        yield from _noted(record, field.evidence.notes, notes)


def _where(record: Record, evidence: Evidence) -> str:
    if evidence.audio is None:
        return ""
    return f"  [{minutes(record, evidence.audio.start_ms)}–{minutes(record, evidence.audio.end_ms)}]"


def _said(evidence: Evidence, turns: dict[int, Turn]) -> Iterator[str]:
    for number in evidence.turns:
        turn = turns.get(number)
        if turn is not None:
            mark = "–" if turn.speaker == INTERVIEWER else " "
            mark += "?" if turn.is_doubtful or turn.speaker == UNKNOWN else ""
            yield from _wrapped(f"{mark} {turn.text}", "      ")


def _noted(record: Record, ids: Iterable[str], notes: dict[str, PlacedNote]) -> Iterator[str]:
    for note in (notes[note] for note in ids if note in notes):
        yield from _wrapped(f"✎ {minutes(record, note.about_ms)} {note.mark}{note.text}", "      ")


def _rest(record: Record) -> Iterator[str]:
    told = {note for incident in record.incidents for note in incident.evidence.notes}
    others = [note for note in record.notes if note.note not in told and not note.before_consent]
    if others:
        yield ""
        yield "Other notes"
        yield from _noted(record, [note.note for note in others], {note.note: note for note in others})
    if record.debrief:
        yield ""
        yield "Debrief"
    for asked, text in record.debrief:
        yield from _wrapped(f"{asked}  {text}", "  ")
    if record.doubts:
        yield ""
        yield "To listen to"
    for doubt in record.doubts:
        yield f"  {minutes(record, doubt.start_ms)}–{minutes(record, doubt.end_ms)}  {doubt.reason}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
