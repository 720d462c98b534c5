"""The merge: which talk and which notes belong to which question of which round.

`attribution` weighs what she asked, where her screen stood, the order of the schedule and her notes, and says where
each part of the talk belongs; here the record is made of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from interview_tui.interview import debriefing, route
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.facts import Coverage, Note, lies_within
from interview_tui.interview.line import PROCEDURAL, in_words
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span
from interview_tui.record.attribution.attribution import Attribution, attribute
from interview_tui.record.completeness import completeness
from interview_tui.record.edits import relabelled
from interview_tui.record.fidelity import asked_how, in_order
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
from interview_tui.record.placing import corrected, note_homes, reviewed
from interview_tui.record.review.review import Review
from interview_tui.record.transcript import Transcript, Turn, outside
from interview_tui.schedule.model import AnswerKind, IncidentPart, Kind

UNREVIEWED = Review()


def merge(interview: Interview, transcript: Transcript | None, review: Review = UNREVIEWED) -> Record:
    """Bring an interview and its transcript (None: not transcribed) together. What is withheld never enters.

    What was said, who speaks, and where talk and notes belong, is as reviewers have corrected it.
    """
    withheld = interview.withheld()
    heard = _heard(interview, transcript.turns, review) if transcript else []
    said = _in_order(outside(heard, withheld))
    interview = reviewed(interview, review.corrections)
    found = corrected(attribute(interview, said, transcript.provenance.language if transcript else ""), said, interview)
    turns = place_turns(said, found)
    notes = place_notes(interview, turns, found)
    told = found.interview
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
        rounds=tuple(_rounds(told)),
        incidents=tuple(_incidents(told, evidence)),
        entries=tuple(_entries(told, evidence, found.asked)),
        turns=tuple(turns),
        notes=tuple(notes),
        talk_ms=tuple(_talk_ms(told, turns)),
        flags=tuple(FlagRecord(flag.id, flag.at_ms, flag.place) for flag in interview.flags),
        doubts=transcript.doubts if transcript else (),
        provenance=transcript.provenance if transcript else None,
        review=review.state,
        quotations=tuple(one for one in review.quotations if not lies_within(one.stretch, withheld)),
    )


def _heard(interview: Interview, turns: Sequence[Turn], review: Review) -> list[Turn]:
    """The turns after the review. What is withheld goes before it, so that no corrected word takes its time."""
    if review.rewordings:
        return review.heard(outside(turns, interview.withheld()), interview.corrections)
    return relabelled(turns, [*interview.corrections, *review.corrections])


def _in_order(turns: Sequence[Turn]) -> list[Turn]:
    """The turns by start, numbered anew if that is another order: one that others overlap may have lost words."""
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    if ordered == list(turns):
        return ordered
    return [replace(turn, number=number) for number, turn in enumerate(ordered, 1)]


def place_turns(turns: Sequence[Turn], found: Attribution) -> list[PlacedTurn]:
    """The turns where they belong, in pieces where parts of one belong apart; then all are numbered anew."""
    pieces = [
        PlacedTurn(
            replace(turns[part.turn], words=turns[part.turn].words[part.first : part.last]),
            part.place,
            part.why,
            part.sure,
        )
        for part in found.parts
    ]
    if len(pieces) == len(turns):
        return pieces
    pieces.sort(key=lambda piece: piece.turn.start_ms)
    return [replace(piece, turn=replace(piece.turn, number=number)) for number, piece in enumerate(pieces, 1)]


def place_notes(interview: Interview, turns: Sequence[PlacedTurn], found: Attribution) -> list[PlacedNote]:
    """The notes with the moment they are about, and the talk that prompted them, by that moment."""
    homes = note_homes(interview.corrections)
    placed = []
    for note in interview.notes.values():
        prompt = found.prompts.get(note.id)
        about_ms = prompt.at_ms if prompt else note.about_ms
        about = _turn_at(turns, about_ms)
        placed.append(
            PlacedNote(
                note=note.id,
                text=note.text,
                mark=note.mark,
                names=note.names,
                about_ms=about_ms,
                typed_ms=note.first_key_ms,
                places=homes.get(note.id) or _homes(interview, note, about.place if prompt and about else None),
                filed=tuple(home.whole for home in note.places),
                turn=about.turn.number if prompt and about else 0,
                before_consent=note.before_consent,
                kept=_was_kept(interview, note),
            )
        )
    return sorted(placed, key=lambda note: (note.about_ms, note.note))


def _homes(interview: Interview, note: Note, about: Place | None) -> tuple[Place, ...]:
    """Where a note belongs: where what prompted it belongs, and where she filed it away from where she was."""
    filed = tuple(home.whole for home in note.places)
    if about is None or note.before_consent:
        return filed
    stood = {interview.place_at(at_ms) for at_ms in (note.first_key_ms, note.entered_ms)}
    return tuple(dict.fromkeys((about, *(home for home in filed if home not in stood))))


def _was_kept(interview: Interview, note: Note) -> bool:
    """Whether she kept a note when the talk that it is about was taken back: it is not withheld, and was there then."""
    return note.mark != PROCEDURAL and any(
        note.entered_ms <= found.at_ms and any(stretch.holds(note.about_ms) for stretch in found.stretches)
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


def _turn_at(turns: Sequence[PlacedTurn], at_ms: int) -> PlacedTurn | None:
    """The turn that ends at a moment or is under way at it, or else the last that ended before it."""
    begun = [placed for placed in turns if placed.turn.start_ms < at_ms]
    under_way = [placed for placed in begun if at_ms <= placed.turn.end_ms]
    nearest = under_way or begun
    return nearest[-1] if nearest else None


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
    withdrawn = interview.soundtrack.withdrawn_rounds
    for found in (found for found in interview.rounds.values() if found.loop == loop and found.id not in withdrawn):
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


def _entries(interview: Interview, evidence: _Evidence, asked: Mapping[Place, float]) -> list[Entry]:
    entries = []
    for step in route.steps(interview):
        item = step.located.item
        if item.kind is Kind.INTERVIEWER:
            continue
        coverage: Coverage = interview.covered(step.place)
        found = evidence.at([step.place])
        how = asked_how(step.place, coverage, step.on_route, asked, bool(found))
        entry = Entry(
            place=step.place,
            kind=item.kind.value,
            heading=route.breadcrumb(interview, step.place),
            question=route.wording(interview, step.place),
            answer=_answer(interview, step.place),
            level=coverage.level,
            how=coverage.how,
            on_route=step.on_route,
            evidence=found,
            reason=coverage.reason,
            theme=item.theme,
            fills=item.fills,
        )
        entries.append((entry, how))
    ways = in_order([how for _, how in entries])
    return [replace(entry, asked=way) for (entry, _), way in zip(entries, ways, strict=True)]


def _talk_ms(interview: Interview, turns: Sequence[PlacedTurn]) -> Iterable[tuple[str, int]]:
    """How long was talked in each section, by its title, and in each round, by its label: time in turns, in order."""
    lengths: dict[str, int] = defaultdict(int)
    for placed in turns:
        if placed.place is None:
            continue
        length_ms = placed.turn.end_ms - placed.turn.start_ms
        lengths[interview.items[placed.place.item].sections[-1].title] += length_ms
        for found in interview.round_chain(placed.place.round):
            lengths[route.label(interview, found.id)] += length_ms
    return lengths.items()


def _answer(interview: Interview, place: Place) -> tuple[str, ...]:
    item = interview.items[place.item].item
    if item.answer.kind is AnswerKind.CHECKLIST:
        lines = [(line.key, interview.answers.get(Place(place.item, place.round, line.key))) for line in item.checklist]
        return tuple(f"{key}: {in_words(value)}" for key, value in lines if value is not None)
    value = interview.answers.get(place)
    return () if value is None else (in_words(value),)
