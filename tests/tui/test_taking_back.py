"""Off the record acts at once; then what was said before is taken back by a letter or a number, and put back by one."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import NoteTaken, Restored, SpanClosed, WentOffRecord, Withheld
from interview_tui.interview.facts import Withholding
from tests.tui.staging import Stage, lines, staged, told

EVENT = "new portfolio holder, first budget, rang at 11pm"
ACTION = "told him to sleep on it, go to the leader first"
EARLY = "can't trust your own group, they might want your seat"


async def off(stage: Stage) -> None:
    """Off the record a while after the last note of an incident, at the question after it."""
    await told(stage)
    stage.clock.advance(20_000)
    await stage.press("enter")
    stage.clock.advance(5000)
    await stage.press("ctrl+o")
    await stage.until(lambda: stage.events(SpanClosed))
    await stage.settled()


def withheld(stage: Stage) -> list[Withholding]:
    return list(stage.interview.soundtrack.withholdings.values())


def kept(stage: Stage) -> list[str]:
    """The notes that are still in the interview."""
    return [note.text for note in stage.interview.notes.values()]


@pytest.mark.parametrize(
    ("key", "taken_back"),
    [("q", []), ("1", [ACTION]), ("2", [ACTION, EVENT]), ("3", [ACTION, EVENT, EARLY]), ("i", [ACTION, EVENT])],
)
async def test_every_scope_is_one_key_and_what_falls_inside_is_withheld_with_it(key, taken_back):
    async with staged() as stage:
        await off(stage)
        await stage.press(key)
        (found,) = withheld(stage)
        assert found.stretches[-1].end_ms >= stage.events(WentOffRecord)[0].at_ms
        if taken_back:
            assert "keep them? ›" in stage.screen
            await stage.press("n")
        assert stage.live.conductor.asking.chooser is None
        assert sorted(kept(stage)) == sorted({EVENT, ACTION, EARLY} - set(taken_back))
        assert "Taken back so far:" in stage.screen


@pytest.mark.parametrize("keys", [("n",), ("enter",), ("escape",)])
async def test_only_from_now_takes_nothing_back(keys):
    async with staged() as stage:
        await off(stage)
        await stage.press(*keys)
        assert withheld(stage) == []
        assert stage.interview.is_off_record
        assert stage.live.conductor.asking.chooser is None
        assert kept(stage) == [EARLY, EVENT, ACTION]


async def test_the_withheld_words_are_nowhere_on_the_screen_even_where_they_were_linked():
    async with staged(size=(120, 40)) as stage:
        await off(stage)
        await stage.press("3", "n")
        seen = [stage.screen]
        for word in ("wise", "build trust", "what happened"):
            await stage.go(word)
            seen.append(stage.screen)
        for keys in (("ctrl+o",), ("ctrl+t",), ("ctrl+l",), ("ctrl+p",)):
            await stage.press(*keys)
            seen.append(stage.screen)
        for words in (EVENT, ACTION, EARLY):
            for start in range(0, len(words) - 12, 6):
                assert not any(words[start : start + 12] in screen for screen in seen)


async def test_yes_keeps_the_notes_and_withholds_the_talk():
    async with staged() as stage:
        await off(stage)
        await stage.press("2", "y")
        (found,) = withheld(stage)
        assert found.notes == ()
        assert kept(stage) == [EARLY, EVENT, ACTION]
        assert "the notes stay" in stage.screen
        assert any(held.start_ms <= found.stretches[0].start_ms for held in stage.interview.withheld())


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_what_is_not_said_to_be_kept_stays_withheld(key):
    async with staged() as stage:
        await off(stage)
        await stage.press("1", key)
        assert kept(stage) == [EARLY, EVENT]
        assert ACTION[:12] not in stage.screen


async def test_undo_puts_it_back_word_for_word():
    async with staged() as stage:
        await off(stage)
        await stage.press("2", "n", "ctrl+l", "u")
        assert withheld(stage) == []
        assert kept(stage) == [EARLY, EVENT, ACTION]
        assert "is on the record again" in stage.screen
        assert stage.interview.is_off_record, "undoing does not bring her back on the record"
        await stage.press("ctrl+l")
        assert "undo: put back" not in stage.screen


async def test_what_was_taken_back_twice_is_put_back_last_first():
    async with staged() as stage:
        await off(stage)
        await stage.press("1", "n", "ctrl+o", "1", "n")
        assert len(stage.events(WentOffRecord)) == 1
        assert len(withheld(stage)) == 2
        assert kept(stage) == [EARLY]
        await stage.press("ctrl+l", "u")
        assert kept(stage) == [EARLY, EVENT]
        await stage.press("ctrl+l", "u")
        assert kept(stage) == [EARLY, EVENT, ACTION]
        assert len(stage.events(Restored)) == 2


async def test_a_procedural_note_typed_straight_after_the_key_goes_on_in_the_line():
    async with staged() as stage:
        await told(stage)
        stage.burst("ctrl+o", "// he closed the door", "enter")
        await stage.settled()
        assert stage.notes[-1] == "he closed the door"
        assert stage.events(Withheld) == []
        assert stage.live.conductor.asking.chooser is None


async def test_a_procedural_note_is_no_stretch_to_go_back_to():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+o", "// he closed the door", "enter", "ctrl+o")
        offered = [row for row in lines(stage.app) if row.strip().startswith("1  since")]
        assert len(offered) == 1
        assert "he closed the door" not in offered[0]


async def test_a_burst_takes_back_as_the_keys_say_one_by_one():
    async with staged() as stage:
        await told(stage)
        stage.burst("half a thou", "ctrl+o", "2", "n", "// gone to the door", "enter", "ctrl+l", "u")
        await stage.settled()
        assert stage.notes == [EARLY, EVENT, ACTION, "half a thou", "gone to the door"]
        (taken,) = stage.events(Withheld)
        assert len(taken.notes) == 2
        assert len(stage.events(Restored)) == 1


async def test_what_was_typed_before_the_key_is_a_note_and_the_first_that_can_be_taken_back():
    async with staged() as stage:
        await told(stage)
        stage.burst("said before", "ctrl+o", "1", "n")
        await stage.settled()
        assert [note.text for note in stage.events(NoteTaken)][-1] == "said before"
        assert "said before" not in kept(stage)
        assert "said before" not in stage.screen


async def test_how_far_back_is_asked_where_nothing_is_recorded_too():
    async with staged() as stage:
        stage.clock.advance(30_500)
        await stage.press("ctrl+g", "tape-record", "enter", "n", "enter", "a name slipped out", "enter")
        await stage.press("ctrl+o", "1", "n", "ctrl+r")
        assert kept(stage) == []
        assert "a name slipped out" not in stage.screen
        assert not stage.interview.is_off_record
