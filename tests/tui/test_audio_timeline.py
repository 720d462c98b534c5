"""The timeline of a call: a row for each step of time, and what is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.state import new_interview
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.queue import review_queue
from interview_tui.record.review.log import Log
from interview_tui.record.review.review import Quotation, Review
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from interview_tui.record.under_review import UnderReview
from interview_tui.tui.themes import DARK
from interview_tui.tui.timeline_rows import (
    FULL,
    MARKS,
    CallTime,
    Gap,
    TimeRow,
    call_time,
    closest,
    scale,
    time_rows,
)
from interview_tui.tui.widgets.audio_timeline import AudioTimeline
from tests.export.any_record import records
from tests.export.example_record import ORIGIN_MS, example_record
from tests.tui.staging import lines, mentoring

HOUR_MS = 3_600_000
TEN_MINUTES = CallTime(0, 600_000)


def of(record: Record) -> UnderReview:
    """A record under review whose call was conducted on paper."""
    review = Review()
    queue = review_queue(record, mentoring(), review)
    return UnderReview(new_interview(mentoring()), None, Log(()), review, record, queue)


def at(second: float) -> int:
    """A time of the example, in seconds from its first sample."""
    return ORIGIN_MS + round(second * 1000)


def example_rows(height: int = 20, **changes: object) -> list[TimeRow]:
    call = call_time(of(example_record(**changes)))
    return time_rows(call, scale(call, height))


@pytest.mark.parametrize(
    ("minutes", "height", "seconds"),
    [(1, 60, 1), (10, 40, 15), (25, 37, 45), (25, 18, 90), (60, 18, 240), (60, 37, 120)],
)
def test_the_step_is_the_closest_round_one_with_which_the_whole_call_fits(minutes: int, height: int, seconds: int):
    shown = scale(CallTime(0, minutes * 60_000), height)
    assert shown.step_ms == seconds * 1000
    assert shown.rows <= height


@given(
    length_ms=st.integers(1, 10 * HOUR_MS), height=st.integers(1, 60), closer=st.integers(0, 9), at_ms=st.integers(0)
)
def test_no_part_of_a_call_is_beyond_its_rows_and_a_closer_look_holds_the_moment(length_ms, height, closer, at_ms):
    call = CallTime(5_000, 5_000 + length_ms)
    whole = scale(call, height)
    assert whole.start_ms == call.start_ms
    assert whole.row_at(call.end_ms - 1) is not None or whole.rows == height
    around_ms = call.start_ms + at_ms % length_ms
    shown = scale(call, height, closer, around_ms)
    assert shown.row_at(around_ms) is not None
    assert shown.start_ms >= call.start_ms
    assert shown.row_at(call.end_ms - 1) is not None or shown.start_ms + shown.rows * shown.step_ms < call.end_ms
    assert shown.start_ms + (shown.rows - 1) * shown.step_ms < call.end_ms
    assert shown.rows <= height
    assert shown.step_ms <= whole.step_ms


def test_no_closer_look_than_a_second_a_row():
    most = closest(TEN_MINUTES, 20)
    assert scale(TEN_MINUTES, 20, most).step_ms == scale(TEN_MINUTES, 20, most + 3).step_ms == 1000


def test_times_are_counted_from_the_first_recorded_sample_and_stand_beside_every_fourth_row():
    times = [row.time for row in example_rows()]
    assert times[:9] == ["00:00", "", "", "", "00:20", "", "", "", "00:40"]


def test_a_row_tells_how_much_either_of_them_talks():
    talk = ((Stretch(0, 5_000), INTERVIEWER), (Stretch(5_000, 15_000), RESPONDENT), (Stretch(19_900, 20_000), "x"))
    rows = time_rows(replace(TEN_MINUTES, talk=talk), scale(TEN_MINUTES, 60))
    assert [(row.asking, row.telling, row.unknown) for row in rows[:3]] == [(2, 2, 0), (0, 2, 1), (0, 0, 0)]


def test_who_talks_without_a_pause_fills_the_row():
    talk = tuple((Stretch(ms, ms + 1_000), RESPONDENT) for ms in range(0, 60_000, 1_000))
    rows = time_rows(replace(TEN_MINUTES, talk=talk), scale(TEN_MINUTES, 60))
    assert [row.telling for row in rows[:7]] == [FULL] * 6 + [0]


def test_notes_flags_doubts_and_quotations_have_their_marks_in_one_order():
    quotation = Quotation("e1", Stretch(at(43), at(44)), "he thanked me", "")
    marks = [row.marks for row in example_rows(quotations=(quotation,))]
    assert (marks[1], marks[8], marks[16], marks[17]) == ("✎", "“⚑", "✎?", "✎")
    assert all(list(found.strip("■")) == [mark for mark in MARKS if mark in found] for found in marks)


def test_where_nothing_was_recorded_the_row_says_why():
    whys = [row.gap for row in example_rows()]
    assert whys[6:8] == ["off the record"] * 2
    assert whys[10:15] == ["not recorded"] * 5
    assert not any(whys[:6])


def test_a_gap_shorter_than_half_a_row_has_a_mark():
    call = replace(TEN_MINUTES, gaps=(Gap(Stretch(2_000, 5_000), "not recorded"),))
    rows = time_rows(call, scale(call, 60))
    assert (rows[0].gap, rows[0].marks, rows[1].marks) == ("", "■", "")


def test_gaps_that_overlap_are_counted_once():
    gaps = (Gap(Stretch(0, 4_000), "not recorded"), Gap(Stretch(1_000, 4_500), "off the record"))
    call = replace(TEN_MINUTES, gaps=gaps)
    assert time_rows(call, scale(call, 60))[0].gap == ""


def test_where_she_was_stands_beside_the_row_in_which_she_went_there():
    call = replace(TEN_MINUTES, visits=((0, "Opening"), (61_000, "General"), (65_000, "Final")))
    rows = time_rows(call, scale(call, 60))
    assert [(n, row.visit) for n, row in enumerate(rows) if row.visit] == [(0, "Opening"), (6, "Final")]
    closer = time_rows(call, scale(call, 10, 3, 300_000))
    assert closer[0].visit == "Final"


def test_where_she_went_off_the_record_is_not_told_before_that_is_over():
    visits = ((0, "Opening"), (25_000, "Secret"), (35_000, "Final"))
    call = replace(TEN_MINUTES, visits=visits, gaps=(Gap(Stretch(20_000, 40_000), "off the record"),))
    rows = time_rows(call, scale(call, 60))
    assert [(n, row.visit) for n, row in enumerate(rows) if row.visit] == [(0, "Opening"), (4, "Final")]


def test_a_call_on_paper_has_what_the_talk_was_about():
    visits = [row.visit for row in example_rows() if row.visit]
    assert visits == ["The relationship", "R1-good", "R1-difficult", "R2-good"]


def test_an_interview_conducted_here_has_its_visits():
    found = of(example_record())
    interview = replace(found.interview, place=Place("definition"), at_ms=at(90))
    interview.moves.extend([(0, Place("overview")), (at(20), Place("structure")), (at(30), Place("definition"))])
    call = call_time(replace(found, interview=interview))
    assert [label for _, label in call.visits] == ["Opening", "General questions about mentoring"]


def test_the_evidence_and_what_is_heard_are_in_their_rows():
    rows = time_rows(TEN_MINUTES, scale(TEN_MINUTES, 60), [Stretch(15_000, 25_000), Stretch(90_000, 90_001)], 31_000)
    assert [n for n, row in enumerate(rows) if row.is_evidence] == [1, 2, 9]
    assert [n for n, row in enumerate(rows) if row.is_playing] == [3]


@given(record=records())
@settings(max_examples=60, deadline=None)
def test_of_no_record_is_anything_in_a_row_that_is_withheld_as_a_whole(record: Record):
    call = call_time(of(record))
    shown = scale(call, 30, 4, call.start_ms)
    for row in time_rows(call, shown):
        here = Stretch(row.start_ms, row.start_ms + shown.step_ms)
        if any(held.start_ms <= here.start_ms and here.end_ms <= held.end_ms for held in record.withheld):
            assert (row.asking, row.telling, row.unknown) == (0, 0, 0)
            assert row.gap


def test_words_that_are_withheld_in_the_middle_of_a_turn_are_no_talk():
    said = Turn(1, RESPONDENT, tuple(Word("w", at(s), at(s) + 900) for s in (0, 1, 2, 8, 9)))
    held = (Stretch(at(2.95), at(7.5)),)
    record = example_record(turns=(PlacedTurn(said, None),), withheld=held, gaps=held, spans=(Stretch(at(0), at(10)),))
    call = call_time(of(record))
    assert [row.telling > 0 for row in time_rows(call, scale(call, 10))] == [True] * 3 + [False] * 5 + [True] * 2


class Stage(App[int]):
    """The timeline of the example by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[int] = []

    def compose(self) -> ComposeResult:
        yield AudioTimeline()

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = "dark"

    def on_audio_timeline_wanted(self, message: AudioTimeline.Wanted) -> None:
        self.wanted.append(message.at_ms)


