"""Where sound comes from: a device, or a file that is played in real time as if it were one.

`sounddevice` is imported only when a device is opened, which happens only in child processes: its library writes to
the terminal, and its list of devices grows stale.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from interview_tui import monotonic
from interview_tui.audio import files
from interview_tui.errors import AudioError

BLOCK_S = 0.05
LATENCY_S = 0.3  # what the driver may hold back; short stalls of this process cost nothing
CLOSE_WITHIN_S = 2.0
COMMON_RATE = 48_000
Deliver = Callable[[bytes, int], None]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What to record from: a device by its name (None: the system's default), or a file played in real time.

    `channels` None takes what the device offers, two at most. `beside` is a second source that hears the other end of
    the line, as this one hears the interviewer; both give one channel then. `fast_ppm` is how much too fast a file
    plays, as a device does whose clock is off, in parts per million.
    """

    kind: Literal["device", "file"] = "device"
    name: str | None = None
    channels: int | None = None
    path: Path | None = None
    beside: SourceSpec | None = None
    fast_ppm: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": self.kind,
            "name": self.name,
            "channels": self.channels,
            "path": None if self.path is None else str(self.path.resolve()),
            "beside": None if self.beside is None else self.beside.to_json(),
            "fast_ppm": self.fast_ppm,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SourceSpec:
        """The spec that `to_json` made this of."""
        path = None if data["path"] is None else Path(data["path"])
        beside = None if data.get("beside") is None else cls.from_json(data["beside"])
        return cls(data["kind"], data["name"], data["channels"], path, beside, data.get("fast_ppm", 0.0))


@dataclass(frozen=True, slots=True)
class Signal:
    """What a source delivers: 16-bit samples, interleaved; `source` is its name for people.

    `latency_ms` is how much older a sample is than its arrival at the earliest, as far as the device tells.
    """

    rate: int
    channels: int
    source: str
    latency_ms: float = 0.0


class CaptureBackend(Protocol):
    """A source, opened for one span."""

    @property
    def signal(self) -> Signal:
        """What it delivers."""
        ...

    @property
    def ended(self) -> bool:
        """Whether it has nothing more to give, as a file that was played to its end."""
        ...

    @property
    def failure(self) -> str:
        """Why nothing comes any more and nothing will, a sentence: its device or process is gone. Empty otherwise."""
        ...

    @property
    def recorded_from(self) -> str:
        """The device that the system really takes the sound from now; empty where the system does not tell.

        Sound servers move a stream to another device without a word when its own is gone.
        """
        ...

    @property
    def may_go_back(self) -> bool:
        """Whether the device that it was moved away from, since it was gone, is there again."""
        ...

    @property
    def epoch_ns(self) -> int | None:
        """When its first sample was played (monotonic clock), of a recording; None of a device."""
        ...

    def start(self, deliver: Deliver) -> None:
        """Begin: `deliver(samples, arrival_ns)` is called for every block, from a thread of the source's own.

        Raises:
            AudioError: the source cannot be opened.
        """
        ...

    def close(self) -> None:
        """End at once. After this returns `deliver` is not called again. May be called twice, and from any thread."""
        ...


def open_source(spec: SourceSpec, epoch_ns: int | None) -> CaptureBackend:
    """The source that `spec` names, not yet started. `epoch_ns` is when a file began to play; None: it begins now.

    Raises:
        AudioError: there is no such source.
    """
    if spec.kind == "file":
        if spec.path is None:
            raise AudioError("No file was named to be played as the sound source.")
        return FileCapture(spec.path, epoch_ns)
    return DeviceCapture(spec.name, spec.channels)


