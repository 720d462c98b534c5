"""Being warned without being interrupted: what stands against a call going well, a short sentence each.

A `Watch` is fed with what is known, about five times a second, and says what to warn of. It never acts; a warning goes
by itself when it is over, and until it changes it can be laid aside, unless something is being lost at this moment.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

from interview_tui.interview.interruption import Interruption
from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.tui import signs
from interview_tui.tui.hearing import LONGEST_LOOK_MS, Ear, input_of, no_signal

GONE = (RecorderState.OFF, RecorderState.STOPPED, RecorderState.FAILED)
STALLED_MS = 1500
SILENCE_MS = 20_000
NEVER_HEARD_MS = 3000
"""So soon a span is told of in which there never was any signal: it was opened without a microphone behind it."""
TOLD_FOR_MS = 30_000
NOTICED_MS = 100
"""How much must be missing to be told."""
LONG_MS = 120_000
"""After so long without recording they are to be told that it goes on."""
SILENCE_STEP_MS = 10_000
NO_SIGNAL_MS = 30_000
OTHERS_SPEAK_MS = 3000
"""How much of a pause on one channel must be speech on another, for it to be the line and not the talk that is gone."""
GATED_MS = 1000
"""A line that is cut for longer than this and comes back is a gate's, which lets nothing but speech through."""
ONE_SIDED_MS = 180_000
"""How long one of them may speak and the other, who has been heard before, say nothing at all."""
QUIET_AFTER_MS = 30_000
TOO_QUIET_DB = -40.0
CLIPPED_DB = -0.3
CLIPPED_LOOKS = 5
CLIPPED_WITHIN_MS = 10_000
BYTES_PER_SAMPLE = 2
GRAVE_ROOM_MIN = 10
LOW_PERCENT, GRAVE_PERCENT = 25, 10
SLACK = 1.1
QUIET_SLACK_DB = 3.0
"""By how much more than what a warning asks for there must be, until it goes: it must not flicker."""


class Severity(StrEnum):
    """How grave a warning is, as its glyph: something is lost or soon will be, or it is to be seen to."""

    GRAVE = "✗"
    HINT = "!"


class Kind(Enum):
    """What a warning is about, what is lost at this moment first."""

    SAVING = 1
    RECORDER = 2
    SOURCE = 3
    SIGNAL = 4
    DISK = 5
    BATTERY = 6
    MISSING = 7
    CLIPPING = 8
    SILENCE = 9
    QUIET = 10


LOST_NOW = (Kind.SAVING, Kind.RECORDER)
"""What cannot be laid aside."""


_DIGITS = re.compile(r"\d+")
Subject = tuple[Kind, Severity, int, str]


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning that stands; `channel` counts from 1, 0 where it is about none. `about` tells it from another one of
    its kind, where there can be several.
    """

    kind: Kind
    severity: Severity
    text: str
    channel: int = 0
    about: str = ""

    def __str__(self) -> str:
        return f"{self.severity.value} {self.text}"

    @property
    def subject(self) -> Subject:
        """What makes it the same warning as before, whatever figures are in its text."""
        return (self.kind, self.severity, self.channel, self.about)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known at a moment of the call clock.

    `expected` while sound should be recorded. `minutes_left` of the plan, None without one. `power` None when it was
    not asked for this time, or the system does not tell. `unsaved` is why the journal cannot be saved, else empty.
    `interruptions` are those of the interview so far.
    """

    now_ms: int
    recorder: RecorderStatus
    expected: bool
    minutes_left: float | None = None
    power: Power | None = None
    unsaved: str = ""
    interruptions: Sequence[Interruption] = ()


