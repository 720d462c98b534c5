"""What a PulseAudio or PipeWire server tells of itself: its sources, and which of them a process is really given.

Through ALSA, which PortAudio speaks, none of it can be seen: all of a desktop's microphones are one device there.
Where there is no such server, or its library cannot be loaded, there is nothing to tell, and nothing is missed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NAME_PREFIX = "pulse:"
ALSA_DOORS = ("pulse", "pipewire", "default")
"""The ALSA devices behind which the server is, the most certain one first."""
MOST_LATENCY_MS = 500.0  # a larger one is a mistake of a driver


@dataclass(frozen=True, slots=True)
class ServerSource:
    """A source of the server: its name, which lasts; what people call it; its true channels, its rate in Hz.

    `latency_ms` is how old a sample is at least when the server gives it away.
    """

    name: str
    about: str
    channels: int
    rate: int
    latency_ms: float = 0.0
    is_monitor: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What a server has at a moment: its sources, and the name of the one that this process is given.

    `given` is empty if it is given none, or is just being moved from one to another.
    """

    sources: tuple[ServerSource, ...]
    given: str

    @property
    def own(self) -> ServerSource | None:
        """The source that this process is given."""
        return next((source for source in self.sources if source.name == self.given), None)


class ServerGone(Exception):
    """The server has ended, or does not answer."""


class SoundServer:
    """A connection to the user's sound server. For one thread at a time."""

    def __init__(self, pulsectl: Any, connection: Any) -> None:
        self._pulsectl, self._connection = pulsectl, connection
        self._errors = (pulsectl.PulseError, pulsectl.PulseDisconnected)
        self._changed = False
        connection.event_callback_set(self._take_note)
        connection.event_mask_set("source", "source_output")

    @classmethod
    def connect(cls) -> SoundServer | None:
        """The server of this user; None if there is none, or no library to reach it with. None is started.

        Waits half a minute for a server that hangs. Who cannot is in a process that can be killed.
        """
        if sys.platform in ("win32", "darwin"):
            return None
        try:
            import pulsectl
        except (ImportError, OSError):  # the second: libpulse is not on this machine
            return None
        connection = pulsectl.Pulse("interview-tui", connect=False)
        try:
            connection.connect(autospawn=False)
            return cls(pulsectl, connection)
        except (pulsectl.PulseError, pulsectl.PulseDisconnected):
            connection.close()
            return None

    def default(self) -> str:
        """The name of the source that is given to who asks for none; empty if there is none.

        Raises:
            ServerGone: the server has ended.
        """
        try:
            return self._connection.server_info().default_source_name or ""
        except self._errors as error:
            raise ServerGone from error

    def survey(self) -> Survey:
        """The sources that are there now, and the one that this process is given.

        Raises:
            ServerGone: the server has ended.
        """
        own_id = str(os.getpid())
        try:
            clients = self._connection.client_list()
            streams = self._connection.source_output_list()
            sources = self._connection.source_list()
        except self._errors as error:
            raise ServerGone from error
        own = {client.index for client in clients if client.proplist.get("application.process.id") == own_id}
        given = {stream.source for stream in streams if stream.client in own}
        names = [source.name for source in sources if source.index in given]
        return Survey(tuple(_source(told) for told in sources), names[0] if names else "")

    def wait(self, seconds: float) -> bool:
        """Wait until a source or a stream has changed, `seconds` at most; whether one has.

        Raises:
            ServerGone: the server has ended.
        """
        try:
            if not self._changed:  # since this was last asked, while something else was
                self._connection.event_listen(seconds)
        except self._errors as error:
            raise ServerGone from error
        changed, self._changed = self._changed, False
        return changed

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _take_note(self, _event: Any) -> None:
        self._changed = True
        raise self._pulsectl.PulseLoopStop


def find_source(sources: Sequence[ServerSource], name: str) -> ServerSource | None:
    """The source called `name`: `pulse:` and its name, or what people call it where only one is called so.

    A source whose name has changed in its last part only, which tells in what shape the device is used
    (`….analog-stereo`), is the same one if there is no other like it.
    """
    plain = name.removeprefix(NAME_PREFIX)
    for alike in (
        [source for source in sources if source.name == plain],
        [source for source in sources if source.about == plain],
        [source for source in sources if "." in plain and _stem(source.name) == _stem(plain)],
    ):
        if len(alike) == 1:
            return alike[0]
    return None


def called(source: ServerSource, sources: Sequence[ServerSource]) -> str:
    """What people call a source, with its name if another one is called the same."""
    twins = [other for other in sources if other.about == source.about]
    return source.about if len(twins) < 2 else f"{source.about} ({source.name})"


def _stem(name: str) -> str:
    return name if name.endswith(".monitor") else name.rpartition(".")[0]


def _source(told: Any) -> ServerSource:
    latency_ms = max(told.latency, 0) / 1000
    return ServerSource(
        told.name,
        told.description,
        told.channel_count,
        told.sample_spec.rate,
        latency_ms if latency_ms <= MOST_LATENCY_MS else 0.0,
        bool(told.monitor_of_sink_name),
    )
