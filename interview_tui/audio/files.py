"""Audio files of every kind, addressed by frame: their shape, their samples, their hash, a copy taken into a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from interview_tui.at_rest.files import copy, reading
from interview_tui.at_rest.sealed_file import Damaged
from interview_tui.audio import compressed, disk, opened
from interview_tui.errors import AudioError

if TYPE_CHECKING:
    import soundfile

Samples = npt.NDArray[np.float32]  # shape (frames, channels), full scale ±1
SPEECH_RATE = 16_000
BLOCK_FRAMES = 65_536
LEAD_S = 0.05  # read beside a stretch, so that the resampler's filter has something to stand on
DEEP = {"PCM_24", "PCM_32", "FLOAT", "DOUBLE"}  # kinds of samples that 16 bits do not hold
PCM_KINDS = {"WAV", "WAVEX", "FLAC", "AIFF", "AU", "W64", "RF64"}


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """The shape of an audio file: frames per second, channels, frames."""

    rate: int
    channels: int
    frames: int

    @property
    def length_ms(self) -> int:
        """How long it plays."""
        return round(self.frames * 1000 / self.rate)


@dataclass(frozen=True, slots=True)
class ImportedAudio:
    """An audio file taken into a case's folder: its name there, its shape, its hash."""

    file: str
    info: AudioInfo
    sha256: str


def info(path: Path) -> AudioInfo:
    """The shape of `path`. WAV and FLAC state it; anything else is decoded once, since only that gives it exactly.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    if (stated := _pcm_info(path)) is not None:
        return stated
    rate, channels = shape(path)
    return AudioInfo(rate, channels, sum(len(block) for block in stream_frames(path)))


def shape(path: Path) -> tuple[int, int]:
    """Rate and channels of `path`, without reading it through.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    stated = _pcm_info(path)
    return (stated.rate, stated.channels) if stated is not None else compressed.shape(path)


