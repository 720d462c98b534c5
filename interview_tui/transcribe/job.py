"""The app's side of a transcription: starts the process, knows how far it is, ends it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from interview_tui.errors import StorageError, TranscriptionError
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.record.transcript import Transcript, from_json
from interview_tui.transcribe.spec import JobSpec, private, write_spec

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)

Command = Callable[[Path], Sequence[str]]


def default_command(spec: Path) -> list[str]:
    """The command that starts the transcription process for the job in `spec`."""
    return [sys.executable, "-m", "interview_tui", "transcription-worker", str(spec)]


class TranscriptionJob:
    """Makes transcripts, one at a time, in a process of its own; implements `record.ports.Transcriber`.

    `spec_of` gives the job of a case. A thread reads what the process says, so that `poll` never waits.
    """

    def __init__(self, spec_of: Callable[[str], JobSpec], command: Command = default_command) -> None:
        self._spec_of = spec_of
        self._command = command
        self._worker: _Worker | None = None

    def begin(self, case: str) -> None:
        """Start transcribing a case, or going on where it was left.

        Raises:
            TranscriptionError: a case is being transcribed already, or the process cannot be started.
        """
        running = self.poll()
        if running and running.state not in ENDED:
            raise TranscriptionError(
                f"{running.case} is being transcribed.", "Wait for it, or cancel it: what is finished is kept."
            )
        self._worker = _Worker(self._spec_of(case), self._command)
        self._worker.follow_in_thread()

    def poll(self) -> JobProgress | None:
        """The newest progress; None when no job was begun. Never waits."""
        return self._worker.progress if self._worker else None

    def cancel(self) -> None:
        """Stop the job; what is finished is kept. Nothing happens if none is running."""
        if self._worker and self._worker.progress.state not in ENDED:
            self._worker.end()


def run(
    spec: JobSpec, on_progress: Callable[[JobProgress], None] = lambda _: None, command: Command = default_command
) -> Transcript:
    """Do a job and wait for its transcript.

    Raises:
        TranscriptionError: it failed.
    """
    worker = _Worker(spec, command)
    try:
        for progress in worker.follow():
            on_progress(progress)
    finally:
        worker.end()
    if worker.progress.state is not JobState.DONE:
        raise TranscriptionError(worker.progress.message or f"The transcription of {spec.case} was stopped.")
    return read_transcript(spec.transcript)


def read_transcript(path: Path) -> Transcript:
    """The transcript that a job left in `path`.

    Raises:
        TranscriptionError: it cannot be read.
    """
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, StorageError) as error:
        raise TranscriptionError(f"{path} cannot be read: {error}", "Start the transcription again.") from error


class _Worker:
    """One transcription process and the last thing it said."""

    def __init__(self, spec: JobSpec, command: Command) -> None:
        path = write_spec(spec)
        self._spec = spec
        self._cancelled = False
        self._said = JobProgress(spec.case, JobState.WAITING, total_s=spec.seconds)
        try:
            with open(spec.log, "wb", opener=private) as log:
                self._process = subprocess.Popen(
                    list(command(path)),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    creationflags=NO_WINDOW,
                )
        except OSError as error:
            raise TranscriptionError(
                f"The transcription of {spec.case} cannot be started: {error}.", "Run: interview-tui doctor"
            ) from error

    @property
    def progress(self) -> JobProgress:
        """How far it is, as far as is known."""
        if self._cancelled:
            return replace(self._said, state=JobState.CANCELLED, left_s=None, message="What is finished is kept.")
        return self._said

    def follow(self) -> Iterator[JobProgress]:
        """All that the process says until it ends."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._said = self._understood(line)
                yield self.progress
        code = self._process.wait()
        if self._said.state not in ENDED and not self._cancelled:
            message = (
                f"The transcription process ended unexpectedly (code {code}); {self._spec.log} may say why. "
                "Start again: what is finished is kept."
            )
            self._said = replace(self._said, state=JobState.FAILED, left_s=None, message=message)
            yield self.progress

    def follow_in_thread(self) -> None:
        """Follow in the background; `progress` is always the newest."""

        def follow() -> None:
            for _ in self.follow():
                pass

        threading.Thread(target=follow, name=f"transcription of {self._spec.case}", daemon=True).start()

    def end(self) -> None:
        """Kill the process and its decoders, if they still run."""
        if self._process.poll() is not None:
            return
        self._cancelled = self._said.state not in ENDED
        try:
            worker = psutil.Process(self._process.pid)
            family = [worker, *worker.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _understood(self, line: bytes) -> JobProgress:
        said = json.loads(line)
        state = JobState(said["state"])
        return JobProgress(self._spec.case, state, said["done_s"], said["total_s"], said["left_s"], said["message"])
