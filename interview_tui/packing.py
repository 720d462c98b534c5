"""Packs what was recorded of an interview once it has ended; the journal learns where it lies before anything goes.

The journal is taken for that, unless this program has the case open itself, in its debrief: then that one is told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.call import Call
from interview_tui.interview.commanding import Events
from interview_tui.interview.ports import Journal, Moment
from interview_tui.interview.session import Session
from interview_tui.interview.state import Interview
from interview_tui.store.study import StudyFolder

if TYPE_CHECKING:  # sound is entered only by those who have something to pack
    from interview_tui.audio.keeping.erasing import FrameRange
    from interview_tui.audio.stored.spans import Repacked

CLOSE_TIMEOUT_S = 10.0
SAVE_WAIT_S = 30.0
_LOOK_S = 0.01
ALONE = threading.RLock()
"""Held by whoever moves or destroys audio: within this program, where one journal may serve two threads."""
Keep = Callable[[Events], None]
"""Hands events to the journal and returns when they are on disk."""


def pack_audio(study: StudyFolder, case: str, opened: Call | None = None) -> None:
    """Pack what was recorded of a case losslessly once its interview has ended; the journal learns where it lies now.

    The moment from going off the record to the recorder's hearing of it is silence then.
    Audio that was taken in from elsewhere stays as it came. `opened` is the call to the case that this program has open
    itself: its journal is told then, as long as it is not closed, and other commands may be given to it meanwhile.

    Raises:
        AudioError: it cannot be packed; what was recorded is untouched then.
        StorageError: the journal cannot be written, or is open elsewhere.
    """
    with ALONE:
        if opened is not None and is_open(opened.journal):
            try:
                _pack_loose(study, opened.interview, partial(keep_durably, opened.journal))
                return
            except StorageError:
                if is_open(opened.journal):
                    raise
        interview = study.interview(case)
        if _is_to_be_packed(study, interview):
            with journal_of(study, case) as keep:
                _pack_loose(study, interview, keep)


def pack_what_can_be(study: StudyFolder, case: str, opened: Call | None = None) -> None:
    """As `pack_audio`, where the audio is to be read next: what cannot be packed is read as it was recorded.

    Raises:
        AudioError: two tracks cannot be put together, so half of it would be missing.
        StorageError: the journal cannot be written, or is open elsewhere.
    """
    try:
        pack_audio(study, case, opened)
    except AudioError:
        if any(span.beside is not None for span in study.interview(case).spans.values()):
            raise


def pack(folder: Path, interview: Interview, keep: Keep, *, although_changed: bool = False) -> None:
    """Pack every closed span of an interview that has ended, and find again what the journal has lost sight of.

    With `although_changed`, a span is packed even if its samples are not any more those that were recorded.

    Raises:
        AudioError: as `repack_span` does; all the other spans are packed.
        StorageError: the journal cannot be written; the segments are untouched.
    """
    from interview_tui.audio.keeping.repack import repack_span
    from interview_tui.audio.stored import segments

    for number, lies in lost_sight_of(folder, interview).items():
        _tell(folder, interview, number, lies, keep)
    refused: list[AudioError] = []
    for number in sorted({*segments.all_of(folder).values()} & interview.spans.keys()):
        span = interview.spans[number]
        if span.closed and span.frames and not span.attached:
            told = partial(_tell, folder, interview, number, keep=keep)
            try:
                repack_span(folder, span, told, although_changed=although_changed)
            except AudioError as error:
                refused.append(error)
    if refused:
        raise refused[0]


def silence_off_record(folder: Path, interview: Interview, keep: Keep) -> None:
    """Destroy what was captured between going off the record and the recorder's hearing of it; raises as `silence`."""
    off_record = interview.soundtrack.off_record
    stretches = {
        span.number: [
            (span.frame_at(stretch.start_ms), span.frame_at(stretch.end_ms))
            for stretch in off_record
            if stretch.start_ms < span.end_ms and span.start_ms < stretch.end_ms
        ]
        for span in interview.spans.values()
        if span.closed
    }
    silence(folder, interview, stretches, keep)


