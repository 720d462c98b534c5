"""Attaches recordings of another recorder to an interview, and takes them off again.

Everything of a recording is durable in the case's folder before the journal knows of it; killed before that, nothing
has happened, and the copies are swept away by the next attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from interview_tui.audio import files
from interview_tui.audio.align import line_up_parts
from interview_tui.audio.alignment import Alignment, Confidence, FrameStretch, Piece
from interview_tui.audio.kept_copy import keep_copy
from interview_tui.audio.marks import sharp_onsets
from interview_tui.audio.scratch import Scratch, ScratchClip
from interview_tui.errors import AudioError, ConfigError, Refused
from interview_tui.interview.attached import keepable
from interview_tui.interview.attaching import Lined
from interview_tui.interview.events import RecordingAttached, Stretch
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AttachedPiece, AudioPart
from interview_tui.interview.state import Interview
from interview_tui.packing import journal_of, pack_audio, this_moment
from interview_tui.store.study import StudyFolder

COPIES = "other-{:03d}.flac"
BY_RECORDING, BY_MARK, BY_HAND = "the recording made here", "a mark", "hand"
MARKS_WITHIN_S = 600
MARGIN_MS = 250
"""By so much more is silenced beside talk that may not be kept, where the two recordings were compared."""
MARGIN_BY_HAND_MS = 1500
"""The same where it was lined up by a mark or by hand, which is that much less exact."""
Step = Callable[[str], None]


def check(study: StudyFolder, case: str, originals: Sequence[Path]) -> Interview:
    """Whether these recordings may be attached to an interview; gives the interview.

    Raises:
        ConfigError: there is no such interview.
        Refused: it may not be recorded, is being recorded, or one of them is attached already.
        AudioError: one of them is no audio file.
    """
    if not study.knows(case):
        raise ConfigError(f"There is no interview with {case}.", "`interview-tui` lists them.")
    interview = study.interview(case)
    for original in originals:
        files.shape(original)
        Session(interview).check_may_attach(files.sha256(original))
    return interview


def lined_up(study: StudyFolder, case: str, originals: Sequence[Path], on_step: Step) -> tuple[Alignment, ...]:
    """Find where the files of one recorder, in their order, lie beside the recording that was made here.

    Raises:
        Refused: nothing was recorded here, or they do not fit: says why, and what else can be done.
        AudioError: a file cannot be read.
    """
    pack_audio(study, case)
    scratch = _scratch(study, case)
    if not scratch.clips:
        raise Refused(f"Nothing was recorded here of {case} to line it up with.", WITHOUT_SCRATCH)
    on_step("comparing the recordings")
    found = line_up_parts(scratch, originals)
    refused = next((part for part in found.parts if not part.accepted), None)
    if refused is not None:
        raise Refused(refused.verdict, WITHOUT_SCRATCH)
    if not found.accepted:
        raise Refused(found.verdict, WITHOUT_SCRATCH)
    return found.parts


WITHOUT_SCRATCH = "Say where it begins with --at 12:37, line it up by a --mark, or by ear with --by-hand."


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


def attach(study: StudyFolder, case: str, found: Sequence[Alignment], how: str, on_step: Step) -> list[Attached]:
    """Keep of every file what may be kept, and enter it in the journal.

    Raises:
        Refused: nothing of a file may be kept, or it lies over another one that is attached.
        AudioError, StorageError: it cannot be kept; nothing has changed then.
    """
    folder = study.audio_folder(case)
    done = []
    for alignment in found:
        on_step(f"keeping {alignment.file.name}")
        with journal_of(study, case) as keep:
            interview = study.interview(case)
            session = Session(interview)
            _sweep(folder, interview)
            number = max(max(interview.spans, default=0), 0) + 1
            pieces = _kept(folder, interview, alignment, how, number)
            try:
                lined = Lined(alignment.file.name, files.sha256(alignment.file), how, pieces)
                keep(session.attach(lined, this_moment(interview)))
            except Refused:
                _sweep(folder, study.interview(case))
                raise
        attached = list(session.interview.soundtrack.attached.values())[-1]
        done.append(_told(attached, session.interview))
    return done


def attached_to(study: StudyFolder, case: str) -> list[Attached]:
    """The recordings of other recorders that are attached to an interview."""
    interview = study.interview(case)
    return [_told(found, interview) for found in interview.soundtrack.attached.values()]


def detach(study: StudyFolder, case: str, attached: str = "") -> Attached:
    """Take a recording off again, the last one unless it is named; what was kept of it is deleted.

    Raises:
        Refused: it is not attached.
        StorageError: the journal cannot be written.
    """
    with journal_of(study, case) as keep:
        interview = study.interview(case)
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


def _kept(folder: Path, interview: Interview, alignment: Alignment, how: str, number: int) -> tuple[AttachedPiece, ...]:
    """Copy what may be kept of a file; gives its pieces.

    Raises:
        Refused: nothing of it may be.
    """
    margin_ms = MARGIN_MS if how == BY_RECORDING else MARGIN_BY_HAND_MS
    permitted = permitted_in(interview)
    numbers = count(number)
    pieces = []
    for piece in alignment.pieces:
        audible = _audible(piece, alignment, permitted, margin_ms + piece.worst_residual_ms)
        if not audible:
            continue
        within = FrameStretch(audible[0].first_frame, audible[-1].end_frame)
        span = next(numbers)
        copy = keep_copy(alignment.file, within, audible, folder / COPIES.format(span))
        pieces.append(
            AttachedPiece(
                span,
                AudioPart(copy.path.name, 0, copy.frames),
                copy.rate,
                copy.channels,
                round(piece.ms_at(within.first_frame)),
                round(piece.drift_ppm, 3),
                round(piece.residual_ms, 3),
                copy.sha256,
            )
        )
    if not pieces:
        raise Refused(
            f"Nothing of {alignment.file.name} lies where the call may be kept.",
            "It is from before the consent, off the record, or from another call.",
        )
    return tuple(pieces)


def permitted_in(interview: Interview) -> list[Stretch]:
    """The stretches of the call clock of which another recorder's sound may be kept."""
    asked = any(found.item.consent is not None for found in interview.items.values())
    ended_ms = interview.course.ended_ms or interview.at_ms
    whole = interview.soundtrack.permission.stretches(ended_ms) if asked else (Stretch(0, ended_ms),)
    return keepable(whole, interview.withheld())


