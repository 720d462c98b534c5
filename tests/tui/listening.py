"""A recording that is watched, and what is heard on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interview_tui.interview.ports import Power, RecorderState, RecorderStatus
from interview_tui.tui.watching import Kind, Sight, Watch

LOOK_MS = 200
RATE = 48_000
ROOM = 41_000_000_000
TALK = (-14.0, -22.0, -18.0, -35.0, -16.0, -12.0, -41.0, -20.0)
NOISE = (-62.0, -61.0, -63.0, -62.0)
Levels = Sequence[tuple[float, ...]]


class Call:
    """A recording that is watched; time passes as sound is heard."""

    def __init__(self, channels: int = 2) -> None:
        self.watch = Watch()
        self.now_ms = 0
        self.frames = 0
        self.span = 1
        self.channels = channels
        self.state = RecorderState.RECORDING
        self.message = ""
        self.free_bytes = ROOM
        self.expected = True
        self.minutes_left: float | None = 30.0
        self.power: Power | None = None
        self.unsaved = ""
        self.seen: set[Kind] = set()

    def look(self, level_db: tuple[float, ...] = (), ms: int = LOOK_MS, *, moves: bool = True) -> list[str]:
        """The warnings after some more time."""
        self.now_ms += ms
        self.frames += ms * RATE // 1000 if moves else 0
        status = RecorderStatus(
            self.state, self.span, self.frames, RATE, self.channels, "a line",
            level_db=level_db, free_bytes=self.free_bytes, message=self.message,
        )  # fmt: skip
        sight = Sight(self.now_ms, status, self.expected, self.minutes_left, self.power, self.unsaved)
        found = self.watch.look(sight)
        self.seen |= {caution.kind for caution in found}
        return [str(caution) for caution in found]

    def hears(self, levels: Iterable[tuple[float, ...]]) -> list[str]:
        """The warnings after these levels were heard, a look each."""
        said: list[str] = []
        for level_db in levels:
            said = self.look(level_db)
        return said


def talk(seconds: float, *speaking: bool) -> Levels:
    """Levels of channels on which somebody is speaking, or only the line is heard."""
    looks = round(seconds * 1000 / LOOK_MS)
    return [
        tuple((TALK if speaks else NOISE)[(look + 3 * channel) % 4] for channel, speaks in enumerate(speaking))
        for look in range(looks)
    ]


def conversation(seconds: float) -> Levels:
    """Both in turn, with the pauses that talk has."""
    turn = [*talk(6, False, True), *talk(1.5, False, False), *talk(3, True, False), *talk(1.5, False, False)]
    looks = round(seconds * 1000 / LOOK_MS)
    return (turn * (looks // len(turn) + 1))[:looks]
