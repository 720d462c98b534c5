"""People say that they leave the question; what is worded alike within a story is no such thing."""

from __future__ import annotations

import pytest

from interview_tui.record.attribution.detours import is_detour


@pytest.mark.parametrize(
    "sentence",
    [
        "Going back to the first time we met, she was late.",
        "Um, just to come back to that, it was the porter.",
        "Can I go back to the handover?",
        "And sorry, this is going back, but it matters.",
        "I never finished about the valve.",
        "I didn’t tell you what he said.",
        "It was raining, I should have said.",
        "Oh, I’ve just remembered who it was.",
        "That reminds me of the other one.",
        "You know I said the chart was lost?",
        "I said earlier that nobody came.",
        "It was late, as I said before.",
        "You asked me how it ended.",
        "There’s one thing about that night on the ward.",
        "I might as well tell you now.",
        "You’ll be coming to this, I expect.",
    ],
)
def test_who_goes_back_or_ahead_says_so(sentence):
    assert is_detour(sentence, "en")


@pytest.mark.parametrize(
    "sentence",
    [
        "So we went back to the ward.",
        "I had to go back to the start of the list.",
        "She said that she would come back to it.",
        "I didn't tell him that I had lost it.",
        "He asked me how it ended.",
        "And I said, before you do that, ring the ward; I said before you do it.",
        "I sent her what I wanted to say.",
        "It was one thing after another.",
        "",
    ],
)
def test_a_story_in_which_somebody_goes_back_is_none(sentence):
    assert not is_detour(sentence, "en")


def test_of_a_language_whose_phrases_are_not_known_nobody_is_taken_to_say_so():
    assert not is_detour("Going back to the first time.", "de")
    assert is_detour("Going back to the first time.", "en-GB")
