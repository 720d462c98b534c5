"""The transcription process: reads a job, says on its standard output how far it is, one JSON object a line."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TextIO

from filelock import FileLock, Timeout

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.errors import InterviewTuiError, TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.transcribe.listening.sound import AudioReader
from interview_tui.transcribe.priority import step_back
from interview_tui.transcribe.spec import LOCK, Orders
from interview_tui.transcribe.transcription import transcribe

SHORTEST_INTERVAL_S = 0.1
PREDECESSOR_S = 30.0  # how long one that has lost its app may take to notice


def main(spec_path: Path, reader: AudioReader) -> int:
    """Do the job in `spec_path`; gives the exit code. The reader must be importable: a cluster's machines need it too.

    Standard output is taken over for progress alone. When nobody reads it any more the job stops; what is finished is
    kept and the next process goes on there.
    """
    lines = _Lines(_taken_over_stdout())
    try:
        _work(Orders(spec_path), reader, lines)
    except InterviewTuiError as error:
        lines(JobState.FAILED, message=str(error))
        return error.exit_code
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # nobody is listening any more
    except Exception as error:  # noqa: BLE001 - the boundary of the process: the app gets a sentence, the log the rest
        traceback.print_exc()
        lines(JobState.FAILED, message=f"The transcription failed: {error!r}. {_where(error, spec_path)}")
        return TranscriptionError.exit_code
    return 0


def _work(orders: Orders, reader: AudioReader, lines: _Lines) -> None:
    spec = orders.spec
    step_back(lowest=spec.lowest)
    lines.orders = orders
    try:
        with FileLock(spec.folder / LOCK, timeout=PREDECESSOR_S, mode=0o600):
            transcribe(orders, reader, lines)
    except Timeout as error:
        raise TranscriptionError(
            f"{spec.case} is being transcribed by another process.", "Wait for it, or end it."
        ) from error
    lines(JobState.DONE, share=1.0, left_s=0.0)


def _where(error: Exception, spec_path: Path) -> str:
    """Where in the program it failed, or, since nobody reads a sealed log, where that stands."""
    if study_of(spec_path.absolute()) is None:
        return f"The log beside {spec_path} says where."
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"It was at {Path(last.filename).name}, line {last.lineno}."


class _Lines:
    """Progress as JSON lines, at most ten a second; a change of state is always told."""

    def __init__(self, out: TextIO) -> None:
        self.orders: Orders | None = None
        self._out = out
        self._last: tuple[JobState, float] | None = None

    def __call__(
        self, state: JobState, share: float = 0.0, left_s: float | None = None, message: str = "", words: str = ""
    ) -> None:
        """Write a line, unless one was written just now."""
        now = time.monotonic()
        if self._last and self._last[0] is state and now - self._last[1] < SHORTEST_INTERVAL_S:
            return
        self._last = (state, now)
        seconds = self.orders.spec.seconds if self.orders else 0.0
        line = {
            "state": state.value,
            "done_s": round(share * seconds, 1),
            "total_s": round(seconds, 1),
            "left_s": None if left_s is None else round(left_s, 1),
            "message": message,
            "words": words,
        }
        self._out.write(json.dumps(line) + "\n")
        self._out.flush()


def _taken_over_stdout() -> TextIO:
    """A private way to standard output; whatever else is printed in this process goes to standard error."""
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, "w", encoding="utf-8")