class FileCapture:
    """An audio file as a live line: it plays in real time from `epoch_ns` on, whether or not anybody listens.

    So what it plays during a pause is missed, as it would be on the telephone.
    """

    failure = ""
    recorded_from = ""
    may_go_back = False

    def __init__(self, path: Path, epoch_ns: int | None) -> None:
        rate, channels = files.shape(path)
        self.signal = Signal(rate, channels, path.name)
        self.ended = False
        self.epoch_ns = epoch_ns
        self._path = path
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Begin at the frame that is playing now, which is the first if it has not been playing."""
        now_ns = monotonic.now_ns()
        if self.epoch_ns is None:
            self.epoch_ns = now_ns
        frame = max(0, now_ns - self.epoch_ns) * self.signal.rate // 1_000_000_000
        play = (deliver, self.epoch_ns, frame)
        self._thread = threading.Thread(target=self._play, args=play, name="file source", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End at once."""
        self._closed.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _play(self, deliver: Deliver, epoch_ns: int, frame: int) -> None:
        rate = self.signal.rate
        for block in files.stream_frames(self._path, frame, block_frames=max(1, round(rate * BLOCK_S))):
            frame += len(block)
            due_ns = epoch_ns + frame * 1_000_000_000 // rate
            if self._closed.wait(max(0.0, (due_ns - monotonic.now_ns()) / 1e9)):
                return
            deliver(files.pcm16(block), monotonic.now_ns())
        self.ended = True


class DeviceCapture:
    """A sound device through PortAudio, at its own rate, 16 bit."""

    ended = False
    failure = ""
    recorded_from = ""
    may_go_back = False
    epoch_ns = None

    def __init__(self, name: str | None, channels: int | None) -> None:
        self._sounddevice = load_sounddevice()
        self._device = find_device(self._sounddevice, name, "input")
        offered = int(self._device["max_input_channels"])
        self._channels = min(2, offered) if channels is None else channels
        if self._channels > offered:
            raise AudioError(
                f"{self._device['name']} offers {offered} channel(s), not {self._channels}.",
                "Choose another device, or fewer channels.",
            )
        rate = own_rate(self._sounddevice, self._device, self._channels)
        self.signal = Signal(rate, self._channels, str(self._device["name"]))
        self._stream: Any = None
        self._closed = False

    def start(self, deliver: Deliver) -> None:
        """Open the device."""

        def arrived(samples: Any, _frames: int, _time: Any, _flags: Any) -> None:
            if not self._closed:
                deliver(bytes(samples), monotonic.now_ns())

        try:
            self._stream = self._sounddevice.RawInputStream(
                device=self._device["index"],
                samplerate=self.signal.rate,
                channels=self._channels,
                dtype="int16",
                blocksize=round(self.signal.rate * BLOCK_S),
                latency=LATENCY_S,
                callback=arrived,
                extra_settings=_host_settings(self._sounddevice, self._device),
            )
            self._stream.start()
        except self._sounddevice.PortAudioError as error:
            raise AudioError(
                f"{self.signal.source} cannot be recorded from: {error}.",
                "See that it is plugged in and held by no other program, and that the terminal may use the microphone.",
            ) from error

    def close(self) -> None:
        """Close the device. A driver whose device is gone may never return from this; it is left to itself then."""
        self._closed = True
        stream, self._stream = self._stream, None
        if stream is not None:
            closing = threading.Thread(target=lambda: (stream.abort(), stream.close()), daemon=True)
            closing.start()
            closing.join(CLOSE_WITHIN_S)


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


def device_name(sounddevice: Any, device: dict[str, Any]) -> str:
    """A name that tells a device from the same one under another sound system: `USB Audio, Windows WASAPI`."""
    return f"{device['name']}, {sounddevice.query_hostapis(device['hostapi'])['name']}"


def own_rate(sounddevice: Any, device: dict[str, Any], channels: int) -> int:
    """The rate a device runs at, in Hz.

    For ALSA's virtual devices PortAudio guesses 44.1 kHz; sound servers run at 48, and are asked for that.
    """
    stated = round(float(device["default_samplerate"]))
    if sounddevice.query_hostapis(device["hostapi"])["name"] == "ALSA":
        try:
            sounddevice.check_input_settings(device["index"], channels, "int16", samplerate=COMMON_RATE)
        except (sounddevice.PortAudioError, ValueError):
            return stated
        return COMMON_RATE
    return stated


def _host_settings(sounddevice: Any, device: dict[str, Any]) -> Any:
    """Windows' WASAPI takes only the mixer's own rate unless it may convert."""
    if sys.platform == "win32" and "WASAPI" in sounddevice.query_hostapis(device["hostapi"])["name"]:
        return sounddevice.WasapiSettings(auto_convert=True)
    return None
