"""Turns from words: their laws, and what an interview looks like."""

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.transcript import Turn, Word
from interview_tui.transcribe.speaking.turns import turns
from tests.transcribe.making import said

Spoken = list[tuple[str, Word]]


def says(speaker: str, text: str, start_ms: int) -> Spoken:
    return [(speaker, Word(word.text, word.start_ms, word.end_ms)) for word in said(text, start_ms)]


def shown(found: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in found]


spoken = st.lists(
    st.tuples(
        st.sampled_from(["interviewer", "respondent"]),
        st.builds(lambda start, length: Word("w", start, start + length), st.integers(0, 60_000), st.integers(0, 900)),
    ),
    max_size=120,
)


@given(spoken)
def test_every_word_is_in_exactly_one_turn_of_its_speaker(words: Spoken) -> None:
    held = [(turn.speaker, word) for turn in turns(words) for word in turn.words]
    key = lambda pair: (pair[0], pair[1].start_ms, pair[1].end_ms)  # noqa: E731
    assert sorted(held, key=key) == sorted(words, key=key)


@given(spoken)
def test_turns_are_numbered_by_start_and_their_words_are_in_order(words: Spoken) -> None:
    found = turns(words)
    assert [turn.number for turn in found] == list(range(1, len(found) + 1))
    assert [turn.start_ms for turn in found] == sorted(turn.start_ms for turn in found)
    for turn in found:
        assert [word.start_ms for word in turn.words] == sorted(word.start_ms for word in turn.words)


@given(spoken)
def test_the_order_in_which_words_come_in_does_not_matter(words: Spoken) -> None:
    assert [turn.text for turn in turns(words)] == [turn.text for turn in turns(reversed(words))]
    assert [turn.start_ms for turn in turns(words)] == [turn.start_ms for turn in turns(reversed(words))]


def test_question_and_answer_are_two_turns() -> None:
    talk = says("interviewer", "how did you feel", 0) + says("respondent", "rather proud of her", 1600)
    assert shown(turns(talk)) == [("interviewer", "how did you feel"), ("respondent", "rather proud of her")]


def test_a_short_answer_between_two_questions_parts_them() -> None:
    talk = says("interviewer", "did you meet often", 0) + says("respondent", "yes", 1600)
    talk += says("interviewer", "and where was that", 2400)
    assert [turn.speaker for turn in turns(talk)] == ["interviewer", "respondent", "interviewer"]


def test_a_back_channel_in_a_breath_does_not_shred_the_turn() -> None:
    talk = says("respondent", "so we rehearsed it", 0) + says("respondent", "the whole evening", 1700)
    talk += says("interviewer", "mm-hm", 1300)
    assert shown(turns(talk)) == [("respondent", "so we rehearsed it the whole evening"), ("interviewer", "mm-hm")]


def test_words_over_the_others_words_are_a_turn_of_their_own() -> None:
    talk = says("respondent", "so we rehearsed it the whole evening", 0)
    talk += says("interviewer", "really and did that help", 900)
    assert shown(turns(talk)) == [
        ("respondent", "so we rehearsed it the whole evening"),
        ("interviewer", "really and did that help"),
    ]


def test_who_takes_the_floor_in_a_breath_ends_the_turn() -> None:
    talk = says("respondent", "so we rehearsed it", 0) + says("interviewer", "and did that really help", 1300)
    talk += says("respondent", "it did yes", 2100)
    assert [turn.speaker for turn in turns(talk)] == ["respondent", "interviewer", "respondent"]


def test_a_long_pause_ends_a_turn() -> None:
    talk = says("unknown", "well", 0) + says("unknown", "that was hard", 3000)
    assert shown(turns(talk)) == [("unknown", "well"), ("unknown", "that was hard")]


def test_no_words_are_no_turns() -> None:
    assert turns([]) == ()
