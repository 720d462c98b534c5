"""Where sound is missing that should have been recorded: stretches between spans that nobody asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from interview_tui.interview.events import CallDropped, Consented, Event, InterviewEnded, SpanOpened, WentOffRecord
from interview_tui.interview.sound import SpanEnd

BY_ITSELF = (SpanEnd.LOST, SpanEnd.MOVED, SpanEnd.BACK, SpanEnd.SKIPPED, SpanEnd.RATE, SpanEnd.FULL)
"""Why a span ends that nobody has ended."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """From `start_ms` to `end_ms` (call clock; None: still) nothing was recorded. `noticed_ms` is when that was learnt,
    of its end once it has one.
    """

    start_ms: int
    end_ms: int | None
    noticed_ms: int
    reason: SpanEnd

    @property
    def missing_ms(self) -> int:
        """How much is missing; 0 while it goes on."""
        return 0 if self.end_ms is None else max(0, self.end_ms - self.start_ms)


@dataclass(slots=True)
class Interruptions:
    """The interruptions of an interview, in order, after the events applied so far."""

    all: list[Interruption] = field(default_factory=list)

    @property
    def last(self) -> Interruption | None:
        """The newest of them."""
        return self.all[-1] if self.all else None

    @property
    def goes_on(self) -> bool:
        """Whether sound is missing now: none of what would end it has happened."""
        return bool(self.all) and self.all[-1].end_ms is None

    def span_closed(self, reason: SpanEnd, end_ms: int, noticed_ms: int) -> None:
        """A span that ended at `end_ms` has been closed, on the record and with somebody on the line."""
        if reason in BY_ITSELF:
            self.all.append(Interruption(end_ms, None, noticed_ms, reason))

    def apply(self, event: Event) -> None:
        """Fold one more event: recording goes on, or nothing is to be recorded any more."""
        match event:
            case SpanOpened() | WentOffRecord() | CallDropped() | InterviewEnded():
                self._end(event.at_ms)
            case Consented(given=False):
                self._end(event.at_ms)

    def _end(self, at_ms: int) -> None:
        if self.goes_on:
            last = self.all[-1]
            self.all[-1] = replace(last, end_ms=max(last.start_ms, at_ms), noticed_ms=max(last.noticed_ms, at_ms))
