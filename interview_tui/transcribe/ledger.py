"""The chunks that are finished, one line each, durable as soon as they are: a job killed at any moment goes on here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.decoding import Heard
from interview_tui.transcribe.spec import private


class Ledger:
    """`chunks.jsonl`: what the work rests on, then a line for each finished chunk, in the order of finishing.

    A torn last line is cut off. A ledger that rests on something else (other audio, model or settings) is begun anew.
    `finished` holds the chunks by number.
    """

    def __init__(self, path: Path, basis: str) -> None:
        """Open the ledger in `path` for work that rests on `basis` (a hash).

        Raises:
            TranscriptionError: it cannot be read or written.
        """
        self.finished: dict[int, Heard] = {}
        self._path = path
        with self._named_errors():
            self._file = open(path, "a+b", opener=private)  # noqa: SIM115 - closed by __exit__
            self._file.seek(0)
            good = self._take_in(self._file.read(), basis)
            self._file.truncate(good)
            if not good:
                self._append({"basis": basis})

    def add(self, heard: Heard) -> None:
        """Keep a finished chunk; it is on disk when this returns.

        Raises:
            TranscriptionError: it cannot be written.
        """
        with self._named_errors():
            self._append(heard.to_json())
        self.finished[heard.number] = heard

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _take_in(self, content: bytes, basis: str) -> int:
        """Take in the lines of `content` up to the first that is not whole; gives how many bytes these are."""
        header, *lines = content.split(b"\n")[:-1] or [b""]
        if _entry(header) != {"basis": basis}:
            return 0
        good = len(header) + 1
        for line in lines:
            try:
                heard = Heard.from_json(_entry(line))
            except (KeyError, TypeError):
                break
            self.finished[heard.number] = heard
            good += len(line) + 1
        return good

    def _append(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TranscriptionError(
                f"{self._path} cannot be written: {error}.", "Make room there; what is finished is kept."
            ) from error


def _entry(line: bytes) -> dict[str, Any]:
    """A line as an object; empty if it is none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
