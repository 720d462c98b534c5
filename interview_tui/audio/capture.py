"""Where sound comes from: a device, or a file that is played in real time as if it were one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

BLOCK_S = 0.05
LATENCY_S = 0.3  # what the driver may hold back; short stalls of the process that listens cost nothing
Deliver = Callable[[bytes, int], None]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What to record from: a device by its name (None: the system's default), or a file played in real time.

    `channels` None takes what the device has, two at most; 1 takes the first, or of a device the other one while the
    first is exactly silent. `beside` is a second source that hears the other end of the line, as this one hears the
    interviewer; both give one channel then. `fast_ppm` is how much too fast a file plays, as a device does whose clock
    is off, in parts per million.
    """

    kind: Literal["device", "file"] = "device"
    name: str | None = None
    channels: int | None = None
    path: Path | None = None
    beside: SourceSpec | None = None
    fast_ppm: float = 0.0

    @property
    def tracks(self) -> tuple[SourceSpec, ...]:
        """What is opened for it, a source each: itself, or both sides of the line with one channel each."""
        if self.beside is None:
            return (self,)
        return replace(self, channels=1, beside=None), replace(self.beside, channels=1, beside=None)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": self.kind,
            "name": self.name,
            "channels": self.channels,
            "path": None if self.path is None else str(self.path.resolve()),
            "beside": None if self.beside is None else self.beside.to_json(),
            "fast_ppm": self.fast_ppm,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SourceSpec:
        """The spec that `to_json` made this of."""
        path = None if data["path"] is None else Path(data["path"])
        beside = None if data.get("beside") is None else cls.from_json(data["beside"])
        return cls(data["kind"], data["name"], data["channels"], path, beside, data.get("fast_ppm", 0.0))


@dataclass(frozen=True, slots=True)
class Signal:
    """What a source delivers: 16-bit samples, interleaved; `source` is its name for people.

    `latency_ms` is how much older a sample is than its arrival at the earliest, as far as the device tells.
    """

    rate: int
    channels: int
    source: str
    latency_ms: float = 0.0


class CaptureBackend(Protocol):
    """A source, opened for one span."""

    @property
    def signal(self) -> Signal:
        """What it delivers; of a device it is known from the first block on, and once `start` has returned."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it has nothing more to give, as a file that was played to its end."""
        ...

    @property
    def failure(self) -> str:
        """Why nothing comes any more and nothing will, a sentence: its device or process is gone. Empty otherwise."""
        ...

    @property
    def recorded_from(self) -> str:
        """The device that the system really takes the sound from now; empty where the system does not tell.

        Sound servers move a stream to another device without a word when its own is gone.
        """
        ...

    @property
    def may_go_back(self) -> bool:
        """Whether the device that it was moved away from, since it was gone, is there again."""
        ...

    @property
    def epoch_ns(self) -> int | None:
        """When its first sample was played (monotonic clock), of a recording; None of a device."""
        ...

    def start(self, deliver: Deliver) -> None:
        """Begin: `deliver(samples, arrival_ns)` is called for every block, from a thread of the source's own.

        Raises:
            AudioError: the source cannot be opened.
        """
        ...

    def close(self) -> None:
        """End at once. After this returns `deliver` is not called again. May be called twice, and from any thread."""
        ...
