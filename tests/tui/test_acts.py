"""What a reviewer does to a record: each act makes its correction, or says in a sentence why there is none to make."""

from __future__ import annotations

from functools import partial

import pytest

from interview_tui.errors import Refused
from interview_tui.interview.corrections import NotePlaced, NoteTied, SpeakersSwapped, TurnGiven
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.edits import lies_in
from interview_tui.record.review.changes import Quoted, ReviewState, Settled, WordsCorrected
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.tui import acts, belonging, correcting
from interview_tui.tui.acts import stretch_of
from tests.record.talking import transcript
from tests.tui.acting import TALK, WIDTH, Table


def test_a_turn_is_given_to_the_other_one_and_back():
    table = Table()
    assert table.give("and then he shouted at us") == "This turn is the interviewer's now; g gives it on."
    assert "I and then he shouted at us" in table.said
    assert table.give("and then he shouted at us") == "This turn is the respondent's again, as heard."
    assert [one.speaker for one in table.changes(TurnGiven)] == [INTERVIEWER, ""]


def test_a_turn_of_nobody_goes_to_both_and_back_to_nobody():
    table = Table()
    for whose, sign in (("the interviewer's now", "I"), ("the respondent's now", "R"), ("nobody's again", "U")):
        assert whose in table.give("Once or twice.")
        assert f"{sign} Once or twice." in table.said


def test_words_of_a_turn_are_given_and_are_a_turn_of_their_own_until_they_are_given_back():
    table = Table()
    before = table.said
    assert table.give("shouted at") == "These words are the interviewer's now; g gives them on."
    assert table.said[4:7] == ["R and then he", "I shouted at", "R us"]
    assert "the respondent's again" in table.give("shouted at")
    assert table.said == before


def test_words_of_a_turn_that_was_given_whole_are_given_back_alone():
    table = Table()
    table.give("and then he shouted at us")
    table.give("at us")
    assert table.said[4:6] == ["I and then he shouted", "R at us"]
    table.do(partial(acts.give, said=TALK[4].stretch))
    assert "R and then he shouted at us" in table.said
    table.give("at us")
    assert table.said[4:6] == ["R and then he shouted", "I at us"]


def test_a_turn_is_given_though_the_two_were_swapped_since_it_was_looked_at():
    table = Table()
    stretch, heard = table.words("and then he shouted at us")
    table.do(acts.swap)
    assert "the respondent's now" in table.do(partial(acts.give, said=stretch, heard=heard))


def test_where_nobody_speaks_there_is_nothing_to_give():
    assert Table().do(partial(acts.give, said=Stretch(38_000, 39_000))) == acts.NO_TURN


def test_the_two_are_swapped_and_swapped_back_unless_nobody_is_told_apart():
    table = Table()
    before = table.said
    assert "x swaps them back" in table.do(acts.swap)
    assert table.said[:2] == ["R What happened then?", "I We met at the porters lodge"]
    table.do(acts.swap)
    assert table.said == before
    assert len(table.changes(SpeakersSwapped)) == 2
    assert Table(TALK[3]).do(acts.swap) == acts.NOBODY


def test_words_are_corrected_and_only_those_that_differ_are_in_the_change():
    table = Table()
    assert table.edit("We met at the porters lodge", "We met  at the porter's\nlodge ") == "Corrected. u undoes it."
    assert table.turn("lodge").text == "We met at the porter's lodge"
    assert [(one.before, one.after) for one in table.changes(WordsCorrected)] == [("porters", "porter's")]
    assert table.edit("We met", " We met ") == correcting.NOT_CHANGED
    assert "what the machine heard is kept" in table.edit("Mm hm.", "")
    assert not any("hm" in text for text in table.said)
    assert table.found.machine == transcript(*TALK)


def test_a_last_word_that_was_heard_without_length_is_a_word_like_any():
    table = Table()
    assert table.edit("you?", "he?") == "Corrected. u undoes it."
    assert "I What did he?" in table.said
    table.give("What did he?")
    assert "R What did he?" in table.said
    table.give("he?")
    assert table.said[-3:-1] == ["R What did", "I he?"]


