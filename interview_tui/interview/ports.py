"""What an interview needs from the world outside: a clock, a journal, a recorder. Each has a fake in the tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypedDict

from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.sound import AudioPart, SpanEnd


class Stamp(TypedDict):
    """The two times of an event."""

    at_ms: int
    wall_ms: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment on both clocks: call clock and wall clock (ms since the Unix epoch, UTC), in milliseconds."""

    at_ms: int
    wall_ms: int

    @property
    def stamp(self) -> Stamp:
        """What every event of this moment carries."""
        return {"at_ms": self.at_ms, "wall_ms": self.wall_ms}

    def earlier(self, at_ms: int) -> Moment:
        """The moment at another reading of the call clock."""
        return Moment(at_ms, self.wall_ms - (self.at_ms - at_ms))


class Clock(Protocol):
    """The call clock of one interview."""

    def now(self) -> Moment:
        """This moment."""
        ...

    def at_ms_of(self, monotonic_ns: int) -> int:
        """The call clock at a reading of `monotonic.now_ns` (the same clock in every process of this machine)."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What is half typed: its text and its first keystroke on the call clock; in the debrief, in which `box`."""

    text: str
    first_key_ms: int
    box: str = ""


class Journal(Protocol):
    """The append-only list of an interview's events. No method waits for the disk, `close` excepted."""

    def append(self, events: Sequence[Event]) -> int:
        """Queue events to be made durable, in order; gives the number of the last (1, 2, 3 … over the interview)."""
        ...

    def keep_draft(self, draft: Draft | None) -> None:
        """Queue the half-typed line to be kept in place of the one before; None when there is none."""
        ...

    @property
    def saved(self) -> int:
        """The number of the last event that is known to be on disk."""
        ...

    @property
    def failure(self) -> StorageError | None:
        """Why saving fails at present; None while it works. What is queued is kept and tried again."""
        ...

    def close(self, timeout_s: float) -> bool:
        """Write what is queued; False if it could not be written within `timeout_s`."""
        ...


class RecorderState(StrEnum):
    """What the recorder is doing."""

    OFF = "off"  # no recorder process
    RECORDING = "recording"
    SEEKING = "seeking"  # it should record and gets no sound, or no disk takes it: it tries to go on by itself
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What is known of the recorder at this moment.

    `frames` are those of the current span that are written; `level_db` the peak of the last moments in dBFS per
    channel, a second device's last; `heard_ns` the monotonic time of the last captured block; `started_ns` that of the
    span's first frame. The recorder begins a new span by itself when its sound was interrupted: `span` tells.
    `message` says what is wrong at this moment, empty while nothing is. `alone_s` is how long no app had spoken to it
    when this one took hold of it.
    """

    state: RecorderState
    span: int = 0
    frames: int = 0
    rate: int = 0
    channels: int = 0
    source: str = ""
    started_ns: int = 0
    heard_ns: int = 0
    level_db: tuple[float, ...] = ()
    free_bytes: int = 0
    message: str = ""
    alone_s: int = 0


@dataclass(frozen=True, slots=True)
class RecordedTrack:
    """What a second device recorded during a span, on its own clock; see `RecordedSpan`."""

    source: str
    rate: int
    channels: int
    frames: int
    started_ns: int
    parts: tuple[AudioPart, ...]
    drift_ppm: float = 0.0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class RecordedSpan:
    """A span that the recorder has closed; `started_ns` is the monotonic time of its first frame (lower envelope).

    `sha256` is the hash of its samples, see `events.SpanClosed`.
    """

    number: int
    rate: int
    channels: int
    frames: int
    started_ns: int
    parts: tuple[AudioPart, ...]
    source: str
    reason: SpanEnd
    drift_ppm: float = 0.0
    sha256: str = ""
    beside: RecordedTrack | None = None

    @classmethod
    def of_tracks(cls, number: int, tracks: Sequence[RecordedTrack], reason: SpanEnd) -> RecordedSpan:
        """The span that one track is, or two are: the second is what lies beside the first."""
        first = tracks[0]
        return cls(
            number=number,
            rate=first.rate,
            channels=first.channels,
            frames=first.frames,
            started_ns=first.started_ns,
            parts=first.parts,
            source=first.source,
            reason=reason,
            drift_ppm=first.drift_ppm,
            sha256=first.sha256,
            beside=tracks[1] if len(tracks) > 1 else None,
        )


class Recorder(Protocol):
    """The recorder process of one interview, as the app holds it. Commands wait for its answer (a few ms).

    Spans are numbered through the interview, and the recorder begins new ones by itself: `span` in a command is the
    least number that the next span may get, the status says which it has.
    """

    def start(self, folder: Path, span: int) -> RecorderStatus:
        """Start recording span `span` into `folder`; returns once the first block is written.

        Raises:
            AudioError: the source cannot be recorded from.
        """
        ...

    def pause(self, reason: SpanEnd) -> RecordedSpan | None:
        """Close the span and the source: no sample of what follows is stored anywhere.

        Of a recorder that seeks its source or has failed this gives the span it closed last, or None.
        """
        ...

    def resume(self, span: int) -> RecorderStatus:
        """Open the source again, in a new span."""
        ...

    def stop(self) -> RecordedSpan | None:
        """Close the span, if one is open, and end the recorder process."""
        ...

    def attach(self, folder: Path) -> RecorderStatus:
        """Take hold of the recorder that still runs in `folder` from before; state OFF if there is none."""
        ...

    def status(self) -> RecorderStatus:
        """What the recorder is doing. Never waits."""
        ...

    def closed_spans(self, folder: Path) -> list[RecordedSpan]:
        """Every span that has been closed in `folder`, and every one that was cut off, its broken tail repaired."""
        ...


@dataclass(frozen=True, slots=True)
class SoundSource:
    """A device that can be recorded from: the name that chooses it, and `about`, what people call it (empty: the same).

    A loopback gives what the machine plays, as the other end of a call that a program on it holds.
    """

    name: str
    channels: int
    about: str = ""
    is_default: bool = False
    is_loopback: bool = False


class SoundCheck(Protocol):
    """Hearing both ends before a call: nothing of it is kept. Commands may wait for the device; `status` never does."""

    def begin(self) -> None:
        """Open the source that the call will be recorded from.

        Raises:
            AudioError: it cannot be recorded from; says the way out.
        """
        ...

    def status(self) -> RecorderStatus:
        """The source, its channels and their levels now."""
        ...

    def play_back(self) -> None:
        """Play the last 5 s that were heard, once.

        Raises:
            AudioError: nothing was heard yet, or there is nothing to play to.
        """
        ...

    def end(self) -> None:
        """Close the source and forget what was heard."""
        ...


class DeviceCheck(SoundCheck, Protocol):
    """A sound check during which the devices can be chosen that calls are recorded from on this machine."""

    def devices(self) -> list[SoundSource]:
        """Every device that can be chosen.

        Raises:
            AudioError: there is nothing to choose, or the sound system does not answer.
        """
        ...

    @property
    def chosen(self) -> tuple[str, str]:
        """The devices that are opened by `begin`: the interviewer's, empty for the system's own; that of the line,
        empty for none.
        """
        ...

    def try_out(self, source: str, line: str) -> None:
        """Let `begin` open these devices from now on."""
        ...

    def keep(self) -> None:
        """Record the calls on this machine from what is tried out.

        Raises:
            StorageError: that cannot be remembered; it holds until the app ends.
        """
        ...


@dataclass(frozen=True, slots=True)
class Power:
    """What feeds the machine: the battery's charge, 0-100; whether it is plugged in."""

    percent: int
    plugged: bool
