"""Fakes of what reading and making records needs: a study, its transcriber, its exports, kept in memory.

Each passes the contract test of its port, beside the real part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from interview_tui.errors import ExportError, StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.interview.route import wording
from interview_tui.interview.state import Interview, fold
from interview_tui.record.export_ports import Choice, OnCase, Written
from interview_tui.record.merge import merge
from interview_tui.record.model import Record
from interview_tui.record.ports import InterviewSummary, JobProgress, JobState
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import review_of
from interview_tui.record.transcript import Transcript
from interview_tui.schedule.model import Schedule
from tests.fakes import MemoryJournal


class FakeStudy:
    """A study (`record.ports.Study`) in memory. `folder` is where audio folders are made, if it is given."""

    def __init__(self, name: str = "A study", folder: Path | None = None) -> None:
        self.name = name
        self.folder = folder
        self.journals: dict[str, MemoryJournal] = {}
        self.schedules: dict[str, Schedule] = {}
        self.transcripts: dict[str, Transcript] = {}
        self.reviews: dict[str, list[Edit]] = {}

    def add(
        self, case: str, schedule: Schedule, events: Sequence[Event], transcript: Transcript | None = None
    ) -> MemoryJournal:
        """Put an interview into the study, as if it had been conducted; gives its journal."""
        self.keep_schedule(schedule)
        self.journals[case] = MemoryJournal(events)
        if transcript is not None:
            self.transcripts[case] = transcript
        return self.journals[case]

    def interviews(self) -> list[InterviewSummary]:
        found = [self._summary(self.interview(case)) for case, journal in self.journals.items() if journal.events]
        return sorted(found, key=lambda summary: (-summary.opened_wall_ms, summary.case))

    def interview(self, case: str) -> Interview:
        schedule = self.schedule(case)
        return fold(schedule, self.journals[case].events)

    def draft(self, case: str) -> Draft | None:
        return self.journals[case].draft if case in self.journals else None

    def journal(self, case: str) -> MemoryJournal:
        known = self.journals.get(case)
        if known is not None and not known.closed and known.events:
            raise StorageError(f"The interview with {case} is open in another interview-tui.")
        again = MemoryJournal(known.events if known is not None else ())
        again.draft = known.draft if known is not None else None
        self.journals[case] = again
        return again

    def schedule(self, case: str) -> Schedule:
        events = self.journals[case].events if case in self.journals else []
        if not events:
            raise StorageError(f"There is no interview with {case} in {self.name}.")
        sha256 = getattr(events[0], "schedule_sha256", "")
        if sha256 not in self.schedules:
            raise StorageError(f"The schedule {sha256[:12]} is missing.")
        return self.schedules[sha256]

    def keep_schedule(self, schedule: Schedule) -> None:
        self.schedules[schedule.sha256] = schedule

    def audio_folder(self, case: str) -> Path:
        if self.folder is None:
            return Path("recordings") / case
        made = self.folder / "recordings" / case
        made.mkdir(parents=True, exist_ok=True)
        return made

    def transcript(self, case: str) -> Transcript | None:
        return self.transcripts.get(case)

    def record(self, case: str) -> Record:
        return merge(self.interview(case), self.transcript(case), review_of(self.review_log(case)))

    def review_log(self, case: str) -> Log:
        return Log(self.reviews.get(case, ()))

    def append_review(self, case: str, edit: Edit) -> None:
        self.reviews.setdefault(case, []).append(edit)

    def _has_a_recorder_s_log(self, case: str) -> bool:
        return self.folder is None or (self.audio_folder(case) / "spans.jsonl").is_file()

    def _summary(self, interview: Interview) -> InterviewSummary:
        incidents = interview.schedule.incident_loop()
        return InterviewSummary(
            case=interview.case,
            opened_wall_ms=interview.opened_wall_ms,
            length_ms=interview.at_ms if interview.course.ended_ms is None else interview.course.ended_ms,
            recorded_ms=interview.timeline().recorded_ms(),
            notes=len(interview.notes),
            incidents=sum(1 for opened in interview.rounds.values() if incidents and opened.loop == incidents),
            ended=interview.ended,
            transcribed=interview.case in self.transcripts,
            rehearsal=interview.rehearsal,
            where="" if interview.ended or interview.place is None else wording(interview, interview.place),
            debrief_open=(interview.ended and not interview.course.debriefed)
            and (not interview.timeline().recorded_ms() or self._has_a_recorder_s_log(interview.case)),
        )


class FakeTranscriber:
    """A transcriber (`record.ports.Transcriber`) that gets on when the test says so.

    `begun` holds the cases in the order of their turns, `waiting` those whose turn is still to come, `followed` the
    calls that are heard while they go on. With a `study` and a `transcript`, `finish` puts the transcript there.
    """

    def __init__(
        self, total_s: float = 60.0, study: FakeStudy | None = None, transcript: Transcript | None = None
    ) -> None:
        self.total_s, self.study, self.transcript = total_s, study, transcript
        self.begun: list[str] = []
        self.waiting: list[str] = []
        self.followed: list[str] = []
        self._told: dict[str, JobProgress] = {}

    def begin(self, case: str, urgent: bool = False) -> None:
        self.unfollow(case)
        at_work = self._is_at_work
        if at_work and self.begun[-1] == case:
            return
        self.waiting = [one for one in self.waiting if one != case]
        self.waiting.insert(0 if urgent else len(self.waiting), case)
        self._told[case] = JobProgress(case, JobState.WAITING)
        if at_work and urgent:
            self.waiting.insert(1, self.begun[-1])
            self._begin_next()
        elif not at_work:
            self._begin_next()

    def poll(self, case: str = "") -> JobProgress | None:
        told = self._told.get(case or (self.begun[-1] if self.begun else ""))
        return told and replace(told, waiting=len(self.waiting))

    def cancel(self, case: str = "") -> None:
        gone = [one for one in self.waiting if case in ("", one)]
        self.waiting = [one for one in self.waiting if one not in gone]
        for one in gone:
            self._told[one] = JobProgress(one, JobState.CANCELLED)
        if self._is_at_work and case in ("", self.begun[-1]):
            self._set(JobState.CANCELLED, self._told[self.begun[-1]].done_s)
            self._begin_next()

    def follow(self, case: str) -> None:
        self.followed = [*self.unfollowed(case), case]

    def unfollow(self, case: str) -> None:
        self.followed = self.unfollowed(case)

    def unfollowed(self, case: str) -> list[str]:
        """The other calls that are followed."""
        return [one for one in self.followed if one != case]

    def reach(self, done_s: float, words: str = "") -> None:
        """Let the job have done so much; half as fast as the talk."""
        self._set(JobState.RUNNING, done_s, left_s=(self.total_s - done_s) * 2, words=words)

    def finish(self) -> None:
        """Let the job be done."""
        if self.study is not None and self.transcript is not None:
            self.study.transcripts[self.begun[-1]] = self.transcript
        self._set(JobState.DONE, self.total_s, left_s=0.0)
        self._begin_next()

    def fail(self, message: str) -> None:
        """Let the job fail."""
        self._set(JobState.FAILED, self._told[self.begun[-1]].done_s if self.begun else 0.0, message=message)
        self._begin_next()

    @property
    def _is_at_work(self) -> bool:
        return bool(self.begun) and self._told[self.begun[-1]].state in (JobState.WAITING, JobState.RUNNING)

    def _begin_next(self) -> None:
        if self.waiting:
            self.begun.append(self.waiting.pop(0))
            self._set(JobState.WAITING, 0.0)

    def _set(
        self, state: JobState, done_s: float, left_s: float | None = None, message: str = "", words: str = ""
    ) -> None:
        case = self.begun[-1]
        self._told[case] = JobProgress(case, state, done_s, self.total_s, left_s, message, words)


class FakeExports:
    """Exports (`record.export_ports.Exports`) that write nothing; `written` is what was asked for, `chosen` how."""

    def __init__(self, formats: Mapping[str, str] | None = None, folder: Path = Path("exports")) -> None:
        self.formats = dict(formats or {"text": "timed text", "json": "everything, for programs"})
        self.folder = folder
        self.written: list[tuple[str, str]] = []
        self.chosen: list[Choice] = []

    def write(self, cases: Sequence[str], choice: Choice, on_case: OnCase = lambda *_: None) -> Written:
        unknown = [name for name in choice.formats if name not in self.formats]
        if unknown:
            raise ExportError(f"There is no export format {unknown[0]}.", f"There are {', '.join(self.formats)}.")
        for number, case in enumerate(cases):
            on_case(case, number, len(cases))
        self.chosen.append(choice)
        self.written.extend((case, name) for case in cases for name in choice.formats)
        folder = choice.folder or self.folder
        return Written(tuple(folder / f"{case}.{name}" for name in choice.formats for case in cases))
