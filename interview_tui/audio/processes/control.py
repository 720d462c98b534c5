"""A process that is spoken to from outside: JSON lines on a local socket, for those who know its token.

→ {"token": …, "command": "pause", "reason": "off record"}
← {"ok": true, …}   or   {"ok": false, "message": …, "hint": …}
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interview_tui.audio import disk
from interview_tui.audio.processes.child import unwrapped, wrapped

HOST = "127.0.0.1"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach such a process. Kept in a file that only its owner can read."""

    pid: int
    port: int
    token: str
    started_wall_ns: int

    def leave(self, path: Path) -> None:
        """Write it to `path`."""
        disk.write_private(path, json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, path: Path) -> Contact | None:
        """The contact in `path`; None if there is none, or none that can be read."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(data["pid"]), int(data["port"]), str(data["token"]), int(data["started_wall_ns"]))
        except (OSError, ValueError, KeyError, TypeError):
            # Absent, or the torn file of a process that is gone: both mean that nobody is there.
            return None


class ControlServer:
    """Answers commands, each connection in a thread of its own."""

    def __init__(self, answer: Callable[[Json], Json]) -> None:
        self.deserted = threading.Event()  # set when the last connection has ended
        self.calls = 0  # requests answered so far
        self._answer = answer
        self._token = secrets.token_hex(16)
        self._socket = socket.create_server((HOST, 0))
        self._busy = threading.Lock()
        self._connections = 0
        threading.Thread(target=self._accept, name="control", daemon=True).start()

    def contact(self) -> Contact:
        """How to reach this process."""
        return Contact(os.getpid(), self._socket.getsockname()[1], self._token, time.time_ns())

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                # The caller hung up before we answered, or the system is short of handles: stay reachable.
                time.sleep(0.1)
                continue
            with self._busy:
                self._connections += 1
                self.deserted.clear()
            threading.Thread(target=self._serve, args=(connection,), name="control line", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rwb") as stream:
                for line in stream:
                    request = json.loads(line)
                    if not hmac.compare_digest(str(request.get("token")), self._token):
                        return
                    self.calls += 1
                    stream.write(json.dumps(wrapped(self._answer, request)).encode() + b"\n")
                    stream.flush()
        except (OSError, ValueError, AttributeError):
            # The other side is gone, or is none of ours; either way this line is over.
            return
        finally:
            with self._busy:
                self._connections -= 1
                if not self._connections:
                    self.deserted.set()


class ControlLine:
    """A connection to such a process. One question at a time; for several threads, several lines."""

    def __init__(self, contact: Contact, timeout_s: float) -> None:
        """Connect.

        Raises:
            OSError: nobody is there.
        """
        self._token = contact.token
        self._socket = socket.create_connection((HOST, contact.port), timeout=timeout_s)
        self._stream = self._socket.makefile("rwb")

    def ask(self, command: str, timeout_s: float, **arguments: Any) -> Json:
        """Give a command and wait for its answer.

        Raises:
            AudioError: the process answered with an error.
            TimeoutError: it did not answer; the line is of no use any more.
            OSError: it is gone.
        """
        request = {"token": self._token, "command": command, **arguments}
        self._socket.settimeout(timeout_s)
        self._stream.write(json.dumps(request).encode() + b"\n")
        self._stream.flush()
        line = self._stream.readline()
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the other side closed the line")
        try:
            reply = json.loads(line)
        except ValueError as error:
            raise ConnectionResetError("the other side speaks another language") from error
        if not isinstance(reply, dict):
            raise ConnectionResetError("the other side speaks another language")
        return unwrapped(reply)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):  # what was not sent need not be
            self._stream.close()
        self._socket.close()