class Watch:
    """Watches over one call."""

    def __init__(self) -> None:
        self._pace = _Pace()
        self._talk: _Talk | None = None
        self._power: Power | None = None
        self._short_of_room = False
        self._standing: tuple[Caution, ...] = ()
        self._aside: set[Subject] = set()

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """The warnings that stand and were not laid aside, the gravest first."""
        return tuple(caution for caution in self._standing if caution.subject not in self._aside)

    @property
    def stalled_ms(self) -> int:
        """How long no new frame has come from a recorder that should record."""
        return self._pace.stalled_ms

    def look(self, sight: Sight) -> tuple[Caution, ...]:
        """Take in what is known now; gives the warnings that stand, the gravest first."""
        moved = self._pace.look(sight)
        self._power = sight.power or self._power
        found = [*self._of_saving(sight), *self._of_recorder(sight), *self._of_disk(sight), *self._of_battery()]
        found += self._of_talk(sight, moved=moved)
        found += _of_what_is_missing(sight)
        found.sort(key=lambda caution: (caution.severity is not Severity.GRAVE, caution.kind.value, caution.channel))
        self._standing = tuple(found)
        self._aside &= {caution.subject for caution in found}
        return self.cautions

    def lay_aside(self) -> bool:
        """Lay aside the gravest warning that can be: it is gone until it changes. False if there is none."""
        for caution in self.cautions:
            if caution.kind not in LOST_NOW:
                self._aside.add(caution.subject)
                return True
        return False

    def _of_saving(self, sight: Sight) -> Iterator[Caution]:
        if sight.unsaved:
            yield Caution(Kind.SAVING, Severity.GRAVE, f"NOT SAVED: {sight.unsaved}")

    def _of_recorder(self, sight: Sight) -> Iterator[Caution]:
        status = sight.recorder
        if not sight.expected:
            return
        if status.state is RecorderState.SEEKING:
            reason = status.message or "No sound comes. It goes on by itself."
            yield Caution(Kind.RECORDER, Severity.GRAVE, f"NOT RECORDING NOW: {reason}")
        elif status.state in GONE:
            reason = status.message or "The recorder is gone."
            yield Caution(Kind.RECORDER, Severity.GRAVE, f"NOT RECORDING: {reason} Ctrl+R starts it again.")
        elif status.message:
            yield Caution(Kind.SOURCE, Severity.GRAVE, status.message, about=_DIGITS.sub("", status.message))
        elif self._pace.stalled_ms > STALLED_MS:
            seconds = self._pace.stalled_ms // 1000
            yield Caution(Kind.RECORDER, Severity.GRAVE, f"No sound has come from the recorder for {seconds} s.")

    def _of_disk(self, sight: Sight) -> Iterator[Caution]:
        status = sight.recorder
        per_minute = status.rate * status.channels * BYTES_PER_SAMPLE * 60
        if per_minute <= 0 or status.free_bytes <= 0:  # not told
            return
        room_min = status.free_bytes / per_minute
        wanted_min = max(GRAVE_ROOM_MIN, sight.minutes_left or 0.0)
        self._short_of_room = room_min < wanted_min * (SLACK if self._short_of_room else 1)
        if not self._short_of_room:
            return
        room = f"disk: room for {room_min:.0f} min of recording"
        if room_min < GRAVE_ROOM_MIN or sight.minutes_left is None:
            yield Caution(Kind.DISK, Severity.GRAVE, room)
        else:
            yield Caution(Kind.DISK, Severity.HINT, f"{room}, {sight.minutes_left:.0f} min to go")

    def _of_battery(self) -> Iterator[Caution]:
        power = self._power
        if power is not None and not power.plugged and power.percent <= LOW_PERCENT:
            severity = Severity.GRAVE if power.percent <= GRAVE_PERCENT else Severity.HINT
            yield Caution(Kind.BATTERY, severity, f"battery {power.percent} %, not plugged in")

    def _of_talk(self, sight: Sight, *, moved: bool) -> Iterator[Caution]:
        status = sight.recorder
        line = (status.span, status.channels)
        if not sight.expected or status.state is not RecorderState.RECORDING:
            self._talk = None
        elif self._talk is None or self._talk.line != line:
            self._talk = _Talk(line, sight.now_ms)
        if self._talk is None:
            return
        if moved:
            self._talk.hear(status.level_db, sight.now_ms)
        if self._pace.stalled_ms <= STALLED_MS:
            told = self._talk.cautions()
            yield from (caution for caution in told if not (status.message and caution.kind is Kind.SIGNAL))


def _of_what_is_missing(sight: Sight) -> Iterator[Caution]:
    """What nobody has recorded, for a while after it was noticed that recording goes on."""
    if not sight.expected or sight.recorder.state is not RecorderState.RECORDING:
        return
    told = [
        found
        for found in sight.interruptions
        if found.missing_ms >= NOTICED_MS and sight.now_ms - found.noticed_ms <= TOLD_FOR_MS
    ]
    if not told:
        return
    missing_ms, first, last = sum(found.missing_ms for found in told), told[0], told[-1]
    places = f" in {len(told)} places" if len(told) > 1 else ""
    between = f"{signs.clock(first.start_ms)}-{signs.clock(last.end_ms or first.start_ms)}"
    text = f"Recording again: {signs.length(missing_ms)} are missing{places} ({between})."
    if max(found.missing_ms for found in told) > LONG_MS:
        yield Caution(Kind.MISSING, Severity.GRAVE, f"{text} Tell them that it is recorded.", about=str(last.start_ms))
    else:
        yield Caution(Kind.MISSING, Severity.HINT, text, about=str(last.start_ms))


class _Pace:
    """Whether the recorder gets on."""

    def __init__(self) -> None:
        self._frames = (-1, -1)
        self._moved_ms = 0
        self.stalled_ms = 0

    def look(self, sight: Sight) -> bool:
        """Whether frames have come since the last look."""
        frames = (sight.recorder.span, sight.recorder.frames)
        moved = frames != self._frames
        if moved or not sight.expected or sight.recorder.state is not RecorderState.RECORDING:
            self._moved_ms = sight.now_ms
        self._frames = frames
        self.stalled_ms = max(0, sight.now_ms - self._moved_ms)
        return moved


