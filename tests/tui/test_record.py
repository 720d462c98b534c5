"""The record: incidents with their evidence, the transcript with the notes at their words, played from any row."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from textual import events

from interview_tui.interview.events import Place
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.printed import record_in_words
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Evidence, PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.tui.ports import Read
from interview_tui.tui.reading import SURE, Row, dots, record_rows, transcript_rows
from interview_tui.tui.screens.home import HomeScreen
from tests.export.any_record import records
from tests.export.example_record import (
    ACTION,
    EVENT,
    FEELING,
    HARD_OUTCOME,
    ORIGIN_MS,
    OUTCOME,
    OUTSIDE,
    WITHHELD_NOTE,
    WITHHELD_TALK,
    example_record,
    turn,
)
from tests.tui.staging import Stage, staged
from tests.tui.test_home import conducted

ASIDE = "spoken of beside the question before them"
DOUBTFUL = {
    "He was in a dreadful state.": ("the order of the schedule", 0.61),
    "To go back to it: he rang twice that night.": (ASIDE, 0.53),
}
WAYS = {
    EVENT: Asked.WORDED,
    FEELING: Asked.SKIPPED,
    OUTCOME: Asked.PARAPHRASED,
    ACTION: Asked.VOLUNTEERED,
    HARD_OUTCOME: Asked.NOT_REACHED,
    OUTSIDE: Asked.PARAPHRASED,
}


def placed_record(case: str = "P07") -> Record:
    """The example, as a merge knows it: how questions were asked, how sure a place is, how long was talked where."""
    record = example_record(case=case)
    entries = tuple(replace(entry, asked=WAYS.get(entry.place, Asked.ASKED)) for entry in record.entries)
    turns = tuple(
        replace(placed, why=why, sure=sure)
        for placed in record.turns
        for why, sure in [DOUBTFUL.get(placed.turn.text, (placed.why, placed.sure))]
    )
    talk_ms = (("General questions", 4_200), ("Outcome", 24_000), ("R1-good", 12_000), ("R1-difficult", 6_000))
    return replace(record, entries=entries, turns=turns, talk_ms=talk_ms)


def stage_with_record() -> Stage:
    stage = Stage()
    conducted(stage, "P07")
    stage.study.record = placed_record
    return stage


def row_of(rows: list[Row], kind: str, text: str) -> Row:
    return next(row for row in rows if row.kind == kind and text in row.text)


async def shown(stage: Stage) -> None:
    await stage.until(lambda: "R1-difficult" in stage.screen)


def test_each_field_of_an_incident_is_followed_by_its_evidence_in_order():
    rows = record_rows(example_record())
    begin = next(number for number, row in enumerate(rows) if row.text.startswith("R1-good"))
    assert [(row.kind, row.text) for row in rows[begin + 1 : begin + 7]] == [
        ("field", "event: What happened?"),
        ("turn", "What happened?"),
        ("turn", "He rang me at eleven at night about his first budget."),
        ("note", "! new PH, 1st budget rang 11pm"),
        ("turn", "He was in a dreadful state."),
        ("field", "action: What did you do?"),
    ]


def test_the_dots_of_an_incident_name_what_it_lacks():
    good = next(incident for incident in example_record().incidents if incident.id == "R1-good")
    assert dots(good) == "● event  ◐ action  ○ feeling  ● outcome  0 of 1 wishes"


def test_answers_by_code_are_shown_with_their_questions():
    (role,) = [row for row in record_rows(example_record()) if row.answer == "mentor"]
    assert role.text == "Were you the mentor or the mentee?"


def test_the_transcript_has_questions_as_headings_and_notes_at_their_words():
    rows = transcript_rows(example_record())
    texts = [row.text for row in rows]
    question = texts.index("How would you define mentoring?")
    assert (rows[question].kind, rows[question + 1].kind, rows[question + 3].kind) == ("question", "turn", "note")
    times = [row.at_ms for row in rows if row.at_ms is not None]
    assert times == sorted(times)


def test_a_gap_says_why_nothing_was_recorded():
    gaps = [row.text for row in transcript_rows(example_record()) if row.kind == "gap"]
    assert gaps == ["off the record, 10 s", "not recorded, 28 s"]


def test_nothing_withheld_is_shown_whatever_the_record_holds():
    record = example_record()
    told = " ".join(row.text for row in (*record_rows(record), *transcript_rows(record)))
    assert WITHHELD_TALK not in told
    assert WITHHELD_NOTE not in told


@given(record=records())
@settings(max_examples=100, deadline=None)
def test_of_no_record_is_anything_shown_that_was_withheld(record):
    for row in (*record_rows(record), *transcript_rows(record)):
        if row.kind in ("turn", "note"):
            assert not any(held.start_ms <= row.at_ms < held.end_ms for held in record.withheld)


@pytest.mark.parametrize("record", [example_record(turns=(), notes=(), incidents=(), entries=(), provenance=None)])
def test_an_interview_of_nothing_can_be_read(record: Record):
    assert record_rows(record)
    assert transcript_rows(record)[0].text.startswith("Not transcribed yet")


def test_each_part_of_an_incident_says_how_it_was_asked():
    rows = record_rows(placed_record())
    good = rows[rows.index(row_of(rows, "heading", "R1-good")) :]
    asides = [row_of(good, "field", key).aside for key in ("event", "action", "feeling", "outcome")]
    assert asides == ["asked as worded", "thin · volunteered", "missing · skipped", "asked in other words"]


def test_of_several_questions_for_a_part_the_one_closest_to_the_schedule_tells_how_it_was_asked():
    record = placed_record()
    skipped = next(entry for entry in record.entries if entry.place == FEELING)
    probe = replace(skipped, place=Place("feeling-more", FEELING.round), kind="probe", asked=Asked.PARAPHRASED)
    rows = record_rows(replace(record, entries=(*record.entries, probe)))
    assert "missing · asked in other words" in [row.aside for row in rows if row.text.startswith("feeling")]


def test_questions_of_the_record_and_of_the_transcript_say_how_they_were_asked():
    record = placed_record()
    assert row_of(record_rows(record), "question", "mentor or the mentee").aside == "asked"
    define = row_of(transcript_rows(record), "question", "mentoring")
    assert define.aside == "asked in other words · General questions"


@pytest.mark.parametrize("kind", ["record", "say"])
def test_what_is_no_question_is_not_said_to_have_been_asked(kind: str):
    record = placed_record()
    entries = tuple(replace(entry, kind=kind) for entry in record.entries)
    rows = record_rows(replace(record, entries=entries))
    assert not row_of(rows, "question", "mentor or the mentee").aside


def test_the_course_of_the_call_is_told_as_on_the_command_line():
    record = placed_record()
    probe = replace(record.entries[-1], kind="probe")
    record = replace(record, entries=(*record.entries, probe))
    course = [row.text for row in record_rows(record) if row.kind == "course"]
    assert course[0].startswith("questions: 1 asked as worded, 2 asked in other words")
    assert "R1-good 0.2 min" in course[1]
    assert set(course) < set(record_in_words(record).splitlines())


@given(record=records())
@settings(max_examples=100, deadline=None)
def test_a_turn_has_a_doubt_if_its_place_is_less_sure_than_it_should_be_and_only_then(record: Record):
    spoken = tuple(placed for placed in record.turns if placed.turn.words)
    rows = transcript_rows(replace(record, withheld=(), turns=spoken))
    shown = Counter((row.said, placed_sure(row)) for row in rows if row.kind == "turn")
    doubts = [f"{placed.sure:.2f} sure" if placed.place and placed.sure < SURE else "" for placed in spoken]
    assert shown == Counter((placed.turn.stretch, doubt) for placed, doubt in zip(spoken, doubts, strict=True))


def placed_sure(row: Row) -> str:
    """How sure its place is said to be."""
    return row.doubt.removesuffix("]").rpartition(", ")[2]


def test_a_place_that_is_just_sure_enough_has_no_doubt():
    just = PlacedTurn(turn(1, INTERVIEWER, 6, "How would you define mentoring?"), OUTSIDE, ASIDE, SURE)
    (sure,) = [row for row in transcript_rows(example_record(turns=(just,))) if row.kind == "turn"]
    assert not sure.doubt


async def test_a_turn_that_may_belong_elsewhere_has_its_mark_before_its_time_and_the_reason_behind_its_words():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await shown(stage)
        doubtful, sure = (line_of(stage, text) for text in ("He was in a", "He rang me"))
        assert doubtful.split()[:3] == ["?", "00:25", "R"]
        assert sure.split()[:2] == ["00:21", "R"]
        assert "dreadful state.  [belongs here? the order of the schedule, 0.61 sure]" in stage.screen


def line_of(stage: Stage, text: str) -> str:
    return next(line for line in stage.screen.splitlines() if text in line)


async def test_a_record_longer_than_the_screen_is_told_to_the_last_word():
    long = tuple(
        PlacedTurn(turn(n, RESPONDENT, 3 * n, " ".join(f"w{n}x{word}" for word in range(7 * n))), OUTSIDE)
        for n in range(1, 12)
    )
    define = next(entry for entry in placed_record().entries if entry.place == OUTSIDE)
    entries = (replace(define, evidence=Evidence(tuple(range(1, 12)))),)
    stage = stage_with_record()
    stage.study.record = lambda case: example_record(
        case=case, turns=long, notes=(), withheld=(), incidents=(), entries=entries
    )
    async with staged(Read("P07"), stage=stage):
        await stage.until(lambda: "w1x0" in stage.screen)
        seen = set(stage.screen.split())
        for _ in range(8):
            await stage.press("pagedown")
            await stage.settled()
            seen.update(stage.screen.split())
        assert {word.text for placed in long for word in placed.turn.words} <= seen


async def test_the_record_is_read_and_turned_over_to_the_transcript_at_the_same_moment():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await shown(stage)
        assert "faster-whisper tiny.en" in stage.screen
        rows = stage.app.screen.query_one("#rows")
        rows.highlighted = next(n for n, row in enumerate(stage.app.screen._rows) if "=HYPERLINK" in row.text)
        at_ms = stage.app.screen._rows[rows.highlighted].at_ms
        await stage.press("v")
        assert "not recorded, 28 s" in stage.screen
        assert stage.app.screen._rows[rows.highlighted].at_ms == at_ms
        await stage.press("v")
        assert "not recorded, 28 s" not in stage.screen


def played_to(stage: Stage, end_ms: int) -> bool:
    return bool(stage.player.played) and stage.player.played[-1][1] == end_ms


async def test_enter_plays_from_a_turn_to_the_end_and_a_field_as_long_as_it_lasts():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await shown(stage)
        rows = stage.app.screen.query_one("#rows")
        for text, end_ms in (("event: What happened?", ORIGIN_MS + 85_000), ("=HYPERLINK", ORIGIN_MS + 100_000)):
            rows.highlighted = next(n for n, row in enumerate(stage.app.screen._rows) if text in row.text)
            await stage.press("enter")
            await stage.until(partial(played_to, stage, end_ms))
        await stage.press("s")
        assert stage.player.at_ms() is None


def stage_with_sound() -> Stage:
    """A stage whose record was recorded from the first hour's beginning to its end."""
    stage = stage_with_record()
    hour = Timeline([Span(1, 0, 8_000, 1, 3_600 * 8_000, (AudioPart("hour.wav", 0, 3_600 * 8_000),))])
    stage.player.clips = lambda timeline, start_ms, end_ms: hour.clips(start_ms, end_ms)  # noqa: ARG005 - the port's
    return stage


