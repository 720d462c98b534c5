"""The sentence that a listener wants again: held by the moment, or the last before it, and never beyond a turn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from interview_tui.interview.events import Stretch
from interview_tui.record.sentences import LONGEST_MS, sentence_at, sentences
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from tests.record.talking import turn

TALK = [
    turn(1, INTERVIEWER, 1_000, 4_000, "How was it? And then?"),  # 600 ms a word
    turn(2, RESPONDENT, 5_000, 9_000, "Well… he said “no.” (Really!) So be it"),  # 500 ms a word
]


@st.composite
def talks(draw: DrawFn) -> list[Turn]:
    """Turns that may overlap, with pauses and punctuation anywhere."""
    found = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        at_ms, words = draw(st.integers(0, 60_000)), []
        for _ in range(draw(st.integers(1, 12))):
            length_ms, pause_ms = draw(st.integers(1, 9_000)), draw(st.sampled_from([0, 0, 200, 3_000]))
            words.append(
                Word(draw(st.sampled_from(["so", "and", "yes.", "no?", "3.5", "“done.”"])), at_ms, at_ms + length_ms)
            )
            at_ms += length_ms + pause_ms
        found.append(Turn(number, INTERVIEWER, tuple(words)))
    return sorted(found, key=lambda each: each.start_ms)


def test_a_sentence_reaches_from_the_mark_before_it_to_its_own_mark_within_its_turn():
    assert sentence_at(TALK, 1_500) == Stretch(1_000, 2_800)
    assert sentence_at(TALK, 2_800) == Stretch(2_800, 4_000)
    assert [each.start_ms for each in sentences(TALK[1])] == [5_000, 5_500, 7_000, 7_500]
    assert sentence_at(TALK, 8_999) == Stretch(7_500, 9_000)


def test_it_lasts_as_long_as_the_longest_of_its_words():
    words = (Word("so", 0, 5_000), Word("yes.", 1_000, 2_000))
    assert sentence_at([Turn(1, RESPONDENT, words)], 3_000) == Stretch(0, 5_000)


def test_where_nothing_is_said_it_is_what_was_said_last():
    assert sentence_at(TALK, 999) is None
    assert sentence_at(TALK, 4_500) == Stretch(2_800, 4_000)
    assert sentence_at(TALK, 60_000) == Stretch(7_500, 9_000)
    assert sentence_at([], 0) is None


def test_of_two_who_speak_at_once_it_is_the_one_who_began_last_until_she_has_ended():
    long = turn(1, RESPONDENT, 0, 10_000, "so we went on and on and on forever")
    short = turn(2, INTERVIEWER, 4_000, 4_600, "Mhm.")
    assert sentence_at([long, short], 4_300) == short.stretch
    assert sentence_at([long, short], 4_600) == long.stretch


def test_a_sentence_without_end_is_cut_at_the_longest_pause_about_its_middle():
    pauses_ms = [0, *(100 for _ in range(16)), 800, *(100 for _ in range(10)), 5_000, 100]
    words, at_ms = [], 0
    for number, pause_ms in enumerate(pauses_ms):
        at_ms += pause_ms
        words.append(Word(f"w{number}", at_ms, at_ms + 900))
        at_ms += 900
    first, second = sentences(Turn(1, RESPONDENT, tuple(words)))
    assert first == Stretch(0, 16_900)
    assert second == Stretch(17_700, words[-1].end_ms)


@given(talks(), st.integers(0, 120_000))
def test_it_holds_the_moment_or_precedes_it_and_lies_within_a_turn(talk: list[Turn], at_ms: int):
    found = sentence_at(talk, at_ms)
    begun = [each for each in talk if each.start_ms <= at_ms]
    assert (found is None) == (not begun)
    if found is None:
        return
    assert found.start_ms <= at_ms
    assert any(found in list(sentences(each)) for each in begun)
    assert any(each.start_ms <= found.start_ms < found.end_ms <= each.end_ms for each in begun)
    others = [each for one in begun for each in sentences(one)]
    if not found.holds(at_ms):
        assert not any(each.holds(at_ms) for each in others)
        assert found.end_ms == max(each.end_ms for each in others if each.start_ms <= at_ms)


@given(talks())
def test_the_sentences_of_a_turn_hold_each_of_its_words_once_and_none_is_long_that_could_be_cut(talk: list[Turn]):
    for each in talk:
        found = list(sentences(each))
        assert (found[0].start_ms, found[-1].end_ms) == (each.start_ms, each.end_ms)
        assert all(before.end_ms <= after.start_ms for before, after in pairwise(found))
        for word in each.words:
            assert sum(one.start_ms <= word.start_ms and word.end_ms <= one.end_ms for one in found) == 1
        for one in found:
            words = [word for word in each.words if one.holds(word.start_ms)]
            assert len(words) == 1 or one.end_ms - one.start_ms <= LONGEST_MS
