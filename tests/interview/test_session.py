"""What a person can do in an interview, and what is refused."""

import pytest

from interview_tui.errors import Refused
from interview_tui.interview import route
from interview_tui.interview.events import Consented, How, Level, Place, RoundOpened
from interview_tui.interview.line import Meaning, codes
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.schedule.model import Consent
from tests.examples import at, consented, opened


def go(session, item, round_id="", ms=20_000):
    return session.go(Place(item, round_id), at(ms))


def test_an_interview_opens_at_the_first_thing_to_say():
    session = opened()
    assert session.interview.place == Place("intro")
    assert session.interview.opened_wall_ms == at(0).wall_ms


def test_enter_on_an_empty_line_leaves_the_item_as_asked_and_goes_on():
    session = opened()
    session.next(at(100))
    assert session.interview.covered(Place("intro")).level is Level.DONE
    assert session.interview.covered(Place("intro")).how is How.ASKED
    assert session.interview.place == Place("take_part")


def test_moving_on_from_a_question_that_takes_a_code_only_touches_it():
    session = opened()
    go(session, "paper")
    session.next(at(21_000))
    assert session.interview.covered(Place("paper")).level is Level.TOUCHED


def test_the_line_says_before_enter_what_enter_will_do():
    session = consented()
    go(session, "paper")
    assert session.reading("p").meaning is Meaning.ANSWER
    assert "partly" in session.reading("p").says
    assert session.reading(" p").meaning is Meaning.NOTE
    assert session.reading("past paper only").meaning is Meaning.NOTE
    assert session.reading("").meaning is Meaning.NEXT


def test_text_that_is_no_code_of_the_item_is_a_note():
    session = consented()
    go(session, "good_handover")
    assert session.reading("y").meaning is Meaning.NOTE
    assert session.reading("dk").meaning is Meaning.ANSWER


def test_a_note_is_about_what_was_said_a_reaction_time_before_its_first_key():
    session = consented()
    go(session, "good_handover")
    session.enter("short and read back", 30_000, at(42_000))
    note = session.interview.notes["n1"]
    assert (note.first_key_ms, note.about_ms, note.entered_ms) == (30_000, 27_000, 42_000)
    assert note.places == (Place("good_handover"),)


def test_a_note_is_filed_where_she_was_when_she_began_it():
    session = consented()
    go(session, "paper", ms=20_000)
    go(session, "good_handover", ms=30_000)
    assert session.reading("only at night", 29_000).place == Place("paper")
    session.enter("only at night", 29_000, at(33_000))
    assert session.interview.notes["n1"].places == (Place("paper"),)


def test_marks_and_names_are_read_from_a_note():
    session = consented()
    go(session, "good_handover")
    session.enter('"@Ann Lee wrote it, not @Bob', 30_000, at(31_000))
    note = session.interview.notes["n1"]
    assert (note.mark, note.names) == ('"', ("Ann Lee", "Bob"))


def test_a_checklist_moves_to_its_next_line_by_itself_and_stays_at_the_end():
    session = consented()
    go(session, "been")
    assert session.interview.place == Place("been", "", "given")
    session.enter("y", 21_000, at(21_000))
    assert session.interview.place == Place("been", "", "taken")
    session.enter("n", 22_000, at(22_000))
    assert session.interview.place == Place("been", "", "taken")
    assert session.interview.covered(Place("been")).level is Level.DONE
    session.enter("1 n", 23_000, at(23_000))
    assert session.interview.lookup()("been") == {"given": "no", "taken": "no"}


def test_a_changed_answer_changes_what_is_suggested_and_erases_nothing():
    session = consented()
    go(session, "paper")
    session.enter("n", 21_000, at(21_000))
    session.next(at(22_000))
    assert session.interview.place == Place("paper_why")
    session.enter("the printer was broken", 23_000, at(24_000))
    go(session, "paper", ms=25_000)
    session.enter("y", 26_000, at(26_000))
    off = next(step for step in route.steps(session.interview) if step.place.item == "paper_why")
    assert not off.on_route
    assert [note.text for note in session.interview.notes_at(Place("paper_why"))] == ["the printer was broken"]


def test_options_are_answered_by_number_or_by_name():
    session = consented()
    go(session, "post", "S1")
    assert codes(session.interview, Place("post", "S1")) == (("1", "ward"), ("2", "theatre"))
    session.enter("2", 21_000, at(21_000))
    assert session.interview.answers[Place("post", "S1")] == ("theatre",)
    assert "theatre nurse" in route.wording(session.interview, Place("came", "S1"))
    session.enter("ward", 22_000, at(22_000))
    assert "nurse on the ward" in route.wording(session.interview, Place("came", "S1"))
    assert session.reading("3").meaning is Meaning.NOTE
    assert session.reading("1 2").meaning is Meaning.NOTE


