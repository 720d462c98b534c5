"""What the line can be made to ask for: go to, tick, another round, the call."""

from __future__ import annotations

from interview_tui.interview.events import Covered, How, InterviewEnded, Level, NoteFiled, Place, RoundOpened
from interview_tui.interview.facts import Coverage
from tests.examples import handover
from tests.tui.staging import Stage, staged

TRUST = Place("trust", "R1")
WISE = Place("trust_wise")


async def test_a_word_goes_to_the_question_that_has_it():
    async with staged() as stage:
        await stage.press("ctrl+g", "build trust")
        assert "How did you build trust?" in stage.screen
        await stage.press("enter")
        assert stage.interview.place == TRUST
        assert stage.live.conductor.asking.chooser is None


async def test_the_arrows_choose_another_of_the_questions_found():
    async with staged() as stage:
        await stage.press("ctrl+g", "trust", "down", "enter")
        assert stage.interview.place == WISE


async def test_a_stray_enter_in_an_empty_list_does_nothing():
    async with staged() as stage:
        before = len(stage.journal.events)
        for key in ("ctrl+g", "ctrl+t", "ctrl+n", "ctrl+l"):
            await stage.press("typed", key, "enter")
            assert stage.live.conductor.asking.chooser is None
            assert stage.line.startswith("typed")
        assert len(stage.journal.events) == before


async def test_without_a_word_the_sections_are_offered():
    async with staged() as stage:
        await stage.press("ctrl+g")
        assert "Final questions" in stage.screen
        await stage.press("down", "down", "enter")
        assert stage.interview.place.item == "experience"


async def test_what_fits_nothing_is_refused_and_the_line_asks_on():
    async with staged() as stage:
        await stage.press("ctrl+g", "xyzzy", "enter")
        assert "Nothing fits what is typed." in stage.screen
        assert stage.live.conductor.asking.chooser is not None


async def test_the_words_of_an_early_answer_are_linked_to_both_questions_that_it_answers():
    async with staged() as stage:
        await stage.press("can't trust own group", "enter", "ctrl+t", "trust", "down")
        await stage.press("space", "down", "space", "enter")
        stage.clock.advance(10_000)
        ticks = stage.events(Covered)
        assert [(tick.place, tick.level, tick.how, tick.note) for tick in ticks] == [
            (TRUST, Level.TOUCHED, How.VOLUNTEERED, "n1"),
            (WISE, Level.TOUCHED, How.VOLUNTEERED, "n1"),
        ]
        assert set(stage.events(NoteFiled)[-1].places) >= {TRUST, WISE}
        await stage.go("wise")
        assert "said @00:00  can't trust own group" in stage.screen


async def test_a_word_and_enter_tick_the_question_that_fits_best():
    async with staged() as stage:
        await stage.press("ctrl+t", "build trust", "enter")
        assert stage.interview.covered(TRUST) == Coverage(Level.TOUCHED, How.VOLUNTEERED)
        await stage.press("ctrl+t", "build trust", "enter")
        assert stage.interview.covered(TRUST).level is Level.DONE


async def test_a_mark_goes_round_from_touched_to_done_to_none():
    async with staged() as stage:
        await stage.press("ctrl+t", "build trust", "ctrl+t")
        assert "✓◐ How did you build trust?" in stage.screen
        await stage.press("ctrl+t")
        assert "✓● How did you build trust?" in stage.screen
        await stage.press("ctrl+t")
        assert "✓" not in stage.screen.replace("saved ✓", "")
        await stage.press("ctrl+t", "ctrl+t", "enter")
        assert stage.interview.covered(TRUST).level is Level.DONE


async def test_marks_are_kept_while_another_word_is_typed():
    async with staged() as stage:
        await stage.press("ctrl+t", "build trust", "ctrl+t", "ctrl+u", "confidentiality", "ctrl+t", "enter")
        assert len(stage.events(Covered)) == 2


async def test_a_note_of_long_ago_does_not_go_with_the_tick():
    async with staged() as stage:
        await stage.press("an old note", "enter")
        stage.clock.advance(10_000)
        await stage.press("enter")
        stage.clock.advance(120_000)
        await stage.press("ctrl+t", "build trust", "enter")
        assert stage.events(Covered)[-1].note == ""


