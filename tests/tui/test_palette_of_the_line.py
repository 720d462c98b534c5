"""Ctrl+P in a call: every command by a word does what its key does; no command takes the focus or a half-typed word."""

from __future__ import annotations

import pytest

from interview_tui.interview.events import CameBackOnRecord, Event, Flagged, SpanClosed, Visited, WentOffRecord
from interview_tui.tui import commands
from interview_tui.tui.commands import LIVE
from interview_tui.tui.conducting import LINES_OWN
from tests.tui.staging import Stage, staged, told

OFFERED = [command for command in LIVE if command.id not in LINES_OWN]
AT_ONCE = [command for command in OFFERED if command.id not in ("record", "off_record")]
LETTERS = "dbspamtexwl"
HALF_TYPED = "half a thought"


def written(stage: Stage, since: int) -> list[type[Event]]:
    """What a command wrote, whatever the milliseconds of its key."""
    return [type(event) for event in stage.journal.events[since:]]


def asked(stage: Stage) -> str:
    chooser = stage.live.conductor.asking.chooser
    return type(chooser).__name__ if chooser is not None else ""


async def given(*keys: str) -> tuple[list[type[Event]], str, str]:
    """What some keys do in the middle of an incident and of a word: what is written, what is asked for, where she is
    then. The word goes on after it.
    """
    async with staged() as stage:
        await told(stage)
        before = len(stage.journal.events)
        await stage.press(HALF_TYPED, *keys)
        did = written(stage, before), asked(stage), str(stage.interview.place)
        await goes_on_typing(stage)
        return did


async def goes_on_typing(stage: Stage) -> None:
    """The focus is in the line, what was half typed is kept, and it becomes one note with what is typed behind it."""
    assert stage.app.live is not None
    assert stage.app.focused is stage.live.line
    assert stage.journal.draft is not None
    assert stage.journal.draft.text == HALF_TYPED
    if asked(stage):
        await stage.press("escape")
    assert stage.line == HALF_TYPED
    assert HALF_TYPED not in stage.notes
    await stage.press(" and more", "enter")
    assert stage.notes[-1] == f"{HALF_TYPED} and more"


@pytest.mark.parametrize("command", AT_ONCE, ids=str)
async def test_a_command_found_by_its_words_does_what_its_key_does_and_neither_takes_the_line(command):
    assert await given("ctrl+p", command.brief, "enter") == await given(command.keys[0])


async def test_off_the_record_and_back_can_be_found_by_a_word():
    async with staged() as stage:
        await told(stage)
        await stage.press("ctrl+p", "off the", "enter")
        await stage.until(lambda: stage.events(SpanClosed))
        assert len(stage.events(WentOffRecord)) == 1
        assert asked(stage) == "HowFarBack"
        await stage.press("escape", "ctrl+p", "record, or", "enter")
        await stage.until(lambda: stage.interview.recording)
        assert len(stage.events(CameBackOnRecord)) == 1


async def test_every_command_that_acts_is_listed_with_its_key():
    async with staged(size=(120, 40)) as stage:
        for command in OFFERED:
            await stage.press("ctrl+p", command.brief)
            row = next(row for row in stage.screen.splitlines() if command.brief in row)
            assert commands.spoken(command.keys[0]) in row
            await stage.press("escape")


async def test_go_to_out_of_the_palette_asks_on_and_goes():
    async with staged() as stage:
        await stage.press(HALF_TYPED, "ctrl+p", "go to", "enter", "build trust", "enter")
        assert stage.interview.place.item == "trust"
        assert stage.line == HALF_TYPED
        assert stage.events(Visited)


async def test_a_command_by_a_word_in_a_burst_acts_between_what_is_typed_before_and_behind():
    async with staged() as stage:
        stage.burst("half ", "ctrl+p", "flag", "enter", "a note", "enter")
        await stage.settled()
        assert stage.notes == ["half a note"]
        assert len(stage.events(Flagged)) == 1


async def test_a_word_of_no_command_is_refused_and_escape_returns():
    async with staged() as stage:
        await stage.press(HALF_TYPED, "ctrl+p", "xyzzy", "enter")
        assert "Nothing fits" in stage.screen
        await stage.press("escape")
        assert stage.line == HALF_TYPED


@pytest.mark.parametrize(
    "keys",
    [
        *[(each.keys[0],) for each in LIVE if each not in AT_ONCE and each.id not in ("take", "clear", "off_record")],
        *[("ctrl+p", command.brief, "enter") for command in OFFERED if command.id == "record"],
        *[("ctrl+l", letter) for letter in LETTERS],
    ],
    ids=" ".join,
)
async def test_after_every_other_command_the_focus_is_in_the_line_and_the_draft_is_untouched(keys):
    async with staged() as stage:
        await told(stage)
        await stage.press(HALF_TYPED, *keys)
        await goes_on_typing(stage)
