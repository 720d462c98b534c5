"""A sound card that is only software: a PulseAudio server of its own, in a folder of its own, for the tests.

    play into          record from
    line (stereo)      iv_line     the telephone line, and the default source
    speaker (stereo)   iv_heard    what a listener hears; the default output

The server is found by environment variables only, so no other sound on the machine is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.audio.signals import until

RATE = 48_000
PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec")


class VirtualSound:
    """The server, running."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_SERVER": f"unix:{folder / 'native'}",
            "PULSE_RUNTIME_PATH": str(folder / "runtime"),
            "PULSE_STATE_PATH": str(folder / "state"),
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        }
        (folder / "runtime").mkdir(mode=0o700)
        (folder / "state").mkdir()
        (folder / "server.pa").write_text(_SERVER.format(socket=folder / "native", rate=RATE), encoding="utf-8")
        (folder / "asound.conf").write_text(_DEVICES, encoding="utf-8")
        self._log = (folder / "server.log").open("wb")
        self._server = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self.environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        del environment["PULSE_SERVER"]  # a server that is told of a server does not start
        arguments = ["-n", "-F", str(self.folder / "server.pa"), "--daemonize=no", "--use-pid-file=no"]
        arguments += ["--exit-idle-time=-1", "--disable-shm=yes", "--realtime=no", "--high-priority=no"]
        server = subprocess.Popen(
            ["pulseaudio", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        until(lambda: server.poll() is not None or self._sources() >= {"line.monitor", "speaker.monitor"}, "the server")
        assert server.poll() is None, (self.folder / "server.log").read_text(encoding="utf-8")
        return server

    def _sources(self) -> set[str]:
        listed = subprocess.run(
            ["pactl", "list", "short", "sources"],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return {line.split("\t")[1] for line in listed.stdout.splitlines() if "\t" in line}

    @contextmanager
    def playing(self, file: Path, sink: str = "line", ahead_s: int = 2) -> Iterator[None]:
        """Play `file` into a sink for as long as it lasts or is needed; the server is given so much of it ahead."""
        with self._running(["paplay", f"--device={sink}", f"--latency-msec={1000 * ahead_s}", str(file)]):
            yield

    @contextmanager
    def punctual(self) -> Iterator[None]:
        """Keep the line in steps of 5 ms, as a card has fixed ones.

        A virtual sink takes steps as large as its listeners allow and renders a step ahead of time, so its sound shifts
        by up to a step when a listener comes or goes.
        """
        with self._running(["parec", "--device=line.monitor", "--latency-msec=5", os.devnull]):
            yield

    @contextmanager
    def _running(self, arguments: list[str]) -> Iterator[None]:
        program = subprocess.Popen(
            arguments,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        try:
            yield
        finally:
            program.kill()
            program.wait()

    def control(self, *arguments: str) -> str:
        """Run `pactl`; gives what it printed."""
        done = subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def unplug(self, sink: str) -> None:
        """Take a card away."""
        listed = self.control("list", "short", "modules").splitlines()
        (index,) = (line.split("\t")[0] for line in listed if f"sink_name={sink} " in line + " ")
        self.control("unload-module", index)

    def plug_in(self, sink: str, channels: int = 2, about: str = "") -> None:
        """Add a card, or add it again. People call its source “Monitor of `about`”."""
        shape = [f"sink_name={sink}", f"rate={RATE}", f"channels={channels}"]
        if about:
            shape.append(f"sink_properties=device.description={about}")
        self.control("load-module", "module-null-sink", *shape)

    def move_streams(self, source: str) -> None:
        """Let everything that is recorded be recorded from another source, as a mixer's window does."""
        for line in self.control("list", "short", "source-outputs").splitlines():
            self.control("move-source-output", line.split("\t")[0], source)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Let the server hang meanwhile."""
        server = psutil.Process(self._server.pid)
        server.suspend()
        try:
            yield
        finally:
            server.resume()

    def crash(self) -> None:
        """Kill the server."""
        self._server.kill()
        self._server.wait()

    def restart(self) -> None:
        """Start the server again after `crash`."""
        self._server = self._start()

    def close(self) -> None:
        """End the server, as if the sound system had crashed."""
        self.crash()
        self._log.close()


@contextmanager
def virtual_sound() -> Iterator[VirtualSound]:
    """A running server; its folder is short, since the name of a socket must be."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: apt-get install pulseaudio pulseaudio-utils libportaudio2")
    with tempfile.TemporaryDirectory(prefix="sound-", ignore_cleanup_errors=True) as name:
        sound = VirtualSound(Path(name))
        try:
            yield sound
        finally:
            sound.close()


_SERVER = """\
load-module module-native-protocol-unix socket={socket} auth-anonymous=1
load-module module-null-sink sink_name=speaker rate={rate} channels=2
load-module module-null-sink sink_name=line rate={rate} channels=2
set-default-sink speaker
set-default-source line.monitor
"""

_DEVICES = """\
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.iv_line { type pulse device line.monitor }
pcm.iv_heard { type pulse device speaker.monitor }
"""
