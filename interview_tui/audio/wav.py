"""WAV segments that are readable at every moment while they grow, and the repair of one that was cut off.

A segment is a 44-byte header and 16-bit PCM, nothing else. The header states a length, which is patched now and then;
the truth is the length of the file, so a segment whose writer was killed is repaired from that. Zeros at the end of a
file, as some file systems leave them after a power cut, cannot be told from silence and are taken for it.

In an encrypted study a segment lies sealed. What is patched there takes room anew, which a full disk has not; so while
it grows its header states the greatest length there is, which every reader takes for “up to the end”.
"""

from __future__ import annotations

import copy
import errno
import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from interview_tui.at_rest import files
from interview_tui.at_rest.sealed_file import SealedFile
from interview_tui.audio import disk
from interview_tui.errors import AudioError

HEADER_BYTES = 44
SAMPLE_BYTES = 2
MOST_CHANNELS, HIGHEST_RATE = 64, 1_000_000
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RIFF_SIZE_AT, _DATA_SIZE_AT = 4, 40
_LARGEST_SIZE = (1 << 32) - 1
_BLOCK_BYTES = 1 << 18
_NO_HEADER = bytes(HEADER_BYTES)
_UNTOUCHED = "Its samples were left as they are; see that its folder can be written to."
Shape = tuple[int, int]  # rate in Hz, channels


def header(rate: int, channels: int, frames: int) -> bytes:
    """The header of a PCM16 WAV file of `frames` frames."""
    frame_bytes = channels * SAMPLE_BYTES
    size = frames * frame_bytes
    return _HEADER.pack(
        b"RIFF", 36 + size, b"WAVE",
        b"fmt ", 16, 1, channels, rate, rate * frame_bytes, frame_bytes, 8 * SAMPLE_BYTES,
        b"data", size,
    )  # fmt: skip


class Segment:
    """A WAV file that is being written, unbuffered: what `write` returned from survives the death of this process."""

    def __init__(self, path: Path, rate: int, channels: int, recipient: str | None = None) -> None:
        """Create the file `path`, which must not exist; sealed in an encrypted study, and for a `recipient` anywhere.

        Raises:
            OSError: it exists, or cannot be written. StorageError: the key of the study cannot be read.
        """
        self.path = path
        self._rate, self._channels = rate, channels
        self._bytes = 0
        self._file = files.making_raw(path, recipient=recipient)
        try:
            _write_all(self._file, header(rate, channels, self._most_frames if self.is_sealed else 0))
        except OSError:
            self._file.close()
            path.unlink()
            raise

    @property
    def frames(self) -> int:
        """Whole frames on disk; right even after a write that failed half-way."""
        return self._bytes // (self._channels * SAMPLE_BYTES)

    @property
    def is_sealed(self) -> bool:
        """Whether it lies sealed, so that it cannot be read back where the study is locked."""
        return isinstance(self._file, SealedFile)

    @property
    def fd(self) -> int:
        """The open file, for `disk.Syncer`."""
        return files.descriptor(self._file)

    def write(self, pcm: bytes | memoryview) -> None:
        """Append samples.

        Raises:
            OSError: the disk took none or only a part of them; `frames` says how many are there.
        """
        left = memoryview(pcm)
        while left:
            written = self._file.write(left)
            self._bytes += written
            left = left[written:]

    @property
    def is_deleted(self) -> bool:
        """Whether its name is gone, so that the system drops its samples when it is let go of."""
        return os.fstat(self.fd).st_nlink == 0 and not self.path.exists()

    def read_back(self) -> Iterator[bytes]:
        """The whole frames on disk, even of a deleted file; nothing is to be written to it after that.

        Raises:
            OSError: they cannot be read. StorageError: they are sealed, and the study is locked.
        """
        left = self.frames * self._channels * SAMPLE_BYTES
        self._file.seek(HEADER_BYTES)
        while left and (block := self._file.read(min(left, _BLOCK_BYTES))):
            left -= len(block)
            yield block

    def moved_to(self, path: Path) -> Segment:
        """Go on with all that a sealed file holds in another, which is made; even of a deleted one, and without a key.

        Raises:
            OSError: it exists, or cannot be written.
        """
        disk.save(self.fd, path)
        moved = copy.copy(self)
        moved.path, moved._file = path, files.appending(path)
        return moved

    def cut_to(self, frames: int) -> None:
        """Keep the first `frames` of what is on disk; bytes of a frame that was not finished go as well.

        Raises:
            OSError: the disk refused.
        """
        size = frames * self._channels * SAMPLE_BYTES
        self._file.truncate(HEADER_BYTES + size)
        self._bytes = size
        self.patch_header()

    def patch_header(self) -> None:
        """Let the header say how long the file is now.

        Raises:
            OSError: the disk refused; the file then states what it stated before, or has to be repaired.
        """
        self._file.seek(0)
        try:
            _write_all(self._file, header(self._rate, self._channels, self.frames))
        finally:
            self._file.seek(0, os.SEEK_END)

    def close(self, *, durable: bool) -> None:
        """Finish the file; with `durable`, wait until it would outlast a power cut.

        Raises:
            OSError: the disk refused; the samples that `frames` counts are there, the header may need `repair`.
        """
        try:
            self.patch_header()
            if durable:
                disk.sync(self.fd)
        finally:
            self._file.close()

    def let_go(self) -> None:
        """Close the file as it is; its header states what it did when it was last patched."""
        self._file.close()

    @property
    def _most_frames(self) -> int:
        return (_LARGEST_SIZE - HEADER_BYTES) // (self._channels * SAMPLE_BYTES)


