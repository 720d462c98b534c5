"""The journal on disk: one thread of its own writes an interview's events, the moment they are there.

Whoever appends never waits. What is queued is committed in one transaction; while the disk refuses, it stays queued in
order and is tried again. A lock keeps every other process from the same case.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.store.database import connect, create, opened, writing
from interview_tui.store.event_rows import EventRow, add_events, add_interview, keep_draft, last_number, row_of
from interview_tui.store.failures import explained, explanation
from interview_tui.store.private_files import make_folder

RETRY_S = 0.5
WATCH_S = 0.5  # how often an idle writer looks whether the program is still there
BUSY_WAIT_S = 1.0  # short, so that closing is never kept waiting for long by another program


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one commit writes. `drafts` holds the newest half-typed line (or None: there is none), or nothing."""

    rows: tuple[EventRow, ...]
    drafts: tuple[Draft | None, ...]


class SqliteJournal:
    """The journal of one case in the study's database; see `interview.ports.Journal`."""

    def __init__(self, database: Path, case: str) -> None:
        """Take the case for this process and start the writer.

        Raises:
            StorageError: the case is open elsewhere, or the database cannot be used.
        """
        self._database = database
        self._case = case
        self._lock = taken(database, case)
        try:
            create(database)
            with opened(database) as db:
                self._saved = last_number(db, case)
        except BaseException:
            self._lock.release()
            raise
        self._appended = self._saved
        self._failure: StorageError | None = None
        self._rows: deque[EventRow] = deque()
        self._drafts: tuple[Draft | None, ...] = ()
        self._closing = False
        self._connection: Database | None = None
        self._file: tuple[int, int] = (0, 0)
        self._changed = threading.Condition()
        self._writer = threading.Thread(target=self._write, name=f"journal of {case}", daemon=False)
        self._writer.start()

    def append(self, events: Sequence[Event]) -> int:
        """Queue events; gives the number of the last.

        Raises:
            StorageError: the journal is closed.
        """
        with self._changed:
            self._refuse_if_closed()
            self._rows.extend(
                [row_of(self._case, number, event) for number, event in enumerate(events, self._appended + 1)]
            )
            self._appended += len(events)
            self._changed.notify()
            return self._appended

    def keep_draft(self, draft: Draft | None) -> None:
        """Queue the half-typed line in place of one that is still queued.

        Raises:
            StorageError: the journal is closed.
        """
        with self._changed:
            self._refuse_if_closed()
            self._drafts = (draft,)
            self._changed.notify()

    @property
    def saved(self) -> int:
        """The number of the last event that the disk has acknowledged."""
        return self._saved

    @property
    def failure(self) -> StorageError | None:
        """Why the last try failed; None once one has succeeded."""
        return self._failure

    def close(self, timeout_s: float) -> bool:
        """Write what is queued and let go of the case; False if that took longer than `timeout_s`.

        After a False the writer goes on trying, and `close` may be called again. It never outlives the program.
        """
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join(timeout_s)
        return not self._writer.is_alive()

    def _refuse_if_closed(self) -> None:
        if self._closing:
            raise StorageError(f"The journal of {self._case} is closed.", "Open the interview again to go on.")

    def _write(self) -> None:
        """The writer thread."""
        try:
            while (batch := self._next()) is not None:
                self._save(batch)
        finally:
            self._disconnect()
            self._lock.release()

    def _next(self) -> _Batch | None:
        """Wait for something to write; None when there is nothing more to come, or no more time.

        A main thread that has ended without closing (a crash of the app) is a close. The interpreter waits for this
        thread then, so what cannot be written at that point is not tried for ever.
        """
        with self._changed:
            if self._failure is not None:
                if not threading.main_thread().is_alive():
                    return None
                self._changed.wait(RETRY_S)
            while not self._rows and not self._drafts:
                if self._closing or not threading.main_thread().is_alive():
                    return None
                self._changed.wait(WATCH_S)
            return _Batch(tuple(self._rows), self._drafts)

    def _save(self, batch: _Batch) -> None:
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: a writer that dies would lose all that follows
            self._disconnect()
            self._failure = explanation(error, self._database)
            return
        with self._changed:
            for _ in batch.rows:
                self._saved = self._rows.popleft()["number"]
            if self._drafts is batch.drafts:
                self._drafts = ()
            self._failure = None

    def _commit(self, batch: _Batch) -> None:
        """One transaction; returns when the disk has it and it is the disk's study.db that has it."""
        if self._connection is None:
            self._connection = connect(self._database, BUSY_WAIT_S)
            self._file = _identity(self._database)
        db = self._connection
        with writing(db):
            if batch.rows:
                add_events(db, batch.rows)
                if batch.rows[0]["number"] == 1:
                    add_interview(db, batch.rows[0])
            for draft in batch.drafts:
                keep_draft(db, self._case, draft)
        if _identity(self._database) != self._file:
            raise StorageError(
                f"{self._database} was moved away or replaced while the interview was written.",
                "Put it back where it was: what is not saved yet is kept and written then.",
            )

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another one of the same name."""
    found = path.stat()
    return found.st_dev, found.st_ino


def taken(database: Path, case: str) -> FileLock:
    """The lock of a case, taken for this process until it is released.

    Raises:
        StorageError: the case is open elsewhere.
    """
    path = make_folder(database.parent / "locks") / f"{case}.lock"
    lock = FileLock(path, timeout=0, mode=0o600, thread_local=False)  # taken here, released by the writer
    with explained(path):
        try:
            lock.acquire()
        except Timeout as error:
            raise StorageError(
                f"The interview with {case} is open in another interview-tui ({path}).",
                "Go on there, or close it first. The lock goes by itself when that program ends.",
            ) from error
    return lock
