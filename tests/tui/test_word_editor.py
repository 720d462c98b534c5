"""Words edited where they stand: one line that grows, Enter and Esc, and the function keys left to the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Static

from interview_tui.tui.widgets.word_editor import WordEditor
from tests.tui.staging import lines

SAID = "Holding the ladder while someone else climbs, and so on."
WHERE = Region(10, 3, 30, 2)


class Screenful(App[int]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(f"f{number}" for number in range(2, 13)), "note"),
        Binding("e,r,space,enter,escape,x,tab,ctrl+p,ctrl+q", "note"),
    ]
    CSS = "Screen { overflow: hidden; }"
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("\n".join("-" * 50 for _ in range(16)))
        yield WordEditor()

    def on_mount(self) -> None:
        self.acted = 0
        self.told: list[str | None] = []

    def action_note(self) -> None:
        self.acted += 1

    def on_word_editor_accepted(self, event: WordEditor.Accepted) -> None:
        self.told.append(event.text)

    def on_word_editor_left(self) -> None:
        self.told.append(None)


@asynccontextmanager
async def editing(text: str = SAID, where: Region = WHERE) -> AsyncIterator[tuple[WordEditor, Pilot[int]]]:
    app = Screenful()
    async with app.run_test(size=(50, 16)) as pilot:
        editor = app.query_one(WordEditor)
        assert not editor.is_open
        editor.open(text, where, text.index("ladder") if "ladder" in text else 0)
        await pilot.pause()
        yield editor, pilot


async def test_words_are_edited_where_they_stand_from_the_word_on_that_was_under_the_cursor():
    async with editing() as (editor, pilot):
        assert editor.region.offset == WHERE.offset
        assert [line[10:40].rstrip() for line in lines(pilot.app)[3:5]] == [
            "Holding the ladder while",
            "someone else climbs, and so",
        ]
        await pilot.press("s", "t", "e", "p", "space")
        assert "Holding the step ladder" in editor.text
        await pilot.press("ctrl+z")
        assert editor.text == SAID
        await pilot.press("x", "enter")
        assert not editor.is_open
        assert pilot.app.told == [SAID.replace("ladder", "xladder")]
        assert pilot.app.acted == 0


async def test_it_grows_with_its_text_and_stays_on_the_screen():
    async with editing(where=Region(10, 14, 30, 2)) as (editor, pilot):
        height = editor.size.height
        assert editor.region.bottom <= 16
        for _ in range(4):
            await pilot.press(*"abcdefghijk", "space")
        await pilot.pause()
        assert editor.size.height > height
        assert editor.region.bottom <= 16


async def test_esc_leaves_the_words_as_they_were():
    async with editing() as (editor, pilot):
        await pilot.press("x", "escape")
        assert not editor.is_open
        assert pilot.app.told == [None]


async def test_no_key_gets_one_away_from_words_that_are_half_typed():
    async with editing() as (editor, pilot):
        await pilot.press("x", "tab", "shift+tab", "ctrl+p", "ctrl+q")
        assert editor.is_open
        assert editor.has_focus
        assert pilot.app.acted == 0


async def test_every_function_key_is_the_screen_s_while_one_types():
    async with editing() as (editor, pilot):
        await pilot.press("a", *(f"f{number}" for number in range(2, 13)), "b")
        assert pilot.app.acted == 11
        assert "Holding the abladder" in editor.text


async def test_nothing_makes_a_second_line_of_it():
    async with editing("one\ntwo") as (editor, pilot):
        assert editor.text == "one two"
        pilot.app.post_message(events.Paste("a\nb\r\nc\rd "))
        await pilot.pause()
        assert editor.text == "a b c d one two"
