"""What was recorded of an interview, and what of it may be heard: spans, consent to them, talk off the record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from interview_tui.interview.attached import margin_ms, span_of
from interview_tui.interview.events import (
    AudioRepacked,
    CallDropped,
    CameBackOnRecord,
    Consented,
    Destroyed,
    Event,
    RecordingAttached,
    RecordingDetached,
    Restored,
    SpanClosed,
    SpanOpened,
    Stretch,
    WentOffRecord,
    Withheld,
)
from interview_tui.interview.facts import Withholding
from interview_tui.interview.interruption import Interruptions
from interview_tui.interview.permission import Permission
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.timeline import Span
from interview_tui.schedule.model import Consent

GAP_MS = 120_000
"""After so long without recording, consent to it is asked for again."""


@dataclass(slots=True)
class Soundtrack:
    """Spans, consents and what is withheld, after the events applied so far. Times are call clock, ms."""

    consents: dict[Consent, bool] = field(default_factory=dict)
    spans: dict[int, Span] = field(default_factory=dict)
    off_record: list[Stretch] = field(default_factory=list)
    off_record_since_ms: int | None = None
    withholdings: dict[str, Withholding] = field(default_factory=dict)
    interruptions: Interruptions = field(default_factory=Interruptions)
    permission: Permission = field(default_factory=Permission)
    attached: dict[str, RecordingAttached] = field(default_factory=dict)
    _withheld_so_far: int = 0
    _attached_so_far: int = 0
    _consented_ms: int = 0
    _stopped_ms: int | None = None
    _lost_the_line: bool = False

    def apply(self, event: Event) -> None:
        """Fold one more event; what is none of its business changes nothing."""
        self.interruptions.apply(event)
        self.permission.apply(event)
        match event:
            case Consented():
                self._consent(event)
            case SpanOpened():
                self.spans[event.span] = Span(
                    event.span, event.at_ms, event.rate, event.channels, 0, (), closed=False, source=event.source
                )
            case SpanClosed():
                self._close(event)
            case AudioRepacked():
                span = self.spans[event.span]
                beside = None if event.channels else span.beside
                channels = event.channels or span.channels
                self.spans[event.span] = replace(
                    span, parts=event.parts, channels=channels, beside=beside, hashes=event.sha256
                )
            case RecordingAttached():
                self._attached_so_far += 1
                self.attached[event.attached] = event
                for piece in event.pieces:
                    self.spans[piece.span] = span_of(piece, event.attached, event.original)
            case RecordingDetached():
                for piece in self.attached.pop(event.attached).pieces:
                    del self.spans[piece.span]
            case WentOffRecord():
                self.off_record_since_ms = event.at_ms
            case CameBackOnRecord():
                if self.off_record_since_ms is not None:
                    self.off_record.append(Stretch(self.off_record_since_ms, event.at_ms))
                self.off_record_since_ms = None
                self._stopped_ms = event.at_ms if self._stopped_ms is None else self._stopped_ms
            case CallDropped():
                self._lost_the_line = True
            case Withheld():
                self._withheld_so_far += 1
                self.withholdings[event.withheld] = Withholding(
                    event.withheld,
                    event.at_ms,
                    event.stretches,
                    event.notes,
                    event.answers,
                    event.scope,
                    rounds=event.rounds,
                )
            case Restored():
                del self.withholdings[event.withheld]
            case Destroyed():
                self.withholdings[event.withheld] = replace(self.withholdings[event.withheld], destroyed=True)

    @property
    def next_withheld(self) -> str:
        """The id that what is withheld next gets; one that was restored is not given again."""
        return f"w{self._withheld_so_far + 1}"

    @property
    def next_attached(self) -> str:
        """The id that the next recording from another recorder gets; one that was taken off is not given again."""
        return f"a{self._attached_so_far + 1}"

    @property
    def running(self) -> bool:
        """Whether a span is open."""
        return any(not span.closed for span in self.spans.values())

    def must_reconfirm(self, now_ms: int) -> bool:
        """Whether consent to recording is to be asked for again: after a dropped line, or a long gap.

        Talk off the record is no gap; what follows it without a recording is.
        """
        if self.consents.get(Consent.RECORDING) is not True or self.running:
            return False
        if self._lost_the_line:
            return True
        if not self.spans or self._stopped_ms is None:
            return False
        return now_ms - max(self._stopped_ms, self._consented_ms) > GAP_MS

    def withheld(self, now_ms: int) -> list[Stretch]:
        """The stretches of the call clock that must never be heard, read or exported."""
        last_ms = max([now_ms, *(span.end_ms for span in self.spans.values())])
        open_end = [] if self.off_record_since_ms is None else [Stretch(self.off_record_since_ms, last_ms)]
        taken_back = [stretch for found in self.withholdings.values() for stretch in found.stretches]
        return [*self.off_record, *open_end, *taken_back]

    @property
    def withdrawn_rounds(self) -> frozenset[str]:
        """The rounds that were withdrawn whole after the end."""
        return frozenset(name for found in self.withholdings.values() for name in found.rounds)

    def margin_of(self, span: Span) -> int:
        """How much more goes, in ms, beside a stretch of a span that is destroyed: others' times are less exact."""
        return margin_ms(self.attached[span.attached].how) if span.attached else 0

    def left_of(self, event: Event) -> Event:
        """What is left of an event without everything that is withheld."""
        for found in self.withholdings.values():
            event = found.leaves(event)
        return event

    def _consent(self, event: Consented) -> None:
        consent = Consent(event.consent)
        self.consents[consent] = event.given
        if consent is Consent.RECORDING:
            self._consented_ms = event.at_ms
            self._lost_the_line = False

    def _close(self, event: SpanClosed) -> None:
        known = self.spans[event.span]
        self.spans[event.span] = replace(
            known,
            start_ms=event.start_ms,
            frames=event.frames,
            parts=event.parts,
            drift_ppm=event.drift_ppm,
            closed=True,
            channels=known.channels - (event.beside.channels if event.beside else 0),
            beside=event.beside,
            sha256=event.sha256,
        )
        end_ms = self.spans[event.span].end_ms
        self.permission.span_closed(event.reason, end_ms)
        self._stopped_ms = None if event.reason is SpanEnd.OFF_RECORD else end_ms
        if self.off_record_since_ms is None and not self._lost_the_line:
            self.interruptions.span_closed(event.reason, end_ms, event.at_ms)
