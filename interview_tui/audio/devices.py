"""What can be recorded from, and how loud it is. Every question is asked by a fresh child process.

PortAudio's list of devices is the one it made when it was first asked, and its libraries write to the terminal.
"""

from __future__ import annotations

import math
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interview_tui.audio import child
from interview_tui.audio.capture import DeviceCapture, device_name, find_device, load_sounddevice, own_rate
from interview_tui.audio.levels import SILENCE_DB, peaks_db
from interview_tui.errors import AudioError

LIST_WITHIN_S = 15.0
OPEN_WITHIN_S = 15.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A device to record from: its name (as `SourceSpec.name` takes it), channels and rate in Hz."""

    name: str
    channels: int
    rate: int
    default: bool = False


def list_sources() -> list[SoundDevice]:
    """Every device that can be recorded from; empty if there is none.

    Raises:
        AudioError: PortAudio is not on this machine, or the sound system does not answer.
    """
    answer = child.ask("devices", {"question": "list"}, LIST_WITHIN_S)
    return [SoundDevice(**device) for device in answer["devices"]]


def default_source() -> SoundDevice | None:
    """The device that the system records from unless told otherwise; None if there is no device.

    Raises:
        AudioError: PortAudio is not on this machine, or the sound system does not answer.
    """
    return next((device for device in list_sources() if device.default), None)


def check_level(name: str | None, seconds: float) -> tuple[float, ...]:
    """Listen to a device (None: the default) for `seconds`; gives the peak of each channel in dBFS. Nothing is kept.

    Exact digital silence, which is what a system gives that withholds its microphone, is minus infinity.

    Raises:
        AudioError: the device cannot be recorded from, or gives nothing.
    """
    request = {"question": "level", "name": name, "seconds": seconds}
    levels = child.ask("devices", request, seconds + OPEN_WITHIN_S + LIST_WITHIN_S)["level_db"]
    return tuple(-math.inf if level == SILENCE_DB else level for level in levels)


def _answer(request: Json) -> Json:
    if request["question"] == "list":
        return {"devices": [asdict(device) for device in _devices()]}
    return {"level_db": _listen(request["name"], request["seconds"])}


def _devices() -> list[SoundDevice]:
    sounddevice = load_sounddevice()
    inputs = [device for device in sounddevice.query_devices() if device["max_input_channels"] > 0]
    if not inputs:
        return []
    default = find_device(sounddevice, None, "input")["index"]
    return [
        SoundDevice(
            device_name(sounddevice, device),
            int(device["max_input_channels"]),
            own_rate(sounddevice, device, min(2, int(device["max_input_channels"]))),
            device["index"] == default,
        )
        for device in inputs
    ]


def _listen(name: str | None, seconds: float) -> list[float]:
    """The loudest that each channel was."""
    capture = DeviceCapture(name, channels=None)
    channels = capture.signal.channels
    loudest = [SILENCE_DB] * channels
    left = round(seconds * capture.signal.rate)
    enough = threading.Event()

    def hear(pcm: bytes, _arrival_ns: int) -> None:
        nonlocal left
        loudest[:] = map(max, loudest, peaks_db(pcm, channels))
        left -= len(pcm) // (2 * channels)
        if left <= 0:
            enough.set()

    capture.start(hear)
    try:
        if not enough.wait(seconds + OPEN_WITHIN_S):
            raise AudioError(
                f"{capture.signal.source} gave too little sound to measure.",
                "See that it is plugged in and that the terminal may use the microphone.",
            )
    finally:
        capture.close()
    return loudest


if __name__ == "__main__":
    child.answer(_answer, Path(sys.argv[1]))
