"""The journal of a case put in place of the one before, of which it holds every event: one transaction, after a backup.

Whoever does this holds the lock of the case (`journal.taken`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from interview_tui.errors import StorageError
from interview_tui.interview.events import Event
from interview_tui.store.database import back_up, create, opened, writing
from interview_tui.store.event_rows import add_events, add_interview, event_of, last_number, row_of

BEFORE = "joining"
_PUT = """
    INSERT INTO events ("case", number, at_ms, wall_ms, type, body)
    VALUES (:case, :number, :at_ms, :wall_ms, :type, :body)
    ON CONFLICT ("case", number) DO UPDATE SET
        at_ms = excluded.at_ms, wall_ms = excluded.wall_ms, type = excluded.type, body = excluded.body
"""


def cases_in(database: Path) -> list[str]:
    """The cases of which there is a journal.

    Raises:
        StorageError: the database cannot be read.
    """
    if not database.is_file():
        return []
    with opened(database) as db:
        return [row[0] for row in db.execute('SELECT "case" FROM interviews ORDER BY "case"')]


def add(database: Path, case: str, events: Sequence[Event]) -> None:
    """Add the next events of a case; they are on disk when this returns.

    Raises:
        StorageError: they cannot be written.
    """
    if not events:
        return
    with opened(database) as db, writing(db):
        first = last_number(db, case) + 1
        add_events(db, [row_of(case, number, event) for number, event in enumerate(events, first)])


def put(database: Path, case: str, events: Sequence[Event]) -> bool:
    """Let these be the events of a case, those of which it has fewer, other or none; gives whether anything changed.

    What is there already in the same words stays as it is. Where events are not only added, the whole database is
    copied into `backups/` first.

    Raises:
        StorageError: it cannot be written, or the database has more of the case than this; nothing was changed then.
    """
    create(database)
    rows = [row_of(case, number, event) for number, event in enumerate(events, 1)]
    with opened(database) as db:
        found: Iterable[Any] = db.table("events").rows_where('"case" = ?', [case])
        there = {row["number"]: row for row in found}
        if len(there) > len(rows):
            raise StorageError(f"The journal of {case} has gone on meanwhile.", "Receive the bundle again.")
        changed = [
            row
            for row, event in zip(rows, events, strict=True)
            if there.get(row["number"]) != row
            and (row["number"] not in there or event_of(there[row["number"]]) != event)
        ]
        if not changed:
            return False
        if changed[0]["number"] <= len(there):
            back_up(db, database, BEFORE)
        with writing(db):
            if last_number(db, case) != len(there):
                raise StorageError(f"The journal of {case} has gone on meanwhile.", "Receive the bundle again.")
            for row in changed:
                db.execute(_PUT, dict(row))
            add_interview(db, rows[0])
    return True
