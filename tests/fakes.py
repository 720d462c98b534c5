"""Fakes of what conducting a call needs: the same promises as the real parts, kept in memory and driven by the test.

Each passes the contract test of its port, beside the real part.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft, Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd

NS_PER_MS = 1_000_000
NOON_MS = 1_767_268_800_000  # 1 January 2026, 12:00 UTC


class ManualClock:
    """A clock (`interview.ports.Clock`) that stands still until it is advanced; monotonic time is the call clock."""

    def __init__(self, at_ms: int = 0, wall_ms: int = NOON_MS) -> None:
        self._now = Moment(at_ms, wall_ms)

    def now(self) -> Moment:
        return self._now

    def at_ms_of(self, monotonic_ns: int) -> int:
        return monotonic_ns // NS_PER_MS

    @property
    def monotonic_ns(self) -> int:
        """What `monotonic.now_ns` would say now."""
        return self._now.at_ms * NS_PER_MS

    def advance(self, ms: int) -> Moment:
        """Let time pass; gives the new moment."""
        self._now = Moment(self._now.at_ms + ms, self._now.wall_ms + ms)
        return self._now


class MemoryJournal:
    """A journal (`interview.ports.Journal`) that saves at once, unless `hold` is set or `fail` was called.

    `events` are all that were appended, saved or not; `draft` is the newest half-typed line.
    """

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.events: list[Event] = list(events)
        self.draft: Draft | None = None
        self.hold = False
        self.closed = False
        self._saved = len(self.events)
        self._failure: StorageError | None = None

    def append(self, events: Sequence[Event]) -> int:
        self._refuse_if_closed()
        self.events.extend(events)
        return len(self.events)

    def keep_draft(self, draft: Draft | None) -> None:
        self._refuse_if_closed()
        self.draft = draft

    @property
    def saved(self) -> int:
        if not self.hold and self._failure is None:
            self._saved = len(self.events)
        return self._saved

    @property
    def failure(self) -> StorageError | None:
        return self._failure

    def close(self, timeout_s: float) -> bool:  # noqa: ARG002 - the port's argument; nothing here takes time
        self.closed = True
        return self.saved == len(self.events)

    def fail(self, message: str) -> None:
        """The disk refuses from now on."""
        self._saved = self.saved
        self._failure = StorageError(message)

    def recover(self) -> None:
        """The disk works again."""
        self._failure = None

    def _refuse_if_closed(self) -> None:
        if self.closed:
            raise StorageError("The journal is closed.")


class FakeRecorder:
    """A recorder (`interview.ports.Recorder`) of spans without samples, as long as its clock says.

    What it does by itself the test says: `seek` and `find`, `move`, `skip`; `lose` and `kill` end it.
    """

    def __init__(
        self, clock: ManualClock, rate: int = 16_000, channels: int = 1, source: str = "a microphone of the test"
    ) -> None:
        self.clock, self.rate, self.channels, self.source = clock, rate, channels, source
        self.state = RecorderState.OFF
        self.message = ""
        self.free_bytes = 10_000_000_000
        self.alone_s = 0
        self._running_in: Path | None = None
        self._folder = Path()
        self._span = self._frames = self._started_ns = 0
        self._closed: dict[Path, list[RecordedSpan]] = {}
        self._cut_off: RecordedSpan | None = None
        self._refusal = ""

    def start(self, folder: Path, span: int) -> RecorderStatus:
        self.attach(folder)
        self._running_in = self._folder = folder
        try:
            return self._record(span)
        except AudioError:
            if self.state is not RecorderState.RECORDING:
                self._running_in, self.state = None, RecorderState.OFF
            raise

    def resume(self, span: int) -> RecorderStatus:
        return self._record(span)

    def pause(self, reason: SpanEnd) -> RecordedSpan | None:
        if self._running_in is None:
            raise AudioError("No recorder is running.")
        if self.state not in (RecorderState.RECORDING, RecorderState.SEEKING, RecorderState.FAILED):
            raise AudioError("Nothing is being recorded.")
        span = self._close(reason, RecorderState.PAUSED)
        self.message = ""
        return span

    def stop(self) -> RecordedSpan | None:
        if self.state is RecorderState.OFF:
            return None
        span = self._close(SpanEnd.STOP, RecorderState.STOPPED) if self._running_in is not None else None
        self._running_in, self.state = None, RecorderState.STOPPED
        return span

    def attach(self, folder: Path) -> RecorderStatus:
        if self._running_in != folder:
            self.state, self.message = RecorderState.OFF, ""
        return self.status()

    def status(self) -> RecorderStatus:
        if self.state is RecorderState.OFF:
            return RecorderStatus(RecorderState.OFF)
        on = self.state is RecorderState.RECORDING
        return RecorderStatus(
            self.state,
            self._span,
            self._heard() if on else self._frames,
            self.rate,
            self.channels,
            self.source,
            started_ns=self._started_ns,
            heard_ns=self.clock.monotonic_ns if on else self._started_ns,
            level_db=(-20.0,) * self.channels if on else (),
            free_bytes=self.free_bytes,
            message=self.message,
            alone_s=self.alone_s,
        )

    def closed_spans(self, folder: Path) -> list[RecordedSpan]:
        return list(self._closed.get(folder, ()))

    def refuse(self, message: str) -> None:
        """Let every later start and resume fail with this; an empty message ends that."""
        self._refusal = message

    def seek(self, message: str, reason: SpanEnd = SpanEnd.LOST) -> None:
        """No sound comes any more: the span ends, and the recorder tries to go on."""
        self._cut_off = self._close(reason, RecorderState.SEEKING)
        self.message = message

    def find(self) -> None:
        """There is sound again, in a new span."""
        self._begin(self._span)

    def move(self, source: str, message: str = "", reason: SpanEnd = SpanEnd.MOVED) -> None:
        """The sound comes from another device from now on, without a gap."""
        self._close(reason, RecorderState.SEEKING)
        self.source = source
        self._begin(self._span)
        self.message = message

    def skip(self, ms: int) -> None:
        """Sound is missing between one moment and a later one; both are past when it is noticed."""
        self._close(SpanEnd.SKIPPED, RecorderState.SEEKING)
        self.clock.advance(ms)
        self._begin(self._span)

    def lose(self, message: str) -> None:
        """The device is gone: the span ends here and the recorder has failed, though it still runs."""
        self._cut_off = self._close(SpanEnd.LOST, RecorderState.FAILED)
        self.state, self.message = RecorderState.FAILED, message

    def kill(self) -> None:
        """The recorder process is gone; what it had recorded is among the closed spans."""
        self._close(SpanEnd.LOST, RecorderState.FAILED)
        self._running_in, self._cut_off = None, None
        self.state, self.message = RecorderState.FAILED, "The recorder has ended by itself."

    def _record(self, span: int) -> RecorderStatus:
        if self._running_in is None:
            raise AudioError("No recorder is running.")
        if self.state is RecorderState.RECORDING:
            raise AudioError(f"Span {self._span} is being recorded already.")
        if self._refusal:
            raise AudioError(self._refusal)
        self._begin(span)
        return self.status()

    def _begin(self, least: int) -> None:
        """Begin a span, numbered `least` or, if that was recorded already, the next number after all of them."""
        self.state, self.message, self._cut_off = RecorderState.RECORDING, "", None
        known = [closed.number for closed in self.closed_spans(self._folder)]
        self._span, self._started_ns = max([least, *(number + 1 for number in known)]), self.clock.monotonic_ns

    def _close(self, reason: SpanEnd, state: RecorderState) -> RecordedSpan | None:
        """Close the span that is open, or tell of the one that a failure closed."""
        closed, self._cut_off = self._cut_off, None
        if self.state is RecorderState.RECORDING:
            self._frames = self._heard()
            closed = RecordedSpan(
                number=self._span,
                rate=self.rate,
                channels=self.channels,
                frames=self._frames,
                started_ns=self._started_ns,
                parts=(AudioPart(f"span-{self._span:03}.wav", 0, self._frames),),
                source=self.source,
                reason=reason,
            )
            self._closed.setdefault(self._folder, []).append(closed)
        self.state = state
        return closed

    def _heard(self) -> int:
        return (self.clock.monotonic_ns - self._started_ns) * self.rate // (1000 * NS_PER_MS)
