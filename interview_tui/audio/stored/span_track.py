"""One track of a span on its way to disk: 60 s segments, their headers kept near the truth, its lines in the log."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from interview_tui.audio import disk, wav
from interview_tui.audio.capture import Signal
from interview_tui.audio.disk import Syncer
from interview_tui.audio.levels import SILENCE_DB, LevelMeter
from interview_tui.audio.stored import span_log
from interview_tui.audio.stored.clock import Reading, SpanClock
from interview_tui.audio.stored.fingerprint import Fingerprint
from interview_tui.audio.stored.pace import Pace
from interview_tui.audio.stored.resealing import Resealer
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import Enter, Line
from interview_tui.audio.wav import SAMPLE_BYTES, Segment
from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.sound import AudioPart

CLOCK_NEWS_NS = 1_000_000
CLOCK_NEWS_PPM = 1.0
SPARE_SEGMENTS = 8  # so many more must find room before a finished one is sealed anew beside itself
REMEMBERED_BLOCKS = 1200  # arrivals of the last minute of 50 ms blocks, for the clock of a span that begins in it


class SpanTrack:
    """Writes one track. Nothing is created before its first block.

    Attributes:
        frames: how many are on disk, in whole frames, even after a write that failed half-way.
        heard_ns: when the last block arrived.
        reading: its clock, brought up to date once a second.
    """

    def __init__(self, shelves: Shelves, syncer: Syncer, number: int, track: int, signal: Signal, enter: Enter) -> None:
        """`enter` takes the track's lines for the log."""
        self.number, self.track, self.signal = number, track, signal
        self.frames = self.heard_ns = 0
        self.reading = Reading(0)
        self.clock = SpanClock(signal.rate, signal.latency_ms)
        self.pace = Pace(signal.rate)
        self.enter = enter
        self._meter = LevelMeter(signal.channels)
        self._fingerprint = Fingerprint(signal.rate)
        self._shelves, self._syncer = shelves, syncer
        self._frame_bytes = signal.channels * SAMPLE_BYTES
        self._arrivals: deque[tuple[int, int, int]] = deque(maxlen=REMEMBERED_BLOCKS)
        self._segment: Segment | None = None
        self._kept: list[bytes] = []  # the samples of the segment, where that is sealed
        self._resealer = Resealer(shelves.recipient)
        self._segments = 0  # how many were begun
        self._finished: list[AudioPart] = []
        self._next_beat = 0
        self._logged = Reading(0)

    @property
    def level_db(self) -> tuple[float, ...]:
        """The peak of each channel over the last blocks, in dBFS."""
        return self._meter.level_db or (SILENCE_DB,) * self.signal.channels

    @property
    def parts(self) -> tuple[AudioPart, ...]:
        """Where its samples lie."""
        if self._segment is None or not self._segment.frames:
            return tuple(self._finished)
        return (*self._finished, AudioPart(self._name(self._segment), 0, self._segment.frames))

    @property
    def sha256(self) -> str:
        """Of all its samples so far."""
        return self._fingerprint.sha256()

    def take(self, pcm: bytes, arrival_ns: int) -> None:
        """Write a block that arrived at `arrival_ns`.

        Raises:
            OSError: no shelf takes it; `frames` says how much of it is on disk.
        """
        self._write(pcm)
        self.heard_ns = arrival_ns
        self._hear(self.frames, len(pcm) // self._frame_bytes, arrival_ns)
        self._meter.hear(pcm)
        if self.frames >= self._next_beat:
            self._beat()

    def finish(self) -> None:
        """Finish the segment. The syncer makes it durable; nobody waits for that here."""
        segment, self._segment = self._segment, None
        self._kept = []
        if segment is None:
            return
        if segment.frames:
            self._finished.append(AudioPart(self._name(segment), 0, segment.frames))
        try:
            segment.cut_to(segment.frames)
        except OSError:
            # Its samples are there. What its header says is made right when it is read.
            logging.warning("the header of %s could not be written", segment.path, exc_info=True)
        with contextlib.suppress(OSError):
            segment.let_go()
        if not segment.frames:
            with contextlib.suppress(OSError):
                segment.path.unlink()
        self._syncer.release(self._role)

    def settle(self) -> None:
        """Leave the finished segments as they are from now on: others may take them, or delete them."""
        self._resealer.end()

    def samples(self, first: int, end: int) -> Iterator[bytes]:
        """The samples of a stretch of frames, as they lie on disk.

        Raises:
            OSError: they cannot be read. StorageError: the study is locked.
        """
        before = 0
        for part in self.parts:
            low, high = max(first - before, 0), min(end - before, part.frames)
            if low < high:
                yield from wav.pcm(self._path(part), self.signal.channels, part.first_frame + low, high - low)
            before += part.frames

    def sha256_up_to(self, frame: int) -> str:
        """Of its samples before `frame`.

        Raises:
            OSError: they cannot be read back. StorageError: the study is locked.
        """
        return self._fingerprint.up_to(frame, self.samples)

    def heir(self, number: int, frame: int, enter: Enter) -> SpanTrack:
        """The track of another span that holds what this one holds from `frame` on, copied from disk and durable.

        Nothing of this one is changed.

        Raises:
            OSError: it cannot be read, or no shelf takes the copy. StorageError: the study is locked. Nothing of the
                copy is left then.
        """
        heir = SpanTrack(self._shelves, self._syncer, number, self.track, self.signal, enter)
        heir._meter, heir.heard_ns = self._meter, self.heard_ns
        try:
            for block in self.samples(frame, self.frames):
                heir._write(block)
            heir._make_durable()
        except (OSError, StorageError):
            heir.discard()
            raise
        for end, frames, arrival_ns in self._arrivals:
            if end > frame:
                heir._hear(end - frame, min(frames, end - frame), arrival_ns)
        heir._next_beat = heir.frames + self.signal.rate
        if heir.frames:
            heir._enter_clock()
        return heir

    def discard(self) -> None:
        """Delete all that was written."""
        paths = [self._path(part) for part in self.parts]
        self.finish()
        self.settle()
        for path in paths:
            with contextlib.suppress(OSError):
                path.unlink()

    def shed(self, frame: int) -> None:
        """Give up what lies from `frame` on, which is an heir's now. Whatever the disk refuses of it, reading mends."""
        self.finish()
        self.settle()
        before = 0
        for part in self._finished:
            kept = min(max(frame - before, 0), part.frames)
            before += part.frames
            with contextlib.suppress(OSError, AudioError):
                if not kept:
                    self._path(part).unlink()
                elif kept < part.frames:
                    wav.shorten(self._path(part), kept)

    @property
    def _role(self) -> str:
        return f"segment {self.number} {self.track}"

    @property
    def _bytes_per_second(self) -> int:
        return self.signal.rate * self._frame_bytes

    def _name(self, segment: Segment) -> str:
        return span_log.file_name(self._shelves.home, segment.path)

    def _path(self, part: AudioPart) -> Path:
        return self._shelves.home / part.file

    def _hear(self, end_frame: int, frames: int, arrival_ns: int) -> None:
        self.clock.hear(end_frame, arrival_ns)
        self.pace.hear(end_frame, frames, arrival_ns)
        self._arrivals.append((end_frame, frames, arrival_ns))

    def _write(self, pcm: bytes, *, again: bool = False) -> None:
        """Write samples; what a folder does not take any more goes on in the next one."""
        left = memoryview(pcm)
        refused: list[Path] = []
        while left:
            segment = self._roomy_segment(refused)
            before = segment.frames
            try:
                segment.write(left)
            except OSError as error:
                logging.warning("%s takes no more: %s", segment.path, error)
                refused.append(segment.path.parent)
            written = left[: (segment.frames - before) * self._frame_bytes]
            left = left[len(written) :]
            if segment.is_sealed:
                self._kept.append(bytes(written))
            self.frames += len(written) // self._frame_bytes
            if not again:
                self._fingerprint.take(written, self.frames)
            if left:
                self.finish()

    def _write_again(self, deleted: Segment) -> None:
        """Save what the file holds that somebody deleted while it was written to: the system keeps it until then."""
        logging.warning("%s was deleted while it was written to: what it held is written again", deleted.path)
        self._segment = None
        self.frames -= deleted.frames
        try:
            if deleted.is_sealed:  # it is copied as it lies, for the study may be locked
                self._segment = self._next_segment([], deleted.moved_to)
                self.frames += deleted.frames
                return
            for block in deleted.read_back():
                self._write(block, again=True)
        finally:
            deleted.let_go()

    def _roomy_segment(self, refused: list[Path]) -> Segment:
        """The segment for the next samples, a new one where the last has its length."""
        if self._segment is not None and self._segment.frames >= span_log.SEGMENT_S * self.signal.rate:
            segment, kept = self._segment, self._kept
            self.finish()
            self._seal_anew(segment, kept)
        if self._segment is None:
            self._kept = []
            self._segment = self._next_segment(refused)
        return self._segment

    def _seal_anew(self, segment: Segment, kept: list[bytes]) -> None:
        """Have a whole segment that is sealed block by block sealed in larger pieces, where there is room for both."""
        size = segment.frames * self._frame_bytes
        if segment.is_sealed and self._shelves.has_room_beside(segment.path.parent, SPARE_SEGMENTS * size):
            head = wav.header(self.signal.rate, self.signal.channels, segment.frames)
            self._resealer.order(segment.path, b"".join([head, *kept]))

    def _next_segment(self, refused: list[Path], begin: Callable[[Path], Segment] | None = None) -> Segment:
        """A segment in the first folder that takes one; `begin` makes it, an empty one unless told otherwise."""
        while True:
            folder = self._shelves.choose(self._bytes_per_second, refused)
            self._segments += 1
            path = folder / span_log.segment_name(self.number, self.track, self._segments)
            try:
                _clear(path)
                segment = begin(path) if begin is not None else self._empty_segment(path)
            except FileExistsError:
                continue  # another recording's, which is not touched
            except OSError:
                refused.append(folder)
                continue
            self._syncer.watch(self._role, segment.fd, folder)
            if not self.frames:
                signal = self.signal
                self._tell(span_log.opened(self.number, self.track, signal.rate, signal.channels, signal.source))
            self._tell(span_log.segment(self.number, self.track, self._name(segment), self.frames))
            return segment

    def _empty_segment(self, path: Path) -> Segment:
        return Segment(path, self.signal.rate, self.signal.channels, self._shelves.recipient)

    def _tell(self, line: Line) -> None:
        """Enter a line in the log. Where that takes none the sound goes on: its files tell what it is."""
        try:
            self.enter(line)
        except OSError as error:
            logging.warning("the log takes nothing: %s", error)

    def _beat(self) -> None:
        """Once a second of audio: header and log catch up with what is known, and the room left is looked at."""
        self._next_beat = self.frames + self.signal.rate
        if self._segment is not None and self._segment.is_deleted:
            self._write_again(self._segment)
        segment = self._segment
        if segment is not None:
            if not segment.is_sealed:
                with contextlib.suppress(OSError):  # it is tried again in a second; the samples do not depend on it
                    segment.patch_header()
            if not self._shelves.may_go_on(segment.path.parent):
                self.finish()
        self._enter_clock()

    def _enter_clock(self) -> None:
        self.reading = self.clock.reading()
        moved_ns = abs(self.reading.started_ns - self._logged.started_ns)
        if moved_ns >= CLOCK_NEWS_NS or abs(self.reading.drift_ppm - self._logged.drift_ppm) >= CLOCK_NEWS_PPM:
            self._tell(span_log.clock(self.number, self.track, self.reading))
            self._logged = self.reading

    def _make_durable(self) -> None:
        for part in self.parts:
            path = self._path(part)
            with path.open("r+b") as file:
                disk.sync(file.fileno())
            disk.sync_folder(path.parent)


def _clear(path: Path) -> None:
    """Take away what an attempt left that ended before its first frame; any other file stays."""
    with contextlib.suppress(AudioError, StorageError):
        if path.exists() and wav.held(path) == 0:
            path.unlink()
