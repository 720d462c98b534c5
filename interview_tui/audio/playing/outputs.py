"""What can be played to, asked of a fresh child process: PortAudio's list is the one it made when first asked."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interview_tui.audio.processes import child
from interview_tui.audio.sources.portaudio import device_name, find_device, load_sounddevice

LIST_WITHIN_S = 15.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """A device to play to: its name, as `SoundPlayer` takes it, and its channels."""

    name: str
    channels: int
    default: bool = False


def list_outputs() -> list[OutputDevice]:
    """Every device that can be played to; empty if there is none.

    Raises:
        AudioError: PortAudio is not on this machine, or the sound system does not answer.
    """
    return [OutputDevice(**device) for device in child.ask("playing.outputs", {}, LIST_WITHIN_S)["devices"]]


def _answer(_request: Json) -> Json:
    sounddevice = load_sounddevice()
    outputs = [device for device in sounddevice.query_devices() if device["max_output_channels"] > 0]
    default = find_device(sounddevice, None, "output")["index"] if outputs else None
    found = [
        OutputDevice(
            device_name(sounddevice, device), int(device["max_output_channels"]), bool(device["index"] == default)
        )
        for device in outputs
    ]
    return {"devices": [asdict(device) for device in found]}


if __name__ == "__main__":
    child.answer(_answer, Path(sys.argv[1]))
