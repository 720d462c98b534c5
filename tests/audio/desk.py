"""Spans written as quickly as the disk takes them, on a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np

from interview_tui.audio.capture import Signal
from interview_tui.audio.disk import Syncer
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.span_writer import SpanWriter
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import AudioPart
from tests.audio.signals import Pcm, counter, recorded

DESK_RATE = 8_000
DESK_BLOCK = 400
MICROPHONE = Signal(DESK_RATE, 2, "a microphone")
LINE = Signal(DESK_RATE, 2, "a telephone line")


@dataclass
class Desk:
    """A writer of one span after the other, and the counter signal on every track."""

    folders: Sequence[Path]
    signals: Sequence[Signal] = (MICROPHONE,)
    lone_line: bool = False
    reserve_bytes: int = 0
    number: int = 1
    started_ns: int = 5_000_000_000_000
    given: list[int] = field(default_factory=list)  # frames of each track so far
    late_ns: list[int] = field(default_factory=list)  # how late each track's blocks come since sound was missing

    def __post_init__(self) -> None:
        self.shelves = Shelves(self.folders, self.reserve_bytes)
        self.syncer = Syncer()
        self.log = SpanLog(*self.folders, syncer=self.syncer)
        self.writer = SpanWriter(self.shelves, self.log, self.syncer, self.number, self.signals, self.lone_line)
        self.given, self.late_ns = [0] * len(self.signals), [0] * len(self.signals)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None) -> None:
        for track in self.writer._tracks:
            track.settle()
            if track._segment is not None:
                track._segment.let_go()  # as it is, like the end of its process
        self.log.close()
        self.syncer.close()

    def give(self, seconds: float, tracks: Iterable[int] | None = None) -> None:
        """Let the devices play on."""
        chosen = range(len(self.signals)) if tracks is None else tracks
        for _ in range(round(seconds * DESK_RATE / DESK_BLOCK)):
            for track in chosen:
                pcm = counter(DESK_BLOCK, self.given[track]).tobytes()
                self.given[track] += DESK_BLOCK
                at_ns = self.started_ns + self.given[track] * 1_000_000_000 // DESK_RATE
                self.writer.take(track, pcm, at_ns + self.late_ns[track])

    def miss(self, seconds: float, tracks: Iterable[int] = (0,)) -> None:
        """Some sound is missing: what follows comes later by so much."""
        for track in tracks:
            self.late_ns[track] += round(seconds * 1e9)


def on_track(spans: Iterable[RecordedSpan], track: int) -> list[tuple[AudioPart, ...]]:
    """The parts of a track of every span that has it."""
    found = []
    for span in spans:
        lone_line = any("-line-" in part.file for part in span.parts)
        if lone_line == bool(track):
            found.append(span.parts)
        elif track and span.beside is not None:
            found.append(span.beside.parts)
    return found


def samples_of(folder: Path, spans: Iterable[RecordedSpan], track: int = 0) -> Pcm:
    """The samples of a track, all spans one after the other."""
    pieces = [recorded(folder, parts) for parts in on_track(spans, track)]
    return np.concatenate(pieces) if pieces else np.empty((0, 2), np.int16)