def test_words_that_nobody_understands():
    table = Table()
    assert table.mark(correcting.inaudible, "the porters") == "[inaudible] now. u undoes it."
    assert "R We met at [inaudible] lodge" in table.said
    assert table.mark(correcting.inaudible, "[inaudible]") == correcting.NOT_CHANGED
    assert table.mark(correcting.unclear, "[inaudible]") == correcting.NOT_UNDERSTOOD
    nowhere = Stretch(38_000, 39_000)
    assert table.do(partial(correcting.inaudible, stretch=nowhere, heard=RESPONDENT)) == correcting.NO_WORDS
    assert table.do(partial(correcting.unclear, stretch=nowhere, heard=RESPONDENT)) == correcting.NO_WORDS


def test_a_guess_is_marked_widened_and_taken_off():
    table = Table()
    assert "Marked as unclear" in table.mark(correcting.unclear, "the porters")
    assert "R We met at [unclear: the porters] lodge" in table.said
    table.mark(correcting.unclear, "porters] lodge")
    assert "R We met at [unclear: the porters lodge]" in table.said
    assert "No longer marked" in table.mark(correcting.unclear, "porters")
    assert "R We met at the porters lodge" in table.said
    table.mark(correcting.unclear, "We met at the porters lodge")
    assert "R [unclear: We met at the porters lodge]" in table.said


def test_a_guess_is_marked_in_one_turn_at_a_time():
    table = Table()
    both = Stretch(20_000, 26_000)
    assert table.do(lambda found: correcting.unclear(found, both, INTERVIEWER)) == correcting.ONE_TURN


@pytest.mark.parametrize(
    ("text", "parts"), [("met at", ["R We", "R met at the porters lodge"]), ("did", ["I What", "I did you?"])]
)
def test_a_turn_is_cut_before_a_word_and_joined_again(text, parts):
    table = Table()
    before = table.said
    stretch, heard = table.words(text)
    begins_ms = table.turn(text).start_ms
    assert "Cut in two" in table.do(partial(correcting.cut, cut_ms=stretch.start_ms, heard=heard))
    assert [one for one in table.said if one not in before] == parts
    assert "Joined" in table.do(partial(correcting.join, at_ms=begins_ms, heard=heard))
    assert table.said == before


def test_no_turn_is_cut_before_its_first_word_nor_where_words_are_heard_at_once():
    table = Table(Turn(1, RESPONDENT, (Word("we", 20_000, 21_000), Word("met", 20_200, 20_900))), TALK[4])
    cut = partial(correcting.cut, heard=RESPONDENT)
    assert table.do(partial(cut, cut_ms=20_000)) == correcting.FIRST_WORD
    assert table.do(partial(cut, cut_ms=20_200)) == correcting.AT_ONCE
    assert table.do(partial(cut, cut_ms=30_000)) == correcting.NO_WORDS
    assert table.found.log.edits == ()


def test_words_that_overlap_are_cut_where_the_one_before_ends():
    table = Table(Turn(1, RESPONDENT, (Word("we", 20_000, 20_500), Word("met", 20_300, 20_900))))
    table.do(partial(correcting.cut, cut_ms=20_300, heard=RESPONDENT))
    assert table.said == ["R we", "R met"]


def test_a_turn_is_cut_after_a_first_word_that_was_heard_without_length():
    table = Table(Turn(1, RESPONDENT, (Word("so", 20_000, 20_000), Word("we", 20_000, 20_300))))
    table.do(partial(correcting.cut, cut_ms=20_000, heard=RESPONDENT))
    assert table.said == ["R so", "R we"]


