"""Talk with a cursor on a word: moving, marking, what is heard is lit, and rows that change keep their place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.tui import themes
from interview_tui.tui.reading import Row
from interview_tui.tui.typesetting import Spot
from interview_tui.tui.widgets.talk_view import CURSOR, HEARD, TalkView
from tests.tui.staging import lines

STEP_MS = 500


def turn(number: int, speaker: str, text: str, at_ms: int) -> Turn:
    words = text.split()
    return Turn(
        number,
        speaker,
        tuple(Word(word, at_ms + n * STEP_MS, at_ms + n * STEP_MS + 400) for n, word in enumerate(words)),
    )


def said(number: int, speaker: str, text: str, at_ms: int) -> Row:
    spoken = turn(number, speaker, text, at_ms)
    return Row("turn", text, speaker[0].upper(), at_ms, spoken.stretch, said=spoken.stretch, turn=spoken)


FIRST = said(1, INTERVIEWER, "How would you define it?", 1_000)
SECOND = said(
    2, RESPONDENT, "Holding the ladder while someone else climbs it, and not telling them where to go.", 5_000
)
ROWS = (
    Row("heading", "General questions"),
    Row("question", "What is mentoring?", "●", 1_000),
    FIRST,
    SECOND,
    Row("note", "ladder", "✎", 6_000),
    said(3, INTERVIEWER, "Right.", 20_000),
)


class Reading(App[int]):
    def compose(self) -> ComposeResult:
        yield TalkView()

    def on_mount(self) -> None:
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.CHOICES[0]
        self.moves = 0
        self.chosen = 0

    def on_talk_view_moved(self) -> None:
        self.moves += 1

    def on_talk_view_chosen(self) -> None:
        self.chosen += 1


@asynccontextmanager
async def reading(
    rows: Sequence[Row] = ROWS, size: tuple[int, int] = (60, 12)
) -> AsyncIterator[tuple[TalkView, Pilot[int]]]:
    app = Reading()
    async with app.run_test(size=size) as pilot:
        view = app.query_one(TalkView)
        view.focus()
        view.show(rows, 0)
        await pilot.pause()
        yield view, pilot


def styled(pilot: Pilot[int], text: str) -> set[str]:
    """The attributes that a text on the screen is drawn with."""
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            if segment.text.strip() == text and segment.style is not None:
                return {name for name in ("bold", "reverse", "underline", "dim") if getattr(segment.style, name)}
    raise AssertionError(f"{text} is not on the screen")


async def test_the_cursor_begins_at_the_first_row_that_is_no_title_and_passes_words_lines_and_turns():
    async with reading() as (view, pilot):
        assert view.spot == Spot(1)
        await pilot.press("down", "right", "right")
        assert view.word.text == "you"
        await pilot.press("left", "left", "left")
        assert view.spot == Spot(1)
        await pilot.press("full_stop", "full_stop")
        assert view.word.text == "Holding"
        await pilot.press("down")
        assert view.row is SECOND
        assert view.spot.word > 0
        await pilot.press("end")
        assert view.word.text == "Right."
        await pilot.press("comma", "home")
        assert view.spot == Spot(1)
        assert pilot.app.moves > 5


async def test_the_cursor_is_seen_without_colours_and_rests_while_something_else_has_the_keys():
    async with reading() as (_, pilot):
        await pilot.press("down")
        assert styled(pilot, "How") == set(CURSOR.split())
        assert any(line.startswith("▌", 1) for line in lines(pilot.app))
        pilot.app.set_focus(None)
        await pilot.pause()
        assert styled(pilot, "How") == {"bold", "underline"}


async def test_words_are_marked_with_shift_or_with_a_mark_over_several_turns():
    async with reading() as (view, pilot):
        view.go_to(Spot(2, 3))
        await pilot.press("shift+right", "shift+right")
        assert [[word.text for word in one.words] for one in view.marked] == [["define", "it?"], ["Holding"]]
        assert view.marked[0].stretch.start_ms == 1_000 + 3 * STEP_MS
        await pilot.press("right")
        assert view.marked == ()
        view.mark()
        await pilot.press("right", "right")
        assert [word.text for one in view.marked for word in one.words] == ["the", "ladder", "while"]
        view.mark()
        assert view.marked == ()


async def test_what_is_heard_is_lit_and_followed_and_goes_out():
    long = [said(n, RESPONDENT, "word after word " * 8, n * 20_000) for n in range(1, 20)]
    async with reading(long) as (view, pilot):
        view.light(20_000 + STEP_MS, follow=True)
        await pilot.pause()
        assert view.heard == Spot(0, 1)
        assert set(HEARD.split()) - {"on", "$primary-muted"} <= styled(pilot, "after")
        assert view.scroll_offset.y == 0
        view.light(15 * 20_000, follow=True)
        await pilot.pause()
        assert view.heard == Spot(14, 0)
        assert view.region_of(14).height > 0
        there = view.scroll_offset.y
        view.light(20_000, follow=False)
        await pilot.pause()
        assert view.scroll_offset.y == there
        assert view.region_of(0).height == 0
        view.light(None)
        assert view.heard is None
        assert view.spot == Spot(0)  # the cursor stays where it was put


async def test_rows_that_change_keep_the_cursor_at_its_word_and_the_screen_where_it_was():
    before = [said(n, RESPONDENT, f"turn {n} has words enough to be read here", n * 20_000) for n in range(1, 30)]
    async with reading(before) as (view, pilot):
        view.go_to(Spot(20, 4), middle=True)
        await pilot.pause()
        was = view.region_of(20).y
        view.show([Row("note", "put in before", "✎", 5), *before], 0)
        await pilot.pause()
        assert view.row is before[20]
        assert view.word.text == "enough"
        assert view.region_of(21).y == was


async def test_a_moment_is_found_by_the_word_that_is_said_or_the_note_that_stands_there():
    async with reading() as (view, _):
        view.go_to_moment(5_000 + 2 * STEP_MS - 1)
        assert view.word.text == "the"
        view.go_to_moment(6_000)
        assert view.word.text == "ladder"  # said when the note stands there: what is said goes before
        view.go_to_moment(10)
        assert view.word.text == "ladder"  # nothing was said or noted yet


async def test_a_click_puts_the_cursor_on_a_word_and_a_second_one_chooses_it():
    async with reading() as (view, pilot):
        row = view.region_of(3)
        await pilot.click(offset=(row.x + len("Holding the l"), row.y))
        assert view.word.text == "ladder"
        assert pilot.app.chosen == 0
        await pilot.click(offset=(row.x, row.y), times=2)
        assert view.word.text == "Holding"
        assert pilot.app.chosen == 1


async def test_a_row_is_brought_into_sight_with_room_below_it():
    many = [said(n, RESPONDENT, "so many words that they take several lines here", n * 20_000) for n in range(1, 30)]
    async with reading(many, size=(40, 12)) as (view, pilot):
        view.bring_into_sight(15, more=2)
        await pilot.pause()
        region = view.region_of(15)
        assert region.height == view._page.height_of(15)[1]
        assert region.bottom + 2 == view.content_region.bottom
        view.bring_into_sight(3)
        await pilot.pause()
        assert view.region_of(3).y == view.content_region.y


async def test_another_text_stands_in_a_row_until_the_rows_are_shown_anew():
    async with reading() as (view, pilot):
        view.go_to(Spot(2, 1))
        view.overwrite(2, turn(1, INTERVIEWER, "What is it to you?", 1_000))
        await pilot.pause()
        assert any("What is it to you? …" in line for line in lines(pilot.app))
        await pilot.press("right")
        assert view.word.text == "it"
        view.show(ROWS, 0)
        await pilot.pause()
        assert not any("What is it to you?" in line for line in lines(pilot.app))


async def test_rows_are_set_anew_for_another_width_and_the_cursor_stays_in_sight():
    many = [said(n, RESPONDENT, "so many words that they take several lines here", n * 20_000) for n in range(1, 30)]
    async with reading(many, size=(100, 12)) as (view, pilot):
        view.go_to(Spot(25, 3))
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert view.spot == Spot(25, 3)
        assert view.region_of(25).height > 0
        assert max(len(line) for line in lines(pilot.app)) <= 40


async def test_nothing_to_read_is_nothing_to_stand_on():
    async with reading([Row("heading", "Nothing")]) as (view, pilot):
        await pilot.press("down", "right", "end", "pageup", "full_stop", "shift+left")
        assert view.spot is None
        assert view.word is None
        assert view.marked == ()
