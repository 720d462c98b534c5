"""The names and terms that an engine is told of before it hears a stretch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.fillers import is_filler
from interview_tui.transcribe.vocabulary import ALONE, MOST_TERMS, MOST_TOKENS, OPENINGS, Term, prompt_for

MINUTE = 60_000

terms = st.lists(
    st.builds(Term, st.text(max_size=40), st.none() | st.integers(0, 100 * MINUTE)),
    max_size=30,
)


def names(text: str) -> list[str]:
    """The terms of an English prompt."""
    return text.removeprefix(OPENINGS["en"]).rstrip(".").strip().split(", ")


def test_a_prompt_is_a_sentence_of_the_language() -> None:
    told = [Term("Anna Bell", 0), Term("Northwold", None)]
    assert prompt_for(told, 0, MINUTE, "en") == "Um, we talked about, er, Anna Bell, Northwold."
    assert prompt_for(told, 0, MINUTE, "de") == "Wir sprachen über Anna Bell, Northwold."
    assert prompt_for(told, 0, MINUTE, "xx") == "Anna Bell, Northwold."


def test_without_a_term_only_fillers_are_told() -> None:
    assert prompt_for([], 0, MINUTE, "en") == ALONE["en"]
    assert prompt_for([Term("  ", 0), Term(",", None)], 0, MINUTE, "en") == ALONE["en"]
    assert prompt_for([], 0, MINUTE, "cy") == ""


def test_english_is_told_that_fillers_are_written_down() -> None:
    for told in (ALONE["en"], OPENINGS["en"]):
        assert sum(is_filler(word.strip(",.").casefold(), "en") for word in told.split()) >= 2


def test_what_was_noted_nearest_comes_first_and_what_has_no_time_last() -> None:
    told = [Term("schedule", None), Term("early", 1 * MINUTE), Term("late", 30 * MINUTE), Term("then", 10 * MINUTE)]
    assert names(prompt_for(told, 9 * MINUTE, 11 * MINUTE, "en")) == ["then", "early", "late", "schedule"]
    assert names(prompt_for(told, 29 * MINUTE, 31 * MINUTE, "en")) == ["late", "then", "early", "schedule"]


def test_a_name_noted_in_the_stretch_is_as_near_as_any_other_there() -> None:
    told = [Term("first", 10_000), Term("second", 50_000)]
    assert names(prompt_for(told, 0, MINUTE, "en")) == ["first", "second"]


def test_a_name_that_was_noted_again_counts_from_where_it_is_nearest_and_stands_once() -> None:
    told = [Term("Bell", 1 * MINUTE), Term("Crane", 20 * MINUTE), Term("bell", 40 * MINUTE)]
    assert names(prompt_for(told, 41 * MINUTE, 42 * MINUTE, "en")) == ["bell", "Crane"]


def test_of_many_terms_the_nearest_are_told() -> None:
    told = [Term(f"Name{minute}", minute * MINUTE) for minute in range(60)]
    chosen = names(prompt_for(told, 30 * MINUTE, 31 * MINUTE, "en"))
    assert len(chosen) == MOST_TERMS
    assert all(26 <= int(name.removeprefix("Name")) <= 35 for name in chosen)


def test_a_term_too_long_to_be_told_makes_way_for_the_next() -> None:
    told = [Term("x" * 400, 0), Term("Crane", 5 * MINUTE)]
    assert names(prompt_for(told, 0, MINUTE, "en")) == ["Crane"]


@given(terms, st.integers(0, 50 * MINUTE), st.integers(0, 50 * MINUTE), st.sampled_from(["en", "cy", "xx"]))
def test_a_prompt_is_short_and_holds_nothing_but_terms(
    told: list[Term], start_ms: int, length_ms: int, language: str
) -> None:
    text = prompt_for(told, start_ms, start_ms + length_ms, language)
    assert len(text.encode()) <= 3 * MOST_TOKENS + 40
    if text == ALONE.get(language):
        return
    listed = text.removeprefix(OPENINGS.get(language, "")).removesuffix(".").strip()
    known = {" ".join(term.text.replace(",", " ").split()) for term in told}
    assert not listed or set(listed.split(", ")) <= known
    assert prompt_for(told, start_ms, start_ms + length_ms, language) == text


@pytest.mark.parametrize("language", OPENINGS)
def test_an_opening_goes_on_to_the_first_name(language: str) -> None:
    assert prompt_for([Term("Bell", 0)], 0, 1, language) == f"{OPENINGS[language]} Bell."
