"""The spans that a recording adds up to, by its log and its files.

A span whose end is in the log is what the log says. One that was cut off is put together from its files: those that
the log names and those that only their names tell of, since a power cut may take any line that was not synced. Its
files are repaired, its hash is computed, and it is entered as closed, so that all this is done once. Where that cannot
be written the span is given all the same.

A span of two devices has the interviewer's own track and, as `RecordedSpan.beside`, the line. While one of two devices
was gone the span has one track; if that is the line, its files are named `span-NNN-line-NNNN.wav` (`of_the_line`).

What a power cut took from the end of a segment that another one follows is filled up with silence, and so is a segment
that is not there any more: what follows keeps its time. A part whose folder is away, as on a disk that is not plugged
in, keeps its place in the span; such a span is not entered, so that it is whole when the disk is back.

What a split that was cut off has left twice is deleted, once it was compared with where it lies as well: nothing may be
left that nobody knows of when a stretch is to be destroyed.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from interview_tui import monotonic
from interview_tui.at_rest import files
from interview_tui.audio import wav
from interview_tui.audio.stored import span_log
from interview_tui.audio.stored.remains import Remains, discard, remains, repeats, segments_of, shed
from interview_tui.audio.stored.span_log import LINE_TRACK, LOG_NAME, SEGMENT_NAME, Line, SpanLog, lines
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecordedTrack
from interview_tui.interview.sound import AudioPart, SpanEnd

CLOCKS_DISAGREE_NS = 2_000_000_000


def numbers(folder: Path) -> set[int]:
    """The numbers of all spans in `folder` that got a block: its time is entered with it, or a file holds it."""
    found = {line["span"] for line in lines(folder) if line["what"] == "clock"}
    for path in span_log.files(folder):
        name = _named(path)
        if name is not None and int(name[1]) not in found and _has_frames(path):
            found.add(int(name[1]))
    return found


def of_the_line(parts: Iterable[AudioPart]) -> bool:
    """Whether these segments were recorded from the line of two devices."""
    return any((found := _named(Path(part.file))) and found[2] for part in parts)


@dataclass(frozen=True, slots=True)
class Repacked:
    """Where a repacked span lies."""

    parts: tuple[AudioPart, ...]
    sha256: tuple[str, ...]


def repacked(folder: Path, span: int) -> Repacked | None:
    """Where the audio of `span` was repacked to; None if it was not."""
    for line in reversed(lines(folder)):
        if line["what"] == "repacked" and line["span"] == span:
            return Repacked(_parts(line["parts"]), tuple(line["sha256"]))
    return None


def read(folder: Path, *, running: bool, live_from: int = 0) -> list[RecordedSpan]:
    """Every span of a folder, in order: the closed ones, and those that were cut off, put together from their files.

    With `running` a recorder is at work there, so the newest span is left alone unless it is closed; numbers under
    `live_from` are those of a recorder before it. `started_ns` is given on the monotonic clock as it runs now, even if
    the machine was started again since.

    Raises:
        AudioError: the log cannot be read or makes no sense. StorageError: the study is locked; nothing is changed.
    """
    told: dict[int, list[Line]] = {}
    for line in lines(folder):
        told.setdefault(line["span"], []).append(line)
    newest = max(told, default=0)
    named = {int(name[1]) for path in span_log.files(folder) if (name := _named(path))}
    found: list[RecordedSpan] = []
    for number in sorted(told.keys() | named):
        known = told.get(number, [])
        try:
            span = _closed(folder, known, running=running)
            if span is None and not (running and number >= max(newest, live_from)):
                span = _cut_off(folder, number, known, found[-1] if found else None)
        except (KeyError, TypeError, ValueError) as error:
            raise AudioError(
                f"The recording log {folder / LOG_NAME} is damaged at span {number}: {error}.",
                "The audio files beside it are untouched and can be imported.",
            ) from error
        if span is not None and span.frames:
            found.append(span)
    if not running:
        _finish_splits(folder, told, found)
    return found


def _closed(folder: Path, told: Sequence[Line], *, running: bool) -> RecordedSpan | None:
    """A span whose end is in the log; None if it is not, or if its files were mended and are not what they were."""
    closings = [line for line in told if line["what"] == "closed"]
    if not closings:
        return None
    own = [line for line in closings if not line.get("mended")]  # the recorder's word is worth more than a reader's
    closing = (own or closings)[-1]
    opening = next((line for line in reversed(told) if line["what"] == "opened"), {})
    facts = {**opening, **closing}
    span = RecordedSpan(
        number=facts["span"],
        rate=facts["rate"],
        channels=facts["channels"],
        frames=facts["frames"],
        started_ns=_on_this_clock(facts["started_ns"], closing),
        parts=_parts(facts["parts"]),
        source=facts["source"],
        reason=SpanEnd(facts["reason"]),
        drift_ppm=facts["drift_ppm"],
        sha256=facts.get("sha256", ""),
        beside=_beside(facts["beside"], closing) if facts.get("beside") else None,
    )
    moved = _moved(span, told)
    if moved is span:
        if closing.get("mended") and not _as_told(folder, span, told):
            return None
        if not running:
            _right_files(folder, span)
    return moved


def _beside(facts: Line, closing: Line) -> RecordedTrack:
    parts = _parts(facts["parts"])
    return RecordedTrack(**{**facts, "parts": parts, "started_ns": _on_this_clock(facts["started_ns"], closing)})


def _as_told(folder: Path, span: RecordedSpan, told: Sequence[Line]) -> bool:
    """Whether the files of a span that was put together from them still hold what they held."""
    parts = {part.file: part.frames for part in _all_parts(span)}
    for track in (0, LINE_TRACK):
        for file in segments_of(folder, span.number, track, _of_track(told, track)):
            path = folder / file
            with contextlib.suppress(AudioError):
                if path.exists() and wav.held(path) != parts.get(file, 0):
                    return False
    return True


def _right_files(folder: Path, span: RecordedSpan) -> None:
    """See that the segments of a closed span can be read as far as the span says.

    A header states what its file holds, where the disk had refused to write that. What a file has lost since it was
    closed is silence then, so that it opens and the rest keeps its time; the hash tells that it is not what it was.
    """
    for track, part in _with_tracks(span):
        path = folder / part.file
        with contextlib.suppress(AudioError):
            if not _named(path) or not path.is_file():
                continue
            stated, held = wav.lengths(path)
            if held < part.frames:
                wav.pad(path, (track.rate, track.channels), part.frames)
            elif stated < part.frames:
                wav.repair(path, (track.rate, track.channels))


def _cut_off(folder: Path, number: int, told: Sequence[Line], before: RecordedSpan | None) -> RecordedSpan | None:
    """A span whose recorder was killed, put together from its files and entered."""
    found = {}
    for track in (0, LINE_TRACK):
        left = remains(folder, number, track, _of_track(told, track))
        if left is None:
            continue
        if not told and before is not None and repeats(folder, left, _parts_of_track(before, track)):
            discard(folder, left)
        else:
            found[track] = left
    if not found:
        return None
    tracks = [_track(left, _of_track(told, track)) for track, left in found.items()]
    span = RecordedSpan.of_tracks(number, tracks, SpanEnd.LOST)
    moved = _moved(span, told)
    if moved is span and all(left.complete for left in found.values()):
        _enter(folder, span)
    return moved


def _track(left: Remains, told: Sequence[Line]) -> RecordedTrack:
    """What the log and the files tell of a track together."""
    opening = next((line for line in reversed(told) if line["what"] == "opened"), {})
    clock = next((line for line in reversed(told) if line["what"] == "clock"), None)
    if clock is not None:
        started_ns = _on_this_clock(clock["started_ns"], clock)
    elif opening:
        started_ns = _on_this_clock(opening["mono_ns"], opening)
    else:
        started_ns = left.ended_ns - left.frames * 1_000_000_000 // left.rate
    return RecordedTrack(
        source=opening.get("source", ""),
        rate=left.rate,
        channels=left.channels,
        frames=left.frames,
        started_ns=started_ns,
        parts=left.parts,
        drift_ppm=clock["drift_ppm"] if clock is not None else 0.0,
        sha256=left.sha256,
    )


def _enter(folder: Path, span: RecordedSpan) -> None:
    """Let the log know of a span that was put together, if it can be written."""
    with contextlib.suppress(OSError), closing(SpanLog(folder)) as log:
        log.write(span_log.closed(span, mended=True))
        log.sync()


def _finish_splits(folder: Path, told: Mapping[int, Sequence[Line]], found: Sequence[RecordedSpan]) -> None:
    """Cut files to their share that a split had passed on the rest of, if it was cut off before it did that itself.

    Only what is found again at the beginning of the span after it is cut.
    """
    for span, heir in pairwise(found):
        closing = [line for line in told.get(span.number, ()) if line["what"] == "closed"]
        if not (closing and closing[-1].get("split")):
            continue
        for track in (0, LINE_TRACK):
            parts, passed_on = _parts_of_track(span, track), _parts_of_track(heir, track)
            with contextlib.suppress(OSError, AudioError):
                shed(
                    folder,
                    segments_of(folder, span.number, track, _of_track(told[span.number], track)),
                    parts,
                    passed_on,
                )


def _moved(span: RecordedSpan, told: Iterable[Line]) -> RecordedSpan:
    """The span with its audio where it was repacked to: both tracks in the same files."""
    moves = [line for line in told if line["what"] == "repacked"]
    if not moves:
        return span
    parts = _parts(moves[-1]["parts"])
    return replace(span, parts=parts, frames=sum(part.frames for part in parts), beside=None)


def _of_track(told: Iterable[Line], track: int) -> list[Line]:
    return [line for line in told if line.get("track", 0) == track]


def _all_parts(span: RecordedSpan) -> list[AudioPart]:
    return [part for _, part in _with_tracks(span)]


def _with_tracks(span: RecordedSpan) -> list[tuple[RecordedSpan | RecordedTrack, AudioPart]]:
    tracks: list[RecordedSpan | RecordedTrack] = [span] if span.beside is None else [span, span.beside]
    return [(track, part) for track in tracks for part in track.parts]


def _parts_of_track(span: RecordedSpan, track: int) -> tuple[AudioPart, ...]:
    """The segments of a track of a span; of one that is packed there are none."""
    return tuple(
        part
        for part in _all_parts(span)
        if (found := _named(Path(part.file))) and bool(found[2]) == (track == LINE_TRACK)
    )


def _on_this_clock(at_ns: int, line: Line) -> int:
    """A monotonic time that a line tells, on the monotonic clock as it runs now.

    The two clocks keep their distance unless the machine was started again; then the wall clock, which ran on, says
    where the span lies.
    """
    distance_then: int = line["wall_ns"] - line["mono_ns"]
    distance_now = time.time_ns() - monotonic.now_ns()
    if abs(distance_then - distance_now) < CLOCKS_DISAGREE_NS:
        return at_ns
    return at_ns + distance_then - distance_now


def _parts(entries: Iterable[Line]) -> tuple[AudioPart, ...]:
    return tuple(AudioPart(entry["file"], entry["first_frame"], entry["frames"]) for entry in entries)


def _named(path: Path) -> re.Match[str] | None:
    return SEGMENT_NAME.fullmatch(path.name)


def _has_frames(path: Path) -> bool:
    """Whether a segment holds more than its header."""
    try:
        return files.size(path) > wav.HEADER_BYTES
    except OSError:
        return False
