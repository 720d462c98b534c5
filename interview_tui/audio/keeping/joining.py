"""The audio of an interview as one file: clips from anywhere, one after the other, in a child process.

Every clip begins where the lengths of those before it end, reckoned from the first: no error adds up over many clips.
Blocks pass through one by one, so that an hour takes no more memory than a minute.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from interview_tui.audio import disk, files
from interview_tui.audio.files import Samples
from interview_tui.audio.keeping.clip import FADE_MS, check_may_lie_open
from interview_tui.audio.processes import child
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip

KINDS = (".m4a", ".flac", ".wav")
AT_LEAST_S = 120.0
SLOWEST = 4  # a machine that cannot join four hours within one is stuck
MOST_CHANNELS = 2
LOST_MS = 5  # so much may be missing at the end of a clip before it counts as lost: a resampler rounds
AAC_BITS = 48_000
"""Bits a second of a channel: the most that AAC takes at the telephone's 8 kHz (6144 for 1024 frames, ISO/IEC 14496-3),
and for speech at any rate more than enough."""
AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
FULL_BYTES = 1 << 20
Json = dict[str, Any]


def join(clips: Sequence[Clip], folder: Path, out: Path) -> None:
    """Write the audio of `clips`, which lie in `folder`, one after the other to `out`; its suffix names the format.

    WAV and FLAC hold the samples as they were recorded, m4a is AAC. The file has the highest rate that a clip has (at
    most 48 kHz as m4a), and two channels if one of them has. Each clip plays for `frames` / `rate` seconds; only where
    one does not go on in the file where the last ended, 5 ms on both sides are faded, since a cut would click. A file
    that is there already is replaced; it is written whole or not at all, and only its owner can read it.

    Raises:
        AudioError: there are no clips, the format is unknown, it would lie in an encrypted study, or a file cannot be
            read or written.
    """
    if not clips:
        raise AudioError("Nothing was recorded there.", "Choose another interview: this one has no audio.")
    if out.suffix.lower() not in KINDS:
        raise AudioError(f"Audio cannot be joined as {out.name}.", f"End its name in one of {', '.join(KINDS)}.")
    check_may_lie_open(out)
    request = {"clips": [asdict(clip) for clip in clips], "folder": str(folder.absolute()), "out": str(out.resolve())}
    try:
        child.ask("keeping.joining", request, AT_LEAST_S + float(_seconds(clips)) / SLOWEST)
    finally:
        _draft(out).unlink(missing_ok=True)  # of a child that was killed


def _seconds(clips: Sequence[Clip]) -> Fraction:
    return sum((Fraction(clip.frames, clip.rate) for clip in clips), Fraction())


def _draft(out: Path) -> Path:
    return out.with_name(out.name + ".new")


class _File(Protocol):
    """A file of sound that is being written."""

    def write(self, samples: Samples) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class _Aac:
    """An m4a file of AAC.

    The encoder puts 1024 frames of its own before the first; the file's edit list tells players to skip them.
    """

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        import av

        self._container = av.open(str(path), "w", format="ipod")
        self._layout = "mono" if channels == 1 else "stereo"
        self._stream = self._container.add_stream("aac", rate=rate, layout=self._layout, options={"aac_coder": "fast"})
        self._stream.bit_rate = AAC_BITS * channels
        self._tick = Fraction(1, rate)
        self._at = 0

    def write(self, samples: Samples) -> None:
        """Encode a block of samples, shape (frames, channels)."""
        import av

        planes = np.ascontiguousarray(samples.T, np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=self._layout)
        frame.sample_rate, frame.time_base, frame.pts = self._tick.denominator, self._tick, self._at
        self._at += len(samples)
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


def _join(request: Json) -> Json:
    import av
    import soundfile

    folder, out = Path(request["folder"]), Path(request["out"])
    clips = [Clip(**each) for each in request["clips"]]
    draft = _draft(out)
    try:
        draft.unlink(missing_ok=True)
        draft.touch(0o600)
        _write(clips, folder, draft, out.suffix.lower())
        disk.put_in_place(draft, out)
    except (OSError, av.FFmpegError, soundfile.SoundFileError, AssertionError) as error:
        raise _explained(out, error) from error  # soundfile asserts that all that it is given was written
    finally:
        draft.unlink(missing_ok=True)
    return {}


def _write(clips: Sequence[Clip], folder: Path, draft: Path, kind: str) -> None:
    """Write all clips at one rate and with the same channels."""
    rate = max(clip.rate for clip in clips)
    if kind == ".m4a":
        rate = next((each for each in AAC_RATES if each >= rate), AAC_RATES[-1])
    sources = {clip.file: folder / clip.file for clip in clips}
    channels = min(MOST_CHANNELS, max(files.shape(path)[1] for path in sources.values()))
    depth = max(files.sample_bits(path) for path in sources.values())
    with _opened(draft, kind, rate, channels, depth) as file:
        passed, end = Fraction(), 0
        for number, clip in enumerate(clips):
            passed += Fraction(clip.frames, clip.rate)
            begun, end = end, round(passed * rate)
            blocks = _exactly(end - begun, _at_rate(clip, sources[clip.file], rate, channels), clip, rate)
            cut_before = number > 0 and not _goes_on(clips[number - 1], clip)
            cut_after = number + 1 < len(clips) and not _goes_on(clip, clips[number + 1])
            for block in _faded(blocks, end - begun, rate, cut_before=cut_before, cut_after=cut_after):
                file.write(block)


def _opened(draft: Path, kind: str, rate: int, channels: int, depth: int) -> _File:
    import soundfile

    if kind == ".m4a":
        return _Aac(draft, rate, channels)
    name = kind.lstrip(".").upper()
    file: _File = soundfile.SoundFile(str(draft), "w", rate, channels, f"PCM_{depth}", format=name)
    return file


def _goes_on(before: Clip, clip: Clip) -> bool:
    """Whether a clip goes on in the same file where the one before it ended."""
    return before.file == clip.file and before.first_frame + before.frames == clip.first_frame


def _at_rate(clip: Clip, path: Path, rate: int, channels: int) -> Iterator[Samples]:
    """The samples of a clip at another rate and with these channels, its first frame where it was."""
    import soxr

    blocks = (_spread(block, channels) for block in files.stream_frames(path, clip.first_frame, clip.frames))
    if clip.rate == rate:
        yield from blocks
        return
    stream = soxr.ResampleStream(clip.rate, rate, channels, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block).reshape(-1, channels)
    yield stream.resample_chunk(np.zeros((0, channels), np.float32), last=True).reshape(-1, channels)


def _spread(samples: Samples, channels: int) -> Samples:
    """Samples with so many channels: one is heard on both sides, more than two are mixed."""
    if samples.shape[1] == channels:
        return samples
    mixed = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.repeat(mixed, channels, axis=1)


def _exactly(frames: int, blocks: Iterator[Samples], clip: Clip, rate: int) -> Iterator[Samples]:
    """The blocks, made up to exactly so many frames where a resampler rounded.

    Raises:
        AudioError: more is missing than that; what comes after would be heard too early.
    """
    left, last = frames, None
    for block in blocks:
        last = block[:left]
        left -= len(last)
        yield last
    if left * 1000 > LOST_MS * rate or (left and last is None):
        raise AudioError(
            f"{clip.file} ends {left * 1000 // rate} ms before the end that the journal knows of.",
            "Run `interview-tui doctor --study`, or export without the audio.",
        )
    if left and last is not None:
        yield np.zeros((left, last.shape[1]), np.float32)


def _faded(
    blocks: Iterator[Samples], frames: int, rate: int, *, cut_before: bool, cut_after: bool
) -> Iterator[Samples]:
    """The blocks of a clip of so many frames, its first and last 5 ms faded where it was cut."""
    ramp = max(1, rate * FADE_MS // 1000)
    at = 0
    for block in blocks:
        end = at + len(block)
        if cut_before and at < ramp:
            block = block * np.minimum(1, (np.arange(at, end, dtype=np.float32) + 0.5) / ramp)[:, None]  # noqa: PLW2901
        if cut_after and end > frames - ramp:
            to_end = np.arange(frames - at, frames - end, -1, dtype=np.float32)
            block = block * np.minimum(1, (to_end - 0.5) / ramp)[:, None]  # noqa: PLW2901
        yield block
        at = end


def _explained(out: Path, error: Exception) -> AudioError:
    folder = out.parent
    if folder.is_dir() and shutil.disk_usage(folder).free < FULL_BYTES:
        return AudioError(f"The disk that holds {folder} is full, so {out.name} cannot be written.", "Make room.")
    reason = (error.strerror if isinstance(error, OSError) else str(error)) or "it was cut short"
    return AudioError(f"{out} cannot be written: {reason.rstrip('.')}.", "Choose another place.")


if __name__ == "__main__":
    child.answer(_join, Path(sys.argv[1]))
