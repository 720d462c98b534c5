"""Who is who: the schedule's questions make an interviewer, however they were put, misheard or said back."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.schedule.model import Kind
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.transcribe.speaking.roles import interviewer_of

REPOSITORY = Path(__file__).parents[2]
CALLS = REPOSITORY.parent / "shared" / "bench" / "calls"
MISHEARD = 0.3  # of the words: far more than on any line

QUESTIONS = (
    "How would you define mentoring?",
    "Can you think of one relationship that went particularly well?",
    "Were there areas that were less easy to discuss?",
    "What led up to that? What were you trying to achieve at that point?",
    "Looking back, what made it go well or badly?",
    "Would you like to add anything else?",
)
ASKED = (
    "Okay, thank you. So how would you define mentoring?",
    "And can you think of just one relationship that you thought went particularly well",
    "mm-hm",
    "Were there any areas you found less easy to discuss?",
    "Right. And what was it that led up to that? What were you trying to achieve?",
    "So looking back now, what do you think made it go well, or badly?",
    "Is there anything else you would like to add?",
)
ANSWERED = (
    "It is lending somebody your experience without telling them what to do with it.",
    "Yes, there was a chap from the ward next door, he rang me every week for a year.",
    "Money, mostly. Nobody likes to talk of that, and he had none.",
    "We had lost the group meeting and he wanted to know why nobody had warned him.",
    "That I kept my mouth shut, I think, and let him find out for himself.",
    "No, I think that is all.",
)


def schedule_questions() -> list[str]:
    """What the program's schedule has to be read out."""
    items = [
        found.item for found in read_schedule_file(REPOSITORY / "schedules/political-mentoring.yaml").items().values()
    ]
    spoken = [item.text for item in items if item.kind in (Kind.SAY, Kind.ASK, Kind.PROBE)]
    return [text.replace("${", "").replace("}", "") for text in spoken]


