"""Devices that do what a test says, and a reception of them whose time is the test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from interview_tui.audio.capture import Deliver, Signal, SourceSpec
from interview_tui.audio.disk import Syncer
from interview_tui.audio.recording.ear import Ear, Permission
from interview_tui.audio.recording.reception import Reception
from interview_tui.audio.recording.tape import Tape
from interview_tui.audio.recording.track import BEAT_S
from interview_tui.audio.stored import spans
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd
from tests.audio.signals import recorded

RATE = 8_000
TICK_NS = 50_000_000
START_NS = 1_000_000_000_000
WRAP = 1 << 15


@dataclass(eq=False)
class Scripted:
    """One opening of a scripted device; implements `CaptureBackend`."""

    device: Device
    failure: str = ""
    recorded_from: str = ""
    may_go_back: bool = False
    ended: bool = False
    epoch_ns: int | None = None
    deaf: bool = False  # this opening gives nothing any more; another one may
    closed: bool = False
    next_frame: int = 0
    deliver: Deliver | None = None

    @property
    def signal(self) -> Signal:
        """What it delivers."""
        return Signal(self.device.rate, 1, self.device.name)

    def start(self, deliver: Deliver) -> None:
        """Begin with the frame that the device plays now."""
        self.device.check_in(self)
        self.deliver, self.next_frame = deliver, self.device.frame

    def close(self) -> None:
        """End."""
        self.closed = True

    def speak(self, now_ns: int) -> None:
        """Deliver everything up to now, in blocks of 50 ms."""
        assert self.deliver is not None
        block = self.device.rate // 20
        while self.next_frame + block <= self.device.frame:
            index = np.arange(self.next_frame, self.next_frame + block) % WRAP
            self.next_frame += block
            self.deliver((index * (not self.device.mute)).astype("<i2").tobytes(), now_ns)


@dataclass(eq=False)
class Device:
    """A device that plays a counter: every sample is the number of its frame, so what was missed can be counted."""

    name: str
    rate: int = RATE
    fast_ppm: float = 0.0
    there: bool = True
    stalled: bool = False  # nothing comes, and all of it comes when the stall is over
    mute: bool = False
    serves_one: bool = False
    frame: int = 0
    captures: list[Scripted] = field(default_factory=list)
    said: str = ""

    @property
    def open(self) -> list[Scripted]:
        """Its openings that are not closed."""
        return [capture for capture in self.captures if not capture.closed]

    def check_in(self, capture: Scripted) -> None:
        """Let an opening begin.

        Raises:
            AudioError: the device is not there, or is held by another.
        """
        if not self.there:
            raise AudioError(f"There is no sound device {self.name}.", "Plug it in.")
        if self.serves_one and self.open:
            raise AudioError(f"{self.name} is busy.", "Close the other program.")
        self.captures.append(capture)

    def vanish(self) -> None:
        """Be unplugged, as a capture process notices it."""
        self.there = False
        for capture in self.open:
            capture.failure = f"{self.name} is gone."

    def tick(self, elapsed_ns: int, now_ns: int) -> None:
        """Play on until `elapsed_ns` after the start of time."""
        self.frame = int(elapsed_ns * self.rate * (1 + self.fast_ppm / 1e6) / 1e9)
        if self.there and not self.stalled:
            for capture in self.open:
                if not capture.deaf:
                    capture.speak(now_ns)


class Studio:
    """A reception of scripted devices. Nothing happens in it but in `advance`."""

    def __init__(self, folder: Path, *devices: Device, fallback: Path | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.devices = folder, devices
        self.now_ns = START_NS
        self.refusals: list[AudioError | None] = []
        folders = [folder, *([fallback] if fallback else [])]
        self._log, self._syncer = SpanLog(*folders), Syncer()
        self._shelves = Shelves(folders, reserve_bytes=0)
        self.reception = Reception(Tape(folder, self._shelves, self._log, self._syncer), self._listen)
        self._permission = Permission()

    def _listen(self, spec: SourceSpec, epoch_ns: int | None) -> Ear:
        return Ear(spec, epoch_ns, self._permission, self.reception.hear, self._open, begin=_at_once)

    def _open(self, spec: SourceSpec, _epoch_ns: int | None) -> Scripted:
        return Scripted(next(device for device in self.devices if device.name == spec.name))

    def record(self, least: int = 1) -> None:
        """Record from all devices; what came of it is in `refusals`."""
        specs = [SourceSpec(name=device.name, channels=1) for device in self.devices]
        self.reception.record(least, specs, [None] * len(specs), self.refusals.append)

    def advance(self, seconds: float, *, held_up: bool = False) -> None:
        """Let time pass; with `held_up` in one leap, as for a process that is stopped: no beat counts."""
        ticks = 1 if held_up else round(seconds * 1e9 / TICK_NS)
        for _ in range(ticks):
            self.now_ns += round(seconds * 1e9 / ticks)
            for device in self.devices:
                device.tick(self.now_ns - START_NS, self.now_ns)
            if not held_up and (self.now_ns - START_NS) % round(BEAT_S * 1e9) == 0:
                self.reception.beat()

    def advance_until(self, done: Callable[[], bool], at_most_s: float = 60.0) -> float:
        """Let time pass until `done`; gives how long that took, in seconds."""
        begun_ns = self.now_ns
        while not done():
            assert self.now_ns - begun_ns < at_most_s * 1e9, f"not within {at_most_s} s"
            self.advance(BEAT_S)
        return (self.now_ns - begun_ns) / 1e9

    def fill_disk(self, *, full: bool = True) -> None:
        """Let all that is left on the disk be reserved for the notes, or let it be free again."""
        self._shelves._reserve_bytes = 1 << 60 if full else 0

    @property
    def status(self) -> RecorderStatus:
        """What the reception shows."""
        return self.reception.status()

    def end(self) -> list[RecordedSpan]:
        """Stop, and give every span that there is."""
        self.reception.end(SpanEnd.STOP)
        self._syncer.close()
        self._log.close()
        return spans.read(self.folder, running=False)


def _at_once(work: Callable[[], None], _name: str) -> None:
    work()


def counted(folder: Path, parts: Sequence[AudioPart]) -> tuple[int, int]:
    """The first and the last index in a recording of a device's counter (modulo 2¹⁵), of which none may be missing."""
    sound = recorded(folder, parts)[:, 0].astype(np.int64)
    assert (np.diff(sound) % WRAP == 1).all(), "a sample is missing, or is there twice"
    return int(sound[0]), int(sound[-1])


def gap(folder: Path, before: Sequence[AudioPart], after: Sequence[AudioPart]) -> int:
    """How many samples are missing between two recordings of one device; negative for those that both hold."""
    missing = (counted(folder, after)[0] - counted(folder, before)[1] - 1) % WRAP
    return missing if missing < WRAP // 2 else missing - WRAP
