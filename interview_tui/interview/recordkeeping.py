"""Commands about what is recorded and what of it is kept: consent, spans, off the record, talk taken back."""

from __future__ import annotations

from interview_tui.errors import Refused
from interview_tui.interview import route
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.events import (
    Answered,
    AudioRepacked,
    CallRestored,
    CameBackOnRecord,
    Consented,
    Destroyed,
    Place,
    Restored,
    SpanClosed,
    SpanOpened,
    WentOffRecord,
)
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderStatus
from interview_tui.interview.sound import AudioPart, Track
from interview_tui.interview.withholding import Proposal, withheld_event
from interview_tui.schedule.model import Consent


class RecordKeeping(Commands):
    """What is on the record."""

    def take_in_consent(self, consent: Consent, script: str, now: Moment) -> Events:
        """Take note that a consent was given elsewhere, in the words of `script`."""
        self._must_go_on()
        asked = [found.item.id for found in self.interview.items.values() if found.item.consent is consent]
        for item in asked:
            self._emit(Answered(**now.stamp, place=Place(item), value=("yes",)))
            self._emit(Consented(**now.stamp, place=Place(item), consent=consent.value, script=script, given=True))
        return self._done()

    def check_may_record(self) -> None:
        """Whether recording may begin.

        Raises:
            Refused: consent to it was not asked for yet, was refused, or the interview is over.
        """
        self._must_go_on()
        asked = {located.item.consent for located in self.interview.items.values()}
        for consent in (Consent.TAKE_PART, Consent.RECORDING):
            if consent in asked and consent not in self.interview.consents:
                raise Refused(f"Recording waits for consent ({consent.value}).", "Ask for it and answer y.")
            if self.interview.consents.get(consent) is False:
                raise Refused(f"Consent ({consent.value}) was refused: notes only.")

    def check_reconfirmed(self, now: Moment) -> None:
        """Whether recording may go on after an interruption.

        Raises:
            Refused: the line dropped, or there was a long gap, and consent was not asked for again.
        """
        if self.interview.soundtrack.must_reconfirm(now.at_ms):
            raise Refused("Recording waits: ask again whether it may go on.", "Ctrl+R asks; answer y or n.")

    def span_opened(self, began: RecorderStatus, at: Moment) -> Events:
        """The recorder began a span; its first frame was captured at `at`. Off the record ends with it."""
        self.check_may_record()
        if self.interview.recording:
            raise Refused("A span is being recorded already.")
        if self.interview.is_off_record:
            self._emit(CameBackOnRecord(**at.stamp))
        return self._span(began, at)

    def span_followed(self, began: RecorderStatus, at: Moment) -> Events:
        """The recorder began a span by itself, which is a fact whatever was agreed on: what is off the record stays so.

        Raises:
            Refused: it is known already, another one is open, or it holds nothing that could be heard.
        """
        if began.span in self.interview.spans or self.interview.recording or began.rate <= 0:
            raise Refused(f"Span {began.span} cannot begin now.")
        return self._span(began, at)

    def _span(self, began: RecorderStatus, at: Moment) -> Events:
        self._emit(
            SpanOpened(**at.stamp, span=began.span, rate=began.rate, channels=began.channels, source=began.source)
        )
        return self._done()

    @property
    def next_span(self) -> int:
        """The number that the next span gets."""
        return max(self.interview.spans, default=0) + 1

    def span_closed(self, span: RecordedSpan, start_ms: int, now: Moment) -> Events:
        """The recorder closed a span; `start_ms` is the call clock of its first frame."""
        track = span.beside
        # The two tracks began on one clock, so their distance on it is that on the call clock.
        beside = (
            None
            if track is None
            else Track(
                track.source,
                track.rate,
                track.channels,
                track.frames,
                start_ms + round((track.started_ns - span.started_ns) / 1e6),
                track.parts,
                track.drift_ppm,
                track.sha256,
            )
        )
        known = self.interview.spans.get(span.number)
        if known is None or known.closed:
            raise Refused(f"Span {span.number} is not being recorded.")
        self._emit(
            SpanClosed(
                **now.stamp,
                span=span.number,
                start_ms=start_ms,
                frames=span.frames,
                parts=span.parts,
                reason=span.reason,
                drift_ppm=span.drift_ppm,
                sha256=span.sha256,
                beside=beside,
            )
        )
        return self._done()

    def audio_repacked(
        self, number: int, parts: tuple[AudioPart, ...], sha256: tuple[str, ...], now: Moment, channels: int = 0
    ) -> Events:
        """The audio of a closed span was packed losslessly into other files, its tracks together if it had two."""
        if number not in self.interview.spans or not self.interview.spans[number].closed:
            raise Refused(f"Span {number} is not closed.")
        self._emit(AudioRepacked(**now.stamp, span=number, parts=parts, sha256=sha256, channels=channels))
        return self._done()

    def go_off_record(self, now: Moment) -> Events:
        """Off the record from now."""
        self._must_go_on()
        if self.interview.is_off_record:
            raise Refused("This is off the record already.", "Back on the record: Ctrl+R.")
        self._emit(WentOffRecord(**now.stamp))
        return self._done()

    def come_back_on_record(self, now: Moment) -> Events:
        """On the record again; recording is another matter."""
        self._must_go_on()
        if not self.interview.is_off_record:
            raise Refused("This is on the record.")
        self._emit(CameBackOnRecord(**now.stamp))
        return self._done()

    def reconsent(self, now: Moment, *, given: bool) -> Events:
        """Consent to recording was asked for again, after the line had dropped or in a gap: they are back.

        Raises:
            Refused: it was never asked for the first time.
        """
        self._must_go_on()
        if Consent.RECORDING not in self.interview.consents:
            raise Refused("Consent to recording was not asked for yet.", "Ask for it and answer y.")
        occasion = "after a dropped line" if self.interview.course.dropped is not None else "after a gap"
        if self.interview.course.dropped is not None:
            self._emit(CallRestored(**now.stamp))
        for item in self._asking_for(Consent.RECORDING):
            self._emit(
                Consented(
                    **now.stamp,
                    place=Place(item),
                    consent=Consent.RECORDING.value,
                    script=route.wording(self.interview, Place(item)),
                    given=given,
                    schedule_version=self.interview.schedule.version,
                    occasion=occasion,
                )
            )
        return self._done()

    def withhold(self, proposal: Proposal, now: Moment, *, keep_notes: bool = False) -> Events:
        """Take talk back; the notes and answers that fall inside go with it unless they are to be kept."""
        self._must_go_on()
        if not proposal.stretches and not proposal.notes:
            raise Refused("Nothing was said in that time.")
        self._emit(withheld_event(self.interview, proposal, now, keep_notes=keep_notes))
        return self._done()

    def withdraw(self, proposal: Proposal, now: Moment) -> Events:
        """Take talk back after the end, with the notes and answers that fall inside; it is to be destroyed next.

        Raises:
            Refused: the interview is not over, or nothing was said, noted or answered in that time.
        """
        self._must_be_over()
        if not proposal.stretches and not proposal.notes:
            raise Refused("Nothing was said in that time.")
        self._emit(withheld_event(self.interview, proposal, now, keep_notes=False))
        return self._done()

    def restore(self, withheld: str, now: Moment) -> Events:
        """Put what was taken back on the record again; until the end of the interview."""
        self._must_go_on()
        if withheld not in self.interview.soundtrack.withholdings:
            raise Refused("Nothing is withheld." if not withheld else f"There is nothing withheld as {withheld}.")
        self._emit(Restored(**now.stamp, withheld=withheld))
        return self._done()

    def destroyed(self, withheld: str, notes: int, recorded_ms: int, now: Moment) -> Events:
        """What was withheld has been destroyed."""
        found = self.interview.soundtrack.withholdings.get(withheld)
        if found is None or found.destroyed or not self.interview.ended:
            raise Refused(f"{withheld} cannot be destroyed.", "Only what is withheld in an interview that has ended.")
        self._emit(Destroyed(**now.stamp, withheld=withheld, notes=notes, recorded_ms=recorded_ms))
        return self._done()

    def _asking_for(self, consent: Consent) -> list[str]:
        return [found.item.id for found in self.interview.items.values() if found.item.consent is consent]
