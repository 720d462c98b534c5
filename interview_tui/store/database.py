"""The study's database: its tables as a list of migrations, and how it is opened, guarded and backed up.

One connection serves one thread. A migration that was shipped is never edited; a new one goes to the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database, Migrations

from interview_tui.errors import StorageError
from interview_tui.store.connecting import connected
from interview_tui.store.failures import database_errors, explained
from interview_tui.store.private_files import make_empty, make_folder, put_in_place

MIGRATIONS = Migrations("interview_tui")

LOCK_WAIT_S = 30.0  # a backup of a large study takes seconds
BUSY_WAIT_S = 5.0


@MIGRATIONS()
def m001_journal(db: Database) -> None:
    """Interviews, their events and half-typed lines, and the schedules they were begun with."""
    db.table("schedules").create(
        {"sha256": str, "title": str, "version": str, "incident_loop": str, "text": str},
        pk="sha256",
        not_null={"title", "version", "incident_loop", "text"},
        strict=True,
    )
    db.table("interviews").create(
        {"case": str, "opened_wall_ms": int, "interviewer": str, "schedule_sha256": str, "rehearsal": int},
        pk="case",
        not_null={"opened_wall_ms", "interviewer", "schedule_sha256", "rehearsal"},
        strict=True,
    )
    events = db.table("events")
    events.create(
        {"case": str, "number": int, "at_ms": int, "wall_ms": int, "type": str, "body": str},
        pk=("case", "number"),
        not_null={"case", "number", "at_ms", "wall_ms", "type", "body"},
        strict=True,
    )
    events.create_index(["type", "case"])
    db.table("drafts").create({"case": str, "body": str}, pk="case", not_null={"body"}, strict=True)


def create(path: Path) -> None:
    """Make an empty database, for its owner only, if there is none.

    Raises:
        StorageError: it cannot be made.
    """
    make_folder(path.parent)
    make_empty(path)


def connect(path: Path, busy_wait_s: float = BUSY_WAIT_S) -> Database:
    """A connection for this thread. A commit returns when the disk has it. In an encrypted study it is SQLCipher's.

    Raises:
        StorageError: there is no database; one is never made here, lest an empty one take the place of one moved away.
            Or the study is locked.
        One of `database_errors`: it cannot be opened.
    """
    if not path.is_file():
        raise StorageError(
            f"{path} is not there.", "Put the study folder back where it was, or open the folder that holds study.db."
        )
    connection = connected(path, busy_wait_s)
    try:
        db = Database(connection, execute_plugins=False)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: through the drive's own cache as well
    except BaseException:
        connection.close()
        raise
    return db


@contextmanager
def opened(path: Path, migrations: Migrations = MIGRATIONS) -> Iterator[Database]:
    """The database for a few statements, brought up to date first if it is of an older version.

    Raises:
        StorageError: it is missing, damaged, held, another program's, or of a newer version.
    """
    with explained(path), closing(connect(path)) as db:
        if _applied(db, migrations) != _known(migrations):
            _bring_up_to_date(db, path, migrations)
        yield db


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that nobody else writes beside, so that what it reads first still holds when it writes.

    Raises:
        One of `database_errors`: another program holds the database for longer than the connection waits, or the disk
            refuses.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


@cache
def _known(migrations: Migrations) -> tuple[str, ...]:
    """The names of all migrations of this version, in order: what an empty database lacks."""
    with closing(Database(memory=True, execute_plugins=False)) as nothing:
        return tuple(migration.name for migration in migrations.pending(nothing))


def _applied(db: Database, migrations: Migrations) -> tuple[str, ...]:
    return tuple(migration.name for migration in migrations.applied(db))


def _bring_up_to_date(db: Database, path: Path, migrations: Migrations) -> None:
    """Apply what is pending, one process at a time, after a backup of what is there."""
    _refuse_strangers(db, path, migrations)
    lock = make_folder(path.parent / "locks") / "database.lock"
    try:
        with FileLock(lock, timeout=LOCK_WAIT_S, mode=0o600):
            pending = migrations.pending(db)
            if not pending:
                return
            backup = back_up(db, path, pending[0].name) if _applied(db, migrations) else None
            db.enable_wal()
            _apply(db, path, migrations, backup)
    except Timeout as error:
        raise StorageError(
            f"{path} is being brought up to date by another interview-tui.", "Try again when that one has started."
        ) from error


def _refuse_strangers(db: Database, path: Path, migrations: Migrations) -> None:
    applied = _applied(db, migrations)
    newer = [name for name in applied if name not in _known(migrations)]
    if newer:
        raise StorageError(
            f"{path} was written by a newer version of interview-tui (it knows {newer[-1]}).",
            "Update interview-tui and open the study again; nothing was changed.",
        )
    if not applied and set(db.table_names()) - {Migrations.migrations_table}:
        raise StorageError(
            f"{path} is a database of another program.", "Move it away, or use another folder; nothing was changed."
        )


def _apply(db: Database, path: Path, migrations: Migrations, backup: Path | None) -> None:
    try:
        migrations.apply(db)
    except database_errors() as error:
        kept = f" A copy from before is {backup}." if backup else ""
        raise StorageError(
            f"{path} could not be brought up to date: {migrations.pending(db)[0].name} failed ({error}).",
            f"It is as it was.{kept} Go on with the version of interview-tui that you used until now.",
        ) from error


def back_up(db: Database, path: Path, before: str) -> Path:
    """Copy the whole database, as it is this moment, into `backups/`; gives the copy, which is on disk.

    Raises:
        StorageError: the copy cannot be written.
    """
    folder = make_folder(path.parent / "backups")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%fZ")
    copy = folder / f"{path.stem}-{moment}-before-{before}.db"
    unfinished = folder / f".{copy.name}"
    with explained(copy):
        try:
            make_empty(unfinished)
            db.execute("VACUUM INTO ?", [str(unfinished)])
            with unfinished.open("rb+") as file:
                os.fsync(file.fileno())
            put_in_place(unfinished, copy)
        finally:
            unfinished.unlink(missing_ok=True)
    return copy
