"""Timed text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings

from interview_tui.export import text
from interview_tui.export.document import BlockKind, Document, build
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Options
from interview_tui.export.spoken import speaker_tag
from interview_tui.interview.events import Stretch
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from tests.export.any_record import records
from tests.export.example_record import ORIGIN_MS, example_record, turn
from tests.export.spoken_record import documents, said

TURN = re.compile(r"\[\d{2,}:\d\d:\d\d\] [^\n]*: [^\n]*")
SAID = re.compile(r"\[\d\d:\d\d:\d\d\] [IR]: ")
TURN_LINE = re.compile(r"\[(\d\d:\d\d:\d\d)\] ([^:\[\]{}#@.,]{1,63}): ([^\n]+)")
F4 = re.compile(r" #(\d\d:\d\d:\d\d-\d)#$", re.MULTILINE)

# What QualCoder 4 takes for stamps, for clock times within a line, and for speakers within a line.
STAMPS = re.compile(r"\[\d{1,3}[:.]\d\d([:.]\d\d)?\]|\{\d\d:\d\d:\d\d\}|#\d\d:\d\d:\d\d\.\d{1,3}#|,\d{3}\s-->\s")
CLOCK_TIME = re.compile(r"(?<![0-9:.])\d{1,2}:\d\d(:\d\d)?")
WITHIN_A_LINE = re.compile(r"(^|[.,;!?…)\]\"»'])[ \t]*[A-ZÀ-ÖØ-Þ]\w*([ \t]+\w+){0,5}:", re.MULTILINE)


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
    lines = [line for line in paragraphs(replace(record, turns=(sure, doubtful))) if SAID.match(line)]
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


def test_headings_notes_flags_and_gaps_are_paragraphs_with_tags_of_their_own() -> None:
    lines = paragraphs(example_record())
    assert "[00:00:20] QUESTION: Critical incidents > R1 > Outcome > good > What happened?" in lines
    assert "[00:00:22] NOTE: (important) new PH, 1st budget rang 11pm" in lines
    assert "[00:00:43] NOTE: (flagged)" in lines
    assert "[00:00:50] GAP: not recorded for 28 s" in lines
    assert "[00:00:30] GAP: withheld at participant's request for 9 s" in lines
    assert "[00:00:00] GAP: not recorded for 2 min 5 s" in paragraphs(
        example_record(gaps=(_stretch(0, 125),), withheld=())
    )


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
        "[00:01:30] R: In the other one, we met at his ward office.",
        "ENDED: complete – he had to catch a train",
        "DEBRIEF: How did it go? – well, he warmed up",
        "DEBRIEF: R1-good: how fully was it told? – full",
        "DEBRIEF: ? </dd> check how the council is anonymised – asked him",
    ]


def test_what_was_before_the_recording_has_no_stamp() -> None:
    options = Options(before_consent=True)
    assert "NOTE: wife answered, fetching him" in paragraphs(example_record(), options)


def test_no_stamps_are_written_where_none_are_wanted() -> None:
    record, options = example_record(), Options(times=False)
    assert "R: He was in a dreadful state." in paragraphs(record, options)
    for written in (text.render, text.qualcoder, text.f4):
        assert not re.search(r"\d\d:\d\d", written(build(record, options), options))


def test_lines_end_as_it_was_chosen() -> None:
    record, options = example_record(), Options(crlf=True)
    for written in (text.render, text.qualcoder, text.f4):
        ended = written(build(record, options), options)
        assert ended.replace("\r\n", "\n") == written(build(record), Options())
        assert "\n" not in ended.replace("\r\n", "")


def test_what_looks_like_a_stamp_or_a_speaker_and_is_none_cannot_be_taken_for_one() -> None:
    said = turn(1, RESPONDENT, 1, "Well, I said: [10:30] #00:01:02.5# {00:01:02} or [laughs] at 10:30.")
    record = example_record(study="Study: the second", turns=(PlacedTurn(said, None),))
    assert paragraphs(record)[0] == "P07 · Study – the second · 2026-03-14"
    assert "[00:00:01] R: Well, I said: [ 10:30] # 00:01:02.5# { 00:01:02} or [laughs] at 10:30." in paragraphs(record)
    assert lines_for_qualcoder(record) == [
        "[00:00:01] R: Well, I said : [ 10:30] # 00:01:02.5# { 00:01:02} or [laughs] at 10:30."
    ]


def test_for_qualcoder_there_are_only_turns_a_line_each_on_the_clock_of_the_audio() -> None:
    lines = lines_for_qualcoder(example_record())
    assert lines[3] == "[00:00:08] R: Holding the ladder while <em>someone else</em> climbs & falls."
    assert lines[-3:] == [
        "[00:00:42] I: Now one that did not go well?",
        "[00:00:45] R: =HYPERLINK( she missed all our meetings.",
        "[00:00:52] R: In the other one, we met at his ward office.",
    ]


def test_for_qualcoder_a_doubtful_speaker_is_no_speaker_in_brackets() -> None:
    said = turn(1, RESPONDENT, 1, "Yes.")
    doubtful = replace(said, words=(replace(said.words[0], speaker_sure=0.2),))
    assert lines_for_qualcoder(example_record(turns=(PlacedTurn(doubtful, None),))) == [
        "[00:00:01] R: Yes. (speaker doubtful)"
    ]


def test_a_tag_holds_nothing_that_ends_a_tag() -> None:
    tags = [speaker_tag(name, Options()) for name in ("respondent", "Dr. A: [x]", "", "\x07:", "n" * 80, "[10:30]")]
    assert tags == ["R", "Dr A x", "U", "U", "n" * 63, "10 30"]


def test_in_the_style_of_f4_the_end_of_a_turn_ends_its_paragraph() -> None:
    lines = text.f4(build(example_record()), Options()).split("\n")
    assert lines[0].startswith("P07 · ")
    at = lines.index("I: What happened? #00:00:20-5#")
    assert lines[at - 1] == "QUESTION: Critical incidents > R1 > Outcome > good > What happened?"
    assert lines[at + 1 : at + 3] == [
        "R: He rang me at eleven at night about his first budget. #00:00:23-7#",
        "NOTE: (important) new PH, 1st budget rang 11pm",
    ]
    assert "R: In the other one, we met at his ward office. #00:00:54-5#" in lines


@pytest.mark.parametrize(
    ("end_ms", "stamp"), [(59_949, "00:00:59-9"), (59_950, "00:01:00-0"), (3_599_960, "01:00:00-0")]
)
def test_tenths_are_rounded_and_carried(end_ms: int, stamp: str) -> None:
    said = Turn(1, RESPONDENT, (Word("Yes.", ORIGIN_MS, ORIGIN_MS + end_ms),))
    record = example_record(turns=(PlacedTurn(said, None),), spans=(_stretch(0, 4000),), withheld=())
    assert f"R: Yes. #{stamp}#" in text.f4(build(record), Options()).split("\n")


def test_no_stamp_is_before_the_one_before_it_where_turns_overlap() -> None:
    turns = (turn(1, RESPONDENT, 1, "One two three four five six"), turn(2, INTERVIEWER, 1.5, "Mm."))
    ends = F4.findall(text.f4(build(example_record(turns=[PlacedTurn(each, None) for each in turns])), Options()))
    assert ends == ["00:00:02-5", "00:00:02-5"]


def test_without_a_debrief_and_an_outcome_there_is_nothing_after_the_talk() -> None:
    assert not any(line.startswith("DEBRIEF") for line in paragraphs(example_record(debrief=())))
    assert paragraphs(example_record(debrief=(), outcome=""))[-1].startswith("[00:01:30] R:")


@settings(deadline=None, max_examples=20)
@given(records())
def test_every_block_of_any_record_is_one_paragraph_with_its_words_whole(record: Record) -> None:
    document = build(record)
    lines = paragraphs(record)
    after = bool(record.outcome) + len(record.debrief)
    assert len(lines) == 1 + len(document.blocks) + after
    for block, line in zip(document.blocks, lines[1:], strict=False):
        assert legible(block.text) in line
        if block.kind is BlockKind.TURN and block.start_ms >= document.origin_ms:
            assert TURN.fullmatch(line)


@settings(deadline=None, max_examples=20)
@given(documents())
def test_qualcoder_finds_every_turn_of_any_record_and_nothing_else(document: Document) -> None:
    written = text.qualcoder(document, Options())
    told = [TURN_LINE.fullmatch(line) for line in written.split("\n")[:-1]]
    assert all(told)
    assert [(found[2], found[3].replace(" :", ":")) for found in told if found] == [
        (tag, " ".join(words)) for tag, words in spoken_with_doubts(document)
    ]
    assert len(STAMPS.findall(written)) == len(told)
    assert [found[1] for found in told if found] == sorted(found[1] for found in told if found)
    unstamped = CLOCK_TIME.sub(lambda found: " " * len(found.group()), written)
    assert not WITHIN_A_LINE.search("\n".join(line.partition(": ")[2] for line in unstamped.split("\n")))


@settings(deadline=None, max_examples=20)
@given(documents())
def test_f4_stamps_every_turn_of_any_record_in_order(document: Document) -> None:
    stamps = F4.findall(text.f4(document, Options()))
    assert len(stamps) == len(said(document))
    assert stamps == sorted(stamps)


def lines_for_qualcoder(record: Record) -> list[str]:
    return text.qualcoder(build(record), Options()).removesuffix("\n").split("\n")


def spoken_with_doubts(document: Document) -> list[tuple[str, list[str]]]:
    """What is said, with the remark that ends a turn of which some may be another's."""
    turns = [block for block in document.blocks if block.kind is BlockKind.TURN and legible(block.text).split()]
    doubts = [["(speaker", "doubtful)"] if any(word.is_doubtful for word in block.words) else [] for block in turns]
    return [(tag, [*words, *doubt]) for (tag, words), doubt in zip(said(document), doubts, strict=True)]


def _stretch(start_s: float, end_s: float) -> Stretch:
    return Stretch(ORIGIN_MS + round(start_s * 1000), ORIGIN_MS + round(end_s * 1000))
