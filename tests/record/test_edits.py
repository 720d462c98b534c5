"""Reviewers' corrections: what they say holds, however the machine hears the call the next time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.corrections import SpeakersSwapped, Speaking, TurnGiven
from interview_tui.record.edits import OTHER, next_speaker, relabelled, swapped
from interview_tui.record.merge import merge
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN, Turn, Word, from_json, to_json
from tests.record.test_merge import told, transcript, turn

TALK = (
    turn(1, INTERVIEWER, 0, 4_000, "And what happened then"),
    turn(2, RESPONDENT, 5_000, 25_000, "We lost the chart between two wards and nobody noticed"),
    turn(3, INTERVIEWER, 11_000, 12_000, "mm-hm I see"),
    turn(4, RESPONDENT, 26_000, 30_000, "Who told you about it"),
    turn(5, RESPONDENT, 31_000, 40_000, "The night sister did when she came on"),
)


def speakers(turns):
    return [turn.speaker for turn in turns]


def turned_over(turns):
    """The same talk, as a machine hears it that takes each for the other."""
    return [replace(turn, speaker=OTHER.get(turn.speaker, turn.speaker)) for turn in turns]


def swap(turns):
    return SpeakersSwapped(at_ms=90_000, wall_ms=90_000, landmarks=swapped(turns))


def give(start_ms, end_ms, speaker):
    return TurnGiven(at_ms=90_000, wall_ms=90_000, start_ms=start_ms, end_ms=end_ms, speaker=speaker)


def give_on(turns, number, corrections):
    """Give a turn on, as the key does."""
    (meant,) = [turn for turn in relabelled(turns, corrections) if turn.number == number]
    to, heard = next_speaker(meant), meant.heard_as or meant.speaker
    return [*corrections, give(meant.start_ms, meant.end_ms, "" if to == heard else to)]


def test_without_a_correction_all_is_as_it_was_heard():
    assert relabelled(TALK, ()) == list(TALK)


def test_swapped_speakers_are_swapped_everywhere_and_swapped_again_as_before():
    once = [swap(TALK)]
    assert speakers(relabelled(TALK, once)) == speakers(turned_over(TALK))
    twice = [*once, swap(relabelled(TALK, once))]
    assert relabelled(TALK, twice) == list(TALK)


def test_a_transcription_made_anew_that_has_them_right_is_not_swapped():
    corrections = [swap(TALK)]
    assert relabelled(turned_over(TALK), corrections) == turned_over(TALK)


def test_a_swap_holds_for_turns_that_are_cut_otherwise():
    corrections = [swap(TALK)]
    anew = [
        turn(1, INTERVIEWER, 200, 3_900, "And then"),
        turn(2, RESPONDENT, 5_100, 39_000, "We lost it all of a sudden"),
    ]
    assert speakers(relabelled(anew, corrections)) == [RESPONDENT, INTERVIEWER]


def test_turns_of_nobody_stay_nobody_s_when_speakers_are_swapped():
    mixed = [*TALK[:2], replace(TALK[4], speaker=UNKNOWN)]
    assert speakers(relabelled(mixed, [swap(mixed)])) == [RESPONDENT, INTERVIEWER, UNKNOWN]


def test_a_turn_given_away_is_the_other_s_and_says_whose_it_was_heard_to_be():
    given_away = relabelled(TALK, give_on(TALK, 4, []))
    assert speakers(given_away) == [INTERVIEWER, RESPONDENT, INTERVIEWER, INTERVIEWER, RESPONDENT]
    assert [found.heard_as for found in given_away] == ["", "", "", RESPONDENT, ""]
    assert [found.text for found in given_away] == [found.text for found in TALK]


def test_a_turn_given_on_twice_is_as_it_was_heard():
    assert relabelled(TALK, give_on(TALK, 4, give_on(TALK, 4, []))) == list(TALK)


def test_a_turn_of_nobody_goes_to_each_in_turn_and_back():
    talk = [replace(TALK[0], speaker=UNKNOWN)]
    corrections, went = [], []
    for _ in range(4):
        corrections = give_on(talk, 1, corrections)
        went += speakers(relabelled(talk, corrections))
    assert went == [INTERVIEWER, RESPONDENT, UNKNOWN, INTERVIEWER]


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_a_word_put_in_within_a_long_turn_is_given_without_it_and_it_without_the_word(order):
    corrections = []
    for number in order:
        corrections = give_on(TALK, number, corrections)
        assert len(relabelled(TALK, corrections)) == len(TALK)
    assert speakers(relabelled(TALK, corrections))[1:3] == [INTERVIEWER, RESPONDENT]
    assert speakers(relabelled(TALK, give_on(TALK, 3, corrections)))[1:3] == [INTERVIEWER, INTERVIEWER]


def test_a_swap_turns_over_what_was_given_before_and_leaves_what_is_given_after():
    corrections = give_on(TALK, 4, [])
    corrections.append(swap(relabelled(TALK, corrections)))
    assert speakers(relabelled(TALK, corrections)) == [RESPONDENT, INTERVIEWER, RESPONDENT, RESPONDENT, INTERVIEWER]
    corrections = give_on(TALK, 5, corrections)
    assert speakers(relabelled(TALK, corrections)) == [RESPONDENT, INTERVIEWER, RESPONDENT, RESPONDENT, RESPONDENT]


def test_what_was_given_and_swapped_holds_for_a_transcription_made_anew_that_has_them_right():
    corrections = give_on(TALK, 4, [])
    corrections.append(swap(relabelled(TALK, corrections)))
    before = speakers(relabelled(TALK, corrections))
    assert speakers(relabelled(turned_over(TALK), corrections)) == before


def test_what_was_given_is_cut_out_of_a_longer_turn_that_is_heard_anew():
    corrections = give_on(TALK, 4, [])
    words = (*TALK[3].words, *TALK[4].words)
    anew = relabelled([*TALK[:3], Turn(4, RESPONDENT, words)], corrections)
    assert [(found.number, found.speaker, found.text) for found in anew[3:]] == [
        (4, INTERVIEWER, TALK[3].text),
        (5, RESPONDENT, TALK[4].text),
    ]


def test_who_cuts_in_is_told_from_the_long_turn_in_a_transcription_made_anew_as_well():
    """Only the long turn was the respondent's: the other one said all the rest, and what was put in."""
    corrections = [give(5_000, 25_000, RESPONDENT), give(11_000, 12_000, INTERVIEWER)]
    anew = [
        turn(1, UNKNOWN, 4_000, 39_000, "We lost the chart between two wards and nobody noticed. Who told you then"),
        turn(2, UNKNOWN, 11_020, 12_010, "mm-hm I see"),
    ]
    assert [(found.number, found.speaker, found.text) for found in relabelled(anew, corrections)] == [
        (1, RESPONDENT, "We lost the chart between two wards and"),
        (2, INTERVIEWER, "mm-hm I see"),
        (3, UNKNOWN, "nobody noticed. Who told you then"),
    ]


