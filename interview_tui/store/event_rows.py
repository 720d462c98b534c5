"""Events, half-typed lines and interviews as rows of the database, and back.

`body` is the event's JSON without what has a column of its own. It is ASCII: whatever a terminal can send can be kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from sqlite_utils import Database

from interview_tui.errors import StorageError
from interview_tui.interview.event_json import from_json, to_json
from interview_tui.interview.events import Event, InterviewOpened
from interview_tui.interview.ports import Draft

_UNTOUCHED = "Its other events and its audio are untouched; the newest file of backups may hold it whole."


class EventRow(TypedDict):
    """A row of `events`."""

    case: str
    number: int
    at_ms: int
    wall_ms: int
    type: str
    body: str


def row_of(case: str, number: int, event: Event) -> EventRow:
    """An event as a row."""
    body = to_json(event)
    at_ms, wall_ms, kind = body.pop("at_ms"), body.pop("wall_ms"), body.pop("type")
    return EventRow(case=case, number=number, at_ms=at_ms, wall_ms=wall_ms, type=kind, body=json.dumps(body))


def event_of(row: EventRow) -> Event:
    """The event that `row_of` made this of.

    Raises:
        StorageError: the row is damaged, or of a newer version.
    """
    try:
        body: dict[str, Any] = json.loads(row["body"])
        return from_json({**body, "at_ms": row["at_ms"], "wall_ms": row["wall_ms"], "type": row["type"]})
    except (StorageError, ValueError, TypeError) as error:
        hint = error.hint if isinstance(error, StorageError) else ""
        raise StorageError(
            f"Event {row['number']} of {row['case']} cannot be read: {getattr(error, 'message', error)}",
            hint or _UNTOUCHED,
        ) from error


def read_events(db: Database, case: str) -> list[Event]:
    """All events of a case, in order; none of a case that is unknown.

    Raises:
        StorageError: one is damaged or missing; it names the case and the event.
    """
    rows: Iterable[Any] = db.table("events").rows_where('"case" = ?', [case], order_by="number")
    found: list[Event] = []
    for expected, row in enumerate(rows, 1):
        if row["number"] != expected:
            raise StorageError(f"Event {expected} of {case} is missing.", _UNTOUCHED)
        found.append(event_of(row))
    return found


def last_number(db: Database, case: str) -> int:
    """The number of the last event of a case on disk; 0 if there is none."""
    found = db.execute('SELECT max(number) FROM events WHERE "case" = ?', [case]).fetchone()[0]
    return int(found or 0)


def add_events(db: Database, rows: Sequence[EventRow]) -> None:
    """Add the next events of a case, in a transaction of the caller's; what is there already stays as it is.

    A commit that reported a failure may have reached the disk all the same, so rows may be here a second time.

    Raises:
        StorageError: the database holds other events under these numbers, or lacks those before them.
    """
    case, first = rows[0]["case"], rows[0]["number"]
    there: Iterable[Any] = db.table("events").rows_where('"case" = ? AND number >= ?', [case, first])
    kept = {row["number"]: row for row in there}
    new = [row for row in rows if row["number"] not in kept]
    if last_number(db, case) < first - 1 or any(kept.get(row["number"], row) != row for row in rows):
        raise StorageError(
            f"The journal of {case} on disk is not the one that this interview was begun with.",
            "Put back the study.db that was there, and keep synchronising programs from it during an interview.",
        )
    db.table("events").insert_all(dict(row) for row in new)


def add_interview(db: Database, first: EventRow) -> None:
    """Enter an interview by its first event, if it is not entered yet."""
    event = event_of(first)
    opened = event if isinstance(event, InterviewOpened) else None
    db.table("interviews").insert(
        {
            "case": first["case"],
            "opened_wall_ms": first["wall_ms"] - first["at_ms"],
            "interviewer": opened.interviewer if opened else "",
            "schedule_sha256": opened.schedule_sha256 if opened else "",
            "rehearsal": int(opened.rehearsal) if opened else 0,
        },
        ignore=True,
    )


def keep_draft(db: Database, case: str, draft: Draft | None) -> None:
    """Keep the half-typed line of a case in place of the one before; None removes it."""
    if draft is None:
        db.table("drafts").delete_where('"case" = ?', [case])
    else:
        body = json.dumps({"text": draft.text, "first_key_ms": draft.first_key_ms, "box": draft.box})
        db.table("drafts").upsert({"case": case, "body": body}, pk="case")


def read_draft(db: Database, case: str) -> Draft | None:
    """The half-typed line that a case was left with, if there is one.

    Raises:
        StorageError: it is damaged.
    """
    row = db.execute('SELECT body FROM drafts WHERE "case" = ?', [case]).fetchone()
    if row is None:
        return None
    try:
        body = json.loads(row[0])
        return Draft(str(body["text"]), int(body["first_key_ms"]), str(body.get("box", "")))
    except (ValueError, TypeError, KeyError) as error:
        raise StorageError(f"The half-typed line of {case} is damaged: {error}.", _UNTOUCHED) from error
