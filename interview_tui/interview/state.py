"""The state of an interview: what its events add up to.

`fold(schedule, events)` is the whole truth; `Interview.apply` folds one more event in constant time, which is what
keeps the live screen quick. Nothing is ever erased: a later answer replaces an earlier one here, not in the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from interview_tui.errors import StorageError
from interview_tui.interview.course import Course
from interview_tui.interview.events import (
    Answered,
    Covered,
    Event,
    Flagged,
    How,
    InterviewOpened,
    Level,
    Move,
    NoteFiled,
    NoteTaken,
    Place,
    Restored,
    RoundAttached,
    RoundOpened,
    Stretch,
    Visited,
    Withheld,
)  # fmt: skip
from interview_tui.interview.facts import Coverage, Flag, Given, Note, Visit
from interview_tui.interview.rounds import Round, expected
from interview_tui.interview.soundtrack import Soundtrack
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.schedule.conditions import Lookup, Value
from interview_tui.schedule.model import AnswerKind, Consent, Kind, Located, Schedule

MAX_DEPTH = 9  # of loops within loops


@dataclass(slots=True)
class Interview:
    """Everything known of an interview after the events applied so far."""

    schedule: Schedule
    items: Mapping[str, Located] = field(repr=False)
    case: str = ""
    interviewer: str = ""
    rehearsal: bool = False
    opened_wall_ms: int = 0
    at_ms: int = 0
    events: int = 0
    place: Place | None = None
    trail: list[Place] = field(default_factory=list)
    moves: list[tuple[int, Place]] = field(default_factory=list)
    answers: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    coverage: dict[Place, Coverage] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    expected: dict[str, Round] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    soundtrack: Soundtrack = field(default_factory=Soundtrack)
    course: Course = field(default_factory=Course)
    _taken: dict[str, Note] = field(default_factory=dict)
    _given: dict[Place, list[Given]] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Fold one more event."""
        self.at_ms = max(self.at_ms, event.at_ms)
        self.events += 1
        gone = self.soundtrack.withholdings.get(event.withheld) if isinstance(event, Restored) else None
        self.soundtrack.apply(event)
        self.course.apply(event)
        match event:
            case InterviewOpened():
                self.case, self.interviewer, self.rehearsal = event.case, event.interviewer, event.rehearsal
                self.opened_wall_ms = event.wall_ms - event.at_ms
            case Visited():
                self._visit(event)
            case Answered():
                self._answer(event)
            case NoteTaken():
                self._take_note(event)
            case NoteFiled():
                self._taken[event.note] = replace(self._taken[event.note], places=event.places)
                self._show_notes(event.note)
                self._link(event.note, event.places)
            case Flagged():
                self.flags.append(Flag(event.flag, event.at_ms, event.place))
            case Covered():
                self._cover(event)
            case RoundOpened():
                self.rounds[event.round] = Round(event.round, event.loop, event.key, event.parent)
                self.expected = expected(self.schedule, self.rounds)
            case RoundAttached():
                self.rounds[event.round] = replace(self.rounds[event.round], parent=event.parent)
                self.expected = expected(self.schedule, self.rounds)
            case Withheld():
                self._show_what_is_left(event.answers)
            case Restored():
                self._show_what_is_left(gone.answers if gone is not None else ())

    @property
    def consents(self) -> Mapping[Consent, bool]:
        """The consents asked for so far, and whether they were given."""
        return self.soundtrack.consents

    @property
    def spans(self) -> Mapping[int, Span]:
        """The recording spans by number."""
        return self.soundtrack.spans

    @property
    def recording(self) -> bool:
        """Whether a span is open."""
        return self.soundtrack.running

    @property
    def ended(self) -> bool:
        """Whether the interview is over."""
        return self.course.ended_ms is not None

    @property
    def off_record_since_ms(self) -> int | None:
        """Since when what is said is off the record; None while it is on it."""
        return self.soundtrack.off_record_since_ms

    @property
    def is_off_record(self) -> bool:
        """Whether what is said now is off the record."""
        return self.off_record_since_ms is not None

    @property
    def next_note(self) -> str:
        """The id that the next note gets; one that was destroyed is not given again."""
        known = {*self._taken, *(note for found in self.soundtrack.withholdings.values() for note in found.notes)}
        numbers = [int(note[1:]) for note in known if note[:1] == "n" and note[1:].isdecimal()]
        return f"n{max(numbers, default=0) + 1}"

    def has_taken(self, note: str) -> bool:
        """Whether there is a note of this id, withheld or not."""
        return note in self._taken

    def withheld(self) -> list[Stretch]:
        """The stretches of the call clock that must never be heard, read or exported."""
        return self.soundtrack.withheld(self.at_ms)

    def timeline(self) -> Timeline:
        """Where the call clock lies in the audio. A span that is still open has no audio to be found yet."""
        return Timeline((span for span in self.spans.values() if span.closed), self.withheld())

    def visits(self) -> list[Visit]:
        """The visits in order; the last one ends with the interview, or now."""
        last = self.at_ms if self.course.ended_ms is None else self.course.ended_ms
        ends = [*(start for start, _ in self.moves[1:]), max(last, self.moves[-1][0] if self.moves else 0)]
        return [Visit(place, start, end) for (start, place), end in zip(self.moves, ends, strict=False)]

    def place_at(self, at_ms: int | None) -> Place | None:
        """The item where she was at a moment, or is now (None); before the first visit, the first."""
        if at_ms is None or not self.moves:
            return None if self.place is None else self.place.whole
        earlier = next((place for start_ms, place in reversed(self.moves) if start_ms <= at_ms), self.moves[0][1])
        return earlier.whole

    def covered(self, place: Place) -> Coverage:
        """The coverage of an item; a note that is withheld is not linked to it."""
        known = self.coverage.get(place.whole, Coverage())
        if self.soundtrack.withholdings and any(note not in self.notes for note in known.notes):
            return replace(known, notes=tuple(note for note in known.notes if note in self.notes))
        return known

    def answered(self) -> Iterable[tuple[Place, int]]:
        """Every place that has an answer, and when that was given."""
        for place in self.answers:
            yield place, self._not_withheld(place)[-1].at_ms

    def notes_at(self, place: Place) -> list[Note]:
        """The notes that have a home at an item, by the time they are about."""
        found = [note for note in self.notes.values() if place.whole in {home.whole for home in note.places}]
        return sorted(found, key=lambda note: note.about_ms)

    def round_chain(self, round_id: str) -> list[Round]:
        """A round, opened or expected, and the rounds around it, innermost first."""
        chain: list[Round] = []
        while round_id and len(chain) < MAX_DEPTH:
            found = self.rounds.get(round_id) or self.expected.get(round_id)
            if found is None:
                break
            chain.append(found)
            round_id = found.parent
        return chain

    def home_of(self, item: str, round_id: str) -> Place | None:
        """The place of an item seen from a round: in it or in one around it; None if it is asked in none of them."""
        located = self.items.get(item)
        if located is None:
            return None
        if not located.loops:
            return Place(item)
        loop = located.loops[-1].id
        return next((Place(item, found.id) for found in self.round_chain(round_id) if found.loop == loop), None)

    def lookup(self, round_id: str = "") -> Lookup:
        """Answers by item id, as conditions and wording see them from within a round."""

        def look(name: str) -> Value:
            place = self.home_of(name, round_id)
            if place is None:
                return None
            item = self.items[name].item
            if item.answer.kind is AnswerKind.CHECKLIST:
                return {line.key: self._single(replace(place, line=line.key)) for line in item.checklist}
            if item.answer.kind is AnswerKind.UP_TO:
                return self.answers.get(place)
            return self._single(place) or None

        return look

    def _single(self, place: Place) -> str:
        values = self.answers.get(place, ())
        return values[0] if values else ""

    def _visit(self, event: Visited) -> None:
        if event.by is Move.JUMP and self.place is not None:
            self.trail.append(self.place)
        elif event.by is Move.BACK and self.trail:
            self.trail.pop()
        self.place = event.place
        self.moves.append((event.at_ms, event.place))

    def _answer(self, event: Answered) -> None:
        place = replace(event.place, line=event.line)
        self._given.setdefault(place, []).append(Given(event.at_ms, event.value))
        self.answers[place] = event.value
        self.coverage[place.whole] = replace(self.covered(place), level=self._answered(place), how=How.ASKED)

    def _answered(self, place: Place) -> Level:
        """How far the answers given cover an item."""
        item = self.items[place.item].item
        lines = [replace(place, line=line.key) for line in item.checklist]
        whole = all(line in self.answers for line in lines) if lines else place.whole in self.answers
        return Level.DONE if whole else Level.TOUCHED

    def _take_note(self, event: NoteTaken) -> None:
        self._taken[event.note] = self.notes[event.note] = Note(
            event.note,
            event.text,
            event.mark,
            event.names,
            event.first_key_ms,
            event.at_ms,
            event.about_ms,
            event.places,
            event.before_consent,
        )
        self._link(event.note, event.places)

    def _show_notes(self, changed: str = "") -> None:
        """Show every note that is not withheld, in the order of typing; only one if only that has `changed`."""
        if changed and changed in self.notes:
            self.notes[changed] = self._taken[changed]
            return
        hidden = {note for found in self.soundtrack.withholdings.values() for note in found.notes}
        self.notes = {name: note for name, note in self._taken.items() if name not in hidden}

    def _show_what_is_left(self, answers: Iterable[Place]) -> None:
        """Something was withheld or restored, these answers among it."""
        self._show_notes()
        for place in answers:
            self._settle_answer(place)

    def _settle_answer(self, place: Place) -> None:
        """The answer at a place is the last one that is not withheld; an item that has none left was only touched."""
        left = self._not_withheld(place)
        if left:
            self.answers[place] = left[-1].value
        else:
            self.answers.pop(place, None)
        known = self.coverage.get(place.whole, Coverage())
        self.coverage[place.whole] = replace(known, level=self._answered(place))

    def _not_withheld(self, place: Place) -> list[Given]:
        found = self.soundtrack.withholdings.values()
        return [given for given in self._given.get(place, []) if not any(one.hides(place, given) for one in found)]

    def _link(self, note: str, places: tuple[Place, ...]) -> None:
        here = self.place.whole if self.place is not None else None
        for place in places:
            known = self.covered(place)
            linked = known.notes if note in known.notes else (*known.notes, note)
            if known.level is Level.OPEN and self.items[place.item].item.kind is not Kind.INTERVIEWER:
                how = How.ASKED if place.whole == here else How.VOLUNTEERED
                known = replace(known, level=Level.TOUCHED, how=how)
            self.coverage[place.whole] = replace(known, notes=linked)

    def _cover(self, event: Covered) -> None:
        known = self.covered(event.place)
        notes = known.notes if not event.note or event.note in known.notes else (*known.notes, event.note)
        self.coverage[event.place.whole] = Coverage(event.level, event.how, event.reason, notes)


def new_interview(schedule: Schedule) -> Interview:
    """An interview to which nothing has happened yet."""
    return Interview(schedule=schedule, items=schedule.items(), expected=expected(schedule, {}))


def fold(schedule: Schedule, events: Iterable[Event]) -> Interview:
    """The interview that these events add up to.

    Raises:
        StorageError: an event speaks of an item, note, round or span that the schedule or the events before it lack.
    """
    interview = new_interview(schedule)
    for number, event in enumerate(events, 1):
        try:
            interview.apply(event)
        except (KeyError, ValueError) as error:
            raise StorageError(
                f"Event {number} ({type(event).__name__}) of {interview.case or 'the interview'} does not fit the "
                f"events before it: {error} is unknown.",
                "Its journal and audio are untouched; open it with the schedule and version it was made with.",
            ) from error
    return interview