def stream_frames(
    path: Path, first_frame: int = 0, frames: int | None = None, block_frames: int = BLOCK_FRAMES
) -> Iterator[Samples]:
    """The samples of `path` from `first_frame` on, `frames` of them (None: to its end), in blocks of `block_frames`.

    The last block may be shorter. Where the file ends early, so does this. A frame has the same number however it is
    reached: frames are counted from the first that decoding the whole file yields.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    left = frames
    for block in _even(_blocks(path, first_frame), block_frames):
        if left is None:
            yield block
            continue
        if left > 0:
            yield block[:left]
        left -= len(block)
        if left <= 0:
            return


def read_frames(path: Path, first_frame: int, frames: int) -> Samples:
    """The `frames` frames of `path` from `first_frame` on, shape (frames, channels); fewer where the file ends early.

    Raises:
        AudioError: it is no audio file, or cannot be read.
    """
    found = list(stream_frames(path, first_frame, frames))
    return np.concatenate(found) if found else np.zeros((0, shape(path)[1]), np.float32)


def pcm16(samples: Samples) -> bytes:
    """Samples as interleaved 16-bit integers; exact for what was 16-bit before."""
    return np.clip(np.round(samples * 32_768), -32_768, 32_767).astype("<i2").tobytes()


def read_mono16k(path: Path, first_frame: int, frames: int, channel: int | None = None) -> Samples:
    """A stretch of `path` as a speech engine wants it: one row of float32 at 16 kHz.

    `first_frame` and `frames` count at the file's own rate; `channel` None mixes all channels. The result has
    `frames` × 16000 / rate samples, to the nearest, and is the same as cut from the resampled whole file.

    Raises:
        AudioError: it is no audio file, cannot be read, or has no such channel.
    """
    rate, channels = shape(path)
    if channel is not None and not 0 <= channel < channels:
        raise AudioError(f"{path} has {channels} channel(s), so there is no channel {channel}.")
    step = rate // gcd(rate, SPEECH_RATE)  # so many frames are a whole number of 16 kHz samples
    lead = min(-(-round(LEAD_S * rate) // step), first_frame // step) * step
    found = read_frames(path, first_frame - lead, lead + frames + round(LEAD_S * rate))
    mono = found[:, channel] if channel is not None else found.mean(axis=1, dtype=np.float32)
    there = max(0, min(frames, len(mono) - lead))
    resampled = compressed.resample(mono, rate, SPEECH_RATE)
    start = lead * SPEECH_RATE // rate
    return resampled[start : start + round(there * SPEECH_RATE / rate)]


def sample_bits(path: Path) -> int:
    """How many bits hold the samples of a file as they are: 16, or 24 where those are not enough."""
    import soundfile

    try:
        with opened.reading(path) as file:
            return 24 if file.subtype in DEEP else 16
    except soundfile.SoundFileError:
        return 16  # compressed, of a kind that only PyAV reads


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex.

    Raises:
        AudioError: it cannot be read.
    """
    try:
        with reading(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {error.strerror}.") from error


def is_still(path: Path, digest: str) -> bool:
    """Whether a file holds what it held when its SHA-256 was taken; one that was changed where it lies sealed does not.

    Raises:
        AudioError: it cannot be read.
    """
    try:
        return sha256(path) == digest
    except AudioError as error:
        if isinstance(error.__cause__, Damaged):
            return False
        raise


def import_copy(source: Path, folder: Path, name: str) -> ImportedAudio:
    """Take `source` into `folder` byte for byte, under `name` made safe, with the suffix of `source`.

    A file of that name that is there already stays: the same file is taken once, another one gets a number.

    Raises:
        AudioError: `source` is no audio file, holds no sound, or cannot be copied.
    """
    found = info(source)
    if not found.frames:
        raise AudioError(f"{source} holds no sound.", "Check that it is the right file.")
    digest = sha256(source)
    try:
        target, there = _free_name(folder, _safe(name), _safe(source.suffix.lstrip(".").lower()), digest)
        if not there:
            _taken(source, target, digest)
    except OSError as error:
        raise AudioError(f"{source} cannot be copied to {folder}: {error.strerror}.") from error
    return ImportedAudio(target.name, found, digest)


def _taken(source: Path, target: Path, digest: str) -> None:
    """Copy `source`, whose digest is known, to `target`; nothing is left of it if that fails."""
    draft = target.with_name(target.name + ".new")
    draft.unlink(missing_ok=True)
    try:
        copy(source, draft)
        if sha256(draft) != digest:
            raise AudioError(f"{source} changed while it was copied.", "Import it again when it is finished.")
        disk.put_in_place(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _free_name(folder: Path, stem: str, suffix: str, digest: str) -> tuple[Path, bool]:
    """A path in `folder` that is free, or that holds the file with this digest already, and which of the two."""
    number = 1
    while True:
        path = folder / (f"{stem}.{suffix}" if number == 1 else f"{stem}-{number}.{suffix}")
        if not path.exists():
            return path, False
        if sha256(path) == digest:
            return path, True
        number += 1


def _safe(name: str) -> str:
    """`name` with nothing in it that a file system, a shell or a spreadsheet minds."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "audio"


def _pcm_info(path: Path) -> AudioInfo | None:
    """The shape of a file whose frames can be counted by arithmetic; None if it is another kind of file."""
    with ExitStack() as held:
        file = _pcm(path, held)
        return None if file is None else AudioInfo(int(file.samplerate), int(file.channels), int(file.frames))


def _blocks(path: Path, first_frame: int) -> Iterator[Samples]:
    import soundfile

    try:
        with ExitStack() as held:
            file = _pcm(path, held)
            if file is not None:
                if first_frame < file.frames:
                    file.seek(first_frame)
                    while len(block := file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)):
                        yield block
                return
    except (soundfile.SoundFileError, RuntimeError, OSError) as error:
        raise AudioError(f"{path} cannot be read: {error}.") from error
    yield from compressed.blocks(path, first_frame)


def _pcm(path: Path, held: ExitStack) -> soundfile.SoundFile | None:
    """A file whose frames can be counted by arithmetic, open as long as `held` is; None if it is another kind of file.

    Raises:
        AudioError: there is none, or it cannot be read.
    """
    import soundfile

    if not path.is_file():
        raise AudioError(f"There is no audio file {path}.")
    try:
        file = held.enter_context(opened.reading(path))
    except (soundfile.SoundFileError, RuntimeError):
        return None
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {error.strerror}.") from error
    return file if file.format in PCM_KINDS else None


def _even(blocks: Iterator[Samples], size: int) -> Iterator[Samples]:
    """The same samples, cut into blocks of `size` frames and a last one of what is left."""
    waiting: list[Samples] = []
    held = 0
    for block in blocks:
        waiting.append(block)
        held += len(block)
        if held < size:
            continue
        joined = np.concatenate(waiting) if len(waiting) > 1 else block
        cut = held - held % size
        for start in range(0, cut, size):
            yield joined[start : start + size]
        waiting, held = [joined[cut:]], held - cut
    if held:
        yield np.concatenate(waiting)
