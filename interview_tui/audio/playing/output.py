"""The device that is played to: held open, given one take after the other, and asked when what is heard.

When a frame is heard is what the driver says at every callback: how long the frame it asks for now will take to the
ear. Measured at the monitor of a virtual speaker it is right to 5 ms, the step of that speaker. What is *not* believed
is the latency that a stream states once for all, nor a driver that states none.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from interview_tui import monotonic
from interview_tui.audio.playing.course import Leg
from interview_tui.audio.playing.reel import Samples
from interview_tui.audio.playing.take import Take
from interview_tui.audio.sources.portaudio import find_device, host_settings
from interview_tui.errors import AudioError

LATENCY_S = 0.15
LEAD_S = 0.3  # silence after opening: sound servers and headsets swallow the first tenth of a second
FADE_S = 0.005
LONGEST_DELAY_S = 5.0  # what a driver states beyond this is no delay
VANISHED_S = 2.0
OPEN_WITHIN_S = 5.0
CLOSE_WITHIN_S = 2.0
REMEMBERED_S = 1.0
FORESEEN_S = 0.5


@dataclass(slots=True)
class _Handed:
    """So many frames of a take, handed over without a break; the first was the device's frame `out`."""

    take: Take
    out: int
    first: float
    frames: int = 0

    def at(self, out: float) -> float:
        """The position on the reel of a frame of the device, held within what was handed over."""
        return self.first + self.take.speed * max(0.0, min(self.frames, out - self.out))