async def begun(stage: Stage) -> int:
    """Play from a turn of the good incident; gives the moment it begins at."""
    await shown(stage)
    rows = stage.app.screen.query_one("#rows")
    rows.highlighted = next(n for n, row in enumerate(stage.app.screen._rows) if "He rang me" in row.text)
    await stage.press("enter")
    await stage.until(lambda: "▶" in stage.screen)
    return stage.player.played[-1][0]


def type_sign(stage: Stage, character: str) -> None:
    """Put the key of a sign into the app's queue under the name that a terminal gives it."""
    names = {"[": "left_square_bracket", "]": "right_square_bracket", "<": "less_than_sign", ">": "greater_than_sign"}
    stage.app.post_message(events.Key(names[character], character))


def plays_at(stage: Stage, speed: float) -> bool:
    return stage.player.speed == speed


async def test_space_pauses_and_goes_on_from_a_second_before():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        begin_ms = await begun(stage)
        stage.clock.advance(4_000)
        await stage.press("space")
        await stage.until(lambda: "paused" in stage.screen)
        stage.clock.advance(60_000)
        assert stage.player.at_ms() == begin_ms + 4_000
        await stage.press("f4")
        await stage.until(lambda: "Space pauses" in stage.screen)
        assert stage.player.at_ms() == begin_ms + 3_000


