"""Recordings laid down by hand: segments, their lines in the log, and the span as the journal has it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from interview_tui import monotonic
from interview_tui.at_rest import files
from interview_tui.audio import wav
from interview_tui.audio.stored import span_log
from interview_tui.audio.stored.clock import Reading
from interview_tui.audio.stored.span_log import LINE_TRACK, SpanLog
from interview_tui.interview.ports import RecordedSpan, RecordedTrack
from interview_tui.interview.sound import AudioPart, SpanEnd, Track
from interview_tui.interview.timeline import Span
from tests.audio.signals import Pcm

LAID_RATE = 8_000


@dataclass
class Laid:
    """Sound that one device recorded: its samples, and when its clock began and how it ran."""

    sound: Pcm
    start_ms: int = 0
    rate: int = LAID_RATE
    drift_ppm: float = 0.0
    segment_s: float = 60.0
    away: Path | None = None  # where all but the first segment lie
    parts: tuple[AudioPart, ...] = field(default=(), init=False)

    @property
    def channels(self) -> int:
        return int(self.sound.shape[1])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sound.astype("<i2").tobytes()).hexdigest()


def lay(
    folder: Path, number: int, own: Laid | None, line: Laid | None = None, *, close: bool = True, log: bool = True
) -> Span:
    """Lay down a span of one or two tracks; gives it as the journal has it. `own` None: only the line was recorded."""
    tracks = [(0, own), (LINE_TRACK, line)]
    there = [(track, laid) for track, laid in tracks if laid is not None]
    lines = [fact for track, laid in there for fact in _write(folder, number, track, laid)]
    first, second = there[0][1], there[1][1] if len(there) > 1 else None
    if close:
        lines.append(span_log.closed(_recorded(number, first, second)))
    if log:
        _enter(folder, lines)
    beside = None
    if second is not None:
        beside = Track(
            "the line", second.rate, second.channels, len(second.sound), second.start_ms, second.parts,
            second.drift_ppm, second.sha256,
        )  # fmt: skip
    return Span(
        number, first.start_ms, first.rate, first.channels, len(first.sound), first.parts,
        drift_ppm=first.drift_ppm, source="a test", beside=beside, sha256=first.sha256,
    )  # fmt: skip


def as_recorded(span: Span, reason: SpanEnd = SpanEnd.PAUSE) -> RecordedSpan:
    """The span as the recorder told of it."""
    track = span.beside
    beside = None
    if track is not None:
        beside = RecordedTrack(
            track.source, track.rate, track.channels, track.frames, track.start_ms * 1_000_000, track.parts,
            track.drift_ppm, track.sha256,
        )  # fmt: skip
    return RecordedSpan(
        span.number, span.rate, span.channels, span.frames, span.start_ms * 1_000_000, span.parts, span.source, reason,
        span.drift_ppm, span.sha256, beside,
    )  # fmt: skip


def noise(frames: int, seed: int = 1, channels: int = 1, first: int = 0) -> Pcm:
    """Something that has no sample like another; `first` leaves out as many."""
    sound = np.random.default_rng(seed).integers(-9_000, 9_000, (frames + first, channels))
    return sound.astype(np.int16)[first:]


def _write(folder: Path, number: int, track: int, laid: Laid) -> list[span_log.Line]:
    step = round(laid.segment_s * laid.rate)
    lines = [span_log.opened(number, track, laid.rate, laid.channels, "a test")]
    parts = []
    for nth, first in enumerate(range(0, len(laid.sound), step), 1):
        place = laid.away if laid.away is not None and nth > 1 else folder
        path = place / span_log.segment_name(number, track, nth)
        block = laid.sound[first : first + step]
        path.unlink(missing_ok=True)
        with files.making(path, beside=folder) as file:
            file.write(wav.header(laid.rate, laid.channels, len(block)) + block.astype("<i2").tobytes())
        name = path.name if place == folder else str(path)
        lines.append(span_log.segment(number, track, name, first))
        parts.append(AudioPart(name, 0, len(block)))
    laid.parts = tuple(parts)
    lines.append(span_log.clock(number, track, Reading(monotonic.now_ns() + laid.start_ms * 1_000_000, laid.drift_ppm)))
    return lines


def _recorded(number: int, first: Laid, second: Laid | None) -> RecordedSpan:
    now_ns = monotonic.now_ns()
    beside = None
    if second is not None:
        beside = RecordedTrack(
            "the line", second.rate, second.channels, len(second.sound), now_ns + second.start_ms * 1_000_000,
            second.parts, second.drift_ppm, second.sha256,
        )  # fmt: skip
    return RecordedSpan(
        number, first.rate, first.channels, len(first.sound), now_ns + first.start_ms * 1_000_000, first.parts,
        "a test", SpanEnd.PAUSE, first.drift_ppm, first.sha256, beside,
    )  # fmt: skip


def _enter(folder: Path, lines: Sequence[span_log.Line]) -> None:
    log = SpanLog(folder)
    log.write(*lines)
    log.close()
