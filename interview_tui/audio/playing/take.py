"""One run of a reel from a position on, at one speed: read, stretched and held ready ahead of the device."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator

import numpy as np

from interview_tui.audio.playing.reel import Reel, Samples
from interview_tui.audio.playing.tempo import AHEAD_S, Tempo
from interview_tui.errors import InterviewTuiError

HELD_S = 0.6  # so much is held ready: a disk may be this slow and nobody hears it


class Take:
    """Made by a thread of its own from `frame` of the reel to its end; handed over from any other thread.

    Attributes:
        ready: set once there is something to be heard, or there will be nothing.
        error: why it ends too early; None while nothing is wrong.
    """

    def __init__(self, reel: Reel, frame: float, speed: float, channels: int) -> None:
        self.reel = reel
        self.speed = speed
        self.ready = threading.Event()
        self.error: InterviewTuiError | None = None
        self._begin = round(frame)
        self._channels = channels
        self._handed = 0
        self._waiting: deque[Samples] = deque()
        self._held = 0
        self._made = False
        self._unwanted = False
        self._changed = threading.Condition()
        threading.Thread(target=self._make, name="take", daemon=True).start()

    @property
    def at(self) -> float:
        """The position on the reel of the next frame to be handed over."""
        return self._begin + self._handed * self.speed

    @property
    def over(self) -> bool:
        """Whether all there was has been handed over."""
        return self._made and not self._held

    def hand(self, frames: int) -> Samples | None:
        """At most `frames` frames, the next there are; None when none are ready. Waits for no file."""
        with self._changed:
            if not self._held or frames <= 0:
                return None
            block = self._waiting.popleft()
            if len(block) > frames:
                self._waiting.appendleft(block[frames:])
                block = block[:frames]
            self._held -= len(block)
            self._handed += len(block)
            self._changed.notify()
            return block

    def end(self) -> None:
        """No more of it is wanted."""
        with self._changed:
            self._unwanted = True
            self._changed.notify()

    def _make(self) -> None:
        try:
            for block in self._sound():
                if not self._keep(block):
                    return
        except InterviewTuiError as error:
            self.error = error
        finally:
            self._made = True
            self.ready.set()

    def _keep(self, block: Samples) -> bool:
        """Hold a block ready, as soon as there is room; False if no more is wanted."""
        with self._changed:
            while self._held > HELD_S * self.reel.rate and not self._unwanted:
                self._changed.wait()
            if len(block) and not self._unwanted:
                self._waiting.append(block)
                self._held += len(block)
                self.ready.set()
            return not self._unwanted

    def _sound(self) -> Iterator[Samples]:
        if self.speed == 1:
            yield from self.reel.blocks(self._begin, self._channels)
            return
        tempo = Tempo(self.speed, self.reel.rate, self._channels)
        ahead = round(AHEAD_S * self.reel.rate)
        blocks = self.reel.blocks(max(0, self._begin - ahead), self._channels)
        if self._begin < ahead:
            yield from tempo.feed(np.zeros((ahead - self._begin, self._channels), np.float32))
        for block in blocks:
            yield from tempo.feed(block)
        yield from tempo.end()
