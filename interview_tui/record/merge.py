"""The merge: which talk and which notes belong to which question of which round.

Talk is placed by the visits: where the interviewer's screen stood. Her own turn belongs where the screen stood when it
ended, for she moves while she asks; an answer belongs where most of its time lies. Notes keep the homes they were
filed under and are tied to the turn in which what they are about was said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from interview_tui.interview import debriefing, route
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.facts import Coverage, Note, Visit
from interview_tui.interview.line import PROCEDURAL, in_words
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span
from interview_tui.record.completeness import completeness
from interview_tui.record.edits import relabelled
from interview_tui.record.model import (
    Entry,
    Evidence,
    Field,
    FlagRecord,
    Incident,
    PlacedNote,
    PlacedTurn,
    Record,
    RoundRecord,
)
from interview_tui.record.transcript import INTERVIEWER, Transcript, Turn, outside
from interview_tui.schedule.model import AnswerKind, IncidentPart, Kind


def merge(interview: Interview, transcript: Transcript | None) -> Record:
    """Bring an interview and its transcript (None: not transcribed) together. What is withheld never enters.

    Who speaks is as reviewers have corrected it.
    """
    withheld = interview.withheld()
    heard = relabelled(transcript.turns, interview.corrections) if transcript else []
    turns = place_turns(interview.visits(), outside(heard, withheld))
    notes = place_notes(interview.notes.values(), [placed.turn for placed in turns])
    notes = [replace(note, kept=_was_kept(interview, note)) for note in notes]
    evidence = _Evidence(turns, notes)
    return Record(
        case=interview.case,
        interviewer=interview.interviewer,
        study=interview.schedule.study,
        schedule_title=interview.schedule.title,
        schedule_version=interview.schedule.version,
        schedule_sha256=interview.schedule.sha256,
        opened_wall_ms=interview.opened_wall_ms,
        ended_ms=interview.course.ended_ms,
        outcome=interview.course.outcome,
        reason=interview.course.reason,
        debrief=debriefing.exported(interview),
        rehearsal=interview.rehearsal,
        spans=tuple(_stretch(span) for span in interview.timeline().spans),
        gaps=tuple(interview.timeline().gaps()),
        withheld=tuple(withheld),
        rounds=tuple(_rounds(interview)),
        incidents=tuple(_incidents(interview, evidence)),
        entries=tuple(_entries(interview, evidence)),
        turns=tuple(turns),
        notes=tuple(notes),
        flags=tuple(FlagRecord(flag.id, flag.at_ms, flag.place) for flag in interview.flags),
        doubts=transcript.doubts if transcript else (),
        provenance=transcript.provenance if transcript else None,
    )


def place_turns(visits: Sequence[Visit], turns: Iterable[Turn]) -> list[PlacedTurn]:
    """Place every turn by the visits; what was said before the first visit belongs to no question."""
    starts = [visit.start_ms for visit in visits]
    return [_place_turn(visits, starts, turn) for turn in turns]


def place_notes(notes: Iterable[Note], turns: Sequence[Turn]) -> list[PlacedNote]:
    """Tie notes to the turns in which what they are about was said, by the time they are about."""
    return [
        PlacedNote(
            note=note.id,
            text=note.text,
            mark=note.mark,
            names=note.names,
            about_ms=note.about_ms,
            typed_ms=note.first_key_ms,
            places=tuple(home.whole for home in note.places),
            turn=_turn_at(turns, note.about_ms),
            before_consent=note.before_consent,
        )
        for note in sorted(notes, key=lambda note: (note.about_ms, note.id))
    ]


def _was_kept(interview: Interview, note: PlacedNote) -> bool:
    """Whether she kept a note when the talk that it is about was taken back: it is not withheld, and was there then."""
    typed_ms = interview.notes[note.note].entered_ms
    return note.mark != PROCEDURAL and any(
        typed_ms <= found.at_ms and any(stretch.holds(note.about_ms) for stretch in found.stretches)
        for found in interview.soundtrack.withholdings.values()
    )


class _Evidence:
    """Turns and notes by the place they belong to."""

    def __init__(self, turns: Sequence[PlacedTurn], notes: Sequence[PlacedNote]) -> None:
        self._turns: dict[Place, list[Turn]] = defaultdict(list)
        self._notes: dict[Place, list[str]] = defaultdict(list)
        for placed in turns:
            if placed.place is not None:
                self._turns[placed.place.whole].append(placed.turn)
        for note in notes:
            for home in note.places if not note.before_consent else ():
                self._notes[home.whole].append(note.note)

    def turns(self, places: Iterable[Place]) -> list[Turn]:
        """The turns at some places, by number."""
        return sorted((turn for place in places for turn in self._turns[place]), key=lambda turn: turn.number)

    def at(self, places: Sequence[Place]) -> Evidence:
        """All that belongs to some places."""
        turns = self.turns(places)
        notes = dict.fromkeys(note for place in places for note in self._notes[place])
        audio = Stretch(min(t.start_ms for t in turns), max(t.end_ms for t in turns)) if turns else None
        return Evidence(tuple(turn.number for turn in turns), tuple(notes), audio)


def _place_turn(visits: Sequence[Visit], starts: list[int], turn: Turn) -> PlacedTurn:
    first = max(0, bisect_right(starts, turn.start_ms) - 1)
    last = bisect_right(starts, turn.end_ms) - 1
    touched = visits[first : last + 1]
    if not touched:
        return PlacedTurn(turn, None, "before the first question")
    if turn.speaker == INTERVIEWER:
        return PlacedTurn(turn, touched[-1].place, "the screen stood here when she finished speaking")
    most = max(touched, key=lambda visit: min(visit.end_ms, turn.end_ms) - max(visit.start_ms, turn.start_ms))
    return PlacedTurn(turn, most.place, "the screen stood here for most of it")


def _turn_at(turns: Sequence[Turn], at_ms: int) -> int:
    """The turn that is under way at a moment, or the last that ended before it; 0 if there is none."""
    begun = [turn for turn in turns if turn.start_ms <= at_ms]
    under_way = [turn for turn in begun if at_ms < turn.end_ms]
    nearest = under_way or begun
    return nearest[-1].number if nearest else 0


def _stretch(span: Span) -> Stretch:
    return Stretch(span.start_ms, span.end_ms)


def _rounds(interview: Interview) -> Iterable[RoundRecord]:
    for found in interview.rounds.values():
        answers = tuple(
            (place.item, in_words(value))
            for place, value in interview.answers.items()
            if place.round == found.id and not place.line
        )
        yield RoundRecord(found.id, route.label(interview, found.id), found.loop, found.key, found.parent, answers)


def _incidents(interview: Interview, evidence: _Evidence) -> Iterable[Incident]:
    """The rounds of the incident loop in which something was told, in the order of telling."""
    loop = interview.schedule.incident_loop()
    told = []
    for found in (found for found in interview.rounds.values() if found.loop == loop):
        places = [
            Place(item, found.id)
            for item, located in interview.items.items()
            if located.loops and located.loops[-1].id == loop
        ]
        whole = evidence.at(places)
        if whole or any(place in interview.answers for place in places):
            told.append((found, whole))
    for order, (found, whole) in enumerate(told, 1):
        yield Incident(
            id=found.id,
            label=route.label(interview, found.id),
            key=found.key,
            parent=found.parent,
            order=order,
            fields=tuple(_fields(interview, evidence, found.id)),
            evidence=whole,
        )


def _fields(interview: Interview, evidence: _Evidence, round_id: str) -> Iterable[Field]:
    for needed, parts in ((True, interview.schedule.needs), (False, interview.schedule.wishes)):
        for part in parts:
            yield _field(interview, evidence, round_id, part, needed=needed)


def _field(interview: Interview, evidence: _Evidence, round_id: str, part: IncidentPart, *, needed: bool) -> Field:
    places = [Place(item, round_id) for item, located in interview.items.items() if located.item.fills == part.key]
    found = evidence.at(places)
    notes = [interview.notes[note].text for note in found.notes]
    state = completeness(evidence.turns(places), notes)
    return Field(part.key, part.question, needed, state, found)


def _entries(interview: Interview, evidence: _Evidence) -> Iterable[Entry]:
    for step in route.steps(interview):
        item = step.located.item
        if item.kind is Kind.INTERVIEWER:
            continue
        coverage: Coverage = interview.covered(step.place)
        yield Entry(
            place=step.place,
            kind=item.kind.value,
            heading=route.breadcrumb(interview, step.place),
            question=route.wording(interview, step.place),
            answer=_answer(interview, step.place),
            level=coverage.level,
            how=coverage.how,
            on_route=step.on_route,
            evidence=evidence.at([step.place]),
            reason=coverage.reason,
            theme=item.theme,
            fills=item.fills,
        )


def _answer(interview: Interview, place: Place) -> tuple[str, ...]:
    item = interview.items[place.item].item
    if item.answer.kind is AnswerKind.CHECKLIST:
        lines = [(line.key, interview.answers.get(Place(place.item, place.round, line.key))) for line in item.checklist]
        return tuple(f"{key}: {in_words(value)}" for key, value in lines if value is not None)
    value = interview.answers.get(place)
    return () if value is None else (in_words(value),)