def test_a_turn_of_which_a_part_was_given_away_is_not_joined_over_it():
    table = Table()
    table.give("shouted at")
    join = partial(correcting.join, heard=RESPONDENT)
    assert table.do(partial(join, at_ms=table.turn("and then he").start_ms)) == correcting.GOES_ON
    assert table.do(partial(join, at_ms=38_000)) == correcting.NO_WORDS
    assert "Joined" in table.do(partial(join, at_ms=table.turn("us").start_ms))
    with pytest.raises(Refused, match="no later turn"):
        table.do(partial(join, at_ms=table.turn("chart anew").start_ms))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_quotation_is_marked_and_taken_off_again(swapped):
    table = Table()
    if swapped:
        table.do(acts.swap)
    stretch, heard = table.words("he shouted at us")
    table.do(partial(correcting.quote, stretch=stretch, heard=heard, comment="how he was"))
    table.mark(correcting.quote, "wrote the chart")
    assert [one.comment for one in table.found.record.quotations] == ["how he was", ""]
    assert "No longer a quotation" in table.mark(correcting.take_off_quotation, "shouted at")
    assert [one.comment for one in table.found.record.quotations] == [""]
    assert table.mark(correcting.take_off_quotation, "shouted at") == correcting.NO_QUOTATION
    table.do(partial(acts.undo, by="ann"))
    table.do(partial(acts.redo, by="ann"))
    assert len(table.changes(Quoted)) == 1


def place_of(table: Table, text: str) -> Place | None:
    return next(placed.place for placed in table.found.record.turns if text in placed.turn.text)


def test_talk_is_moved_to_any_question_that_is_offered_and_left_to_the_program_again():
    table = Table()
    stretch, _ = table.words("Once or twice.")
    found_by_program = place_of(table, "Once")
    offered = belonging.places_for_talk(table.found, stretch)
    assert "the program" not in [choice.key for choice in offered.choices]
    rounds = [choice.key.partition("/")[0] for choice in offered.choices]
    assert list(dict.fromkeys(rounds)) == [
        "",
        "S1",
        "S1-smooth",
        "S1-rough",
        "S2",
        "S2-smooth",
        "S2-rough",
        "no question",
    ]
    of_each_round = {choice.key.partition("/")[0]: choice for choice in offered.choices}
    for choice in of_each_round.values():
        assert table.do(belonging.moves_talk(choice.key, stretch)).endswith("u undoes it.")
        again = belonging.places_for_talk(table.found, stretch)
        assert again.chosen == choice.key
        assert [one.key for one in again.choices if one.glyph] == [choice.key]
    assert place_of(table, "Once") is None
    assert again.choices[-1].key == "the program"
    table.do(belonging.moves_talk("the program", stretch))
    assert place_of(table, "Once") == found_by_program


def test_a_choice_says_the_round_the_part_and_the_words_and_whether_the_round_was_opened():
    table = Table()
    offered = belonging.places_for_talk(table.found, table.words("Once or twice.")[0])
    by_key = {choice.key: choice for choice in offered.choices}
    assert by_key["S1-rough/happened"].label == "S1-rough event: What happened?"
    assert by_key["S1-rough/happened"].detail == ""
    assert by_key["S2-rough/happened"].detail == "not opened in the call"
    assert (by_key["/paper"].label, by_key["/paper"].detail) == ("Was it on paper?", "Background")
    assert by_key["S2/post"].detail == "The shift · not opened in the call"


def test_words_of_a_turn_are_moved_alone_and_open_a_round_that_was_not():
    table = Table()
    stretch, _ = table.words("he shouted")
    said = table.do(belonging.moves_talk("S2-rough/did", stretch))
    assert said == "Moved to “S2-rough action: What did you do?”. u undoes it."
    assert [place_of(table, text) for text in ("and then", "he shouted")][1] == Place("did", "S2-rough")
    assert place_of(table, "at us") != Place("did", "S2-rough")
    assert "S2-rough" in [one.id for one in table.found.record.rounds]


def test_where_there_is_nothing_to_move_or_nowhere_to_move_it():
    table = Table()
    nowhere = Stretch(38_000, 39_000)
    assert table.do(belonging.moves_talk("/paper", nowhere)) == belonging.NO_WORDS
    assert table.do(belonging.moves_talk("the program", nowhere)) == belonging.NO_WORDS
    assert table.do(belonging.moves_talk("S9/post", TALK[4].stretch)) == belonging.NO_SUCH_PLACE
    assert table.do(belonging.moves_note("S9/post", "n1")) == belonging.NO_SUCH_PLACE
    for key in ("/paper", "the program"):
        assert table.do(belonging.moves_note(key, "n99")) == belonging.NO_SUCH_NOTE
    assert table.do(partial(belonging.tie_note, note="n99", about_ms=24_000)) == belonging.NO_SUCH_NOTE
    assert table.found.log.edits == ()


