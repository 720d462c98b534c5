"""The list of a large study: few statements, whatever there is to list."""

from pathlib import Path

from interview_tui.store import listing
from interview_tui.store.database import opened
from interview_tui.store.event_rows import add_interview, row_of
from interview_tui.store.listing import summaries
from interview_tui.store.study import StudyFolder
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import NOON_MS

INTERVIEWS = 1000
STATEMENTS = 4


def test_a_thousand_interviews_are_listed_in_four_statements(tmp_path: Path) -> None:
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    whole, broken_off = conducted(), conducted(ended=False)
    with opened(tmp_path / "study.db") as db, db.atomic():
        for number in range(INTERVIEWS):
            case = f"P{number:04}"
            told = whole if number % 100 else broken_off
            rows = [row_of(case, place, event) for place, event in enumerate(told, 1)]
            add_interview(db, {**rows[0], "wall_ms": NOON_MS + number})
            db.table("events").insert_all(dict(row) for row in rows)
    with opened(tmp_path / "study.db") as db:
        statements: list[str] = []
        db.conn.set_trace_callback(statements.append)
        listed = summaries(db, lambda _: handover(), lambda _: False, lambda _: True)
    assert len([sql for sql in statements if sql.split()[0] in ("SELECT", "WITH")]) == STATEMENTS
    assert [line.case for line in listed] == [f"P{number:04}" for number in reversed(range(INTERVIEWS))]
    assert {line.notes for line in listed} == {2}
    assert {line.incidents for line in listed} == {1}
    assert {line.recorded_ms for line in listed} == {2000}
    assert sum(bool(line.where) for line in listed) == INTERVIEWS // 100


def test_no_statement_reads_through_every_event(tmp_path: Path) -> None:
    study = StudyFolder.open(tmp_path)
    study.keep_schedule(handover())
    with opened(tmp_path / "study.db") as db:
        for sql in (listing._INTERVIEWS, listing._ROUNDS_AND_SPANS, listing._WHERE_THEY_STAND, listing._CALL_BACKS):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert not [step for step in plan if step.startswith("SCAN events") and "USING" not in step], plan