def test_not_asked_for_time_is_a_skip_with_its_reason():
    session = consented()
    go(session, "good_handover")
    session.enter("nt", 21_000, at(21_000))
    covered = session.interview.covered(Place("good_handover"))
    assert (covered.level, covered.how, covered.reason) == (Level.DONE, How.SKIPPED, "not asked – time")


def test_recording_waits_for_both_consents():
    session = opened()
    with pytest.raises(Refused, match="take part"):
        session.check_may_record()
    consented().check_may_record()


def test_recording_is_refused_where_consent_was_refused():
    session = consented()
    go(session, "may_record")
    session.enter("n", 21_000, at(21_000))
    assert session.interview.consents[Consent.RECORDING] is False
    with pytest.raises(Refused, match="notes only"):
        session.check_may_record()


def test_a_note_before_consent_is_set_apart():
    session = opened()
    session.enter("his wife answered", 1000, at(2000))
    assert session.interview.notes["n1"].before_consent
    after = consented()
    after.enter("door bell", 20_000, at(21_000))
    assert not after.interview.notes["n1"].before_consent


def test_consent_is_logged_with_the_words_read_out():
    session = opened()
    go(session, "take_part", ms=1000)
    events = session.enter("y", 2000, at(2000))
    (logged,) = [event for event in events if isinstance(event, Consented)]
    assert (logged.script, logged.given, logged.at_ms) == ("Will you take part?", True, 2000)


def test_an_incident_opens_from_anywhere_with_the_rounds_around_it():
    session = consented()
    events = session.open_round("incident", "rough", "S1", at(20_000))
    assert [event.round for event in events if isinstance(event, RoundOpened)] == ["S1", "S1-rough"]
    assert session.interview.place == Place("incident_rough", "S1-rough")
    session.back(at(30_000))
    assert session.interview.place == Place("been", "", "given")


def test_one_more_round_of_the_same_name_gets_an_id_of_its_own():
    session = consented()
    session.open_round("incident", "rough", "S1", at(20_000))
    session.open_round("incident", "rough", "S1", at(30_000))
    assert list(session.interview.rounds) == ["S1", "S1-rough", "S1-rough-2"]
    assert route.label(session.interview, "S1-rough-2") == "S1-rough-2"


def test_a_round_attached_elsewhere_keeps_its_notes_and_changes_its_name():
    session = consented()
    session.open_round("incident", "rough", "S1", at(20_000))
    session.enter("dropped the chart", 21_000, at(22_000))
    session.open_round("shift", "", "", at(30_000))
    session.attach_round("S1-rough", "S2", at(31_000))
    assert route.label(session.interview, "S1-rough") == "S2-rough"
    assert [note.text for note in session.interview.notes.values()] == ["dropped the chart"]
    with pytest.raises(Refused):
        session.attach_round("S2", "S1-rough", at(32_000))


def test_yes_to_the_offer_of_another_round_opens_it():
    session = consented()
    go(session, "post", "S1")
    go(session, "again_shift")
    session.enter("y", 25_000, at(25_000))
    assert "S2" in session.interview.rounds
    assert not any(step.is_stop for step in route.steps(session.interview) if step.place.item == "again_shift")


def test_ticking_links_the_note_that_covered_it_early():
    session = consented()
    go(session, "good_handover")
    session.enter("checked the paper twice", 21_000, at(22_000))
    session.tick([Place("paper")], Level.TOUCHED, at(23_000), note="n1")
    covered = session.interview.covered(Place("paper"))
    assert (covered.level, covered.how, covered.notes) == (Level.TOUCHED, How.VOLUNTEERED, ("n1",))
    assert session.interview.notes["n1"].places == (Place("good_handover"), Place("paper"))
    session.refile("n1", [Place("paper")], at(24_000))
    assert session.interview.notes["n1"].places == (Place("paper"),)


def test_back_goes_through_several_jumps():
    session = consented()
    for second, item in enumerate(("paper", "good_handover", "been")):
        go(session, item, ms=20_000 + second)
    session.back(at(30_000))
    session.back(at(31_000))
    assert session.interview.place == Place("paper")
    session.back(at(32_000))
    with pytest.raises(Refused, match="nowhere"):
        session.back(at(33_000))


def test_a_word_finds_questions_over_all_rounds():
    session = consented()
    session.open_round("incident", "rough", "S1", at(20_000))
    found = route.find(session.interview, "happen")
    assert {match.place for match in found[:2]} == {Place("happened", "S1-smooth"), Place("happened", "S1-rough")}
    assert route.find(session.interview, "   ") == []


