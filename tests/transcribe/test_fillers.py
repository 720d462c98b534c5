"""Fillers dropped: what goes, what stays, and what becomes of the punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.fillers import FILLERS, drop, is_filler
from interview_tui.transcribe.hearing.decoding import PlacedWord
from tests.transcribe.making import said


def dropped(text: str, language: str = "en") -> str:
    return " ".join(word.text for word in drop(said(text), language))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("So, um, I went there.", "So, I went there."),
        ("I went to, uh, the office.", "I went to, the office."),
        ("We were three umm four.", "We were three four."),
        ("Er, erm, we met in May.", "We met in May."),
        ("Um, we were late. Uh, he was not.", "We were late. He was not."),
        ("And then he left, um. She stayed.", "And then he left. She stayed."),
        ("Did you know, er? No.", "Did you know? No."),
        ("He left. Um. She stayed.", "He left. She stayed."),
        ("“Um, never,” he said.", "“Never,” he said."),
        ("Hmm, I think so.", "I think so."),
        ("He left. Um. iPhones rang.", "He left. iPhones rang."),
    ],
)
def test_a_filler_goes_and_leaves_a_sentence(text: str, left: str) -> None:
    assert dropped(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hm.",
        "Uh-huh.",
        "Were you there? Mm.",
        "Hmm. That was it.",
        "A gap of 5 mm at most.",
        "The ER was full.",
        "To err is human.",
        "Oh, ah, really?",
        "Her umbrella, the hummer.",
    ],
)
def test_an_answer_a_measure_and_a_word_stay(text: str) -> None:
    assert dropped(text) == text


def test_each_language_has_its_own_fillers() -> None:
    assert dropped("Er war, äh, da.", "de") == "Er war, da."
    assert dropped("Euh, je crois.", "fr") == "Je crois."
    assert dropped("Um carro.", "pt") == "Um carro."
    assert dropped("Um, uh, nothing is known of it.", "xx") == "Um, uh, nothing is known of it."


def test_what_is_kept_is_the_same_word_at_the_same_time() -> None:
    words = [PlacedWord("I", 0, 160, 0.9), PlacedWord("um,", 160, 480, 0.4), PlacedWord("see.", 480, 900, 0.8)]
    assert drop(words, "en") == [words[0], words[2]]


@given(st.lists(st.sampled_from(["Um,", "er", "mm.", "I", "see.", "He", "uh?", "said", "“Um", "5", "mm", "…"])))
def test_no_word_is_lost_and_nothing_is_moved(texts: list[str]) -> None:
    words = [PlacedWord(text, number * 10, number * 10 + 10, 0.5) for number, text in enumerate(texts)]
    kept = drop(words, "en")
    firsts = [word.first for word in kept]
    assert firsts == sorted(firsts)
    for word in words:
        if not is_filler(word.text.strip("“.,?…"), "en"):
            assert word.first in firsts


@pytest.mark.parametrize("language", FILLERS)
def test_no_answer_is_a_filler_anywhere(language: str) -> None:
    for answer in ("mm-hm", "mhm", "uh-huh", "nuh-uh", "yes", "no", "ja", "oui", "ie"):
        assert not is_filler(answer, language)
