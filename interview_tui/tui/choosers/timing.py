"""When the participant must leave, and what to leave out so that the rest fits."""

from __future__ import annotations

import re
from collections.abc import Callable

from interview_tui.errors import Refused
from interview_tui.interview.call import Call
from interview_tui.interview.pacing import MINUTE_MS, pace
from interview_tui.interview.ports import Moment
from interview_tui.tui import signs
from interview_tui.tui.choosers.chooser import Choice, OneOf
from interview_tui.tui.choosers.places import choice_of

DAY_MS = 24 * 60 * MINUTE_MS


class MustLeave(OneOf):
    """The time at which they must leave (11:40), or the minutes that are left (11); 0 takes it off again."""

    prompt = "they must leave at"
    heading = "11:40, or the minutes that are left: 11 · 0: no longer · Enter sets it · Esc returns"
    picks = False
    ready = True

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._typed = ""

    def choices(self, query: str) -> list[Choice]:
        """Nothing to choose: it is typed."""
        self._typed = query.strip()
        return []

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - nothing to choose
        """What the time typed comes to."""
        if not self._typed:
            return "Esc returns"
        try:
            deadline_ms = self._deadline_ms()
        except Refused as refusal:
            return refusal.message
        if deadline_ms is None:
            return "no hurry"
        return f"{signs.minutes(deadline_ms - self._now().at_ms)} left"

    def take(self, choice: Choice | None) -> str:  # noqa: ARG002 - nothing to choose
        """Set it."""
        if not self._typed:
            return ""
        deadline_ms = self._deadline_ms()
        self._call.keep(self._call.session.set_deadline(deadline_ms, self._now()))
        if deadline_ms is None:
            return "No hurry any more."
        return f"{signs.minutes(deadline_ms - self._now().at_ms)} left. ^L t shows what could be left out."

    def _deadline_ms(self) -> int | None:
        """What is typed, on the call clock.

        Raises:
            Refused: it is neither a time nor a number of minutes.
        """
        now = self._now()
        clock = re.fullmatch(r"(\d{1,2})[:.](\d{2})", self._typed)
        if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
            wanted_ms = (int(clock[1]) * 60 + int(clock[2])) * MINUTE_MS
            return now.at_ms + (wanted_ms - signs.since_midnight_ms(now.wall_ms)) % DAY_MS
        if self._typed.isascii() and self._typed.isdigit() and len(self._typed) <= 3:
            return now.at_ms + int(self._typed) * MINUTE_MS if int(self._typed) else None
        raise Refused("That is no time.", "11:40, or the minutes that are left: 11.")


class Trim(OneOf):
    """What would be left out so that the must-asks and the rest fit; it stays in reach and can be put back."""

    prompt = "leave these out?"
    picks = False
    ready = True

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._pace = pace(call.interview, now().at_ms)
        self._typed = ""

    @property
    def heading(self) -> str:
        """The time that is left and what is left to ask."""
        return f"Enter leaves these out · Esc returns · {signs.time_plan(self._pace, brief=True)}"

    def choices(self, query: str) -> list[Choice]:
        """The questions that would be left out."""
        self._typed = query.strip()
        return [choice_of(self._call.interview, place) for place in self._pace.drops]

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """How many."""
        if self._typed:
            return "Esc, to type a note"
        dropped = len(self._pace.drops)
        return f"leave out {signs.counted(dropped, 'question')}" if dropped else "everything fits: nothing to leave out"

    def take(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """Leave them out."""
        if self._typed:
            raise Refused("Nothing was left out: something is typed here.", "Esc returns to the note.")
        if not self._pace.drops:
            return "Everything fits: nothing was left out."
        self._call.keep(self._call.session.trim(self._pace.drops, self._now()))
        return f"{signs.counted(len(self._pace.drops), 'question')} left out; ^L t puts them back."
