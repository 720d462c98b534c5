"""What can be recorded from, and how loud it is. Every question is asked by a fresh child process.

PortAudio's list of devices is the one it made when it was first asked, and its libraries write to the terminal.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from interview_tui.audio.levels import SILENCE_DB, peaks_db
from interview_tui.audio.processes import child
from interview_tui.audio.sources.device_capture import DeviceCapture
from interview_tui.audio.sources.permissions import way_out_of_silence
from interview_tui.audio.sources.portaudio import device_name, find_device, load_sounddevice, own_rate
from interview_tui.audio.sources.sound_server import (
    ALSA_DOORS,
    NAME_PREFIX,
    ServerGone,
    ServerSource,
    SoundServer,
    called,
    find_source,
)
from interview_tui.audio.wav import SAMPLE_BYTES
from interview_tui.errors import AudioError

LIST_WITHIN_S = 15.0
OPEN_WITHIN_S = 15.0
LOOPBACKS = (
    "monitor of", ".monitor", "stereo mix", "what u hear", "wave out mix", "rec. playback", "loopback", "blackhole",
    "soundflower", "vb-audio", "vb-cable", "cable output", "background music",
)  # fmt: skip
"""What devices are called, on one system or another, that give what the machine plays: the line of a telephone call
that is held by a program on it."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A device to record from: its name (as `SourceSpec.name` takes it), channels and rate in Hz.

    `about` is what people call it, where that is not its name. A loopback gives what the machine plays.
    """

    name: str
    channels: int
    rate: int
    default: bool = False
    about: str = ""
    is_loopback: bool = False


def find(devices: Sequence[SoundDevice], name: str) -> SoundDevice | None:
    """The device that would be recorded from as `name`; None if it is not there. As `portaudio.reach` has it."""
    for device in devices:
        if name in (device.name, device.name.rpartition(", ")[0]):
            return device
    served = [device for device in devices if device.name.startswith(NAME_PREFIX)]
    sources = [
        ServerSource(device.name.removeprefix(NAME_PREFIX), device.about, device.channels, device.rate)
        for device in served
    ]
    found = find_source(sources, name)
    return None if found is None else served[sources.index(found)]


def list_sources() -> list[SoundDevice]:
    """Every device that can be recorded from; empty if there is none.

    Raises:
        AudioError: PortAudio is not on this machine, or the sound system does not answer.
    """
    answer = child.ask("sources.devices", {"question": "list"}, LIST_WITHIN_S)
    return [SoundDevice(**device) for device in answer["devices"]]


def check_level(name: str | None, seconds: float) -> tuple[float, ...]:
    """Listen to a device (None: the default) for `seconds`; gives the peak of each channel in dBFS. Nothing is kept.

    Exact digital silence, which is what a system gives that withholds its microphone, is minus infinity.

    Raises:
        AudioError: the device cannot be recorded from, or gives nothing.
    """
    request = {"question": "level", "name": name, "seconds": seconds}
    levels = child.ask("sources.devices", request, seconds + OPEN_WITHIN_S + LIST_WITHIN_S)["level_db"]
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
    sources, behind_doors = _served()
    listed = []
    for device in inputs:
        channels = int(device["max_input_channels"])
        rate = own_rate(sounddevice, device, min(2, channels))
        found = SoundDevice(device_name(sounddevice, device), channels, rate, device["index"] == default)
        if behind_doors is not None and device["name"] in ALSA_DOORS:
            found = replace(found, channels=behind_doors.channels, about=called(behind_doors, sources))
        listed.append(replace(found, is_loopback=_is_loopback(found.about or found.name)))
    return listed + [
        SoundDevice(
            NAME_PREFIX + source.name,
            source.channels,
            source.rate,
            about=called(source, sources),
            is_loopback=source.is_monitor or _is_loopback(source.about),
        )
        for source in sources
    ]


def _served() -> tuple[Sequence[ServerSource], ServerSource | None]:
    """The sources of the sound server and its default; none if there is no server."""
    server = SoundServer.connect()
    if server is None:
        return (), None
    try:
        sources, default = server.survey().sources, server.default()
    except ServerGone:
        return (), None
    finally:
        server.close()
    return sources, next((source for source in sources if source.name == default), None)


def _is_loopback(name: str) -> bool:
    return any(word in name.casefold() for word in LOOPBACKS)


def _listen(name: str | None, seconds: float) -> list[float]:
    """The loudest that each channel was."""
    capture = DeviceCapture(name, channels=None)
    loudest: list[float] = []
    frames = 0
    enough = threading.Event()

    def hear(pcm: bytes, _arrival_ns: int) -> None:
        nonlocal loudest, frames
        channels = capture.signal.channels
        loudest = list(map(max, loudest or [SILENCE_DB] * channels, peaks_db(pcm, channels)))
        frames += len(pcm) // (SAMPLE_BYTES * channels)
        if frames >= seconds * capture.signal.rate:
            enough.set()

    capture.start(hear)
    try:
        if not enough.wait(seconds + OPEN_WITHIN_S):
            raise AudioError(
                f"{capture.signal.source} gave too little sound to measure.",
                way_out_of_silence(sys.platform, os.environ),
            )
    finally:
        capture.close()
    return loudest


if __name__ == "__main__":
    child.answer(_answer, Path(sys.argv[1]))
