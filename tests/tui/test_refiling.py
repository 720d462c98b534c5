"""A note goes where it belongs in three keys, may have several homes, and is seen when its question comes up."""

from __future__ import annotations

from interview_tui.interview.events import NoteFiled, NoteTaken, Place
from tests.tui.staging import Stage, staged

NOTE = "told him to sleep on it"


async def noted(stage: Stage) -> None:
    """A note under the first part of an incident, where it does not belong."""
    await stage.record()
    stage.clock.advance(60_500)
    await stage.press("ctrl+n", "g", "enter", NOTE, "enter")


def homes(stage: Stage) -> tuple[Place, ...]:
    return next(reversed(stage.interview.notes.values())).places


async def test_the_last_note_is_moved_to_another_part_in_three_keys():
    async with staged() as stage:
        await noted(stage)
        assert homes(stage) == (Place("what_happened", "R1-good"),)
        await stage.press("ctrl+t")
        row = next(row for row in stage.screen.splitlines() if "  action" in row and row.strip(" ›○").startswith("2"))
        assert row
        assert "moves the note" in stage.screen
        await stage.press("2")
        assert "→ action" in stage.screen.splitlines()[-2]
        await stage.press("enter")
        assert homes(stage) == (Place("what_did_you_do", "R1-good"),)
        assert len(stage.events(NoteFiled)) == 1
        assert NOTE[:8] in next(row for row in stage.screen.splitlines() if "● action" in row)


async def test_three_keys_in_a_burst_and_what_is_typed_behind_them_is_a_note():
    async with staged() as stage:
        await noted(stage)
        stage.burst("ctrl+t", "2", "enter", "and on", "enter")
        await stage.settled()
        assert stage.interview.notes["n1"].places == (Place("what_did_you_do", "R1-good"),)
        assert stage.notes == [NOTE, "and on"]


async def test_a_word_of_another_part_moves_it_too():
    async with staged() as stage:
        await noted(stage)
        await stage.press("ctrl+t", "did you do", "enter")
        assert homes(stage) == (Place("what_did_you_do", "R1-good"),)


async def test_the_time_of_a_note_stays_where_it_was_said():
    async with staged() as stage:
        await noted(stage)
        (taken,) = stage.events(NoteTaken)
        stage.clock.advance(30_000)
        await stage.press("ctrl+t", "2", "enter")
        assert stage.interview.notes["n1"].about_ms == taken.about_ms


async def test_a_note_can_have_several_homes_and_none_is_lost_by_another():
    async with staged() as stage:
        await noted(stage)
        await stage.press("ctrl+t", "build trust", "ctrl+t", "ctrl+u", "wise to trust", "ctrl+t", "enter")
        assert set(homes(stage)) == {Place("what_happened", "R1-good"), Place("trust", "R1"), Place("trust_wise")}
        assert stage.notes == [NOTE]


async def test_a_note_linked_elsewhere_is_on_the_screen_when_that_question_comes_up():
    async with staged(size=(80, 24)) as stage:
        await noted(stage)
        long = "you can never quite trust anyone in your own group, because they might be after your seat"
        await stage.press(long, "enter", "ctrl+t", "wise to trust", "enter")
        stage.clock.advance(5000)
        await stage.go("define mentoring")
        assert "◐ said" not in stage.screen
        await stage.go("wise to trust")
        asked = " ".join(row[:48].strip() for row in stage.screen.splitlines()[2:14])
        assert f"◐ said @01:01  {long}" in " ".join(asked.split()).replace("@01:01 ", "@01:01  ")


async def test_escape_moves_nothing():
    async with staged() as stage:
        await noted(stage)
        await stage.press("ctrl+t", "2", "escape")
        assert homes(stage) == (Place("what_happened", "R1-good"),)
