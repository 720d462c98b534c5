"""Rows of the journal rewritten for good: what they held is afterwards in no page of the database and of no backup.

The backups come first: while the database still holds the rows, everything can be done again from the beginning.
Afterwards the log beside the database is emptied and the database written anew, so that no free page keeps the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.store.database import connect, opened, writing
from interview_tui.store.event_rows import keep_draft, last_number, read_draft, read_events, row_of
from interview_tui.store.failures import explained

Remains = Callable[[Sequence[Event]], Mapping[int, Event]]
_REWRITE = """
    UPDATE events SET type = :type, body = :body
    WHERE "case" = :case AND number = :number AND at_ms = :at_ms AND wall_ms = :wall_ms
"""


def erase(database: Path, case: str, remains: Remains, is_gone: Callable[[Draft], bool]) -> None:
    """Rewrite events of a case in the database and its backups; a draft that `is_gone` goes, in backups any draft.

    `remains` gives, by position among a case's events, what is to stand there instead. May be asked for again after it
    was cut off. The journal of the case may be open, if all that was appended to it is saved.

    Raises:
        StorageError: a file cannot be read or rewritten, or another program reads the database without end.
    """
    with opened(database) as db:
        events = read_events(db, case)
    left = {number + 1: event for number, event in remains(events).items()}
    for backup in backups(database):
        with explained(backup), closing(connect(backup)) as db:
            if {"events", "drafts"} <= set(db.table_names()) and last_number(db, case):
                _rewrite(db, case, left, lambda _: True)
    with opened(database) as db:
        _rewrite(db, case, left, is_gone)
        empty_log(db, database)


def backups(database: Path) -> list[Path]:
    """The copies of the database, the oldest first."""
    return sorted((database.parent / "backups").glob(f"{database.stem}-*.db"))


def _rewrite(db: Database, case: str, left: Mapping[int, Event], is_gone: Callable[[Draft], bool]) -> None:
    """Rewrite the rows in one transaction, then the file; what was freed is overwritten, and nothing is put aside."""
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    with writing(db):
        for number, event in left.items():
            db.execute(_REWRITE, dict(row_of(case, number, event)))
        draft = read_draft(db, case)
        if draft is not None and is_gone(draft):
            keep_draft(db, case, None)
    db.execute("VACUUM")


def empty_log(db: Database, database: Path) -> None:
    """Write the log into the database and cut it to nothing.

    Raises:
        StorageError: another program reads it.
    """
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StorageError(
            f"{database}-wal is being read by another program, and still holds what is to be destroyed.",
            "Close what else has the study open: a database browser, another interview-tui; then do it again.",
        )
