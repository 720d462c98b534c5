"""Wordings are compared by their stems, each weighed by how telling it is in this interview."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.attribution.wording import Lexicon, Phrasebook, phrasings, sentences

QUESTIONS = (
    "Did you have any choice in who was the nurse?",
    "How was the handover arranged?",
    "What came of it?",
    "How did the nurse come to you?",
)
SAID = ("The nurse came up the stairs.", "It was arranged by telephone, and the nurse was on the stairs.", "Yes.")

words = st.lists(st.sampled_from(("nurse", "stairs", "arranged", "choice", "so", "it", "lift", "12-7", "—", "")))
texts = words.map(" ".join)


@pytest.fixture
def lexicon():
    return Lexicon(QUESTIONS, SAID, "en")


def test_forms_of_a_word_have_one_stem(lexicon):
    assert lexicon.stems("arranged arranging Arranges") == (lexicon.stems("arrange")[0],) * 3


@pytest.mark.parametrize("language", ["", "xx"])
def test_words_of_a_language_without_a_stemmer_count_as_they_are(language):
    assert Lexicon(QUESTIONS, SAID, language).stems("Arranged, arranging!") == ("arranged", "arranging")


def test_a_language_is_known_by_its_first_two_letters():
    assert Lexicon(QUESTIONS, SAID, "en-GB").stems("arranging") == Lexicon(QUESTIONS, SAID, "en").stems("arranging")


def test_curly_and_straight_apostrophes_are_the_same(lexicon):
    assert lexicon.stems("don’t") == lexicon.stems("don't")


def test_a_long_word_that_is_nearly_one_of_the_schedules_counts_as_that(lexicon):
    assert lexicon.stems("handdover") == lexicon.stems("handover")


def test_a_short_word_or_one_of_its_own_is_not_mended(lexicon):
    assert lexicon.stems("nurze") != lexicon.stems("nurse")
    assert lexicon.stems("overhand") != lexicon.stems("handover")


def test_the_rarer_a_word_is_the_more_it_tells(lexicon):
    (stairs,), (nurse,), (lift,) = (lexicon.stems(word) for word in ("stairs", "nurse", "lift"))
    assert lexicon.weight(lift) > lexicon.weight(stairs) > lexicon.weight(nurse) >= 0


def test_a_word_that_is_said_everywhere_tells_nothing():
    assert Lexicon(["it is so"], ["it was", "did it"], "en").weight("it") == 0


@given(texts)
def test_likeness_is_from_0_to_1_and_the_order_of_words_does_not_count(text):
    lexicon = Lexicon(QUESTIONS, SAID, "en")
    book = Phrasebook(lexicon, [phrasings(question) for question in QUESTIONS])
    found = book.likeness(lexicon.stems(text))
    assert len(found) == len(QUESTIONS)
    assert all(0 <= like <= 1 for like in found)
    backwards = " ".join(reversed(text.split()))
    assert book.likeness(lexicon.stems(backwards)) == pytest.approx(found)


@given(st.sampled_from(range(len(QUESTIONS))))
def test_the_wording_itself_is_wholly_alike_and_nothing_is_more(number):
    lexicon = Lexicon(QUESTIONS, SAID, "en")
    book = Phrasebook(lexicon, [phrasings(question) for question in QUESTIONS])
    found = book.likeness(lexicon.stems(QUESTIONS[number]))
    assert found[number] == pytest.approx(1)
    assert max(found) == pytest.approx(1)
    assert [like for other, like in enumerate(found) if other != number and like > 0.9] == []


def test_what_is_left_out_counts_more_than_what_is_added(lexicon):
    book = Phrasebook(lexicon, [("attic cellar",)])
    ((half,), (more,)) = (book.likeness(lexicon.stems(text)) for text in ("cellar", "attic cellar gable porch"))
    assert 0 < half < more < 1


def test_of_several_phrasings_the_one_that_fits_best_counts(lexicon):
    book = Phrasebook(lexicon, [("Was there a porter in the lift?", "Who came?"), ("Who came?",)])
    assert book.likeness(lexicon.stems("Who came?")) == pytest.approx([1, 1])


def test_what_shares_no_word_is_not_alike_at_all(lexicon):
    assert Phrasebook(lexicon, [("What came of it?",)]).likeness(lexicon.stems("Porters, mostly!")) == [0]


def test_a_question_may_be_asked_without_its_brackets_and_by_each_of_its_sentences():
    ways = phrasings("And then (on the ward) what? Were you asked - or told?")
    assert [" ".join(way.split()) for way in ways] == [
        "And then (on the ward) what? Were you asked - or told?",
        "And then what? Were you asked - or told?",
        "And then what?",
        "Were you asked",
        "or told?",
    ]


@pytest.mark.parametrize("text", ["Why?", "", "THANKS", "(ward)"])
def test_what_has_no_two_words_has_one_phrasing(text):
    assert phrasings(text) == (text,)


@given(st.lists(st.sampled_from(("so", "yes.", "why?", "he said “no.”", "well…", "e.g.", "!"))))
def test_sentences_cut_words_once_each_in_order(said):
    found = sentences(said)
    assert [number for first, last in found for number in range(first, last)] == list(range(len(said)))
    assert all(first < last for first, last in found)


def test_a_sentence_ends_where_its_punctuation_says_even_within_quotation_marks():
    assert sentences(["She", "said", "“no.”", "Then", "he", "came"]) == [(0, 3), (3, 6)]
