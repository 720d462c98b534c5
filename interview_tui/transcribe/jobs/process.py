"""One transcription process: started, followed while it says how far it is, ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from interview_tui.errors import TranscriptionError
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.transcribe.jobs.process_log import ProcessLog
from interview_tui.transcribe.priority import SPARING
from interview_tui.transcribe.spec import JobSpec, write_spec

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
STOPPED = "What is finished is kept."
ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)
KILLED_WITHIN_S = 5.0
LONGEST_LINE = 65_536  # bytes of progress; whatever is longer is none

Command = Callable[[Path], Sequence[str]]


def default_command(spec: Path) -> list[str]:
    """The command that starts the transcription process for the job in `spec`."""
    return [sys.executable, "-m", "interview_tui", "transcription-worker", str(spec)]


class TranscriptionProcess:
    """A process that does a job, and the last thing it said.

    The log that it writes to is added to: another process of the same job may write there at the same time.
    """

    def __init__(self, spec: JobSpec, command: Command = default_command) -> None:
        """Start it.

        Raises:
            TranscriptionError: it cannot be started, or its order not be written.
        """
        path = write_spec(spec)
        self._spec = spec
        self._log = ProcessLog(spec.log)
        self._cancelled = False
        self._said = JobProgress(spec.case, JobState.WAITING, total_s=spec.seconds)
        try:
            with self._log.standard_error() as log:
                self._process = subprocess.Popen(
                    list(command(path)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env={**os.environ, **SPARING},
                    creationflags=NO_WINDOW,
                    start_new_session=True,  # its priority is its own, and Ctrl+C is for who holds it
                )
            self._log.take(self._process.stderr)
        except OSError as error:
            raise TranscriptionError(
                f"The transcription of {spec.case} cannot be started: {error}.", "Run: interview-tui doctor"
            ) from error

    @property
    def case(self) -> str:
        """The case that it transcribes."""
        return self._spec.case

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.code is None

    @property
    def code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.poll()

    @property
    def progress(self) -> JobProgress:
        """How far it is, as far as is known."""
        if self._cancelled:
            return replace(self._said, state=JobState.CANCELLED, left_s=None, message=STOPPED)
        return self._said

    def follow(self) -> Iterator[JobProgress]:
        """All that the process says until it ends."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in iter(lambda: lines.readline(LONGEST_LINE), b""):
                self._said = self._understood(line)
                yield self.progress
        code = self._process.wait()
        self._log.finish()
        if self._said.state not in ENDED and not self._cancelled:
            message = (
                f"The transcription process ended unexpectedly (code {code}); {self._log.why}. "
                "Start again: what is finished is kept."
            )
            self._said = replace(self._said, state=JobState.FAILED, left_s=None, message=message)
            yield self.progress

    def follow_in_thread(self, ended: Callable[[], None] = lambda: None) -> None:
        """Follow in the background, so that `progress` is always the newest; say when it has `ended`."""

        def follow() -> None:
            try:
                for _ in self.follow():
                    pass
            finally:  # whoever waits for the end of it must not wait for ever
                ended()

        threading.Thread(target=follow, name=f"transcription of {self.case}", daemon=True).start()

    def end(self) -> None:
        """Kill the process and what it has started, if they still run; they are gone when this returns."""
        if self.runs:
            self._kill()
        self._log.finish()

    def log(self, sentence: str) -> None:
        """Add a sentence to the log that the process writes to; a log that cannot be written costs nothing else."""
        self._log.add(sentence)

    def _kill(self) -> None:
        self._cancelled = self._said.state not in ENDED
        try:
            worker = psutil.Process(self._process.pid)
            family = [worker, *worker.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(KILLED_WITHIN_S)

    def _understood(self, line: bytes) -> JobProgress:
        """What a line says; of one that is torn, or that something else wrote there, nothing new."""
        try:
            said = json.loads(line)
            left_s = said["left_s"]
            return JobProgress(
                self.case,
                JobState(said["state"]),
                float(said["done_s"]),
                float(said["total_s"]),
                None if left_s is None else float(left_s),
                str(said["message"]),
                str(said["words"]),
            )
        except (ValueError, TypeError, KeyError):
            return self._said
