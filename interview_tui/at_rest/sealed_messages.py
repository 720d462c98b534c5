"""What a sealed file is made of: its first line, and messages, each sealed by age for one recipient.

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
import os
import secrets
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyrage

MAGIC = b"interview-tui sealed 1\n"
LARGEST_MESSAGE = 1 << 16
"""How many bytes one message holds at most."""
_RECIPIENT_BYTES = 62
_ID_BYTES = 16
ID_AT = len(MAGIC) + _RECIPIENT_BYTES + 1
BEGINS_AT = ID_AT + _ID_BYTES
_MARK = b"\xa7itb"
_OUTSIDE = struct.Struct("<4sIIIQ")
_CRC = struct.Struct("<I")
_OUTSIDE_BYTES = _OUTSIDE.size + _CRC.size
_INSIDE = struct.Struct("<IIQ")
AT, AT_THE_END, CUT = range(3)
_END = b"."


class Message(NamedTuple):
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


def new_head(recipient: str) -> bytes:
    """What a file begins with that is sealed for `recipient`, with an id of its own."""
    return MAGIC + recipient.encode("ascii") + b"\n" + secrets.token_bytes(_ID_BYTES)


def recipient_in_head(head: bytes) -> str | None:
    """For whom a file is sealed, by its first bytes, as many as `ID_AT` or more; None if it is not sealed."""
    if not head.startswith(MAGIC):
        return None
    recipient = head[len(MAGIC) : len(MAGIC) + _RECIPIENT_BYTES]
    return recipient.decode("ascii", "replace") if recipient.startswith(b"age1") else None


def sealed(kind: int, offset: int, data: bytes, file_id: bytes, recipient: str) -> tuple[bytes, int]:
    """A message as it lies in the file, and its sealed length."""
    import pyrage

    inside = file_id + _INSIDE.pack(kind, len(data), offset) + data
    by_age = pyrage.encrypt(inside, [pyrage.x25519.Recipient.from_str(recipient)])
    outside = _OUTSIDE.pack(_MARK, kind, len(by_age), len(data), offset)
    return outside + _CRC.pack(zlib.crc32(outside)) + by_age + _END, len(by_age)


def unsealed(descriptor: int, message: Message, file_id: bytes, identity: pyrage.x25519.Identity) -> bytes | None:
    """The bytes in a message; None if it was changed, or is of another place or file.

    Raises:
        OSError: it cannot be read.
    """
    import pyrage

    by_age = read_at(descriptor, message.sealed_length, message.begins + _OUTSIDE_BYTES)
    try:
        plain: bytes = pyrage.decrypt(by_age, [identity])
    except (pyrage.DecryptError, OSError):
        return None
    before = file_id + _INSIDE.pack(message.kind, message.length, message.offset)
    return plain[len(before) :] if plain.startswith(before) and len(plain) == len(before) + message.length else None


def whole_messages(descriptor: int, at: int) -> Iterator[Message]:
    """The messages from byte `at` on; what is torn or no message is passed over up to the next one.

    Raises:
        OSError: the file cannot be read.
    """
    there = os.fstat(descriptor).st_size
    outside = read_at(descriptor, _OUTSIDE_BYTES, at)
    while at + _OUTSIDE_BYTES <= there:
        message = _outside(outside, at)
        if message is not None and message.ends <= there:
            end_and_next = read_at(descriptor, len(_END) + _OUTSIDE_BYTES, message.ends - len(_END))
            if end_and_next.startswith(_END):
                yield message
                at = message.ends
                outside = end_and_next[len(_END) :]
                continue
        at = _next_mark(descriptor, at + 1, there)
        outside = read_at(descriptor, _OUTSIDE_BYTES, at)


def _next_mark(descriptor: int, at: int, there: int) -> int:
    while at < there:
        block = read_at(descriptor, 1 << 16, at)
        found = block.find(_MARK)
        if found >= 0:
            return at + found
        if len(block) <= len(_MARK):
            break
        at += len(block) - len(_MARK) + 1
    return there


def _outside(head: bytes, at: int) -> Message | None:
    """What stands outside of a message; None where none begins."""
    if len(head) < _OUTSIDE_BYTES:
        return None
    mark, kind, sealed_length, length, offset = _OUTSIDE.unpack_from(head)
    if mark != _MARK or _CRC.unpack_from(head, _OUTSIDE.size)[0] != zlib.crc32(head[: _OUTSIDE.size]):
        return None
    return Message(at, kind, sealed_length, length, offset) if kind in (AT, AT_THE_END, CUT) else None


def read_at(descriptor: int, length: int, at: int) -> bytes:
    """Read without regard to where the descriptor stands, and to where it stands then; fewer bytes at the end.

    Raises:
        OSError: it cannot be read.
    """
    found = _some_at(descriptor, length, at)
    while len(found) < length and (block := _some_at(descriptor, length - len(found), at + len(found))):
        found += block
    return found


def _some_at(descriptor: int, length: int, at: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, at, os.SEEK_SET)
        return os.read(descriptor, length)
    return os.pread(descriptor, length, at)


def write_all(descriptor: int, data: bytes) -> None:
    """Write where the descriptor stands, all of it.

    Raises:
        OSError: the disk did not take all of it; some may be there.
    """
    left = memoryview(data)
    while left:
        written = os.write(descriptor, left)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left = left[written:]
