"""A line typed over a screen, and one of several things chosen by a word of it: what Enter and Esc give."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.dialogs import NOTHING_FITS, Picker, Prompt, fitting
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.home import HomeScreen
from tests.tui.staging import Stage, lines, staged

PLACES = [
    Choice("none", "no question", "it is beside them all"),
    Choice("what", "What happened", "incident 1, the good one", "▸"),
    Choice("felt", "How it felt [then]", "incident 1, the good one"),
    Choice("what2", "What happened", "incident 2, the hard one"),
    Choice("advice", "Advice to others", "closing"),
]
MANY = [Choice(str(number), f"Question {number}") for number in range(40)]


class Asked:
    """A stage with a question over its list of interviews, and what came of it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.given: list[str | None] = []

    async def ask(self, dialog: Prompt | Picker) -> None:
        """Put a question over the list."""
        self.stage.app.push_screen(dialog, self.given.append)
        await self.stage.until(lambda: self.stage.app.screen is dialog and isinstance(dialog.focused, Input))
        await self.stage.settled()

    async def answered(self, *keys: str) -> str | None:
        """What these keys give, once; the list is on top again."""
        self.stage.burst(*keys)
        await self.stage.until(lambda: isinstance(self.stage.app.screen, HomeScreen))
        await self.stage.settled()
        (given,) = self.given
        self.given = []
        return given

    def row(self, words: str) -> str:
        """The row of the screen with these words."""
        (found,) = [row for row in lines(self.stage.app) if words in row]
        return found


@asynccontextmanager
async def asked(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Asked]:
    """The list of interviews, to ask over."""
    async with staged(Home(), size) as stage:
        yield Asked(stage)


async def test_a_line_is_given_as_it_stands_on_enter_and_nothing_on_escape():
    async with asked() as over:
        await over.ask(Prompt("Why is [P07] only checked?", placeholder="say why"))
        assert "Why is [P07] only checked? · Enter takes · Esc leaves it" in over.stage.screen
        assert "say why" in over.stage.screen
        assert await over.answered("  it is late ", "enter", "enter") == "it is late"
        await over.ask(Prompt("Why?"))
        assert await over.answered("enter") == ""
        await over.ask(Prompt("Why?", "it is late"))
        assert await over.answered("r", "backspace", "backspace", "e", "enter") == "it is late"[:-1] + "e"
        await over.ask(Prompt("Why?", "it is late"))
        await over.stage.press("q", "ctrl+q", "f4", "tab", "up")
        assert over.given == [], "only Enter and Esc end it"
        assert "it is lateq" in over.stage.screen
        assert await over.answered("escape", "escape") is None


async def test_the_choice_with_the_pointer_is_taken_narrowed_down_by_a_word_or_reached_by_arrows():
    async with asked() as over:
        await over.ask(Picker("Where?", PLACES, "felt"))
        assert over.row("How it felt [then]").startswith(" ›   How it felt [then]  incident 1")
        assert await over.answered("enter") == "felt"
        await over.ask(Picker("Where?", PLACES))
        assert over.row("no question").startswith(" › ")
        await over.stage.press("up")
        assert over.row("Advice to others").startswith(" › ")
        assert not over.row("no question").startswith(" › ")
        await over.stage.press("down", "down")
        assert over.row("▸ What happened").startswith(" › ▸ ")
        await over.stage.press("pagedown")
        assert over.row("Advice to others").startswith(" › ")
        assert await over.answered("pageup", "enter") == "none"
        await over.ask(Picker("Where?", PLACES, "advice"))
        await over.stage.press("hap")
        assert over.row("the good one").startswith(" › ▸ What happened")
        assert "felt" not in over.stage.screen
        assert await over.answered("down", "enter") == "what2"
        await over.ask(Picker("Where?", PLACES))
        assert await over.answered("hard", "enter") == "what2"
        await over.ask(Picker("Where?", PLACES))
        assert await over.answered("happ", "down", "enter", "enter") == "what2", "an arrow in a burst is not lost"


async def test_what_fits_nothing_is_said_and_enter_waits_for_another_word():
    async with asked() as over:
        await over.ask(Picker("Where?", PLACES))
        await over.stage.press("xyzzy", "enter", "down", "pagedown", "enter")
        assert NOTHING_FITS in over.stage.screen
        assert over.given == []
        await over.stage.press(*["backspace"] * 5)
        assert over.row("no question").startswith(" › ")
        await over.stage.press("?")
        assert over.row("Advice to others"), "a mark is no word"
        assert await over.answered("escape") is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_of_many_choices_the_heading_the_line_and_the_one_with_the_pointer_are_on_the_screen(
    size: tuple[int, int],
):
    async with asked(size) as over:
        await over.ask(Picker("Where does it belong?", MANY, "33"))
        shown = lines(over.stage.app)
        assert over.row("› Question 33")
        assert "Where does it belong?" in over.stage.screen
        assert shown[-1].strip() == "a word of it"
        assert sum("Question" in row for row in shown) == size[1] // 2
        (row,) = [number for number, row in enumerate(shown) if "Question 30" in row]
        await over.stage.pilot.click(offset=(8, row))
        await over.stage.until(lambda: over.given == ["30"])


texts = st.text(min_size=1, max_size=12)


@given(labels=st.lists(texts, min_size=1, max_size=8), query=texts, data=st.data())
def test_whatever_is_typed_what_is_offered_was_there_and_a_whole_name_finds_its_choice(
    labels: list[str], query: str, data: st.DataObject
):
    choices = [Choice(str(number), label) for number, label in enumerate(labels)]
    found = fitting(choices, query)
    assert len(set(found)) == len(found)
    assert set(found) <= set(choices)
    assert fitting(choices, "  ") == choices
    wanted = data.draw(st.sampled_from(choices))
    assert wanted in fitting(choices, wanted.label)