def misheard(turns: list[str], chance: random.Random) -> list[str]:
    """As a bad line leaves them: words gone, words broken, words that were never said."""
    words = [word for turn in turns for word in turn.split()]

    def heard(word: str) -> str:
        slip = chance.random() / MISHEARD
        if slip >= 1:
            return word
        return ("", word[: len(word) // 2] + "ing", f"{word} {chance.choice(words)}")[int(slip * 3)]

    return [" ".join(heard(word) for word in turn.split()) for turn in turns]


def calls() -> Iterator[Path]:
    yield from sorted(CALLS.glob("*/*/truth.json"))


def test_who_asks_in_her_own_words_is_the_interviewer():
    role = interviewer_of({"voice 1": ANSWERED, "voice 2": ASKED}, QUESTIONS)
    assert role.speaker == "voice 2"
    assert role.sure > 0.5
    assert role.asked["voice 2"] > role.asked["voice 1"] == 0


def test_a_respondent_who_says_half_of_the_questions_back_stays_the_respondent():
    echoed = [
        said for question, answer in zip(QUESTIONS[::2], ANSWERED[::2], strict=True) for said in (question, answer)
    ]
    assert interviewer_of({"a": QUESTIONS, "b": [*echoed, *ANSWERED[1::2]]}, QUESTIONS).speaker == "a"


def test_a_respondent_who_says_every_question_back_before_the_answer_stays_the_respondent():
    echoed = [f"{question} {answer}" for question, answer in zip(QUESTIONS, ANSWERED, strict=True)]
    assert interviewer_of({"a": QUESTIONS, "b": echoed}, QUESTIONS).speaker == "a"


def test_where_both_say_every_question_it_is_the_one_who_says_little_else():
    echoed = [said for question in QUESTIONS for said in (question, " ".join(ANSWERED))]
    assert interviewer_of({"a": QUESTIONS, "b": echoed}, QUESTIONS).speaker == "a"


def test_where_both_say_the_same_nobody_is_named():
    assert interviewer_of({"a": ASKED, "b": ASKED}, QUESTIONS).speaker is None


def test_a_respondent_who_says_questions_back_more_exactly_than_they_were_asked_is_not_the_interviewer():
    at_length = " ".join(ANSWERED)
    echoed = [said for question in QUESTIONS for said in (question, at_length)]
    assert interviewer_of({"a": ASKED, "b": echoed}, QUESTIONS).speaker != "b"


def test_neither_capitals_nor_points_count():
    shouted = [turn.upper().replace("?", " …").replace(".", "!") for turn in ASKED]
    role = interviewer_of({"a": shouted, "b": ANSWERED}, [question.lower() for question in QUESTIONS])
    assert role.sure == pytest.approx(interviewer_of({"a": ASKED, "b": ANSWERED}, QUESTIONS).sure)


def test_one_question_in_ones_mouth_is_too_little():
    assert interviewer_of({"a": [*ANSWERED, QUESTIONS[1]], "b": ["mm-hm", "I see"]}, QUESTIONS).speaker is None


def test_short_wordings_that_anybody_says_are_no_evidence():
    assert (
        interviewer_of(
            {"a": ["Why not?", "Were they?", "Thank you"] * 9, "b": ANSWERED}, ["Why not?", "Thank you."]
        ).speaker
        is None
    )


def test_a_turn_now_and_then_given_to_the_wrong_voice_does_not_turn_them_over():
    role = interviewer_of({"a": [*ASKED[:3], *ASKED[4:], ANSWERED[2]], "b": [*ANSWERED, ASKED[3]]}, QUESTIONS)
    assert role.speaker == "a"


def test_of_three_voices_the_one_that_asks_is_the_interviewer():
    said = {"her": ASKED, "him": ANSWERED, "his wife": ["Tea?", "There is somebody at the door, dear."]}
    assert interviewer_of(said, QUESTIONS).speaker == "her"


def test_a_script_without_spaces_is_compared_by_its_characters():
    asked = ["那你会怎么定义辅导呢", "后来发生什么事情了", "当时你有什么样的感觉"]
    role = interviewer_of(
        {"a": ["那是很好的一段时间我学到了很多东西"], "b": asked},
        ["你会怎么定义辅导？后来发生了什么事情？", "当时你有什么感觉？"],
    )
    assert role.speaker == "b"


@pytest.mark.parametrize("said", [{}, {"a": []}, {"a": [""], "b": []}, {"a": ANSWERED, "b": ["…", "?"]}])
def test_where_nobody_asks_anything_nobody_is_named(said):
    assert interviewer_of(said, QUESTIONS).speaker is None
    assert interviewer_of(said, ()).speaker is None


@given(order=st.permutations(range(len(ASKED))), swapped=st.booleans())
@settings(max_examples=30, deadline=None)
def test_neither_the_order_of_turns_nor_that_of_voices_counts(order, swapped):
    said = {"a": [ASKED[n] for n in order], "b": ANSWERED}
    role = interviewer_of(dict(reversed(said.items())) if swapped else said, QUESTIONS)
    assert role.speaker == "a"
    assert role.sure == pytest.approx(interviewer_of({"a": ASKED, "b": ANSWERED}, QUESTIONS).sure)


@pytest.mark.skipif(not CALLS.is_dir(), reason="the simulated calls are not beside the repository")
@pytest.mark.parametrize("truth", calls(), ids=lambda path: path.parent.name)
def test_in_simulated_calls_the_interviewer_is_found_however_badly_they_were_heard(truth):
    said: dict[str, list[str]] = {"respondent": [], "interviewer": []}
    for turn in json.loads(truth.read_text())["turns"]:
        said[turn["speaker"]].append(turn["text"])
    heard = {voice: misheard(turns, random.Random(5)) for voice, turns in said.items()}
    questions = schedule_questions()
    assert interviewer_of(said, questions).speaker == "interviewer"
    assert interviewer_of(heard, questions).speaker in (
        "interviewer",
        None if "smoke" in truth.parent.name else "interviewer",
    )