class Output:
    """A device, open at `rate`: silent, or playing a take."""

    def __init__(self, sounddevice: Any, name: str | None, rate: int) -> None:
        """Open it; `name` None is the system's default.

        Raises:
            AudioError: there is no such device, or it cannot be played to.
        """
        device = find_device(sounddevice, name, "output")
        self.name = str(device["name"])
        self.rate = rate
        self.channels = min(2, int(device["max_output_channels"]))
        self._lock = threading.Lock()
        self._take: Take | None = None
        self._next: tuple[Take, float] | None = None  # what follows the take, and where on its reel
        self._fading = np.zeros((0, self.channels), np.float32)
        self._lead = round(LEAD_S * rate)
        self._out = 0  # frames handed to the device so far
        self._anchor = (0, monotonic.now_ns())  # a frame of the device, and when it is heard
        self._handed: deque[_Handed] = deque()
        self._asked_ns = monotonic.now_ns() + round((OPEN_WITHIN_S - VANISHED_S) * 1e9)
        self._ended = False
        try:
            self._stream = sounddevice.OutputStream(
                samplerate=rate,
                device=device["index"],
                channels=self.channels,
                dtype="float32",
                latency=LATENCY_S,
                callback=self._asked,
                finished_callback=self._finished,
                extra_settings=host_settings(sounddevice, device),
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioError(
                f"{self.name} cannot be played to: {error}.", "See that no other program holds it."
            ) from error

    @property
    def vanished(self) -> bool:
        """Whether the device takes nothing any more."""
        return self._ended or monotonic.now_ns() - self._asked_ns > VANISHED_S * 1e9

    @property
    def busy(self) -> bool:
        """Whether something is played or still on its way to the ear."""
        with self._lock:
            take = self._take
            if take is not None and not (take.over and self._next is None):
                return True
            return bool(self._handed) and self._heard_out() < self._handed[-1].out + self._handed[-1].frames

    def give(self, take: Take | None) -> None:
        """Play `take` from now on, or nothing; what is being played fades out within 5 ms. Positions begin anew."""
        with self._lock:
            self._splice(take)
            self._handed.clear()

    def hush(self) -> float | None:
        """Fall silent; gives the position on the reel up to which there was sound, None if nothing was played."""
        with self._lock:
            if self._take is None or (self._take.over and self._next is None):
                return None
            at = self._take.at
            self._splice(None)
            return at

    def follow(self, take: Take, frame: float) -> None:
        """Play `take`, which begins at `frame` of the reel, when what is being played has come there."""
        with self._lock:
            if self._next is not None:
                self._next[0].end()
            self._next = (take, frame)

    def position(self) -> float | None:
        """The position on the reel of what is heard now; None where nothing was played since `give`."""
        with self._lock:
            out = self._heard_out()
            if not self._handed:
                return None if self._take is None else self._take.at
            return next((run for run in reversed(self._handed) if run.out <= out), self._handed[0]).at(out)

    def upcoming(self) -> float | None:
        """The position on the reel of the next frame that the device will take; None if nothing is played."""
        with self._lock:
            return None if self._take is None else self._take.at

    def legs(self) -> list[Leg]:
        """What is on its way to the ear; as far as it is foreseen, too, for whoever asks late the next time."""
        with self._lock:
            anchor, heard_ns = self._anchor
            found: list[Leg] = []
            for run in self._handed:
                begin = max(run.out, anchor - round(REMEMBERED_S * self.rate))
                end = run.first + run.frames * run.take.speed
                if run is self._handed[-1] and run.take is self._take:
                    end = self._foreseen(run.take, end)
                begun_ns = heard_ns + round((begin - anchor) * 1e9 / self.rate)
                found.extend(run.take.reel.legs(run.at(begin), end, run.take.speed, begun_ns))
            return found

    def close(self) -> None:
        """Close it at once. A driver whose device is gone may never return from this; it is left to itself then."""
        self.give(None)
        closing = threading.Thread(target=lambda: (self._stream.abort(), self._stream.close()), daemon=True)
        closing.start()
        closing.join(CLOSE_WITHIN_S)

    def _foreseen(self, take: Take, end: float) -> float:
        limit = float(take.reel.frames) if self._next is None else max(end, self._next[1])
        return min(limit, end + FORESEEN_S * self.rate * take.speed)

    def _heard_out(self) -> float:
        anchor, heard_ns = self._anchor
        return anchor + (monotonic.now_ns() - heard_ns) * self.rate / 1e9

    def _splice(self, take: Take | None) -> None:
        """Change over to `take`; the old one goes on below it, fading, for some milliseconds."""
        old, self._take = self._take, take
        if self._next is not None and self._next[0] is not take:
            self._next[0].end()
        self._next = None
        if old is not None:
            tail = _gathered(old, round(FADE_S * self.rate), self.channels)
            self._fading = tail * np.linspace(1, 0, len(tail), dtype=np.float32)[:, None]
            old.end()

    def _finished(self) -> None:
        self._ended = True

    def _asked(self, out: Samples, frames: int, times: Any, _flags: Any) -> None:
        """The device wants `frames` frames."""
        self._asked_ns = max(self._asked_ns, now_ns := monotonic.now_ns())
        delay_s = times.outputBufferDacTime - times.currentTime
        late_s = self._stream.time - times.currentTime
        if not (0 <= delay_s < LONGEST_DELAY_S and 0 <= late_s < LONGEST_DELAY_S):
            delay_s, late_s = self._stream.latency, 0.0
        with self._lock:
            self._anchor = (self._out, now_ns + round((delay_s - late_s) * 1e9))
            filled = min(frames, self._lead)
            self._lead -= filled
            out[:filled] = 0
            filled += self._fill(out[filled:], self._out + filled)
            if filled < frames:
                out[filled:] = 0
            self._fade(out)
            self._out += frames
            self._forget()

    def _fill(self, out: Samples, at: int) -> int:
        """Put what is played into `out`, whose first frame is the device's frame `at`; gives how much there was."""
        filled = 0
        while filled < len(out) and self._take is not None:
            wanted = len(out) - filled
            if self._next is not None:
                take, frame = self._next
                wanted = min(wanted, max(0, round((frame - self._take.at) / self._take.speed)))
                if not wanted or self._take.over:
                    if not take.ready.is_set():
                        break
                    self._splice(take)
                    continue
            first = self._take.at
            block = self._take.hand(wanted)
            if block is None:
                break
            out[filled : filled + len(block)] = block
            self._note(self._take, at + filled, first, len(block))
            filled += len(block)
        return filled

    def _note(self, take: Take, out: int, first: float, frames: int) -> None:
        run = self._handed[-1] if self._handed else None
        if run is None or run.take is not take or run.out + run.frames != out:
            run = _Handed(take, out, first)
            self._handed.append(run)
        run.frames += frames

    def _fade(self, out: Samples) -> None:
        """Lay what fades over what begins, which is raised as that falls."""
        length = min(len(out), len(self._fading))
        if length:
            left = np.linspace(len(self._fading), len(self._fading) - length, length, dtype=np.float32)
            out[:length] *= 1 - left[:, None] / (FADE_S * self.rate)
            out[:length] += self._fading[:length]
            self._fading = self._fading[length:]

    def _forget(self) -> None:
        heard = self._anchor[0] - REMEMBERED_S * self.rate
        while len(self._handed) > 1 and self._handed[0].out + self._handed[0].frames < heard:
            self._handed.popleft()


def _gathered(take: Take, frames: int, channels: int) -> Samples:
    """The next `frames` frames of a take, as far as they are ready."""

    def blocks() -> Iterator[Samples]:
        left = frames
        while left > 0 and (block := take.hand(left)) is not None:
            left -= len(block)
            yield block

    return np.concatenate([np.zeros((0, channels), np.float32), *blocks()])
