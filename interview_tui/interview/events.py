"""Everything that can happen in a call and to its recording, as events: with `corrections`, all there are.

An event is appended to the journal the moment it happens and never changed. `at_ms` is the call clock: milliseconds
since the interview was opened, running on through pauses, dropped calls and restarts. `wall_ms` is the wall clock:
milliseconds since the Unix epoch, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interview_tui.interview.sound import AttachedPiece, AudioPart, SpanEnd, Track


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


class Kept(StrEnum):
    """What may be kept of an interview that ended early."""

    ALL = "everything so far"
    NOTES = "the notes, no audio"
    NOTHING = "nothing"


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
class Stretch:
    """A stretch of the call clock, end exclusive, in milliseconds."""

    start_ms: int
    end_ms: int

    def holds(self, at_ms: int) -> bool:
        """Whether a moment lies in it."""
        return self.start_ms <= at_ms < self.end_ms


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
    """A consent was asked for: which, the words read out and the schedule they are from, and the response.

    `occasion` says why it was asked for again: a dropped line, a gap. It is empty the first time.
    """

    place: Place
    consent: str
    script: str
    given: bool
    schedule_version: str = ""
    occasion: str = ""


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
    """Recording began: the first frame of span `span` was captured at `at_ms`.

    `channels` are those that are heard, the one of a second device included; `source` names both devices then.
    """

    span: int
    rate: int
    channels: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanClosed(Event):
    """Recording stopped. `start_ms` is the call clock of the span's first frame, as measured over the whole span.

    `parts` are its audio in order, `beside` what a second device recorded meanwhile. `drift_ppm` is how much faster
    the device's clock ran than the call clock. `sha256` is the hash of all samples of the span one after the other,
    as interleaved 16-bit little-endian integers: whatever lossless file they lie in later, it stays the same.
    """

    span: int
    start_ms: int
    frames: int
    parts: tuple[AudioPart, ...]
    reason: SpanEnd
    drift_ppm: float = 0.0
    sha256: str = ""
    beside: Track | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRepacked(Event):
    """The audio of a closed span now lies in these files, sample for sample the same; `sha256` of each file.

    Of a span with a second track, the parts are `channels` channels from now on: the second track on the last, on the
    clock of the first. 0 leaves it at as many as there were.
    """

    span: int
    parts: tuple[AudioPart, ...]
    sha256: tuple[str, ...]
    channels: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingAttached(Event):
    """A recording from another recorder takes the place of what was recorded here, where both have sound.

    `original` is the name of the file as it came, `sha256` its hash; it is not kept. `how` says by what it was lined
    up: the recording made here, a mark, or by hand.
    """

    attached: str
    original: str
    sha256: str
    how: str
    pieces: tuple[AttachedPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingDetached(Event):
    """A recording from another recorder was taken off again: all is as before it."""

    attached: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WentOffRecord(Event):
    """Off the record from now: nothing is recorded and notes are not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBackOnRecord(Event):
    """On the record again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Event):
    """Talk was taken back: it is not played, transcribed, recorded or exported, and the notes and answers with it.

    `notes` are withheld wherever they were typed; `answers` are the places whose answers within the stretches are.
    `rounds` are those that were withdrawn whole after the end: nothing is shown of them any more.
    """

    withheld: str
    stretches: tuple[Stretch, ...]
    notes: tuple[str, ...] = ()
    answers: tuple[Place, ...] = ()
    scope: str = ""
    rounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Event):
    """What was withheld is on the record after all."""

    withheld: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed(Event):
    """What was withheld is destroyed: audio, notes and answers. Of it only this and the times of `Withheld` remain."""

    withheld: str
    notes: int
    recorded_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Event):
    """Here stood something that was destroyed with what it belonged to."""

    withheld: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDropped(Event):
    """The line went dead, at this place."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Redialled(Event):
    """The participant was rung again after the line had gone dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRestored(Event):
    """The participant is on the line again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackBooked(Event):
    """The interview goes on another time: `when`, in the words that were agreed."""

    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyNoted(Event):
    """Somebody else can hear this end or that end of the call, or (`present` false) no longer can."""

    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DistressNoted(Event):
    """The participant was distressed; the interviewer looked at what to do then."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSet(Event):
    """The participant must leave at `deadline_ms` of the call clock; None: there is no hurry after all."""

    deadline_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed(Event):
    """These items are no longer suggested, for want of time. They stay in reach."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrimmed(Event):
    """There is time for them after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewEnded(Event):
    """The interview is over. `outcome` is `complete`, or a code that says why it ended early (see `outcomes`)."""

    outcome: str
    reason: str = ""
    kept: Kept = Kept.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefWritten(Event):
    """A box of the debrief reads so now."""

    box: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Debriefed(Event):
    """The interviewer is through with the debrief."""


IN_THE_CALL = (
    InterviewOpened | InterviewResumed | Visited | Answered | Consented | NoteTaken | NoteFiled | Flagged | Covered
    | RoundOpened | RoundAttached | SpanOpened | SpanClosed | AudioRepacked | RecordingAttached | RecordingDetached
    | WentOffRecord | CameBackOnRecord | Withheld | Restored | Destroyed | Erased | CallDropped | Redialled
    | CallRestored | CallBackBooked | ThirdPartyNoted | DistressNoted | DeadlineSet | Trimmed | Untrimmed
    | InterviewEnded | DebriefWritten | Debriefed
)  # fmt: skip
