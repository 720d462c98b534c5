"""What of a call that goes on can be read already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from interview_tui.interview.attached import heard
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span, Timeline


def timeline_so_far(folder: Path, interview: Interview) -> Timeline:
    """The timeline of an interview, the span that is being recorded included as far as its segments are finished.

    `folder` is the case's. The segment that is written at this moment is left out: it is finished within a minute.
    What two devices record is left out too until the call is packed: the tracks are put together then.
    While she is off the record, all that comes after she left it is withheld, however long the recorder goes on.
    """
    spans = [_so_far(folder, span) for span in interview.spans.values()]
    one_device = heard(span for span in spans if span.frames and span.beside is None)
    latest_ms = max((span.end_ms for span in one_device), default=0)
    return Timeline(one_device, interview.soundtrack.withheld(max(interview.at_ms, latest_ms)))


def _so_far(folder: Path, span: Span) -> Span:
    """A span as if it had been closed after its last finished segment."""
    if span.closed:
        return span
    from interview_tui.audio.stored import segments

    files = sorted(segments.of_span(folder, span.number), key=lambda file: file.name)
    if any(segments.is_of_line(file.name) for file in files):
        return span
    parts = tuple(takewhile(lambda part: part.frames > 0, _parts(files[:-1], folder)))
    return replace(span, parts=parts, frames=sum(part.frames for part in parts), closed=True)


def _parts(files: list[Path], folder: Path) -> Iterator[AudioPart]:
    """Segments as a span names them: within the case's folder, or by the whole path where they had to go elsewhere."""
    from interview_tui.audio.stored import segments

    for file in files:
        yield AudioPart(file.name if file.parent == folder else str(file), 0, segments.held(file))
