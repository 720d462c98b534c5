"""What the recorder does, without its process: sources, a queue, a thread that brings them onto the tape.

    sources' threads ──(samples, arrival)──► queue ──► writer's thread ──► reception ──► tape: segments, spans.jsonl
    commands ──────────────────────────────►┘

The queue is one for blocks and commands, so that a span is closed after the last block that was delivered to it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from interview_tui import monotonic
from interview_tui.audio.capture import LATENCY_S, SourceSpec
from interview_tui.audio.disk import Syncer
from interview_tui.audio.recording.ear import CLOSE_WITHIN_S, Ear, Open, Permission
from interview_tui.audio.recording.reception import Reception
from interview_tui.audio.recording.tape import Tape
from interview_tui.audio.recording.track import BEAT_S
from interview_tui.audio.sources.opening import open_source
from interview_tui.audio.stored.shelves import RESERVE_BYTES, Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd

LATE_S = 0.25  # a beat later than this says nothing about the sources: this process was held up itself
DRAIN_WITHIN_S = LATENCY_S + 0.5
CATCH_UP_WITHIN_S = 1.0
STUCK_AFTER_S = 2.0
ENDED_FIRST = "The recording was ended before it began.", "Start it again."
BROKEN = "The recorder has broken down. What was recorded is kept."


@dataclass(slots=True)
class _Drain:
    """A stop that waits for what was captured before `at_ns`, until `until_ns` at most."""

    at_ns: int
    until_ns: int
    done: threading.Event


_Block = tuple[Ear, bytes, int]
_Order = Callable[[], None]


class Deck:
    """Records spans into one folder, a command at a time."""

    def __init__(
        self,
        folder: Path,
        fallback: Path | None = None,
        reserve_bytes: int = RESERVE_BYTES,
        opener: Open = open_source,
        recipient: str = "",
    ) -> None:
        """Record into `folder`, and into `fallback` when its disk is down to `reserve_bytes`.

        What is recorded is sealed for `recipient`; for whom the study is, if none is given.

        Raises:
            StorageError: the key of the encrypted study cannot be read.
        """
        self._opener = opener
        folders = [folder, *([fallback] if fallback is not None else [])]
        shelves = Shelves(folders, reserve_bytes, recipient)
        self._syncer = Syncer()
        self._log = SpanLog(*folders, syncer=self._syncer)
        self._reception = Reception(Tape(folder, shelves, self._log, self._syncer), self._listen)
        self._permission = Permission()
        self._permission.withdraw(0)
        self._granting = threading.Lock()
        self._paused_ns = 0  # the last pause: what was asked for before it is not begun any more
        self._epochs_ns: dict[SourceSpec, int | None] = {}
        self._epoch_ns: int | None = None
        self._commands = threading.Lock()
        self._items: SimpleQueue[_Block | _Order | None] = SimpleQueue()
        self._drain: _Drain | None = None
        self._looked_ns = monotonic.now_ns()
        self._shown = RecorderStatus(RecorderState.STOPPED)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    @property
    def epoch_ns(self) -> int | None:
        """When the file that is the source began to play; None before that."""
        return self._epoch_ns

    def record(
        self, number: int, source: SourceSpec, epoch_ns: int | None = None, asked_ns: int | None = None
    ) -> RecorderStatus:
        """Record from `source` until `pause` or `stop`, in spans numbered `number` or more.

        Returns once the first block is written: of two devices, of the one that gives sound; the status says which is
        missing. A file as source began to play at `epoch_ns` (monotonic clock), or when it was first recorded from
        here. A pause that was asked for after `asked_ns` (None: now), and came first all the same, is obeyed.

        Raises:
            AudioError: the source gives nothing, the disk takes nothing, or something is being recorded already.
        """
        with self._commands:
            if not self._thread.is_alive():
                raise AudioError("This recorder has ended.", "Start the recording anew.")
            if not self._permission.withdrawn:
                raise AudioError(f"Span {self._shown.span} is being recorded already.", "Pause it first.")
            epochs_ns = [self._epochs_ns.get(spec, epoch_ns) for spec in source.tracks]
            self._grant(monotonic.now_ns() if asked_ns is None else asked_ns)
            begun: SimpleQueue[AudioError | None] = SimpleQueue()
            self._items.put(lambda: self._begin(number, source, epochs_ns, begun))
            refusal = self._await_first_block(begun)
            if refusal is not None:
                self._end(SpanEnd.LOST, monotonic.now_ns())
                raise refusal
            self._epochs_ns = dict(zip(source.tracks, self._reception.epochs_ns, strict=True))
            self._epoch_ns = self._epochs_ns[source.tracks[0]]
            return self.status()

    def pause(self, reason: SpanEnd, at_ns: int | None = None) -> RecordedSpan | None:
        """Close the sources at once, then the span: of what arrives after `at_ns` (None: now) nothing is stored.

        Gives the span closed last, which an interruption may have closed before; None if that was told already.

        Raises:
            AudioError: nothing is being recorded.
        """
        now_ns = monotonic.now_ns()
        with self._granting:
            self._paused_ns = now_ns if at_ns is None else min(at_ns, now_ns)
            self._permission.withdraw(self._paused_ns)
        with self._commands:
            if not self._reception.wanted:
                raise AudioError("Nothing is being recorded.", "Start the recording first.")
            self._reception.catch_up(self._paused_ns, CATCH_UP_WITHIN_S)
            return self._end(reason, now_ns)

    def stop(self, reason: SpanEnd = SpanEnd.STOP) -> RecordedSpan | None:
        """Take what the driver still holds of the time up to now, close the span and end.

        Gives the span closed last; None if there is none that was not told already.
        """
        at_ns = monotonic.now_ns()
        if not self._commands.acquire(timeout=DRAIN_WITHIN_S):
            self._permission.withdraw(at_ns)  # a source is being opened, which may take its time
            self._commands.acquire()
        try:
            if not self._thread.is_alive():
                return None
            if self._reception.wanted:
                drain = _Drain(at_ns, at_ns + round(DRAIN_WITHIN_S * 1e9), threading.Event())
                self._items.put(lambda: self._begin_drain(drain))
                drain.done.wait(2 * DRAIN_WITHIN_S)
            span = self._end(reason, monotonic.now_ns())
            self._items.put(None)
            self._thread.join()
            self._syncer.close()
            self._log.close()
            self._shown = replace(self._shown, state=RecorderState.STOPPED, level_db=(), message="")
            return span
        finally:
            self._commands.release()

    def status(self) -> RecorderStatus:
        """What is being done now. Never waits."""
        shown = self._shown
        if shown.state is RecorderState.STOPPED:
            return shown
        if not self._thread.is_alive():
            return replace(shown, state=RecorderState.FAILED, message=BROKEN, level_db=())
        stuck_s = (monotonic.now_ns() - self._looked_ns) / 1e9
        if stuck_s > STUCK_AFTER_S and not self._permission.withdrawn:
            return replace(shown, message=f"Nothing has been written for {stuck_s:.0f} s.")
        return shown

    def _grant(self, asked_ns: int) -> None:
        with self._granting:
            if asked_ns <= self._paused_ns:
                raise AudioError(*ENDED_FIRST)
            self._permission = Permission()

    def _listen(self, spec: SourceSpec, epoch_ns: int | None) -> Ear:
        return Ear(spec, epoch_ns, self._permission, self._post, self._opener)

    def _post(self, ear: Ear, pcm: bytes, arrival_ns: int) -> None:
        self._items.put((ear, pcm, arrival_ns))

    def _await_first_block(self, begun: SimpleQueue[AudioError | None]) -> AudioError | None:
        while True:
            try:
                return begun.get(timeout=BEAT_S)
            except Empty:
                if self._permission.withdrawn or not self._thread.is_alive():
                    return AudioError(*ENDED_FIRST)

    def _end(self, reason: SpanEnd, at_ns: int) -> RecordedSpan | None:
        """Close the sources first, from this thread: a disk that is slow now does not keep them open."""
        self._permission.withdraw(at_ns)
        self._reception.hush(CLOSE_WITHIN_S)
        answer: SimpleQueue[RecordedSpan | None] = SimpleQueue()
        self._items.put(lambda: self._close_span(reason, answer))
        return answer.get()

    # The writer's thread: it alone touches the reception and says what is shown.

    def _run(self) -> None:
        due_ns = monotonic.now_ns() + round(BEAT_S * 1e9)
        while True:
            self._looked_ns = now_ns = monotonic.now_ns()
            if now_ns >= due_ns and self._items.empty():
                on_time = now_ns - due_ns < LATE_S * 1e9
                due_ns = now_ns + round(BEAT_S * 1e9)
                self._guard(self._reception.beat if on_time else self._drain_on)
            try:
                item = self._items.get(timeout=max(0.0, (due_ns - now_ns) / 1e9))
            except Empty:
                continue
            match item:
                case None:
                    return
                case (ear, pcm, arrival_ns):
                    if ear.admits(arrival_ns):
                        self._guard(partial(self._reception.hear, ear, pcm, arrival_ns))
                case order:
                    self._guard(order)

    def _guard(self, work: Callable[[], None]) -> None:
        """The thread's boundary: whatever fails, the next block is taken."""
        try:
            work()
            self._drain_on()
        except Exception:
            logging.exception("unexpected")
        self._show()

    def _show(self) -> None:
        try:
            self._shown = self._reception.status()
        except Exception:  # what is only shown may not stop what is written
            logging.exception("the status could not be told")

    def _begin(
        self, number: int, source: SourceSpec, epochs_ns: list[int | None], begun: SimpleQueue[AudioError | None]
    ) -> None:
        def tell(refusal: AudioError | None) -> None:
            self._show()
            begun.put(refusal)

        try:
            self._reception.record(number, source.tracks, epochs_ns, tell)
        except Exception as error:
            begun.put(AudioError(f"Recording could not begin: {error!r}.", "Start it again."))
            raise

    def _close_span(self, reason: SpanEnd, answer: SimpleQueue[RecordedSpan | None]) -> None:
        span = None
        try:
            span = self._reception.end(reason)
            self._show()
        finally:
            answer.put(span)

    def _begin_drain(self, drain: _Drain) -> None:
        self._drain = drain

    def _drain_on(self) -> None:
        drain = self._drain
        if drain is not None and (self._reception.reaches(drain.at_ns) or monotonic.now_ns() > drain.until_ns):
            self._drain = None
            drain.done.set()
