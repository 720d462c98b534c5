"""What the app is handed: a study, and what opens, checks, plays, transcribes and exports its interviews."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from interview_tui import bootstrap, machine, monotonic, packing, reviewing, transcribing
from interview_tui.appraising import StudyCoding
from interview_tui.audio.link.sound_check import forget_left_over
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.audio.sources.permissions import way_out_of_silence
from interview_tui.casebook import StudyCases, StudyIdentities
from interview_tui.errors import InterviewTuiError
from interview_tui.interview.call import Call
from interview_tui.record.export_ports import Choice, OnCase, Written
from interview_tui.record.ports import Transcriber
from interview_tui.sources import Named, SourceCheck, Sources, fallback_root
from interview_tui.store.study import StudyFolder
from interview_tui.tallying import StudyTallies
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.tui.idle_lock import IdleLock
from interview_tui.tui.ports import AT_WORK, Adapters
from interview_tui.tui.readiness import Prospect

NS_PER_MS = 1_000_000


class StudyExports:
    """Exports of a study's records; implements `record.export_ports.Exports`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study

    @property
    def formats(self) -> dict[str, str]:
        """Name and one-line description of every format."""
        from interview_tui.export.registry import FORMATS

        return {name: each.description for name, each in FORMATS.items()}

    def write(self, cases: Sequence[str], choice: Choice, on_case: OnCase = lambda *_: None) -> Written:
        """Write interviews as they are chosen to be written; all of it or nothing."""
        from interview_tui.exporting import export

        return export(self._study, cases, choice, on_case)


def prospect(study: StudyFolder) -> Prospect:
    """What a new interview of the study would begin with."""
    schedule = bootstrap.next_schedule(study)
    return Prospect(
        schedule=schedule.title,
        version=schedule.version,
        sha256=schedule.sha256,
        minutes=schedule.minutes,
        interviewer=study.settings.interviewer,
        free_bytes=machine.free_bytes(study.path),
        fallback_bytes=machine.free_bytes_elsewhere(fallback_root(study.settings), study.path),
        out_of_silence=way_out_of_silence(sys.platform, os.environ),
    )


def destroy(study: StudyFolder, transcriber: Transcriber, call: Call, withheld: str) -> Path:
    """Destroy what is withheld in an interview; gives the certificate. Raises as `destroying.destroy` does.

    A transcription of it would write again what it has heard: it is ended first, and begun again on what is left.
    """
    from interview_tui import destroying

    case = call.interview.case
    job = transcriber.poll(case)
    was_at_work = job is not None and job.state in AT_WORK
    transcriber.cancel(case)
    try:
        with packing.ALONE:  # what is just being prepared for a transcription is packed first
            return destroying.destroy(study, call, withheld)
    finally:
        if was_at_work:
            with suppress(InterviewTuiError):  # that it cannot be begun is told by whoever begins it next
                transcriber.begin(case)


def adapters(study: StudyFolder, named: Named = Named(), call: Call | None = None) -> Adapters:  # noqa: B008 - immutable
    """The adapters over a study, for what was `named` to record from, or for a `call` that is open."""
    forget_left_over(study.path)  # voices that a sound check was listening to when its app was killed

    sources, jobs = Sources(named), transcribing.Jobs(study)

    def open_call(case: str) -> Call:
        if call is not None:
            return jobs.of_opened(call)
        ready = bootstrap.ready_study(study.path)
        opened = bootstrap.open_call(ready, case, sources.spec(ready.settings), rehearsal=sources.is_file)
        return jobs.of_opened(opened)

    transcriber = TranscriptionJob(jobs.spec)
    identities = StudyIdentities(study)
    return Adapters(
        study=study,
        open_call=open_call,
        reopen=lambda case: jobs.of_opened(bootstrap.reopen_call(study, case)),
        destroy=lambda call, withheld: destroy(study, transcriber, call, withheld),
        reviews=reviewing.StudyReviews(study),
        overview=reviewing.StudyOverview(study),
        pseudonyms=reviewing.StudyPseudonyms(study),
        sound_check=lambda: SourceCheck(sources, study.settings, study.path),
        power=machine.power,
        prospect=lambda: prospect(study),
        transcriber=transcriber,
        player=SoundPlayer(),
        exports=StudyExports(study),
        cases=StudyCases(study),
        identities=identities,
        idle_lock=IdleLock(identities, lambda: monotonic.now_ns() // NS_PER_MS),
        tallies=StudyTallies(study),
        coding=StudyCoding(study),
        hears_along=lambda: study.settings.during_call,
    )
