"""WAV segments that are readable at every moment while they grow, and the repair of one that was cut off.

A segment is a 44-byte header and 16-bit PCM, nothing else. The header states a length, which is patched now and then;
the truth is the length of the file, so a segment whose writer was killed is repaired from that.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from interview_tui.audio import disk
from interview_tui.errors import AudioError

HEADER_BYTES = 44
SAMPLE_BYTES = 2
MOST_CHANNELS, HIGHEST_RATE = 64, 1_000_000
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RIFF_SIZE_AT, _DATA_SIZE_AT = 4, 40


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

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        """Create the file `path`, which must not exist.

        Raises:
            OSError: it exists, or cannot be written.
        """
        self.path = path
        self._rate, self._channels = rate, channels
        self._bytes = 0
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._fd = os.open(path, flags, 0o600)
        os.write(self._fd, header(rate, channels, 0))

    @property
    def frames(self) -> int:
        """Whole frames on disk; right even after a write that failed half-way."""
        return self._bytes // (self._channels * SAMPLE_BYTES)

    @property
    def fd(self) -> int:
        """The open file, for `disk.Syncer`."""
        return self._fd

    def write(self, pcm: bytes) -> None:
        """Append samples.

        Raises:
            OSError: the disk took none or only a part of them; `frames` says how many are there.
        """
        left = memoryview(pcm)
        while left:
            written = os.write(self._fd, left)
            self._bytes += written
            left = left[written:]

    def patch_header(self) -> None:
        """Let the header say how long the file is now."""
        os.lseek(self._fd, 0, os.SEEK_SET)
        os.write(self._fd, header(self._rate, self._channels, self.frames))
        os.lseek(self._fd, 0, os.SEEK_END)

    def close(self, *, durable: bool) -> None:
        """Finish the file; with `durable`, wait until it would outlast a power cut.

        Raises:
            OSError: the disk refused; the samples that `frames` counts are there, the header may need `repair`.
        """
        try:
            self.patch_header()
            if durable:
                disk.sync(self._fd)
        finally:
            os.close(self._fd)


def repair(path: Path) -> int:
    """Make a cut-off segment whole and give its frames: its header is made to state what the file really holds.

    Only the two length fields are ever written, and only after the rest of the header proved to be that of a segment;
    no sample is touched. A tail of less than a frame stays where it is, outside the stated length. A file that was
    cut within its header holds no frame.

    Raises:
        AudioError: the file is no segment of ours, or cannot be read or written.
    """
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            found = file.read(HEADER_BYTES)
        if len(found) < HEADER_BYTES:
            return 0
        rate, channels = _shape(path, found)
        frames = (length - HEADER_BYTES) // (channels * SAMPLE_BYTES)
        right = header(rate, channels, frames)
        if found != right:
            _write_lengths(path, right)
    except OSError as error:
        raise AudioError(f"The recording {path} cannot be repaired: {error.strerror}.") from error
    return frames


def _shape(path: Path, found: bytes) -> tuple[int, int]:
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


def _write_lengths(path: Path, right: bytes) -> None:
    with path.open("r+b") as file:
        for at in (_RIFF_SIZE_AT, _DATA_SIZE_AT):
            file.seek(at)
            file.write(right[at : at + 4])
        file.flush()
        disk.sync(file.fileno())
        file.seek(0)
        if file.read(HEADER_BYTES) != right:
            raise AudioError(f"The header of {path} could not be repaired.", "Check the disk.")
