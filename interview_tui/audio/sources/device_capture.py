"""A sound device, listened to by a process of its own: `python -m interview_tui.audio.sources.device_capture REQUEST`.

A driver may hang or crash, and PortAudio knows only the devices that were there when it was first asked. So every
opening of a device is a new process, which can be killed. `listening` is its side; this is the side of the recorder.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from interview_tui.audio.capture import Deliver, Signal
from interview_tui.audio.processes import child
from interview_tui.audio.sources import capture_messages, listening
from interview_tui.audio.sources.capture_messages import Kind, Message
from interview_tui.errors import AudioError

OPEN_WITHIN_S = 15.0
END_WITHIN_S = 0.5  # after it is asked to; then it is killed
KILLED_WITHIN_S = 1.0
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class DeviceCapture:
    """A sound device at its own rate, 16 bit."""

    ended = False
    epoch_ns = None

    def __init__(self, name: str | None, channels: int | None) -> None:
        """Name the device (None: the system's default); `channels` as in `SourceSpec`. Nothing is opened yet."""
        self.signal = Signal(0, 0, name or "the system's sound device")
        self.failure = ""
        self.recorded_from = ""
        self.may_go_back = False
        self._request = json.dumps({"name": name, "channels": channels})
        self._refusal: AudioError | None = None
        self._answered = threading.Event()
        self._delivering = threading.RLock()  # reentrant, so that who is delivered to may close
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Open the device; `deliver` is called from a thread of this object's own."""
        with self._delivering:
            if self._closed:
                raise AudioError(f"{self.signal.source} was closed before it was opened.")
            self._process = subprocess.Popen(
                child.command("sources.device_capture", self._request),
                env=child.environment(),
                stdin=subprocess.PIPE,  # its end is the word to end
                stdout=subprocess.PIPE,
                creationflags=NO_WINDOW,  # on Windows a process without a console would be given one, for all to see
            )
            assert self._process.stdout is not None
            listen = (self._process.stdout, deliver)
            self._reader = threading.Thread(target=self._read, args=listen, name="device source", daemon=True)
            self._reader.start()
        if not self._answered.wait(OPEN_WITHIN_S):
            self.close()
            raise AudioError(
                f"{self.signal.source} did not open within {OPEN_WITHIN_S:.0f} s.",
                "Unplug it and plug it in again, or restart the sound system.",
            )
        if self._refusal is not None:
            self.close()
            raise self._refusal

    def close(self) -> None:
        """End the process that listens; takes 2.5 s at most, as when a driver hangs so that not even a kill ends it."""
        with self._delivering:
            self._closed = True
        process, reader = self._process, self._reader
        if process is None or reader is None:
            return
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(KILLED_WITHIN_S)
        if reader is not threading.current_thread():
            reader.join(KILLED_WITHIN_S)

    def _read(self, pipe: BinaryIO, deliver: Deliver) -> None:
        try:
            with pipe:
                while (message := capture_messages.read(pipe)) is not None:
                    self._take(message, deliver)
        finally:
            if not self._closed:
                self.failure = self.failure or f"The process that listened to {self.signal.source} has ended."
            if not self._answered.is_set():
                self._refusal = self._refusal or AudioError(
                    f"{self.signal.source} could not be opened: the sound library broke down.",
                    "Restart the sound system, or the machine.",
                )
                self._answered.set()

    def _take(self, message: Message, deliver: Deliver) -> None:
        match message.kind:
            case Kind.BLOCK:
                if message.flags:
                    logging.warning("%s: sound was lost before this block (%d)", self.signal.source, message.flags)
                with self._delivering:
                    if not self._closed:
                        deliver(message.payload, message.arrival_ns)
            case Kind.HELLO:
                said = message.facts()
                self.signal, self.recorded_from = Signal(**said["signal"]), said["recorded_from"]
                self._answered.set()
            case Kind.FACTS:
                said = message.facts()
                self.recorded_from, self.may_go_back = said["recorded_from"], said["may_go_back"]
            case Kind.ERROR:
                said = message.facts()
                if self._answered.is_set():
                    self.failure = said["message"]
                else:
                    self._refusal = AudioError(said["message"], said["hint"])


if __name__ == "__main__":
    listening.main(sys.argv[1])
    os._exit(0)  # a driver whose device is gone may hang in its own farewell
