"""What a transcription process says that only its makers understand: kept in a file, sealed in an encrypted study."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.files import RawFile, appending
from interview_tui.errors import StorageError

AT_ONCE = 65_536  # bytes that are sealed together at most
END = 4_096  # bytes of what was said that are remembered
LONGEST_LAST_LINE = 500  # characters of it that are told
AT_ITS_END_S = 5.0  # how long what a process said last may take to come


class ProcessLog:
    """The log of a job, to which every process that does it is added.

    In an open study a process writes there itself. What it says as it dies nobody could seal any more: in an encrypted
    study it goes through a pipe to this process, which seals it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_sealed = study_of(path.absolute()) is not None
        self._end = b""
        self._adding = threading.Lock()
        self._reader: threading.Thread | None = None

    @contextmanager
    def standard_error(self) -> Iterator[IO[bytes] | int]:
        """What to start a process with as its standard error; if it is a pipe it is to be `take`n up.

        Raises:
            OSError: the file cannot be opened.
        """
        if self._is_sealed:
            yield subprocess.PIPE
            return
        with _plain(self._path) as file:
            yield file

    def take(self, said: IO[bytes] | None) -> None:
        """Keep what comes out of a pipe, in the background, until its other end is closed."""
        if said is not None:
            self._reader = threading.Thread(target=self._keep, args=(said,), name=f"log {self._path}", daemon=True)
            self._reader.start()

    def add(self, sentence: str) -> None:
        """Add a sentence; a log that cannot be written costs nothing else."""
        self._append(f"{datetime.now(UTC).isoformat(timespec='seconds')} {sentence}\n".encode())

    def finish(self) -> None:
        """Wait until all that an ended process has said is kept: nothing is written any more when this returns."""
        if self._reader is not None:
            self._reader.join(AT_ITS_END_S)

    @property
    def why(self) -> str:
        """Why a process may have ended, or where that stands, as the end of a sentence."""
        if not self._is_sealed:
            return f"{self._path} may say why"
        last = self._end.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f"the last that it said: {last[:LONGEST_LAST_LINE]}" if last else "it did not say why"

    def _keep(self, said: IO[bytes]) -> None:
        with said:
            while block := os.read(said.fileno(), AT_ONCE):
                self._end = (self._end + block)[-END:]
                self._append(block)

    def _append(self, said: bytes) -> None:
        with self._adding, suppress(OSError, StorageError), self._opened() as file:
            file.write(said)

    def _opened(self) -> IO[bytes] | RawFile:
        return appending(self._path) if self._is_sealed else _plain(self._path)


def _plain(path: Path) -> IO[bytes]:
    return open(path, "ab", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
