"""Consent to recording, asked for again after a dropped line or a gap."""

from __future__ import annotations

from collections.abc import Callable

from interview_tui.errors import Refused
from interview_tui.tui.choosers.chooser import Choice, OneOf


class Reconfirm(OneOf):
    """Yes goes on recording, no goes on with notes only; nothing is recorded before the answer."""

    prompt = "may it go on being recorded?"
    heading = "ask them · y records again · n notes only · Esc waits"
    at_once = True
    gives_way = True

    def __init__(self, answered: Callable[[bool], str]) -> None:
        self._answered = answered

    def choices(self, query: str) -> list[Choice]:
        """Yes and no."""
        both = (Choice("y", "y  yes, they agree"), Choice("n", "n  no: notes only"))
        return [choice for choice in both if choice.key.startswith(query.strip().casefold())]

    def says(self, choice: Choice | None) -> str:
        """What Enter does."""
        if choice is None:
            return "y or n"
        return "consent: yes, and record" if choice.key == "y" else "consent: no, notes only"

    def take(self, choice: Choice | None) -> str:
        """Take the answer."""
        if choice is None:
            raise Refused("Do they agree to go on being recorded? y or n.")
        return self._answered(choice.key == "y")
