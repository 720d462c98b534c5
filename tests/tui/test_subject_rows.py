"""What is to be read of an incident, a part of it, a section, the call: with its evidence, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.state import new_interview
from interview_tui.printed import record_in_words
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Completeness, Record
from interview_tui.record.review.log import Log
from interview_tui.record.review.review import Review
from interview_tui.record.summary import keeping
from interview_tui.record.under_review import UnderReview, under_review
from interview_tui.schedule.model import Schedule
from interview_tui.tui.incident_rows import Subject, tree_rows
from interview_tui.tui.reading import Row
from interview_tui.tui.subject_rows import NOTHING, NOTHING_HERE, subject_at, subject_rows, subject_stretches
from tests.export.any_record import records
from tests.export.example_record import FEELING, WITHHELD_NOTE, WITHHELD_TALK, example_record
from tests.record.talking import Call, transcript
from tests.tui.reviewed import at, placed_record
from tests.tui.staging import mentoring

GOOD, RELATIONSHIP, CALL = Subject("R1-good"), Subject("R1"), Subject()


def of(record: Record, schedule: Schedule | None = None) -> UnderReview:
    """A record under review."""
    return UnderReview(new_interview(schedule or mentoring()), None, Log(()), Review(), record, ())


def rows(subject: Subject, record: Record | None = None) -> list[Row]:
    return subject_rows(of(record or placed_record()), subject)


def row_of(found: list[Row], kind: str, text: str) -> Row:
    return next(row for row in found if row.kind == kind and text in row.text)


def test_each_part_of_an_incident_is_followed_by_its_evidence_in_order():
    found = [(row.kind, row.text) for row in rows(GOOD)]
    assert found[:8] == [
        ("heading", "R1-good: feeling missing · action thin"),
        ("field", "event: What happened?"),
        ("turn", "What happened?"),
        ("turn", "He rang me at eleven at night about his first budget."),
        ("note", "! new PH, 1st budget rang 11pm"),
        ("turn", "He was in a dreadful state."),
        ("field", "action: What did you do?"),
        ("turn", "So I told him to sleep on it."),
    ]


def test_a_missing_part_whose_one_question_was_passed_over_says_no_more_than_that():
    found = rows(GOOD)
    after = found[found.index(row_of(found, "field", "feeling")) + 1]
    assert (after.kind, after.text) == ("field", "outcome: What was the outcome?")


def test_of_a_part_its_evidence_alone_is_read():
    found = rows(Subject("R1-good", "outcome"))
    assert [row.kind for row in found] == ["heading", "field", "turn", "turn"]
    assert found[1].text == "outcome: What was the outcome?"


def test_each_part_says_how_it_was_asked():
    asides = [row.aside for row in rows(GOOD) if row.kind == "field"]
    assert asides == ["asked as worded", "thin · volunteered", "missing · skipped", "asked in other words"]


def test_a_part_is_worded_as_it_was_in_that_round():
    record = placed_record()
    entries = tuple(
        replace(entry, question="How did you, the mentor, feel?") if entry.place == FEELING else entry
        for entry in record.entries
    )
    found = rows(GOOD, replace(record, entries=entries))
    assert row_of(found, "field", "feeling").text == "feeling: How did you, the mentor, feel?"


def with_a_probe_for_feeling(way: Asked) -> Record:
    record = placed_record()
    skipped = next(entry for entry in record.entries if entry.place == FEELING)
    place = Place("feeling_more", FEELING.round)
    return replace(
        record,
        entries=(
            *(replace(entry, asked=Asked.WORDED) if entry == skipped else entry for entry in record.entries),
            replace(skipped, place=place, kind="probe", question="And then?", asked=way),
        ),
    )


def test_of_several_questions_for_a_part_the_one_closest_to_the_schedule_tells_how_it_was_asked():
    assert row_of(rows(GOOD, with_a_probe_for_feeling(Asked.SKIPPED)), "field", "feeling").aside == (
        "missing · asked as worded"
    )


def test_under_a_missing_part_stands_the_probe_that_would_have_asked_for_it():
    found = rows(GOOD, with_a_probe_for_feeling(Asked.SKIPPED))
    probe = found[found.index(row_of(found, "field", "feeling")) + 1]
    assert (probe.kind, probe.text, probe.aside) == ("gap", "“And then?”", "would have asked for it: skipped")


def test_where_all_was_asked_it_is_the_answer_that_is_missing_or_thin():
    found = rows(GOOD, with_a_probe_for_feeling(Asked.PARAPHRASED))
    assert row_of(found, "gap", "And then?").aside == "was asked, and nothing was told"
    record = with_a_probe_for_feeling(Asked.PARAPHRASED)
    thin = tuple(
        replace(
            incident,
            fields=tuple(
                replace(field, state=Completeness.THIN) if field.key == "feeling" else field
                for field in incident.fields
            ),
        )
        for incident in record.incidents
    )
    assert row_of(rows(GOOD, replace(record, incidents=thin)), "gap", "And then?").aside == (
        "was asked, and told in a few words"
    )


def test_what_is_nice_to_have_and_was_not_told_stands_at_the_end_with_its_probe():
    found = rows(GOOD)
    assert (found[-2].kind, found[-2].text) == ("heading", "nice to have, and not told")
    assert found[-1].text == "when: “Roughly when was this?”"
    assert rows(Subject("R1-good", "when"))[1].text == "when: Roughly when was this?"


def test_answers_by_code_are_read_with_their_questions_under_their_section():
    found = rows(RELATIONSHIP)
    assert found[0].text == "Critical incidents › R1 › The relationship"
    role = row_of(found, "question", "mentor or the mentee")
    assert (role.answer, role.aside) == ("mentor", "asked")


def test_a_section_has_the_questions_that_were_passed_over_but_not_those_off_the_route():
    found = [(row.text, row.aside) for row in rows(Subject(heading=("General questions",))) if row.kind == "question"]
    assert found == [
        ("How would you define mentoring?", "asked in other words"),
        ("Characteristics of an ideal <mentor>?", "skipped"),
    ]


@pytest.mark.parametrize("kind", ["record", "say"])
def test_what_is_no_question_is_not_said_to_have_been_asked(kind: str):
    record = placed_record()
    entries = tuple(replace(entry, kind=kind) for entry in record.entries)
    assert not row_of(rows(RELATIONSHIP, replace(record, entries=entries)), "question", "mentor or").aside


def test_the_call_tells_its_course_as_on_the_command_line_and_all_that_is_missing():
    record = placed_record()
    record = replace(record, entries=(*record.entries, replace(record.entries[-1], kind="probe")))
    found = rows(CALL, record)
    course = [row.text for row in found if row.kind == "course"]
    assert course[0].startswith("questions: 1 asked as worded, 2 asked in other words")
    assert "R1-good 0.2 min" in course[1]
    assert set(course) < set(record_in_words(record).splitlines())
    assert [row.text for row in found if row.kind == "heading"] == [
        "the call",
        "R1-good: feeling missing · action thin",
        "R1-difficult: action, feeling, outcome missing",
        "R2-good: event, action, feeling, outcome thin",
        "Experience",
        "General questions",
        "Critical incidents › R1 › The relationship",
    ]
    assert row_of(found, "turn", "Holding the ladder")
    signs = [row.sign for row in found if row.kind == "gap" and row.text.startswith("when")]
    assert signs == ["·", "·", "◐"]
    assert row_of(found, "gap", "feeling").text == "feeling: “How did you feel?”"
    assert row_of(found, "gap", "feeling").aside == "skipped"


def test_of_nothing_there_is_nothing_to_read():
    nothing = example_record(turns=(), notes=(), incidents=(), entries=(), spans=(), provenance=None)
    assert [row.text for row in rows(CALL, nothing)] == ["the call", NOTHING]
    assert [row.text for row in rows(RELATIONSHIP, nothing)] == [NOTHING_HERE]
    not_yet = example_record(turns=(), incidents=(), entries=(), provenance=None)
    assert rows(CALL, not_yet)[1].text.startswith("Not transcribed yet")


def told_call() -> tuple[Call, UnderReview]:
    """A call with one incident of two parts, an aside in between, and one that was not told."""
    call = Call()
    call.goes("good_handover")
    call.asks("What makes a good handover?")
    call.answers("That somebody writes down what has happened in the night before.")
    call.does(lambda session, now: session.go(Place("incident_smooth", "S1-smooth"), now))
    call.asks("Can you think of a handover to a colleague that went smoothly?")
    call.answers("Yes, I can think of one at once.")
    call.goes("happened", "S1-smooth")
    call.asks("What happened?")
    call.answers("The night nurse was ill and nobody had written anything down for us.")
    call.goes("did", "S1-smooth")
    call.asks("What did you do?")
    call.answers("I rang her at home and wrote down every word that she could remember.")
    return call, under_review(call.interview, transcript(*call.turns), Log(()))


def test_what_is_talked_about_is_found_as_closely_as_what_was_looked_at():
    call, found = told_call()
    does = call.turns[-1].start_ms + 500
    assert subject_at(found, does) == Subject("S1-smooth")
    assert subject_at(found, does, Subject("S1-smooth")) == Subject("S1-smooth")
    assert subject_at(found, does, Subject("S1-smooth", "event")) == Subject("S1-smooth", "action")
    assert subject_at(found, does, Subject()) == Subject()
    assert subject_at(found, call.turns[1].start_ms, Subject("S1-smooth", "event")) == Subject(heading=("Background",))
    assert subject_at(found, 0, Subject("S1-smooth")) == Subject("S1-smooth")
    assert subject_at(found, 0) == Subject()


def test_a_round_that_is_looked_at_as_a_whole_stays_while_it_is_talked_about():
    found = of(placed_record())
    assert subject_at(found, at(17.5), RELATIONSHIP) == RELATIONSHIP
    assert subject_at(found, at(17.5)) == Subject(heading=("Critical incidents", "R1", "The relationship"))
    assert subject_at(found, at(21.5), RELATIONSHIP) == GOOD


def test_an_incident_that_nobody_told_has_the_questions_that_would_have_asked():
    _, found = told_call()
    read = subject_rows(found, Subject("S1-rough"))
    assert read[0].text == "S1-rough: not told"
    texts = [row.text for row in read[1:]]
    assert texts == [
        "And of one that went wrong?",
        "What happened?",
        "What did you do?",
        "What came of it?",
        "What led up to it?",
    ]
    assert {row.aside for row in read[1:]} <= {"skipped", "not reached"}
    assert row_of(subject_rows(found, Subject()), "gap", "S1-rough").text == "S1-rough: “And of one that went wrong?”"


def test_what_is_heard_of_a_subject_is_its_evidence_and_of_the_call_all_of_it():
    found = of(placed_record())
    assert subject_stretches(found, Subject("R1-good", "outcome")) == (Stretch(at(40), at(44.46)),)
    assert subject_stretches(found, Subject("R1-good", "feeling")) == ()
    assert subject_stretches(found, CALL) == found.record.spans
    whole = subject_stretches(found, GOOD)
    assert (whole[0].start_ms, whole[-1].end_ms) == (at(20), at(48.46))
    assert subject_stretches(found, Subject(heading=("General questions",))) == (Stretch(at(6), at(10.21)),)


def test_coverage_counts_questions_on_the_route_and_fidelity_those_that_were_heard():
    kept = keeping(placed_record())
    asks = [entry for entry in placed_record().entries if entry.kind == "ask" and entry.on_route]
    assert kept.on_route == len(asks)
    missed = [entry for entry in asks if entry.asked in (Asked.SKIPPED, Asked.NOT_REACHED)]
    assert kept.covered == len(asks) - len(missed)
    assert (kept.heard, kept.worded) == (3, 1)


def test_nothing_withheld_is_read_anywhere():
    found = of(example_record())
    for tree_row in tree_rows(found.record, found.schedule, "R1-good"):
        told = " ".join(row.text for row in subject_rows(found, tree_row.subject or Subject()))
        assert WITHHELD_TALK not in told
        assert WITHHELD_NOTE not in told


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_of_no_record_is_anything_read_that_was_withheld(record: Record):
    found = of(record)
    for tree_row in tree_rows(record, found.schedule):
        for row in subject_rows(found, tree_row.subject or Subject()):
            if row.kind in ("turn", "note"):
                assert not any(held.start_ms <= (row.at_ms or 0) < held.end_ms for held in record.withheld)
