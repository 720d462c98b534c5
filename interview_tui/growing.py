"""What of a call that goes on can be read already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interview_tui.interview.attached import heard
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span, Timeline


def timeline_so_far(folder: Path, interview: Interview) -> Timeline:
    """The timeline of an interview, the span that is being recorded included as far as its segments are finished.

    `folder` is the case's. The segment that is written at this moment is left out: it is finished within a minute.
    What two devices record is left out too until the call is packed: the tracks are put together then.
    """
    spans = [_so_far(folder, span) for span in interview.spans.values()]
    one_device = [span for span in spans if span.frames and span.beside is None]
    return Timeline(heard(one_device), interview.withheld())


def _so_far(folder: Path, span: Span) -> Span:
    if span.closed:
        return span
    from interview_tui.audio.stored import segments

    files = sorted(segments.of_span(folder, span.number), key=lambda file: file.name)
    if any(segments.is_of_line(file.name) for file in files):
        return span
    parts = tuple(AudioPart(_named(file, folder), 0, segments.held(file)) for file in files[:-1])
    return replace(span, parts=parts, frames=sum(part.frames for part in parts))


def _named(file: Path, folder: Path) -> str:
    """A file as a span names it: within the case's folder, or by its whole path where it had to go elsewhere."""
    return file.name if file.parent == folder else str(file)
