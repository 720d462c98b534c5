"""A whole case out of the database: afterwards it is in no page of it, of its log or of a backup.

In the order of `erasure`: the backups first, then the rows, then the log is emptied and the database written anew. May
be asked for again after it was cut off.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from interview_tui.store.database import connect, opened, writing
from interview_tui.store.erasure import backups, empty_log
from interview_tui.store.failures import explained

EVENTS, DRAFTS = "events", "drafts"


@dataclass(frozen=True, slots=True)
class Rows:
    """How much of a case the database holds, and which of its backups hold any of it."""

    events: int = 0
    drafts: int = 0
    ended: bool = False
    backups: tuple[Path, ...] = ()


def rows_of(database: Path, case: str) -> Rows:
    """What there is of a case.

    Raises:
        StorageError: the database or a backup cannot be read.
    """
    if not database.is_file():
        return Rows()
    with opened(database) as db:
        events, drafts = (_count(db, table, case) for table in (EVENTS, DRAFTS))
        ended = db.execute('SELECT 1 FROM events WHERE "case" = ? AND type = ?', [case, "InterviewEnded"]).fetchone()
    return Rows(events, drafts, ended is not None, tuple(each for each in backups(database) if _holds(each, case)))


def remove(database: Path, case: str) -> None:
    """Delete all rows of a case from the database and its backups. Nobody may have the case open.

    Raises:
        StorageError: a file cannot be read or rewritten, or another program reads the database without end.
    """
    for backup in backups(database):
        with explained(backup), closing(connect(backup)) as db:
            if EVENTS in db.table_names():
                _remove(db, case)
    if database.is_file():
        with opened(database) as db:
            _remove(db, case)
            empty_log(db, database)


def _holds(backup: Path, case: str) -> bool:
    with explained(backup), closing(connect(backup)) as db:
        return EVENTS in db.table_names() and any(_count(db, table, case) for table in _tables(db))


def _remove(db: Database, case: str) -> None:
    """Delete the rows in one transaction, then write the file anew; what was freed is overwritten.

    The file is written anew although there may be no row: the one before may have been cut off just here.
    """
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    with writing(db):
        for table in _tables(db):
            db.execute(f'DELETE FROM "{table}" WHERE "case" = ?', [case])
    db.execute("VACUUM")


def _tables(db: Database) -> list[str]:
    """Every table whose rows are of a case."""
    return [name for name in db.table_names() if "case" in db.table(name).columns_dict]


def _count(db: Database, table: str, case: str) -> int:
    if table not in db.table_names():
        return 0
    return int(db.execute(f'SELECT count(*) FROM "{table}" WHERE "case" = ?', [case]).fetchone()[0])
