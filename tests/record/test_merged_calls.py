"""Calls told line by line, as they go: asked in other words, moved late, told early, told again, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_tui.interview.events import Level, NoteTaken, Place
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Completeness
from interview_tui.schedule.reader import read_schedule
from tests.record.talking import Call, note_in, piece, place_of

STUDY = Path(__file__).parents[2] / "schedules" / "political-mentoring.yaml"
SMOOTH, ROUGH = "S1-smooth", "S1-rough"


def tell_shift(call):
    """A shift with a handover that went smoothly; 14 turns, every question moved to."""
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward, the one on the third floor.")
    call.goes("came", "S1")
    call.asks("How did the nurse come to you?")
    call.answers("She came up the back stairs at about ten, out of breath.")
    call.goes("incident_smooth", SMOOTH)
    call.asks("Can you think of a handover to her that went smoothly?")
    call.answers("There was the one with the new dialysis machine in March.")
    call.goes("happened", SMOOTH)
    call.asks("What happened?")
    call.answers("We stood by the dialysis machine and I went through it valve by valve, and she wrote it down.")
    call.goes("did", SMOOTH)
    call.asks("And what did you do?")
    call.answers("I let her try the alarm herself before I left for home.")
    call.goes("outcome", SMOOTH)
    call.asks("What came of it?")
    call.answers("Nobody had to ring me at home and the patient slept through.")


def tell_what_went_wrong(call):
    """The other handover of that shift; 8 turns."""
    call.goes("incident_rough", ROUGH)
    call.asks("And can you think of one that went wrong?")
    call.answers("Yes, the Christmas one, with the missing chart.")
    call.goes("happened", ROUGH)
    call.asks("What happened there?")
    call.answers("The chart was lost between two wards and nobody noticed until six in the morning.")
    call.goes("did", ROUGH)
    call.asks("So what did you do?")
    call.answers("I rang round every ward until the porter found it in a lift.")
    call.goes("outcome", ROUGH)
    call.asks("And what came of it in the end?")
    call.answers("We now sign for every chart that leaves the ward.")


def tell_another_shift(call):
    """Another shift that she does not open; 14 turns."""
    call.asks("Is there another shift, with another nurse?")
    call.answers("Yes, a week in the operating theatre.")
    call.asks("And where did you work there?")
    call.answers("In the eye theatre on the ground floor.")
    call.asks("How did the theatre nurse come to you?")
    call.answers("By the lift, with a list in her hand.")
    call.asks("Can you think of a handover to her that went smoothly?")
    call.answers("The lens one, on the Friday.")
    call.asks("What happened?")
    call.answers("We counted every lens twice and both of us signed the list of them.")
    call.asks("What did you do?")
    call.answers("I held the lamp for her while she counted.")
    call.asks("What came of it?")
    call.answers("Not one lens went missing in that whole week.")


def asked_in(record):
    return {entry.place: entry.asked for entry in record.entries}


def test_what_is_asked_in_other_words_is_found_though_she_forgot_to_move():
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward, the one on the third floor.")
    call.asks("Right. And that nurse, how was it she came to you?")
    call.answers("Up the back stairs at about ten, out of breath.")
    call.goes("incident_smooth", SMOOTH)
    call.asks("Can you think of a handover to her that went smoothly?")
    call.answers("There was the one with the new dialysis machine in March.")
    record = call.record()
    assert place_of(record, "that nurse") == place_of(record, "back stairs") == Place("came", "S1")
    assert place_of(record, "surgical") == Place("post", "S1")
    assert "moved" not in piece(record, "back stairs").why
    assert piece(record, "back stairs").sure < piece(record, "surgical").sure


@pytest.mark.parametrize("later_ms", [1_000, 4_000, 9_000])
def test_an_answer_belongs_to_its_question_though_she_moved_when_it_had_begun(later_ms):
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward, the one on the third floor.")
    call.asks("How did the nurse come to you?")
    call.goes("came", "S1", later_ms=later_ms)
    call.answers("Up the back stairs at about ten. I had the kettle on for us. So we sat down and began. It took long.")
    call.goes("incident_smooth", SMOOTH)
    call.asks("Can you think of a handover to her that went smoothly?")
    record = call.record()
    answer = piece(record, "back stairs")
    assert answer.place == place_of(record, "How did the nurse") == Place("came", "S1")
    assert answer.turn.text.endswith("It took long.")


def test_what_follows_another_move_in_the_middle_of_an_answer_belongs_there():
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.goes("came", "S1", later_ms=5_500)
    call.answers(
        "On the ward, the one on the third floor. It is surgical, that one. She came up the stairs. At ten it was."
    )
    record = call.record()
    assert place_of(record, "third floor") == Place("post", "S1")
    assert place_of(record, "At ten") == Place("came", "S1")
    assert [found.turn.number for found in record.turns] == [1, 2, 3]


def test_an_answer_that_is_given_early_belongs_to_what_her_note_names():
    call = Call()
    call.goes("came", "S1")
    call.asks("How did the nurse come to you?")
    call.answers("Well, a good one takes its time and somebody has to listen to the end of it.")
    note = call.notes("good handover: time, listen")
    call.goes("incident_smooth", SMOOTH)
    call.asks("Can you think of a handover to her that went smoothly?")
    call.answers("There was the one with the new dialysis machine in March.")
    record = call.record()
    early = piece(record, "takes its time")
    assert early.place == Place("good_handover")
    assert place_of(record, "dialysis") == Place("incident_smooth", SMOOTH)
    assert note_in(record, note).places == (Place("good_handover"),)
    assert note_in(record, note).turn == early.turn.number
    assert asked_in(record)[Place("good_handover")] is Asked.VOLUNTEERED


def test_an_answer_that_is_given_early_belongs_where_she_filed_her_note_about_it():
    call = Call()
    call.goes("came", "S1")
    call.asks("How did the nurse come to you?")
    call.answers("Well, she takes her time and somebody has to listen to the end of it.")
    note = call.notes("takes her time")
    call.does(lambda session, now: session.refile(note, [Place("good_handover")], now), 4_000)
    call.waits(5_000)
    call.goes("incident_smooth", SMOOTH)
    call.asks("Can you think of a handover to her that went smoothly?")
    call.answers("There was the one with the new dialysis machine in March.")
    assert place_of(call.record(), "takes her time") == Place("good_handover")


def test_a_return_to_what_was_told_before_belongs_to_that_incident():
    call = Call()
    tell_shift(call)
    tell_what_went_wrong(call)
    call.goes("again_shift")
    call.asks("Is there another shift, with another nurse?")
    call.answers("There is still the dialysis machine. The valve on that was stuck in March and she freed it herself.")
    note = call.notes("smooth: valve stuck, freed it")
    record = call.record()
    assert piece(record, "stuck in March").place == Place("happened", SMOOTH)
    assert place_of(record, "Is there another") == Place("again_shift")
    (smooth,) = [incident for incident in record.incidents if incident.id == SMOOTH]
    assert note in smooth.evidence.notes
    assert piece(record, "stuck in March").turn.number in smooth.evidence.turns


def test_with_every_move_forgotten_both_incidents_are_in_the_record():
    call = Call(on_paper=True)
    tell_shift(call)
    tell_what_went_wrong(call)
    assert not call.interview.moves
    assert not call.interview.rounds
    record = call.record()
    watched = Call()
    tell_shift(watched)
    tell_what_went_wrong(watched)
    assert [found.place for found in record.turns] == [found.place for found in watched.record().turns]
    assert [(incident.id, incident.label, incident.parent) for incident in record.incidents] == [
        (SMOOTH, SMOOTH, "S1"),
        (ROUGH, ROUGH, "S1"),
    ]
    assert all(incident.complete for incident in record.incidents)
    assert {found.id for found in record.rounds} == {"S1", SMOOTH, ROUGH}


@pytest.mark.parametrize("on_paper", [False, True])
def test_a_second_round_that_she_never_opened_is_opened(on_paper):
    call = Call(on_paper=on_paper)
    tell_shift(call)
    tell_what_went_wrong(call)
    tell_another_shift(call)
    record = call.record()
    assert place_of(record, "operating theatre") == Place("again_shift")
    assert place_of(record, "eye theatre") == Place("post", "S2")
    assert place_of(record, "By the lift") == Place("came", "S2")
    assert place_of(record, "every lens") == Place("happened", "S2-smooth")
    assert [incident.id for incident in record.incidents] == [SMOOTH, ROUGH, "S2-smooth"]
    assert [found.id for found in record.rounds if found.loop == "shift"] == ["S1", "S2"]
    assert not any(found.id == "S2-rough" for found in record.rounds)


@pytest.mark.parametrize("how", ["moved", "ticked"])
def test_a_note_that_she_filed_elsewhere_keeps_that_home(how):
    call, there = Call(), Place("good_handover")
    tell_shift(call)
    note = call.notes("nobody rang, patient slept")
    if how == "moved":
        call.does(lambda session, now: session.refile(note, [there], now), 9_000)
    else:
        call.does(lambda session, now: session.tick([there], Level.DONE, now, note), 9_000)
    tell_what_went_wrong(call)
    found = note_in(call.record(), note)
    assert there in found.places
    assert there in found.filed


def test_a_note_that_she_left_where_she_was_goes_to_what_it_is_about():
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward, the one on the third floor.")
    call.goes("came", "S1")
    call.asks("How did the nurse come to you?")
    note = call.notes("surgical ward, third floor")
    call.answers("She came up the back stairs at about ten, out of breath.")
    record = call.record()
    found = note_in(record, note)
    assert found.filed == (Place("came", "S1"),)
    assert found.places == (Place("post", "S1"),)
    assert found.about_ms == piece(record, "surgical").turn.end_ms
    assert found.turn == piece(record, "surgical").turn.number


def test_a_note_typed_before_consent_stays_where_it_was_filed_and_is_no_evidence():
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward, the one on the third floor.")
    call.goes("came", "S1")
    call.asks("How did the nurse come to you?")
    typed = NoteTaken(
        at_ms=call.ms + 1_000,
        wall_ms=0,
        note="n1",
        text="surgical ward, third floor",
        first_key_ms=call.ms,
        about_ms=call.ms - 3_000,
        places=(Place("came", "S1"),),
        before_consent=True,
    )
    call.interview.apply(typed)
    record = call.record()
    assert note_in(record, "n1").before_consent
    assert note_in(record, "n1").places == note_in(record, "n1").filed == (Place("came", "S1"),)
    assert not any("n1" in entry.evidence.notes for entry in record.entries)


def test_notes_alone_are_where_they_were_filed_and_when_they_were_typed():
    call = Call()
    call.goes("paper")
    note = call.notes("good handover: time")
    record = call.record()
    assert (note_in(record, note).places, note_in(record, note).turn) == ((Place("paper"),), 0)
    assert note_in(record, note).about_ms == note_in(record, note).typed_ms - 3_000


def test_a_murmur_of_hers_stays_with_what_is_being_said():
    call = Call()
    call.goes("post", "S1")
    call.asks("And where did you work on that shift?")
    call.answers("On the surgical ward,")
    call.asks("Mm-hm.")
    call.answers("the one on the third floor.")
    record = call.record()
    assert {found.place for found in record.turns} == {Place("post", "S1")}
    assert piece(record, "Mm-hm.").why == "she listens"


def test_it_says_how_each_question_was_asked_and_how_long_was_talked():
    call = Call()
    tell_shift(call)
    record = call.record()
    asked = asked_in(record)
    assert asked[Place("outcome", SMOOTH)] is Asked.WORDED
    assert asked[Place("take_part")] is Asked.ASKED
    assert asked[Place("paper")] is Asked.SKIPPED
    assert asked[Place("happened", ROUGH)] is Asked.NOT_REACHED
    lengths = dict(record.talk_ms)
    whole = sum(found.turn.end_ms - found.turn.start_ms for found in record.turns)
    assert lengths["S1"] == whole
    assert lengths["The shift"] + lengths["Incidents"] == whole
    assert lengths["Incidents"] == lengths[SMOOTH]


def test_an_interview_of_the_study_conducted_on_paper_has_its_incident():
    call = Call(read_schedule(STUDY.read_text(encoding="utf-8"), STUDY.name), on_paper=True)
    call.asks("So how would you define mentoring yourself?")
    call.answers("Somebody who walks beside you for a while and tells you where the holes are.")
    call.asks("Lovely. Can you think of one relationship that you thought went particularly well?")
    call.answers("That would be Priya, the year that she was elected.")
    call.asks("And how was it arranged?")
    call.answers("The whips put us together over lunch.")
    call.asks("Did you have any choice in who was the mentee?")
    call.answers("None whatever, and nor had she.")
    call.asks("How did you build trust between the two of you?")
    call.answers("I never repeated a word of it, and in the end she noticed.")
    call.asks("Can you think of one specific incident that had a very good outcome, for you or for her?")
    call.answers("The budget speech, I should say.")
    call.asks("What happened?")
    call.answers("She lost her notes on the stairs and spoke for ten minutes without any of them.")
    note = call.notes("good: lost notes on stairs")
    call.asks("And how did you feel?")
    call.answers("I sat on the back bench and was proud as anything, really I was.")
    call.asks("Is it possible to mentor on a cross-party basis, do you think?")
    call.answers("On the small things, certainly.")
    record = call.record()
    where = {said: place_of(record, said) for said in ("holes", "Priya", "over lunch", "nor had she", "never repeated")}
    assert {said: place.item for said, place in where.items() if place} == {
        "holes": "definition",
        "Priya": "which",
        "over lunch": "how_was_it_arranged",
        "nor had she": "did_you_have_any_choice",
        "never repeated": "trust",
    }
    assert place_of(record, "On the small things") == Place("cross_party")
    (incident,) = record.incidents
    assert (incident.id, incident.key, incident.parent) == ("R1-good", "good", "R1")
    states = {field.key: field.state for field in incident.fields if field.needed}
    assert states == {
        "event": Completeness.FILLED,
        "action": Completeness.MISSING,
        "feeling": Completeness.FILLED,
        "outcome": Completeness.MISSING,
    }
    assert note_in(record, note).places == (Place("what_happened", "R1-good"),)
