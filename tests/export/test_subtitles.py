"""Subtitles, read back by others' parsers."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import webvtt
from hypothesis import given, settings

from interview_tui.export import subtitles
from interview_tui.export.document import Document, build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn, Word
from tests.export.example_record import ORIGIN_MS, example_record, turn
from tests.export.spoken_record import documents, said

LONG = (
    "He rang me at eleven at night about his first budget, and he was in a dreadful state. So I told him to sleep on "
    "it and to come to my office in the morning, because nothing is ever as bad as it looks at that hour of the night."
)


def talk(*turns: Turn) -> Record:
    return example_record(turns=tuple(PlacedTurn(each, None) for each in turns))


def as_srt(record: Record, enclosed: Enclosed = Enclosed()) -> list[webvtt.Caption]:  # noqa: B008 - immutable
    return read_as_srt(subtitles.srt(build(record, Options(), enclosed), Options()))


def read_as_srt(text: str) -> list[webvtt.Caption]:
    return webvtt.from_buffer(io.StringIO(text), format="srt").captions if text else []


def seconds(cue: webvtt.Caption) -> tuple[float, float]:
    start, end = (at.in_seconds() + at.milliseconds / 1000 for at in (cue.start_time, cue.end_time))
    return start, end


def as_vtt(document: Document) -> webvtt.WebVTT:
    return webvtt.from_buffer(io.StringIO(subtitles.vtt(document, Options())))


def words_by_tag(cues: list[tuple[str, str]]) -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = defaultdict(list)
    for tag, text in cues:
        spoken[tag] += text.split()
    return spoken


def test_a_cue_tells_when_who_and_what() -> None:
    text = subtitles.srt(build(talk(turn(1, RESPONDENT, 2.6, "Perfectly, thank you."))), Options())
    assert text == "1\r\n00:00:02,600 --> 00:00:03,600\r\nR: Perfectly, thank you.\r\n\r\n"


def test_a_voice_is_a_tag_and_what_looks_like_markup_is_escaped() -> None:
    record = replace(talk(turn(1, RESPONDENT, 0, "Up & <i>down</i> --> there")), case="P<7> -->")
    assert subtitles.vtt(build(record), Options()) == (
        "WEBVTT\n\n"
        "NOTE P&lt;7&gt; --&gt; · Developing Skills for Government - Political Mentoring\n\n"
        "1\n00:00:00.000 --> 00:00:01.210\n<v R>Up &amp; &lt;i&gt;down&lt;/i&gt; --&gt; there\n"
    )


def test_a_speaker_s_name_cannot_close_its_voice_or_begin_an_entity() -> None:
    [caption] = as_vtt(build(talk(turn(1, "R--", 0, "Yes.")))).captions
    assert (caption.voice, caption.text) == ("R", "Yes.")
    assert "<v A &amp; B>Yes." in subtitles.vtt(build(talk(turn(1, "A & B", 0, "Yes."))), Options())


def test_an_arrow_in_the_words_cannot_be_taken_for_times_in_subrip() -> None:
    assert "R: here → there" in subtitles.srt(build(talk(turn(1, RESPONDENT, 0, "here --> there"))), Options())


def test_a_long_turn_is_cut_into_two_lines_each_at_the_end_of_a_sentence_or_a_clause() -> None:
    assert [cue.raw_text for cue in as_srt(talk(turn(1, RESPONDENT, 0, LONG)))] == [
        "R: He rang me at eleven at night about his\nfirst budget,",
        "R: and he was in a dreadful state.",
        "R: So I told him to sleep on it and to\ncome to my office in the morning,",
        "R: because nothing is ever as bad as it\nlooks at that hour of the night.",
    ]


def test_a_cue_begins_with_its_first_word_and_ends_with_its_last() -> None:
    first, second, *_ = as_srt(talk(turn(1, RESPONDENT, 10, LONG)))
    assert seconds(first) == (10, 12.71)
    assert seconds(second) == (12.75, 14.46)


def test_slow_words_are_cut_before_seven_seconds_and_one_long_word_is_shown_no_longer() -> None:
    slow = as_srt(talk(turn(1, RESPONDENT, 0, "One two three four", word_ms=3000)))
    assert [cue.raw_text for cue in slow] == ["R: One two", "R: three four"]
    drawn = Turn(1, RESPONDENT, (Word("Well", ORIGIN_MS, ORIGIN_MS + 20_000),))
    assert seconds(as_srt(talk(drawn))[0]) == (0, 7)


def test_a_turn_is_cut_where_it_pauses() -> None:
    begun, went_on = turn(1, RESPONDENT, 0, "Well"), turn(1, RESPONDENT, 3, "yes.")
    assert [cue.raw_text for cue in as_srt(talk(replace(begun, words=begun.words + went_on.words)))] == [
        "R: Well",
        "R: yes.",
    ]


def test_what_was_said_before_a_pause_is_shown_whole() -> None:
    begun, went_on = turn(1, RESPONDENT, 0, "I know him. I did"), turn(1, RESPONDENT, 4, "once.")
    first, _ = as_srt(talk(replace(begun, words=begun.words + went_on.words)))
    assert first.raw_text == "R: I know him. I did"


def test_cues_of_one_speaker_never_overlap() -> None:
    long, again = turn(1, RESPONDENT, 0, "Then he said to me"), turn(2, RESPONDENT, 0.7, "Yes, he did that.")
    assert [seconds(cue) for cue in as_srt(talk(long, again))] == [(0, 0.7), (0.7, 1.7)]


def test_a_short_cue_is_held_for_a_second_but_not_into_the_next() -> None:
    yes, no = as_srt(talk(turn(1, INTERVIEWER, 0, "Yes?"), turn(2, RESPONDENT, 0.5, "No.")))
    assert seconds(yes) == (0, 0.5)
    assert seconds(no) == (0.5, 1.5)


def test_of_two_who_speak_at_once_both_are_shown() -> None:
    cues = as_srt(talk(turn(1, RESPONDENT, 0, "Then he said to me that"), turn(2, INTERVIEWER, 0.5, "Mm.")))
    assert [(cue.raw_text, *seconds(cue)) for cue in cues] == [
        ("R: Then he said to me that", 0, 1.46),
        ("I: Mm.", 0.5, 1.5),
    ]


def test_times_are_those_of_the_audio_without_its_gaps() -> None:
    record = example_record(turns=example_record().turns[-3:])
    assert [seconds(cue)[0] for cue in as_srt(record)] == [42, 45, 52]
    first, *others = (AudioFile("a.m4a", span.start_ms, span.end_ms) for span in record.spans)
    pieces = (first, *(replace(piece, offset_ms=60_000 * n) for n, piece in enumerate(others, 1)))
    enclosed = Enclosed(recording=Recording(Path("a.m4a"), pieces, 142_000))
    assert [seconds(cue)[0] for cue in as_srt(record, enclosed)] == [122, 125, 132]


def test_hours_go_on_past_a_day() -> None:
    late = talk(turn(1, RESPONDENT, 100 * 3600 + 61, "Still here."))
    late = replace(late, spans=(replace(late.spans[0], end_ms=ORIGIN_MS + 400_000_000),))
    assert "100:01:01,000 --> 100:01:02,000" in subtitles.srt(build(late), Options())
    assert as_vtt(build(late))[0].start == "100:01:01.000"


def test_who_said_nothing_is_not_shown() -> None:
    silent = Turn(1, RESPONDENT, (Word(" \x07 ", ORIGIN_MS, ORIGIN_MS + 100),))
    assert subtitles.srt(build(talk(silent)), Options()) == ""
    assert subtitles.vtt(build(talk(silent)), Options()).count("\n\n") == 1


@settings(deadline=None, max_examples=20)
@given(documents())
def test_subrip_of_any_record_gives_every_speaker_all_words_and_no_time_runs_back(document: Document) -> None:
    text = subtitles.srt(document, Options())
    cues = read_as_srt(text)
    numbers = re.findall(r"(?:^|\r\n\r\n)(\d+)\r\n", text)
    assert numbers == [str(number) for number in range(1, len(cues) + 1)]
    times = [seconds(cue) for cue in cues]
    assert all(before <= after for (before, _), (after, _) in pairwise(times))
    assert all(start < end for start, end in times)
    assert "\n" not in text.replace("\r\n", "")
    spoken = [(tag, text) for tag, _, text in (cue.raw_text.replace("\n", " ").partition(": ") for cue in cues)]
    assert words_by_tag(spoken) == words_by_tag(
        [(tag, " ".join(words).replace("-->", "→")) for tag, words in said(document)]
    )


@settings(deadline=None, max_examples=20)
@given(documents())
def test_webvtt_of_any_record_gives_every_voice_all_words_and_no_time_runs_back(document: Document) -> None:
    captions = as_vtt(document).captions
    starts = [caption.start_in_seconds * 1000 + caption.start_time.milliseconds for caption in captions]
    assert starts == sorted(starts)
    assert all(caption.start < caption.end or len(caption.start) < len(caption.end) for caption in captions)
    spoken = [(_unescaped(caption.voice or ""), _unescaped(caption.text)) for caption in captions]
    assert words_by_tag(spoken) == words_by_tag([(tag, " ".join(words)) for tag, words in said(document)])


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
