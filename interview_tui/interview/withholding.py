"""Taking talk back: how far back it can go, what else falls inside, and what is left when it is destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interview_tui.interview.events import (
    Answered,
    Covered,
    Erased,
    Event,
    Flagged,
    NoteFiled,
    NoteTaken,
    Place,
    Stretch,
    Withheld,
)
from interview_tui.interview.facts import Note, Withholding, joined
from interview_tui.interview.line import PROCEDURAL
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Consent


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be taken back: the stretches, and the notes and answers that fall inside."""

    scope: str
    stretches: tuple[Stretch, ...]
    notes: tuple[Note, ...] = ()
    answers: tuple[Place, ...] = ()

    @property
    def length_ms(self) -> int:
        """How much of the call it is."""
        return sum(stretch.end_ms - stretch.start_ms for stretch in self.stretches)


def since(interview: Interview, start_ms: int, now_ms: int, scope: str) -> Proposal:
    """Everything from `start_ms` until the record was left, or until now."""
    return _proposal(interview, [Stretch(start_ms, _until(interview, now_ms))], scope)


def since_note(interview: Interview, note: str, now_ms: int) -> Proposal:
    """Everything since what a note is about was said."""
    found = interview.notes[note]
    return since(interview, found.about_ms, now_ms, "since a note")


def since_question(interview: Interview, now_ms: int) -> Proposal:
    """Everything since she came to the present question."""
    start_ms = _until(interview, now_ms)
    for at_ms, place in reversed(interview.moves):
        if interview.place is None or place.whole != interview.place.whole:
            break
        start_ms = at_ms
    return since(interview, start_ms, now_ms, "this question")


def whole_round(interview: Interview, round_id: str, now_ms: int) -> Proposal:
    """Everything said while she was in a round, whenever that was."""
    until_ms = _until(interview, now_ms)
    starts = [*interview.moves, (until_ms, Place(""))]
    stretches = [
        Stretch(start_ms, min(until_ms, end_ms))
        for (start_ms, place), (end_ms, _) in pairwise(starts)
        if round_id in {found.id for found in interview.round_chain(place.round)}
    ]
    proposal = _proposal(interview, stretches, f"the whole of {round_id}")
    filed = [note for note in interview.notes.values() if any(home.round == round_id for home in note.places)]
    inside = {note.id: note for note in (*proposal.notes, *filed) if note.mark != PROCEDURAL}
    return replace(proposal, notes=tuple(sorted(inside.values(), key=lambda note: note.entered_ms)))


def everything(interview: Interview, now_ms: int) -> Proposal:
    """The whole interview."""
    return _proposal(interview, [Stretch(0, max(now_ms, interview.at_ms) + 1)], "everything")


def withheld_event(interview: Interview, proposal: Proposal, now: Moment, *, keep_notes: bool) -> Withheld:
    """What taking a proposal back is; its notes and answers go with it unless they are to be kept."""
    return Withheld(
        **now.stamp,
        withheld=interview.soundtrack.next_withheld,
        stretches=proposal.stretches,
        notes=() if keep_notes else tuple(note.id for note in proposal.notes),
        answers=() if keep_notes else proposal.answers,
        scope=proposal.scope,
    )


def remains(events: Sequence[Event], found: Withholding) -> Mapping[int, Event]:
    """What stands in the journal once this is destroyed: by position in `events`, for every event that changes.

    Notes, answers and flags become `Erased`, links to the notes are cut; only times are left. Moves from question to
    question are the interviewer's own and stay: the times of everything after them hang on them.
    """
    changed = {number: _remains(event, found) for number, event in enumerate(events)}
    return {number: left for number, left in changed.items() if left != events[number]}


def _remains(event: Event, found: Withholding) -> Event:
    erased = Erased(at_ms=event.at_ms, wall_ms=event.wall_ms, withheld=found.id)
    inside = any(stretch.holds(event.at_ms) for stretch in found.stretches)
    match event:
        case NoteTaken() | NoteFiled() if event.note in found.notes:
            return erased
        case Covered() if event.note in found.notes:
            return replace(event, note="")
        case Answered() if inside and replace(event.place, line=event.line) in found.answers:
            return erased
        case Flagged() if inside:
            return erased
        case Withheld() if event.withheld == found.id:
            return replace(event, notes=(), answers=(), scope="")
    return event


def _until(interview: Interview, now_ms: int) -> int:
    """Where what is taken back ends: where the record was left, if it was."""
    return now_ms if interview.off_record_since_ms is None else interview.off_record_since_ms


def _proposal(interview: Interview, stretches: Iterable[Stretch], scope: str) -> Proposal:
    whole = joined(stretches)
    notes = (
        note
        for note in interview.notes.values()
        if note.mark != PROCEDURAL and any(_meets(note, stretch) for stretch in whole)
    )
    return Proposal(scope, whole, tuple(notes), tuple(_answers(interview, whole)))


def _meets(note: Note, stretch: Stretch) -> bool:
    """Whether a note is about, or was typed in, a stretch."""
    return note.about_ms < stretch.end_ms and note.entered_ms >= stretch.start_ms


def _answers(interview: Interview, stretches: Sequence[Stretch]) -> Iterable[Place]:
    """The places that were answered within the stretches; a consent is never taken back with what was said."""
    for place, given_ms in interview.answered():
        asks_consent = interview.items[place.item].item.consent in tuple(Consent)
        if not asks_consent and any(stretch.holds(given_ms) for stretch in stretches):
            yield place
