"""Interviews transcribed: what is to be heard of a case and how, whether it was, and the process that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interview_tui.errors import ConfigError, InterviewTuiError, StorageError
from interview_tui.growing import GrowingInterview, timeline_so_far
from interview_tui.interview.call import Call
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Clip, Span, Timeline
from interview_tui.packing import is_open, keep_durably, pack_what_can_be
from interview_tui.store.certificates import is_audio_destroyed
from interview_tui.store.study import StudyFolder
from interview_tui.terms import questions_of, terms_of

if TYPE_CHECKING:  # the room of transcription is entered only by those who need it
    from interview_tui.record.ports import JobProgress
    from interview_tui.record.transcript import Transcript
    from interview_tui.transcribe.listening.sound import SoundClip
    from interview_tui.transcribe.spec import JobSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be asked for besides the study's settings; empty, it is as these say.

    `fillers` says keep or drop, `threads` of 0 are as many as there are cores, `anew` forgets what was finished.
    """

    engine: str = ""
    model: str = ""
    fillers: str = ""
    threads: int = 0
    anew: bool = False


AS_SET = Choice()


class Jobs:
    """The jobs of a study for an app that has a call of it open itself: while it goes on, and in its debrief."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
        self._opened: dict[str, Call] = {}
        self._growing: dict[str, GrowingInterview] = {}

    def of_opened(self, call: Call) -> Call:
        """The call, which is known from now on: its journal is told where its audio lies when it is packed."""
        self._opened[call.interview.case] = call
        return call

    def spec(self, case: str) -> JobSpec:
        """The job of a case now, as `transcription_spec`; of a call that goes on quickly, to be asked again and again.

        Packs the audio of one that has ended, which may take seconds.

        Raises:
            As `transcription_spec` does.
        """
        call = self._opened.get(case)
        if call is not None and call.interview.ended and is_open(call.journal):
            keep_durably(call.journal, ())  # its end and its last span may still be on their way to the disk
        interview = self._growing.setdefault(case, GrowingInterview(self._study, case)).so_far()
        if interview.ended:
            self._growing.pop(case, None)
        return _spec_of(self._study, interview, AS_SET, call)


def transcription_spec(study: StudyFolder, case: str, choice: Choice = AS_SET) -> JobSpec:
    """What is to be transcribed of a case, and how: all that was recorded on the record, as far as it can be read.

    Where all that was heard of a call is taken back, nothing is left to be transcribed, and of what was heard nothing
    is left either: while the call goes on by an order to forget it, afterwards at once.

    Raises:
        ConfigError: nothing was recorded, or the audio was destroyed on request.
        AudioError, StorageError: two tracks cannot be put together, so half of it would be missing.
    """
    return _spec_of(study, study.interview(case), choice)


def outstanding(study: StudyFolder, choice: Choice = AS_SET) -> list[str]:
    """The cases whose interview has ended and was recorded, without a transcript that is up to date; oldest first.

    One that cannot be looked into is among them: transcribing it says why.
    """
    ended = [one for one in study.interviews() if one.ended and one.recorded_ms]
    heard = [one for one in ended if not is_audio_destroyed(study.path, one.case)]
    return [one.case for one in reversed(heard) if not _is_up_to_date(study, one.case, choice)]


def transcribe(
    study: StudyFolder, case: str, choice: Choice = AS_SET, *, on_progress: Callable[[JobProgress], None]
) -> Transcript:
    """Transcribe a case and wait for it; what was finished before is kept.

    Raises:
        ConfigError: nothing was recorded.
        TranscriptionError: it failed.
    """
    from interview_tui.transcribe.jobs.job import run

    return run(transcription_spec(study, case, choice), on_progress)


def transcription_worker(spec: Path) -> int:
    """Do a transcription job in this process, which was started for it; gives the exit code."""
    from interview_tui.audio.files import read_mono16k
    from interview_tui.transcribe.jobs.worker import main

    return main(spec, read_mono16k)


def _spec_of(study: StudyFolder, interview: Interview, choice: Choice, opened: Call | None = None) -> JobSpec:
    """The job of an interview as it stands; `opened` is the call to it that this program has open."""
    from interview_tui.transcribe.erasing import erase
    from interview_tui.transcribe.spec import JobSpec
    from interview_tui.transcribe.weights import models

    case = interview.case
    if is_audio_destroyed(study.path, case):
        raise ConfigError(f"The audio of {case} was destroyed.", "Its transcript stays as it is.")
    folder, schedule = study.audio_folder(case), study.schedule(case)
    if interview.ended:
        _pack(study, case, opened)
        interview = study.interview(case)
    timeline = interview.timeline() if interview.ended else timeline_so_far(folder, interview)
    clips = tuple(
        _sound_clip(folder, span, _whole(interview, span), clip)
        for span in timeline.spans
        for clip in Timeline([span], timeline.withheld).clips(span.start_ms, span.end_ms)
    )
    settings = study.settings
    spec = JobSpec(
        case=case,
        clips=clips,
        folder=folder,
        engine=choice.engine or settings.engine,
        model=choice.model or settings.model or models.AUTO,
        language=settings.language,
        terms=terms_of(schedule, interview, settings),
        questions=questions_of(schedule, interview),
        fillers=choice.fillers or settings.fillers,
        threads=choice.threads,
        anew=choice.anew,
        cache=models.default_cache(),
    )
    if not clips and (interview.ended or not spec.ledger.exists()):
        if interview.ended:
            erase(folder, ())
        raise ConfigError(f"Nothing was recorded of {case}.", "There are notes only; its record can be read as it is.")
    return spec


def _pack(study: StudyFolder, case: str, opened: Call | None) -> None:
    """Pack the audio of a case. While it is open, in its debrief, only two tracks are: there is no other way to hear
    them. What one device recorded is read as it was recorded then, so that nothing is waited for.
    """
    two_tracks = any(span.beside is not None for span in study.interview(case).spans.values())
    try:
        pack_what_can_be(study, case, opened if two_tracks else None)
    except StorageError:
        if two_tracks:
            raise


def _is_up_to_date(study: StudyFolder, case: str, choice: Choice) -> bool:
    """Whether the transcript of a case rests on the sound that may be heard now, and was made as is asked for."""
    from interview_tui.transcribe.provenance import HEARD, file_hashes, in_seconds

    try:
        transcript = study.transcript(case)
        if transcript is None or choice.anew:
            return False
        spec = transcription_spec(study, case, choice)
        known = transcript.provenance
        heard = set(known.audio_sha256) == set(file_hashes(spec).values())
    except InterviewTuiError:
        return False
    asked_and_used = (
        (spec.model, known.model),
        (spec.engine, known.engine),
        (spec.language, known.language),
        (spec.fillers, known.parameters.get("fillers", "")),
        (in_seconds(spec), known.parameters.get(HEARD, "")),
    )
    as_asked = all(not used or asked in ("", "auto", used) for asked, used in asked_and_used)
    return heard and as_asked


def _whole(interview: Interview, span: Span) -> Span:
    """The span of which `span` may be a piece: another recorder's sound takes the place of a part of it.

    Of one that still grows, or of a track beside it, there is no more than what is read already.
    """
    whole = interview.spans[span.number]
    return whole if whole.closed else span


def _sound_clip(folder: Path, span: Span, whole: Span, clip: Clip) -> SoundClip:
    from interview_tui.transcribe.listening.sound import SoundClip

    return SoundClip(
        file=folder / clip.file,
        first_frame=clip.first_frame,
        frames=clip.frames,
        rate=clip.rate,
        true_rate=span.true_rate,
        start_ms=clip.start_ms,
        channels=span.channels,
        span=span.number,
        span_frame=_span_frame(whole, clip),
        sha256=span.sha256,
    )


def _span_frame(span: Span, clip: Clip) -> int:
    """Which frame of a span a clip begins with."""
    before = 0
    for part in span.parts:
        if part.file == clip.file and part.first_frame <= clip.first_frame < part.first_frame + part.frames:
            return before + clip.first_frame - part.first_frame
        before += part.frames
    raise ValueError(f"{clip.file} is no part of span {span.number}")
