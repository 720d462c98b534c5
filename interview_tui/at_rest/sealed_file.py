"""A file whose bytes lie sealed: read, written, lengthened and cut anywhere, as any file is.

Age seals messages, which can neither be changed nor be opened in the middle. So a sealed file is a row of short ones,
only ever added to: each says which bytes it is and where they belong, and a later one stands above an earlier one. What
`write` returned from survives the death of the process: a message that was cut off at the end is none. The messages are
for one X25519 recipient, so whoever only writes needs no secret. How they lie in it is told in `sealed_messages`.
"""

from __future__ import annotations

import errno
import io
import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from interview_tui.at_rest.sealed_messages import (
    AT,
    AT_THE_END,
    BEGINS_AT,
    CUT,
    ID_AT,
    LARGEST_MESSAGE,
    Message,
    new_head,
    read_at,
    recipient_in_head,
    sealed,
    unsealed,
    whole_messages,
    write_all,
)

if TYPE_CHECKING:
    import pyrage

_REMEMBERED = 16
Secret = Callable[[str], "pyrage.x25519.Identity"]
"""The secret key of a recipient."""


class Damaged(OSError):
    """A sealed file that was changed, or is cut off within its first line."""

    def __init__(self, path: Path, said: str) -> None:
        super().__init__(errno.EIO, f"the sealed file {said}", str(path))

    def __str__(self) -> str:
        return str(self.strerror)  # whoever tells of it names the file


class _Piece(NamedTuple):
    """Bytes `first` to `end` of the file: they lie in a message, whose own first byte belongs to `message_at`."""

    first: int
    end: int
    message: Message
    message_at: int


def recipient_in(path: Path) -> str | None:
    """For whom a file is sealed; None if it is not sealed.

    Raises:
        OSError: it cannot be read.
    """
    with io.FileIO(path) as file:
        return recipient_in_head(file.read(ID_AT))


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
        self._ends = BEGINS_AT  # where the last whole message ends
        try:
            head = read_at(descriptor, BEGINS_AT, 0)
            recipient = recipient_in_head(head)
            if recipient is None or len(head) < BEGINS_AT:
                raise Damaged(path, "has lost its beginning")
            self._recipient, self._id = recipient, head[ID_AT:]
            self._find_messages()
        except OSError:
            self.close()  # now, and only once: the number may soon be that of another file
            raise

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
            write_all(descriptor, new_head(recipient))
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
            self._put(AT, self._at, bytes(chunk))
            self._at += len(chunk)
        return len(chunk)

    def append(self, data: bytes) -> None:
        """Write at the end, wherever another process has put that meanwhile, as one message.

        Raises:
            OSError: the disk did not take all of it; the file is as it was.
        """
        self._put(AT_THE_END, 0, data)

    def truncate(self, size: int | None = None, /) -> int:
        """Cut or lengthen the file; what was cut off stays sealed on the disk until the file is deleted."""
        size = self._at if size is None else size
        if size != self._size:
            self._put(CUT, size, b"")
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
        """Let the messages count that follow those that are known."""
        for message in whole_messages(self.descriptor, self._ends):
            self._learn(message)
            self._ends = message.ends

    def _learn(self, message: Message) -> None:
        """Let a message count."""
        if message.kind == CUT:
            size = message.offset
            self._pieces = [
                piece if piece.end <= size else _Piece(piece.first, size, piece.message, piece.message_at)
                for piece in self._pieces
                if piece.first < size
            ]
            self._size = size
            return
        first = self._size if message.kind == AT_THE_END else message.offset
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

    def _bytes_of(self, message: Message) -> bytes:
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

    def _said_by(self, message: Message) -> bytes:
        if self._identity is None:
            self._identity = self._secret(self._recipient)
        said = unsealed(self.descriptor, message, self._id, self._identity)
        if said is None:
            raise Damaged(self.path, "was changed")
        return said

    def _put(self, kind: int, offset: int, data: bytes) -> None:
        if not self._writable:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF), str(self.path))
        whole, sealed_length = sealed(kind, offset, data, self._id, self._recipient)
        begins = self._end_of_messages()
        try:
            write_all(self.descriptor, whole)
        except OSError:
            os.ftruncate(self.descriptor, begins)
            raise
        message = Message(begins, kind, sealed_length, len(data), offset)
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