def silence(folder: Path, interview: Interview, stretches: Mapping[int, Sequence[FrameRange]], keep: Keep) -> None:
    """Destroy stretches of the audio of an interview that is packed: frames by the number of their span.

    Raises:
        AudioError: as `erase` does.
        StorageError: the journal cannot be written; nothing was deleted.
    """
    from interview_tui.audio.keeping.erasing import erase

    def told(moved: Mapping[int, Repacked]) -> None:
        for number, silenced in moved.items():
            _tell(folder, interview, number, silenced, keep)

    audio = {span.number: span.parts for span in interview.spans.values() if span.closed}
    erase(folder, audio, stretches, told)


def unpacked(study: StudyFolder) -> list[str]:
    """The cases whose interview has ended and whose audio still lies as it was recorded, or is only half packed."""
    recordings = study.path / "recordings"
    return [summary.case for summary in study.interviews() if summary.ended and _is_loose(recordings / summary.case)]


def lost_sight_of(folder: Path, interview: Interview) -> dict[int, Repacked]:
    """The spans whose files are gone from where the journal has them, and where what took their place lies."""
    from interview_tui.audio.keeping.erasing import followed

    found = {}
    for span in interview.spans.values():
        if span.closed and any(not (folder / part.file).exists() for part in span.parts):
            lies = followed(folder, span.number, span.parts)
            if lies is not None:
                found[span.number] = lies
    return found


@contextmanager
def journal_of(study: StudyFolder, case: str) -> Iterator[Keep]:
    """The journal of a case that nobody has open, as something to hand events to.

    Raises:
        StorageError: the case is open elsewhere, or what was handed over cannot be written.
    """
    journal = study.journal(case)
    try:
        yield lambda events: keep_durably(journal, events)
    finally:
        journal.close(CLOSE_TIMEOUT_S)


def is_open(journal: Journal) -> bool:
    """Whether a journal of this program's takes events. One that is being closed has let go of its case after this."""
    try:
        journal.append(())
    except StorageError:
        journal.close(CLOSE_TIMEOUT_S)
        return False
    return True


def keep_durably(journal: Journal, events: Events) -> None:
    """Hand events to a journal and wait until they are on disk.

    Raises:
        StorageError: they cannot be written.
    """
    last, deadline_s = journal.append(events), time.monotonic() + SAVE_WAIT_S
    while journal.saved < last:
        if time.monotonic() > deadline_s:
            raise journal.failure or StorageError("The journal does not get written.")
        time.sleep(_LOOK_S)


def this_moment(interview: Interview) -> Moment:
    """This moment; the call clock of an interview that nobody conducts goes on from the wall clock, and never back."""
    wall_ms = time.time_ns() // 1_000_000
    return Moment(max(wall_ms - interview.opened_wall_ms, interview.at_ms), wall_ms)


def _pack_loose(study: StudyFolder, interview: Interview, keep: Keep) -> None:
    """Pack an interview that has ended, if anything of it is to be packed."""
    if _is_to_be_packed(study, interview):
        folder = study.audio_folder(interview.case)
        pack(folder, interview, keep)
        silence_off_record(folder, interview, keep)


def _is_to_be_packed(study: StudyFolder, interview: Interview) -> bool:
    folder = study.audio_folder(interview.case)
    return interview.ended and (_is_loose(folder) or bool(lost_sight_of(folder, interview)))


def _is_loose(folder: Path) -> bool:
    """Whether a folder holds segments, or what something else has taken the place of."""
    from interview_tui.audio.keeping import erasing
    from interview_tui.audio.stored import segments

    return folder.is_dir() and bool(segments.all_of(folder) or erasing.superseded(folder))


def _tell(folder: Path, interview: Interview, number: int, lies: Repacked, keep: Keep) -> None:
    """Let the journal know where a span lies; if it was told before, wait until it is written."""
    from interview_tui.audio.files import shape

    span = interview.spans[number]
    events: Events = ()
    if (span.parts, span.hashes) != (lies.parts, lies.sha256):
        _, channels = shape(folder / lies.parts[0].file)
        changed = channels if span.beside is not None or channels != span.channels else 0
        now = this_moment(interview)
        events = Session(interview).audio_repacked(number, lies.parts, lies.sha256, now, changed)
    keep(events)
