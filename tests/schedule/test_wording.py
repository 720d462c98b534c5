"""Words that depend on answers are always speakable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.schedule.conditions import Value
from interview_tui.schedule.model import Schedule, WordChoice
from interview_tui.schedule.reader import read_schedule
from interview_tui.schedule.wording import speak
from tests.schedule.forms import nothing_known

SCHEDULE = read_schedule(
    """\
schedule: Words
words:
  colleague:
    post is ward: ward nurse
    post is not ward and night: night nurse
    otherwise: colleague
  whose:
    night: the ${colleague}'s
    otherwise: their
sections:
- section: One
  items:
    - ask: Where?
      id: post
      answer: one of [ward, theatre]
    - ask: At night?
      id: night
      answer: yes/no
""",
    "words.yaml",
)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Did the colleague see their notes?"),
        ({"post": "ward"}, "Did the ward nurse see their notes?"),
        ({"post": "theatre"}, "Did the colleague see their notes?"),
        ({"post": "theatre", "night": "yes"}, "Did the night nurse see the night nurse's notes?"),
        ({"night": "yes"}, "Did the colleague see the colleague's notes?"),
        ({"night": "dk", "post": "rf"}, "Did the colleague see their notes?"),
    ],
)
def test_the_first_true_wording_is_said_and_otherwise_while_none_is(answers: dict[str, Value], said: str) -> None:
    assert speak("Did the ${colleague} see ${whose} notes?", SCHEDULE, answers.get) == said


def test_a_text_without_words_is_said_as_it_is() -> None:
    assert speak("Costs $5 {sic}?", SCHEDULE, nothing_known) == "Costs $5 {sic}?"


TANGLED = Schedule(
    "", "", "", 0,
    {
        "a": (WordChoice(None, "${b} ${a}"),),
        "b": (WordChoice(None, "${a}$${"),),
        "c": (WordChoice(None, "{"),),
        "d": (),
    },
    (), (), (),
)  # fmt: skip


@given(
    st.lists(st.sampled_from(["${a}", "${b}", "${c}", "${d}", "${", "$", "{", "}", "${zz}", "${{a}}", "x"])).map(
        "".join
    )
)
def test_whatever_the_words_are_no_open_word_is_ever_spoken(text: str) -> None:
    assert "${" not in speak(text, TANGLED, nothing_known)