def record_span(session, started, ended, number=1, reason=SpanEnd.STOP):
    session.span_opened(RecorderStatus(RecorderState.RECORDING, number, 0, 1000, 1, "mic"), at(started))
    frames = ended - started
    span = RecordedSpan(number, 1000, 1, frames, 0, (AudioPart(f"{number}.wav", 0, frames),), "mic", reason)
    session.span_closed(span, started, at(ended))


def test_off_the_record_nothing_typed_is_kept_and_back_on_is_a_new_span():
    session = consented()
    record_span(session, 20_000, 30_000, reason=SpanEnd.OFF_RECORD)
    session.go_off_record(at(30_000))
    with pytest.raises(Refused, match="off the record"):
        session.enter("the leader told me", 31_000, at(32_000))
    with pytest.raises(Refused, match="Off the record"):
        session.flag(at(32_000))
    session.enter("// phone rang", 33_000, at(33_500))
    record_span(session, 40_000, 50_000, number=2)
    assert not session.interview.is_off_record
    assert [(w.start_ms, w.end_ms) for w in session.interview.withheld()] == [(30_000, 40_000)]
    assert [note.mark for note in session.interview.notes.values()] == ["//"]


def test_a_note_begun_on_the_record_is_kept_when_it_is_entered_off_it():
    session = consented()
    go(session, "good_handover")
    session.go_off_record(at(30_000))
    session.enter("asks to stop the tape", 29_000, at(31_000))
    assert [note.text for note in session.interview.notes.values()] == ["asks to stop the tape"]


def test_the_interview_ends_only_when_the_recorder_has_stopped_and_takes_nothing_afterwards():
    session = consented()
    session.span_opened(RecorderStatus(RecorderState.RECORDING, 1, 0, 1000, 1, "mic"), at(20_000))
    with pytest.raises(Refused, match="still running"):
        session.end("complete", at(25_000))
    span = RecordedSpan(1, 1000, 1, 5000, 0, (AudioPart("1.wav", 0, 5000),), "mic", SpanEnd.STOP)
    session.span_closed(span, 20_000, at(25_000))
    session.end("complete", at(26_000))
    with pytest.raises(Refused, match="ended"):
        session.enter("one more", 27_000, at(28_000))


def test_what_is_refused_changes_nothing():
    session = consented()
    before = session.interview.events
    for refused in (
        lambda: session.go(Place("nowhere"), at(1)),
        lambda: session.go(Place("happened"), at(1)),
        lambda: session.refile("n9", [Place("paper")], at(1)),
        lambda: session.open_round("incident", "sideways", "S1", at(1)),
        lambda: session.open_round("incident", "rough", "S7", at(1)),
        lambda: session.come_back_on_record(at(1)),
    ):
        with pytest.raises(Refused):
            refused()
    assert session.interview.events == before


def test_a_person_without_experience_goes_past_the_section_that_needs_it():
    session = consented()
    go(session, "been")
    session.enter("n", 21_000, at(21_000))
    session.enter("n", 22_000, at(22_000))
    seen = []
    for second in range(23, 60):
        try:
            session.next(at(second * 1000))
        except Refused:
            break
        seen.append(session.interview.place.item)
    assert "post" not in seen
    assert "good_handover" in seen


def test_pgdn_goes_to_the_first_stop_of_the_next_section():
    session = consented()
    go(session, "may_record")
    session.section(1, at(20_000))
    assert session.interview.place == Place("been", "", "given")
    session.section(1, at(21_000))
    assert session.interview.place == Place("post", "S1")
    session.section(-1, at(22_000))
    assert session.interview.place.item == "been"


def test_opening_events_carry_the_schedule_that_was_used():
    session = opened()
    assert session.interview.schedule.version == "1.10"
    events = opened().resume(at(5000))
    assert events[0].at_ms == 5000


def test_the_offer_of_one_more_round_opens_no_more_than_the_schedule_allows():
    session = consented()
    go(session, "again_shift")
    for second in range(3):
        session.enter("y", 21_000 + second, at(21_000 + second))
    assert list(session.interview.rounds) == ["S1", "S2"]


@pytest.mark.parametrize(("loop", "parent"), [("incident", ""), ("incident", "S1-smooth"), ("shift", "S1")])
def test_a_round_opens_only_where_the_schedule_asks_it(loop, parent):
    session = consented()
    before = session.interview.events
    with pytest.raises(Refused, match="There is no round"):
        session.open_round(loop, "rough" if loop == "incident" else "", parent, at(20_000))
    assert session.interview.events == before


def test_a_note_is_filed_at_all_its_homes_or_at_none():
    session = consented()
    session.enter(" about two things", 20_000, at(21_000))
    with pytest.raises(Refused):
        session.refile("n1", [Place("happened", "S1-rough"), Place("nowhere")], at(22_000))
    assert session.interview.rounds == {}
    assert len(session.next(at(23_000))) > 0
