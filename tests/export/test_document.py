"""The canonical blocks: order, headings, gaps, and what evidence points to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.export.document import NO_QUESTION, Block, BlockKind, Document, build, stamp
from interview_tui.export.options import Counting, Options
from interview_tui.interview.events import Level, Place, Stretch
from interview_tui.record.model import Entry, Evidence, Record
from interview_tui.record.transcript import INTERVIEWER
from tests.export.any_record import records
from tests.export.example_record import ORIGIN_MS, example_record


def of_kind(document: Document, kind: BlockKind) -> list[Block]:
    return [block for block in document.blocks if block.kind is kind]


def test_a_heading_stands_where_the_talk_turns_to_a_question_and_again_when_it_returns() -> None:
    headings = of_kind(build(example_record()), BlockKind.HEADING)
    assert [(heading.text, heading.breadcrumb[-1:]) for heading in headings] == [
        (NO_QUESTION, ()),
        ("How would you define mentoring?", ("General questions",)),
        ("Can you think of one relationship you thought went particularly well?", ("The relationship",)),
        ("What happened?", ("good",)),
        ("What did you do?", ("good",)),
        ("What was the outcome?", ("good",)),
        ("What happened?", ("good",)),
        ("What happened?", ("difficult",)),
        ("What happened?", ("good",)),
    ]


def test_the_times_of_a_heading_span_the_talk_under_it() -> None:
    heading = of_kind(build(example_record()), BlockKind.HEADING)[3]
    assert (heading.start_ms, heading.end_ms) == (ORIGIN_MS + 20_000, ORIGIN_MS + 26_460)


def test_an_instruction_to_the_interviewer_is_never_worded_as_a_question() -> None:
    place = Place("define")
    instruction = Entry(place, "interviewer", ("General",), "Probe formality", (), Level.OPEN, None, True, Evidence())
    texts = [block.text for block in build(example_record(entries=(instruction,))).blocks]
    assert "Probe formality" not in texts


def test_a_line_of_a_checklist_has_the_heading_of_its_question() -> None:
    record = example_record()
    turn = replace(record.turns[0], place=Place("experience", "", "mentor"))
    heading = build(replace(record, turns=(turn,))).blocks[0]
    assert (heading.text, heading.breadcrumb) == ("Have you ever... (mentor)", ("Experience",))


def test_a_note_stands_after_the_words_it_is_about() -> None:
    document = build(example_record())
    for note in of_kind(document, BlockKind.NOTE):
        before = [block for block in document.blocks[: note.index] if block.kind is BlockKind.TURN]
        after = [block for block in document.blocks[note.index :] if block.kind is BlockKind.TURN]
        assert all(turn.start_ms <= note.start_ms for turn in before)
        assert all(turn.start_ms > note.start_ms for turn in after)


def test_an_interview_that_was_not_recorded_has_its_headings_over_the_notes() -> None:
    document = build(example_record(turns=(), spans=(), gaps=(), withheld=()))
    assert [(block.kind, block.text) for block in document.blocks[:2]] == [
        (BlockKind.HEADING, "How would you define mentoring?"),
        (BlockKind.NOTE, 'ladder — "holding it"'),
    ]
    assert document.origin_ms == 0


def test_a_pause_that_is_withheld_is_said_once() -> None:
    document = build(example_record())
    silences = [document.silence(block) for block in document.blocks if not block.text and block.kind != BlockKind.FLAG]
    assert silences == [
        "withheld at participant's request 00:00:30–00:00:39",
        "not recorded 00:00:50–00:01:18",
    ]


def test_what_is_left_of_a_pause_around_a_withheld_stretch_is_still_a_gap() -> None:
    record = example_record(gaps=(Stretch(100_000, 160_000),), withheld=(Stretch(120_000, 130_000),))
    gaps = of_kind(build(record), BlockKind.GAP)
    assert [(gap.start_ms, gap.end_ms) for gap in gaps] == [(100_000, 120_000), (130_000, 160_000)]


def test_turns_carry_the_field_and_the_incident_they_belong_to() -> None:
    turns = of_kind(build(example_record()), BlockKind.TURN)
    assert {(turn.field, turn.incident) for turn in turns} == {
        ("", ""),
        ("event", "R1-good"),
        ("action", "R1-good"),
        ("outcome", "R1-good"),
        ("event", "R1-difficult"),
        ("event", "R2-good"),
    }


def test_evidence_tells_the_respondents_words_in_order_and_no_others() -> None:
    document = build(example_record())
    event, action = document.record.incidents[1].fields[:2]
    assert [block.text for block in document.told(event.evidence)] == [
        "He rang me at eleven at night about his first budget.",
        "He was in a dreadful state.",
        "To go back to it: he rang twice that night.",
    ]
    assert [block.text for block in document.told(action.evidence)] == ["So I told him to sleep on it."]
    assert all(block.speaker != INTERVIEWER for block in document.told(event.evidence))


def test_the_times_of_evidence_without_audio_are_those_of_its_turns() -> None:
    document = build(example_record())
    assert document.times(Evidence(turns=(8,))) == Stretch(ORIGIN_MS + 21_000, ORIGIN_MS + 23_710)
    assert document.times(Evidence(notes=("n3",))) is None


def test_circumstances_are_the_answers_of_the_rounds_around_an_incident_outermost_first() -> None:
    document = build(example_record())
    difficult = document.record.incidents[0]
    assert document.circumstances(difficult) == [("role", "mentor"), ("kind", "formal"), ("order", "-1")]


def test_a_ring_of_rounds_is_walked_once() -> None:
    first, *others = example_record().rounds
    document = build(example_record(rounds=(replace(first, parent="R1-good"), *others)))
    assert document.circumstances(document.record.incidents[1]) == [("role", "mentor"), ("kind", "formal")]


@pytest.mark.parametrize(
    ("at_ms", "text"),
    [
        (0, "00:00:00"),
        (999, "00:00:00"),
        (59_999, "00:00:59"),
        (60_000, "00:01:00"),
        (3_599_999, "00:59:59"),
        (3_600_000, "01:00:00"),
        (360_000_000, "100:00:00"),
        (-400, "00:00:00"),
        (-61_500, "-00:01:01"),
    ],
)
def test_a_stamp_is_rounded_down_and_never_shows_sixty(at_ms: int, text: str) -> None:
    assert stamp(at_ms) == text


@given(st.integers(0, 400_000_000))
def test_a_stamp_lies_at_most_a_second_before_its_moment(at_ms: int) -> None:
    hours, minutes, seconds = (int(part) for part in stamp(at_ms).split(":"))
    assert minutes < 60
    assert seconds < 60
    assert 0 <= at_ms - ((hours * 60 + minutes) * 60 + seconds) * 1000 < 1000


def test_times_count_from_the_first_recorded_sample_through_pauses() -> None:
    document = build(example_record())
    assert document.shown_ms(ORIGIN_MS + 80_000) == 80_000
    assert document.shown_ms(ORIGIN_MS - 30_000) == -30_000


def test_times_counted_in_the_audio_leave_pauses_out() -> None:
    document = build(example_record(), Options(counting=Counting.AUDIO))
    assert document.shown_ms(ORIGIN_MS + 29_000) == 29_000
    assert document.shown_ms(ORIGIN_MS + 35_000) == 30_000
    assert document.shown_ms(ORIGIN_MS + 42_000) == 32_000
    assert document.shown_ms(ORIGIN_MS + 80_000) == 42_000
    assert document.silence(of_kind(document, BlockKind.GAP)[0]) == "not recorded for 00:00:28"


@settings(deadline=None)
@given(records())
def test_blocks_are_in_order_of_time_and_numbered(record: Record) -> None:
    blocks = build(record).blocks
    assert [block.index for block in blocks] == list(range(len(blocks)))
    starts = [block.start_ms for block in blocks]
    assert starts == sorted(starts)
    assert all(block.start_ms <= block.end_ms for block in blocks)


@settings(deadline=None)
@given(records())
def test_every_turn_stands_under_the_heading_of_its_own_place(record: Record) -> None:
    heading = None
    for block in build(record).blocks:
        if block.kind is BlockKind.HEADING:
            heading = block
        elif block.kind is BlockKind.TURN:
            assert heading is not None
            assert heading.place == block.place
            assert heading.start_ms <= block.start_ms <= block.end_ms <= heading.end_ms
