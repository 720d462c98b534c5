"""The one place where times are converted: call clock ↔ audio file and frame.

The call clock runs in integer milliseconds. A recording span says which stretch of it lies where in which file; what
lies in no span (a pause, a dropped call, off the record) has no audio. Frames are integers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AudioPart, Track


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of uninterrupted recording.

    `start_ms` is the call clock of its first frame, `rate` the nominal frames per second, `drift_ppm` how much faster
    the device's clock ran than the call clock. `closed` is False while it is still being recorded. `beside` is the
    second track, where it has not been packed with the first into files of both yet. `sha256` is the hash of its
    samples as they were recorded (see `events.SpanClosed`), `hashes` those of its files where they were packed.
    `attached` is the recording from another recorder that it belongs to; empty of one that was recorded here.
    """

    number: int
    start_ms: int
    rate: int
    channels: int
    frames: int
    parts: tuple[AudioPart, ...]
    closed: bool = True
    drift_ppm: float = 0.0
    source: str = ""
    beside: Track | None = None
    sha256: str = ""
    hashes: tuple[str, ...] = ()
    attached: str = ""

    @property
    def true_rate(self) -> float:
        """Frames per second of the call clock."""
        return self.rate * (1 + self.drift_ppm / 1e6)

    @property
    def end_ms(self) -> int:
        """The call clock just after its last frame."""
        return self.start_ms + round(self.frames * 1000 / self.true_rate)

    def frame_at(self, at_ms: int) -> int:
        """The frame (counted from the span's first) captured at `at_ms`, held within the span."""
        return max(0, min(self.frames, round((at_ms - self.start_ms) * self.true_rate / 1000)))

    def ms_at(self, frame: int) -> int:
        """The call clock at which `frame` was captured."""
        return self.start_ms + round(frame * 1000 / self.true_rate)

    def between(self, start_ms: int, end_ms: int) -> Span | None:
        """What of it lies between two moments of the call clock, itself if it all does; None if no frame does.

        Whatever is left keeps its time, to half a frame.
        """
        first, end = self.frame_at(start_ms), self.frame_at(end_ms)
        if (first, end) == (0, self.frames):
            return self
        if first >= end:
            return None
        parts = tuple(part for _, part in _parts_of(self, first, end))
        return replace(self, start_ms=max(self.start_ms, start_ms), frames=end - first, parts=parts)


@dataclass(frozen=True, slots=True)
class Clip:
    """Audio to be read: `frames` frames of `file` from `first_frame` on, at `rate`; `start_ms` on the call clock."""

    file: str
    first_frame: int
    frames: int
    rate: int
    start_ms: int


@dataclass(frozen=True, slots=True)
class Position:
    """A moment in the audio: frame `frame` of `file`, in span `span`."""

    span: int
    file: str
    frame: int


class Timeline:
    """The spans of an interview in call-clock order, less what is withheld."""

    def __init__(self, spans: Iterable[Span], withheld: Iterable[Stretch] = ()) -> None:
        self.spans = tuple(sorted(spans, key=lambda span: span.start_ms))
        self.withheld = tuple(sorted(withheld, key=lambda stretch: stretch.start_ms))
        self._starts = [span.start_ms for span in self.spans]

    def span_at(self, at_ms: int) -> Span | None:
        """The span that holds `at_ms`; None in a gap."""
        place = bisect_right(self._starts, at_ms) - 1
        if place >= 0 and at_ms < self.spans[place].end_ms:
            return self.spans[place]
        return None

    def position(self, at_ms: int) -> Position | None:
        """Where `at_ms` lies in the audio; None in a gap or a withheld stretch."""
        span = self.span_at(at_ms)
        if span is None or self.is_withheld(at_ms):
            return None
        frame = min(span.frame_at(at_ms), span.frames - 1)
        for part in span.parts:
            if frame < part.frames:
                return Position(span.number, part.file, part.first_frame + frame)
            frame -= part.frames
        return None

    def at_ms(self, file: str, frame: int) -> int | None:
        """The call clock of frame `frame` of `file`; None if no span holds it."""
        for span in self.spans:
            before = 0
            for part in span.parts:
                if part.file == file and part.first_frame <= frame < part.first_frame + part.frames:
                    return span.ms_at(before + frame - part.first_frame)
                before += part.frames
        return None

    def is_withheld(self, at_ms: int) -> bool:
        """Whether `at_ms` lies in a withheld stretch."""
        return any(stretch.holds(at_ms) for stretch in self.withheld)

    def clips(self, start_ms: int, end_ms: int) -> list[Clip]:
        """The audio between two moments of the call clock, in order, with gaps and withheld stretches left out."""
        found: list[Clip] = []
        for stretch in self._spoken_for(start_ms, end_ms):
            for span in self.spans:
                low, high = max(stretch.start_ms, span.start_ms), min(stretch.end_ms, span.end_ms)
                if low < high:
                    found.extend(_clips_of(span, span.frame_at(low), span.frame_at(high)))
        return found

    def gaps(self) -> list[Stretch]:
        """The stretches between spans, in order."""
        return [
            Stretch(before.end_ms, after.start_ms)
            for before, after in zip(self.spans, self.spans[1:], strict=False)
            if after.start_ms > before.end_ms
        ]

    def recorded_ms(self) -> int:
        """How much has been recorded, all spans together."""
        return sum(span.end_ms - span.start_ms for span in self.spans)

    def _spoken_for(self, start_ms: int, end_ms: int) -> list[Stretch]:
        """`start_ms` to `end_ms` with the withheld stretches cut out."""
        left: list[Stretch] = []
        for stretch in self.withheld:
            if stretch.end_ms <= start_ms or stretch.start_ms >= end_ms:
                continue
            if stretch.start_ms > start_ms:
                left.append(Stretch(start_ms, stretch.start_ms))
            start_ms = max(start_ms, stretch.end_ms)
        if start_ms < end_ms:
            left.append(Stretch(start_ms, end_ms))
        return left


def _clips_of(span: Span, first: int, last: int) -> Iterable[Clip]:
    """The clips of `span` from its frame `first` up to `last`, one a file."""
    for frame, part in _parts_of(span, first, last):
        start_ms = min(span.ms_at(frame), span.end_ms - 1)  # the last frame may begin after the last whole ms
        yield Clip(part.file, part.first_frame, part.frames, span.rate, start_ms)


def _parts_of(span: Span, first: int, last: int) -> Iterable[tuple[int, AudioPart]]:
    """What of the parts of `span` lies from its frame `first` up to `last`, each with the frame it begins at."""
    before = 0
    for part in span.parts:
        low, high = max(first, before), min(last, before + part.frames)
        if low < high:
            yield low, AudioPart(part.file, part.first_frame + low - before, high - low)
        before += part.frames
