"""How the interview ends: through, or early, and what may be kept then; or another time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview_tui.errors import Refused
from interview_tui.interview import outcomes, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Kept
from interview_tui.interview.outcomes import Outcome
from interview_tui.tui import signs
from interview_tui.tui.choosers.chooser import Choice, OneOf
from interview_tui.tui.choosers.places import choice_of

KEPT_KEYS = {"1": Kept.ALL, "2": Kept.NOTES, "3": Kept.NOTHING}


@dataclass(frozen=True, slots=True)
class Ending:
    """How an interview ends: its outcome, why, and what may be kept."""

    outcome: Outcome = outcomes.COMPLETE
    reason: str = ""
    kept: Kept = Kept.ALL


End = Callable[[Ending], None]


class EndInterview(OneOf):
    """Whether to end the interview; the must-asks that are still open are listed, in asking order."""

    prompt = "end interview?"
    picks = False
    ready = True

    def __init__(self, call: Call, end: End) -> None:
        self._call = call
        self._end = end
        self._typed = ""

    @property
    def heading(self) -> str:
        """What ending means, and what was not asked."""
        left = len(route.must_left(self._call.interview))
        open_ones = f" · {signs.counted(left, 'must-ask')} still open" if left else ""
        return f"Enter ends it · Esc returns{open_ones}"

    def choices(self, query: str) -> list[Choice]:
        """The must-asks that are left, whatever is typed."""
        self._typed = query.strip()
        interview = self._call.interview
        return [choice_of(interview, step.place) for step in route.must_left(interview)]

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """That it ends, unless something is typed: that was meant for a note."""
        return "Esc, to type a note" if self._typed else "end the interview"

    def take(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """End it."""
        if self._typed:
            raise Refused("Not ended: something is typed here.", "Esc returns to the note; nothing typed ends it.")
        self._end(Ending())
        return ""


class WhyEnded(OneOf):
    """Why the interview ends early, by the letter of the outcome."""

    prompt = "ends early because"
    heading = "its letter · Enter takes it · Esc returns"

    def __init__(self, end: End) -> None:
        self._end = end

    def choices(self, query: str) -> list[Choice]:
        """The outcome of the letter typed, then those whose words begin with it."""
        typed = query.strip().casefold()
        return [
            Choice(each.code, f"{each.key}  {each.label}", f"AAPOR {each.aapor}")
            for each in sorted(outcomes.EARLY, key=lambda outcome: outcome.key != typed)
            if each.key == typed or each.label.casefold().startswith(typed)
        ]

    def says(self, choice: Choice | None) -> str:
        """Which outcome."""
        return "no outcome by that letter" if choice is None else f"outcome: {choice.key}; the reason comes next"

    def take(self, choice: Choice | None) -> InFewWords | str:
        """Take it, and ask for the reason."""
        return "" if choice is None else InFewWords(Ending(outcomes.BY_CODE[choice.key]), self._end)


class InFewWords(OneOf):
    """The reason in a few words; it may be left empty."""

    prompt = "reason"
    heading = "in a few words, or empty · Enter goes on · Esc returns, and nothing has ended"
    picks = False
    ready = True

    def __init__(self, ending: Ending, end: End) -> None:
        self._ending = ending
        self._end = end
        self._typed = ""

    def choices(self, query: str) -> list[Choice]:
        """Nothing to choose."""
        self._typed = query.strip()
        return []

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - nothing to choose
        """What comes next."""
        return "next: what may be kept"

    def take(self, choice: Choice | None) -> WhatIsKept:  # noqa: ARG002 - nothing to choose
        """Ask what may be kept."""
        return WhatIsKept(Ending(self._ending.outcome, self._typed, self._ending.outcome.kept), self._end)


class WhatIsKept(OneOf):
    """What the participant lets be kept. What is not kept is withheld, and destroyed after the debrief."""

    prompt = "kept"
    ready = True

    def __init__(self, ending: Ending, end: End) -> None:
        self._ending = ending
        self._end = end

    @property
    def heading(self) -> str:
        """What happens."""
        return f"1 2 3 · Enter: {self._ending.kept} · this ends the interview · Esc returns"

    def choices(self, query: str) -> list[Choice]:
        """All, the notes, nothing; what the outcome suggests first."""
        typed = query.strip()
        laid = sorted(KEPT_KEYS.items(), key=lambda entry: entry[1] is not self._ending.kept)
        return [Choice(key, f"{key}  {kept}") for key, kept in laid if key.startswith(typed)]

    def says(self, choice: Choice | None) -> str:
        """That it ends, and what is kept."""
        return "1, 2 or 3" if choice is None else f"end; kept: {KEPT_KEYS[choice.key]}"

    def take(self, choice: Choice | None) -> str:
        """End it."""
        if choice is None:
            raise Refused("Not ended: 1, 2 or 3.", "Esc returns to the call.")
        self._end(Ending(self._ending.outcome, self._ending.reason, KEPT_KEYS[choice.key]))
        return ""


class CallBack(OneOf):
    """When the interview goes on; the call is left unfinished then."""

    prompt = "call back"
    heading = "when, in any words: Thursday 10:00 · Enter leaves the call unfinished · Esc returns"
    picks = False

    def __init__(self, book: Callable[[str], str]) -> None:
        self._book = book
        self._typed = ""

    def choices(self, query: str) -> list[Choice]:
        """Nothing to choose."""
        self._typed = query.strip()
        return []

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - nothing to choose
        """That the call is left."""
        return "book it, and leave the call unfinished" if self._typed else "say when"

    def take(self, choice: Choice | None) -> str:  # noqa: ARG002 - nothing to choose
        """Book it."""
        return self._book(self._typed)
