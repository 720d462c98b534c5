"""Commands about recordings from other recorders."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.errors import Refused
from interview_tui.interview.attached import span_of
from interview_tui.interview.commanding import Commands, Events
from interview_tui.interview.events import RecordingAttached, RecordingDetached
from interview_tui.interview.ports import Moment
from interview_tui.interview.sound import AttachedPiece
from interview_tui.interview.timeline import Span
from interview_tui.schedule.model import Consent

OVERLAP_MS = 250
"""Two parts of one recorder may overlap by so much: it takes a moment to begin its next file."""


@dataclass(frozen=True, slots=True)
class Lined:
    """A recording that was lined up: the name it came under, its SHA-256, by what, and its pieces on the call clock."""

    original: str
    sha256: str
    how: str
    pieces: tuple[AttachedPiece, ...]


class Attaching(Commands):
    """Commands about recordings from other recorders."""

    def check_may_attach(self, sha256: str = "") -> None:
        """Whether a recording may be attached.

        Raises:
            Refused: the interview goes on, there is no consent to a recording, or this one is attached already.
        """
        consents = self.interview.soundtrack.consents
        for consent in (Consent.TAKE_PART, Consent.RECORDING):
            asked = any(found.item.consent is consent for found in self.interview.items.values())
            if asked and consents.get(consent) is not True:
                raise Refused(f"There is no consent ({consent.value}), so no recording of it may be kept.")
        if not self.interview.ended:  # until then it is not known where what may be kept ends
            raise Refused("The interview has not ended.", "End it first; then attach the recording.")
        for known in self.interview.soundtrack.attached.values():
            if sha256 and known.sha256 == sha256:
                raise Refused(f"{known.original} is attached already, as {known.attached}.")

    def attach(self, lined: Lined, now: Moment) -> Events:
        """Attach a recording that was lined up.

        Raises:
            Refused: it may not be attached, or lies over another that is.
        """
        self.check_may_attach(lined.sha256)
        taken = [span for span in self.interview.spans.values() if span.attached]
        pieces = sorted((span_of(piece, "") for piece in lined.pieces), key=lambda span: span.start_ms)
        for before in [*taken, *pieces]:
            for piece in pieces:
                if piece is not before and _overlap_ms(before, piece) > OVERLAP_MS:
                    raise Refused(
                        f"{lined.original} lies over another recording that is attached.",
                        "Take the other one off first, or see that the parts are in order.",
                    )
        self._emit(
            RecordingAttached(
                **now.stamp,
                attached=self.interview.soundtrack.next_attached,
                original=lined.original,
                sha256=lined.sha256,
                how=lined.how,
                pieces=lined.pieces,
            )
        )
        return self._done()

    def detach(self, attached: str, now: Moment) -> Events:
        """Take a recording off again.

        Raises:
            Refused: it is not attached.
        """
        if attached not in self.interview.soundtrack.attached:
            raise Refused(f"{attached} is not attached." if attached else "No other recording is attached.")
        self._emit(RecordingDetached(**now.stamp, attached=attached))
        return self._done()


def _overlap_ms(one: Span, other: Span) -> int:
    return min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)
