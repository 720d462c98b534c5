"""One span on its way to disk: 60 s segments, their headers kept near the truth, its line in the log."""

from __future__ import annotations

from pathlib import Path

from interview_tui.audio import wav
from interview_tui.audio.capture import Signal
from interview_tui.audio.clock import Reading, SpanClock
from interview_tui.audio.disk import Syncer
from interview_tui.audio.levels import LevelMeter
from interview_tui.audio.spans import SpanLog
from interview_tui.audio.wav import Segment
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import AudioPart, SpanEnd

SEGMENT_S = 60
CLOCK_NEWS_NS = 1_000_000
CLOCK_NEWS_PPM = 1.0


class SpanWriter:
    """Writes one span. Nothing is created before its first block, so a source that never speaks leaves no trace."""

    def __init__(self, folder: Path, log: SpanLog, syncer: Syncer, number: int, signal: Signal) -> None:
        self.number, self.signal = number, signal
        self.clock = SpanClock(signal.rate)
        self.levels = LevelMeter(signal.channels)
        self.heard_ns = 0
        self.reading = Reading(0)
        self._folder, self._log, self._syncer = folder, log, syncer
        self._segment: Segment | None = None
        self._finished: list[AudioPart] = []
        self._next_beat = 0
        self._logged = Reading(0)

    @property
    def frames(self) -> int:
        """Frames of the span that are on disk."""
        return sum(part.frames for part in self._finished) + (self._segment.frames if self._segment else 0)

    def take(self, pcm: bytes, arrival_ns: int) -> None:
        """Write a block that arrived at `arrival_ns`.

        Raises:
            OSError: the disk took none or only a part of it.
        """
        if self._segment is None:
            self._log.opened(self.number, self.signal.rate, self.signal.channels, self.signal.source)
            self._segment = self._next_segment()
        elif self._segment.frames >= SEGMENT_S * self.signal.rate:
            self._finish_segment(durable=False)
            self._segment = self._next_segment()
        self._segment.write(pcm)
        self.heard_ns = arrival_ns
        self.clock.hear(self.frames, arrival_ns)
        self.levels.hear(pcm)
        if self.frames >= self._next_beat:
            self._beat(self._segment)

    def close(self, reason: SpanEnd) -> RecordedSpan | None:
        """Finish the span and wait until it would outlast a power cut; None if it holds no frame.

        Raises:
            OSError: the disk refused the last bytes; what was written is there and is put together by `spans.read`.
        """
        self._finish_segment(durable=True)
        if not self._finished:
            return None
        self.reading = self.clock.reading()
        span = RecordedSpan(
            number=self.number,
            rate=self.signal.rate,
            channels=self.signal.channels,
            frames=self.frames,
            started_ns=self.reading.started_ns,
            parts=tuple(self._finished),
            source=self.signal.source,
            reason=reason,
            drift_ppm=self.reading.drift_ppm,
        )
        self._log.closed(span)
        self._log.sync()
        return span

    def _next_segment(self) -> Segment:
        name = f"span-{self.number:03d}-{len(self._finished) + 1:04d}.wav"
        path = self._folder / name
        if path.exists() and wav.repair(path) == 0:
            path.unlink()  # an attempt at this span that ended before its first frame
        self._log.segment(self.number, name)
        segment = Segment(path, self.signal.rate, self.signal.channels)
        self._syncer.watch("segment", segment.fd)
        return segment

    def _finish_segment(self, *, durable: bool) -> None:
        """Close the segment. On the way from one to the next the syncer makes it durable; nobody waits for that."""
        segment, self._segment = self._segment, None
        if segment is None:
            return
        if segment.frames:
            self._finished.append(AudioPart(segment.path.name, 0, segment.frames))
        segment.close(durable=durable)

    def _beat(self, segment: Segment) -> None:
        """Once a second of audio: the header and the log catch up with what is known."""
        self._next_beat = self.frames + self.signal.rate
        segment.patch_header()
        self.reading = self.clock.reading()
        moved_ns = abs(self.reading.started_ns - self._logged.started_ns)
        if moved_ns >= CLOCK_NEWS_NS or abs(self.reading.drift_ppm - self._logged.drift_ppm) >= CLOCK_NEWS_PPM:
            self._log.clock(self.number, self.reading)
            self._logged = self.reading
