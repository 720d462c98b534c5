"""What a transcription is told of an interview: names and terms, and what the schedule has her say."""

from dataclasses import replace

from interview_tui.interview import withholding
from interview_tui.interview.events import Place
from interview_tui.store.settings import StudySettings
from interview_tui.terms import proper_nouns, questions_of, terms_of
from interview_tui.transcribe.vocabulary import Term
from tests.examples import handover
from tests.interview.telling import Telling
from tests.schedule.forms import loaded

SETTINGS = StudySettings()


def conducted() -> Telling:
    call = Telling()
    call.go("good_handover", 20_000)
    return call


def terms(call: Telling, settings: StudySettings = SETTINGS) -> tuple[Term, ...]:
    return terms_of(call.schedule, call.interview, settings)


def test_a_name_is_told_with_the_time_that_its_note_is_about() -> None:
    call = conducted()
    call.line("@Anna Bell and @crane were on the ward", 60_000)
    assert terms(call)[:2] == (Term("Anna Bell", 57_000), Term("crane", 57_000))


def test_a_name_without_a_sign_is_told_once_if_it_is_written_out() -> None:
    call = conducted()
    call.line("moved to Northwold with @Bell, CEX rang in Dec", 60_000)
    assert [term.text for term in terms(call)] == ["Bell", "Northwold"]


def test_shorthand_in_capitals_is_no_part_of_a_name() -> None:
    call = conducted()
    call.line("later: REL2 Jocelyn, then DIFF Larkfield House", 60_000)
    assert [term.text for term in terms(call)] == ["Jocelyn", "Larkfield House"]


def test_where_every_noun_has_a_capital_only_marked_names_are_told() -> None:
    call = conducted()
    call.line("mit @Meier auf der Station", 60_000)
    assert [term.text for term in terms(call, replace(SETTINGS, language="de"))] == ["Meier"]


def test_a_note_from_before_consent_tells_nothing() -> None:
    call = Telling()
    before = [note for note in call.interview.notes.values() if note.before_consent]
    call.line("with @Bell", 60_000)
    (note,) = (note for note in call.interview.notes.values() if note not in before)
    call.interview.notes[note.id] = replace(note, before_consent=True)
    assert terms(call) == ()


def test_what_is_taken_back_is_no_longer_told() -> None:
    call = conducted()
    call.line("with @Bell", 60_000)
    assert terms(call)
    call.take_back(withholding.everything(call.interview, 70_000), 70_000)
    assert terms(call) == ()


def test_what_the_study_declares_comes_after_what_was_noted() -> None:
    call = conducted()
    call.line("with @Bell", 60_000)
    declared = replace(SETTINGS, vocabulary=("SBAR", "Waterlow score"))
    assert terms(call, declared) == (Term("Bell", 57_000), Term("SBAR", None), Term("Waterlow score", None))


def test_the_names_in_the_schedule_are_told() -> None:
    schedule = loaded("""
        - ask: Have you read the Francis Report on Mid Staffs?
        - probe: What did the NHS make of it?
    """)
    found = terms_of(schedule, conducted().interview, SETTINGS)
    assert found == (Term("Francis Report", None), Term("Mid Staffs", None), Term("NHS", None))


def test_proper_nouns_are_runs_of_capitals_that_no_sentence_begins() -> None:
    assert proper_nouns("Have you met Anna Bell? Then tell me of Crane’s ward.") == ["Anna Bell", "Crane"]
    assert proper_nouns("THANK YOU for all. I think I’d go.") == []
    assert proper_nouns("Anna Bell came. Anna left.") == ["Anna Bell"]
    assert proper_nouns("the Council met", {"council"}) == []
    assert proper_nouns("from Ashmere/Kelsingham, by Port Selwyn") == ["Ashmere", "Kelsingham", "Port Selwyn"]


def test_questions_are_all_that_is_read_aloud_each_once() -> None:
    call = Telling(handover())
    said = questions_of(call.schedule, call.interview)
    assert len(said) == len(set(said))
    assert {"This is about handovers.", "Will you take part?", "Have you ever...", "given a handover at night?"} <= set(
        said
    )
    assert "What led up to it?" in said, "a gap probe is said too"
    assert "Not recording yet." not in said
    assert "Both ways?" not in said, "it is only recorded"
    assert not [text for text in said if "${" in text]


def test_a_question_is_told_as_it_is_put_in_each_round() -> None:
    call = Telling(handover())
    before = questions_of(call.schedule, call.interview)
    assert "Is there another shift, with another colleague?" in before
    post = next(name for name in call.schedule.items() if name == "post")
    rounds = [*call.interview.rounds, *call.interview.expected]
    call.go(post, 30_000, rounds[0])
    call.line("1", 31_000)
    assert call.interview.place == Place(post, rounds[0])
    after = questions_of(call.schedule, call.interview)
    assert any("nurse" in text for text in after)
