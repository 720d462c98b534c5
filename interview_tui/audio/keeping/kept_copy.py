"""What a study keeps of a file from another recorder: a lossless copy in which only what may be kept is heard.

The other recorder heard everything: what was said before the consent, off the record, after the call. Of that not one
sample comes into the study; digital silence stands in its place, so that every time stays right. The original stays
where it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from interview_tui.audio import disk, files, opened
from interview_tui.audio.aligning.alignment import FrameStretch
from interview_tui.errors import AudioError

_DRAFT = ".new"
Pcm = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """A copy in the study: its path, shape and hash."""

    path: Path
    rate: int
    channels: int
    frames: int
    sha256: str


def keep_copy(original: Path, within: FrameStretch, audible: Sequence[FrameStretch], target: Path) -> KeptCopy:
    """Write the frames `within` of `original` to `target` (FLAC), silent but for the stretches `audible`.

    Both count frames of the original. What it holds in 16 or 24 bit stays exactly that; a compressed file is written
    as it decodes, in 16 bit. It is durable when this returns, and nothing is left of it when this raises.

    Raises:
        AudioError: the original cannot be read, the copy cannot be written, or does not read back as it was written.
    """
    import soundfile

    rate, channels = files.shape(original)
    draft = target.with_name(target.name + _DRAFT)
    try:
        draft.unlink(missing_ok=True)
        bits = files.sample_bits(original)
        written = hashlib.sha256()  # decoded anew, a lossy file may give other noise: it is read only once
        frames = 0
        with opened.writing(draft, rate, channels, f"PCM_{bits}") as flac:
            for block in _audible(original, within, audible, bits):
                flac.write(block)
                written.update(block.tobytes())
                frames += len(block)
        if _hash_of(draft) != written.hexdigest():
            raise AudioError(f"The copy of {original.name} does not read back.", "Nothing was kept; check the disk.")
        disk.put_in_place(draft, target)
    except (OSError, soundfile.SoundFileError) as error:
        raise AudioError(
            f"{original.name} cannot be copied to {target.parent}: {error}.", "Make room there."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return KeptCopy(target, rate, channels, frames, files.sha256(target))


def _audible(original: Path, within: FrameStretch, audible: Sequence[FrameStretch], bits: int) -> Iterator[Pcm]:
    """The samples as they are to be kept, at `bits` in the upper bits of 32, in blocks."""
    at, full = within.first_frame, 1 << (bits - 1)
    for block in files.stream_frames(original, at, within.end_frame - at):
        heard = np.zeros(len(block), np.bool_)
        for stretch in audible:
            heard[max(0, stretch.first_frame - at) : max(0, stretch.end_frame - at)] = True
        pcm = np.clip(np.round(block * full), -full, full - 1).astype(np.int32) << (32 - bits)
        pcm[~heard] = 0
        yield pcm
        at += len(block)


def _hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with opened.reading(path) as file:
        while len(block := file.read(files.BLOCK_FRAMES, dtype="int32", always_2d=True)):
            found.update(block.tobytes())
    return found.hexdigest()
