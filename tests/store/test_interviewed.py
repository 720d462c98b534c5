"""What is read of interviews to be counted: few statements, and the same as the whole interviews say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from interview_tui.errors import Refused
from interview_tui.fieldwork.counting import interviewed
from interview_tui.interview import withholding
from interview_tui.interview.events import Event, Place
from interview_tui.interview.session import Session
from interview_tui.interview.state import fold
from interview_tui.store import interviewed as reading
from interview_tui.store.database import opened
from interview_tui.store.event_rows import add_interview, row_of
from interview_tui.store.interviewed import read_interviewed
from interview_tui.store.study import StudyFolder
from tests.examples import at, handover
from tests.store.conducting import conducted
from tests.store.making import NOON_MS

STATEMENTS = 3


def kept(folder: Path, *interviews: list[Event]) -> Path:
    """A study with these interviews."""
    StudyFolder.open(folder).keep_schedule(handover())
    with opened(folder / "study.db") as db, db.atomic():
        for number, told in enumerate(interviews):
            _keep(db, number, told)
    return folder / "study.db"


def _keep(db: Database, number: int, told: list[Event]) -> None:
    rows = [row_of(f"P{number:02}", place, event) for place, event in enumerate(told, 1)]
    add_interview(db, {**rows[0], "wall_ms": NOON_MS + number})
    db.table("events").insert_all(dict(row) for row in rows)


def test_a_hundred_interviews_are_read_in_three_statements(tmp_path: Path) -> None:
    file = kept(tmp_path, *[conducted() for _ in range(100)])
    with opened(file) as db:
        statements: list[str] = []
        db.conn.set_trace_callback(statements.append)
        found = list(reading._interviewed(db, ""))
    assert len([sql for sql in statements if sql.split()[0] in ("SELECT", "WITH")]) == STATEMENTS
    assert [one.case for one in found] == [f"P{number:02}" for number in range(100)]
    assert {one.told for one in found} == {frozenset({"", "S1", "S1-smooth"})}


def test_no_statement_reads_through_every_event(tmp_path: Path) -> None:
    with opened(kept(tmp_path, conducted())) as db:
        for sql in (reading._INTERVIEWS, reading._WHAT_COUNTS, reading._MOVES):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not [step for step in plan if step.startswith("SCAN events") and "USING" not in step], plan


def test_rehearsals_and_one_case_are_left_out(tmp_path: Path) -> None:
    file = kept(tmp_path, conducted(), conducted(rehearsal=True), conducted(ended=False))
    assert [(one.case, one.unfinished) for one in read_interviewed(file)] == [("P00", False), ("P02", True)]
    assert [one.case for one in read_interviewed(file, without="P00")] == ["P02"]


def test_a_study_without_interviews_has_none(tmp_path: Path) -> None:
    assert read_interviewed(tmp_path / "study.db") == []
    assert not (tmp_path / "study.db").exists()


def test_a_damaged_event_costs_only_itself(tmp_path: Path) -> None:
    file = kept(tmp_path, conducted())
    with opened(file) as db, db.atomic():
        db.execute("UPDATE events SET body = '{' WHERE type = 'Answered'")
        db.execute("UPDATE events SET body = '[]' WHERE type = 'RoundOpened' AND body LIKE '%smooth%'")
        db.execute("UPDATE events SET body = '{' WHERE type = 'Visited' AND number % 2")
    [one] = read_interviewed(file)
    assert (one.answers, set(one.rounds), one.told) == ({}, {"S1"}, frozenset({"", "S1"}))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["go", "note", "answer", "open", "again", "refile", "attach", "off", "on", "back", "restore"]),
        st.integers(0, 40),
        st.integers(1, 30),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all examples: making it takes longer than what is tried."""
    return kept(tmp_path_factory.mktemp("study"))


@settings(max_examples=40)
@given(steps=STEPS, outcome=st.sampled_from(["", "complete", "partial"]))
def test_whatever_was_done_the_same_is_read_as_the_whole_interview_says(
    database: Path, steps: list[tuple[str, int, int]], outcome: str
) -> None:
    session, events = Session.open(handover(), "P00", "AB", at(0))
    told, ms = list(events), 0
    for what, number, seconds in steps:
        ms += seconds * 1000
        try:
            told += _done(session, what, number, ms)
        except Refused:
            continue
    if outcome:
        told += session.end(outcome, at(ms + 500))
    whole = interviewed(fold(handover(), told))
    with opened(database) as db, db.atomic():
        db.execute("DELETE FROM events")
        db.execute("DELETE FROM interviews")
        _keep(db, 0, told)
        [read] = reading._interviewed(db, "")
    assert (read.told, read.unfinished, dict(read.rounds)) == (whole.told, whole.unfinished, dict(whole.rounds))
    assert dict(read.answers) == dict(whole.answers)


def _done(session: Session, what: str, number: int, ms: int) -> tuple[Event, ...]:
    """Something that is done in the call, the `number` saying to what."""
    now, interview = at(ms), session.interview
    rounds = list(interview.rounds)
    notes = list(interview.notes)
    places = [Place("post", "S1"), Place("did", "S1-smooth"), Place("happened", "S1-rough"), Place("good_handover")]
    place = places[number % len(places)]
    match what:
        case "go":
            return session.go(place, now)
        case "note":
            return session.enter(" something", ms - 400, now)
        case "answer":
            return session.enter(("1", "2", "dk", "y")[number % 4], ms - 400, now)
        case "open":
            return session.open_round("incident", ("smooth", "rough")[number % 2], "S1", now)
        case "again":
            return session.open_round("shift", "", "", now)
        case "refile" if notes:
            return session.refile(notes[number % len(notes)], [place], now)
        case "attach" if rounds:
            return session.attach_round(rounds[number % len(rounds)], "S2", now)
        case "off":
            return session.go_off_record(now)
        case "on":
            return session.come_back_on_record(now)
        case "back" if rounds:
            proposal = withholding.whole_round(interview, rounds[number % len(rounds)], ms)
            return session.withhold(proposal, now, keep_notes=number % 3 == 0)
        case "restore":
            return session.restore(f"w{1 + number % 2}", now)
    return ()
