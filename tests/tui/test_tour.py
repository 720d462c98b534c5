"""The tour: its steps tick themselves off, by what happens and by nothing else, and hold nothing up."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.interview.sound import SpanEnd
from interview_tui.tui import commands
from interview_tui.tui.talk import Caption, Cue, Part, Talk
from interview_tui.tui.tour import STEPS, Tour, TourView
from interview_tui.tui.widgets.tour_card import TourCard
from tests.tui.staging import Stage, staged

TALK = Talk(
    opening=Part("opening", 20_000, (Caption(1000, 2000, True, "Can you hear me?"),), (Cue("record", 5000, 9000),)),
    call=Part("call", 60_000, (Caption(3000, 4000, False, "I can."),), (Cue("flag", 10_000, 20_000),)),
)
NINE = {"record", "off_record", "flag", "go_to", "back", "tick", "open_round", "call_menu", "clear"}


def told_of_keys(stage: Stage, tour: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the tour is told of every key before it is obeyed, and has looked once."""
    conductor = stage.live.conductor
    obeyed = conductor.pressed

    def pressed(key: str) -> bool:
        asking = conductor.asking.chooser is not None
        return tour.pressed(key, asking=asking, line=conductor.line.value) or obeyed(key)

    monkeypatch.setattr(conductor, "pressed", pressed)
    tour.look(stage.interview, stage.clock.now().at_ms)


async def press_shift_tab(stage: Stage) -> None:
    stage.app.press("shift+tab", None)
    await stage.settled()


def seen(tour: Tour, stage: Stage) -> TourView:
    view = tour.look(stage.interview, stage.clock.now().at_ms)
    assert view is not None
    return view


def done(tour: Tour) -> set[str]:
    return {step.id for step, is_done in tour.outcome() if is_done}


DEEDS = [
    ("next", (), ("enter",)),
    ("answer", (), ("n", "enter")),
    ("note", ("record",), ("she hesitated", "enter")),
    ("flag", ("record",), ("ctrl+f",)),
    ("tick", ("record",), ("ctrl+t", "trust", "enter")),
    ("open_round", ("record",), ("ctrl+n", "g", "enter")),
    ("off_record", ("record",), ("ctrl+o",)),
    ("off_record", ("record",), ("half a word", "ctrl+o")),
    ("back", ("record", "jump"), ("ctrl+b",)),
    ("clear", ("record",), ("not this", "escape")),
    ("go_to", ("record",), ("ctrl+g", "politicians differ", "enter")),
    ("call_menu", ("record",), ("ctrl+l",)),
]


@pytest.mark.parametrize(("step", "prepared", "keys"), DEEDS)
async def test_a_step_is_done_by_its_command_and_no_other_step_with_it(
    step: str, prepared: tuple[str, ...], keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged() as stage:
        if "record" in prepared:
            await stage.record()
        if "jump" in prepared:
            await stage.go("politicians differ")
        tour = Tour()
        told_of_keys(stage, tour, monkeypatch)
        await stage.press(*keys)
        tour.look(stage.interview, stage.clock.now().at_ms)
    assert done(tour) == {step}


@pytest.mark.parametrize(
    "keys",
    [
        ("down", "up"), ("pagedown",), ("escape",), ("ctrl+b",), ("ctrl+r",), ("half a word",), ("ctrl+y", "escape"),
        ("ctrl+g", "escape"), ("ctrl+g", "enter"), ("ctrl+g", "trust", "escape"), ("ctrl+t", "trust", "escape"),
        ("ctrl+n", "escape"),
    ],
)  # fmt: skip
async def test_what_comes_to_nothing_does_no_step(keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        tour = Tour()
        told_of_keys(stage, tour, monkeypatch)
        await stage.press(*keys)
        tour.look(stage.interview, stage.clock.now().at_ms)
        assert done(tour) == set()


async def test_starting_the_recorder_and_coming_back_on_record_are_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        await stage.consent()
        tour = Tour()
        told_of_keys(stage, tour, monkeypatch)
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)
        tour.look(stage.interview, stage.clock.now().at_ms)
        assert done(tour) == {"record"}
        await stage.press("ctrl+o")
        await stage.until(lambda: not stage.interview.recording)
        tour.look(stage.interview, stage.clock.now().at_ms)
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)
        tour.look(stage.interview, stage.clock.now().at_ms)
        assert done(tour) == {"record", "off_record", "on_record"}


async def test_a_rehearsal_by_keys_does_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        tour = Tour(TALK)
        told_of_keys(stage, tour, monkeypatch)
        await stage.press("tab", "n", "enter", "enter")
        await stage.record()
        for keys in (
            ("a thought", "enter"), ("ctrl+f",), ("ctrl+t", "trust", "enter"), ("ctrl+n", "g", "enter"), ("ctrl+b",),
            ("wrong", "escape"), ("ctrl+o",),
        ):  # fmt: skip
            await stage.press(*keys)
            tour.look(stage.interview, stage.clock.now().at_ms)
        await stage.until(lambda: not stage.interview.recording)
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)
        tour.look(stage.interview, stage.clock.now().at_ms)
        await stage.press("ctrl+l")
        assert seen(tour, stage).title == "The tour is over"
        assert done(tour) == {step.id for step in STEPS}