async def test_a_row_is_played_by_enter_or_a_click_and_the_evidence_from_where_it_begins():
    app = Stage()
    async with app.run_test(size=(26, 24)) as pilot:
        timeline = app.query_one(AudioTimeline)
        await pilot.press("enter", "down", "plus")
        timeline.show_call(call_time(of(example_record())))
        timeline.show_evidence([Stretch(at(43), at(44))])
        await pilot.pause()
        marked = [number for number, line in enumerate(lines(app)) if "▌" in line]
        assert marked == [9]
        await pilot.click(AudioTimeline, offset=(3, 9))
        await pilot.click(AudioTimeline, offset=(3, 1))
        await pilot.click(AudioTimeline, offset=(3, 0))
        await pilot.press("end", "up", "enter")
        assert app.wanted == [at(43), at(0), at(90)]
        await pilot.press("plus", "home")
        await pilot.click(AudioTimeline, offset=(3, 20))
        assert app.wanted[-1] == at(38), "closer, a click is on the row that was seen there"


async def test_what_is_heard_moves_on_from_row_to_row_and_a_closer_look_keeps_the_place():
    app = Stage()
    async with app.run_test(size=(26, 24)) as pilot:
        timeline = app.query_one(AudioTimeline)
        timeline.show_call(call_time(of(example_record())))
        timeline.show_playing(at(7))
        await pilot.pause()
        assert "▶" in lines(app)[2]
        timeline.show_playing(None)
        await pilot.pause()
        assert not any("▶" in line for line in lines(app))
        await pilot.press("home", *["down"] * 9)
        assert "›" in lines(app)[10]
        await pilot.press("plus")
        assert lines(app)[0].endswith("± 2 s a row")
        assert "›" in "".join(lines(app))
        app.set_focus(None)
        await pilot.pause()
        timeline.show_evidence([Stretch(at(30), at(31))])
        app.set_focus(timeline)
        await pilot.pause()
        await pilot.press("minus", "minus")
        assert "›" in lines(app)[7]
        timeline.show_evidence([Stretch(at(43), at(44))])
        await pilot.pause()
        assert lines(app)[0].endswith("± 5 s a row")
        assert "›" in lines(app)[7], "while it has the focus nothing moves its cursor"