def held(path: Path, shape: Shape | None = None) -> int:
    """The whole frames that a segment holds, whatever its header states; nothing is written.

    `shape` is what the segment is known to be; a header that a power cut left empty is made up from that.

    Raises:
        AudioError: the file is no segment of ours, or cannot be read. StorageError: the study is locked.
    """
    with _reading(path) as file:
        return _found(path, file, shape)[1]


def shape(path: Path) -> Shape | None:
    """What a segment is by its header; None if that was cut off or left empty by a power cut.

    Raises:
        AudioError: the file is no segment of ours, or cannot be read. StorageError: the study is locked.
    """
    with _reading(path) as file:
        found = file.read(HEADER_BYTES)
    return None if len(found) < HEADER_BYTES or found == _NO_HEADER else _shape(path, found)


def lengths(path: Path) -> tuple[int, int]:
    """The frames that the header of a segment states, and those that it holds; none if it was cut within its header.

    Raises:
        AudioError: the file is no segment of ours, or cannot be read. StorageError: the study is locked.
    """
    with _reading(path) as file:
        right, frames = _found(path, file, None)
        file.seek(_DATA_SIZE_AT)
        size: int = struct.unpack("<I", file.read(4))[0] if right else 0
    return size // (_shape(path, right)[1] * SAMPLE_BYTES) if right else 0, frames


def repair(path: Path, shape: Shape | None = None) -> int:
    """Make a cut-off segment whole and give its frames: its header is made to state what the file really holds.

    Before anything is written, the samples under the header as it will be are read as any player would read them, and
    once more afterwards. Only the two length fields are ever written, and only after the rest of the header proved to
    be that of a segment; a header of zeros is written whole, to `shape`. No sample is touched. A tail of less than a
    frame stays where it is, outside the stated length. A file that was cut within its header holds no frame.

    Raises:
        AudioError: the file is no segment of ours, or cannot be read or written. StorageError: the study is locked.
    """
    with _reading(path) as file:
        right, frames = _found(path, file, shape)
        file.seek(0)
        found = file.read(HEADER_BYTES)
        if not right or found == right:
            return frames
        _prove(path, _Patched(right, file), frames)
    with _explained(path):
        _write_header(path, found, right)
        with files.reading(path) as file:
            _prove(path, file, frames)
    return frames


def shorten(path: Path, frames: int) -> None:
    """Cut a segment to its first `frames`, which it must hold.

    Raises:
        AudioError: it holds fewer, is no segment of ours, or cannot be written. StorageError: the study is locked.
    """
    with _explained(path), files.changing(path) as file:
        right, there = _found(path, file, None)
        if there < frames:
            raise AudioError(f"The recording {path} holds {there} frames, not {frames}.", "It was left as it is.")
        rate, channels = _shape(path, right)
        file.truncate(HEADER_BYTES + frames * channels * SAMPLE_BYTES)
        file.seek(0)
        file.write(header(rate, channels, frames))
        file.flush()
        disk.sync(files.descriptor(file))


def pad(path: Path, shape: Shape, frames: int) -> None:
    """Make a segment `frames` long with silence after what it holds; one that is not there is made of silence alone.

    Raises:
        AudioError: it is no segment of ours, or cannot be written. StorageError: the study is locked.
    """
    rate, channels = shape
    with _explained(path):
        if path.exists() and files.is_cut_short(path):
            path.unlink()
        with files.changing(path) if path.exists() else files.making(path) as file:
            whole = _found(path, file, shape)[1] * channels * SAMPLE_BYTES
            file.truncate(HEADER_BYTES + whole)
            file.truncate(HEADER_BYTES + frames * channels * SAMPLE_BYTES)
            file.seek(0)
            file.write(header(rate, channels, frames))
            file.flush()
            disk.sync(files.descriptor(file))


