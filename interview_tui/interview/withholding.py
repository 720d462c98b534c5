"""Taking talk back: how far back it can go, what else falls inside, and what is left when it is destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interview_tui.interview.events import Answered, Event, NoteTaken, Place, Stretch, Withheld
from interview_tui.interview.facts import Note, Withholding, joined
from interview_tui.interview.line import PROCEDURAL
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Consent


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be taken back: the stretches, and the notes and answers that fall inside.

    `rounds` are those that go whole, after the end: see `events.Withheld`.
    """

    scope: str
    stretches: tuple[Stretch, ...]
    notes: tuple[Note, ...] = ()
    answers: tuple[Place, ...] = ()
    rounds: tuple[str, ...] = ()

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
    """Everything since she came to the question where she is, or was when she left the record."""
    until_ms = start_ms = _until(interview, now_ms)
    moves = [(at_ms, place.whole) for at_ms, place in interview.moves if at_ms <= until_ms]
    for at_ms, place in reversed(moves):
        if place != moves[-1][1]:
            break
        start_ms = at_ms
    return since(interview, start_ms, now_ms, "this question")


def whole_round(interview: Interview, round_id: str, now_ms: int) -> Proposal:
    """Everything said while she was in a round, whenever that was, and what was noted of it elsewhere."""
    until_ms = _until(interview, now_ms)
    starts = [*interview.moves, (until_ms, Place(""))]
    stretches = [
        Stretch(start_ms, min(until_ms, end_ms))
        for (start_ms, place), (end_ms, _) in pairwise(starts)
        if _is_in(interview, place, round_id)
    ]
    proposal = _proposal(interview, stretches, f"the whole of {round_id}")
    filed = [
        note for note in interview.notes.values() if any(_is_in(interview, home, round_id) for home in note.places)
    ]
    inside = {note.id: note for note in (*proposal.notes, *filed) if note.mark != PROCEDURAL}
    return replace(proposal, notes=tuple(sorted(inside.values(), key=lambda note: note.entered_ms)))


def stretches_of(interview: Interview, stretches: Iterable[Stretch], scope: str) -> Proposal:
    """Everything said in some stretches of the call clock."""
    return _proposal(interview, stretches, scope)


def everything(interview: Interview, now_ms: int) -> Proposal:
    """The whole interview."""
    recorded_ms = (span.end_ms for span in interview.spans.values())
    return _proposal(interview, [Stretch(0, max(now_ms, interview.at_ms, *recorded_ms) + 1)], "everything")


def withheld_event(interview: Interview, proposal: Proposal, now: Moment, *, keep_notes: bool) -> Withheld:
    """What taking a proposal back is; its notes and answers go with it unless they are to be kept.

    With them goes what a proposal does not show: notes that are withheld already, answers that were changed later.
    """
    notes, answers = ((), ()) if keep_notes else _all_of(interview, proposal)
    return Withheld(
        **now.stamp,
        withheld=interview.soundtrack.next_withheld,
        stretches=proposal.stretches,
        notes=notes,
        answers=answers,
        scope=proposal.scope,
        rounds=proposal.rounds,
    )


def remains(events: Sequence[Event], found: Withholding) -> Mapping[int, Event]:
    """What stands in the journal once this is destroyed: by position in `events`, for every event that changes.

    Notes, answers and flags become `Erased`, links to the notes are cut; only times are left.
    """
    changed = {number: _remains(event, found) for number, event in enumerate(events)}
    return {number: left for number, left in changed.items() if left != events[number]}


def _remains(event: Event, found: Withholding) -> Event:
    if isinstance(event, Withheld) and event.withheld == found.id:
        return replace(event, notes=(), answers=(), scope="")
    return found.leaves(event)


def _until(interview: Interview, now_ms: int) -> int:
    """Where what is taken back ends: where the record was left, if it was."""
    return now_ms if interview.off_record_since_ms is None else interview.off_record_since_ms


def _proposal(interview: Interview, stretches: Iterable[Stretch], scope: str) -> Proposal:
    whole = joined(stretches)
    notes = (
        note
        for note in interview.notes.values()
        if note.mark != PROCEDURAL and _meets(note.about_ms, note.entered_ms, whole)
    )
    answers = (place for place, given_ms in interview.answered() if _can_be_withheld(interview, place, given_ms, whole))
    return Proposal(scope, whole, tuple(notes), tuple(answers))


def _all_of(interview: Interview, proposal: Proposal) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    """The notes and answers of a proposal, those that are not to be seen at present included."""
    notes, answers = [note.id for note in proposal.notes], list(proposal.answers)
    for event in interview.told():
        match event:
            case NoteTaken() if event.mark != PROCEDURAL and _meets(event.about_ms, event.at_ms, proposal.stretches):
                notes.append(event.note)
            case Answered() if _can_be_withheld(interview, event.place, event.at_ms, proposal.stretches):
                answers.append(replace(event.place, line=event.line))
    return tuple(dict.fromkeys(notes)), tuple(dict.fromkeys(answers))


def _meets(about_ms: int, entered_ms: int, stretches: Iterable[Stretch]) -> bool:
    """Whether a note is about, or was typed in, one of the stretches."""
    return any(about_ms < stretch.end_ms and entered_ms >= stretch.start_ms for stretch in stretches)


def _can_be_withheld(interview: Interview, place: Place, given_ms: int, stretches: Iterable[Stretch]) -> bool:
    """Whether an answer was given within the stretches; a consent is never taken back with what was said."""
    asks_consent = interview.items[place.item].item.consent in tuple(Consent)
    return not asks_consent and any(stretch.holds(given_ms) for stretch in stretches)


def _is_in(interview: Interview, place: Place, round_id: str) -> bool:
    return round_id in {found.id for found in interview.round_chain(place.round)}