def test_a_note_is_moved_and_tied_to_words_and_both_left_to_the_program_again():
    table = Table()
    note = next(one for one in table.found.record.notes if "chart" in one.text)
    places = belonging.places_for_note(table.found, note.note)
    assert places.chosen == "S1-rough/happened"
    table.do(belonging.moves_note("/paper", note.note))
    table.do(partial(belonging.tie_note, note=note.note, about_ms=30_000))
    moved = next(one for one in table.found.record.notes if one.note == note.note)
    assert (moved.places, moved.about_ms) == ((Place("paper"),), 30_000)
    assert belonging.places_for_note(table.found, note.note).choices[-1].key == "the program"
    table.do(belonging.moves_note("the program", note.note))
    table.do(partial(belonging.tie_note, note=note.note, about_ms=None))
    assert note in table.found.record.notes
    assert len(table.changes(NotePlaced, NoteTied)) == 4


def test_every_sentence_has_room_on_a_screen_of_80_columns():
    for module in (acts, correcting, belonging):
        sentences = [value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)]
        assert [one for one in sentences if len(one) > WIDTH] == []


def test_a_doubt_is_settled_once_and_how_many_are_left_is_said():
    table = Table()
    first, *others = table.found.open_doubts
    settle = partial(acts.settle, kind=first.kind, stretch=first.stretch)
    assert f"{len(others)} doubt" in table.do(settle)
    assert first.stretch not in [one.stretch for one in table.found.open_doubts if one.kind is first.kind]
    assert table.do(settle) == acts.NO_DOUBT
    while left := table.found.open_doubts:
        said = table.do(partial(acts.settle, kind=left[0].kind, stretch=left[0].stretch))
    assert said == "Settled; it was the last doubt."
    assert len(table.changes(Settled)) == len(others) + 1


def test_how_far_the_review_is():
    table = Table()
    assert table.do(partial(acts.reach, state=ReviewState.TRANSCRIBED)) == "This interview is transcribed already."
    assert "checked now, with" in table.do(partial(acts.reach, state=ReviewState.CHECKED))
    with pytest.raises(Refused, match="say why"):
        table.do(partial(acts.reach, state=ReviewState.TRANSCRIBED))
    table.do(partial(acts.reach, state=ReviewState.TRANSCRIBED, comment="half of it was another call"))
    assert table.found.review.state is ReviewState.TRANSCRIBED


def test_what_is_undone_is_named_and_can_be_done_again_and_anybody_s_change_taken_back():
    table = Table()
    assert table.do(partial(acts.undo, by="ann")) == acts.NOTHING_OF_YOURS
    table.edit("porters", "porter's")
    table.reviews.reviewer = "bob"
    table.give("Once or twice.")
    assert table.do(partial(acts.undo, by="ann")) == "Undone: words corrected. U does it again."
    assert "porters" in table.said[1]
    table.reviews.reviewer = "ann"
    with pytest.raises(Refused, match="Nothing that ann has undone"):
        table.do(partial(acts.redo, by="ann"))  # it was bob who did
    given = table.found.log.last_of("bob")
    assert given is not None
    assert table.do(partial(acts.take_back, edit=given.id)) == "Taken back: speaker changed, by bob. U does it again."
    assert table.do(partial(acts.take_back, edit=given.id)) == acts.HOLDS_NO_MORE
    assert table.do(partial(acts.redo, by="ann")) == "Done again. u undoes it."
    assert table.turn("Once").speaker == INTERVIEWER


def test_some_words_of_a_turn_lie_where_no_more_of_its_words_do():
    overlapping = (Word("we", 0, 500), Word("met", 100, 700), Word("then", 300, 1_000))
    one = Turn(1, RESPONDENT, overlapping)
    for first in range(3):
        for end in range(first + 1, 4):
            stretch = stretch_of(one, overlapping[first:end])
            assert [word for word in overlapping if lies_in(stretch, word)] == list(overlapping[first:end])
    assert stretch_of(TALK[5], TALK[5].words) == TALK[5].stretch
    last = stretch_of(TALK[5], TALK[5].words[2:])
    assert [word.text for word in TALK[5].words if lies_in(last, word)] == ["you?"]
