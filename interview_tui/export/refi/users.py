"""The users of a project: the people who interviewed, and the program."""

from __future__ import annotations

from interview_tui.export.refi.characters import named
from interview_tui.export.refi.identity import Identity
from interview_tui.export.refi.markup import Lines, element

AUTOMATIC = "interview_tui (automatic)"
"""Who coded what follows from the schedule, so that it can be told from what people code."""
_NOBODY = "researcher"


class Users:
    """Users, each once, people first: a program that imports a project takes its user for the first of them."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._people: dict[str, None] = {}

    def person(self, name: str) -> str:
        """The identity of a person of this name."""
        return self._identity.of("user", _person(name))

    @property
    def automatic(self) -> str:
        """The identity of the program as a user."""
        return self._identity.of("user", "", "automatic")

    @property
    def first(self) -> str:
        """The identity of the user who stands first."""
        return self.person(next(iter(self._people), ""))

    def add(self, name: str) -> None:
        """Take a person in."""
        self._people.setdefault(_person(name))

    def lines(self) -> Lines:
        """The `Users` element."""
        people = [*self._people] or [_NOBODY]
        users = [element("User", guid=self.person(name), name=name, id=name) for name in people]
        users.append(element("User", guid=self.automatic, name=AUTOMATIC, id="automatic"))
        return element("Users", [line for user in users for line in user])


def _person(name: str) -> str:
    return named(name, _NOBODY)
