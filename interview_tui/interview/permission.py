"""When the participant allowed that the call be recorded, by whatever recorder."""

from __future__ import annotations

from dataclasses import dataclass, field

from interview_tui.interview.events import CallDropped, Consented, Event, InterviewEnded, Stretch
from interview_tui.schedule.model import Consent


@dataclass(slots=True)
class Permission:
    """The stretches of the call clock between a consent to be recorded and its end. Off the record is another matter.

    It ends when consent is taken back, when the line drops (until consent was given again) and with the interview. A
    gap in which this machine recorded nothing, for whatever reason, is no end of it.
    """

    given: list[Stretch] = field(default_factory=list)
    _consents: dict[Consent, bool] = field(default_factory=dict)
    _since_ms: int | None = None

    def apply(self, event: Event) -> None:
        """Fold one more event."""
        match event:
            case Consented():
                self._consents[Consent(event.consent)] = event.given
                may_be = self._consents.get(Consent.TAKE_PART) is not False and self._consents.get(Consent.RECORDING)
                if may_be and self._since_ms is None:
                    self._since_ms = event.at_ms
                elif not may_be:
                    self._end(event.at_ms)
            case CallDropped() | InterviewEnded():
                self._end(event.at_ms)

    def stretches(self, now_ms: int) -> tuple[Stretch, ...]:
        """The stretches up to now."""
        still = () if self._since_ms is None else (Stretch(self._since_ms, now_ms),)
        return (*self.given, *still)

    def _end(self, at_ms: int) -> None:
        if self._since_ms is not None:
            self.given.append(Stretch(self._since_ms, at_ms))
        self._since_ms = None
