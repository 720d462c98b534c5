"""A sentence is about the round whose words it says again, unless they are said everywhere."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.attribution.recall import Talk

SMOOTH, ROUGH = "S1-smooth", "S1-rough"
SAID = {
    SMOOTH: "we stood by the dialysis machine and its valve was stuck and she freed it and the machine ran again",
    ROUGH: "the porter found the chart in the lift at six and we sign for the chart now and the porter does too",
    "": "it was all as it was and so it was and mostly it is time and the ward was as a ward is " * 4,
}


def talk(**more: str) -> Talk:
    return Talk({name: Counter(words.split()) for name, words in {**SAID, **more}.items()})


def odds(sentence: str, own: str = "", said: Talk | None = None) -> dict[str, float]:
    return (said or talk()).odds(sentence.split(), Counter(), own)


def test_a_sentence_is_about_the_round_whose_words_it_says_again():
    found = odds("oh and the valve on that dialysis machine broke")
    assert found[SMOOTH] > 5
    assert found[ROUGH] < 2


def test_words_that_are_said_everywhere_are_about_nothing():
    assert all(value < 1 for value in odds("and so it was").values())


def test_a_word_that_is_said_outside_the_round_too_counts_for_less():
    dialled = talk(
        ward="a dialysis machine is a machine with a valve and every ward has a dialysis machine by now or a lift"
    )
    assert 0 < odds("the dialysis machine", said=dialled)[SMOOTH] < odds("the dialysis machine")[SMOOTH]


def test_a_sentence_is_not_about_the_round_that_it_is_told_in_or_one_in_which_hardly_anything_was_said():
    assert set(odds("the valve", own=SMOOTH)) == {ROUGH}
    assert set(odds("the valve", said=talk(short="the valve"))) == {SMOOTH, ROUGH}


def test_where_no_round_was_told_nothing_is_recalled():
    assert Talk({"": Counter(["the", "valve"])}).odds(["valve"], Counter(), "") == {}
    assert Talk({}).odds(["valve"], Counter(), "") == {}


@given(st.lists(st.sampled_from(sorted({word for words in SAID.values() for word in words.split()} | {"unheard"}))))
def test_a_turn_says_nothing_about_itself(words):
    """Counted or not, its own words make no other round likelier or less likely."""
    turn = Counter(words)
    counted = Talk({name: Counter(said.split()) + (turn if not name else Counter()) for name, said in SAID.items()})
    found, before = counted.odds(words, turn, ""), talk().odds(words, Counter(), "")
    assert found.keys() == before.keys()
    assert all(abs(found[name] - before[name]) < 1e-9 for name in before)