async def test_tab_begins_then_skips_and_neither_tab_reaches_the_interview(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        tour = Tour(TALK)
        told_of_keys(stage, tour, monkeypatch)
        before = len(stage.journal.events)
        assert seen(tour, stage).number == 0
        await stage.press("tab")
        assert (seen(tour, stage).number, seen(tour, stage).title) == (1, STEPS[0].title)
        await stage.press("tab")
        assert seen(tour, stage).number == 2
        await press_shift_tab(stage)
        assert tour.look(stage.interview, 0) is None
        await stage.press("enter")
        await press_shift_tab(stage)
        assert seen(tour, stage).done == 1
        tour_events = len(stage.journal.events)
        await stage.press(*(["tab"] * len(STEPS)))
        assert seen(tour, stage).title == "The tour is over"
        assert (done(tour), len(stage.journal.events)) == ({"next"}, tour_events)
        assert tour_events > before


async def test_the_moment_for_a_step_brings_it_forward_and_lets_it_go_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        await stage.record()
        tour = Tour(TALK)
        told_of_keys(stage, tour, monkeypatch)
        await stage.press("tab")
        first = seen(tour, stage)
        stage.clock.advance(12_000)
        called = seen(tour, stage)
        stage.clock.advance(10_000)
        later = seen(tour, stage)
        assert [(view.title, view.is_now) for view in (first, called, later)] == [
            ("Answer by a code", False), ("Flag a moment", True), ("Answer by a code", False),
        ]  # fmt: skip


async def test_the_opening_is_heard_from_the_first_key_on_and_the_call_from_the_recorder_s_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged() as stage:
        tour = Tour(TALK)
        told_of_keys(stage, tour, monkeypatch)
        stage.clock.advance(50_000)
        assert tour.heard(stage.interview, stage.clock.now().at_ms) is None
        await stage.press("tab")
        seen(tour, stage)
        stage.clock.advance(1500)
        assert seen(tour, stage).caption == Caption(1000, 2000, True, "Can you hear me?")
        await stage.record()
        began_ms = stage.interview.spans[1].start_ms
        heard = tour.heard(stage.interview, began_ms + 3500)
        assert heard is not None
        assert (heard.part.file, heard.at_ms) == ("call", 3500)
        assert heard.caption == Caption(3000, 4000, False, "I can.")


async def test_the_line_runs_on_while_it_is_off_the_record() -> None:
    async with staged() as stage:
        await stage.record()
        tour = Tour(TALK)
        stage.clock.advance(5000)
        await stage.press("ctrl+o")
        await stage.until(lambda: not stage.interview.recording)
        stage.clock.advance(7000)
        await stage.press("ctrl+r")
        await stage.until(lambda: stage.interview.recording)
        heard = tour.heard(stage.interview, stage.clock.now().at_ms)
        assert heard is not None
        assert heard.at_ms == stage.clock.now().at_ms - stage.interview.spans[1].start_ms >= 12_000
        assert len(stage.events()) == 0
        assert SpanEnd.OFF_RECORD in {getattr(event, "reason", None) for event in stage.journal.events}


KEYS = [key for command in (*commands.LIVE, *commands.TOUR) for key in command.keys]


@given(st.lists(st.sampled_from(KEYS), max_size=40))
def test_only_its_own_keys_are_the_tour_s(keys: list[str]) -> None:
    tour = Tour(TALK)
    own = {key for command in commands.TOUR for key in command.keys}
    assert [tour.pressed(key, asking=False, line="") for key in keys] == [key in own for key in keys]


def test_the_nine_commands_each_have_a_step_that_names_its_key() -> None:
    assert {step.command for step in STEPS} >= NINE
    assert [step.id for step in STEPS if step.key not in step.does] == []


def test_no_key_of_the_tour_is_one_of_the_live_screen_s() -> None:
    live = {key for command in commands.LIVE for key in command.keys}
    assert live.isdisjoint(key for command in commands.TOUR for key in command.keys)


@pytest.mark.parametrize(("width", "height"), [(98, 4), (78, 4)])
def test_a_card_has_room_for_all_that_a_step_says(width: int, height: int) -> None:
    card = TourCard(None)
    for number, step in enumerate(STEPS, 1):
        caption = Caption(0, 1, False, "So it goes.")
        view = TourView(step.title, step.key, step.does, number, len(STEPS), 0, is_now=True, caption=caption)
        rows = [row.plain for row in card.rows(view, width, height)]
        assert len(rows) == height
        assert step.title in rows[0]
        assert " ".join(row for row in rows[1:-1] if row) == " ".join(textwrap.wrap(step.does, width))
        assert rows[-1] == "they  “So it goes.”"
        assert max(map(len, rows)) <= width


def test_a_card_of_two_rows_keeps_the_title_and_the_words() -> None:
    view = TourView("A title", "Ctrl+F", "does " * 40, 1, 13, 0, caption=Caption(0, 1, True, "Yes?"))
    rows = [row.plain for row in TourCard(None).rows(view, 60, 2)]
    assert rows[0].startswith("TOUR 1 of 13 Ctrl+F A title")
    assert rows[1:] == ["you   “Yes?”"]
