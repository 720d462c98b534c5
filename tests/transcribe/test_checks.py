"""What is odd about words, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.hearing.checks import (
    EARLY_MS,
    FAST,
    LANGUAGE,
    LINGERS_MS,
    LOOP,
    NO_WORDS,
    SLOW,
    UNSURE,
    absurd,
    loops,
    made_up,
    oddities,
    other_language,
    recited,
    to_voices_end,
    unheard,
    voiced,
    within_voice,
)
from tests.transcribe.making import said

STORY = "we had a rule that what is said in the room stays in the room and nobody ever broke it"


def test_ordinary_speech_is_not_odd() -> None:
    words = said(STORY)
    assert oddities(words, [(0, words[-1].end_ms)]) == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("no no no no", False),
        ("or " * 20, True),
        ("you know you know", False),
        ("you know you know you know", True),
        ("thank you very much thank you very much", False),
        ("thank you very much " * 3, True),
        ("and then we went to the council " * 3, True),
        ("and then we went to the council " * 2, False),
        (STORY, False),
    ],
)
def test_words_that_repeat_and_repeat_are_a_loop(text: str, odd: bool) -> None:
    assert [found.reason for found in loops(said(text))] == ([LOOP] if odd else [])


@pytest.mark.parametrize(("first_ms", "again_ms"), [(300, 80), (20, 300), (40, 40), (0, 0)])
def test_a_line_that_is_there_twice_but_had_no_time_to_be_said_twice_is_a_loop(first_ms: int, again_ms: int) -> None:
    words = [*said(STORY, 0, each_ms=first_ms), *said(STORY, 9000, each_ms=again_ms)]
    assert [found.reason for found in loops(words)] == [LOOP]


def test_a_line_that_is_said_twice_at_leisure_is_none() -> None:
    assert loops([*said(STORY, 0, each_ms=300), *said(STORY, 9000, each_ms=200)]) == []


def test_a_loop_is_found_where_it_is() -> None:
    words = said("so it began or or or or or or or and it ended")
    (found,) = loops(words)
    assert (found.start_ms, found.end_ms) == (900, 3000)


def test_a_voice_without_words_is_odd_and_a_silence_without_words_is_not() -> None:
    words = [*said("we had a rule", 0), *said("and we kept it", 6000)]
    assert [found.reason for found in unheard(words, [(0, 7200)])] == [NO_WORDS]
    assert unheard(words, [(0, 1200), (6000, 7200)]) == []


def test_a_voice_with_no_words_at_all_is_odd() -> None:
    assert [found.reason for found in unheard([], [(0, 2000), (2500, 5000)])] == [NO_WORDS]


def test_too_few_and_too_many_words_are_odd() -> None:
    few = said("well yes", 0, each_ms=2900)
    assert SLOW in [found.reason for found in oddities(few, [(0, 6000)])]
    many = said(STORY, 0, each_ms=80)
    assert FAST in [found.reason for found in oddities(many, [(0, 6000)])]


def test_words_crammed_into_no_time_are_odd() -> None:
    crammed = [*said("we had a rule", 0), *said("that what is said in", 1200, each_ms=20)]
    assert [found.reason for found in oddities(crammed, [(0, 1300)])] == [FAST]


def test_words_that_were_hardly_understood_are_odd() -> None:
    words = said("mumble mumbled mumbling mumbles", confidence=0.1)
    assert UNSURE in [found.reason for found in oddities(words, [(0, 1200)])]


def test_a_run_that_was_hardly_understood_is_found_among_words_that_were() -> None:
    words = [*said(STORY, 0), *said("mumble mumbled mumbling mumbles mumble", 6000, confidence=0.2), *said(STORY, 7500)]
    (found,) = oddities(words, [(0, words[-1].end_ms)])
    assert found.reason == UNSURE
    assert 5500 < found.start_ms <= 6000  # a word or so on either side is taken along
    assert 7500 <= found.end_ms < 8000


@pytest.mark.parametrize(
    ("text", "confidence", "silence", "invented"),
    [
        ("Thank you very much.", 0.53, 0.48, True),
        ("you", 0.2, 0.9, True),
        ("beep beep beep", 0.78, 0.8, True),
        (STORY, 0.87, 0.71, False),
        (STORY, 0.3, 0.1, False),
        ("mm-hm", 0.6, 0.3, False),
        ("", 0.0, 0.9, False),
    ],
)
def test_words_that_an_engine_is_no_surer_of_than_of_silence_are_made_up(
    text: str, confidence: float, silence: float, invented: bool
) -> None:
    assert made_up(said(text, confidence=confidence), silence) is invented


@pytest.mark.parametrize(
    ("heard", "echo"),
    [
        ("well yes Wexcombe, Brackley Hall, Abiola", range(2, 6)),
        ("We talked about Wexcombe, Brackley Hall, Abiola", range(7)),
        ("it was at Brackley Hall, Abiola said", range(0)),
        ("we talked about Wexcombe", range(0)),
        ("", range(0)),
    ],
)
def test_a_vocabulary_recited_is_told_from_its_names_in_a_sentence(heard: str, echo: range) -> None:
    assert recited(said(heard), "We talked about Wexcombe, Brackley Hall, Abiola, Thornbury.") == echo


def test_no_vocabulary_is_never_recited() -> None:
    assert recited(said(STORY), "") == range(0)


@pytest.mark.parametrize(
    ("heard", "sure", "voice_ms", "odd"),
    [("de", 0.98, 8000, True), ("de", 0.6, 8000, False), ("de", 0.98, 2000, False), ("en", 1.0, 8000, False)],
)
def test_another_language_is_odd_where_enough_is_said_in_it(heard: str, sure: float, voice_ms: int, odd: bool) -> None:
    found = other_language([(0, voice_ms)], "en", heard, sure)
    assert [(one.reason, one.detail) for one in found] == ([(LANGUAGE, "de")] if odd else [])
    assert other_language([(0, voice_ms)], "en", "", 0.0) == []


def test_words_made_up_in_silence_are_dropped() -> None:
    words = [*said("we had a rule", 0), *said("thank you", 9000)]
    assert [word.text for word in voiced(words, [(0, 1200)])] == ["we", "had", "a", "rule"]


def test_a_word_stretched_over_a_pause_is_pulled_back_into_its_voice() -> None:
    voice = [(0, 1000), (2600, 4000)]
    assert within_voice(HeardWord("ask", 1100, 3000, 0.9), voice) == HeardWord("ask", 2600, 3000, 0.9)
    assert within_voice(HeardWord("now", 700, 2500, 0.9), voice) == HeardWord("now", 700, 1000, 0.9)


def test_the_last_word_before_a_pause_lasts_as_long_as_the_voice() -> None:
    voice = [(0, 1000 + LINGERS_MS), (2600, 4000)]
    words = [HeardWord("we", 100, 300, 0.9), HeardWord("ask", 500, 850, 0.9), HeardWord("now", 2700, 3000, 0.9)]
    assert [word.end_ms for word in to_voices_end(words, voice)] == [300, 1000, 3000]
    assert to_voices_end(words[:1], voice) == words[:1]
    assert to_voices_end(words, []) == words


@given(
    st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 900)), max_size=9),
    st.lists(st.integers(0, 10_000), max_size=8, unique=True),
)
def test_no_word_gets_shorter_or_reaches_into_the_next(spans: list[tuple[int, int]], edges: list[int]) -> None:
    edges = sorted(edges[: len(edges) // 2 * 2])
    voice = list(zip(edges[::2], edges[1::2], strict=True))
    words = [HeardWord("so", start, start + length, 0.9) for start, length in sorted(spans)]
    for number, (word, later) in enumerate(zip(words, to_voices_end(words, voice), strict=True), 1):
        assert word.end_ms <= later.end_ms <= word.end_ms + EARLY_MS
        assert later.end_ms == word.end_ms or number == len(words) or later.end_ms <= words[number].start_ms


def test_a_word_a_little_outside_its_voice_keeps_its_times() -> None:
    word = HeardWord("ask", 2450, 4100, 0.9)
    assert within_voice(word, [(2600, 4000)]) == word
    assert within_voice(word, []) == word


@pytest.mark.parametrize(
    ("words", "looped", "voice_ms", "is_absurd"),
    [(0, 0, 4000, False), (0, 0, 60_000, True), (100, 60, 60_000, True), (5, 0, 60_000, True), (150, 0, 60_000, False)],
)
def test_a_transcript_that_makes_no_sense_is_told_from_one_that_does(
    words: int, looped: int, voice_ms: int, is_absurd: bool
) -> None:
    assert bool(absurd([(words, looped, voice_ms)])) is is_absurd


@pytest.mark.parametrize("music", [(0, 0, 18_000), (1, 0, 18_000), (60, 50, 18_000)])
def test_music_taken_for_a_voice_does_not_spoil_the_talk_before_and_after_it(music: tuple[int, int, int]) -> None:
    assert absurd([music] * 40) != ""
    assert absurd([(40, 0, 15_000), *[music] * 40, (40, 0, 15_000)]) == ""


def test_a_few_words_among_much_that_makes_no_sense_are_no_transcript() -> None:
    assert absurd([(25, 0, 10_000), *[(0, 0, 18_000)] * 40]) != ""


spoken = st.lists(
    st.builds(
        lambda text, start, length, sure: HeardWord(text, start, start + length, sure),
        st.sampled_from(["yes", "no", "and", "…", "mm-hm"]),
        st.integers(0, 30_000),
        st.integers(0, 3000),
        st.floats(0, 1),
    ),
    max_size=60,
).map(lambda words: sorted(words, key=lambda word: word.start_ms))
voices = st.lists(st.integers(0, 30_000), max_size=12, unique=True).map(
    lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)


@given(spoken, voices)
def test_whatever_was_heard_can_be_checked(words: list[HeardWord], voice: list[tuple[int, int]]) -> None:
    kept = [within_voice(word, voice) for word in voiced(words, voice)]
    assert all(word.start_ms <= word.end_ms for word in kept)
    assert all(found.start_ms <= found.end_ms for found in oddities(kept, voice))
