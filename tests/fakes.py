"""Fakes of the ports: the same promises as the real parts, kept in memory and driven by the test.

Each passes the contract test of its port, beside the real part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from interview_tui.errors import AudioError, ExportError, StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft, Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.route import wording
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import Interview, fold
from interview_tui.record.merge import merge
from interview_tui.record.model import Record
from interview_tui.record.ports import InterviewSummary, JobProgress, JobState
from interview_tui.record.transcript import Transcript
from interview_tui.schedule.model import Schedule

NS_PER_MS = 1_000_000
NOON_MS = 1_767_268_800_000  # 1 January 2026, 12:00 UTC


class ManualClock:
    """A clock (`interview.ports.Clock`) that stands still until it is advanced; monotonic time is the call clock."""

    def __init__(self, at_ms: int = 0, wall_ms: int = NOON_MS) -> None:
        self._now = Moment(at_ms, wall_ms)

    def now(self) -> Moment:
        return self._now

    def at_ms_of(self, monotonic_ns: int) -> int:
        return monotonic_ns // NS_PER_MS

    @property
    def monotonic_ns(self) -> int:
        """What `monotonic.now_ns` would say now."""
        return self._now.at_ms * NS_PER_MS

    def advance(self, ms: int) -> Moment:
        """Let time pass; gives the new moment."""
        self._now = Moment(self._now.at_ms + ms, self._now.wall_ms + ms)
        return self._now


class MemoryJournal:
    """A journal (`interview.ports.Journal`) that saves at once, unless `hold` is set or `fail` was called.

    `events` are all that were appended, saved or not; `draft` is the newest half-typed line.
    """

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self.events: list[Event] = list(events)
        self.draft: Draft | None = None
        self.hold = False
        self.closed = False
        self._saved = len(self.events)
        self._failure: StorageError | None = None

    def append(self, events: Sequence[Event]) -> int:
        self._refuse_if_closed()
        self.events.extend(events)
        return len(self.events)

    def keep_draft(self, draft: Draft | None) -> None:
        self._refuse_if_closed()
        self.draft = draft

    @property
    def saved(self) -> int:
        if not self.hold and self._failure is None:
            self._saved = len(self.events)
        return self._saved

    @property
    def failure(self) -> StorageError | None:
        return self._failure

    def close(self, timeout_s: float) -> bool:  # noqa: ARG002 - the port's argument; nothing here takes time
        self.closed = True
        return self.saved == len(self.events)

    def fail(self, message: str) -> None:
        """The disk refuses from now on."""
        self._saved = self.saved
        self._failure = StorageError(message)

    def recover(self) -> None:
        """The disk works again."""
        self._failure = None

    def _refuse_if_closed(self) -> None:
        if self.closed:
            raise StorageError("The journal is closed.")


class FakeRecorder:
    """A recorder (`interview.ports.Recorder`) of spans without samples, as long as its clock says.

    What it does by itself the test says: `seek` and `find`, `move`, `skip`; `lose` and `kill` end it.
    """

    def __init__(
        self, clock: ManualClock, rate: int = 16_000, channels: int = 1, source: str = "a microphone of the test"
    ) -> None:
        self.clock, self.rate, self.channels, self.source = clock, rate, channels, source
        self.state = RecorderState.OFF
        self.message = ""
        self.free_bytes = 10_000_000_000
        self.alone_s = 0
        self._running_in: Path | None = None
        self._folder = Path()
        self._span = self._frames = self._started_ns = 0
        self._closed: dict[Path, list[RecordedSpan]] = {}
        self._cut_off: RecordedSpan | None = None
        self._refusal = ""

    def start(self, folder: Path, span: int) -> RecorderStatus:
        self.attach(folder)
        self._running_in = self._folder = folder
        try:
            return self._record(span)
        except AudioError:
            if self.state is not RecorderState.RECORDING:
                self._running_in, self.state = None, RecorderState.OFF
            raise

    def resume(self, span: int) -> RecorderStatus:
        return self._record(span)

    def pause(self, reason: SpanEnd) -> RecordedSpan | None:
        if self._running_in is None:
            raise AudioError("No recorder is running.")
        if self.state not in (RecorderState.RECORDING, RecorderState.SEEKING, RecorderState.FAILED):
            raise AudioError("Nothing is being recorded.")
        span = self._close(reason, RecorderState.PAUSED)
        self.message = ""
        return span

    def stop(self) -> RecordedSpan | None:
        if self.state is RecorderState.OFF:
            return None
        span = self._close(SpanEnd.STOP, RecorderState.STOPPED) if self._running_in is not None else None
        self._running_in, self.state = None, RecorderState.STOPPED
        return span

    def attach(self, folder: Path) -> RecorderStatus:
        if self._running_in != folder:
            self.state, self.message = RecorderState.OFF, ""
        return self.status()

    def status(self) -> RecorderStatus:
        if self.state is RecorderState.OFF:
            return RecorderStatus(RecorderState.OFF)
        on = self.state is RecorderState.RECORDING
        return RecorderStatus(
            self.state,
            self._span,
            self._heard() if on else self._frames,
            self.rate,
            self.channels,
            self.source,
            started_ns=self._started_ns,
            heard_ns=self.clock.monotonic_ns if on else self._started_ns,
            level_db=(-20.0,) * self.channels if on else (),
            free_bytes=self.free_bytes,
            message=self.message,
            alone_s=self.alone_s,
        )

    def closed_spans(self, folder: Path) -> list[RecordedSpan]:
        return list(self._closed.get(folder, ()))

    def refuse(self, message: str) -> None:
        """Let every later start and resume fail with this; an empty message ends that."""
        self._refusal = message

    def seek(self, message: str, reason: SpanEnd = SpanEnd.LOST) -> None:
        """No sound comes any more: the span ends, and the recorder tries to go on."""
        self._cut_off = self._close(reason, RecorderState.SEEKING)
        self.message = message

    def find(self) -> None:
        """There is sound again, in a new span."""
        self._begin(self._span)

    def move(self, source: str, message: str = "", reason: SpanEnd = SpanEnd.MOVED) -> None:
        """The sound comes from another device from now on, without a gap."""
        self._close(reason, RecorderState.SEEKING)
        self.source = source
        self._begin(self._span)
        self.message = message

    def skip(self, ms: int) -> None:
        """Sound is missing between one moment and a later one; both are past when it is noticed."""
        self._close(SpanEnd.SKIPPED, RecorderState.SEEKING)
        self.clock.advance(ms)
        self._begin(self._span)

    def lose(self, message: str) -> None:
        """The device is gone: the span ends here and the recorder has failed, though it still runs."""
        self._cut_off = self._close(SpanEnd.LOST, RecorderState.FAILED)
        self.state, self.message = RecorderState.FAILED, message

    def kill(self) -> None:
        """The recorder process is gone; what it had recorded is among the closed spans."""
        self._close(SpanEnd.LOST, RecorderState.FAILED)
        self._running_in, self._cut_off = None, None
        self.state, self.message = RecorderState.FAILED, "The recorder has ended by itself."

    def _record(self, span: int) -> RecorderStatus:
        if self._running_in is None:
            raise AudioError("No recorder is running.")
        if self.state is RecorderState.RECORDING:
            raise AudioError(f"Span {self._span} is being recorded already.")
        if self._refusal:
            raise AudioError(self._refusal)
        self._begin(span)
        return self.status()

    def _begin(self, least: int) -> None:
        """Begin a span, numbered `least` or, if that was recorded already, the next number after all of them."""
        self.state, self.message, self._cut_off = RecorderState.RECORDING, "", None
        known = [closed.number for closed in self.closed_spans(self._folder)]
        self._span, self._started_ns = max([least, *(number + 1 for number in known)]), self.clock.monotonic_ns

    def _close(self, reason: SpanEnd, state: RecorderState) -> RecordedSpan | None:
        """Close the span that is open, or tell of the one that a failure closed."""
        closed, self._cut_off = self._cut_off, None
        if self.state is RecorderState.RECORDING:
            self._frames = self._heard()
            closed = RecordedSpan(
                number=self._span,
                rate=self.rate,
                channels=self.channels,
                frames=self._frames,
                started_ns=self._started_ns,
                parts=(AudioPart(f"span-{self._span:03}.wav", 0, self._frames),),
                source=self.source,
                reason=reason,
            )
            self._closed.setdefault(self._folder, []).append(closed)
        self.state = state
        return closed

    def _heard(self) -> int:
        return (self.clock.monotonic_ns - self._started_ns) * self.rate // (1000 * NS_PER_MS)


class FakeStudy:
    """A study (`record.ports.Study`) in memory. `folder` is where audio folders are made, if it is given."""

    def __init__(self, name: str = "A study", folder: Path | None = None) -> None:
        self.name = name
        self.folder = folder
        self.journals: dict[str, MemoryJournal] = {}
        self.schedules: dict[str, Schedule] = {}
        self.transcripts: dict[str, Transcript] = {}

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
        return merge(self.interview(case), self.transcript(case))

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
    """Exports (`record.ports.Exports`) that write nothing; `written` is what was asked for."""

    def __init__(self, formats: Mapping[str, str] | None = None, folder: Path = Path("exports")) -> None:
        self.formats = dict(formats or {"text": "timed text", "json": "everything, for programs"})
        self.folder = folder
        self.written: list[tuple[str, str]] = []

    def write(self, case: str, formats: Iterable[str]) -> list[Path]:
        asked = list(formats)
        unknown = [name for name in asked if name not in self.formats]
        if unknown:
            raise ExportError(f"There is no export format {unknown[0]}.", f"There are {', '.join(self.formats)}.")
        self.written.extend((case, name) for name in asked)
        return [self.folder / f"{case}.{name}" for name in asked]
