"""A note is about the words that it repeats, or about what was said so long before it as she usually takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.facts import Note
from interview_tui.record.attribution.prompting import names_alike, prompts
from interview_tui.record.attribution.wording import Lexicon
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from tests.record.talking import turn

TELLING = (
    "dialysis valve", "night porter", "copper kettle", "back staircase", "paraffin lantern", "late telegram",
    "tin whistle", "bitter marmalade", "borrowed bicycle", "garden trowel",
)  # fmt: skip


def note(number, text, first_key_ms):
    return Note(f"n{number}", text, "", (), first_key_ms, first_key_ms + 2_000, first_key_ms - 3_000, (), False)


def found(notes, turns):
    """What the notes are about, in an interview in which much else was said as well."""
    said = [*(said.text for said in turns), *["It was as it was, so it was."] * 200]
    return prompts(notes, turns, Lexicon(["What came of it?"], said, "en"))


def told(every_ms=20_000):
    """Ten answers of three sentences; the middle one of each tells something."""
    return [
        turn(
            number,
            RESPONDENT,
            number * every_ms,
            number * every_ms + 15_000,
            f"It was all as it was. Then there was that {thing}. It was so and so and it was.",
        )
        for number, thing in enumerate(TELLING, 1)
    ]


def ends_of(turns):
    """When each telling thing had been said."""
    last = {thing.split()[-1] + "." for thing in TELLING}
    return [word.end_ms for said in turns for word in said.words if word.text in last]


def test_a_note_is_about_the_words_it_repeats_though_the_next_thing_is_being_said():
    turns = told()
    ends = ends_of(turns)
    prompt = found([note(1, "dialysis valve", ends[0] + 6_000)], turns)["n1"]
    assert (prompt.at_ms, prompt.turn) == (ends[0], 0)
    assert prompt.likeness > 0


def test_a_note_that_repeats_nothing_is_about_what_was_said_her_lag_before_it():
    said = turn(1, RESPONDENT, 10_000, 30_000, "It was. " * 10)
    prompt = found([note(1, "hm", 25_000)], [said])["n1"]
    assert abs(25_000 - 3_500 - prompt.at_ms) <= 1_000
    assert prompt.likeness == 0


@pytest.mark.parametrize("lag_ms", [1_500, 7_500])
def test_how_long_she_takes_is_estimated_from_her_own_notes(lag_ms):
    turns = told()
    ends = ends_of(turns)
    plain = [note(number, TELLING[number], ends[number] + lag_ms) for number in range(len(TELLING) - 1)]
    blank_ms = turns[-1].start_ms + 12_000
    turns[-1] = turn(10, RESPONDENT, turns[-1].start_ms, turns[-1].start_ms + 15_000, "so it was " * 10)
    blank = note(99, "hm", blank_ms)
    at_ms = found([*plain, blank], turns)["n99"].at_ms
    assert abs(blank_ms - lag_ms - at_ms) <= 1_500
    assert abs(blank_ms - 3_500 - found([blank], turns)["n99"].at_ms) <= 1_500


def test_a_note_before_any_talk_has_no_prompt():
    assert found([note(1, "dialysis", 5_000)], told()) == {}
    assert found([note(1, "dialysis", 5_000)], []) == {}


def test_a_note_long_after_the_last_talk_has_no_prompt_unless_it_repeats_it():
    turns = told()[:1]
    late_ms = turns[0].end_ms + 22_000
    assert found([note(1, "hm", late_ms)], turns) == {}
    strange = turn(1, RESPONDENT, 0, 9_000, "We lost the dialysis telegram on the staircase, by lantern.")
    filler = [turn(number, RESPONDENT, 60_000 + number, 61_000 + number, "So it was.") for number in range(2, 40)]
    late = note(1, "dialysis telegram, staircase, lantern", 31_000)
    assert found([late], [strange, *filler])["n1"].turn == 0


def test_what_was_said_half_a_minute_ago_is_too_long_ago_even_if_it_is_repeated():
    turns = told()[:1]
    assert found([note(1, "dialysis", turns[0].end_ms + 31_000)], turns) == {}


def test_a_word_that_seems_to_take_half_a_minute_can_prompt_a_note():
    drawn_out = turn(1, RESPONDENT, 10_000, 40_000, "Well…")
    assert found([note(1, "hm", 42_000)], [drawn_out])["n1"].at_ms == 40_000


def test_the_participants_words_prompt_a_note_rather_than_hers():
    asked = turn(1, INTERVIEWER, 0, 3_000, "Who brought the lantern?")
    answered = turn(2, RESPONDENT, 3_100, 6_100, "She brought the lantern.")
    assert found([note(1, "lantern", 8_500)], [asked, answered])["n1"].turn == 1


@pytest.mark.parametrize(
    ("short", "whole", "least", "most"),
    [
        ("outcome", "outcome", 1.0, 1.0),
        ("out", "outcome", 0.5, 0.99),
        ("outcomes", "outcome", 0.5, 0.99),
        ("ou", "outcome", 0.0, 0.0),
        ("income", "outcome", 0.0, 0.0),
        ("was", "wa", 0.0, 0.0),
    ],
)
def test_a_word_stands_for_itself_and_for_what_it_begins(short, whole, least, most):
    assert least <= names_alike(short, whole) <= most


typings = st.lists(st.tuples(st.sampled_from(("lantern", "port", "?", "hm")), st.integers(0, 200_000)), max_size=5)


@st.composite
def talks(draw):
    said = st.lists(st.sampled_from(("so", "lantern.", "then,", "porter", "it")), min_size=1, max_size=12).map(" ".join)
    spans = draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 60), said), max_size=6))
    return [
        turn(number, RESPONDENT if number % 2 else INTERVIEWER, 1_000 * start, 1_000 * (start + length), text)
        for number, (start, length, text) in enumerate(sorted(spans), 1)
    ]


@given(talks(), typings)
def test_a_prompt_is_the_end_of_a_word_of_its_turn_that_was_said_before_the_note(turns, typed):
    notes = [note(number, text, first_key_ms) for number, (text, first_key_ms) in enumerate(typed)]
    for each in notes:
        prompt = found(notes, turns).get(each.id)
        if prompt is not None:
            assert prompt.at_ms in [word.end_ms for word in turns[prompt.turn].words]
            assert each.first_key_ms - 30_000 <= prompt.at_ms < each.first_key_ms
            assert prompt.likeness >= 0
