"""A chooser: what the line asks for. It knows nothing of the screen.

The moment at which something is done (`now`) is that of the key that does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; `key` tells it from the others."""

    key: str
    label: str
    detail: str = ""
    glyph: str = ""


class Chooser(Protocol):
    """What the line asks for."""

    @property
    def prompt(self) -> str:
        """What stands before the line, as in `go to`."""
        ...

    @property
    def heading(self) -> str:
        """What stands over the choices."""
        ...

    def choices(self, query: str) -> list[Choice]:
        """What can be chosen, given what has been typed; the first is what Enter takes."""
        ...

    def says(self, choice: Choice | None) -> str:
        """What Enter will do."""
        ...

    @property
    def marks(self) -> bool:
        """Whether choices can be marked, so that Enter takes several."""
        ...

    @property
    def picks(self) -> bool:
        """Whether Enter takes one of the choices; else they are only there to be read."""
        ...

    @property
    def ready(self) -> bool:
        """Whether Enter takes something although nothing is typed or chosen."""
        ...

    @property
    def at_once(self) -> bool:
        """Whether a choice is taken as soon as its key is typed, without Enter."""
        ...

    @property
    def gives_way(self) -> bool:
        """Whether typing something that fits no choice goes on in the line, as if nothing had been asked."""
        ...

    def mark(self, choice: Choice) -> None:
        """Mark a choice, differently each time."""
        ...

    def take(self, choice: Choice | None) -> Chooser | str:
        """Take the marked choices, or this one: what is asked next, or what has happened.

        Raises:
            Refused: the interview cannot take it; nothing has changed.
        """
        ...


class OneOf:
    """A chooser of one thing, which must be named."""

    marks = False
    picks = True
    ready = False
    at_once = False
    gives_way = False

    def mark(self, choice: Choice) -> None:
        """Nothing is marked."""