def test_what_somebody_gave_is_not_doubtful_any_more():
    doubtful = Turn(1, RESPONDENT, tuple(replace(word, speaker_sure=0.2) for word in TALK[3].words))
    assert all(word.is_doubtful for word in doubtful.words)
    (given_away,) = relabelled([doubtful], give_on([doubtful], 1, []))
    assert not any(word.is_doubtful for word in given_away.words)


SPEAKERS = st.sampled_from([INTERVIEWER, RESPONDENT, UNKNOWN])
TIMES = st.integers(0, 60_000)


@st.composite
def talks(draw):
    starts = sorted(draw(st.lists(TIMES, max_size=8, unique=True)))
    return [
        Turn(
            number,
            draw(SPEAKERS),
            tuple(
                Word(f"w{number}{k}", start + k * 300, start + k * 300 + 250) for k in range(draw(st.integers(1, 9)))
            ),
        )
        for number, start in enumerate(starts, 1)
    ]


CORRECTIONS = st.lists(
    st.one_of(
        st.builds(lambda a, b, to: give(min(a, b), max(a, b) + 1, to), TIMES, TIMES, SPEAKERS | st.just("")),
        st.builds(
            lambda found: SpeakersSwapped(at_ms=0, wall_ms=0, landmarks=tuple(found)),
            st.lists(st.builds(Speaking, TIMES, TIMES, SPEAKERS), max_size=4),
        ),
    ),
    max_size=6,
)


@given(talk=talks(), corrections=CORRECTIONS)
def test_no_correction_loses_or_adds_a_word(talk, corrections):
    said = relabelled(talk, corrections)
    assert sorted(word.text for one in said for word in one.words) == sorted(w.text for one in talk for w in one.words)
    assert all(one.words for one in said)


@given(talk=talks(), corrections=CORRECTIONS)
def test_a_swap_taken_back_leaves_everything_as_it_was(talk, corrections):
    before = relabelled(talk, corrections)
    corrections = [*corrections, swap(before)]
    corrections.append(swap(relabelled(talk, corrections)))
    assert speakers(relabelled(talk, corrections)) == speakers(before)


@given(st.lists(st.sampled_from(["swap", 1, 2, 3, 4, 5]), max_size=12), st.lists(SPEAKERS, min_size=5, max_size=5))
def test_keys_do_to_the_shown_speakers_what_they_say(keys, heard):
    talk = [replace(one, speaker=speaker) for one, speaker in zip(TALK, heard, strict=True)]
    shown, corrections = speakers(talk), []
    for key in keys:
        now = relabelled(talk, corrections)
        if key == "swap":
            shown = [OTHER.get(speaker, speaker) for speaker in shown]
            corrections.append(swap(now))
        else:
            shown[key - 1] = next_speaker(now[key - 1])
            corrections = give_on(talk, key, corrections)
        assert speakers(relabelled(talk, corrections)) == shown


def test_the_record_is_corrected_and_the_transcript_is_not():
    interview, _ = told()
    talk = transcript(*TALK)
    kept = to_json(talk)
    interview.corrections.append(swap(TALK))
    record = merge(interview, talk)
    assert [placed.turn.speaker for placed in record.turns] == speakers(turned_over(TALK))
    assert to_json(talk) == kept
    assert from_json(kept) == talk
