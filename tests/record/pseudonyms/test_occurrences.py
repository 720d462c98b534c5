"""Where names stand in a record, each in its context."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from interview_tui.record.model import PlacedTurn
from interview_tui.record.pseudonyms.occurrences import AROUND, occurrences
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replaced_record import left_in
from interview_tui.record.transcript import RESPONDENT
from tests.export.any_record import records
from tests.export.example_record import example_record, note, turn

PHILIP = Pseudonym("Philip Fennimore", "[Person A]", aliases=("Philip",))
FENNIMORE = Pseudonym("Fennimore", "[Person B]")


def record_of(*texts: str, noted: str = ""):
    turns = tuple(PlacedTurn(turn(number, RESPONDENT, 20 * number, text), None) for number, text in enumerate(texts, 1))
    return example_record(turns=turns, notes=(note("n1", 25, noted),) if noted else ())


def test_a_place_has_its_words_its_speaker_and_its_time() -> None:
    record = record_of("Then I met Philip Fennimore's wife.")
    [[one], none] = occurrences(record, [PHILIP, FENNIMORE])
    words = record.turns[0].turn.words
    assert (one.before, one.name, one.after, one.speaker) == ("Then I met ", "Philip Fennimore", "'s wife.", RESPONDENT)
    assert (one.at_ms, one.end_ms) == (words[3].start_ms, words[4].end_ms)
    assert none == []  # it belongs to the longer name


def test_talk_and_notes_come_by_time() -> None:
    record = record_of("Philip rang.", "And philip came.", noted="saw  Philip")
    [found] = occurrences(record, [PHILIP])
    assert [(one.name, one.speaker) for one in found] == [
        ("Philip", RESPONDENT),
        ("Philip", ""),
        ("philip", RESPONDENT),
    ]
    assert found[1].before == "saw "


def test_a_long_context_is_cut_between_words() -> None:
    [[one]] = occurrences(record_of(f"{'again ' * 60}Philip{' went' * 60}"), [PHILIP])
    assert len(one.before) <= AROUND >= len(one.after)
    assert set(one.before.split()) == {"again"}
    assert set(one.after.split()) == {"went"}


def test_what_is_left_once_names_are_replaced_is_found_wherever_it_stands() -> None:
    record = replace(record_of("Philip rang."), debrief=(("Who?", "phil-\nip again"),))
    assert left_in(record, [PHILIP]) != []
    assert {each.form for each in left_in(record, [PHILIP])} == {"Philip"}
    assert left_in(replace(record, debrief=()), [PHILIP]) == []


@given(record=records())
@settings(max_examples=30, deadline=None)
def test_a_name_that_is_found_nowhere_is_left_nowhere(record) -> None:
    names = [Pseudonym("Zzyzx Quux", "[Person A]")]
    assert occurrences(record, names) == [[]]
    assert left_in(record, names) == []
