"""Every change in words: what it was before, what it is after, where, and whether it still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.withholding import since
from interview_tui.record.merge import merge
from interview_tui.record.review.changes import Change, ReviewState, Undone, WordsCorrected
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.telling import Told, told
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.record.under_review import under_review
from tests.examples import at
from tests.interview.telling import told as told_call
from tests.record.talking import transcript, turn

NOW = at(90_000)
TALK = (
    turn(1, INTERVIEWER, 20_000, 22_000, "What happened then?"),
    turn(2, RESPONDENT, 23_000, 28_000, "We met at the porters lodge"),
    turn(3, RESPONDENT, 30_000, 34_000, "It was about nine"),
    turn(4, INTERVIEWER, 45_000, 49_000, "Was it on paper?"),
)
MET, NINE, PAPER = TALK[1].stretch, TALK[2].stretch, TALK[3].stretch


class Desk:
    """A review at work on a call of which 50 s to 61 s are withheld; it was over at 80 s."""

    def __init__(self) -> None:
        call = told_call()
        call.give(call.session.come_back_on_record(at(61_000)))
        call.take_back(since(call.interview, 50_000, 60_000, "since then"), 70_000)
        call.give(call.session.end("complete", at(80_000)))
        self.interview = call.interview
        self.machine = transcript(*TALK)
        self.edits: list[Edit] = []

    def do(self, command: Callable[[Reviewing], Change], by: str = "ann") -> Edit:
        change = command(Reviewing(self.interview, self.machine.turns, Log(self.edits)))
        return self.add(change, by)

    def add(self, change: Change, by: str = "ann") -> Edit:
        """Keep a change, whatever the commands would say of it."""
        edit = Edit(f"e{len(self.edits)}", by, "lab", Log(self.edits).heads, change)
        self.edits.append(edit)
        return edit

    def told(self) -> tuple[Told, ...]:
        found = under_review(self.interview, self.machine, Log(self.edits))
        return told(found, merge(self.interview, self.machine))

    @property
    def last(self) -> Told:
        return self.told()[-1]


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        ("We met at the porter's lodge", "words corrected · “porters” → “porter's”"),
        ("We met at the old porters lodge", "words corrected · “the” → “the old”"),
        ("We met the porters lodge", "words left out · “at”"),
    ],
)
def test_corrected_words_are_told_with_what_stood_there(after, sentence):
    desk = Desk()
    desk.do(lambda r: r.correct_words(MET, RESPONDENT, TALK[1].text, after, NOW))
    assert desk.last.sentence == sentence
    assert desk.last.at_ms is not None
    assert MET.holds(desk.last.at_ms)


def test_words_put_where_nothing_was_heard_are_put_in():
    desk = Desk()
    desk.do(lambda r: r.correct_words(Stretch(36_000, 37_000), RESPONDENT, "", "or ten", NOW))
    assert desk.last.sentence == "words put in · “or ten”"


def test_a_turn_that_was_cut_and_two_that_were_joined_show_the_words_at_the_seam():
    desk = Desk()
    desk.do(lambda r: r.cut(TALK[1].words[2].start_ms, RESPONDENT, NOW))
    desk.do(lambda r: r.join(MET.start_ms, RESPONDENT, NOW))
    desk.do(lambda r: r.join(MET.start_ms, RESPONDENT, NOW))
    assert [one.sentence for one in desk.told()] == [
        "turn cut · “We met” | “at the porters lodge”",
        "turns joined · “We met” | “at the porters lodge”",
        "turns joined · “We met at the porters lodge” | “It was about nine”",
    ]


def test_a_long_turn_shows_only_its_words_next_to_the_seam():
    desk = Desk()
    desk.machine = transcript(turn(1, RESPONDENT, 20_000, 40_000, "a b c d e f g h i j k l m n o p q r s t"))
    desk.do(lambda r: r.cut(30_000, RESPONDENT, NOW))
    assert desk.last.about == "“… e f g h i j” | “k l m n o p …”"


def test_a_seam_is_told_of_the_words_as_they_were_corrected_by_then():
    desk = Desk()
    desk.do(lambda r: r.correct_words(NINE, RESPONDENT, TALK[2].text, "It was about ten", NOW))
    desk.do(lambda r: r.cut(TALK[2].words[2].start_ms, RESPONDENT, NOW))
    desk.do(lambda r: r.correct_words(NINE, RESPONDENT, "It was about ten", "It was about eleven", NOW))
    assert desk.told()[1].about == "“It was” | “about ten”"


def test_a_given_turn_tells_whose_it_was_before():
    desk = Desk()
    desk.do(lambda r: r.give(MET, INTERVIEWER, NOW))
    desk.do(lambda r: r.give(MET, "unknown", NOW))
    desk.do(lambda r: r.give(MET, "", NOW))
    assert [(one.before, one.after) for one in desk.told()] == [
        ("the respondent", "the interviewer"),
        ("the interviewer", "nobody"),
        ("nobody", "the respondent"),
    ]
    assert desk.last.about == "“We met at the porters lodge”"


def test_whose_a_turn_was_hangs_on_what_was_said_of_that_turn_by_then():
    desk = Desk()
    first = desk.do(lambda r: r.give(NINE, INTERVIEWER, NOW))
    desk.do(lambda r: r.give(MET, INTERVIEWER, NOW))
    desk.do(lambda r: r.give(NINE, "", NOW))
    desk.do(lambda r: r.give(NINE, "unknown", NOW))
    desk.do(lambda r: r.take_back(first.id, NOW))
    assert [one.before for one in desk.told()[:-1]] == [
        "the respondent",
        "the respondent",
        "the interviewer",
        "the respondent",
    ]


def test_after_a_swap_a_turn_was_the_other_s_before_it_was_given_and_swapped_back_it_was_as_heard():
    desk = Desk()
    desk.do(lambda r: r.swap_speakers(NOW))
    desk.do(lambda r: r.give(MET, RESPONDENT, NOW))
    desk.do(lambda r: r.swap_speakers(NOW))
    desk.do(lambda r: r.give(NINE, INTERVIEWER, NOW))
    swap, given, _, again = desk.told()
    assert (swap.sentence, swap.at_ms) == ("speakers swapped · in the whole interview", None)
    assert (given.before, given.after) == ("the interviewer", "the respondent")
    assert (again.before, again.after) == ("the respondent", "the interviewer")


def test_moved_talk_tells_the_questions_by_their_wording_and_round():
    desk = Desk()
    before = desk.told()
    assert before == ()
    desk.do(lambda r: r.place_talk(PAPER, Place("happened", "S1-rough"), NOW))
    desk.do(lambda r: r.place_talk(PAPER, None, NOW))
    desk.do(lambda r: r.release_talk(PAPER, NOW))
    first, second, third = desk.told()
    assert (first.deed, first.about) == ("talk moved", "“Was it on paper?”")
    assert first.after == "“What happened?” of S1-rough"
    assert (second.before, second.after) == (first.after, "no question")
    assert (third.deed, third.before, third.after) == ("talk left to the program", "no question", first.before)


def test_a_note_tells_its_words_and_what_it_was_about_before():
    desk = Desk()
    note = next(name for name, found in desk.interview.notes.items() if found.text)
    text = desk.interview.notes[note].text
    desk.do(lambda r: r.tie_note(note, 31_000, NOW))
    desk.do(lambda r: r.tie_note(note, None, NOW))
    desk.do(lambda r: r.place_note(note, [Place("paper"), Place("good_handover")], NOW))
    desk.do(lambda r: r.place_note(note, [], NOW))
    tied, released, placed, left = desk.told()
    assert tied.about.startswith(f"note “{text.split()[0]}")
    assert tied.before not in ("", "no words")
    assert (tied.after, tied.at_ms) == ("“It was about nine”", 31_000)
    assert (released.before, released.after) == (tied.after, tied.before)
    assert placed.after == "“Was it on paper?” and “What makes a good handover?”"
    assert (left.before, left.after) == (placed.after, placed.before)


def test_states_tell_where_the_review_came_from_and_why_it_went_back():
    desk = Desk()
    desk.do(lambda r: r.reach(ReviewState.CHECKED, "", NOW))
    desk.do(lambda r: r.reach(ReviewState.SIGNED_OFF, "", NOW))
    desk.do(lambda r: r.undo("ann", NOW))
    desk.do(lambda r: r.reach(ReviewState.TRANSCRIBED, "a page was missing", NOW))
    sentences = [one.sentence for one in desk.told()]
    assert sentences[0] == "state · transcribed → checked"
    assert sentences[1] == "state · checked → signed off"
    assert sentences[3] == "state · checked → transcribed · “a page was missing”"


def test_quotations_and_settled_doubts_tell_what_is_said_and_the_comment():
    desk = Desk()
    desk.do(lambda r: r.quote(MET, RESPONDENT, "for the title", NOW))
    desk.do(lambda r: r.settle(NINE, "who speaks", "her voice", NOW))
    assert [one.sentence for one in desk.told()] == [
        "quotation marked · “We met at the porters lodge” · “for the title”",
        "doubt settled · who speaks · “It was about nine” · “her voice”",
    ]


def test_what_was_taken_back_tells_by_whom_and_what_was_done_again_holds():
    desk = Desk()
    first = desk.do(lambda r: r.give(MET, INTERVIEWER, NOW))
    undoing = desk.do(lambda r: r.take_back(first.id, NOW), by="bob")
    change, taken = desk.told()
    assert (change.holds, change.undone_by) == (False, undoing)
    assert (taken.holds, taken.is_undoing, taken.at_ms) == (True, True, MET.start_ms)
    assert taken.sentence == f"taken back · made by ann · {change.sentence}"
    desk.do(lambda r: r.redo("bob", NOW), by="bob")
    change, taken, again = desk.told()
    assert (change.holds, taken.holds, again.holds) == (True, False, True)
    assert change.undone_by is None
    assert again.sentence == f"done again · made by ann · {change.sentence}"


def test_an_edit_was_made_from_what_held_then_and_not_from_what_had_been_taken_back():
    desk = Desk()
    desk.do(lambda r: r.give(MET, INTERVIEWER, NOW))
    desk.do(lambda r: r.undo("ann", NOW))
    desk.do(lambda r: r.give(MET, "unknown", NOW))
    assert desk.last.before == "the respondent"
    desk.do(lambda r: r.undo("ann", NOW))
    assert "made by" not in desk.last.sentence
    desk.do(lambda r: r.redo("ann", NOW))
    desk.do(lambda r: r.give(MET, "", NOW))
    assert desk.last.before == "nobody"


def test_no_word_of_what_is_withheld_is_told():
    desk = Desk()
    near = partial(WordsCorrected, **NOW.stamp, heard=RESPONDENT, before="a secret", after="another secret")
    desk.add(near(start_ms=49_000, end_ms=51_000))
    assert (desk.last.deed, desk.last.at_ms) == ("words corrected", 49_000)
    assert "secret" not in desk.last.sentence
    desk.add(Undone(**NOW.stamp, edit="e0"))
    assert "secret" not in desk.last.sentence


def test_no_word_of_a_note_that_is_off_the_record_is_told():
    desk = Desk()
    desk.do(lambda r: r.place_note("n2", [Place("paper")], NOW))
    assert "the chart was wrong" in desk.last.sentence
    found = under_review(desk.interview, desk.machine, Log(desk.edits))
    notes = tuple(replace(note, before_consent=True) for note in found.record.notes)
    (hidden,) = told(replace(found, record=replace(found.record, notes=notes)), merge(desk.interview, desk.machine))
    assert hidden.sentence == "note moved · what is off the record now"


def test_what_is_left_of_an_edit_whose_talk_was_destroyed_and_of_an_unknown_one_is_said():
    desk = Desk()
    desk.add(Undone(**NOW.stamp, edit=""))
    assert desk.last.sentence == "destroyed, with the talk it was about"
    desk.add(Undone(**NOW.stamp, edit="elsewhere"))
    assert desk.last.sentence == "taken back · what is not here"


def test_without_a_transcript_what_can_be_told_is_told():
    desk = Desk()
    desk.do(lambda r: r.give(MET, INTERVIEWER, NOW))
    desk.do(lambda r: r.place_talk(PAPER, Place("paper"), NOW))
    found = under_review(desk.interview, None, Log(desk.edits))
    given, placed = told(found, merge(desk.interview, None))
    assert given.sentence == "speaker changed · nobody → the interviewer"
    assert placed.sentence == "talk moved · no question → “Was it on paper?”"
