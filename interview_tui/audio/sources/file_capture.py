"""An audio file as if it were a device: it is played in real time, whether or not anybody listens."""

from __future__ import annotations

import threading
from pathlib import Path

from interview_tui import monotonic
from interview_tui.audio import files
from interview_tui.audio.capture import BLOCK_S, Deliver, Signal
from interview_tui.errors import AudioError


class FileCapture:
    """An audio file as a live line: it plays from `epoch_ns` on, and what it plays during a pause is missed.

    `channels` takes the first ones of the file only. `fast_ppm` makes its clock run too fast, as a device's does: its
    frames come at rate × (1 + fast_ppm / 1e6), while its signal states the plain rate.
    """

    failure = ""
    recorded_from = ""
    may_go_back = False

    def __init__(self, path: Path, epoch_ns: int | None, channels: int | None = None, fast_ppm: float = 0.0) -> None:
        """Name the file.

        Raises:
            AudioError: it cannot be read, or has fewer channels.
        """
        rate, offered = files.shape(path)
        self._channels = offered if channels is None else channels
        if self._channels > offered:
            raise AudioError(f"{path.name} has {offered} channel(s), not {self._channels}.", "Choose another file.")
        self.signal = Signal(rate, self._channels, path.name)
        self.ended = False
        self.epoch_ns = epoch_ns
        self._path = path
        self._frame_ns = 1e9 / (rate * (1 + fast_ppm / 1e6))
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Begin at the frame that is playing now, which is the first if it has not been playing."""
        now_ns = monotonic.now_ns()
        if self.epoch_ns is None:
            self.epoch_ns = now_ns
        frame = int(max(0, now_ns - self.epoch_ns) / self._frame_ns)
        play = (deliver, self.epoch_ns, frame)
        self._thread = threading.Thread(target=self._play, args=play, name="file source", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End at once."""
        self._closed.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _play(self, deliver: Deliver, epoch_ns: int, frame: int) -> None:
        block_frames = max(1, round(self.signal.rate * BLOCK_S))
        for block in files.stream_frames(self._path, frame, block_frames=block_frames):
            frame += len(block)
            due_ns = epoch_ns + round(frame * self._frame_ns)
            if self._closed.wait(max(0.0, (due_ns - monotonic.now_ns()) / 1e9)):
                return
            deliver(files.pcm16(block[:, : self._channels]), monotonic.now_ns())
        self.ended = True
