"""What the live screen shows of an interview: words, codes, probes, instructions, the card, the outline."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from interview_tui.errors import Refused
from interview_tui.interview import route
from interview_tui.interview.events import Level, Place
from interview_tui.interview.session import Session
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs
from interview_tui.tui.commands import LIVE
from interview_tui.tui.overview import Code, Overview, Probe, home_name, overview, spent_ms
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.incident_card import IncidentCard
from interview_tui.tui.widgets.note_list import NoteList
from interview_tui.tui.widgets.question_panel import QuestionPanel
from interview_tui.tui.widgets.schedule_outline import Outline, ScheduleOutline
from tests.examples import at, consented, opened
from tests.tui.staging import mentoring


def conducted(*lines: str) -> Session:
    """The study's schedule, with these lines entered five seconds apart; `→ words` goes to a question."""
    session, _ = Session.open(mentoring(), "P07", "AB", at(0))
    for number, text in enumerate(lines, 1):
        now = at(number * 5000)
        if text.startswith("→ "):
            session.go(route.find(session.interview, text[2:])[0].place, now)
        else:
            session.enter(text, now.at_ms, now)
    return session


def seen(session: Session) -> Overview:
    return overview(session.interview, 10)


def test_the_codes_show_which_answer_was_given():
    session = conducted("→ tape-record", "n")
    assert seen(session).asked.codes == (Code("y", "yes", False), Code("n", "no", True))


def test_an_answer_that_is_no_code_of_the_question_is_shown_in_words():
    assert seen(conducted("→ tape-record", "dk")).asked.answer == "don't know"


def test_of_a_checklist_the_first_line_without_an_answer_is_the_one_being_asked():
    lines = seen(conducted("→ have you ever", "y", "n")).asked.lines
    assert [line.answer for line in lines] == ["yes", "no", "", ""]
    assert [line.asked for line in lines] == [False, False, True, False]


def test_of_a_checklist_that_is_answered_no_line_is_being_asked():
    lines = seen(conducted("→ have you ever", "y", "n", "y", "y", "→ have you ever")).asked.lines
    assert not any(line.asked for line in lines)


def test_a_probe_is_suggested_once_its_condition_holds():
    asked = ("→ have you ever", "y", "→ were they met")
    assert seen(conducted(*asked)).asked.probes == (Probe("Why not?", suggested=False),)
    assert seen(conducted(*asked, "p")).asked.probes == (Probe("Why not?", suggested=True),)
    assert seen(conducted(*asked, "y")).asked.probes == (Probe("Why not?", suggested=False),)


def test_an_instruction_stands_with_the_item_after_it():
    assert "Recording has not started" in seen(conducted()).asked.instructions[0]
    assert seen(conducted("")).asked.instructions == ()


def test_an_instruction_with_a_condition_waits_for_it():
    assert not any("all four" in said for said in seen(conducted("→ which two")).asked.instructions)
    answered = conducted("→ have you ever", "y", "y", "y", "y", "→ which two")
    assert any("all four" in said for said in seen(answered).asked.instructions)


def test_a_question_whose_condition_is_false_says_which():
    session = conducted("→ have you ever", "y", "n", "n", "n", "→ puts you off")
    assert seen(session).asked.unmet == "none of experience"


def test_a_follow_up_says_what_it_follows():
    assert seen(conducted("→ were they met")).asked.after.startswith("What expectations")


def test_the_words_follow_the_answers():
    session = conducted("→ mentor or the mentee", "1", "→ did you know the")
    assert seen(session).asked.words == "Did you know the mentee?"


def test_only_what_was_said_before_this_visit_is_shown_with_the_question():
    session = conducted("→ build trust", "never trust your own group", "→ wise to trust", "→ build trust", "said again")
    assert [note.text for note in seen(session).asked.said_before] == ["never trust your own group"]


def test_the_card_is_that_of_the_incident_being_told():
    session = conducted()
    assert seen(session).card is None
    session.open_round("incident", "good", "R1", at(5000))
    session.go(Place("what_happened", "R1-good"), at(6000))
    session.enter("rang at eleven", 7000, at(8000))
    card = seen(session).card
    assert card.label == "R1-good"
    event, action, *_ = card.parts
    assert (event.level, event.words) == (Level.DONE, "rang at eleven")
    assert (action.level, action.words) == (Level.OPEN, "")


