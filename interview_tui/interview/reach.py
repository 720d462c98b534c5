"""How far what is destroyed reaches into what was recorded: in time, and in the frames of each span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interview_tui.interview.events import Stretch
from interview_tui.interview.facts import Withholding
from interview_tui.interview.state import Interview


def wide(interview: Interview, found: Withholding) -> list[Stretch]:
    """The stretches, and as far beside each as the times of the sound may be wrong in which words were heard."""
    reached = set(found.stretches)
    for span in interview.spans.values():
        margin_ms = interview.soundtrack.margin_of(span)
        for stretch in found.stretches:
            start_ms = max(stretch.start_ms - margin_ms, span.start_ms)
            end_ms = min(stretch.end_ms + margin_ms, span.end_ms)
            if start_ms < end_ms:
                reached.add(Stretch(start_ms, end_ms))
    return sorted(reached, key=lambda stretch: (stretch.start_ms, stretch.end_ms))


def frames(interview: Interview, gone: Iterable[Withholding]) -> dict[int, list[tuple[int, int]]]:
    """What is destroyed of every closed span, by its number: first frame and end, which is exclusive."""
    stretches = [stretch for found in gone for stretch in found.stretches]
    return {number: list(_of_span(interview, number, stretches)) for number in interview.spans}


def _of_span(interview: Interview, number: int, stretches: Iterable[Stretch]) -> Iterator[tuple[int, int]]:
    span = interview.spans[number]
    margin_ms = interview.soundtrack.margin_of(span)
    for stretch in stretches:
        start_ms, end_ms = stretch.start_ms - margin_ms, stretch.end_ms + margin_ms
        if span.closed and start_ms < span.end_ms and span.start_ms < end_ms:
            yield span.frame_at(start_ms), span.frame_at(end_ms)
