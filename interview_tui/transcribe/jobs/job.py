"""The app's side of transcriptions: a queue of them, one at a time, and a call that is heard while it goes on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from interview_tui.at_rest.files import read_bytes
from interview_tui.errors import InterviewTuiError, StorageError, TranscriptionError
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.record.transcript import Transcript, from_json
from interview_tui.transcribe.jobs.process import ENDED, STOPPED, Command, TranscriptionProcess, default_command
from interview_tui.transcribe.spec import JobSpec, write_spec

RESTARTS = 3  # of the process that hears a call along: one that dies so often would die again


class TranscriptionJob:
    """Makes transcripts, one at a time, in a process of its own; implements `record.ports.Transcriber`.

    `spec_of` gives the job of a case when it is its turn. A thread reads what the process says and begins the next one,
    so that `poll` never waits.
    """

    def __init__(self, spec_of: Callable[[str], JobSpec], command: Command = default_command) -> None:
        self._spec_of, self._command = spec_of, command
        self._lock = threading.Lock()  # never held while something slow is done
        self._waiting: list[str] = []
        self._urgent: set[str] = set()
        self._turn = ""  # whose it is, from the making of its spec to the end of its process
        self._process: TranscriptionProcess | None = None
        self._ended: dict[str, JobProgress] = {}
        self._latest = ""  # who ended last
        self._followed: dict[str, _Followed] = {}

    def begin(self, case: str, urgent: bool = False) -> None:
        """Transcribe a case, or go on where it was left: at once, or when those before it are done.

        An urgent one comes before all that are not; if one of these runs it is set aside. Nothing happens to a case
        that is being transcribed; one that waits can become urgent.

        Raises:
            InterviewTuiError: it is its turn, but there is nothing to transcribe, or no process can be started.
        """
        self.unfollow(case)
        turn, set_aside = "", None
        with self._lock:
            if case == self._turn:
                return
            self._queue(case, urgent)
            if urgent and self._turn not in self._urgent:
                set_aside = self._set_aside()
            if not self._turn:
                turn = self._turn = self._waiting.pop(0)
        if set_aside is not None:
            set_aside.end()
        if turn and not self._start(turn):
            self._begin_next()
            if turn == case:
                raise TranscriptionError(self._ended[case].message)

    def poll(self, case: str = "") -> JobProgress | None:
        """The newest progress of a case; without one, of whichever is being transcribed, else of the last that was.

        None where there is nothing to tell. Never waits.
        """
        asked = case or self._turn or self._latest
        process, waiting = self._process, len(self._waiting)
        if process is not None and process.case == asked:
            return replace(process.progress, waiting=waiting)
        if asked in self._waiting or (asked and asked == self._turn):
            return JobProgress(asked, JobState.WAITING, waiting=waiting)
        if asked in self._followed:
            return self._followed[asked].process.progress
        return self._ended.get(asked)

    def cancel(self, case: str = "") -> None:
        """Stop a case, or all of them; what is finished is kept. Nothing happens if it is not on its way."""
        with self._lock:
            gone = [one for one in self._waiting if case in ("", one)]
            self._waiting = [one for one in self._waiting if one not in gone]
            process, turn = self._process, self._turn
            if turn and case in ("", turn):
                gone.append(turn)
                self._process, self._turn = None, ""
            for one in gone:
                told = (
                    process.progress
                    if process is not None and process.case == one
                    else JobProgress(one, JobState.WAITING)
                )
                self._end(_cancelled(told))
        if turn in gone:
            if process is not None:
                process.end()
            self._begin_next()

    def follow(self, case: str) -> None:
        """Hear what there is of a call that goes on, unnoticed by everything else; to be called again as it grows.

        There is no transcript until it has ended and is begun; what was heard by then is not heard again. A process
        that has died is started again, `RESTARTS` times at most.

        Raises:
            InterviewTuiError: there is nothing to hear yet, or no process can be started.
        """
        spec = replace(self._spec_of(case), open=True, lowest=True, threads=1)
        followed = self._followed.get(case)
        if followed is None:
            self._followed[case] = _Followed(self._listening_to(spec))
        elif followed.process.runs or followed.restarts == RESTARTS:
            write_spec(spec)  # though nobody may hear it any more: of what is taken back nothing is left in the order
        else:
            followed.restarts += 1
            followed.process.log(
                f"The process that heard {case} along ended (code {followed.process.code}) and is started again "
                f"({followed.restarts} of {RESTARTS})."
            )
            followed.process = self._listening_to(spec)

    def unfollow(self, case: str) -> None:
        """Hear no more of a call; nothing is written in its folder any more when this returns."""
        followed = self._followed.pop(case, None)
        if followed is not None:
            followed.process.end()

    def _listening_to(self, spec: JobSpec) -> TranscriptionProcess:
        process = TranscriptionProcess(spec, self._command)
        process.follow_in_thread()
        return process

    def _queue(self, case: str, urgent: bool) -> None:
        """Give a case its place: after all that are urgent if it is, else at the end."""
        if case in self._waiting and not urgent:
            return
        self._waiting = [one for one in self._waiting if one != case]
        self._urgent.discard(case)
        place = sum(one in self._urgent for one in self._waiting) if urgent else len(self._waiting)
        self._waiting.insert(place, case)
        if urgent:
            self._urgent.add(case)

    def _set_aside(self) -> TranscriptionProcess | None:
        """Let the one whose turn it is wait behind the urgent ones; gives its process, which is to be ended."""
        process = self._process
        if process is None:
            return None  # its job is only being prepared: it keeps its turn, which has just begun
        self._waiting.insert(sum(one in self._urgent for one in self._waiting), self._turn)
        self._process, self._turn = None, ""
        return process

    def _start(self, case: str) -> bool:
        """Start the process of the case whose turn it is; False, and a reason to be polled, if it cannot be."""
        try:
            process = TranscriptionProcess(self._spec_of(case), self._command)
        except InterviewTuiError as error:
            with self._lock:
                if self._turn == case:
                    self._turn = ""
                self._end(JobProgress(case, JobState.FAILED, message=str(error)))
            return False
        with self._lock:
            wanted = self._turn == case and self._process is None
            if wanted:
                self._process = process
        if wanted:
            process.follow_in_thread(lambda: self._has_ended(process))
        else:
            process.end()  # cancelled while it was being prepared
        return True

    def _has_ended(self, process: TranscriptionProcess) -> None:
        with self._lock:
            if self._process is not process:
                return  # it was cancelled, or set aside
            self._end(process.progress)
            self._process, self._turn = None, ""
        self._begin_next()

    def _end(self, progress: JobProgress) -> None:
        self._ended[progress.case] = progress
        self._latest = progress.case
        self._urgent.discard(progress.case)

    def _begin_next(self) -> None:
        """Begin with the first that waits and can be begun, unless somebody else has by now."""
        started = False
        while not started:
            with self._lock:
                if self._turn or not self._waiting:
                    return
                case = self._turn = self._waiting.pop(0)
            started = self._start(case)


@dataclass(slots=True)
class _Followed:
    """A call that goes on: who hears it, and how often that process was started again."""

    process: TranscriptionProcess
    restarts: int = 0


def _cancelled(progress: JobProgress) -> JobProgress:
    """What is told of one that was stopped before its end."""
    if progress.state in ENDED:
        return progress
    return replace(progress, state=JobState.CANCELLED, left_s=None, message=STOPPED)


def run(
    spec: JobSpec, on_progress: Callable[[JobProgress], None] = lambda _: None, command: Command = default_command
) -> Transcript:
    """Do a job and wait for its transcript.

    Raises:
        TranscriptionError: it failed. StorageError: the study is locked.
    """
    process = TranscriptionProcess(spec, command)
    try:
        for progress in process.follow():
            on_progress(progress)
    finally:
        process.end()
    if process.progress.state is not JobState.DONE:
        failed = StorageError if process.code == StorageError.exit_code else TranscriptionError
        raise failed(process.progress.message or f"The transcription of {spec.case} was stopped.")
    return read_transcript(spec.transcript)


def read_transcript(path: Path) -> Transcript:
    """The transcript that a job left in `path`.

    Raises:
        TranscriptionError: it cannot be read. StorageError: the study is locked.
    """
    try:
        kept = read_bytes(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        return from_json(json.loads(kept))
    except (ValueError, StorageError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> TranscriptionError:
    return TranscriptionError(f"{path} cannot be read: {error}", "Start the transcription again.")