def test_when_all_needs_are_known_the_wishes_are_offered_as_probes():
    session = conducted()
    session.open_round("incident", "good", "R1", at(5000))
    needs = {need.key for need in session.interview.schedule.needs}
    questions = [key for key, located in session.interview.items.items() if located.item.fills in needs]
    assert len(questions) == 4
    for number, item in enumerate(questions, 1):
        assert seen(session).asked.probes == ()
        session.go(Place(item, "R1-good"), at(10_000 * number))
        session.enter(f"part {number}", 10_000 * number, at(10_000 * number + 3000))
    assert "What led up to that?" in [probe.words for probe in seen(session).asked.probes]


def test_the_outline_counts_each_round_by_itself():
    session = conducted()
    session.open_round("incident", "difficult", "R1", at(5000))
    chapters = {f"{chapter.round} {chapter.title}".strip(): chapter for chapter in seen(session).chapters}
    assert chapters["R1 Outcome: difficult"].here
    assert not chapters["R1 Outcome: good"].here
    assert chapters["another relationship?"].level is Level.OPEN


def test_a_section_that_does_not_apply_is_off_the_route():
    session = conducted("→ have you ever", "y", "y", "y", "y")
    (informal,) = [chapter for chapter in seen(session).chapters if chapter.title == "Informal learning"]
    assert not informal.on_route


def test_the_time_spent_in_a_section_is_that_of_all_visits():
    session = conducted("→ define mentoring", "→ anything else", "→ define mentoring")
    (chapter,) = [chapter for chapter in seen(session).chapters if chapter.here]
    assert spent_ms(session.interview, chapter, 25_000) == 5000 + 10_000


def test_a_note_is_named_by_the_part_it_fills_the_theme_or_the_section():
    session = consented()
    assert home_name(session.interview, (Place("happened", "S1-rough"),)) == "event"
    assert home_name(session.interview, (Place("good_handover"),)) == "Background"
    assert home_name(session.interview, (Place("good_handover"), Place("paper"))) == "2 questions"
    assert home_name(session.interview, ()) == ""


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "00:00"), (688_000, "11:28"), (3_723_000, "1:02:03"), (-5, "00:00"), (59_999, "00:59")]
)
def test_times_are_minutes_and_seconds_and_hours_where_there_are_any(ms, said):
    assert signs.clock(ms) == said


@pytest.mark.parametrize(
    ("db", "said"), [(-60.0, "        "), (0.0, "████████"), (-30.0, "████    "), (6.0, "████████")]
)
def test_a_level_is_a_bar_of_its_cells(db, said):
    assert signs.level_bar(db, 8) == said


def test_everything_is_laid_out_in_whatever_room_there_is():
    sessions = (opened(), conducted(), conducted("→ have you ever", "y"), conducted("→ did not go well", "a note"))
    for session in sessions:
        view = seen(session)
        panes: tuple[tuple[Any, object], ...] = (
            (QuestionPanel(None), view.asked),
            (NoteList(()), view.notes),
            (IncidentCard(None), view.card),
            (ScheduleOutline(Outline((), 0)), Outline(view.chapters, len(view.musts_left))),
            (CommandFooter(()), LIVE),
        )
        for width in range(10, 140, 7):
            for pane, value in panes:
                for height in (1, 2, 7, 30):
                    assert all(isinstance(row, Content) for row in pane.rows(value, width, height))


LINES = st.lists(
    st.sampled_from(
        ["", "y", "n", "1", "1 4", "dk", "nt", "2 n", "a note", '"a quote', "→ trust", "→ outcome", "→ role"]
    ),
    max_size=25,
)


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_whatever_was_entered_the_screen_shows_where_the_interviewer_is(lines):
    session = conducted()
    for number, text in enumerate(lines, 1):
        try:
            if text.startswith("→ "):
                session.go(route.find(session.interview, text[2:])[0].place, at(number * 1000))
            else:
                session.enter(text, number * 1000, at(number * 1000))
        except Refused:
            continue
    view = seen(session)
    assert view.asked.place == session.interview.place
    assert view.asked.kind is not Kind.INTERVIEWER
    assert [chapter.here for chapter in view.chapters].count(True) == 1
    assert len(view.musts_left) == len(route.must_left(session.interview))
