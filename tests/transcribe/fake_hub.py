"""A hub on this machine, as much of one as fetching a model needs: what is there, and the files, from any byte on.

Large files are sent on to another address, as the real one does. It can be told to misbehave.
"""

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from interview_tui.transcribe.weights.catalogue import Entry

LARGE = "model.bin"
STATEMENT = "/api/models/"
BLOCK = 1 << 16


@dataclass
class FakeHub:
    """What it holds, how it misbehaves, and what it was asked for."""

    entry: Entry
    files: dict[str, bytes]
    address: str = ""
    licence: str = "mit"
    cut_after: list[int] = field(default_factory=list)  # bytes of the large file after which the line breaks, in turn
    torn: bool = False  # whether a line that breaks is reset, once `released` is set, instead of closed
    stall_after: int | None = None  # bytes after which nothing comes any more
    knows_ranges: bool = True
    stated_size: int | None = None  # of the large file, if it is to be a lie
    sent: dict[str, bytes] = field(default_factory=dict)  # what is sent in the place of a file
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)  # asked for of the large file
    headers: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def statement(self) -> dict:
        """What the hub says of the repository."""
        return {
            "id": self.entry.repository,
            "sha": self.entry.revision,
            "tags": ["ctranslate2", f"license:{self.licence}"],
            "siblings": [{"rfilename": name, **self._promise(name, content)} for name, content in self.files.items()],
        }

    def _promise(self, name: str, content: bytes) -> dict:
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if name != LARGE:
            return {"size": len(content), "blobId": blob}
        size = self.stated_size or len(content)
        lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": size, "pointerSize": 134}
        return {"size": size, "blobId": blob, "lfs": lfs}


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.hub.asked.append(path)
        self.hub.headers.append({name.lower(): value for name, value in self.headers.items()})
        repository, revision = self.hub.entry.repository, self.hub.entry.revision
        name = path.rsplit("/", 1)[-1]
        if path == f"{STATEMENT}{repository}/revision/{revision}":
            self._answer(json.dumps(self.hub.statement()).encode())
        elif path == f"/{repository}/resolve/{revision}/{LARGE}":
            self.send_response(302)
            self.send_header("Location", f"{self.hub.address}/elsewhere/{LARGE}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == f"/elsewhere/{LARGE}":
            self._stream(self.hub.sent.get(LARGE, self.hub.files[LARGE]))
        elif path == f"/{repository}/resolve/{revision}/{name}" and name in self.hub.files:
            self._answer(self.hub.sent.get(name, self.hub.files[name]))
        else:
            self._answer(b"{}", status=404)

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, content: bytes) -> None:
        wanted = self.headers.get("Range", "")
        self.hub.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if self.hub.knows_ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        end = self.hub.cut_after.pop(0) if self.hub.cut_after else self.hub.stall_after or len(content)
        for at in range(start, max(start, end), BLOCK):
            self.wfile.write(content[at : min(end, at + BLOCK)])
        if end < len(content):
            self.wfile.flush()
            if self.hub.stall_after or self.hub.torn:
                self.hub.released.wait()
            if self.hub.torn:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            self.close_connection = True


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """The hub at an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
