"""Whether a call can begin: what is known before it, and what is heard of both ends, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import shorten

from interview_tui.interview.ports import Power, RecorderStatus
from interview_tui.tui import signs
from interview_tui.tui.hearing import VOICES, Ear, input_of, no_signal
from interview_tui.tui.watching import BYTES_PER_SAMPLE, CLIPPED_DB, TOO_QUIET_DB

LONGEST_REMARK = 120
"""So many characters of a remark are shown: two rows of a small screen. The card has all of it."""
ROOM_FACTOR = 3
"""A call needs room for so many times its planned length: for overrunning, for packing, for what comes of it."""
NEEDS_ROOM = "Make room: a call needs three times its length."
DIGITAL_SILENCE = "Digital silence: nothing at all is heard."
OUT_OF_SILENCE = "Allow the microphone in the system's privacy settings, or unmute the channel."
USUAL_RATE, USUAL_CHANNELS = 48_000, 2
DEAD_MS = 3000
CLIPPED_LOOKS = 3


class Verdict(StrEnum):
    """How a thing stands, as the glyph it is shown with."""

    RIGHT = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"
    OPEN = "·"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a new interview would begin with.

    `free_bytes` are those on the disk of the recordings, `fallback_bytes` those on another disk on which the recorder
    goes on if that is full (0: there is no other); None where it is not told. `out_of_silence` says what to do on this
    system where a microphone gives nothing at all.
    """

    schedule: str
    version: str
    sha256: str
    minutes: int
    interviewer: str
    free_bytes: int | None
    fallback_bytes: int | None = None
    out_of_silence: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing that was looked at, and how it stands."""

    what: str
    verdict: Verdict
    found: str


def planned(case: str, prospect: Prospect, remark: str = "") -> Iterator[Finding]:
    """Case, schedule, interviewer, kept with the interview from its first event on; and a `remark` on the case."""
    if case:
        yield Finding("case", Verdict.OPEN, case)
    if remark:
        yield Finding(
            "remark", Verdict.DOUBTFUL, shorten(f"before you ring: {remark}", LONGEST_REMARK, placeholder=" …")
        )
    schedule = f"{prospect.schedule}, version {prospect.version} · {prospect.sha256[:8]} · {prospect.minutes} min"
    yield Finding("schedule", Verdict.OPEN, schedule)
    if prospect.interviewer:
        yield Finding("interviewer", Verdict.OPEN, prospect.interviewer)
    else:
        yield Finding("interviewer", Verdict.DOUBTFUL, "not named: set `interviewer` in study.toml")


def room(prospect: Prospect, status: RecorderStatus) -> Finding:
    """Free space beside what the planned minutes need, three times over; the source says how much a minute takes."""
    rate, channels = status.rate or USUAL_RATE, status.channels or USUAL_CHANNELS
    needed = ROOM_FACTOR * prospect.minutes * 60 * rate * channels * BYTES_PER_SAMPLE
    need = f"{ROOM_FACTOR} × {prospect.minutes} min need {signs.gigabytes(needed)}"
    if prospect.free_bytes is None:
        return Finding("disk", Verdict.OPEN, f"the system does not tell what is free; {need}")
    free = f"{signs.gigabytes(prospect.free_bytes)} free"
    if prospect.fallback_bytes:
        need += f", then {signs.gigabytes(prospect.fallback_bytes)} on another disk"
    if prospect.free_bytes < needed:
        return Finding("disk", Verdict.WRONG, f"{free}, {need}. {NEEDS_ROOM}")
    return Finding("disk", Verdict.RIGHT, f"{free}, {need}")


def mains(power: Power | None) -> Finding:
    """What feeds the machine."""
    if power is None:
        return Finding("power", Verdict.OPEN, "no battery, or the system does not tell")
    if power.plugged:
        return Finding("power", Verdict.RIGHT, f"plugged in, battery {power.percent} %")
    return Finding("power", Verdict.DOUBTFUL, f"not plugged in, battery {power.percent} %")


@dataclass(slots=True)
class Input:
    """A channel during the check, and what is said of it."""

    ear: Ear = field(default_factory=Ear)
    level_db: float = 0.0
    dead_ms: int = 0
    clipped: int = 0

    def hear(self, level_db: float, passed_ms: int) -> None:
        """Take in a level, `passed_ms` after the one before."""
        self.level_db = level_db
        self.ear.hear(level_db, passed_ms)
        self.dead_ms = 0 if self.ear.signal else self.dead_ms + passed_ms
        self.clipped += level_db >= CLIPPED_DB

    def words(self, number: int, channels: int) -> tuple[Verdict, str]:
        """What was heard on it, `number` counting from 1."""
        voice = VOICES[number - 1] if channels == len(VOICES) else "a voice"
        if self.dead_ms >= DEAD_MS:
            return Verdict.WRONG, no_signal(number, channels)
        if not self.ear.spoke_ms:
            return Verdict.OPEN, f"nothing heard yet on {input_of(number, channels)}"
        if self.clipped >= CLIPPED_LOOKS:
            return Verdict.DOUBTFUL, f"{voice}, too loud: turn it down"
        if self.ear.loudest_db < TOO_QUIET_DB:
            return Verdict.DOUBTFUL, f"{voice}, very quiet: closer to the microphone, or turn it up"
        return Verdict.RIGHT, f"{voice} {Verdict.RIGHT.value}"


class Listening:
    """Hears a source during a check. Its time is that of the frames, so no moment counts twice."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self._frames = 0

    def hear(self, status: RecorderStatus) -> None:
        """Take in what the source gives now."""
        if len(self.inputs) != status.channels:
            self.inputs = [Input() for _ in range(status.channels)]
        if status.rate <= 0 or status.frames <= self._frames:
            return
        passed_ms = (status.frames - self._frames) * 1000 // status.rate
        self._frames = status.frames
        for channel, level_db in zip(self.inputs, status.level_db, strict=False):
            channel.hear(level_db, passed_ms)

    @property
    def is_dead(self) -> bool:
        """Whether nothing at all comes, as from a microphone that the system forbids."""
        return bool(self.inputs) and all(channel.dead_ms >= DEAD_MS for channel in self.inputs)
