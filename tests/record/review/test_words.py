"""Words keep their place in the sound, whatever is corrected; what was not touched stays as it was heard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.events import Stretch
from interview_tui.record.edits import lies_in
from interview_tui.record.review.changes import TurnCut, TurnsJoined, WordsCorrected
from interview_tui.record.review.words import LEAST_MS, USUAL_MS, retimed, reworded
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word

HEARD = "We met at the porters lodge, and the chart was gone."


def said(text: str, begin_ms: int = 1_000) -> tuple[Word, ...]:
    """Words of 300 ms with 100 ms between them."""
    return tuple(
        Word(word, begin_ms + 400 * n, begin_ms + 400 * n + 300, confidence=0.7) for n, word in enumerate(text.split())
    )


def turn(text: str, begin_ms: int = 1_000, speaker: str = RESPONDENT, number: int = 1) -> Turn:
    return Turn(number, speaker, said(text, begin_ms))


def corrected(start_ms: int, end_ms: int, before: str, after: str, heard: str = RESPONDENT) -> WordsCorrected:
    return WordsCorrected(at_ms=0, wall_ms=0, start_ms=start_ms, end_ms=end_ms, heard=heard, before=before, after=after)


def test_a_word_that_is_spelt_otherwise_keeps_its_time_and_is_sure():
    (found,) = reworded([turn(HEARD)], [corrected(2_600, 2_900, "porters", "porter's")])
    assert found.text == HEARD.replace("porters", "porter's")
    changed = found.words[4]
    assert (changed.start_ms, changed.end_ms, changed.confidence) == (2_600, 2_900, 1.0)
    assert [word for word in found.words if word is not changed] == [
        word for word in said(HEARD) if word.text != "porters"
    ]


def test_words_for_one_share_its_time_and_one_for_several_has_all_of_theirs():
    words = retimed(said("a notebook here"), ["a", "note", "book", "here"], Stretch(0, 9_000))
    assert [(word.text, word.start_ms, word.end_ms) for word in words[1:3]] == [
        ("note", 1_400, 1_550),
        ("book", 1_550, 1_700),
    ]
    (_, joined, _) = retimed(said("a note book here"), ["a", "notebook", "here"], Stretch(0, 9_000))
    assert (joined.start_ms, joined.end_ms) == (1_400, 2_100)


def test_a_word_put_in_takes_the_pause_and_where_there_is_none_what_is_before_makes_room():
    far = (*said("we met"), *said("there", 9_000))
    words = retimed(far, ["we", "met", "him", "there"], Stretch(0, 10_000))
    assert (words[2].start_ms, words[2].end_ms) == (1_700, 1_700 + USUAL_MS)
    close = (Word("we", 0, 300), Word("there", 300, 600))
    words = retimed(close, ["we", "met", "there"], Stretch(0, 600))
    assert [(word.start_ms, word.end_ms) for word in words] == [(0, 128), (128, 300), (300, 600)]
    assert words[1].confidence == 1.0
    before, first, _ = retimed(said("met there"), ["We", "met", "there"], Stretch(0, 9_000))
    assert (before.start_ms, before.end_ms, first.start_ms) == (1_000, 1_000 + LEAST_MS, 1_000 + LEAST_MS)


def test_a_word_put_in_before_the_first_of_a_turn_is_not_taken_for_one_of_the_turn_before():
    whole, cut = [turn("what did you see")], TurnCut(at_ms=0, wall_ms=0, cut_ms=1_800, heard=RESPONDENT)
    one, other = reworded(whole, [cut])
    first = other.words[0]
    put_in = corrected(first.start_ms, first.end_ms, "you", "[unclear: or that you]")
    before, after = reworded(whole, [cut, put_in])
    assert before == one
    assert after.text == "[unclear: or that you] see"
    assert not any(lies_in(before.stretch, word) for word in after.words)


def test_what_was_not_said_at_all_goes_and_a_turn_without_words_is_gone():
    two = [turn("Thank you for watching.", 1_000), turn("Yes.", 5_000, number=2)]
    found = reworded(two, [corrected(0, 4_000, "Thank you for watching.", "")])
    assert [(one.number, one.text) for one in found] == [(1, "Yes.")]


def test_what_nothing_was_heard_of_gets_a_turn_of_its_own_or_a_place_in_the_one_that_goes_on():
    found = reworded([turn("Yes.", 5_000)], [corrected(1_000, 3_000, "", "[inaudible]")])
    assert [(one.number, one.text, one.start_ms) for one in found] == [(1, "[inaudible]", 1_000), (2, "Yes.", 5_000)]
    pause = turn("So it was.", 1_000), turn("late", 9_000)
    whole = Turn(1, RESPONDENT, (*pause[0].words, *pause[1].words))
    (found_one,) = reworded([whole], [corrected(4_000, 6_000, "", "[unclear: never]")])
    assert found_one.text == "So it was. [unclear: never] late"


def test_only_the_words_of_whom_the_change_names_are_changed_though_the_other_speaks_too():
    both = [turn("I said so.", 1_000), turn("Mm hm.", 1_200, INTERVIEWER, 2)]
    found = reworded(both, [corrected(0, 9_000, "Mm hm.", "Mm.", INTERVIEWER)])
    assert [one.text for one in found] == ["I said so.", "Mm."]


def test_a_turn_that_is_cut_and_joined_again_is_as_it_was():
    one = turn(HEARD)
    cut = TurnCut(at_ms=0, wall_ms=0, cut_ms=2_650, heard=RESPONDENT)
    pieces = reworded([one], [cut])
    assert [piece.text for piece in pieces] == ["We met at the", "porters lodge, and the chart was gone."]
    assert [piece.number for piece in pieces] == [1, 2]
    joined = TurnsJoined(at_ms=0, wall_ms=0, cut_ms=2_000, heard=RESPONDENT)
    assert reworded(pieces, [joined]) == [one]
    assert reworded([one], [joined]) == [one]
    before_it = TurnCut(at_ms=0, wall_ms=0, cut_ms=500, heard=RESPONDENT)
    assert reworded([one], [before_it]) == [one]


texts = st.lists(st.sampled_from(["so", "it", "was", "the", "chart", "porter's", "[inaudible]", "yes."]), max_size=8)


@given(old=texts, new=texts)
def test_times_never_go_back_and_every_word_that_was_written_is_there(old: list[str], new: list[str]):
    words = retimed(said(" ".join(old)), new, Stretch(1_000, 9_000))
    assert [word.text for word in words] == new
    starts = [word.start_ms for word in words]
    assert starts == sorted(starts)
    assert all(word.start_ms <= word.end_ms for word in words)


@given(text=texts.filter(bool))
def test_what_is_corrected_to_what_it_is_changes_nothing(text: list[str]):
    heard = said(" ".join(text))
    assert retimed(heard, text, Stretch(1_000, 9_000)) == heard
