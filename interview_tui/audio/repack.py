"""A closed span's WAV segments made into one FLAC file, sample for sample the same.

In this order, so that it may be cut off anywhere and done again: the FLAC is written under another name, made durable,
read back and compared with every sample of the segments, given its name, entered in `spans.jsonl`; only then the
segments are deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from interview_tui.audio import disk, files, spans
from interview_tui.audio.spans import SpanLog
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import AudioPart

BLOCK_FRAMES = 1 << 16
Pcm = npt.NDArray[np.int16]


def repack(folder: Path, recorded: Sequence[RecordedSpan]) -> list[RecordedSpan]:
    """Repack every span of an interview; gives the spans with their audio where it lies now.

    Raises:
        AudioError: a segment cannot be read, or what was written does not compare equal; the segments are untouched.
    """
    return [replace(span, parts=repack_span(folder, span.parts, span.number)[0]) for span in recorded]


def repack_span(folder: Path, parts: Sequence[AudioPart], number: int) -> tuple[tuple[AudioPart, ...], tuple[str, ...]]:
    """Repack one span; gives its parts now, and the SHA-256 of each file. What is repacked already stays as it is.

    Raises:
        AudioError: a segment cannot be read, or what was written does not compare equal; the segments are untouched.
    """
    segments = [part for part in parts if part.file.endswith(".wav")]
    done = spans.repacked(folder, number)
    if done is None and not segments:
        return tuple(parts), tuple(files.sha256(folder / part.file) for part in parts)
    if done is None:
        _check_whole(folder, segments)
        done = _packed(folder, segments, number)
    elif any(files.sha256(folder / part.file) != digest for part, digest in zip(done.parts, done.sha256, strict=True)):
        raise AudioError(
            f"The audio of span {number} in {folder} is not what was put there when it was packed.",
            "Restore it from a copy; its segments, where they are still there, were left as they are.",
        )
    for part in segments:
        (folder / part.file).unlink(missing_ok=True)
    return done.parts, done.sha256


def _packed(folder: Path, segments: Sequence[AudioPart], number: int) -> spans.Repacked:
    """Write, compare, name and enter the FLAC file of a span."""
    import soundfile

    path = folder / f"span-{number:03d}.flac"
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(0o600)
        first = files.info(folder / segments[0].file)
        with soundfile.SoundFile(str(draft), "w", first.rate, first.channels, "PCM_16", format="FLAC") as flac:
            for block in _samples(folder, segments):
                flac.write(block)
        _compare(folder, segments, draft)
        disk.put_in_place(draft, path)
        done = spans.Repacked((AudioPart(path.name, 0, sum(part.frames for part in segments)),), (files.sha256(path),))
        _enter(folder, number, done)
    except (OSError, soundfile.SoundFileError) as error:
        raise AudioError(
            f"Span {number} in {folder} cannot be packed: {error}.",
            "Its segments are untouched; see that there is room.",
        ) from error
    return done


def _check_whole(folder: Path, segments: Sequence[AudioPart]) -> None:
    """A segment is deleted in the end, so the span must hold every frame of it."""
    for part in segments:
        there = files.info(folder / part.file).frames
        if (part.first_frame, part.frames) != (0, there):
            raise AudioError(
                f"{folder / part.file} holds {there} frames, but the journal knows {part.frames} of them.",
                "Run `interview-tui doctor`; the file was left as it is.",
            )


def _compare(folder: Path, segments: Sequence[AudioPart], draft: Path) -> None:
    """Every sample of the segments against every sample of the draft."""
    import soundfile

    with soundfile.SoundFile(str(draft)) as flac:
        for block in _samples(folder, segments):
            again = flac.read(len(block), dtype="int16", always_2d=True)
            if again.shape != block.shape or not np.array_equal(again, block):
                raise AudioError(f"{draft} differs from what was recorded.", "The segments are kept; check the disk.")
        if len(flac.read(1)):
            raise AudioError(f"{draft} is longer than what was recorded.", "The segments are kept; check the disk.")


def _samples(folder: Path, segments: Sequence[AudioPart]) -> Iterator[Pcm]:
    """The samples of all segments in order, in blocks."""
    import soundfile

    for part in segments:
        with soundfile.SoundFile(str(folder / part.file)) as wav:
            yield from _blocks(wav)


def _blocks(file: Any) -> Iterator[Pcm]:
    while len(block := file.read(BLOCK_FRAMES, dtype="int16", always_2d=True)):
        yield block


def _enter(folder: Path, number: int, done: spans.Repacked) -> None:
    log = SpanLog(folder)
    try:
        log.repacked(number, done.parts, done.sha256)
        log.sync()
    finally:
        log.close()
