"""Recorded sound as the events tell of it: where it lies, and why a stretch of it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SpanEnd(StrEnum):
    """Why a recording span ended."""

    PAUSE = "pause"
    OFF_RECORD = "off record"
    DROPPED = "dropped"
    STOP = "stop"
    LOST = "lost"  # the device is gone, the machine was switched off, the recorder was killed
    MOVED = "moved"  # the system records from another device now
    BACK = "back"  # the device is there again and is gone back to
    SKIPPED = "skipped"  # sound is missing: the machine slept, or something held up the sound system for too long
    RATE = "rate"  # the device runs at another rate now
    FULL = "full"  # no disk took any more


@dataclass(frozen=True, slots=True)
class AudioPart:
    """A stretch of one audio file: `frames` frames from `first_frame` of `file` (relative to the case's folder)."""

    file: str
    first_frame: int
    frames: int


@dataclass(frozen=True, slots=True)
class Track:
    """What a second device recorded during a span: the line, beside the interviewer's own microphone.

    It has a clock of its own: `start_ms` is the call clock of its first frame, `drift_ppm` how much faster its device
    ran than the call clock. `sha256` is that of its samples, as in `SpanClosed`.
    """

    source: str
    rate: int
    channels: int
    frames: int
    start_ms: int
    parts: tuple[AudioPart, ...]
    drift_ppm: float = 0.0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class AttachedPiece:
    """A stretch of a recording from another recorder, lined up with the call: a span of its own, number `span`.

    `start_ms` is the call clock of its first frame, `drift_ppm` how much faster that recorder's clock ran than the call
    clock. `residual_ms` is how far the windows by which it was lined up scatter (median); 0 where it was done by hand.
    `sha256` is the hash of the file that is kept.
    """

    span: int
    part: AudioPart
    rate: int
    channels: int
    start_ms: int
    drift_ppm: float
    residual_ms: float
    sha256: str
