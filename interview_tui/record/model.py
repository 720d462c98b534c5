"""The structured incident record: what the merge yields, review shows and exports write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interview_tui.interview.events import How, Level, Place, Stretch
from interview_tui.record.fidelity import Asked
from interview_tui.record.review.changes import ReviewState
from interview_tui.record.review.review import Quotation
from interview_tui.record.transcript import Doubt, Provenance, Turn


class Completeness(StrEnum):
    """How well a part of an incident is filled."""

    FILLED = "filled"
    THIN = "thin"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PlacedTurn:
    """A turn, or a part of one, with the place it belongs to (None: it belongs to no question), why, and how sure."""

    turn: Turn
    place: Place | None
    why: str = ""
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note with its homes and the moment it is about (call clock, ms).

    `places` are where what it is about belongs, first, and wherever she filed it herself; `filed` is where it was filed
    as she typed it: at the question where the screen stood, or where she said.
    """

    note: str
    text: str
    mark: str
    names: tuple[str, ...]
    about_ms: int
    typed_ms: int
    places: tuple[Place, ...]
    filed: tuple[Place, ...] = ()
    turn: int = 0  # number of the turn that prompted it; 0 if there is no talk near it
    before_consent: bool = False
    kept: bool = False  # what was said then was taken back, and she was asked and kept the note


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something comes from: turns by number, notes by id, and the audio they span (None where there is none)."""

    turns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    audio: Stretch | None = None

    def __bool__(self) -> bool:
        return bool(self.turns or self.notes)


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one item in one round: the question as worded then, its answer, its coverage, its evidence.

    `answer` is in words; of a checklist, one `line: yes` a line. `heading` is the breadcrumb, outermost first.
    """

    place: Place
    kind: str
    heading: tuple[str, ...]
    question: str
    answer: tuple[str, ...]
    level: Level
    how: How | None
    on_route: bool
    evidence: Evidence
    reason: str = ""
    theme: str = ""
    fills: str = ""
    asked: Asked = Asked.NOT_REACHED


@dataclass(frozen=True, slots=True)
class Field:
    """A part of an incident."""

    key: str
    question: str
    needed: bool
    state: Completeness
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round of a loop: its answers by item id, in words, and where it belongs."""

    id: str
    label: str
    loop: str
    key: str
    parent: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """A critical incident: the round it was told in, the order of telling, its parts."""

    id: str
    label: str
    key: str
    parent: str
    order: int
    fields: tuple[Field, ...]
    evidence: Evidence

    @property
    def complete(self) -> bool:
        """Whether none of the needs is missing."""
        return all(field.state is not Completeness.MISSING for field in self.fields if field.needed)


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """A flagged moment (call clock, ms)."""

    flag: str
    at_ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Record:
    """One interview, brought together. Times are call clock, ms; `opened_wall_ms` is the wall clock at 0.

    `talk_ms` is how long was talked in each section and each incident, pauses left out.
    `outcome` is a code of `interview.outcomes` and `reason` what was typed with it. `debrief` is what the interviewer
    wrote down afterwards, each under what it was asked as. `review` is how far its review is, `quotations` what is
    worth quoting of what is on the record.
    """

    case: str
    interviewer: str
    study: str
    schedule_title: str
    schedule_version: str
    schedule_sha256: str
    opened_wall_ms: int
    ended_ms: int | None
    outcome: str
    rehearsal: bool
    spans: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    withheld: tuple[Stretch, ...]
    rounds: tuple[RoundRecord, ...]
    incidents: tuple[Incident, ...]
    entries: tuple[Entry, ...]
    turns: tuple[PlacedTurn, ...]
    notes: tuple[PlacedNote, ...]
    flags: tuple[FlagRecord, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    provenance: Provenance | None = None
    reason: str = ""
    debrief: tuple[tuple[str, str], ...] = ()
    talk_ms: tuple[tuple[str, int], ...] = ()
    review: ReviewState = ReviewState.TRANSCRIBED
    quotations: tuple[Quotation, ...] = ()

    @property
    def origin_ms(self) -> int:
        """The call clock of the first recorded sample, from which times are shown; 0 where nothing was recorded."""
        return min((span.start_ms for span in self.spans), default=0)
