"""A reviewer's commands: each gives the change it is asked for, and what cannot be done is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from interview_tui.errors import Refused
from interview_tui.interview import rounds
from interview_tui.interview.corrections import NotePlaced, NoteTied, TalkPlaced, TalkReleased, TurnGiven
from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.session import Session
from interview_tui.interview.state import fold
from interview_tui.interview.withholding import since
from interview_tui.record.attribution.candidates import possible
from interview_tui.record.merge import merge
from interview_tui.record.placing import rounds_before
from interview_tui.record.review.changes import Change, Quoted, ReviewState, Settled, StateReached, WordsCorrected
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import review_of
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.schedule.reader import read_schedule
from tests.examples import at, handover
from tests.interview.telling import Telling, told
from tests.record.talking import transcript, turn

NOW = at(90_000)
AT = NOW.stamp
HAPPENED, PAPER = Place("happened", "S1-rough"), Place("paper")
SAID = Stretch(21_000, 24_000)
TALK = (
    turn(1, INTERVIEWER, 20_000, 22_000, "What happened then?"),
    turn(2, RESPONDENT, 23_000, 28_000, "We met at the porters lodge"),
    turn(3, RESPONDENT, 45_000, 65_000, "one two three four five six seven eight nine ten"),
)


class Table:
    """A reviewer at work: the call of `told`, 50 s to 61 s of it withheld, over at 80 s."""

    def __init__(self, *, talk: tuple[Turn, ...] = TALK) -> None:
        call = told()
        call.give(call.session.come_back_on_record(at(61_000)))
        call.take_back(since(call.interview, 50_000, 60_000, "since then"), 70_000)
        call.give(call.session.end("complete", at(80_000)))
        self.interview = call.interview
        self.talk = talk
        self.edits: list[Edit] = []

    @property
    def reviewing(self) -> Reviewing:
        return Reviewing(self.interview, self.talk, Log(self.edits))

    def do(self, command: Callable[[Reviewing], Change], by: str = "ann") -> Change:
        """Give a command and keep what comes of it."""
        change = command(self.reviewing)
        self.edits.append(Edit(f"e{len(self.edits)}", by, "lab", Log(self.edits).heads, change))
        return change

    @property
    def texts(self) -> list[str]:
        """The turns of the record."""
        record = merge(self.interview, transcript(*self.talk), review_of(Log(self.edits)))
        return [placed.turn.text for placed in record.turns]


def test_nothing_is_reviewed_while_the_call_goes_on():
    with pytest.raises(Refused, match="not over yet"):
        Reviewing(told().interview, TALK, Log([]))


def test_the_change_is_of_no_more_words_than_differ():
    table, whole = Table(), TALK[1].stretch
    change = table.do(lambda r: r.correct_words(whole, RESPONDENT, TALK[1].text, "We met at the porter's lodge", NOW))
    word = TALK[1].words[4]
    assert change == WordsCorrected(
        **NOW.stamp,
        start_ms=word.start_ms,
        end_ms=word.end_ms,
        heard=RESPONDENT,
        before="porters",
        after="porter's",
    )
    assert table.texts[1] == "We met at the porter's lodge"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("We met him at the porters lodge", ("met", "met him")),
        ("So we met at the porters lodge", ("We", "So we")),
        ("Then We met at the porters lodge", ("We", "Then We")),
        ("We met at the porters lodge again", ("lodge", "lodge again")),
        ("We met at lodge", ("the porters", "")),
        ("", ("We met at the porters lodge", "")),
        ("met met at the porters lodge", ("We", "met")),
    ],
)
def test_words_put_in_or_left_out_are_beside_a_word_that_was_heard(after, said):
    table = Table()
    change = table.do(lambda r: r.correct_words(TALK[1].stretch, RESPONDENT, TALK[1].text, after, NOW))
    assert isinstance(change, WordsCorrected)
    assert (change.before, change.after) == said
    assert after in table.texts or not after


def test_a_last_word_that_was_heard_without_length_can_be_corrected():
    talk = replace(TALK[1], words=(*TALK[1].words, Word("yes", 28_000, 28_000)))
    table = Table(talk=(TALK[0], talk))
    table.do(lambda r: r.correct_words(talk.stretch, RESPONDENT, talk.text, "We met at the porters lodge no", NOW))
    assert table.texts[1] == "We met at the porters lodge no"
    table.do(lambda r: r.correct_words(talk.stretch, RESPONDENT, table.texts[1], "We never met", NOW))
    assert table.texts[1] == "We never met"


def test_words_that_overlap_are_corrected_without_taking_one_another_along():
    talk = replace(TALK[1], words=(Word("So", 23_000, 23_900), Word("it", 23_400, 23_500), Word("was", 23_900, 24_500)))
    table = Table(talk=(TALK[0], talk))
    table.do(lambda r: r.correct_words(talk.stretch, RESPONDENT, "So it was", "So I was", NOW))
    assert table.texts[1] == "So I was"


def test_what_nothing_was_heard_of_can_be_written_down():
    table = Table()
    table.do(lambda r: r.correct_words(Stretch(30_000, 31_000), RESPONDENT, "", "[inaudible]", NOW))
    assert "[inaudible]" in table.texts


def test_after_a_swap_a_change_still_names_whom_the_machine_heard():
    table = Table()
    table.do(lambda r: r.swap_speakers(NOW))
    swapped = merge(table.interview, transcript(*TALK), review_of(Log(table.edits))).turns[1].turn
    assert swapped.speaker == INTERVIEWER
    change = table.do(lambda r: r.correct_words(swapped.stretch, swapped.speaker, swapped.text, "We never met", NOW))
    assert isinstance(change, WordsCorrected)
    assert change.heard == RESPONDENT
    assert table.texts[1] == "We never met"
    table.do(lambda r: r.swap_speakers(NOW))
    assert table.texts[1] == "We never met"


def test_talk_that_goes_on_after_what_was_taken_back_can_be_corrected_and_keeps_clear_of_it():
    table = Table()
    assert table.texts[2] == "one two nine ten"
    table.do(lambda r: r.correct_words(TALK[2].stretch, RESPONDENT, "one two nine ten", "one two and nine ten", NOW))
    assert table.texts[2] == "one two and nine ten"
    assert table.do(lambda r: r.place_talk(TALK[2].stretch, HAPPENED, NOW)) == TalkPlaced(
        **NOW.stamp, start_ms=45_000, end_ms=65_000, place=HAPPENED
    )


def test_a_turn_is_cut_and_joined_again():
    table = Table()
    table.do(lambda r: r.cut(25_000, RESPONDENT, NOW))
    assert table.texts[1:3] == ["We met", "at the porters lodge"]
    table.do(lambda r: r.join(24_000, RESPONDENT, NOW))
    assert table.texts[1] == TALK[1].text


EVERY_OTHER: list[tuple[Callable[[Reviewing], Change], Change]] = [
    (lambda r: r.give(SAID, INTERVIEWER, NOW), TurnGiven(**AT, start_ms=21_000, end_ms=24_000, speaker=INTERVIEWER)),
    (lambda r: r.give(SAID, "", NOW), TurnGiven(**AT, start_ms=21_000, end_ms=24_000, speaker="")),
    (lambda r: r.place_talk(SAID, None, NOW), TalkPlaced(**AT, start_ms=21_000, end_ms=24_000, place=None)),
    (lambda r: r.release_talk(SAID, NOW), TalkReleased(**AT, start_ms=21_000, end_ms=24_000)),
    (lambda r: r.tie_note("n1", 33_000, NOW), NoteTied(**AT, note="n1", about_ms=33_000)),
    (lambda r: r.tie_note("n1", None, NOW), NoteTied(**AT, note="n1", about_ms=None)),
    (lambda r: r.place_note("n1", [PAPER, PAPER], NOW), NotePlaced(**AT, note="n1", places=(PAPER,))),
    (lambda r: r.place_note("n1", [], NOW), NotePlaced(**AT, note="n1", places=())),
    (
        lambda r: r.quote(SAID, RESPONDENT, " why ", NOW),
        Quoted(**AT, start_ms=21_000, end_ms=24_000, heard=RESPONDENT, comment="why"),
    ),
    (lambda r: r.settle(SAID, "loop", "", NOW), Settled(**AT, start_ms=21_000, end_ms=24_000, doubt="loop")),
]


@pytest.mark.parametrize(("command", "change"), EVERY_OTHER)
def test_every_other_change_says_what_was_asked_for(command, change):
    assert command(Table().reviewing) == change


NOTHING, OUTSIDE, WITHHELD = Stretch(24_000, 24_000), Stretch(80_000, 85_000), Stretch(51_000, 59_000)
ON_A_STRETCH: dict[str, Callable[[Reviewing, Stretch], Change]] = {
    "words": lambda r, s: r.correct_words(s, RESPONDENT, "", "word", NOW),
    "give": lambda r, s: r.give(s, INTERVIEWER, NOW),
    "place": lambda r, s: r.place_talk(s, HAPPENED, NOW),
    "release": lambda r, s: r.release_talk(s, NOW),
    "quote": lambda r, s: r.quote(s, RESPONDENT, "", NOW),
    "settle": lambda r, s: r.settle(s, "loop", "", NOW),
}


@pytest.mark.parametrize("command", ON_A_STRETCH)
@pytest.mark.parametrize(
    ("stretch", "says"),
    [
        (NOTHING, "nothing said"),
        (OUTSIDE, r"At 80\.0 s there was no call"),
        (Stretch(-9_000, 0), r"At -9\.0 s there was no call"),
        (WITHHELD, "This is withheld"),
    ],
)
def test_no_command_is_about_a_stretch_of_which_the_record_says_nothing(command, stretch, says):
    with pytest.raises(Refused, match=says):
        ON_A_STRETCH[command](Table().reviewing, stretch)


MET = TALK[1].stretch
REFUSALS: list[tuple[Callable[[Reviewing], Change], str]] = [
    (lambda r: r.correct_words(MET, RESPONDENT, "We met", "We", NOW), "Here stands 'We met at the porters lodge' now"),
    (lambda r: r.correct_words(MET, RESPONDENT, TALK[1].text, TALK[1].text, NOW), "stands here already"),
    (lambda r: r.correct_words(MET, "nobody", "", "word", NOW), "no speaker 'nobody'"),
    (lambda r: r.correct_words(Stretch(49_500, 60_500), RESPONDENT, "", "a word or two", NOW), "in what is withheld"),
    (lambda r: r.cut(23_000, RESPONDENT, NOW), "No turn can be cut here"),
    (lambda r: r.cut(25_500, INTERVIEWER, NOW), "No turn can be cut here"),
    (lambda r: r.cut(55_000, RESPONDENT, NOW), "withheld"),
    (lambda r: r.join(62_000, RESPONDENT, NOW), "no later turn"),
    (lambda r: r.join(90_000, RESPONDENT, NOW), "no call"),
    (lambda r: r.give(MET, "nobody", NOW), "no speaker 'nobody'"),
    (lambda r: r.quote(Stretch(30_000, 31_000), RESPONDENT, "", NOW), "nothing said"),
    (lambda r: r.place_talk(MET, Place("nowhere"), NOW), "no item 'nowhere' in the schedule"),
    (lambda r: r.place_talk(MET, Place("happened"), NOW), "no item 'happened' in the schedule"),
    (lambda r: r.place_talk(MET, Place("paper", "S1"), NOW), "no item 'paper' in S1"),
    (lambda r: r.place_talk(MET, Place("paper", "S9"), NOW), "no item 'paper' in S9"),
    (lambda r: r.place_talk(MET, Place("post", "S9"), NOW), "no item 'post' in S9"),
    (lambda r: r.tie_note("n9", 21_000, NOW), "no note n9"),
    (lambda r: r.tie_note("n1", 80_000, NOW), "no call"),
    (lambda r: r.tie_note("n1", 55_000, NOW), "withheld"),
    (lambda r: r.place_note("n9", [HAPPENED], NOW), "no note n9"),
    (lambda r: r.place_note("n1", [HAPPENED, Place("nowhere")], NOW), "no item 'nowhere'"),
    (lambda r: r.reach(ReviewState.TRANSCRIBED, "", NOW), "is transcribed already"),
    (lambda r: r.undo("ann", NOW), "nothing of ann's to undo"),
    (lambda r: r.redo("ann", NOW), "Nothing that ann has undone"),
    (lambda r: r.take_back("e9", NOW), "holds no more"),
]


@pytest.mark.parametrize(("command", "says"), REFUSALS)
def test_what_cannot_be_done_is_refused_with_a_sentence(command, says):
    with pytest.raises(Refused, match=says):
        command(Table().reviewing)


def test_where_nobody_is_told_apart_there_is_nothing_to_swap():
    with pytest.raises(Refused, match="nothing to swap"):
        Table(talk=(turn(1, "unknown", 20_000, 22_000, "Yes."),)).reviewing.swap_speakers(NOW)


def test_states_are_passed_over_freely_and_gone_back_to_with_a_comment():
    table = Table()
    table.do(lambda r: r.reach(ReviewState.SIGNED_OFF, "", NOW))
    with pytest.raises(Refused, match="say why"):
        table.reviewing.reach(ReviewState.CHECKED, "  ", NOW)
    back = table.do(lambda r: r.reach(ReviewState.CHECKED, "a name was left", NOW))
    assert back == StateReached(**NOW.stamp, state=ReviewState.CHECKED, comment="a name was left")


def test_undo_and_redo_go_back_and_forth_through_all_of_ones_own_changes():
    table = Table()
    seen = [table.texts]
    for after in ("We meet", "We never meet"):
        correct = partial(Reviewing.correct_words, stretch=MET, heard=RESPONDENT, after=after, now=NOW)
        table.do(partial(correct, before=table.texts[1]))
        seen.append(table.texts)
    table.do(lambda r: r.quote(MET, RESPONDENT, "", NOW), by="bob")
    for before in reversed(seen[:-1]):
        table.do(lambda r: r.undo("ann", NOW))
        assert table.texts == before
    for texts in seen[1:]:
        table.do(lambda r: r.redo("ann", NOW))
        assert table.texts == texts
    with pytest.raises(Refused, match="Nothing that ann"):
        table.reviewing.redo("ann", NOW)
    table.do(lambda r: r.undo("ann", NOW))
    assert table.texts == seen[1]


def test_what_was_undone_before_another_change_is_not_done_again():
    table = Table()
    table.do(lambda r: r.quote(MET, RESPONDENT, "", NOW))
    table.do(lambda r: r.undo("ann", NOW))
    table.do(lambda r: r.settle(MET, "loop", "", NOW))
    with pytest.raises(Refused, match="Nothing that ann"):
        table.reviewing.redo("ann", NOW)


def test_another_s_change_is_taken_back_by_its_id():
    table = Table()
    table.do(lambda r: r.quote(MET, RESPONDENT, "", NOW), by="bob")
    table.do(lambda r: r.take_back("e0", NOW))
    assert review_of(Log(table.edits)).quotations == ()
    with pytest.raises(Refused, match="holds no more"):
        table.reviewing.take_back("e0", NOW)


WARDS = """\
schedule: Wards
version: 1
sections:
- section: Wards
  repeat: ward
  at least: 1
  at most: 3
  again: Another ward?
  each:
    - section: Patients
      repeat: patient
      at least: 2
      at most: 3
      again: Another patient?
      each:
        - ask: How was it?
          id: how
"""


def test_only_rounds_that_are_numbered_before_it_in_the_same_round_come_with_one():
    session, events = Session.open(read_schedule(WARDS, "wards.yaml"), "P01", "AB", at(0), at_first_item=False)
    interview = fold(session.interview.schedule, events)
    found = rounds_before(interview, Place("how", "W2-P2"))
    assert found is not None
    assert [one.id for one in found] == ["W1", "W2", "W2-P1", "W2-P2"]


def test_every_round_that_the_merge_may_open_can_be_placed_in():
    for call in (Telling(), told()):
        laid = possible(call.interview)
        assert {**laid.rounds, **laid.expected} == rounds.possible(handover(), call.interview.rounds)


def test_one_more_round_is_there_once_the_one_before_it_is_placed_in_and_no_more_than_the_schedule_allows():
    table = Table()
    table.do(lambda r: r.place_talk(MET, Place("post", "S2"), NOW))
    with pytest.raises(Refused, match="no item 'post' in S3"):
        table.reviewing.place_talk(MET, Place("post", "S3"), NOW)
