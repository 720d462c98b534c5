"""Timed text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone

from hypothesis import given, settings

from interview_tui.export import text
from interview_tui.export.document import BlockKind, build
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Options
from interview_tui.record.model import Record
from tests.export.any_record import records
from tests.export.example_record import example_record

TURN = re.compile(r"\[\d{2,}:\d\d:\d\d\] [^\n]*: [^\n]*")


def paragraphs(record: Record, options: Options | None = None) -> list[str]:
    options = options or Options()
    return text.render(build(record, options), options).removesuffix("\n").split("\n\n")


def test_a_turn_is_a_stamp_a_tag_and_its_words() -> None:
    assert "[00:00:21] R: He rang me at eleven at night about his first budget." in paragraphs(example_record())
    assert "[00:00:20] I: What happened?" in paragraphs(example_record())


def test_a_turn_of_which_some_may_be_another_s_says_so_after_its_words() -> None:
    record = example_record()
    sure, doubtful = record.turns[2], record.turns[3]
    words = (replace(doubtful.turn.words[0], speaker_sure=0.2), *doubtful.turn.words[1:])
    doubtful = replace(doubtful, turn=replace(doubtful.turn, words=words))
    lines = [line for line in paragraphs(replace(record, turns=(sure, doubtful))) if TURN.fullmatch(line)]
    assert lines == [
        "[00:00:06] I: How would you define mentoring?",
        "[00:00:08] R: Holding the ladder while <em>someone else</em> climbs & falls. [speaker doubtful]",
    ]


def test_the_first_line_names_case_study_and_day() -> None:
    assert (
        paragraphs(example_record())[0] == "P07 · Developing Skills for Government - Political Mentoring · 2026-03-14"
    )


def test_a_rehearsal_says_so() -> None:
    assert paragraphs(example_record(rehearsal=True))[0].endswith(" · rehearsal")


def test_the_day_is_that_of_the_chosen_timezone() -> None:
    options = Options(timezone=timezone(timedelta(hours=13)))
    assert paragraphs(example_record(), options)[0].endswith("2026-03-15")


def test_headings_notes_flags_and_gaps_are_lines_of_their_own() -> None:
    lines = paragraphs(example_record())
    assert "# Critical incidents > R1 > Outcome > good\n# What happened?" in lines
    assert "[note, important, 00:00:22: new PH, 1st budget rang 11pm]" in lines
    assert "[flagged, 00:00:43]" in lines
    assert "[not recorded 00:00:50–00:01:18]" in lines
    assert "[withheld at participant's request 00:00:30–00:00:39]" in lines


def test_speakers_can_be_tagged_otherwise_and_a_name_without_a_tag_stays() -> None:
    lines = paragraphs(example_record(), Options(tags={"interviewer": "INT"}))
    assert "[00:00:20] INT: What happened?" in lines
    assert "[00:00:02] respondent: Perfectly, thank you." in lines


def test_stamps_counted_in_the_audio_skip_the_pauses() -> None:
    assert "[00:00:42] I: Now one that did not go well?" in paragraphs(
        example_record(), Options(counting=Counting.AUDIO)
    )


def test_how_it_ended_and_what_was_written_down_afterwards_stand_at_the_end() -> None:
    assert paragraphs(example_record())[-5:] == [
        "[ended: complete – he had to catch a train]",
        "# Debrief",
        "[debrief, How did it go?: well, he warmed up]",
        "[debrief, R1-good: how fully was it told?: full]",
        "[debrief, ? </dd> check how the council is anonymised: asked him]",
    ]


def test_without_a_debrief_there_is_no_heading_for_one() -> None:
    assert "# Debrief" not in paragraphs(example_record(debrief=()))
    assert paragraphs(example_record(debrief=(), outcome=""))[-1].startswith("[00:01:30] R:")


@settings(deadline=None)
@given(records())
def test_every_block_of_any_record_is_one_paragraph_with_its_words_whole(record: Record) -> None:
    document = build(record)
    lines = paragraphs(record)
    after = bool(record.outcome) + bool(record.debrief) + len(record.debrief)
    assert len(lines) == 1 + len(document.blocks) + after
    for block, line in zip(document.blocks, lines[1:], strict=False):
        assert legible(block.text) in line
        if block.kind is BlockKind.TURN and block.start_ms >= document.origin_ms:
            assert TURN.fullmatch(line)
