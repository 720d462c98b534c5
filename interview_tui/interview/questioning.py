"""Commands about what is asked and noted: lines, moves, coverage, rounds."""

from __future__ import annotations

from collections.abc import Sequence

from interview_tui.errors import Refused
from interview_tui.interview import rounds, route
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.events import (
    Covered,
    Flagged,
    How,
    Level,
    Move,
    NoteFiled,
    Place,
    RoundAttached,
    Visited,
)
from interview_tui.interview.line import Meaning, Reading, answer_events, note_event, read_answer, read_line
from interview_tui.interview.ports import Moment
from interview_tui.schedule.model import AnswerKind, Kind, Loop


class Questioning(Commands):
    """What she asks, hears and writes down."""

    def reading(self, text: str, first_key_ms: int | None = None) -> Reading:
        """What Enter would do with this text, begun at `first_key_ms`."""
        return read_line(self.interview, text, first_key_ms)

    def enter(self, text: str, first_key_ms: int, now: Moment, *, note: str = "") -> Events:
        """Take a line: answer by its code, keep it as a note, or go to the next suggested item if it is empty.

        `note` is the id for a note that has one already, where it was taken elsewhere.
        """
        self._must_go_on()
        reading = self.reading(text, first_key_ms)
        match reading.meaning:
            case Meaning.NEXT:
                return self.next(now)
            case Meaning.ANSWER:
                self._answer(reading, now)
                self._go_on_from_consent(reading, now)
            case Meaning.NOTE:
                self._take_note(reading, first_key_ms, now, note)
            case Meaning.NOTHING:
                raise Refused(f"Not taken: {reading.says}.")
        return self._done()

    def answer_at(self, place: Place, code: str, now: Moment) -> Events:
        """Answer an item by its code from wherever she is."""
        self._must_go_on()
        self._known(place)
        reading = read_answer(self.interview, place, code)
        if reading is None or self.interview.is_off_record:
            raise Refused(f"{code!r} is no answer to that.")
        self._answer(reading, now)
        return self._done()

    def next(self, now: Moment) -> Events:
        """Leave the current item as asked and go to the next suggested one."""
        self._must_go_on()
        self._leave(now)
        step = route.suggested(self.interview)
        if step is not None:
            self._go(step.place, now, Move.STEP)
        elif not self._new:
            raise Refused("Nothing is left to ask.", "End the interview, or go to an item with Ctrl+G.")
        return self._done()

    def step(self, direction: int, now: Moment) -> Events:
        """Go one item on (1) or back (-1), suggested or not. What is left keeps its coverage."""
        self._must_go_on()
        step = route.beside(self.interview, direction)
        if step is None:
            raise Refused("There is no item that way.")
        self._go(step.place, now, Move.STEP)
        return self._done()

    def section(self, direction: int, now: Moment) -> Events:
        """Go to the first item of the next (1) or previous (-1) section."""
        self._must_go_on()
        step = route.section_beside(self.interview, direction)
        if step is None:
            raise Refused("There is no section that way.")
        self._go(step.place, now, Move.JUMP)
        return self._done()

    def go(self, place: Place, now: Moment, by: Move = Move.JUMP, *, asked: bool = False) -> Events:
        """Go to an item, opening its round if it is not open yet; `asked` if the one that is left was asked."""
        self._must_go_on()
        self._known(place)
        if asked:
            self._leave(now)
        self._go(place, now, by)
        return self._done()

    def back(self, now: Moment) -> Events:
        """Go back to where the last jump left from."""
        self._must_go_on()
        if not self.interview.trail:
            raise Refused("There is nowhere to go back to.")
        self._go(self.interview.trail[-1], now, Move.BACK)
        return self._done()

    def tick(self, places: Sequence[Place], level: Level, now: Moment, note: str = "") -> Events:
        """Mark items as covered without asking; a note named here gets them as further homes."""
        self._must_go_on()
        homes = self._note(note) if note else ()
        for place in places:
            self._known(place)
        for place in places:
            self._open_rounds(place.round, now)
            self._emit(Covered(**now.stamp, place=place, level=level, how=How.VOLUNTEERED, note=note))
        if note:
            self._emit(
                NoteFiled(
                    **now.stamp,
                    note=note,
                    places=(*homes, *(place for place in places if place not in homes)),
                )
            )
        return self._done()

    def refile(self, note: str, places: Sequence[Place], now: Moment) -> Events:
        """Give a note these homes instead of those it has."""
        self._must_go_on()
        self._note(note)
        for place in places:
            self._known(place)
        for place in places:
            self._open_rounds(place.round, now)
        self._emit(NoteFiled(**now.stamp, note=note, places=tuple(places)))
        return self._done()

    def flag(self, now: Moment) -> Events:
        """Flag this moment."""
        self._must_go_on()
        if self.interview.is_off_record:
            raise Refused("Off the record: nothing is flagged.")
        place = self.interview.place or Place("")
        self._emit(Flagged(**now.stamp, flag=self.interview.next_flag, place=place))
        return self._done()

    def open_round(self, loop_id: str, key: str, parent: str, now: Moment, *, is_being_told: bool = False) -> Events:
        """Open a round of a loop and go to its first item. Of a numbered loop `key` is empty: it is the next one.

        A named round that is laid out but not open yet is the one that opens; after that, one more of the same name.
        If it `is_being_told`, its opening question is covered with it, and the first part of it is where to go; one of
        that name that was opened and not told yet is the one that is meant.
        """
        self._must_go_on()
        if loop_id not in self.interview.schedule.loops():
            raise Refused(f"The schedule has no loop {loop_id!r}.")
        loop, _ = self.interview.schedule.loops()[loop_id]
        if loop.named and key not in [named.key for named in loop.named]:
            raise Refused(f"There is no round {key!r} of {loop_id}.")
        chain = self.interview.round_chain(parent)
        if (chain[0].loop if chain else parent) != self.interview.schedule.parent_loop(loop_id):
            raise Refused(f"There is no round {parent or 'around it'} that {loop_id} is asked in.")
        self._open_rounds(parent, now)
        waiting = route.untold(self.interview, loop, key, parent) if is_being_told else None
        new = waiting or self._new_round(loop, key, parent)
        if waiting is None:
            self._open(new, now)
        stops = [step for step in route.steps(self.interview) if step.place.round == new.id and step.is_stop]
        parts = [step for step in stops if step.located.item.fills] if is_being_told else []
        here = self.interview.place.whole if self.interview.place is not None else None
        for opening in [step.place for step in stops if parts and step.located.opens]:
            how = How.ASKED if opening == here else How.VOLUNTEERED
            self._emit(Covered(**now.stamp, place=opening, level=Level.DONE, how=how))
        for first in (parts or stops)[:1]:
            self._go(first.place, now, Move.JUMP)
        return self._done()

    def attach_round(self, round_id: str, parent: str, now: Moment) -> Events:
        """Attach a round to another round of the loop around it; notes and answers stay with it."""
        self._must_go_on()
        found = self.interview.rounds.get(round_id)
        around = self.interview.schedule.parent_loop(found.loop) if found else ""
        chain = self.interview.round_chain(parent)
        if found is None or not chain or chain[0].loop != around:
            raise Refused(f"{round_id} cannot be attached to {parent}.")
        self._open_rounds(parent, now)
        self._emit(RoundAttached(**now.stamp, round=round_id, parent=parent))
        return self._done()

    def attach_to_new_round(self, round_id: str, now: Moment) -> Events:
        """Attach a round to one more round of the loop around it, without going there; gives the new round's id."""
        self._must_go_on()
        found = self.interview.rounds.get(round_id)
        around = self.interview.schedule.parent_loop(found.loop) if found else ""
        if not around or found is None:
            raise Refused(f"{round_id} belongs to no other round.")
        grandparents = self.interview.round_chain(found.parent)[1:]
        loop, _ = self.interview.schedule.loops()[around]
        if loop.named:
            raise Refused(f"The schedule names the rounds of {around}.", "Attach it to one of them.")
        new = self._new_round(loop, "", grandparents[0].id if grandparents else "")
        self._open(new, now)
        self._emit(RoundAttached(**now.stamp, round=round_id, parent=new.id))
        return self._done()

    def _new_round(self, loop: Loop, key: str, parent: str) -> rounds.Round:
        opened = self.interview.rounds
        return rounds.new_round(loop, key if loop.named else rounds.next_key(loop, parent, opened), parent, opened)

    def _leave(self, now: Moment) -> None:
        """Moving on with Enter: the current item was asked. One that takes a code and has none is only touched."""
        place = self.interview.place
        if place is None or self.interview.covered(place).level is Level.DONE or self.interview.is_off_record:
            return
        item = self.interview.items[place.item].item
        if item.kind is Kind.INTERVIEWER:
            return
        answered = item.answer.kind is AnswerKind.NOTES
        level = Level.DONE if answered else Level.TOUCHED
        self._emit(Covered(**now.stamp, place=place.whole, level=level, how=How.ASKED))

    def _answer(self, reading: Reading, now: Moment) -> None:
        place = reading.place
        assert place is not None  # an answer always has one
        located = self.interview.items[place.item]
        self._open_rounds(place.round, now)
        for event in answer_events(self.interview, place, reading.value, now):
            self._emit(event)
        if located.offers and reading.value == ("yes",):
            self._open_one_more(located.offers, place.round, now)
        if place.line:
            there = route.current_line(self.interview, place)
            if self.interview.place is not None and there != self.interview.place:
                self._emit(Visited(**now.stamp, place=there, by=Move.STEP))

    def _open_one_more(self, loop_id: str, parent: str, now: Moment) -> None:
        """Open the round that was offered, after those that the schedule requires; never more than it allows."""
        loop, _ = self.interview.schedule.loops()[loop_id]
        laid = rounds.laid_out(loop, parent, self.interview.rounds)
        if len(laid) < loop.at_most:
            for found in laid:
                self._open_rounds(found.id, now)
            self._open(self._new_round(loop, "", parent), now)

    def _go_on_from_consent(self, reading: Reading, now: Moment) -> None:
        """A consent that is given is all that was to be asked there."""
        asked = self.interview.items[reading.place.item].item if reading.place is not None else None
        step = route.suggested(self.interview)
        if asked is not None and asked.consent is not None and reading.value == ("yes",) and step is not None:
            self._go(step.place, now, Move.STEP)

    def _take_note(self, reading: Reading, first_key_ms: int, now: Moment, note: str) -> None:
        interview = self.interview
        if interview.has_taken(note):
            raise Refused(f"There is a note {note} already.")
        if reading.place is not None:
            self._open_rounds(reading.place.round, now)
        self._emit(note_event(interview, reading, first_key_ms, now, lag_ms=self.lag_ms, note=note))
