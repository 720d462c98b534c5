"""The capture process: one device, opened once, whose sound it passes on through a pipe until it is no longer wanted.

    driver's thread ──(samples, arrival)──► queue ──► main thread ──► pipe ──► the recorder

The driver's thread waits for nothing but the queue. If the recorder takes nothing for a while, since it was stopped or
the machine is short of everything, the queue holds what comes. The process ends at once when its stdin or its pipe
does: when the recorder closes it, or is no more.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from interview_tui import monotonic
from interview_tui.audio.capture import BLOCK_S, LATENCY_S
from interview_tui.audio.sources.capture_messages import LEFT_OUT, OVERFLOWED, Kind, send, send_block
from interview_tui.audio.sources.permissions import way_out
from interview_tui.audio.sources.portaudio import host_settings, load_sounddevice, own_latency_ms, own_rate, reach
from interview_tui.audio.sources.sound_server import ALSA_DOORS, MOST_LATENCY_MS, ServerGone, SoundServer
from interview_tui.audio.sources.whereabouts import Whereabouts
from interview_tui.errors import AudioError

MOST_HELD_S = 600  # then what was heard first is kept, and what comes is left out until there is room
GIVEN_WITHIN_S = 0.2  # a server knows of a stream within a few milliseconds after its opening
LATENCY_LOOKS, LATENCY_LOOK_S = 5, 0.012
LOOK_S = 1.0  # the server says at once what changes; this is for what it may not say
CALM_S = 0.05
_Item = tuple[bytes, int, int] | dict[str, Any] | None


class OpenDevice:
    """A device that is heard from now on."""

    def __init__(self, sounddevice: Any, device: dict[str, Any], channels: int) -> None:
        """Open it.

        Raises:
            AudioError: the system does not give it.
        """
        self.name = str(device["name"])
        self.rate = own_rate(sounddevice, device, channels)
        self.channels = channels
        self.heard: SimpleQueue[_Item] = SimpleQueue()  # None: the driver gives nothing any more
        most_held = round(MOST_HELD_S / BLOCK_S)
        left_out = 0

        def arrived(samples: Any, _frames: int, _time: Any, status: Any) -> None:
            nonlocal left_out
            if self.heard.qsize() >= most_held:
                left_out = LEFT_OUT
                return
            flags = left_out | (OVERFLOWED if status.input_overflow else 0)
            self.heard.put((bytes(samples), monotonic.now_ns(), flags))
            left_out = 0

        try:
            self.stream = sounddevice.RawInputStream(
                device=device["index"],
                samplerate=self.rate,
                channels=channels,
                dtype="int16",
                blocksize=round(self.rate * BLOCK_S),
                latency=LATENCY_S,
                callback=arrived,
                finished_callback=lambda: self.heard.put(None),
                extra_settings=host_settings(sounddevice, device),
            )
            self.stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioError(
                f"{self.name} cannot be recorded from: {error}.", way_out(sys.platform, str(error), os.environ)
            ) from error

    def close(self) -> None:
        """Close it."""
        self.stream.abort()
        self.stream.close()


def main(request: str) -> None:
    """Do what the docstring of this module says; returns when it is over, and the process is to be left at once."""
    lifeline_fd, pipe_fd = _take_pipes()
    threading.Thread(target=_end_with, args=(lifeline_fd,), name="lifeline", daemon=True).start()
    for name in ("SIGINT", "SIGHUP"):  # they are not meant for the recorder, nor for what it listens with
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(OSError):  # nobody is there any more to be told anything
        try:
            _listen(json.loads(request), pipe_fd)
        except BrokenPipeError:
            return
        except AudioError as error:
            send(pipe_fd, Kind.ERROR, message=error.message, hint=error.hint)
        except ServerGone:
            send(pipe_fd, Kind.ERROR, message="The sound server has just ended.", hint="Try again, or restart it.")
        except Exception as error:  # the process's boundary: a hanging driver must not hold up the word of its end
            logging.exception("unexpected")
            message = f"Something unexpected happened to the sound device: {error!r}."
            send(pipe_fd, Kind.ERROR, message=message, hint="Try again, or choose another device.")


def _take_pipes() -> tuple[int, int]:
    """Stdin and stdout as descriptors that sound libraries do not know; what those print goes to stderr."""
    lifeline_fd, pipe_fd = os.dup(0), os.dup(1)
    nothing_fd = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing_fd, 0)
    os.dup2(2, 1)
    return lifeline_fd, pipe_fd


def _end_with(lifeline_fd: int) -> None:
    """Leave the process when the other end of its stdin is closed. The system closes the device, whatever it does."""
    with suppress(OSError):
        while os.read(lifeline_fd, 1):
            pass
    os._exit(0)


def _listen(request: dict[str, Any], pipe_fd: int) -> None:
    sounddevice, server = load_sounddevice(), SoundServer.connect()
    device = reach(sounddevice, server, request["name"])
    opened = _open(sounddevice, server, device, request["channels"])
    whereabouts, latency_ms = Whereabouts(), own_latency_ms(sounddevice, device)
    if server is not None:
        with suppress(ServerGone):  # its end is the end of the stream, and is noticed there
            latency_ms = _settle(server, whereabouts) or latency_ms
            _check_given(server, device)
    given = request["channels"] or opened.channels
    source = whereabouts.recorded_from if device["name"] in ALSA_DOORS else ""
    shape = {"rate": opened.rate, "channels": given, "source": source or opened.name, "latency_ms": latency_ms}
    gc.freeze()
    send(pipe_fd, Kind.HELLO, signal=shape, recorded_from=whereabouts.recorded_from)
    if server is not None and whereabouts.recorded_from:
        watch = (server, whereabouts, opened.heard)
        threading.Thread(target=_watch, args=watch, name="whereabouts", daemon=True).start()
    _pass_on(opened, given, pipe_fd)


def _open(sounddevice: Any, server: SoundServer | None, device: dict[str, Any], asked: int | None) -> OpenDevice:
    """Open a device with the channels it really has, two at most.

    A sound server makes as many of one microphone as it is asked for, and tells the truth about a stream that is open.
    """
    channels = min(2, int(device["max_input_channels"]))
    opened = OpenDevice(sounddevice, device, channels)
    true_channels = _true_channels(server) if server is not None else None
    if true_channels is not None and true_channels < channels:
        opened.close()
        channels = true_channels
        opened = OpenDevice(sounddevice, device, channels)
    if asked is not None and asked > channels:
        raise AudioError(
            f"{opened.name} offers {channels} channel(s), not {asked}.", "Choose another device, or fewer channels."
        )
    return opened


def _true_channels(server: SoundServer) -> int | None:
    """How many channels the source has that this process is given; None if it is none of the server's."""
    deadline_ns = monotonic.now_ns() + round(GIVEN_WITHIN_S * 1e9)
    with suppress(ServerGone):
        while monotonic.now_ns() < deadline_ns:
            if (own := server.survey().own) is not None:
                return own.channels
            server.wait(GIVEN_WITHIN_S)
    return None


