"""Where one can go from a screen, and the messages that ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual.message import Message


@dataclass(frozen=True, slots=True)
class ToStudy:
    """All interviews of the study as a table."""


@dataclass(frozen=True, slots=True)
class ToRecord:
    """The record of a case: at a moment (call clock, ms), or at an incident by its id."""

    case: str
    at_ms: int | None = None
    incident: str = ""


@dataclass(frozen=True, slots=True)
class ToTranscript:
    """The transcript of a case, at a moment (call clock, ms); `plays` from there."""

    case: str
    at_ms: int | None = None
    plays: bool = False


@dataclass(frozen=True, slots=True)
class ToDoubts:
    """What is doubtful in a case."""

    case: str


@dataclass(frozen=True, slots=True)
class ToHistory:
    """Everything that was changed in a case."""

    case: str


@dataclass(frozen=True, slots=True)
class ToNames:
    """The names of a case and their pseudonyms."""

    case: str


@dataclass(frozen=True, slots=True)
class ToSearch:
    """A search of the whole study, or of a case."""

    case: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class ToComparison:
    """The incidents of the study side by side."""


@dataclass(frozen=True, slots=True)
class ToCases:
    """The cases of the study; with a case, its card."""

    case: str = ""


@dataclass(frozen=True, slots=True)
class ToFigures:
    """The figures of the study: fidelity, exhaustiveness, participation, agreement."""


@dataclass(frozen=True, slots=True)
class ToSorting:
    """The incidents to be sorted into categories; or, to be judged, those of the sample."""

    judging: bool = False


@dataclass(frozen=True, slots=True)
class ToTallies:
    """How many there are of each kind, and how many are wanted."""


_Review = ToStudy | ToRecord | ToTranscript | ToDoubts | ToHistory | ToNames | ToSearch | ToComparison
Destination = _Review | ToCases | ToFigures | ToSorting | ToTallies


class Ring(Message):
    """A case is to be rung for a new interview, after the check before the call; without one, a sound check is made."""

    def __init__(self, case: str = "") -> None:
        super().__init__()
        self.case = case


class GoOn(Message):
    """An unfinished interview is to go on."""

    def __init__(self, case: str) -> None:
        super().__init__()
        self.case = case


@runtime_checkable
class Tells(Protocol):
    """A screen that can say what has happened elsewhere."""

    def tell(self, message: str) -> None:
        """Say it; it stays until the next command."""
        ...


class Go(Message):
    """Somewhere else is to be shown; `instead` of the screen that asks for it, which is left."""

    def __init__(self, to: Destination, *, instead: bool = False) -> None:
        super().__init__()
        self.to = to
        self.instead = instead
