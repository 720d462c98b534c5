"""A file whose bytes lie sealed: read, written, lengthened and cut anywhere, as any file is.

Age seals messages, which can neither be changed nor be opened in the middle. So a sealed file is a row of short ones,
only ever added to: each says which bytes it is and where they belong, and a later one stands above an earlier one. What
`write` returned from survives the death of the process: a message that was cut off at the end is none. The messages are
for one X25519 recipient, so whoever only writes needs no secret.

    file     = "interview-tui sealed 1\n" recipient "\n" id(16)      the recipient as age writes it, age1...
    message  = mark(4) kind(4) sealed-length(4) length(4) offset(8) crc32(4) sealed "."
    sealed   = age(id(16) kind(4) length(4) offset(8) bytes)

Numbers are little-endian, and the crc is of the 24 bytes before it. The kinds: 0, the bytes are at `offset`; 1, they
are at the end; 2, the file is `offset` bytes long. The point at the end is missing where a power cut has left zeros.

What stands outside of the age message says only how long things are; inside it stands again, so that messages that were
taken elsewhere, or to another file, are refused.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
import struct
import sys
import zlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyrage

MAGIC = b"interview-tui sealed 1\n"
LARGEST_MESSAGE = 1 << 16
_RECIPIENT_BYTES = 62
_ID_BYTES = 16
ID_AT = len(MAGIC) + _RECIPIENT_BYTES + 1
BEGINS_AT = ID_AT + _ID_BYTES
_MARK = b"\xa7itb"
_OUTSIDE = struct.Struct("<4sIIIQ")
_CRC = struct.Struct("<I")
_OUTSIDE_BYTES = _OUTSIDE.size + _CRC.size
_INSIDE = struct.Struct("<IIQ")
_AT, _AT_THE_END, _CUT = range(3)
_END = b"."
_REMEMBERED = 16
Secret = Callable[[str], "pyrage.x25519.Identity"]
"""The secret key of a recipient."""


class Damaged(OSError):
    """A sealed file that was changed, or is cut off within its first line."""

    def __init__(self, path: Path, said: str) -> None:
        super().__init__(errno.EIO, f"the sealed file {said}", str(path))

    def __str__(self) -> str:
        return str(self.strerror)  # whoever tells of it names the file


class _Message(NamedTuple):
    """Where a message lies in the file, and what it says outside."""

    begins: int
    kind: int
    sealed_length: int
    length: int
    offset: int

    @property
    def ends(self) -> int:
        """The first byte after it."""
        return self.begins + _OUTSIDE_BYTES + self.sealed_length + len(_END)


class _Piece(NamedTuple):
    """Bytes `first` to `end` of the file: they lie in a message, whose own first byte belongs to `message_at`."""

    first: int
    end: int
    message: _Message
    message_at: int


def recipient_in(path: Path) -> str | None:
    """For whom a file is sealed; None if it is not sealed.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _recipient(file.read(ID_AT))


