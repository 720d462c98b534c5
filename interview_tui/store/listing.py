"""The list of interviews, from the database alone: four statements, however many interviews there are.

Only unfinished interviews are folded, and of them only the events that decide where they stand and how that is worded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from interview_tui.errors import InterviewTuiError
from interview_tui.interview.route import wording
from interview_tui.interview.state import fold
from interview_tui.interview.timeline import Span
from interview_tui.record.ports import InterviewSummary
from interview_tui.schedule.model import Schedule
from interview_tui.store.event_rows import EventRow, event_of

_INTERVIEWS = """
    WITH ends AS (SELECT "case", max(at_ms) AS ended_ms FROM events WHERE type = 'InterviewEnded' GROUP BY "case")
    SELECT interviews."case", opened_wall_ms, rehearsal, schedule_sha256, ended_ms IS NOT NULL AS ended,
        coalesce(ended_ms, (SELECT max(at_ms) FROM events WHERE events."case" = interviews."case"), 0) AS length_ms,
        (SELECT count(*) FROM events WHERE type = 'NoteTaken' AND events."case" = interviews."case") AS notes,
        coalesce(incident_loop, '') AS incident_loop,
        EXISTS (SELECT 1 FROM events WHERE type = 'Debriefed' AND events."case" = interviews."case") AS debriefed
    FROM interviews
    LEFT JOIN ends ON ends."case" = interviews."case"
    LEFT JOIN schedules ON sha256 = schedule_sha256
    ORDER BY opened_wall_ms DESC, interviews."case"
"""
_ROUNDS_AND_SPANS = """
    SELECT "case", type, body FROM events WHERE type IN ('RoundOpened', 'SpanOpened', 'SpanClosed', 'Withheld')
    ORDER BY "case", number
"""
_WHERE_THEY_STAND = """
    SELECT * FROM events
    WHERE type IN ('InterviewOpened', 'Visited', 'Answered', 'RoundOpened', 'RoundAttached')
        AND "case" NOT IN (SELECT "case" FROM events WHERE type = 'InterviewEnded')
    ORDER BY "case", number
"""

_CALL_BACKS = """
    SELECT "case", wall_ms, body FROM events AS booked
    WHERE type = 'CallBackBooked' AND NOT EXISTS (
        SELECT 1 FROM events AS later
        WHERE later."case" = booked."case" AND later.number > booked.number
            AND later.type IN ('CallBackBooked', 'InterviewResumed', 'InterviewEnded')
    )
"""


@dataclass(slots=True)
class _Talk:
    """The loops of the rounds that were opened and not withdrawn, and what was recorded, in ms."""

    rounds: dict[str, str] = field(default_factory=dict)
    rates: dict[int, int] = field(default_factory=dict)
    recorded_ms: int = 0


def summaries(
    db: Database,
    schedule: Callable[[str], Schedule],
    is_transcribed: Callable[[str], bool],
    is_recorded_here: Callable[[str], bool],
) -> list[InterviewSummary]:
    """All interviews, the last opened first; `schedule` gives a schedule by its hash.

    An interview that cannot be read has its line all the same, with the reason where its place would stand.
    """
    with db.atomic():  # one moment of the database, while a journal may be writing
        rows: list[dict[str, Any]] = list(db.query(_INTERVIEWS))
        talks = _talks(db.query(_ROUNDS_AND_SPANS))
        standing = _rows_by_case(db.query(_WHERE_THEY_STAND))
        call_backs = {row["case"]: row for row in db.query(_CALL_BACKS)}
    return [
        InterviewSummary(
            case=row["case"],
            opened_wall_ms=row["opened_wall_ms"],
            length_ms=row["length_ms"],
            recorded_ms=talks[row["case"]].recorded_ms,
            notes=row["notes"],
            incidents=list(talks[row["case"]].rounds.values()).count(row["incident_loop"])
            if row["incident_loop"]
            else 0,
            ended=bool(row["ended"]),
            transcribed=is_transcribed(row["case"]),
            rehearsal=bool(row["rehearsal"]),
            where=_where(standing[row["case"]], row["schedule_sha256"], schedule) if not row["ended"] else "",
            call_back=_agreed(call_backs.get(row["case"])),
            call_back_wall_ms=call_backs[row["case"]]["wall_ms"] if row["case"] in call_backs else 0,
            debrief_open=bool(row["ended"] and not row["debriefed"])
            and (is_recorded_here(row["case"]) or not talks[row["case"]].recorded_ms),
        )
        for row in rows
    ]


def _agreed(row: dict[str, Any] | None) -> str:
    """The words in which a call-back was agreed; empty if none was, or if they are damaged."""
    try:
        return str(json.loads(row["body"])["when"]) if row is not None else ""
    except (ValueError, TypeError, KeyError):
        return ""


def _talks(rows: Iterable[dict[str, Any]]) -> defaultdict[str, _Talk]:
    found: defaultdict[str, _Talk] = defaultdict(_Talk)
    for row in rows:
        try:
            _add(found[row["case"]], row["type"], json.loads(row["body"]))
        except (ValueError, TypeError, KeyError, ArithmeticError):
            continue  # a damaged event: opening the interview says which; the list is not the place
    return found


def _add(talk: _Talk, kind: str, body: dict[str, Any]) -> None:
    if kind == "RoundOpened":
        talk.rounds[body["round"]] = body["loop"]
    elif kind == "Withheld":
        for name in body.get("rounds", ()):
            talk.rounds.pop(name, None)
    elif kind == "SpanOpened":
        talk.rates[body["span"]] = body["rate"]
    else:
        rate, drift = talk.rates[body["span"]], body["drift_ppm"]
        talk.recorded_ms += Span(body["span"], 0, rate, 1, body["frames"], (), drift_ppm=drift).end_ms


def _rows_by_case(rows: Iterable[Any]) -> defaultdict[str, list[EventRow]]:
    found: defaultdict[str, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row["case"]].append(row)
    return found


def _where(rows: list[EventRow], sha256: str, schedule: Callable[[str], Schedule]) -> str:
    """The question at which an interview stands, as it is worded there."""
    try:
        interview = fold(schedule(sha256), map(event_of, rows))
        return wording(interview, interview.place) if interview.place is not None else ""
    except InterviewTuiError as error:
        return f"cannot be read: {error.message}"
    except KeyError as error:
        return f"cannot be read: its schedule has no {error}"
