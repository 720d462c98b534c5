"""The player's fake: no sound, only the arithmetic of what would be heard."""

from __future__ import annotations

from pathlib import Path

from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip, Timeline
from interview_tui.record.ports import STEP_BACK_MS
from tests.fakes import ManualClock


class FakePlayer:
    """A player (`record.ports.Player`) that keeps time with a clock; `played` is every stretch it was asked for."""

    def __init__(self, clock: ManualClock | None = None, *, available: bool = True) -> None:
        self.clock = clock or ManualClock()
        self.available = available
        self.speed = 1.0
        self.paused = False
        self.trouble = ""
        self.played: list[tuple[int, int]] = []
        self._clips: list[Clip] = []
        self._heard_ms = 0.0  # of all clips together, at the moment `_since_ms`
        self._since_ms = 0

    def play(self, timeline: Timeline, folder: Path, start_ms: int, end_ms: int) -> None:  # noqa: ARG002 - the port's
        if not self.available:
            raise AudioError("There is no sound device to play to.")
        self.played.append((start_ms, end_ms))
        earlier = self.clips(timeline, 0, start_ms)
        self._clips = earlier + self.clips(timeline, start_ms, end_ms)
        self.paused = False
        self._go_to(sum(_length_ms(clip) for clip in earlier))

    def set_speed(self, speed: float) -> None:
        self._go_to(self._now_ms())
        self.speed = speed

    def pause(self) -> None:
        if self.at_ms() is not None:
            self._go_to(self._now_ms())
            self.paused = True

    def resume(self, back_ms: int = STEP_BACK_MS) -> None:
        if self.paused:
            self._go_to(self._now_ms() - back_ms)
            self.paused = False

    def skip(self, by_ms: int) -> None:
        if self.at_ms() is not None:
            self._go_to(self._now_ms() + by_ms)

    def stop(self) -> None:
        self._clips, self.paused = [], False

    def at_ms(self) -> int | None:
        heard_ms = self._now_ms()
        for clip in self._clips:
            if heard_ms < _length_ms(clip):
                return clip.start_ms + int(heard_ms)
            heard_ms -= _length_ms(clip)
        return None

    def clips(self, timeline: Timeline, start_ms: int, end_ms: int) -> list[Clip]:
        return timeline.clips(start_ms, end_ms)

    def _go_to(self, heard_ms: float) -> None:
        self._heard_ms, self._since_ms = max(0.0, heard_ms), self.clock.now().at_ms

    def _now_ms(self) -> float:
        passed_ms = 0 if self.paused else self.clock.now().at_ms - self._since_ms
        return self._heard_ms + self.speed * passed_ms


def _length_ms(clip: Clip) -> int:
    return clip.frames * 1000 // clip.rate
