"""PortAudio's devices: found by name, never by number, which changes whenever something is plugged in.

`sounddevice` is imported only in child processes: its library writes to the terminal, and its list of devices is the
one it made when it was first asked.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Literal

from interview_tui.audio.sources.sound_server import ALSA_DOORS, NAME_PREFIX, SoundServer, called, find_source
from interview_tui.errors import AudioError

COMMON_RATE = 48_000


def load_sounddevice() -> Any:
    """The sounddevice module. Only for child processes.

    Raises:
        AudioError: PortAudio, the library under it, is not on this machine or does not start.
    """
    try:
        import sounddevice
    except OSError as error:
        hint = "Install it: on Debian and Ubuntu `apt-get install libportaudio2`, on Fedora `dnf install portaudio`."
        raise AudioError("PortAudio, which reaches sound devices, is not on this machine.", hint) from error
    except Exception as error:  # its own error class cannot be named where its import fails
        raise AudioError(f"The sound system does not start: {error}.", "Restart it, or the machine.") from error
    return sounddevice


def find_device(sounddevice: Any, name: str | None, kind: Literal["input", "output"]) -> dict[str, Any]:
    """The device of that name as PortAudio describes it; None gives the system's default.

    A name is that of `device_name` or, where only one device has it, the plain name.

    Raises:
        AudioError: there is no such device, or no device at all.
    """
    what = "record from" if kind == "input" else "play to"
    usable = [device for device in sounddevice.query_devices() if device[f"max_{kind}_channels"] > 0]
    if not usable:
        raise AudioError(f"There is no sound device to {what}.", "Plug one in, or see that the sound system runs.")
    if name is None:
        try:
            return dict(sounddevice.query_devices(kind=kind))
        except sounddevice.PortAudioError:
            return dict(usable[0])
    found = [device for device in usable if name == device_name(sounddevice, device)]
    found = found or [device for device in usable if name == device["name"]]
    if not found:
        known = ", ".join(device_name(sounddevice, device) for device in usable)
        raise AudioError(f"There is no sound device {name!r} to {what}.", f"There are: {known}.")
    return dict(found[0])


def reach(sounddevice: Any, server: SoundServer | None, name: str | None) -> dict[str, Any]:
    """The device to record from, as `find_device` gives it; `name` may also be that of a source of the sound server.

    Such a source is reached through ALSA: this process, and it can be only one, is told by its environment which it is
    to be given. The entry `server_source` says which that is.

    Raises:
        AudioError: there is no such device, or no device at all.
        ServerGone: the server has ended.
    """
    try:
        return find_device(sounddevice, name, "input")
    except AudioError as error:
        sources = () if server is None else server.survey().sources
        source = None if name is None else find_source(sources, name)
        inputs = {device["name"]: device for device in sounddevice.query_devices() if device["max_input_channels"] > 0}
        doors = [inputs[door] for door in ALSA_DOORS if door in inputs]
        if source is None or not doors:
            others = "".join(f", {NAME_PREFIX}{other.name} ({other.about})" for other in sources)
            raise AudioError(error.message, error.hint.removesuffix(".") + others + ".") from error
    os.environ |= {"PULSE_SOURCE": source.name, "PIPEWIRE_NODE": source.name.removesuffix(".monitor")}
    return {**doors[0], "name": called(source, sources), "server_source": source.name}


def device_name(sounddevice: Any, device: dict[str, Any]) -> str:
    """A name that tells a device from the same one under another sound system: `USB Audio, Windows WASAPI`."""
    return f"{device['name']}, {host_name(sounddevice, device)}"


def host_name(sounddevice: Any, device: dict[str, Any]) -> str:
    """The sound system that a device is reached through: `ALSA`, `Core Audio`, `Windows WASAPI`."""
    return str(sounddevice.query_hostapis(device["hostapi"])["name"])


def own_rate(sounddevice: Any, device: dict[str, Any], channels: int) -> int:
    """The rate a device runs at, in Hz.

    For ALSA's virtual devices PortAudio guesses 44.1 kHz; sound servers run at 48, and are asked for that.
    """
    stated = round(float(device["default_samplerate"]))
    if host_name(sounddevice, device) == "ALSA":
        try:
            sounddevice.check_input_settings(device["index"], channels, "int16", samplerate=COMMON_RATE)
        except (sounddevice.PortAudioError, ValueError):
            return stated
        return COMMON_RATE
    return stated


def own_latency_ms(sounddevice: Any, device: dict[str, Any]) -> float:
    """How old a sample is at least when the driver gives it away, in ms; 0 where PortAudio does not tell.

    For Core Audio it states what the hardware does (device, stream and safety offset) and the smallest buffer, 64
    frames. What it states for WASAPI, MME and ALSA is the size of a buffer, and says nothing of this.
    """
    if host_name(sounddevice, device) != "Core Audio":
        return 0.0
    return 1000 * float(device["default_low_input_latency"])


def host_settings(sounddevice: Any, device: dict[str, Any]) -> Any:
    """Windows' WASAPI takes only the mixer's own rate unless it may convert."""
    if sys.platform == "win32" and "WASAPI" in host_name(sounddevice, device):
        return sounddevice.WasapiSettings(auto_convert=True)
    return None
