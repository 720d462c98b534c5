"""A closed span's WAV segments made into one lossless FLAC file: of one track sample for sample the same, of two both.

In this order, so that it may be cut off anywhere and done again: the FLAC is written under another name, made durable,
read back and compared by the hash of its samples, given its name, entered in `spans.jsonl`, told to the journal; only
then the segments are deleted. That hash is the one that the recorder took while it recorded, so a disk that changed a
sample since is noticed. Segments that lie in the fallback folder come home by it.

Two tracks become the channels of one file (see `pairing`): the interviewer's own track is the left one, as it was
recorded, and the span has exactly its frames. A track whose companion was gone gets silence beside it, so that left and
right mean the same through the whole call.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from interview_tui.at_rest.sealed_file import Damaged
from interview_tui.audio import disk, files, opened
from interview_tui.audio.keeping import pairing
from interview_tui.audio.keeping.pairing import Pcm
from interview_tui.audio.stored import segments, spans
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.spans import Repacked
from interview_tui.audio.stored.tally import Tally, blocks, samples
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span

FULL_BYTES = 1 << 20
AGAIN = "Nothing of it is lost. Make room, then: interview-tui doctor --study --repair."
Told = Callable[[Repacked], None]


def repack_span(folder: Path, span: Span, told: Told = lambda _: None, *, although_changed: bool = False) -> Repacked:
    """Repack one span; gives where it lies now. What is repacked already stays as it is.

    `told` must make it durable where the span lies; after that its segments are deleted. With `although_changed`, what
    is there is packed even if it is not any more what was recorded: it is no reason to keep what is to be destroyed.

    Raises:
        AudioError: a segment cannot be read, its samples are not those that were recorded, or what was written does
            not compare equal; the segments are untouched.
    """
    parts = [*span.parts, *(span.beside.parts if span.beside else ())]
    done = spans.repacked(folder, span.number)
    if done is None and not any(segments.is_segment(part.file) for part in parts):
        return Repacked(span.parts, tuple(files.sha256(folder / part.file) for part in span.parts))
    if done is not None and not _stands(folder, done):
        if not all(segments.is_segment(part.file) and (folder / part.file).is_file() for part in parts):
            raise AudioError(
                f"The audio of span {span.number} in {folder} is not what was put there when it was packed.",
                "Restore it from a copy; its segments, where they are still there, were left as they are.",
            )
        done = None  # it was packed, but the journal never heard of it, and everything it was made from is there
    if done is None:
        _check_whole(folder, parts)
        done = _packed(folder, span, although_changed=although_changed)
    told(done)
    segments.sweep(folder, span.number)
    return done


def _stands(folder: Path, done: Repacked) -> bool:
    """Whether what was packed is still what was put there."""
    return all(
        (folder / part.file).is_file() and files.is_still(folder / part.file, digest)
        for part, digest in zip(done.parts, done.sha256, strict=True)
    )


def _check_whole(folder: Path, parts: Sequence[AudioPart]) -> None:
    """A segment is deleted in the end, so the span must hold every frame of it."""
    for part in parts:
        there = files.info(folder / part.file).frames
        if (part.first_frame, part.frames) != (0, there):
            raise AudioError(
                f"{folder / part.file} holds {there} frames, but the journal knows {part.frames} of them.",
                "Run `interview-tui doctor --study`; the file was left as it is.",
            )


@dataclass(frozen=True, slots=True)
class _Tracks:
    """The tracks of a span as they are read, one after the other or both together, each counted as it passes."""

    own: Tally
    line: Tally | None
    blocks: Iterator[Pcm]
    channels: int


def _tracks(folder: Path, span: Span, *, although_changed: bool) -> _Tracks:
    """What the span's file is to hold."""
    own = Tally(samples(folder, span.parts, although_changed=although_changed))
    if span.beside is not None:
        line = Tally(samples(folder, span.beside.parts, although_changed=although_changed))
        return _Tracks(own, line, pairing.beside(own, line, pairing.fit(span, span.beside)), span.channels + 1)
    of_two = segments.is_of_two_devices(folder) and span.channels == 1
    if not of_two:
        return _Tracks(own, None, iter(own), span.channels)
    is_line = any(segments.is_of_line(part.file) for part in span.parts)
    return _Tracks(own, None, pairing.alone(own, is_line=is_line), 2)


def _packed(folder: Path, span: Span, *, although_changed: bool) -> Repacked:
    """Write, compare, name and enter the FLAC file of a span."""
    import soundfile

    path = folder / f"span-{span.number:03d}.flac"
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        tracks = _tracks(folder, span, although_changed=although_changed)
        whole = Tally(tracks.blocks)
        with opened.writing(draft, span.rate, tracks.channels, "PCM_16") as flac:
            for block in whole:
                flac.write(block)
        if not although_changed:
            _check_recorded(folder, span, tracks)
        _compare(draft, whole)
        disk.put_in_place(draft, path)
        done = Repacked((AudioPart(path.name, 0, whole.frames),), (files.sha256(path),))
        _enter(folder, span.number, done)
    except Damaged as error:
        raise _changed(folder, span.number) from error
    except (OSError, soundfile.SoundFileError) as error:
        raise _explained(folder, span.number, error) from error
    finally:
        draft.unlink(missing_ok=True)
    return done


def _check_recorded(folder: Path, span: Span, tracks: _Tracks) -> None:
    """The samples that went into the file against the hashes that were taken while they were recorded."""
    found = [(tracks.own, span.sha256)]
    if span.beside is not None and tracks.line is not None:
        for _ in tracks.line:  # what lies after the end of the first track
            pass
        found.append((tracks.line, span.beside.sha256))
    if any(known and tally.sha256 != known for tally, known in found):
        raise _changed(folder, span.number)


def _changed(folder: Path, number: int) -> AudioError:
    return AudioError(
        f"The audio of span {number} in {folder} is not any more what was recorded: a file was changed.",
        "Its files were left as they are. Put them back from a copy of the folder, then pack again.",
    )


def _compare(draft: Path, whole: Tally) -> None:
    """Every sample of the draft, read back, against what was written."""
    again = Tally(_read_back(draft))
    for _ in again:
        pass
    if (again.frames, again.sha256) != (whole.frames, whole.sha256):
        raise AudioError(f"{draft} differs from what was recorded.", "The segments are kept; check the disk.")


def _read_back(draft: Path) -> Iterator[Pcm]:
    with opened.reading(draft, although_changed=True) as flac:
        yield from blocks(flac)


def _enter(folder: Path, number: int, done: Repacked) -> None:
    log = SpanLog(folder)
    try:
        log.repacked(number, done.parts, done.sha256)
        log.sync()
    finally:
        log.close()


def _explained(folder: Path, number: int, error: Exception) -> AudioError:
    if shutil.disk_usage(folder).free < FULL_BYTES:
        return AudioError(f"The disk that holds {folder} is full, so span {number} cannot be packed.", AGAIN)
    return AudioError(f"Span {number} in {folder} cannot be packed: {str(error).rstrip('.')}.", AGAIN)
