"""The state of an interview: what its events add up to.

`fold(schedule, events)` is the whole truth; `Interview.apply` folds one more event in constant time, which is what
keeps the live screen quick. Nothing is ever erased: a later answer replaces an earlier one here, not in the journal.

What is withheld counts as never said: the state is then what is left of the events adds up to, and what destroying it
leaves in the journal adds up to the same. Restored, everything is as it was.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.interview.attached import heard
from interview_tui.interview.corrections import Correction
from interview_tui.interview.course import Course
from interview_tui.interview.events import (
    Answered,
    Covered,
    Event,
    Flagged,
    How,
    InterviewOpened,
    InterviewResumed,
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
from interview_tui.interview.facts import Coverage, Flag, Note, Visit
from interview_tui.interview.rounds import Round, expected
from interview_tui.interview.soundtrack import Soundtrack
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.schedule.conditions import Lookup, Value
from interview_tui.schedule.model import AnswerKind, Consent, Kind, Located, Schedule

MAX_DEPTH = 9  # of loops within loops
ON_ANSWERS_AND_ROUNDS = (Answered, RoundOpened, RoundAttached, Withheld, Restored)
MAY_BE_WITHHELD = (Answered, NoteTaken, NoteFiled, Flagged, Covered, *typing.get_args(Correction))


@dataclass(slots=True)
class Interview:
    """Everything known of an interview after the events applied so far."""

    schedule: Schedule
    items: Mapping[str, Located] = field(repr=False)
    case: str = ""
    interviewer: str = ""
    rehearsal: bool = False
    resumed: bool = False
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
    corrections: list[Correction] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was worked out from answers and rounds; forgotten when either changes."""
    _told: list[tuple[Event, Place | None]] = field(default_factory=list)
    _answered_ms: dict[Place, int] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        """Fold one more event."""
        self.at_ms = max(self.at_ms, event.at_ms)
        self.events += 1
        if isinstance(event, ON_ANSWERS_AND_ROUNDS):
            self.memo.clear()
        self.soundtrack.apply(event)
        self.course.apply(event)
        if isinstance(event, MAY_BE_WITHHELD):
            self._told.append((event, self.place))
            self._tell(event, self.place)
        match event:
            case InterviewOpened():
                self.case, self.interviewer, self.rehearsal = event.case, event.interviewer, event.rehearsal
                self.opened_wall_ms = event.wall_ms - event.at_ms
            case InterviewResumed():
                self.resumed = True
            case Visited():
                self._visit(event)
            case RoundOpened():
                self.rounds[event.round] = Round(event.round, event.loop, event.key, event.parent)
                self.expected = expected(self.schedule, self.rounds)
            case RoundAttached():
                self.rounds[event.round] = replace(self.rounds[event.round], parent=event.parent)
                self.expected = expected(self.schedule, self.rounds)
            case Withheld() | Restored():
                self._tell_again()

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
        """The id that the next note gets; one that is withheld or was destroyed is not given again."""
        known = set(self.notes).union(*(found.notes for found in self.soundtrack.withholdings.values()))
        numbers = [int(note[1:]) for note in known if note[:1] == "n" and note[1:].isdecimal()]
        return f"n{max(numbers, default=0) + 1}"

    @property
    def next_flag(self) -> str:
        """The id that the next flag gets; one that is withheld is not given again."""
        return f"f{1 + sum(isinstance(event, Flagged) for event in self.told())}"

    def told(self) -> Iterator[Event]:
        """Every note, answer, flag, mark of coverage and correction as it came, withheld or not. It is for no view."""
        return (event for event, _ in self._told)

    def has_taken(self, note: str) -> bool:
        """Whether there is a note of this id, withheld or not."""
        return any(isinstance(event, NoteTaken) and event.note == note for event in self.told())

    def withheld(self) -> list[Stretch]:
        """The stretches of the call clock that must never be heard, read or exported."""
        return self.soundtrack.withheld(self.at_ms)

    def timeline(self) -> Timeline:
        """Where the call clock lies in the audio. A span that is still open has no audio to be found yet."""
        return Timeline(heard(self.spans.values()), self.withheld())

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
        """The coverage of an item."""
        return self.coverage.get(place.whole, Coverage())

    def answered(self) -> Iterable[tuple[Place, int]]:
        """Every place that has an answer, and when that was given."""
        return self._answered_ms.items()

    def notes_at(self, place: Place) -> list[Note]:
        """The notes that have a home at an item, by the time they are about."""
        linked = [self.notes[note] for note in self.covered(place).notes]
        found = [note for note in linked if any(home.whole == place.whole for home in note.places)]
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

    def with_rounds(self, opened: Mapping[str, Round]) -> Interview:
        """The same interview as if these rounds were open, and no others."""
        return replace(self, rounds=dict(opened), expected=expected(self.schedule, opened), memo={})

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

    def _tell(self, event: Event, here: Place | None) -> None:
        """Fold what may be withheld, as much of it as is not; she was `here` then."""
        match self.soundtrack.left_of(event):
            case Answered() as left:
                self._answer(left)
            case NoteTaken() as left:
                self._take_note(left, here)
            case NoteFiled() as left:
                self.notes[left.note] = replace(self.notes[left.note], places=left.places)
                self._link(left.note, left.places, here)
            case Flagged() as left:
                self.flags.append(Flag(left.flag, left.at_ms, left.place))
            case Covered() as left:
                self._cover(left)
            case left if isinstance(left, Correction):
                self.corrections.append(left)

    def _tell_again(self) -> None:
        """Something was withheld or restored: begin anew with what is left of what was told."""
        self.answers, self._answered_ms = {}, {}
        self.notes, self.flags, self.coverage, self.corrections = {}, [], {}, []
        for event, here in self._told:
            self._tell(event, here)

    def _answer(self, event: Answered) -> None:
        place = replace(event.place, line=event.line)
        self.answers[place], self._answered_ms[place] = event.value, event.at_ms
        self.coverage[place.whole] = replace(self.covered(place), level=self._answered(place), how=How.ASKED)

    def _answered(self, place: Place) -> Level:
        """How far the answers given cover an item."""
        item = self.items[place.item].item
        lines = [replace(place, line=line.key) for line in item.checklist]
        return Level.DONE if all(line in self.answers for line in lines) else Level.TOUCHED

    def _take_note(self, event: NoteTaken, here: Place | None) -> None:
        self.notes[event.note] = Note(
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
        self._link(event.note, event.places, here)

    def _link(self, note: str, places: tuple[Place, ...], here: Place | None) -> None:
        for place in places:
            known = self.covered(place)
            linked = known.notes if note in known.notes else (*known.notes, note)
            if known.level is Level.OPEN and self.items[place.item].item.kind is not Kind.INTERVIEWER:
                how = How.ASKED if here is not None and place.whole == here.whole else How.VOLUNTEERED
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
