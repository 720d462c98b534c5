"""Many interviews heard by a cluster: who may hear is settled and said first; then some are under way side by side."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from interview_tui.errors import InterviewTuiError, TranscriptionError
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.transcribe.cluster import ear
from interview_tui.transcribe.cluster.machines import Machine, listed, present, unencrypted
from interview_tui.transcribe.cluster.order import Order
from interview_tui.transcribe.jobs.process import ENDED, Command, TranscriptionProcess, default_command
from interview_tui.transcribe.priority import cores
from interview_tui.transcribe.spec import ClusterShare, JobSpec

if TYPE_CHECKING:
    from distributed import Client

TELL_S = 0.2
THREADS_A_JOB = 8  # how many threads of a cluster one job's listening keeps busy
FOREMOST = 3  # cases that are named in the progress line


@dataclass(frozen=True, slots=True)
class Fit:
    """Workers that would hear exactly what this machine hears, and why the others would not (by label)."""

    machines: tuple[Machine, ...]
    unfit: dict[str, str]


def fit(client: Client, machines: Sequence[Machine], order: Order) -> Fit:
    """Ask workers what they would hear with. They get no sound by this.

    Raises:
        TranscriptionError: none of them has the same.
    """
    addresses = [machine.address for machine in machines]
    found = client.run(ear.means_here, order, workers=addresses, on_error="return")
    unfit = {one.label: why for one in machines if (why := ear.answers(found[one.address], order))}
    ready = tuple(one for one in machines if one.label not in unfit)
    if not ready:
        reasons = "\n".join(f"  {label}: {why}" for label, why in unfit.items())
        raise TranscriptionError(
            f"No worker hears with what this machine hears with:\n{reasons}",
            "Install the same versions and the same model there, or transcribe here, without --scheduler.",
        )
    return Fit(ready, unfit)


def announcement(specs: Sequence[JobSpec], machines: Sequence[Machine]) -> str:
    """What is going to leave this machine, and where to, as it is said before anything does."""
    cases = ", ".join(f"{_minutes(spec.seconds)} of {spec.case}" for spec in specs)
    return (
        f"Sound leaves this machine: the speech in {_minutes(sum(spec.seconds for spec in specs))} of recordings "
        f"({cases}) goes to\n{listed(machines)}\n"
        "With each stretch goes the vocabulary that may occur in it, and nothing else of the interviews. "
        "It is kept in their memory while it is being heard, and on no disk."
    )


def warning(scheduler: str, machines: Sequence[Machine]) -> str:
    """That somebody on the way could listen, if that is so; else empty."""
    in_the_open = unencrypted([scheduler, *(machine.address for machine in machines)])
    if not in_the_open:
        return ""
    return (
        f"The way to {', '.join(in_the_open)} is not encrypted: whoever is on that network can hear what is sent. "
        "A cluster with TLS is reached at tls://…"
    )


def transcribe(
    client: Client,
    specs: Sequence[JobSpec],
    scheduler: str,
    machines: Sequence[Machine],
    on_progress: Callable[[JobProgress], None] = lambda _: None,
    command: Command = default_command,
) -> dict[str, str]:
    """Transcribe interviews, as many side by side as keep the cluster busy; gives why some failed, by case.

    Each has a process and a ledger of its own here: what is finished is kept whatever happens.
    """
    jobs = min(len(specs), max(2, min(cores() + 1, sum(machine.threads for machine in machines) // THREADS_A_JOB)))
    share = ClusterShare(scheduler, tuple(machine.address for machine in machines), max(1, jobs))

    def require_workers() -> None:
        if not set(machines) & set(present(client)):
            raise TranscriptionError(f"No worker is left at {scheduler}.")

    return _SideBySide([replace(spec, cluster=share) for spec in specs], jobs, command, require_workers).run(
        on_progress
    )


class _SideBySide:
    """Jobs under way at the same time, and the one line that tells of all of them."""

    def __init__(
        self, specs: Sequence[JobSpec], jobs: int, command: Command, require_workers: Callable[[], None]
    ) -> None:
        self._waiting, self._jobs, self._command = list(reversed(specs)), jobs, command
        self._require_workers = require_workers
        self._told = {spec.case: JobProgress(spec.case, JobState.WAITING, total_s=spec.seconds) for spec in specs}
        self._processes: list[TranscriptionProcess] = []
        self._ended: queue.SimpleQueue[TranscriptionProcess] = queue.SimpleQueue()
        self._began = time.monotonic()
        self._found_s: dict[str, float] = {}  # what of a case was finished before

    def run(self, on_progress: Callable[[JobProgress], None]) -> dict[str, str]:
        try:
            while self._waiting or self._processes:
                while self._waiting and len(self._processes) < self._jobs:
                    self._start(self._waiting.pop())
                with suppress(queue.Empty):
                    self._processes.remove(self._ended.get(timeout=TELL_S))
                on_progress(self._progress())
        finally:
            for process in self._processes:
                process.end()
        return {case: told.message for case, told in self._told.items() if told.state is not JobState.DONE}

    def _start(self, spec: JobSpec) -> None:
        try:
            self._require_workers()  # with nobody there each would take its time to find that out
            process = TranscriptionProcess(spec, self._command)
        except InterviewTuiError as error:
            self._told[spec.case] = replace(self._told[spec.case], state=JobState.FAILED, message=str(error))
            return

        def ended() -> None:
            self._told[spec.case] = process.progress
            self._ended.put(process)

        self._processes.append(process)
        process.follow_in_thread(ended)

    def _progress(self) -> JobProgress:
        """How far all of them are together."""
        for process in self._processes:
            said = process.progress
            self._told[said.case] = said
            if said.state is JobState.RUNNING:
                self._found_s.setdefault(said.case, said.done_s)
        running = [process.case for process in self._processes]
        done_s = sum(told.total_s if told.state is JobState.DONE else told.done_s for told in self._told.values())
        total_s = sum(told.total_s for told in self._told.values())
        words = next((told.words for told in self._told.values() if told.case in running and told.words), "")
        return JobProgress(
            _named(running or list(self._told)),
            JobState.RUNNING if self._waiting or running else JobState.DONE,
            done_s,
            total_s,
            self._left_s(done_s),
            waiting=len(self._waiting),
            words=words,
        )

    def _left_s(self, done_s: float) -> float | None:
        """How long the rest takes at the pace until now; what was finished before took none of it."""
        heard_s = done_s - sum(self._found_s.values())
        if heard_s <= 0 or any(told.state is JobState.LOADING for told in self._told.values()):
            return None
        still_s = sum(told.total_s - told.done_s for told in self._told.values() if told.state not in ENDED)
        return still_s * (time.monotonic() - self._began) / heard_s


def _named(cases: Iterable[str]) -> str:
    """`P07, P08, P09 and 4 more`."""
    names = list(cases)
    more = f" and {len(names) - FOREMOST} more" if len(names) > FOREMOST else ""
    return ", ".join(names[:FOREMOST]) + more


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
