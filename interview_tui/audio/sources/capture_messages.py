"""What a capture process says over its pipe: a header, then a payload. See `listening` for who says what when.

header    kind, flags, arrival (ns, `monotonic.now_ns`), length of the payload in bytes
HELLO     the device is open: {"rate", "channels", "source", "latency_ms"}
BLOCK     16-bit samples, interleaved, and when they arrived from the driver
FACTS     where the system takes the sound from now: {"recorded_from", "may_go_back"}
ERROR     nothing comes, or nothing comes any more, and the process ends: {"message", "hint"}
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, BinaryIO

_HEADER = struct.Struct("<BBqI")
OVERFLOWED = 1
"""Flag of a block: the driver says that sound was lost before it. Not all drivers say so when it was."""
LEFT_OUT = 2
"""Flag of a block: blocks before it found no room in the capture process, since nobody took them for minutes."""


class Kind(IntEnum):
    """What a message is."""

    HELLO = 1
    BLOCK = 2
    FACTS = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came over the pipe."""

    kind: Kind
    payload: bytes
    arrival_ns: int = 0
    flags: int = 0

    def facts(self) -> dict[str, Any]:
        """What a message other than a block says."""
        said: dict[str, Any] = json.loads(self.payload)
        return said


def read(pipe: BinaryIO) -> Message | None:
    """The next message; None when the pipe has ended, be it in the middle of one."""
    head = pipe.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    kind, flags, arrival_ns, length = _HEADER.unpack(head)
    payload = pipe.read(length)
    return Message(Kind(kind), payload, arrival_ns, flags) if len(payload) == length else None


def send_block(pipe_fd: int, pcm: bytes, arrival_ns: int, flags: int = 0) -> None:
    """Say a block; waits as long as the pipe is full.

    Raises:
        OSError: nobody reads the pipe any more.
    """
    _send(pipe_fd, _HEADER.pack(Kind.BLOCK, flags, arrival_ns, len(pcm)) + pcm)


def send(pipe_fd: int, kind: Kind, **facts: Any) -> None:
    """Say anything else.

    Raises:
        OSError: nobody reads the pipe any more.
    """
    payload = json.dumps(facts).encode()
    _send(pipe_fd, _HEADER.pack(kind, 0, 0, len(payload)) + payload)


def _send(pipe_fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe_fd, data) :]
