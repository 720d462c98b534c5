"""Why a system does not give its microphone, and the way out. Pure.

Systems refuse in different ways: Windows with an error, macOS with digital zeros and no word, Linux with an error of
the driver. What is told here is where to allow it, for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping

MACOS = (
    "Allow it: System Settings › Privacy & Security › Microphone, switch on the terminal program that this runs in, "
    "then quit that program and start it again."
)
WINDOWS = (
    "Allow it: Settings › Privacy & security › Microphone, switch on “Microphone access” and "
    "“Let desktop apps access your microphone”."
)
GROUP_AUDIO = "Let yourself use sound devices: `sudo usermod -aG audio $USER`, then log out and in again."
FLATPAK = "Allow it: `flatpak override --user --socket=pulseaudio {name}`, then start the terminal program again."
SNAP = "Allow it: `sudo snap connect {name}:audio-record`, then start the terminal program again."
NO_SERVER = "Start the sound server: `systemctl --user start pipewire-pulse` or `pulseaudio --start`."
HELD = "Close the other program that records from it, or choose another device."
LOST = "See that it is plugged in; unplug it and plug it in again if it is."
FORMAT = "Choose another device, or set its rate to 48000 Hz in the system's sound settings."

_REFUSED = ("access denied", "accessdenied", "permission denied", "0x80070005", "-2147024891", "not permitted")
_HELD = ("device unavailable", "device or resource busy", "in_use", "allocated", "already in use")
_NO_SERVER = ("connection refused", "connection terminated", "server")
_LOST = ("no such device", "invalidated", "invalid device", "nodriver", "bad device id", "unplugged")
_FORMAT = ("invalid sample rate", "sample format", "unsupported_format", "invalid number of channels")
_BY_MME = "undefined external error"  # what Windows' oldest interface says where the microphone is not allowed


def way_out(system: str, error: str, environment: Mapping[str, str] | None = None) -> str:
    """What to do about `error`, the driver's words for not recording, on `system` (as `sys.platform` has it).

    `environment` are the variables of the process: they tell of a sandbox on Linux.
    """
    said = error.casefold()
    if _says(said, _REFUSED) or (system == "win32" and _BY_MME in said):
        return _allow(system, environment or {})
    if _says(said, _HELD):
        return HELD if system != "darwin" else f"{HELD} If none does: {MACOS}"
    if _says(said, _FORMAT):
        return FORMAT
    if _says(said, _LOST):
        return LOST
    if system not in ("win32", "darwin") and _says(said, _NO_SERVER):
        return _sandboxed(environment or {}) or NO_SERVER
    return f"{LOST} {_allow(system, environment or {})}"


def way_out_of_silence(system: str, environment: Mapping[str, str] | None = None) -> str:
    """What to do where a device gives digital zeros only, as no microphone does that is heard."""
    muted = "See that it is not muted, by a switch of its own or in the system's sound settings."
    if system in ("win32", "darwin"):
        return f"{_allow(system, {})} {muted}"
    return f"{muted} {_sandboxed(environment or {})}".rstrip()


def _allow(system: str, environment: Mapping[str, str]) -> str:
    if system == "darwin":
        return MACOS
    return WINDOWS if system == "win32" else _sandboxed(environment) or GROUP_AUDIO


def _sandboxed(environment: Mapping[str, str]) -> str:
    """The way out of a sandbox; empty where there is none."""
    if name := environment.get("FLATPAK_ID"):
        return FLATPAK.format(name=name)
    if name := environment.get("SNAP_INSTANCE_NAME") or environment.get("SNAP_NAME"):
        return SNAP.format(name=name)
    return ""


def _says(said: str, words: tuple[str, ...]) -> bool:
    return any(word in said for word in words)
