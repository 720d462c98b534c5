"""What the files of a span hold whose recorder was killed or lost its power."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from interview_tui import monotonic
from interview_tui.audio import wav
from interview_tui.audio.stored import span_log
from interview_tui.audio.stored.fingerprint import sha256
from interview_tui.audio.stored.span_log import SEGMENT_NAME, Line
from interview_tui.audio.wav import SAMPLE_BYTES, Shape
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart

UNSYNCED_S = 4  # what a power cut may take, and a slow disk's time to confirm
LONGEST_COPY_S = 120  # of what a split passes on, a few seconds


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of one track.

    `complete` is False if a file of it is away or unreadable, so that its hash is unknown. `ended_ns` is when it was
    last written to, on the monotonic clock as it runs now.
    """

    rate: int
    channels: int
    parts: tuple[AudioPart, ...]
    frames: int
    sha256: str
    complete: bool
    ended_ns: int


def remains(folder: Path, number: int, track: int, told: Sequence[Line]) -> Remains | None:
    """Put together what is left of a track, its files mended as far as they can be; None if that is not a frame.

    `told` is what the log has of the track.

    Raises:
        StorageError: the study is locked; nothing is changed.
    """
    segments = segments_of(folder, number, track, told)
    shape = _shape(folder, segments, told)
    if shape is None:
        return None
    ended_ns = max((_written_ns(folder / file) for file in segments), default=0)
    parts, complete, frames = [], True, 0
    files = list(segments)
    for place, file in enumerate(files):
        path, is_last = folder / file, place + 1 == len(files)
        due = None if is_last else _due(path, shape, frames, segments[files[place + 1]])
        held = _mended(path, shape, due)
        if held is None:
            complete, held = False, due or 0
        if held:
            parts.append(AudioPart(file, 0, held))
            frames += held
    if not frames:
        return None
    digest = _hash(folder, parts, shape[1]) if complete else ""
    return Remains(*shape, tuple(parts), frames, digest, bool(digest), ended_ns)


def segments_of(folder: Path, number: int, track: int, told: Sequence[Line]) -> dict[str, int | None]:
    """The segments of a track in order, as files are named in parts, and the frame each begins at, where known."""
    found: dict[str, int | None] = {}
    for path in span_log.files(folder):
        named = SEGMENT_NAME.fullmatch(path.name)
        if named is not None and int(named[1]) == number and bool(named[2]) == bool(track):
            found[span_log.file_name(folder, path)] = None
    for line in told:
        if line["what"] == "segment":
            found[line["file"]] = line.get("first_frame")
    return dict(sorted(found.items(), key=lambda segment: Path(segment[0]).name))


def samples(folder: Path, parts: Sequence[AudioPart], channels: int) -> Iterator[bytes]:
    """The samples of segments as they lie in the files.

    Raises:
        OSError: they cannot be read.
    """
    for part in parts:
        yield from wav.pcm(folder / part.file, channels, part.first_frame, part.frames)


def repeats(folder: Path, copied: Remains, before: Sequence[AudioPart]) -> bool:
    """Whether the remains are a copy out of the span before: what a split that was cut off has left."""
    wanted = b"".join(samples(folder, copied.parts, copied.channels))
    known = b""
    for part in reversed(before):
        known = b"".join(samples(folder, [part], copied.channels)) + known
        if wanted in known:
            return any(wanted)  # digital silence is a copy of nothing
        if len(known) > len(wanted) + LONGEST_COPY_S * copied.rate * copied.channels * SAMPLE_BYTES:
            return False
    return False


def discard(folder: Path, copied: Remains) -> None:
    """Delete files whose samples lie elsewhere as well; those that cannot be are left."""
    for part in copied.parts:
        with contextlib.suppress(OSError):
            (folder / part.file).unlink()


def shed(folder: Path, segments: Iterable[str], kept: Sequence[AudioPart], heirs: Sequence[AudioPart]) -> None:
    """Cut the segments of a track to the parts that are `kept`, where what goes is what `heirs` begin with.

    Raises:
        OSError: a file cannot be read or deleted.
        AudioError: a file is no segment, or cannot be written.
    """
    frames = {part.file: part.frames for part in kept}
    longer = {file: wav.held(folder / file) for file in segments if (folder / file).exists()}
    surplus = [
        AudioPart(file, frames.get(file, 0), held - frames.get(file, 0))
        for file, held in longer.items()
        if held > frames.get(file, 0)
    ]
    shapes = {wav.shape(folder / part.file) for part in (*surplus, *heirs)}
    if not surplus or len(shapes) != 1 or (shape := shapes.pop()) is None:
        return
    passed_on = b"".join(samples(folder, surplus, shape[1]))
    beginning = b"".join(samples(folder, _first(heirs, sum(part.frames for part in surplus)), shape[1]))
    if beginning != passed_on:
        return
    for part in surplus:
        if part.first_frame:
            wav.shorten(folder / part.file, part.first_frame)
        else:
            (folder / part.file).unlink()


def _first(parts: Sequence[AudioPart], frames: int) -> list[AudioPart]:
    """The first `frames` frames of these parts."""
    found = []
    for part in parts:
        if frames > 0:
            found.append(replace(part, frames=min(part.frames, frames)))
        frames -= part.frames
    return found


def _shape(folder: Path, segments: dict[str, int | None], told: Sequence[Line]) -> Shape | None:
    """Rate and channels of a track, by the log or else by the first file that tells."""
    for line in reversed(told):
        if line["what"] == "opened":
            return line["rate"], line["channels"]
    for file in segments:
        with contextlib.suppress(OSError, AudioError):
            if shape := wav.shape(folder / file):
                return shape
    return None


def _due(path: Path, shape: Shape, before: int, following: int | None) -> int | None:
    """The frames that a segment must hold which another follows; None if that cannot be known.

    `before` are those of the track before it, `following` is where the next one begins. Where a power cut took that
    line too, a segment which lacks no more of its full length than a power cut takes had it.
    """
    if following is not None:
        return max(0, following - before)
    regular = span_log.SEGMENT_S * shape[0]
    with contextlib.suppress(AudioError):
        if regular - UNSYNCED_S * shape[0] < wav.held(path, shape) < regular:
            return regular
    return None


def _mended(path: Path, shape: Shape, due: int | None) -> int | None:
    """The frames of a segment, mended; None if it cannot be got at. `due` is what it must hold, as far as known."""
    if not path.parent.is_dir():
        return None
    held = 0
    try:
        if path.exists():
            held = wav.held(path, shape)
            with contextlib.suppress(AudioError):  # on a disk that cannot be written to, it is read as it is
                wav.repair(path, shape)
        if due is not None and held < due:
            logging.warning("%s has lost %d frames", path, due - held)
            wav.pad(path, shape, due)
            held = due
    except AudioError as error:
        logging.warning("%s", error)
        return held or None
    return held


def _hash(folder: Path, parts: Sequence[AudioPart], channels: int) -> str:
    """The hash of these samples; empty if they cannot all be read."""
    try:
        return sha256(samples(folder, parts, channels))
    except OSError as error:
        logging.warning("%s", error)
        return ""


def _written_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns - time.time_ns() + monotonic.now_ns()
    except OSError:
        return 0
