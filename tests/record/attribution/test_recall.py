"""Words that were said in one round and hardly anywhere else, and come up again, speak for that round."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.attribution.recall import recalled
from interview_tui.record.attribution.wording import Lexicon

SMOOTH, ROUGH = "S1-smooth", "S1-rough"
TOLD = {
    1: (SMOOTH, "we stood by the dialysis machine and the valve was stuck"),
    2: (SMOOTH, "she freed the valve of the dialysis machine herself"),
    3: (ROUGH, "the porter found the chart in the lift at six"),
    4: (ROUGH, "we sign for the chart now and the porter does too"),
    5: ("", "it was all as it was and so it was"),
    6: ("", "mostly it is time"),
}


def odds(turns):
    """The log-odds of each turn, in an interview in which much else was said as well."""
    lexicon = Lexicon(["What happened?"], [text for _, text in turns.values()] + ["It was so."] * 60, "en")
    stems = {number: lexicon.stems(text) for number, (_, text) in turns.items()}
    return recalled(stems, {number: name for number, (name, _) in turns.items()}, lexicon)


def test_a_turn_recalls_the_round_whose_words_it_repeats():
    found = odds({**TOLD, 7: ("", "oh and the valve on that dialysis machine broke again")})
    assert list(found[7]) == [SMOOTH]
    assert found[7][SMOOTH] > 0


def test_one_word_alone_may_be_chance():
    assert odds({**TOLD, 7: ("", "a valve is a valve")})[7] == {}


def test_a_turn_does_not_recall_the_round_that_it_is_told_in():
    assert SMOOTH not in odds(TOLD)[1]
    assert odds(TOLD)[2] == {}


def test_words_that_are_said_in_both_rounds_point_to_neither():
    too = {8: (ROUGH, "the dialysis valve and the machine too"), 9: (ROUGH, "the dialysis machine had a valve")}
    assert odds({**TOLD, **too, 7: ("", "oh and the valve on that dialysis machine")})[7] == {}


def test_where_no_round_was_told_nothing_is_recalled():
    found = odds({number: ("", text) for number, (_, text) in TOLD.items()})
    assert set(found) == set(TOLD)
    assert not any(found.values())
    assert recalled({}, {}, Lexicon([], [], "en")) == {}


@given(
    st.dictionaries(
        st.integers(0, 9),
        st.tuples(
            st.sampled_from(("", SMOOTH, ROUGH)),
            st.lists(st.sampled_from(["dialysis", "valve", "porter", "chart", "lift", "machine"])).map(" ".join),
        ),
    )
)
def test_only_rounds_that_were_told_are_recalled_and_only_where_something_speaks_for_them(turns):
    found = odds(turns)
    names = {name for name, _ in turns.values() if name}
    for number, known in found.items():
        assert set(known) <= names - {turns[number][0]}
        assert all(value > 0 for value in known.values())