def pcm(path: Path, channels: int, first: int, frames: int) -> Iterator[bytes]:
    """The samples of `frames` frames from `first` on as they lie in the file, in blocks; fewer if it holds fewer.

    Raises:
        OSError: it cannot be read. StorageError: the study is locked.
    """
    frame_bytes = channels * SAMPLE_BYTES
    left = frames * frame_bytes
    with files.reading(path) as file:
        file.seek(HEADER_BYTES + first * frame_bytes)
        while left and (block := file.read(min(left, _BLOCK_BYTES))):
            left -= len(block)
            yield block


class _Patched(io.RawIOBase):
    """A file as it would read with another header."""

    def __init__(self, head: bytes, file: IO[bytes]) -> None:
        self._head, self._file, self._at = head, file, 0
        self._size = file.seek(0, os.SEEK_END)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        if self._at < len(self._head):
            block = self._head[self._at : self._at + len(view)]
        else:
            self._file.seek(self._at)
            block = self._file.read(len(view))
        view[: len(block)] = block
        self._at += len(block)
        return len(block)


def _prove(path: Path, file: Any, frames: int) -> None:
    """A reader that is not ours must find exactly `frames` frames, down to the last one."""
    import soundfile

    there = last = 0
    file.seek(-1, os.SEEK_END)
    file.read(1)  # a sealed file that was changed says so to us, and not through the other reader
    try:
        file.seek(0)
        with soundfile.SoundFile(file) as wav:
            there = wav.frames
            if there == frames:
                wav.seek(max(0, frames - 1))
                last = len(wav.read(2, dtype="int16", always_2d=True))
    except soundfile.SoundFileError as error:
        reason = str(error).rstrip(".")
        raise AudioError(f"The recording {path} would not be readable: {reason}.", _UNTOUCHED) from error
    if there != frames or last != min(1, frames):
        raise AudioError(f"The recording {path} would read as {there} frames, not as {frames}.", _UNTOUCHED)


def _found(path: Path, file: IO[bytes], shape: Shape | None) -> tuple[bytes, int]:
    """The header that the file should have and the whole frames it holds; no header if it was cut within that."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    found = file.read(HEADER_BYTES)
    if len(found) < HEADER_BYTES:
        return b"", 0
    rate, channels = shape if shape is not None and found == _NO_HEADER else _shape(path, found)
    frames = (length - HEADER_BYTES) // (channels * SAMPLE_BYTES)
    return header(rate, channels, frames), frames


def _shape(path: Path, found: bytes) -> Shape:
    """Rate and channels that a header states; everything in it but the two lengths must be as `header` writes it."""
    rate, channels = struct.unpack_from("<I", found, 24)[0], struct.unpack_from("<H", found, 22)[0]
    if 0 < channels <= MOST_CHANNELS and 0 < rate <= HIGHEST_RATE:
        right = header(rate, channels, 0)
        fixed = (slice(0, _RIFF_SIZE_AT), slice(_RIFF_SIZE_AT + 4, _DATA_SIZE_AT))
        if all(found[part] == right[part] for part in fixed):
            return rate, channels
    raise AudioError(
        f"The recording {path} has lost its header, so it was left as it is.",
        "Keep the file: its samples can be read as raw 16-bit PCM from byte 44.",
    )


def _write_header(path: Path, found: bytes, right: bytes) -> None:
    """Write what differs: the two lengths, or a header where there was none."""
    fields = [(0, HEADER_BYTES)] if found == _NO_HEADER else [(_RIFF_SIZE_AT, 4), (_DATA_SIZE_AT, 4)]
    with files.changing(path) as file:
        for at, size in fields:
            file.seek(at)
            file.write(right[at : at + size])
        file.flush()
        disk.sync(files.descriptor(file))
        file.seek(0)
        if file.read(HEADER_BYTES) != right:
            raise AudioError(f"The header of {path} could not be repaired.", "Check the disk.")


def _write_all(file: files.RawFile, data: bytes) -> None:
    if file.write(data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _reading(path: Path) -> Iterator[IO[bytes]]:
    """A segment opened to be read; one that has lost what makes a sealed file of it is an empty one."""
    with _explained(path), io.BytesIO() if files.is_cut_short(path) else files.reading(path) as file:
        yield file


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """A failure of the disk as a sentence on this file."""
    try:
        yield
    except OSError as error:
        raise AudioError(f"The recording {path} cannot be repaired: {error.strerror}.", _UNTOUCHED) from error
