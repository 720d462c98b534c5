"""What the benchmark of the merge makes of a simulated call: its logs, its perfect words, its evidence left out."""

from __future__ import annotations

from benchmarks.cases import MOVES, perfect, without_moves
from benchmarks.evidence import ALL, SOURCES, merged
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from tests.record.talking import Call, transcript


def said(speaker, start, text, words, **more):
    timed = [[word, start + n, start + n + 0.5] for n, word in enumerate(words.split())]
    turn = {"speaker": speaker, "start": start, "text": text, "words": timed}
    return {**turn, "off_record": False, "audio": {"file": "audio.wav"}, **more}


def a_call():
    call = Call()
    call.goes("been")
    call.asks("So how long have you done it?")
    call.answers("Nine winters, one after the other.")
    call.goes("paper")
    call.asks("And is it written down?")
    call.notes("paper: on the door")
    call.answers("It hangs on the door.")
    return call


def test_a_log_without_moves_keeps_all_else_in_its_order():
    kinds = ["start_recording", "enter_question", "note", "start_incident", "mark", "end_incident", "leave_question"]
    events = [{"t": n, "type": kind} for n, kind in enumerate(kinds)]
    left = without_moves({"participant": "P1", "events": events})
    assert [event["type"] for event in left["events"]] == ["start_recording", "note", "mark"]
    assert left["participant"] == "P1"
    assert {event["type"] for event in events} > MOVES


def test_perfect_words_carry_the_punctuation_of_their_turn_and_the_times_of_the_truth():
    truth = {
        "turns": [
            said(RESPONDENT, 9.0, "We won 12-7, then. Good!", "we won twelve seven then good"),
            said(INTERVIEWER, 2.0, "Who came?", "who came"),
        ]
    }
    first, second = perfect(truth).turns
    assert (first.speaker, first.text) == (INTERVIEWER, "Who came?")
    assert second.text == "We won twelve seven, then. Good!"
    assert [(word.start_ms, word.end_ms) for word in second.words[:2]] == [(9000, 9500), (10000, 10500)]


def test_perfect_words_hold_nothing_that_was_not_recorded():
    truth = {
        "turns": [
            said(RESPONDENT, 1.0, "Keep this.", "keep this", audio=None),
            said(RESPONDENT, 5.0, "Nor this.", "nor this", off_record=True),
        ]
    }
    assert perfect(truth).turns == ()


def test_with_all_evidence_the_benchmark_merges_as_the_program_does():
    call = a_call()
    assert merged(call.interview, transcript(*call.turns), ALL) == call.record()


def test_what_is_left_out_is_not_gone_by():
    call = a_call()
    whys = {}
    for name, evidence in (("nothing", ALL), ("moves", SOURCES["moves"])):
        record = merged(call.interview, transcript(*call.turns), evidence)
        whys[name] = " ".join(turn.why for turn in record.turns)
    assert "she moved here" in whys["nothing"]
    assert "she moved here" not in whys["moves"]
    assert call.interview.moves
