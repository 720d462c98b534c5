"""What the recorder does, without its process: a source, a queue, a thread that writes spans.

    source's thread ──(samples, arrival)──► queue ──► writer's thread ──► segments, spans.jsonl
    commands ──────────────────────────────►┘

The queue is one for blocks and commands, so that a span is closed after the last block that was delivered to it.
"""

from __future__ import annotations

import errno
import logging
import shutil
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue

from interview_tui import monotonic
from interview_tui.audio import spans
from interview_tui.audio.capture import LATENCY_S, CaptureBackend, SourceSpec, open_source
from interview_tui.audio.disk import Syncer
from interview_tui.audio.span_writer import SpanWriter
from interview_tui.audio.spans import SpanLog
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd

FIRST_BLOCK_WITHIN_S = 10.0  # a sound server that slept takes 2 s; macOS asks its user for permission
BEAT_S = 0.5
SILENCE_TOLD_AFTER = 4  # beats in which no block came
SILENCE_ENDS_AFTER = 20
SOURCE_ENDED = "The recording that was played as the sound source has ended."


@dataclass(frozen=True, slots=True)
class _Begin:
    """Blocks that follow belong to this span; `heard` is set when the first is written, or could not be."""

    writer: SpanWriter
    heard: threading.Event


@dataclass(frozen=True, slots=True)
class _Finish:
    """Close the span and put it into `answer`."""

    reason: SpanEnd
    answer: SimpleQueue[RecordedSpan | None]


_Block = tuple[bytes, int]


