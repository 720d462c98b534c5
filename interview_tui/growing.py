"""What of a call that goes on can be read already: its journal as it grows, and of its sound what is finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from interview_tui.interview.attached import heard
from interview_tui.interview.events import Event
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.state import Interview, fold
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.store.database import opened
from interview_tui.store.event_rows import event_of
from interview_tui.store.study import DATABASE_FILE, StudyFolder


class GrowingInterview:
    """The interview of a call that goes on, as its journal on disk has it.

    An hour of it is hundreds of events, and most of the time to read them goes into these: none is read twice. The
    interview that it gives is its own: no command changes it. One thread at a time may ask.
    """

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._study, self._case = study, case
        self._folded: Interview | None = None
        self._last: Event | None = None

    def so_far(self) -> Interview:
        """The interview up to the last event on disk. It grows on: what is kept of it changes with the next call.

        Raises:
            StorageError, ScheduleError: as `StudyFolder.interview` does.
        """
        folded, self._folded = self._folded, None
        new = self._since(folded)
        if folded is None or new is None:
            events = self._study.events(self._case)
            folded = fold(self._study.schedule(self._case), events)
            new = events[-1:]
        else:
            for event in new[1:]:
                try:
                    folded.apply(event)
                except (KeyError, ValueError):  # reading all of it says what is wrong
                    return self._study.interview(self._case)
        self._folded, self._last = folded, new[-1]
        return folded

    def _since(self, folded: Interview | None) -> list[Event] | None:
        """The last event that is folded and those after it; None where it is not in the journal any more."""
        if folded is None:
            return None
        with opened(self._study.path / DATABASE_FILE) as db:
            later = [self._case, folded.events]
            rows: list[Any] = list(
                db.table("events").rows_where('"case" = ? AND number >= ?', later, order_by="number")
            )
        if [row["number"] for row in rows] != list(range(folded.events, folded.events + len(rows))):
            return None
        found = [event_of(row) for row in rows]
        return found if found and found[0] == self._last else None


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
    for file in files:
        yield AudioPart(file.name if file.parent == folder else str(file), 0, _held(file, _state(file)))


@lru_cache(maxsize=1024)
def _held(file: Path, _as_it_is: tuple[int, ...]) -> int:
    """The frames of a finished segment, looked into once: of one that is sealed, all has to be gone over for that."""
    from interview_tui.audio.stored import segments

    return segments.held(file)


def _state(file: Path) -> tuple[int, ...]:
    """What changes with a file; nothing where it is gone."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
