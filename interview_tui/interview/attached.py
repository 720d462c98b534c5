"""Recordings from other recorders as spans: they take the place of what was recorded here."""

from __future__ import annotations

from collections.abc import Iterable

from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AttachedPiece
from interview_tui.interview.timeline import Span

BY_RECORDING, BY_MARK, BY_HAND = "the recording made here", "a mark", "hand"
MARGIN_MS = 250
MARGIN_BY_HAND_MS = 1500


def margin_ms(how: str) -> int:
    """By so much more is silenced beside talk that may not be kept. What was not compared lies that much less exactly.

    `how` is what a recording was lined up by: `BY_RECORDING` …
    """
    return MARGIN_MS if how == BY_RECORDING else MARGIN_BY_HAND_MS


def span_of(piece: AttachedPiece, attached: str, source: str = "") -> Span:
    """The span that a piece is."""
    return Span(
        piece.span,
        piece.start_ms,
        piece.rate,
        piece.channels,
        piece.part.frames,
        (piece.part,),
        drift_ppm=piece.drift_ppm,
        source=source,
        hashes=(piece.sha256,),
        attached=attached,
    )


def keepable(permitted: Iterable[Stretch], withheld: Iterable[Stretch]) -> list[Stretch]:
    """The stretches of the call clock of which another recorder's sound may be kept: permitted, and nothing withheld.

    In order; where permitted stretches touch they stay apart.
    """
    left = sorted(permitted, key=lambda stretch: stretch.start_ms)
    for hidden in withheld:
        left = [
            rest
            for one in left
            for rest in (
                Stretch(one.start_ms, min(one.end_ms, hidden.start_ms)),
                Stretch(max(one.start_ms, hidden.end_ms), one.end_ms),
            )
            if rest.start_ms < rest.end_ms
        ]
    return left


def heard(spans: Iterable[Span]) -> list[Span]:
    """The spans that are listened to: those attached, and of the others what lies outside all of them.

    No two of them overlap by a frame, even where two attached ones do: there the earlier one counts.
    """
    closed = [span for span in spans if span.closed]
    found: list[Span] = []
    for span in sorted((span for span in closed if span.attached), key=lambda span: span.start_ms):
        found += _outside(span, [Stretch(other.start_ms, other.end_ms) for other in found])
    covered = [Stretch(span.start_ms, span.end_ms) for span in found]
    for span in closed:
        if not span.attached:
            found += _outside(span, covered) if covered else [span]
    return found


def _outside(span: Span, covered: Iterable[Stretch]) -> list[Span]:
    """What of a span lies outside of all stretches."""
    left = [span]
    for stretch in covered:
        left = [
            rest
            for one in left
            for rest in (one.between(one.start_ms, stretch.start_ms), one.between(stretch.end_ms, one.end_ms))
            if rest is not None
        ]
    return left
