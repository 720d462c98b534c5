"""Everything that can happen in an interview: a closed set of events, and their JSON form.

An event is appended to the journal the moment it happens and never changed. `at_ms` is the call clock: milliseconds
since the interview was opened, running on through pauses, dropped calls and restarts. `wall_ms` is the wall clock:
milliseconds since the Unix epoch, UTC.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from interview_tui.errors import StorageError


class Level(StrEnum):
    """How far an item is covered."""

    OPEN = "open"  # ○
    TOUCHED = "touched"  # ◐
    DONE = "done"  # ●


class How(StrEnum):
    """How an item came to be covered."""

    ASKED = "asked"
    VOLUNTEERED = "volunteered"
    SKIPPED = "skipped"


class Move(StrEnum):
    """How the interviewer came to a place. From a jump she can go back; a step is the next one or the one before."""

    STEP = "step"
    JUMP = "jump"
    BACK = "back"


class SpanEnd(StrEnum):
    """Why a recording span ended."""

    PAUSE = "pause"
    OFF_RECORD = "off record"
    DROPPED = "dropped"
    LOST = "lost"  # device gone, machine asleep, recorder killed
    STOP = "stop"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: an item, in a round (empty outside every loop), at a line if it is a checklist."""

    item: str
    round: str = ""
    line: str = ""

    @property
    def whole(self) -> Place:
        """The item itself, whichever line of its checklist this is."""
        return Place(self.item, self.round) if self.line else self


@dataclass(frozen=True, slots=True)
class AudioPart:
    """A stretch of one audio file: `frames` frames from `first_frame` of `file` (relative to the case's folder)."""

    file: str
    first_frame: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events carry."""

    at_ms: int
    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewOpened(Event):
    """The interview with a case was opened, under this schedule."""

    case: str
    interviewer: str
    schedule_title: str
    schedule_version: str
    schedule_sha256: str
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewResumed(Event):
    """The app was started again on an unfinished interview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited(Event):
    """The interviewer moved to a place. The visit lasts until the next one."""

    place: Place
    by: Move = Move.STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """An item was answered by code; of a checklist, `line` says which line. A later answer replaces it on screen only.

    `value` holds one or several option keys, or one of `dk rf na nt`.
    """

    place: Place
    value: tuple[str, ...]
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented(Event):
    """A consent was asked for: which, the words read out, and the response."""

    place: Place
    consent: str
    script: str
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTaken(Event):
    """A note was entered. `at_ms` is Enter; `first_key_ms` the first keystroke; `about_ms` that less the reaction lag.

    `mark` is `!` important, `"` near-verbatim quote, `?` come back to this, or empty. `names` are its `@Names`.
    A note typed before consent has `before_consent` set and stays out of exports.
    """

    note: str
    text: str
    first_key_ms: int
    about_ms: int
    places: tuple[Place, ...]
    mark: str = ""
    names: tuple[str, ...] = ()
    before_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFiled(Event):
    """A note was filed anew: these are its homes now."""

    note: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged(Event):
    """This moment was flagged."""

    flag: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered(Event):
    """The coverage of an item changed, by the interviewer's own hand or by moving on from it."""

    place: Place
    level: Level
    how: How
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened(Event):
    """A round of a loop began. `parent` is the round around it, or empty. `key` is the named round, or a number."""

    round: str
    loop: str
    key: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAttached(Event):
    """A round was attached to another parent round."""

    round: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanOpened(Event):
    """Recording began: the first frame of span `span` was captured at `at_ms`."""

    span: int
    rate: int
    channels: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanClosed(Event):
    """Recording stopped. `start_ms` is the call clock of the span's first frame, as measured over the whole span.

    `parts` are its audio in order. `rate` is the device's nominal rate; `drift_ppm` how much faster its clock ran
    than the call clock.
    """

    span: int
    start_ms: int
    frames: int
    parts: tuple[AudioPart, ...]
    reason: SpanEnd
    drift_ppm: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRepacked(Event):
    """The audio of a closed span now lies in these files, sample for sample the same; `sha256` of each."""

    span: int
    parts: tuple[AudioPart, ...]
    sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOffRecord(Event):
    """Off the record from now: nothing is recorded and notes are not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBackOnRecord(Event):
    """On the record again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewEnded(Event):
    """The interview is over. `outcome` is `complete`, or why it ended early."""

    outcome: str


ANY_EVENT = (
    InterviewOpened | InterviewResumed | Visited | Answered | Consented | NoteTaken | NoteFiled | Flagged | Covered
    | RoundOpened | RoundAttached | SpanOpened | SpanClosed | AudioRepacked | WentOffRecord | CameBackOnRecord
    | InterviewEnded
)  # fmt: skip
EVENT_TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in typing.get_args(ANY_EVENT)}


def to_json(event: Event) -> dict[str, Any]:
    """An event as a JSON object; `type` is its class name."""
    return {"type": type(event).__name__, **dataclasses.asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The event that `to_json` made this of.

    Raises:
        StorageError: it is none of our events, or not whole.
    """
    name = data.get("type")
    kind = EVENT_TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise StorageError(
            f"The journal holds an event of type {name!r}, which this version does not know.",
            "Open the study with the version of interview-tui that wrote it, or a newer one.",
        )
    hints = _hints(typing.cast(Any, kind))  # a class is hashable, whatever mypy makes of its instances
    try:
        fields = {f.name: _decode(hints[f.name], data[f.name]) for f in dataclasses.fields(kind) if f.name in data}
        return kind(**fields)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise StorageError(f"A {name} event in the journal is damaged: {error}.") from error


def _decode(hint: Any, value: Any) -> Any:
    """`value` as JSON gave it, brought back to type `hint` (the few shapes that events use)."""
    origin = typing.get_origin(hint)
    if origin is tuple:
        return tuple(_decode(typing.get_args(hint)[0], entry) for entry in value)
    if origin in (typing.Union, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return None if value is None else _decode(inner, value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{key: _decode(hints[key], entry) for key, entry in value.items()})
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if not isinstance(value, hint if hint is not float else (int, float)):
        raise TypeError(f"expected {hint.__name__}, found {value!r}")
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a class's fields; finding them out anew for every event would take longer than all the rest."""
    return typing.get_type_hints(kind)