async def test_space_plays_from_the_row_while_nothing_plays():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        await begun(stage)
        await stage.press("s")
        await stage.until(lambda: stage.player.at_ms() is None)
        await stage.press("space")
        await stage.until(lambda: len(stage.player.played) == 2)
        assert stage.player.played[0] == stage.player.played[1]


async def test_the_function_keys_jump_while_it_plays_and_while_it_is_paused():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        begin_ms = await begun(stage)
        await stage.press("f5")
        await stage.until(lambda: stage.player.at_ms() == begin_ms + 5_000)
        await stage.press("space")
        await stage.until(lambda: stage.player.paused)
        await stage.press("f3")
        await stage.until(lambda: stage.player.at_ms() == begin_ms)
        assert stage.player.paused


async def test_brackets_change_the_speed_step_by_step_and_it_is_shown():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        await begun(stage)
        for character, speed in (("]", 1.25), (">", 1.5), ("]", 2), ("]", 2), ("[", 1.5), ("<", 1.25)):
            type_sign(stage, character)
            await stage.settled()
            await stage.until(partial(plays_at, stage, speed))
        await stage.until(lambda: "1.25×" in stage.screen)
        await stage.press("s")
        await stage.until(lambda: "speed 1.25×" in stage.screen)


async def test_many_keys_at_once_are_done_in_their_order():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        begin_ms = await begun(stage)
        type_sign(stage, "]")
        type_sign(stage, "]")
        stage.burst("f5", "space", "f5", "f3")
        await stage.until(lambda: stage.player.paused and stage.player.at_ms() == begin_ms + 5_000)
        assert stage.player.speed == 1.5


