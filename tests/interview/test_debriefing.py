"""The boxes of a debrief: about what is on the record, and about nothing else."""

from interview_tui.interview import debriefing, withholding
from interview_tui.interview.debriefing import Part
from interview_tui.interview.events import DebriefWritten, Erased, Kept, Place
from interview_tui.interview.session import Session
from interview_tui.record.merge import merge
from tests.examples import at, consented, opened


def told() -> Session:
    """A session with two incidents, and a note to come back to in each."""
    session = consented()
    session.open_round("incident", "smooth", "S1", at(20_000))
    session.go(Place("happened", "S1-smooth"), at(21_000))
    session.enter("? which ward", 26_000, at(28_000))
    session.open_round("incident", "rough", "S1", at(60_000))
    session.go(Place("happened", "S1-rough"), at(61_000))
    session.enter("? who was Lamb", 66_000, at(68_000))
    return session


def keys(session: Session, part: Part) -> list[str]:
    return [box.key for box in debriefing.boxes(session.interview) if box.part is part]


def test_every_incident_that_was_told_and_every_note_to_come_back_to_has_its_boxes():
    session = told()
    session.end("complete", at(90_000))
    incidents = ["told/S1-smooth", "first_hand/S1-smooth", "told/S1-rough", "first_hand/S1-rough"]
    assert keys(session, Part.INCIDENTS) == incidents
    assert keys(session, Part.COME_BACK) == ["note/n1", "note/n2"]
    assert "S1-rough: how fully was it told?" in {box.label for box in debriefing.boxes(session.interview)}


def test_what_was_taken_back_has_no_box_and_what_was_written_about_it_is_in_no_record():
    session = told()
    session.withhold(withholding.whole_round(session.interview, "S1-rough", 80_000), at(80_000))
    session.end("complete", at(90_000))
    assert keys(session, Part.INCIDENTS) == ["told/S1-smooth", "first_hand/S1-smooth"]
    assert keys(session, Part.COME_BACK) == ["note/n1"]
    session.write_debrief("note/n2", "Lamb is the whip", at(95_000))
    session.write_debrief("told/S1-rough", "vague", at(95_500))
    session.write_debrief("note/n1", "ward 7", at(96_000))
    assert merge(session.interview, None).debrief == (("? which ward", "ward 7"),)


def test_a_note_that_was_kept_about_talk_that_was_taken_back_has_a_box_but_leaves_nothing_in_the_record():
    session = told()
    taken = withholding.since_note(session.interview, "n2", 80_000)
    session.withhold(taken, at(80_000), keep_notes=True)
    session.end("complete", at(90_000))
    assert keys(session, Part.COME_BACK) == ["note/n1", "note/n2"]
    session.write_debrief("note/n2", "Lamb is the whip", at(95_000))
    assert merge(session.interview, None).debrief == ()


def test_a_note_from_before_consent_has_a_box_but_leaves_nothing_in_the_record():
    session = opened()
    session.enter("? his wife is called Ann", 4000, at(5000))
    session.end("complete", at(90_000))
    assert keys(session, Part.COME_BACK) == ["note/n1"]
    session.write_debrief("note/n1", "asked", at(95_000))
    assert merge(session.interview, None).debrief == ()


def test_nothing_is_kept_of_a_debrief_where_nothing_may_be_kept():
    session = told()
    session.end("withdrawn", at(90_000), reason="changed his mind", kept=Kept.NOTHING)
    assert not keys(session, Part.INCIDENTS)
    assert not keys(session, Part.COME_BACK)
    session.write_debrief("went", "badly, because of Lamb", at(95_000))
    record = merge(session.interview, None)
    assert record.debrief == ()
    assert (record.outcome, record.reason) == ("withdrawn", "changed his mind")


def test_what_was_written_about_a_note_is_destroyed_with_it():
    session = told()
    session.withhold(withholding.since_note(session.interview, "n2", 80_000), at(80_000))
    found = session.interview.soundtrack.withholdings["w1"]
    about, other = (
        DebriefWritten(**at(95_000).stamp, box=box, text="Lamb is the whip") for box in ("note/n2", "note/n1")
    )
    assert debriefing.remains([other, about], found) == {1: Erased(**at(95_000).stamp, withheld="w1")}


def test_must_asks_that_were_not_asked_are_listed_in_asking_order_also_once_they_have_a_reason():
    session = told()
    session.end("complete", at(90_000))
    boxes = [box for box in debriefing.boxes(session.interview) if box.part is Part.UNASKED]
    assert [box.place for box in boxes] == session.must_asks_left()
    labels = {box.place: box.label for box in boxes}
    assert labels[Place("did", "S1-rough")] == "S1-rough: What did you do?"
    first = boxes[0]
    assert first.place is not None
    session.explain(first.place, first.read("2"), at(95_000))
    assert debriefing.written(session.interview, first) == "judged inappropriate"
    assert [box for box in debriefing.boxes(session.interview) if box.part is Part.UNASKED] == boxes


def test_an_interview_that_ended_early_owes_no_must_ask():
    session = told()
    session.end("partial", at(90_000))
    assert not keys(session, Part.UNASKED)


def test_a_code_is_read_in_either_case_and_anything_else_as_it_stands():
    session = told()
    session.end("complete", at(90_000))
    box = next(box for box in debriefing.boxes(session.interview) if box.key == "told/S1-rough")
    assert [box.read(text) for text in ("F", " v ", "full, but rushed", "")] == [
        "full",
        "vague",
        "full, but rushed",
        "",
    ]


def test_an_incident_of_which_nothing_was_noted_counts_as_told_once_some_time_was_spent_on_it():
    session = consented()
    session.open_round("incident", "smooth", "S1", at(20_000))
    session.open_round("incident", "rough", "S1", at(60_000))
    session.end("complete", at(61_000))
    assert keys(session, Part.INCIDENTS) == ["told/S1-smooth", "first_hand/S1-smooth"]


def test_how_much_is_withheld_counts_notes_and_recorded_time_only():
    session = told()
    session.withhold(withholding.since_note(session.interview, "n2", 80_000), at(80_000))
    found = session.interview.soundtrack.withholdings["w1"]
    size = debriefing.extent(session.interview, found)
    assert (size.notes, size.recorded_ms) == (1, 0)