def _audible(piece: Piece, alignment: Alignment, permitted: Sequence[Stretch], margin_ms: float) -> list[FrameStretch]:
    """The frames of a piece that may be heard: all that lies a margin within what is permitted."""
    unsure = _unsure(alignment, piece)
    audible = []
    for stretch in permitted:
        first, end = piece.frame_at(stretch.start_ms + margin_ms), piece.frame_at(stretch.end_ms - margin_ms)
        first, end = max(first, unsure[0]), min(end, unsure[1])
        if first < end:
            audible.append(FrameStretch(first, end))
    return audible


def _unsure(alignment: Alignment, piece: Piece) -> tuple[int, int]:
    """From where to where the times of a piece are sure: beside a break of the other recorder they are not."""
    first = piece.first_frame if piece is alignment.pieces[0] else piece.sure_first
    end = piece.end_frame if piece is alignment.pieces[-1] else piece.sure_end
    return first, end


def _scratch(study: StudyFolder, case: str) -> Scratch:
    """What was recorded here, without what is withheld."""
    folder, timeline = study.audio_folder(case), study.interview(case).timeline()
    return Scratch(
        ScratchClip(folder / clip.file, clip.first_frame, clip.frames, clip.rate, span.true_rate, clip.start_ms)
        for span in timeline.spans
        if not span.attached
        for clip in timeline.clips(span.start_ms, span.end_ms)
    )


def _sweep(folder: Path, interview: Interview) -> None:
    """Delete copies that no attachment knows: of an attempt that was killed, or of what was taken off."""
    known = {part.file for span in interview.spans.values() for part in span.parts}
    for path in folder.glob(COPIES.replace("{:03d}", "*") + "*"):
        if path.name not in known:
            try:
                path.unlink()
            except OSError as error:
                raise AudioError(f"{path} cannot be deleted: {error.strerror}.", "Close what holds it open.") from error
