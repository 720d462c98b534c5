"""Finished segments of an encrypted study, sealed anew in a few large messages, while the next one is recorded.

While a segment grows, each block of sound is a message of its own, so that a kill loses none. To open a message takes
0.2 ms however short it is, and there are 1,200 in a minute: what a crash leaves would be looked through slowly. So a
segment that has its length is written once more, beside itself, from memory: the recorder needs no secret for that. The
new file takes its place in one step, once the disk has it. Whatever goes wrong, the old one is as good.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Iterable
from pathlib import Path

from interview_tui.at_rest import files
from interview_tui.audio import disk

UNFINISHED = ".new"


class Resealer:
    """Seals segments of one track anew, one after the other, in a thread that begins with the first of them."""

    def __init__(self, recipient: str | None) -> None:
        self._recipient = recipient
        self._orders: queue.SimpleQueue[tuple[Path, bytes] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def order(self, path: Path, content: bytes) -> None:
        """Seal the finished file `path` anew, which holds `content`, as soon as there is time; returns at once."""
        if self._ended.is_set():
            return
        self._orders.put((path, content))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="resealer", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Wait for the one that is being sealed, and leave the others as they are; no file is touched after this."""
        self._ended.set()
        self._orders.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None and not self._ended.is_set():
            path, content = order
            try:
                self._seal(path, content)
            except OSError:  # it lies there in small messages, as it did
                logging.warning("%s was not sealed anew", path, exc_info=True)

    def _seal(self, path: Path, content: bytes) -> None:
        draft = path.with_name(path.name + UNFINISHED)
        draft.unlink(missing_ok=True)
        try:
            with files.making(draft, recipient=self._recipient) as file:
                file.write(content)
            if path.exists():  # else somebody has deleted it, and it is to stay so
                disk.put_in_place(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def forget_unfinished(folders: Iterable[Path]) -> None:
    """Delete what a recorder that was killed in the middle of it has left in these folders."""
    for folder in folders:
        with contextlib.suppress(OSError):
            for draft in folder.glob(f"span-*.wav{UNFINISHED}"):
                draft.unlink()