class SealedFile(io.RawIOBase):
    """A sealed file as its bytes are; unbuffered: each `write` is one message of up to 64 KiB, on disk when it returns.

    It has no `fileno`, for what lies behind that are other bytes; see `descriptor`.
    """

    def __init__(self, path: Path, secret: Secret, *, descriptor: int, writable: bool) -> None:
        """Take over `descriptor`, open at `path` for reading (and writing): it must hold a sealed file.

        `secret` is asked for once, and not before something is read.

        Raises:
            OSError: the file cannot be read; Damaged: it is no sealed file.
        """
        self.path = path
        self.descriptor = descriptor
        self.although_changed = False  # whether what was changed is read as zeros
        self._secret, self._writable = secret, writable
        self._identity: pyrage.x25519.Identity | None = None
        self._pieces: list[_Piece] = []
        self._opened: OrderedDict[int, bytes] = OrderedDict()
        self._size = self._at = 0
        head = _read_at(descriptor, BEGINS_AT, 0)
        recipient = _recipient(head)
        if recipient is None or len(head) < BEGINS_AT:
            os.close(descriptor)
            raise Damaged(path, "has lost its beginning")
        self._recipient = recipient
        self._id = head[ID_AT:]
        self._ends = BEGINS_AT  # where the last whole message ends
        self._find_messages()

    @classmethod
    def open(cls, path: Path, secret: Secret, *, writable: bool = False) -> SealedFile:
        """Open a sealed file that is there.

        Raises:
            OSError: it cannot be opened; Damaged: it is no sealed file.
        """
        flags = (os.O_RDWR if writable else os.O_RDONLY) | getattr(os, "O_BINARY", 0)
        return cls(path, secret, descriptor=os.open(path, flags), writable=writable)

    @classmethod
    def make(cls, path: Path, recipient: str, secret: Secret) -> SealedFile:
        """Make an empty sealed file (0600), which must not exist.

        Raises:
            OSError: it exists, or cannot be written; nothing is left of it then.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o600)
        try:
            _write_all(descriptor, MAGIC + recipient.encode("ascii") + b"\n" + secrets.token_bytes(_ID_BYTES))
        except OSError:
            os.close(descriptor)
            path.unlink()
            raise
        return cls(path, secret, descriptor=descriptor, writable=True)

    @property
    def name(self) -> str:
        """Where it lies, as every open file says it; by its suffix libraries know what it holds."""
        return str(self.path)

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """Whether it was opened to be written to."""
        return self._writable

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a byte."""
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        """At which byte it stands."""
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Read from where it stands; as far as one message goes, so it may be less than there is.

        Raises:
            Damaged: what lies there was changed.
        """
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not view:
            return 0
        number = bisect_right(self._pieces, self._at, key=lambda piece: piece.first) - 1
        piece = self._pieces[number] if number >= 0 else None
        if piece is not None and self._at < piece.end:
            length = min(len(view), piece.end - self._at)
            begins = self._at - piece.message_at
            view[:length] = self._bytes_of(piece.message)[begins : begins + length]
        else:  # the file was lengthened over it
            after = self._pieces[number + 1].first if number + 1 < len(self._pieces) else self._size
            length = min(len(view), after - self._at)
            view[:length] = bytes(length)
        self._at += length
        return length

    def write(self, data: Any, /) -> int:
        """Write where it stands, all of it or nothing, at most 64 KiB; gives how much.

        Raises:
            OSError: the disk did not take all of it; the file is as it was.
        """
        chunk = memoryview(data).cast("B")[:LARGEST_MESSAGE]
        if chunk:
            self._put(_AT, self._at, bytes(chunk))
            self._at += len(chunk)
        return len(chunk)

    def append(self, data: bytes) -> None:
        """Write at the end, wherever another process has put that meanwhile, as one message.

        Raises:
            OSError: the disk did not take all of it; the file is as it was.
        """
        self._put(_AT_THE_END, 0, data)

    def truncate(self, size: int | None = None, /) -> int:
        """Cut or lengthen the file; what was cut off stays sealed on the disk until the file is deleted."""
        size = self._at if size is None else size
        if size != self._size:
            self._put(_CUT, size, b"")
        return size

    def skip(self) -> None:
        """Go on behind what is said by the message it stands in: one that was changed cannot be read."""
        self._at = next((piece.end for piece in self._pieces if piece.first <= self._at < piece.end), self._size)

    def close(self) -> None:
        """Let go of it."""
        if not self.closed:
            super().close()
            os.close(self.descriptor)

    def _find_messages(self) -> None:
        """Go over the messages; what is torn or no message is passed over up to the next one."""
        there = os.fstat(self.descriptor).st_size
        at = self._ends
        outside = _read_at(self.descriptor, _OUTSIDE_BYTES, at)
        while at + _OUTSIDE_BYTES <= there:
            message = _outside(outside, at)
            if message is not None and message.ends <= there:
                end_and_next = _read_at(self.descriptor, len(_END) + _OUTSIDE_BYTES, message.ends - len(_END))
                if end_and_next.startswith(_END):
                    self._learn(message)
                    at = self._ends = message.ends
                    outside = end_and_next[len(_END) :]
                    continue
            at = self._next_mark(at + 1, there)
            outside = _read_at(self.descriptor, _OUTSIDE_BYTES, at)

    def _next_mark(self, at: int, there: int) -> int:
        while at < there:
            block = _read_at(self.descriptor, 1 << 16, at)
            found = block.find(_MARK)
            if found >= 0:
                return at + found
            if len(block) <= len(_MARK):
                break
            at += len(block) - len(_MARK) + 1
        return there

    def _learn(self, message: _Message) -> None:
        """Let a message count."""
        if message.kind == _CUT:
            size = message.offset
            self._pieces = [
                piece if piece.end <= size else _Piece(piece.first, size, piece.message, piece.message_at)
                for piece in self._pieces
                if piece.first < size
            ]
            self._size = size
            return
        first = self._size if message.kind == _AT_THE_END else message.offset
        new = _Piece(first, first + message.length, message, first)
        if first >= self._size:
            self._pieces.append(new)
        else:
            self._lay_over(new)
        self._size = max(self._size, new.end)

    def _lay_over(self, new: _Piece) -> None:
        low = max(0, bisect_right(self._pieces, new.first, key=lambda piece: piece.first) - 1)
        high = bisect_right(self._pieces, new.end - 1, key=lambda piece: piece.first)
        left: list[_Piece] = []
        right: list[_Piece] = []
        for piece in self._pieces[low:high]:
            if piece.first < new.first:
                left.append(_Piece(piece.first, min(piece.end, new.first), piece.message, piece.message_at))
            if piece.end > new.end:
                right.append(_Piece(max(piece.first, new.end), piece.end, piece.message, piece.message_at))
        self._pieces[low:high] = [*left, new, *right]

    def _bytes_of(self, message: _Message) -> bytes:
        """What a message says; the last few are remembered."""
        if (known := self._opened.get(message.begins)) is not None:
            self._opened.move_to_end(message.begins)
            return known
        try:
            found = self._said_by(message)
        except Damaged:
            if not self.although_changed:
                raise
            found = bytes(message.length)
        self._opened[message.begins] = found
        if len(self._opened) > _REMEMBERED:
            self._opened.popitem(last=False)
        return found

    def _said_by(self, message: _Message) -> bytes:
        import pyrage

        if self._identity is None:
            self._identity = self._secret(self._recipient)
        sealed = _read_at(self.descriptor, message.sealed_length, message.begins + _OUTSIDE_BYTES)
        try:
            plain: bytes = pyrage.decrypt(sealed, [self._identity])
        except (pyrage.DecryptError, OSError) as error:
            raise Damaged(self.path, "was changed") from error
        inside = _INSIDE.pack(message.kind, message.length, message.offset)
        if not plain.startswith(self._id + inside) or len(plain) != _ID_BYTES + _INSIDE.size + message.length:
            raise Damaged(self.path, "was changed")
        return plain[_ID_BYTES + _INSIDE.size :]

    def _put(self, kind: int, offset: int, data: bytes) -> None:
        import pyrage

        if not self._writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), str(self.path))
        inside = self._id + _INSIDE.pack(kind, len(data), offset)
        sealed = pyrage.encrypt(inside + data, [pyrage.x25519.Recipient.from_str(self._recipient)])
        outside = _OUTSIDE.pack(_MARK, kind, len(sealed), len(data), offset)
        begins = self._end_of_messages()
        try:
            _write_all(self.descriptor, outside + _CRC.pack(zlib.crc32(outside)) + sealed + _END)
        except OSError:
            os.ftruncate(self.descriptor, begins)
            raise
        message = _Message(begins, kind, len(sealed), len(data), offset)
        self._learn(message)
        self._ends = message.ends

    def _end_of_messages(self) -> int:
        """Stand behind the last whole message, which another process may have written; a torn one is cut off, lest it
        take what follows for its own. There is one writer at a time: whoever shares a file has a lock for that.
        """
        if os.lseek(self.descriptor, 0, os.SEEK_END) != self._ends:
            self._find_messages()
            os.ftruncate(self.descriptor, self._ends)
            os.lseek(self.descriptor, 0, os.SEEK_END)
        return self._ends


def _recipient(head: bytes) -> str | None:
    if not head.startswith(MAGIC):
        return None
    recipient = head[len(MAGIC) : len(MAGIC) + _RECIPIENT_BYTES]
    return recipient.decode("ascii", "replace") if recipient.startswith(b"age1") else None


def _outside(head: bytes, at: int) -> _Message | None:
    """What stands outside of a message; None where none begins."""
    if len(head) < _OUTSIDE_BYTES:
        return None
    mark, kind, sealed_length, length, offset = _OUTSIDE.unpack_from(head)
    if mark != _MARK or _CRC.unpack_from(head, _OUTSIDE.size)[0] != zlib.crc32(head[: _OUTSIDE.size]):
        return None
    return _Message(at, kind, sealed_length, length, offset) if kind in (_AT, _AT_THE_END, _CUT) else None


def _read_at(descriptor: int, length: int, at: int) -> bytes:
    """Read without regard to where the descriptor stands, and to where it stands then."""
    found = _some_at(descriptor, length, at)
    while len(found) < length and (block := _some_at(descriptor, length - len(found), at + len(found))):
        found += block
    return found


def _some_at(descriptor: int, length: int, at: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, at, os.SEEK_SET)
        return os.read(descriptor, length)
    return os.pread(descriptor, length, at)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        written = os.write(descriptor, left)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[written:]
