"""What all commands of a session stand on: the interview as it is, and the events that a command gives off."""

from __future__ import annotations

from interview_tui.errors import Refused
from interview_tui.interview import rounds, route
from interview_tui.interview.events import Event, Move, Place, RoundOpened, Visited
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview

DEFAULT_LAG_MS = 3000

Events = tuple[Event, ...]


class Commands:
    """Commands over one interview. `lag_ms` is the interviewer's reaction time, taken off a note's time.

    A command applies its events to the interview the moment it makes them, and gives them back to be journalled.
    """

    def __init__(self, interview: Interview, lag_ms: int = DEFAULT_LAG_MS) -> None:
        self.interview = interview
        self.lag_ms = lag_ms
        self._new: list[Event] = []

    def _emit(self, event: Event) -> None:
        self.interview.apply(event)
        self._new.append(event)

    def _done(self) -> Events:
        events, self._new = tuple(self._new), []
        return events

    def _must_go_on(self) -> None:
        if self.interview.ended:
            raise Refused("The interview has ended.", "Its record can be read and corrected in review.")

    def _must_be_over(self) -> None:
        if not self.interview.ended:
            raise Refused("The interview is not over yet.", "End it first: Ctrl+L e.")

    def _known(self, place: Place) -> None:
        located = self.interview.items.get(place.item)
        chain = self.interview.round_chain(place.round)
        loop = located.loops[-1].id if located is not None and located.loops else ""
        if located is None or (chain[0].loop if chain else "") != loop:
            raise Refused(f"There is no item {place.item!r} in {place.round or 'the schedule'}.")

    def _note(self, note: str) -> tuple[Place, ...]:
        if note not in self.interview.notes:
            raise Refused(f"There is no note {note}.")
        return self.interview.notes[note].places

    def _go(self, place: Place, now: Moment, by: Move) -> None:
        self._open_rounds(place.round, now)
        there = place if place.line else route.current_line(self.interview, place)
        self._emit(Visited(**now.stamp, place=there, by=by))

    def _open_rounds(self, round_id: str, now: Moment) -> None:
        for found in reversed(self.interview.round_chain(round_id)):
            if found.id not in self.interview.rounds:
                self._open(found, now)

    def _open(self, new: rounds.Round, now: Moment) -> None:
        self._emit(RoundOpened(**now.stamp, round=new.id, loop=new.loop, key=new.key, parent=new.parent))
