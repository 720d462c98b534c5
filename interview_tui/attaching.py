"""Attaches recordings of another recorder to an interview, and takes them off again.

Everything of a recording is durable in the case's folder before the journal knows of it; killed before that, nothing
has happened, and the copies are swept away by the next attempt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from interview_tui.audio import files
from interview_tui.audio.aligning.align import line_up_parts
from interview_tui.audio.aligning.alignment import Alignment, Confidence, FrameStretch, Piece
from interview_tui.audio.aligning.marks import sharp_onsets
from interview_tui.audio.aligning.scratch import Scratch, ScratchClip
from interview_tui.audio.aligning.windows import WINDOW_S
from interview_tui.audio.keeping.kept_copy import keep_copy
from interview_tui.audio.stored import spans
from interview_tui.errors import AudioError, ConfigError, Refused
from interview_tui.interview.attached import keepable, margin_ms
from interview_tui.interview.attaching import Lined
from interview_tui.interview.commanding import Events
from interview_tui.interview.events import RecordingAttached, Stretch
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Timeline
from interview_tui.packing import journal_of, pack_audio, this_moment
from interview_tui.store.study import StudyFolder

COPIES = "other-{:03d}.flac"
COPY = re.compile(r"other-\d{3,}(\.erased-\d+)?\.flac(\.new)?")
"""A copy, what took its place when something of it was destroyed, and drafts of both."""
MARKS_WITHIN_S = 600
WITHOUT_SCRATCH = "Say where it begins with --at 12:37, line it up by a --mark, or by ear with --by-hand."
Step = Callable[[str], None]


def check(study: StudyFolder, case: str, originals: Sequence[Path]) -> Interview:
    """Whether these recordings may be attached to an interview; gives the interview.

    Raises:
        ConfigError: there is no such interview.
        Refused: it goes on or may not be recorded, or one of them is attached already or named twice.
        AudioError: one of them is no audio file.
    """
    if not study.knows(case):
        raise ConfigError(f"There is no interview with {case}.", "`interview-tui` lists them.")
    interview = study.interview(case)
    Session(interview).check_may_attach()
    known: set[str] = set()
    for original in originals:
        files.shape(original)
        found = files.sha256(original)
        Session(interview).check_may_attach(found)
        if found in known:
            raise Refused(f"{original.name} is the same recording as one before it.", "Name each part once.")
        known.add(found)
    return interview


def lined_up(study: StudyFolder, case: str, originals: Sequence[Path], on_step: Step) -> tuple[Alignment, ...]:
    """Find where the files of one recorder, in their order, lie beside the recording that was made here.

    Raises:
        Refused: nothing was recorded here, or they do not fit: says why, and what else can be done.
        AudioError: a file cannot be read.
    """
    pack_audio(study, case)
    scratch = scratch_of(study, case)
    if not scratch.clips:
        raise Refused(f"Nothing was recorded here of {case} to line it up with.", WITHOUT_SCRATCH)
    on_step("comparing the recordings")
    found = line_up_parts(scratch, originals)
    if not found.accepted:
        raise Refused(found.verdict, WITHOUT_SCRATCH)
    return found.parts


def placed(original: Path, start_ms: float) -> Alignment:
    """A file whose first frame was said to lie at `start_ms` of the call clock.

    Raises:
        AudioError: it is no audio file.
    """
    info = files.info(original)
    piece = Piece(0, info.frames, info.rate, start_ms, 0.0, 0.0, 0.0, 0, 0, 0, info.frames)
    return Alignment(original, info.rate, info.frames, (piece,), Confidence(), accepted=True, verdict="as it was said")


def mark_ms(interview: Interview, mark: str) -> int:
    """The call clock of a flag, `f2`.

    Raises:
        ConfigError: there is no such flag; names those that are.
    """
    for flag in interview.flags:
        if flag.id == mark:
            return flag.at_ms
    known = ", ".join(f"{flag.id} at {clock(flag.at_ms)}" for flag in interview.flags)
    raise ConfigError(f"There is no flag {mark!r} in {interview.case}.", f"There are: {known or 'none'}.")


def marks_in(original: Path) -> list[float]:
    """What may be the clap or the word by which a file is lined up: the sharpest sounds of its first minutes, in s.

    Raises:
        AudioError: it is no audio file.
    """
    rate, _ = files.shape(original)
    return sorted(onset.frame / rate for onset in sharp_onsets(original, 0, MARKS_WITHIN_S * rate))


def clock(at_ms: float) -> str:
    """A time on the call clock or within a file: `12:37.250`, before its beginning `-0:07.000`."""
    sign, ms = "-" if at_ms < 0 else "", abs(round(at_ms))
    return f"{sign}{ms // 60_000}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def clock_ms(text: str) -> int:
    """What `clock` wrote, or `12:37`, or seconds, in milliseconds.

    Raises:
        ConfigError: it is none of these.
    """
    sign, plain, seconds = (-1, text[1:], 0.0) if text.startswith("-") else (1, text, 0.0)
    try:
        for part in plain.split(":"):
            seconds = seconds * 60 + float(part)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no time.", "Write it as minutes:seconds, 12:37 or 12:37.250.") from error
    return sign * round(seconds * 1000)


@dataclass(frozen=True, slots=True)
class Attached:
    """What was attached: its id, the name of the original, and where it lies on the call clock."""

    id: str
    original: str
    start_ms: int
    end_ms: int


def attach(
    study: StudyFolder, case: str, found: Sequence[Alignment], how: str, on_step: Step, *, unbroken: bool = False
) -> list[Attached]:
    """Keep of every file what may be kept, and enter all of them in the journal, or none.

    What lies before or after all that was compared is kept only if that recorder is known to have been `unbroken`, that
    is, never paused: what was said after a pause would be taken for something said earlier.

    Raises:
        Refused: nothing of a file may be kept, or it lies over another one that is attached.
        AudioError, StorageError: it cannot be kept; nothing has changed then.
    """
    folder = study.audio_folder(case)
    with journal_of(study, case) as keep:
        interview = study.interview(case)
        _sweep(folder, interview)
        session = Session(interview)
        copying = _Copying(folder, permitted_in(interview), how, unbroken, _next_span(folder, interview))
        events: Events = ()
        try:
            for alignment in found:
                on_step(f"keeping {alignment.file.name}")
                lined = Lined(alignment.file.name, files.sha256(alignment.file), how, copying.pieces(alignment))
                events += session.attach(lined, this_moment(session.interview))
        except (Refused, AudioError):
            _sweep(folder, study.interview(case))
            raise
        keep(events)
    attached = list(session.interview.soundtrack.attached.values())[-len(found) :]
    return [_told(one, session.interview) for one in attached]


def attached_to(study: StudyFolder, case: str) -> list[Attached]:
    """The recordings of other recorders that are attached to an interview."""
    interview = study.interview(case)
    return [_told(found, interview) for found in interview.soundtrack.attached.values()]


def detach(study: StudyFolder, case: str, attached: str = "") -> Attached:
    """Take a recording off again, the last one unless it is named; what was kept of it is deleted.

    Raises:
        Refused: it is not attached.
        StorageError: the journal cannot be written.
        AudioError: it is off, but a copy cannot be deleted.
    """
    with journal_of(study, case) as keep:
        interview = study.interview(case)
        _sweep(study.audio_folder(case), interview)
        last = attached or next(reversed(interview.soundtrack.attached), "")
        session = Session(interview)
        known = interview.soundtrack.attached.get(last)
        told = None if known is None else _told(known, interview)
        keep(session.detach(last, this_moment(interview)))
        _sweep(study.audio_folder(case), session.interview)
    if told is None:
        raise Refused(f"{last} is not attached.")
    return told


def _told(found: RecordingAttached, interview: Interview) -> Attached:
    spans = [interview.spans[piece.span] for piece in found.pieces]
    return Attached(
        found.attached,
        found.original,
        min(span.start_ms for span in spans),
        max(span.end_ms for span in spans),
    )


def permitted_in(interview: Interview) -> list[Stretch]:
    """The stretches of the call clock of which another recorder's sound may be kept; none before the interview ended.

    Where the schedule asks for no consent, that is the whole call.
    """
    ended_ms = interview.course.ended_ms or 0
    asked = any(found.item.consent is not None for found in interview.items.values())
    whole = interview.soundtrack.permission.stretches(ended_ms) if asked else (Stretch(0, ended_ms),)
    return keepable(whole, interview.withheld())


def audible(
    alignment: Alignment, piece: Piece, permitted: Sequence[Stretch], margin_ms: float, *, unbroken: bool = False
) -> list[FrameStretch]:
    """The frames of a piece that may be heard: all that lies a margin within what is permitted, and whose time is sure.

    Beside a break of the other recorder no time is sure. Before the first and after the last comparison, which may have
    a break within them, it is only if that recorder was `unbroken`.
    """
    window = WINDOW_S * piece.rate
    sure_first, sure_end = piece.sure_first, piece.sure_end
    if piece is alignment.pieces[0]:
        sure_first = piece.first_frame if unbroken else sure_first + window
    if piece is alignment.pieces[-1]:
        sure_end = piece.end_frame if unbroken else sure_end - window
    found = []
    for stretch in permitted:
        first, end = piece.frame_at(stretch.start_ms + margin_ms), piece.frame_at(stretch.end_ms - margin_ms)
        first, end = max(first + 1, sure_first), min(end - 1, sure_end)  # a frame less on each side: times are rounded
        if first < end:
            found.append(FrameStretch(first, end))
    return found


def uncompared_ms(interview: Interview, alignment: Alignment, how: str) -> float:
    """How much of a file is kept only if its recorder was unbroken, of what was not recorded here."""
    own, permitted = own_timeline(interview), permitted_in(interview)
    found = 0.0
    for unbroken, sign in ((True, 1), (False, -1)):
        for piece in alignment.pieces:
            for stretch in audible(alignment, piece, permitted, margin_ms(how), unbroken=unbroken):
                low_ms, high_ms = piece.ms_at(stretch.first_frame), piece.ms_at(stretch.end_frame)
                here_ms = sum(clip.frames * 1000 / clip.rate for clip in own.clips(round(low_ms), round(high_ms)))
                found += sign * (high_ms - low_ms - here_ms)
    return found


class _Copying:
    """Copies what may be kept of the files of one recorder; its pieces are spans from number `span` on."""

    def __init__(self, folder: Path, permitted: Sequence[Stretch], how: str, unbroken: bool, span: int) -> None:
        self._folder, self._permitted, self._unbroken = folder, permitted, unbroken
        self._margin_ms = margin_ms(how)
        self._numbers = count(span)

    def pieces(self, alignment: Alignment) -> tuple[AttachedPiece, ...]:
        """Copy what may be kept of a file, each of its pieces into a file; gives every stretch that is heard.

        Raises:
            Refused: nothing of it may be kept.
            AudioError: it cannot be copied.
        """
        found = tuple(piece for each in alignment.pieces for piece in self._of_piece(alignment, each))
        if not found:
            raise Refused(
                f"Nothing of {alignment.file.name} lies where the call may be kept.",
                "It is from before the consent, off the record, or from another call.",
            )
        return found

    def _of_piece(self, alignment: Alignment, piece: Piece) -> Iterator[AttachedPiece]:
        margin = self._margin_ms + piece.worst_residual_ms
        heard = audible(alignment, piece, self._permitted, margin, unbroken=self._unbroken)
        if not heard:
            return
        within = FrameStretch(heard[0].first_frame, heard[-1].end_frame)
        numbers = [next(self._numbers) for _ in heard]
        copy = keep_copy(alignment.file, within, heard, self._folder / COPIES.format(numbers[0]))
        for number, stretch in zip(numbers, heard, strict=True):
            at_frame = stretch.first_frame - within.first_frame
            frames = min(stretch.end_frame, within.first_frame + copy.frames) - stretch.first_frame
            if frames > 0:
                yield AttachedPiece(
                    number,
                    AudioPart(copy.path.name, at_frame, frames),
                    copy.rate,
                    copy.channels,
                    round(piece.ms_at(stretch.first_frame)),
                    round(piece.drift_ppm, 3),
                    round(piece.residual_ms, 3),
                    copy.sha256,
                )


def _next_span(folder: Path, interview: Interview) -> int:
    """A number that neither the journal nor a file has had."""
    return max({0, *interview.spans, *spans.numbers(folder)}) + 1


def own_timeline(interview: Interview) -> Timeline:
    """What was recorded here, whatever is attached, without what is withheld."""
    return Timeline(
        [span for span in interview.spans.values() if not span.attached and span.closed], interview.withheld()
    )


def scratch_of(study: StudyFolder, case: str) -> Scratch:
    """What was recorded here, to line up another recording with."""
    folder, timeline = study.audio_folder(case), own_timeline(study.interview(case))
    return Scratch(
        ScratchClip(folder / clip.file, clip.first_frame, clip.frames, clip.rate, span.true_rate, clip.start_ms)
        for span in timeline.spans
        for clip in timeline.clips(span.start_ms, span.end_ms)
    )


def _sweep(folder: Path, interview: Interview) -> None:
    """Delete copies that no attachment knows: of an attempt that was killed, or of what was taken off."""
    known = {part.file for span in interview.spans.values() for part in span.parts}
    for path in sorted(folder.glob("other-*")):
        if COPY.fullmatch(path.name) and path.name not in known:
            try:
                path.unlink()
            except OSError as error:
                raise AudioError(f"{path} cannot be deleted: {error.strerror}.", "Close what holds it open.") from error
