"""What is counted of every interview, from the database alone: three statements, however many interviews there are.

Of the events only those are read that tell what was answered, where something was told, and what of it is hidden; of
the moves only those from one round to another. An event is made of a row only where something was taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from interview_tui.errors import StorageError
from interview_tui.fieldwork.counting import Interviewed, counts, told_in
from interview_tui.interview.events import Erased, Kept, Place
from interview_tui.interview.facts import Visit
from interview_tui.interview.rounds import Round
from interview_tui.interview.soundtrack import Soundtrack
from interview_tui.store.database import opened
from interview_tui.store.event_rows import EventRow, event_of

_INTERVIEWS = """
    SELECT "case", CASE WHEN EXISTS (SELECT 1 FROM events AS e WHERE e.type = 'InterviewEnded' AND e."case" = i."case")
        THEN 0 ELSE (SELECT max(at_ms) FROM events AS e WHERE e."case" = i."case") END AS last_ms
    FROM interviews AS i WHERE NOT rehearsal ORDER BY opened_wall_ms, "case"
"""
_WHAT_COUNTS = """
    SELECT * FROM events
    WHERE type IN ('Answered', 'NoteTaken', 'NoteFiled', 'RoundOpened', 'RoundAttached', 'WentOffRecord',
            'CameBackOnRecord', 'Withheld', 'Restored', 'Destroyed', 'InterviewEnded')
    ORDER BY "case", number
"""
_MOVES = """
    WITH visits AS (
        SELECT "case", number, at_ms, json_extract(body, '$.place.round') AS round
        FROM events WHERE type = 'Visited' AND json_valid(body)
    ), moves AS (
        SELECT *, lag(round) OVER (PARTITION BY "case" ORDER BY number) IS NOT round AS is_elsewhere FROM visits
    )
    SELECT "case", at_ms, round FROM moves WHERE is_elsewhere AND round IS NOT NULL ORDER BY "case", number
"""
_HIDES = ("WentOffRecord", "CameBackOnRecord", "Withheld", "Restored", "Destroyed")
_MAY_BE_WITHHELD = ("Answered", "NoteTaken", "NoteFiled")


@dataclass(slots=True)
class _Read:
    """What was read of an interview so far."""

    rounds: dict[str, Round] = field(default_factory=dict)
    answers: dict[Place, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    ended_ms: int | None = None
    counts: bool = True


def read_interviewed(database: Path, without: str = "") -> list[Interviewed]:
    """What is counted of every interview that counts, in the order in which they were opened, without one case.

    Rehearsals do not count, nor interviews of which nothing is to be kept. An event that is damaged is passed over.

    Raises:
        StorageError: the database cannot be read.
    """
    if not database.exists():
        return []
    with opened(database) as db:
        return list(_interviewed(db, without))


def _interviewed(db: Database, without: str) -> Iterator[Interviewed]:
    with db.atomic():  # one moment of the database, while a journal may be writing
        interviews: list[dict[str, Any]] = list(db.query(_INTERVIEWS))
        rows: Iterable[Any] = db.query(_WHAT_COUNTS)
        by_case = {case: list(its) for case, its in groupby(rows, key=lambda row: str(row["case"]))}
        moves: Iterable[tuple[str, int, str]] = db.execute(_MOVES)
        moves_by_case = {case: [move[1:] for move in its] for case, its in groupby(moves, key=lambda move: move[0])}
    for interview in interviews:
        case = interview["case"]
        if case != without:
            its = (by_case.get(case, []), moves_by_case.get(case, []))
            found = _counted(case, *its, interview["last_ms"] or 0)
            if found is not None:
                yield found


def _counted(case: str, rows: list[EventRow], moves: list[tuple[int, str]], last_ms: int) -> Interviewed | None:
    """What counts of an interview: its events, when she came to which round, and when its last event was if it goes on.

    None if it does not count.
    """
    track, read = Soundtrack(), _Read()
    for row in rows:
        if row["type"] in _HIDES:
            _hide(track, row)
    for row in rows:
        try:
            if row["type"] not in _HIDES and not _is_withheld(track, row):
                _add(read, row["type"], row["at_ms"], json.loads(row["body"]))
        except (ValueError, TypeError, KeyError, AttributeError, StorageError):
            continue  # a damaged event: opening the interview says which
    if not read.counts:
        return None
    last_ms = last_ms if read.ended_ms is None else read.ended_ms
    told = told_in(
        read.rounds,
        read.answers,
        [name for homes in read.notes.values() for name in homes],
        _visits(moves, last_ms),
        track.withheld(last_ms),
        track.withdrawn_rounds,
    )
    return Interviewed(case, read.rounds, read.answers, told, read.ended_ms is None)


def _hide(track: Soundtrack, row: EventRow) -> None:
    try:
        track.apply(event_of(row))
    except (StorageError, KeyError):
        return  # damaged: the same


def _is_withheld(track: Soundtrack, row: EventRow) -> bool:
    """Whether nothing is left of what a row says, once what was taken back is gone."""
    if not track.withholdings or row["type"] not in _MAY_BE_WITHHELD:
        return False
    return isinstance(track.left_of(event_of(row)), Erased)


def _add(read: _Read, kind: str, at_ms: int, body: dict[str, Any]) -> None:
    match kind:
        case "Answered":
            place = body["place"]
            read.answers[Place(place["item"], place["round"], body["line"])] = tuple(body["value"])
        case "NoteTaken" | "NoteFiled":
            read.notes[body["note"]] = [place["round"] for place in body["places"]]
        case "RoundOpened":
            read.rounds[body["round"]] = Round(body["round"], body["loop"], body["key"], body["parent"])
        case "RoundAttached":
            read.rounds[body["round"]] = replace(read.rounds[body["round"]], parent=body["parent"])
        case "InterviewEnded":
            read.ended_ms = at_ms
            read.counts = counts(body["outcome"], Kept(body["kept"]))


def _visits(moves: list[tuple[int, str]], last_ms: int) -> Iterator[Visit]:
    """The stretches of time in one round after the other; as `Interview.visits` has them, those in a round together."""
    ends = [*(start_ms for start_ms, _ in moves[1:]), max([last_ms, *(at_ms for at_ms, _ in moves[-1:])])]
    for (start_ms, name), end_ms in zip(moves, ends, strict=False):
        yield Visit(Place("", name), start_ms, end_ms)
