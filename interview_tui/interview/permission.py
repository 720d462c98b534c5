"""When the participant allowed that the call be recorded, by whatever recorder."""

from __future__ import annotations

from dataclasses import dataclass, field

from interview_tui.interview.events import CallDropped, Consented, Event, InterviewEnded, SpanOpened, Stretch
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent

ON_PURPOSE = (SpanEnd.PAUSE, SpanEnd.STOP)
"""So a span ends when the interviewer stops recording: in distress, or for good."""


@dataclass(slots=True)
class Permission:
    """The stretches of the call clock between a consent to be recorded and its end. Off the record is another matter.

    It ends when consent is taken back, when the line drops (until consent was given again) and with the interview.
    Where the interviewer stopped recording, nobody expects to be recorded until it goes on; a gap in which this machine
    recorded nothing for any other reason is no end of it.
    """

    given: list[Stretch] = field(default_factory=list)
    _consents: dict[Consent, bool] = field(default_factory=dict)
    _since_ms: int | None = None
    _stopped: bool = False
    _lost_the_line: bool = False
    _over: bool = False

    def apply(self, event: Event) -> None:
        """Fold one more event."""
        match event:
            case Consented():
                self._consents[Consent(event.consent)] = event.given
                self._lost_the_line &= event.consent != Consent.RECORDING
                self._go_on(event.at_ms)
                if not self._may_be:
                    self._end(event.at_ms)
            case SpanOpened():
                self._stopped = False
                self._go_on(event.at_ms)
            case CallDropped():
                self._lost_the_line = True
                self._end(event.at_ms)
            case InterviewEnded():
                self._over = True
                self._end(event.at_ms)

    def span_closed(self, reason: SpanEnd, end_ms: int) -> None:
        """A span ended at `end_ms`; nothing is recorded until the next one."""
        if reason in ON_PURPOSE:
            self._stopped = True
            self._end(end_ms)

    def stretches(self, now_ms: int) -> tuple[Stretch, ...]:
        """The stretches up to now."""
        still = () if self._since_ms is None else (Stretch(self._since_ms, now_ms),)
        return (*self.given, *still)

    @property
    def _may_be(self) -> bool:
        return self._consents.get(Consent.TAKE_PART) is not False and self._consents.get(Consent.RECORDING) is True

    def _go_on(self, at_ms: int) -> None:
        if self._may_be and self._since_ms is None and not (self._stopped or self._lost_the_line or self._over):
            self._since_ms = at_ms

    def _end(self, at_ms: int) -> None:
        if self._since_ms is not None:
            self.given.append(Stretch(self._since_ms, at_ms))
        self._since_ms = None
