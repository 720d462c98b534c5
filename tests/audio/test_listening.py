"""What a device gives is held while nobody takes it, and for ten minutes at most."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from interview_tui.audio.sources.capture_messages import LEFT_OUT, OVERFLOWED
from interview_tui.audio.sources.listening import OpenDevice
from interview_tui.audio.sources.portaudio import own_latency_ms
from interview_tui.audio.sources.sound_server import ServerSource, SoundServer

DEVICE = {"name": "a card", "index": 0, "hostapi": 0, "default_samplerate": 8_000.0, "default_low_input_latency": 0.012}
SILENT = SimpleNamespace(input_overflow=False)


class Driver:
    """A sound library whose device gives a block when it is told to; ten minutes pass at once with it."""

    PortAudioError = RuntimeError

    def __init__(self, system: str = "Core Audio") -> None:
        self.system = system

    def query_hostapis(self, _number: int) -> dict[str, str]:
        """The sound system of every device."""
        return {"name": self.system}

    def RawInputStream(self, callback: Callable[..., None], finished_callback: Callable[[], None], **_: Any) -> Any:
        """Take what is to be called."""
        self.gives, self.ends = callback, finished_callback
        return SimpleNamespace(start=lambda: None)


def _block(opened: OpenDevice) -> tuple[bytes, int, int]:
    """The next one that is held."""
    item = opened.heard.get()
    assert isinstance(item, tuple)
    return item


def test_ten_minutes_are_held_and_what_is_left_out_then_is_told():
    driver = Driver()
    opened = OpenDevice(driver, DEVICE, 1)
    blocks = 10 * 60 * 20
    for number in range(blocks + 2):
        driver.gives(number.to_bytes(2, "little"), 400, None, SILENT)
    assert opened.heard.qsize() == blocks
    first = _block(opened)
    driver.gives(b"zz", 400, None, SILENT)
    driver.ends()
    held = [_block(opened) for _ in range(blocks)]
    assert opened.heard.get() is None
    assert (first[0], first[2]) == (b"\x00\x00", 0)
    assert [pcm for pcm, _, _ in held[:-1]] == [number.to_bytes(2, "little") for number in range(1, blocks)]
    assert {flags for _, _, flags in held[:-1]} == {0}
    assert (held[-1][0], held[-1][2]) == (b"zz", LEFT_OUT)


def test_an_overflow_that_the_driver_admits_is_told():
    driver = Driver()
    opened = OpenDevice(driver, DEVICE, 1)
    driver.gives(b"aa", 400, None, SimpleNamespace(input_overflow=True))
    assert _block(opened)[2] == OVERFLOWED


def test_only_core_audio_tells_a_devices_own_latency():
    assert own_latency_ms(Driver("Core Audio"), DEVICE) == 12.0
    assert own_latency_ms(Driver("Windows WASAPI"), DEVICE) == 0.0
    assert own_latency_ms(Driver("ALSA"), DEVICE) == 0.0


class Library:
    """The server's library, with one source of a certain latency."""

    class PulseError(Exception): ...

    class PulseDisconnected(Exception): ...

    def __init__(self, latency_us: int) -> None:
        self.latency_us = latency_us

    def __getattr__(self, name: str) -> Any:
        return (lambda: []) if name.endswith("_list") else (lambda *_: None)

    def source_list(self) -> list[Any]:
        """The source."""
        sample_spec = SimpleNamespace(rate=48_000)
        return [SimpleNamespace(
            name="a", description="A", channel_count=1, sample_spec=sample_spec, latency=self.latency_us, index=0,
            monitor_of_sink_name=None,
        )]  # fmt: skip


def test_a_latency_that_cannot_be_is_none():
    def told(latency_us: int) -> ServerSource:
        library = Library(latency_us)
        (source,) = SoundServer(library, library).survey().sources
        return source

    assert told(180_000) == ServerSource("a", "A", 1, 48_000, 180.0)
    assert told(2_000_000).latency_ms == 0.0
    assert told(-1).latency_ms == 0.0