async def test_a_space_in_the_word_looked_for_is_a_space():
    async with staged() as stage:
        await stage.press("ctrl+t", "build", "space", "trust")
        assert stage.line == "build trust"


async def test_an_incident_is_opened_from_anywhere_by_its_first_letter():
    async with staged() as stage:
        stage.burst("ctrl+n", "d", "enter")
        await stage.settled()
        assert [opened.round for opened in stage.events(RoundOpened)] == ["R1", "R1-difficult"]
        assert stage.interview.place.round == "R1-difficult"
        assert "R1-difficult" in stage.screen


async def test_another_relationship_is_opened_by_the_letter_of_its_loop():
    async with staged() as stage:
        await stage.press("ctrl+n", "rel", "enter")
        await stage.press("ctrl+n", "rel", "enter")
        assert list(stage.interview.rounds) == ["R1", "R2"]
        await stage.press("ctrl+n", "g", "enter")
        assert list(stage.interview.rounds)[-1] == "R2-good"


async def test_one_more_of_the_same_incident_is_a_round_of_its_own():
    async with staged() as stage:
        await stage.press("ctrl+n", "g", "enter", "ctrl+n", "g", "enter")
        assert list(stage.interview.rounds) == ["R1", "R1-good"], "nothing was told in it yet"
        await stage.press("rang at eleven", "enter", "ctrl+n", "g", "enter")
        assert list(stage.interview.rounds) == ["R1", "R1-good", "R1-good-2"]


async def test_an_incident_that_was_only_asked_for_is_the_one_that_opens():
    async with staged() as stage:
        await stage.go("did not go so well")
        asked = stage.interview.place
        assert asked is not None
        await stage.press("ctrl+n", "d", "enter")
        assert list(stage.interview.rounds) == ["R1", "R1-difficult"]
        assert stage.interview.place.item == "what_happened"
        assert stage.interview.covered(asked).how is How.ASKED


async def test_the_rounds_are_those_of_the_schedule_whatever_it_is_about():
    async with staged(stage=Stage(handover())) as stage:
        await stage.press("ctrl+n")
        assert "S1-smooth" in stage.screen
        await stage.press("r", "enter")
        assert stage.interview.place.round == "S1-rough"


async def test_ending_takes_two_deliberate_keys_and_names_what_was_not_asked():
    async with staged() as stage:
        await stage.record()
        await stage.press("ctrl+l", "e")
        assert stage.interview.recording
        assert "14 must-asks still open" in stage.screen
        await stage.press("enter")
        await stage.until(lambda: stage.events(InterviewEnded))
        assert not stage.interview.recording
        assert stage.interview.course.outcome == "complete"


async def test_typing_on_while_asked_whether_to_end_does_not_end():
    async with staged() as stage:
        await stage.press("ctrl+l", "e", "wait, one more", "enter")
        assert "Not ended" in stage.screen
        await stage.press("escape")
        assert not stage.interview.ended


async def test_ctrl_q_opens_the_call_menu():
    async with staged() as stage:
        await stage.press("ctrl+q")
        assert "end the interview" in stage.screen


async def test_the_end_keeps_what_is_half_typed_as_a_note():
    async with staged() as stage:
        await stage.press("y", "ctrl+l", "e", "enter", "enter")
        await stage.until(lambda: stage.events(InterviewEnded))
        assert stage.notes == ["y"]


async def test_every_command_can_be_found_by_a_word_without_covering_the_question():
    async with staged(size=(80, 24)) as stage:
        question = stage.live.call.interview.schedule.items()["third_party"].item.text
        await stage.press("half a note", "f12")
        assert "record, or back on record" in stage.screen
        assert question.split(" that end")[0] in " ".join(stage.screen.split())
        await stage.press("off")
        assert "↵ off the record, at once" in stage.screen
        await stage.press("escape")
        assert "off the record, at once" not in stage.screen
        assert stage.line == "half a note"
