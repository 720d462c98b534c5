"""The playback process: `python -m interview_tui.audio.playback FOLDER` leaves its contact in FOLDER and plays.

It ends when the app hangs up, however that comes about.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from interview_tui.audio import files
from interview_tui.audio.capture import find_device, load_sounddevice
from interview_tui.audio.control import ControlServer
from interview_tui.errors import AudioError

CONTACT_NAME = "playback.json"
CALLED_WITHIN_S = 30.0
BLOCK_S = 0.04
LATENCY_S = 0.15
SILENCE_S = 0.3  # before and after: sound servers and headsets swallow the first tenth of a second, and the last
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a file: `frames` frames from `first_frame` on; the first is `start_ms` on the call clock."""

    path: Path
    first_frame: int
    frames: int
    rate: int
    start_ms: int


class Playing:
    """Passages that are being played, one after the other, in a thread of their own."""

    def __init__(self, sounddevice: Any, passages: list[Passage]) -> None:
        """Open the device and the first file, and begin.

        Raises:
            AudioError: there is no device, or a file cannot be read.
        """
        self._sounddevice = sounddevice
        self._passages = passages
        self._stopped = threading.Event()
        self._marks = deque([(0, passages[0].start_ms)])  # from when on (monotonic ns) which call clock is heard
        self._looking = threading.Lock()
        self._stream: Any = None
        for passage in passages:
            files.shape(passage.path)
        self._open(*files.shape(passages[0].path))
        self._thread = threading.Thread(target=self._play, name="playing", daemon=True)
        self._thread.start()

    def at_ms(self) -> int | None:
        """The call clock of what is heard now; None when everything has been played."""
        now_ns = time.perf_counter_ns()
        with self._looking:
            while len(self._marks) > 1 and self._marks[1][0] <= now_ns:
                self._marks.popleft()
            return self._marks[0][1] if self._thread.is_alive() else None

    def stop(self) -> None:
        """Fall silent at once."""
        self._stopped.set()
        self._thread.join()

    def _open(self, rate: int, channels: int) -> None:
        device = find_device(self._sounddevice, None, "output")
        try:
            self._stream = self._sounddevice.OutputStream(
                samplerate=rate, device=device["index"], channels=channels, dtype="float32", latency=LATENCY_S
            )
            self._stream.start()
        except self._sounddevice.PortAudioError as error:
            raise AudioError(
                f"{device['name']} cannot be played to: {error}.", "See that no other program holds it."
            ) from error

    def _play(self) -> None:
        try:
            self._keep_silent()
            for passage in self._passages:
                self._play_passage(passage)
            self._keep_silent()
        except (AudioError, self._sounddevice.PortAudioError):
            logging.exception("playing broke off")
        finally:
            if self._stopped.is_set():
                self._stream.abort()
            else:
                self._stream.stop()
            self._stream.close()

    def _play_passage(self, passage: Passage) -> None:
        rate, channels = files.shape(passage.path)
        if (rate, channels) != (self._stream.samplerate, self._stream.channels):
            self._keep_silent()
            self._stream.stop()
            self._stream.close()
            self._open(rate, channels)
            self._keep_silent()
        played = 0
        for block in files.stream_frames(passage.path, passage.first_frame, passage.frames, round(rate * BLOCK_S)):
            if self._stopped.is_set():
                return
            self._stream.write(np.ascontiguousarray(block))  # decoded sound may come in planes
            played += len(block)
            heard_ns = time.perf_counter_ns() + round(self._stream.latency * 1e9)
            self._marks.append((heard_ns, passage.start_ms + round(played * 1000 / passage.rate)))

    def _keep_silent(self) -> None:
        """Send silence, unless what is heard is to end at once."""
        if not self._stopped.is_set():
            frames = round(self._stream.samplerate * SILENCE_S)
            self._stream.write(np.zeros((frames, self._stream.channels), np.float32))


class PlaybackProcess:
    """Takes commands from the app and plays."""

    def __init__(self) -> None:
        self._playing: Playing | None = None
        self._lock = threading.Lock()

    def answer(self, request: Json) -> Json:
        """Carry out one command."""
        match request.get("command"):
            case "device":
                return {"device": str(find_device(load_sounddevice(), None, "output")["name"])}
            case "play":
                passages = [Passage(Path(entry.pop("path")), **entry) for entry in request["passages"]]
                with self._lock:
                    self._stop()
                    self._playing = Playing(load_sounddevice(), passages)
            case "stop":
                with self._lock:
                    self._stop()
            case "where":
                pass
            case unknown:
                raise AudioError(f"The player knows no command {unknown!r}.")
        playing = self._playing
        return {"at_ms": None if playing is None else playing.at_ms()}

    def _stop(self) -> None:
        playing, self._playing = self._playing, None
        if playing is not None:
            playing.stop()


def main(folder: Path) -> None:
    """Serve until the app hangs up, or never calls."""
    logging.basicConfig(level=logging.INFO)
    server = ControlServer(PlaybackProcess().answer)
    server.contact().leave(folder / CONTACT_NAME)
    while not server.deserted.wait(CALLED_WITHIN_S):
        if not server.calls:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)  # whatever plays falls silent, and no driver can hold up the end
