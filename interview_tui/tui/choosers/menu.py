"""Errands by their letters: the call menu, and every command by a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview_tui.tui.choosers.chooser import Choice, Chooser, OneOf


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do with the call: what it is called, and what does it."""

    key: str
    label: str
    do: Callable[[], Chooser | str]


class CallMenu(OneOf):
    """What can be done with the call, each by its letter."""

    prompt = "call"
    gives_way = True

    def __init__(self, errands: tuple[Errand, ...], *, at_once: bool = True) -> None:
        self._errands = errands
        self.at_once = at_once
        self.heading = "its letter does it · Esc returns" if at_once else "its letter, and Enter · Esc returns"

    def choices(self, query: str) -> list[Choice]:
        """The errand of the letter typed, then those whose words begin with it."""
        typed = query.strip().casefold()
        fitting = [
            Choice(errand.key, f"{errand.key}  {errand.label}")
            for errand in self._errands
            if errand.key == typed or errand.label.casefold().startswith(typed)
        ]
        return sorted(fitting, key=lambda choice: choice.key != typed)

    def says(self, choice: Choice | None) -> str:
        """What Enter does."""
        return choice.label[3:] if choice is not None else "there is nothing by that letter"

    def take(self, choice: Choice | None) -> Chooser | str:
        """Do it."""
        found = next((errand for errand in self._errands if choice is not None and errand.key == choice.key), None)
        return "" if found is None else found.do()


class Palette(OneOf):
    """Every command, found by a word of what it does."""

    prompt = "command"
    heading = "a word of it · ↓ ↑ choose · Enter does it · Esc returns"

    def __init__(self, errands: tuple[Errand, ...]) -> None:
        self._errands = {errand.label: errand for errand in errands}

    def choices(self, query: str) -> list[Choice]:
        """The commands of which every word typed begins a word."""
        typed = query.casefold().split()
        return [
            Choice(label, label, errand.key)
            for label, errand in self._errands.items()
            if all(any(word.startswith(part) for word in label.casefold().split()) for part in typed)
        ]

    def says(self, choice: Choice | None) -> str:
        """What Enter does."""
        return choice.label if choice is not None else "no command fits"

    def take(self, choice: Choice | None) -> Chooser | str:
        """Do it."""
        return "" if choice is None else self._errands[choice.key].do()
