"""The spans of a recording, one after the other: their numbers, the one that is being written, what became of the last.

Only the recorder's writing thread touches it.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from pathlib import Path

from interview_tui.audio.capture import Signal
from interview_tui.audio.disk import Syncer
from interview_tui.audio.stored import spans
from interview_tui.audio.stored.resealing import forget_unfinished
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.audio.stored.span_writer import SpanWriter
from interview_tui.audio.wav import SAMPLE_BYTES
from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import SpanEnd

UNSPOKEN_S = 3
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


class Tape:
    """Writes spans onto the shelves."""

    def __init__(self, folder: Path, shelves: Shelves, log: SpanLog, syncer: Syncer) -> None:
        self.writer: SpanWriter | None = None
        self.untold: RecordedSpan | None = None  # closed last, and no command has answered with it yet
        self._folder, self._shelves, self._log, self._syncer = folder, shelves, log, syncer
        forget_unfinished(shelves.folders)
        self._last = max(spans.numbers(folder), default=0)
        self._lone_line = False
        self._zeros = True  # whether the span holds nothing but digital silence so far

    @property
    def last(self) -> int:
        """The number of the span that is being written, or was written last; 0 if none was."""
        return self.writer.number if self.writer is not None else self._last

    @property
    def unspoken(self) -> bool:
        """Whether the span is longer than 3 s and every sample of it is zero, as no microphone's ever is."""
        writer = self.writer
        return writer is not None and self._zeros and writer.frames > UNSPOKEN_S * writer.signals[0].rate

    @property
    def unconfirmed(self) -> str:
        """Why the disk does not confirm what is written, a sentence; empty while it does."""
        return self._syncer.failure

    @property
    def elsewhere(self) -> str:
        """That the case's own folder takes no more, and where it goes on, a sentence; empty while it does."""
        folder = self._shelves.in_use
        if folder == self._shelves.home:
            return ""
        return f"The study's disk is full: recording goes on in {folder}."

    @property
    def free_bytes(self) -> int:
        """What is free where the next samples go."""
        return self._shelves.free_bytes

    def has_room(self, signals: Sequence[Signal]) -> bool:
        """Whether there is room on any shelf for these signals."""
        return self._shelves.has_room(sum(signal.rate * signal.channels * SAMPLE_BYTES for signal in signals))

    def begin(self, least: int, signals: Sequence[Signal], *, lone_line: bool) -> None:
        """Go on in a new span, numbered `least` or more; nothing is created before its first block."""
        number = max(least, self._last + 1)
        self.writer = SpanWriter(self._shelves, self._log, self._syncer, number, signals, lone_line)
        self._lone_line, self._zeros = lone_line, True

    def take(self, track: int, pcm: bytes, arrival_ns: int) -> None:
        """Write a block of track `track`; with what it shows to be missing, the span is split there.

        Raises:
            OSError: no shelf takes it.
        """
        writer = self.writer
        if writer is None:
            return
        writer.take(track, pcm, arrival_ns)
        self._zeros = self._zeros and pcm.count(0) == len(pcm)
        if writer.missing is not None:
            self._split(writer)

    def close(self, reason: SpanEnd, *, confirmed: bool = True) -> RecordedSpan | None:
        """Close the span, if one is open; see `SpanWriter.close`. If its end cannot be written, its files tell."""
        writer, self.writer = self.writer, None
        if writer is None:
            return None
        try:
            span = writer.close(reason, confirmed=confirmed)
        except OSError:
            logging.exception("the end of span %d could not be written", writer.number)
            span = self._from_its_files(writer.number)
        if span is not None:
            self._closed(span)
        return span

    def tell(self) -> RecordedSpan | None:
        """The span that was closed last, if this was not asked since."""
        span, self.untold = self.untold, None
        return span

    def _split(self, writer: SpanWriter) -> None:
        try:
            span, self.writer = writer.split(writer.number + 1)
        except (OSError, StorageError):
            logging.exception("span %d could not be split where sound is missing: it ends here", writer.number)
            self.close(SpanEnd.SKIPPED)
            self.begin(0, writer.signals, lone_line=self._lone_line)
        else:
            self._closed(span)

    def _closed(self, span: RecordedSpan) -> None:
        logging.info("span %d closed (%s): %d frames of %s", span.number, span.reason, span.frames, span.source)
        self._last, self.untold = span.number, span

    def _from_its_files(self, number: int) -> RecordedSpan | None:
        try:
            found = spans.read(self._folder, running=False)
        except (AudioError, StorageError):
            logging.exception("span %d could not be read back", number)
            return None
        return next((span for span in found if span.number == number), None)


def why_not(error: Exception) -> str:
    """A sentence on why nothing can be written."""
    if not isinstance(error, OSError):
        return "Recording was interrupted by an error and is begun again."
    if error.errno in FULL:
        return "The disk is full: nothing is recorded until there is room."
    return f"No disk takes the sound: {error.strerror}."