def _settle(server: SoundServer, whereabouts: Whereabouts) -> float:
    """Look where the stream is, and how old its sound is at least, in ms.

    A source's latency goes up and down with what it has gathered since it last gave something away. What it never falls
    below is the device's own, and it is what the earliest arrivals do not show.
    """
    lowest_ms = MOST_LATENCY_MS
    for _ in range(LATENCY_LOOKS):
        survey = server.survey()
        whereabouts.look(survey, settled=True)
        if survey.own is None:
            return 0.0
        lowest_ms = min(lowest_ms, survey.own.latency_ms)
        time.sleep(LATENCY_LOOK_S)
    return lowest_ms


def _check_given(server: SoundServer, device: dict[str, Any]) -> None:
    """See that this process is given the source it asked for: another one would be recorded without a word.

    Raises:
        AudioError: it is given another one.
    """
    own = server.survey().own
    if own is not None and own.name != device.get("server_source", own.name):
        raise AudioError(
            f"The sound server gives {own.about} where it is asked for {device['name']}.",
            "Choose the source in the system's sound settings, and record from the system's own device.",
        )


def _watch(server: SoundServer, whereabouts: Whereabouts, heard: SimpleQueue[_Item]) -> None:
    """Tell where the sound is taken from whenever that changes, until the server ends."""
    with suppress(ServerGone):
        while True:
            changed = server.wait(LOOK_S)
            if whereabouts.look(server.survey(), settled=not changed):
                heard.put({"recorded_from": whereabouts.recorded_from, "may_go_back": whereabouts.may_go_back})
            time.sleep(CALM_S)


def _pass_on(opened: OpenDevice, given: int, pipe_fd: int) -> None:
    while (item := opened.heard.get()) is not None:
        if isinstance(item, dict):
            send(pipe_fd, Kind.FACTS, **item)
            continue
        pcm, arrival_ns, flags = item
        send_block(pipe_fd, one_channel(pcm) if given < opened.channels else pcm, arrival_ns, flags)
    raise AudioError(
        f"{opened.name} gives no sound any more.", "See that it is plugged in and that the sound system runs."
    )


def one_channel(stereo: bytes) -> bytes:
    """The left channel of a block, the right one if there is nothing but digital zero on the left."""
    samples = memoryview(stereo).cast("h")
    left = samples[::2].tobytes()
    return left if any(left) else samples[1::2].tobytes()
