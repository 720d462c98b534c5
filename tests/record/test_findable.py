"""A hit knows when its words were said: the first that matches in the passage, wherever in the turn that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.findable import LEFT_OUT, Findable, Hit, Source, findable
from interview_tui.record.transcript import RESPONDENT, Turn, Word
from tests.record.talking import Call

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TIMES = tuple(1_000 * number for number in range(1, 11))


def hit(passage: tuple[tuple[str, bool], ...], words_ms: tuple[int, ...] = TIMES) -> Hit:
    return Hit("P07", Findable(Source.TALK, "1", " ".join(WORDS), 500, words_ms=words_ms), passage, 0)


@given(data=st.data())
def test_it_is_the_moment_of_the_first_match_whatever_is_left_out_around_the_passage(data):
    first, last = sorted(data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9))))
    match = data.draw(st.integers(first, last))
    before = LEFT_OUT * (first > 0) + "".join(f"{word} " for word in WORDS[first:match])
    after = "".join(f" {word}" for word in WORDS[match + 1 : last + 1]) + LEFT_OUT * (last < 9)
    assert hit(((before, False), (WORDS[match], True), (after, False))).at_ms == TIMES[match]


def test_an_ellipsis_of_the_text_itself_is_none_of_what_is_left_out():
    row = Findable(Source.TALK, "1", "… and then", 500, words_ms=(1, 2, 3))
    assert Hit("P07", row, (("… ", False), ("and", True), (" then", False)), 0).at_ms == 2


@pytest.mark.parametrize("words_ms", [(), (1_000,)])
def test_where_it_is_not_known_it_is_the_moment_of_the_row(words_ms):
    assert hit((("one two ", False), ("three", True)), words_ms).at_ms == 500


def test_a_passage_that_is_not_of_the_row_is_at_its_moment():
    assert hit((("elsewhere", True),)).at_ms == 500


def test_every_word_of_talk_has_its_moment_though_one_of_them_has_spaces_in_it():
    call = Call()
    words = (Word("[unclear: the list]", 20_000, 20_500), Word("got", 20_600, 20_700), Word("lost", 20_800, 20_900))
    call.turns.append(Turn(1, RESPONDENT, words))
    row = next(row for row in findable(call.record()) if row.source is Source.TALK)
    assert row.moment_of(row.text.index("lost")) == 20_800
    assert row.moment_of(row.text.index("list")) == 20_000