@dataclass(slots=True)
class _Channel:
    """One channel of a span: what is heard there, and how long nothing was while others spoke."""

    ear: Ear = field(default_factory=Ear)
    dead_ms: int = 0
    is_gated: bool = False
    others_while_dead_ms: int = 0
    others_ms: int = 0
    clipped_ms: deque[int] = field(default_factory=lambda: deque(maxlen=CLIPPED_LOOKS))
    clips: bool = False

    def hear(self, level_db: float, passed_ms: int, now_ms: int) -> None:
        """Take in a level."""
        self.ear.hear(level_db, passed_ms)
        self.is_gated |= self.ear.signal and self.ear.spoke_ms > 0 and self.dead_ms > GATED_MS
        self.dead_ms = 0 if self.ear.signal else self.dead_ms + passed_ms
        if level_db >= CLIPPED_DB:
            self.clipped_ms.append(now_ms)
        since_ms = now_ms - CLIPPED_WITHIN_MS
        full = len(self.clipped_ms) == CLIPPED_LOOKS and self.clipped_ms[0] >= since_ms
        self.clips = full or (self.clips and self.clipped_ms[-1] >= since_ms)

    def others_speak(self, passed_ms: int) -> None:
        """Another channel is spoken on, or (0 ms) none is."""
        if self.ear.signal:
            self.others_while_dead_ms = 0
        else:
            self.others_while_dead_ms += passed_ms
        self.others_ms = 0 if self.ear.speaks else self.others_ms + passed_ms

    @property
    def is_dead(self) -> bool:
        """Whether there is no line, and it is not for a pause in the talk."""
        limit_ms = ONE_SIDED_MS if self.is_gated else NO_SIGNAL_MS
        return self.dead_ms >= limit_ms and self.others_while_dead_ms >= OTHERS_SPEAK_MS

    @property
    def is_noise_only(self) -> bool:
        """Whether the others speak and nobody answers here."""
        return self.others_ms >= (ONE_SIDED_MS if self.ear.spoke_ms else NO_SIGNAL_MS)


class _Talk:
    """What is heard of a span, `line` being its number and how many channels it has."""

    def __init__(self, line: tuple[int, int], now_ms: int) -> None:
        self.line = line
        self._channels = [_Channel() for _ in range(line[1])]
        self._now_ms = now_ms
        self._silent_ms = 0
        self._had_signal = False
        self._is_quiet = False

    def hear(self, level_db: tuple[float, ...], now_ms: int) -> None:
        """Take in the levels of this moment."""
        passed_ms = max(0, min(LONGEST_LOOK_MS, now_ms - self._now_ms))
        self._now_ms = now_ms
        for channel, level in zip(self._channels, level_db, strict=False):
            channel.hear(level, passed_ms, now_ms)
        self._had_signal |= any(channel.ear.signal for channel in self._channels)
        spoken = [channel.ear.speaks for channel in self._channels]
        self._silent_ms = 0 if any(spoken) else self._silent_ms + passed_ms
        for number, channel in enumerate(self._channels):
            channel.others_speak(passed_ms if any(spoken[:number] + spoken[number + 1 :]) else 0)
        self._is_quiet = self._quiet()

    def cautions(self) -> Iterator[Caution]:
        """What there is to be warned of."""
        limit_ms = SILENCE_MS if self._had_signal else NEVER_HEARD_MS
        all_dead = bool(self._channels) and all(channel.dead_ms >= limit_ms for channel in self._channels)
        if all_dead:
            spoke = any(channel.ear.spoke_ms for channel in self._channels)
            why = "muted, or dropped? Ctrl+L d" if spoke else "is the microphone muted, or forbidden?"
            yield Caution(Kind.SIGNAL, Severity.GRAVE, f"no signal at all: {why}")
        elif self._silent_ms >= SILENCE_MS:
            seconds = self._silent_ms // SILENCE_STEP_MS * SILENCE_STEP_MS // 1000
            yield Caution(Kind.SILENCE, Severity.HINT, f"no speech {seconds} s: hold, or dropped? Ctrl+L d")
        count = len(self._channels)
        for number, channel in enumerate(self._channels, 1):
            if channel.is_dead and not all_dead:
                yield Caution(Kind.SIGNAL, Severity.GRAVE, no_signal(number, count), number)
            elif channel.is_noise_only:
                yield Caution(Kind.SIGNAL, Severity.HINT, f"nobody is heard on {input_of(number, count)}", number)
            if channel.clips:
                yield Caution(
                    Kind.CLIPPING, Severity.HINT, f"too loud on {input_of(number, count)}: turn it down", number
                )
        if self._is_quiet:
            yield Caution(Kind.QUIET, Severity.HINT, "very quiet: closer to the microphone, or turn it up")

    def _quiet(self) -> bool:
        """Whether even the loudest voice is too quiet, once enough was said."""
        ears = [channel.ear for channel in self._channels if channel.ear.spoke_ms]
        if sum(ear.spoke_ms for ear in ears) < QUIET_AFTER_MS:
            return False
        return max(ear.loudest_db for ear in ears) < TOO_QUIET_DB + (QUIET_SLACK_DB if self._is_quiet else 0)
