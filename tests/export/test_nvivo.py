"""The transcript of a media file for NVivo."""

from __future__ import annotations

import csv
import re
from itertools import pairwise

from hypothesis import given, settings

from interview_tui.export import nvivo
from interview_tui.export.document import Document, build
from interview_tui.export.options import Options
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Turn
from tests.export.example_record import example_record, turn
from tests.export.spoken_record import documents, said

SPAN = re.compile(r"(\d+):([0-5]\d):([0-5]\d)\.(\d) - (\d+):([0-5]\d):([0-5]\d)\.(\d)")


def rows(document: Document) -> list[list[str]]:
    text = nvivo.render(document, Options())
    return list(csv.reader(text.removeprefix("\ufeff").splitlines(), "excel-tab", quoting=csv.QUOTE_NONE))


def talk(*turns: Turn) -> Record:
    return example_record(turns=tuple(PlacedTurn(each, None) for each in turns))


def tenths(span: str) -> tuple[int, int]:
    found = SPAN.fullmatch(span)
    assert found is not None
    hours, minutes, seconds, tenth, *end = (int(number) for number in found.groups())
    return (
        ((hours * 60 + minutes) * 60 + seconds) * 10 + tenth,
        ((end[0] * 60 + end[1]) * 60 + end[2]) * 10 + end[3],
    )


def test_a_turn_is_a_row_of_its_span_its_speaker_and_its_words() -> None:
    assert nvivo.render(build(talk(turn(1, RESPONDENT, 21.26, "He rang me."))), Options()) == (
        "\ufeffTimespan\tSpeaker\tContent\r\n0:00:21.2 - 0:00:22.0\tR\tHe rang me.\r\n"
    )


def test_turns_within_one_tenth_of_a_second_are_moved_on() -> None:
    record = talk(
        turn(1, RESPONDENT, 10, "Yes."), turn(2, INTERVIEWER, 10.04, "No."), turn(3, RESPONDENT, 10.08, "Oh.")
    )
    assert [row[0] for row in rows(build(record))[1:]] == [
        "0:00:10.0 - 0:00:10.2",
        "0:00:10.1 - 0:00:10.3",
        "0:00:10.2 - 0:00:10.3",
    ]


def test_times_are_those_of_the_audio_without_its_gaps() -> None:
    record = example_record(turns=example_record().turns[-3:])
    assert [row[0].split(" - ")[0] for row in rows(build(record))[1:]] == ["0:00:42.0", "0:00:45.0", "0:00:52.0"]


def test_a_turn_that_begins_with_a_quotation_mark_is_no_quoted_cell() -> None:
    assert rows(build(talk(turn(1, RESPONDENT, 0, '"Come," he said "now".'))))[1][2] == '“Come," he said "now".'


@settings(deadline=None, max_examples=20)
@given(documents())
def test_any_record_is_a_table_of_all_words_whose_spans_begin_one_after_the_other(document: Document) -> None:
    text = nvivo.render(document, Options())
    assert "\n" not in text.replace("\r\n", "")
    header, *turns = rows(document)
    assert header == ["Timespan", "Speaker", "Content"]
    assert {line.count("\t") for line in text.split("\r\n")[:-1]} == {2}
    spans = [tenths(span) for span, *_ in turns]
    assert all(before[0] < after[0] for before, after in pairwise(spans))
    assert all(start < end for start, end in spans)
    told = [(tag, content.removesuffix(" [speaker doubtful]").split()) for _, tag, content in turns]
    canonical = [
        (tag, [f"“{words[0][1:]}" if words[0][0] == '"' else words[0], *words[1:]]) for tag, words in said(document)
    ]
    assert told == canonical