class Deck:
    """Records spans into one folder, a command at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._source: SourceSpec | None = None
        self._epoch_ns: int | None = None
        self._log = SpanLog(folder)
        self._syncer = Syncer()
        self._syncer.watch("log", self._log.fd)
        self._items: SimpleQueue[_Block | _Begin | _Finish | None] = SimpleQueue()
        self._commands = threading.Lock()
        self._capture: CaptureBackend | None = None
        self._writer: SpanWriter | None = None
        self._heard: threading.Event | None = None
        self._cut_off: RecordedSpan | None = None  # closed by a failure; the next command tells of it
        self._shown = RecorderStatus(RecorderState.STOPPED)
        self._thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._thread.start()

    @property
    def epoch_ns(self) -> int | None:
        """When the file that is the source began to play; None before that."""
        return self._epoch_ns

    def record(self, number: int, source: SourceSpec, epoch_ns: int | None = None) -> RecorderStatus:
        """Open `source` and record span `number`; returns once its first block is written.

        A file as source began to play at `epoch_ns` (monotonic clock), or when it was first recorded from here.

        Raises:
            AudioError: the source gives nothing, the disk takes nothing, or the span exists already.
        """
        with self._commands:
            if not self._thread.is_alive():
                raise AudioError("This recorder has ended.", "Start the recording anew.")
            if self._shown.state is RecorderState.RECORDING:
                raise AudioError(f"Span {self._shown.span} is being recorded already.", "Pause it first.")
            if number in spans.numbers(self._folder):
                raise AudioError(f"Span {number} was recorded already.", "Use the next number.")
            if epoch_ns is None and source == self._source:
                epoch_ns = self._epoch_ns
            capture = open_source(source, epoch_ns)
            heard = threading.Event()
            self._items.put(_Begin(SpanWriter(self._folder, self._log, self._syncer, number, capture.signal), heard))
            self._capture, self._cut_off = capture, None
            try:
                capture.start(lambda pcm, arrival_ns: self._items.put((pcm, arrival_ns)))
                self._source, self._epoch_ns = source, capture.epoch_ns
                self._wait_for_first_block(capture, heard)
            except AudioError:
                capture.close()
                self._finish(SpanEnd.LOST)
                raise
            return self.status()

    def pause(self, reason: SpanEnd) -> RecordedSpan:
        """Close the source at once, then the span: no later sample is taken from the driver.

        Raises:
            AudioError: nothing is being recorded.
        """
        with self._commands:
            span = self._end_span(reason)
            if span is None:
                raise AudioError("Nothing is being recorded.", "Start the recording first.")
            return span

    def stop(self, reason: SpanEnd = SpanEnd.STOP) -> RecordedSpan | None:
        """Take what the driver still holds of the time up to now, close the span and end; None if no span was open."""
        with self._commands:
            if not self._thread.is_alive():
                return None
            self._drain()
            span = self._end_span(reason)
            self._items.put(None)
            self._thread.join()
            self._syncer.close()
            self._log.close()
            self._shown = replace(self._shown, state=RecorderState.STOPPED, level_db=())
            return span

    def status(self) -> RecorderStatus:
        """What is being done now."""
        shown = self._shown
        message = shown.message or self._syncer.failure
        if shown.state is RecorderState.RECORDING and self._capture is not None and self._capture.ended:
            message = SOURCE_ENDED
        try:
            free_bytes = shutil.disk_usage(self._folder).free
        except OSError:
            free_bytes = 0
        return replace(shown, message=message, free_bytes=free_bytes)

    def _wait_for_first_block(self, capture: CaptureBackend, heard: threading.Event) -> None:
        deadline_ns = monotonic.now_ns() + round(FIRST_BLOCK_WITHIN_S * 1e9)
        while not heard.wait(0.05):
            if capture.ended:
                raise AudioError(SOURCE_ENDED, "Choose a longer one, or record from a device.")
            if monotonic.now_ns() > deadline_ns:
                raise AudioError(
                    f"No sound has come from {capture.signal.source} within {FIRST_BLOCK_WITHIN_S:.0f} s.",
                    "See that it is plugged in and that the terminal may use the microphone; try another device.",
                )
        if self._shown.state is RecorderState.FAILED:
            raise AudioError(self._shown.message, "Make room, or choose another folder.")

    def _drain(self) -> None:
        """Wait until the driver has delivered what it held when the command came."""
        writer, capture = self._writer, self._capture
        now_ns = monotonic.now_ns()
        deadline_ns = now_ns + round((LATENCY_S + BEAT_S) * 1e9)
        while writer is not None and capture is not None and not capture.ended:
            if writer.clock.end_ns() >= now_ns or monotonic.now_ns() > deadline_ns:
                return
            time.sleep(0.01)

    def _end_span(self, reason: SpanEnd) -> RecordedSpan | None:
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.close()
        closed = self._finish(reason)
        cut_off, self._cut_off = self._cut_off, None
        return closed or cut_off

    def _finish(self, reason: SpanEnd) -> RecordedSpan | None:
        if not self._thread.is_alive():
            return None
        answer: SimpleQueue[RecordedSpan | None] = SimpleQueue()
        self._items.put(_Finish(reason, answer))
        return answer.get()

    # The writer's thread: it alone touches the span and says what is shown.

    def _write(self) -> None:
        silent_beats = 0
        while True:
            try:
                item = self._items.get(timeout=BEAT_S)
            except Empty:
                # Counted, not timed: after a stall of this process the blocks that waited are taken before any alarm.
                silent_beats += 1
                self._notice_silence(silent_beats)
                continue
            silent_beats = 0
            match item:
                case None:
                    return
                case _Begin():
                    self._writer, self._heard = item.writer, item.heard
                case _Finish():
                    item.answer.put(self._close(item.reason, RecorderState.PAUSED, ""))
                case (pcm, arrival_ns):
                    self._take(pcm, arrival_ns)

    def _take(self, pcm: bytes, arrival_ns: int) -> None:
        writer = self._writer
        if writer is None:
            return  # the span failed; its source is being closed
        try:
            writer.take(pcm, arrival_ns)
        except Exception as error:  # the thread's boundary: whatever it is, the app must be told
            logging.exception("writing failed")
            self._fail(_why(error, self._folder))
        else:
            self._shown = RecorderStatus(
                state=RecorderState.RECORDING,
                span=writer.number,
                frames=writer.frames,
                rate=writer.signal.rate,
                channels=writer.signal.channels,
                source=writer.signal.source,
                started_ns=writer.reading.started_ns,
                heard_ns=writer.heard_ns,
                level_db=writer.levels.level_db,
            )
        if self._heard is not None:
            self._heard.set()
            self._heard = None

    def _notice_silence(self, beats: int) -> None:
        capture = self._capture
        if self._shown.state is not RecorderState.RECORDING or capture is None or capture.ended:
            return
        message = f"Nothing has come from {capture.signal.source} for {beats * BEAT_S:.0f} s."
        if beats >= SILENCE_ENDS_AFTER:
            self._fail(message)
        elif beats >= SILENCE_TOLD_AFTER:
            self._shown = replace(self._shown, message=message)

    def _fail(self, message: str) -> None:
        capture = self._capture
        if capture is not None:
            capture.close()
        self._cut_off = self._close(SpanEnd.LOST, RecorderState.FAILED, message)

    def _close(self, reason: SpanEnd, state: RecorderState, message: str) -> RecordedSpan | None:
        """Close the span, if one is open, and show `state`. If its end cannot be written, its files tell what it is."""
        writer, self._writer = self._writer, None
        if writer is None:
            return None
        self._shown = replace(self._shown, span=writer.number, state=state, message=message, level_db=())
        try:
            return writer.close(reason)
        except OSError:
            logging.exception("the end of span %d could not be written", writer.number)
            found = [span for span in spans.read(self._folder, running=False) if span.number == writer.number]
            return found[0] if found else None


def _why(error: Exception, folder: Path) -> str:
    """A sentence on why writing failed."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"The disk of {folder} is full: recording has stopped, what was recorded is kept."
    return f"Recording into {folder} has stopped: {error}. What was recorded is kept."