async def test_why_playing_broke_off_is_said():
    async with staged(Read("P07"), stage=stage_with_sound()) as stage:
        await begun(stage)
        stage.player.trouble = "The headset has gone: nothing is heard any more. Plug it in again, or another."
        stage.player.stop()
        await stage.until(lambda: "The headset has gone" in stage.screen)


async def test_without_a_sound_device_the_record_can_still_be_read():
    stage = stage_with_record()
    stage.player.available = False
    async with staged(Read("P07"), stage=stage):
        await shown(stage)
        assert "No sound device" in stage.screen
        await stage.press("enter")
        assert stage.player.played == []


async def test_a_case_that_is_not_there_says_so():
    async with staged(Read("P99")) as stage:
        await stage.until(lambda: "P99" in stage.screen.splitlines()[-2])
        await stage.press("escape")
        assert isinstance(stage.app.screen, HomeScreen)


async def test_the_record_is_exported():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await shown(stage)
        await stage.press("e")
        await stage.until(lambda: stage.exports.written == [("P07", "text"), ("P07", "json")])


async def test_a_resize_lays_the_rows_out_anew_and_keeps_the_place():
    async with staged(Read("P07"), stage=stage_with_record()) as stage:
        await shown(stage)
        rows = stage.app.screen.query_one("#rows")
        rows.highlighted = 12
        await stage.pilot.resize_terminal(60, 20)
        await stage.settled()
        assert rows.highlighted == 12
        assert max(len(line) for line in stage.screen.splitlines()) <= 60
