"""The tables as CSV, read back as a spreadsheet would."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.export.document import BlockKind, stamp
from interview_tui.export.gathering import Gathering
from interview_tui.export.options import Options
from interview_tui.export.tables import csv_file, csv_text
from interview_tui.export.tables.gathered import ALL
from interview_tui.export.tables.table import headings
from interview_tui.interview.events import Place
from interview_tui.record.comparison import compared
from interview_tui.record.model import Record, RoundRecord
from interview_tui.record.transcript import RESPONDENT, Word
from tests.examples import handover
from tests.export.any_record import NASTY, records, texts
from tests.export.example_record import BEFORE_CONSENT, WITHHELD_NOTE, WITHHELD_TALK, example_record
from tests.export.tables_written import STEPS, document, written

FILES: dict[str, type[Gathering[Any]]] = {
    "incidents": csv_file.Incidents,
    "answers": csv_file.Answers,
    "notes": csv_file.Notes,
    "turns": csv_file.Turns,
    "words": csv_file.Words,
    "paradata": csv_file.Paradata,
}


def read_back(content: str) -> list[list[str]]:
    assert content.startswith(csv_text.BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(content.removeprefix(csv_text.BYTE_ORDER_MARK), newline=""), strict=True))


def read(name: str, *found: Record) -> list[list[str]]:
    return read_back(written(FILES[name], *found).decode())


def rows(name: str, *found: Record) -> list[dict[str, str]]:
    header, *body = read(name, *found)
    return [dict(zip(header, row, strict=True)) for row in body]


def is_harmless(text: str) -> bool:
    return csv_text.FORMULA.match(text) is None or text.lstrip("-").replace(".", "", 1).isdigit()


def test_there_is_one_row_an_incident_in_the_order_of_telling() -> None:
    assert [
        (row["case"], row["incident"], row["key"], row["parent"], row["order"], row["complete"])
        for row in rows("incidents", example_record())
    ] == [
        ("P07", "R1-good", "good", "R1", "1", "no"),
        ("P07", "R1-difficult", "difficult", "R1", "2", "no"),
        ("P07", "R2-good", "good", "R2", "3", "yes"),
    ]


def test_the_columns_of_answers_come_from_the_rounds_of_the_record() -> None:
    table = rows("incidents", example_record())
    assert [(row["role"], row["kind"]) for row in table] == [
        ("mentor", "formal"),
        ("mentor", "formal"),
        ("", "informal"),
    ]


def test_a_part_has_words_notes_state_and_times_of_its_own() -> None:
    good = rows("incidents", example_record())[0]
    assert good["action"] == "So I told him to sleep on it."
    assert good["action_notes"] == "</script><script>alert(1)</script>"
    assert good["action_state"] == "thin"
    assert (good["outcome_start"], good["outcome_end"]) == ("00:00:40", "00:00:44")
    assert (good["feeling"], good["feeling_state"], good["feeling_start"]) == ("", "missing", "")


def test_a_part_of_an_incident_has_the_columns_it_always_had() -> None:
    header = read("incidents", example_record())[0]
    parts = ["event", "action", "feeling", "outcome", "when"]
    assert header == [
        *["case", "incident", "key", "parent", "order", "complete", "role", "kind", "order_2"],
        *[f"{part}{what}" for part in parts for what in ("", "_notes", "_state", "_start", "_end")],
    ]


def test_an_item_that_is_called_like_a_column_gets_a_number() -> None:
    difficult = rows("incidents", example_record())[1]
    assert (difficult["order"], difficult["order_2"]) == ("2", "'-1")


def test_a_record_without_incidents_has_a_header_and_no_row() -> None:
    assert read("incidents", example_record(incidents=())) == [
        ["case", "incident", "key", "parent", "order", "complete"]
    ]


def test_a_column_that_only_a_later_interview_has_stands_after_what_precedes_it_there() -> None:
    answers = (("role", "mentee"), ("years", "4"), ("kind", "both"))
    around = RoundRecord("R1", "R1", "relationship", "1", "", answers)
    rounds = (around, RoundRecord("R1-good", "R1-good", "incident", "good", "R1", ()))
    told = example_record().incidents[1]
    parts = (told.fields[0], replace(told.fields[1], key="reply"), told.fields[2])
    later = example_record(case="P08", rounds=rounds, incidents=(replace(told, fields=parts),))
    header, *body = read("incidents", example_record(incidents=example_record().incidents[1:2]), later)
    assert header[6:9] == ["role", "years", "kind"]
    words = [name for name in header if f"{name}_state" in header]
    assert words == ["event", "reply", "action", "feeling", "outcome", "when"]
    first, second = (dict(zip(header, row, strict=True)) for row in body)
    assert (first["case"], first["years"], first["reply_state"]) == ("P07", "", "")
    assert (second["case"], second["years"], second["reply_state"]) == ("P08", "4", "thin")
    assert (second["outcome"], second["outcome_state"]) == ("", "")


def test_the_answers_have_a_row_an_item_and_round_with_what_came_of_it() -> None:
    record = example_record()
    table = rows("answers", record)
    assert [row["item"] for row in table] == [entry.place.item for entry in record.entries]
    by_item = {row["item"]: row for row in table}
    assert by_item["experience"]["answer"] == "mentor: yes; broker: no"
    role = by_item["role"]
    assert (role["section"], role["round"], role["answer"]) == (
        "Critical incidents > R1 > The relationship",
        "R1",
        "mentor",
    )
    assert (role["question"], role["level"]) == ("Were you the mentor or the mentee?", "done")
    assert (by_item["define"]["how"], by_item["define"]["level"]) == ("volunteered", "touched")
    assert (by_item["put_off"]["on_route"], by_item["ideal"]["on_route"]) == ("no", "yes")
    assert by_item["closing"]["reason"] == "no time; he had to go"
    assert by_item["outcome"]["field"] == "outcome"


def test_an_answer_says_when_its_evidence_is_and_how_much_of_it_there_is() -> None:
    record = example_record()
    evidence = record.incidents[1].fields[0].evidence
    entries = (replace(record.entries[0], evidence=evidence),)
    (row,) = rows("answers", replace(record, entries=entries))
    assert (row["start"], row["end"], row["start_s"], row["end_s"]) == ("00:00:20", "00:00:26", "20.0", "26.5")
    assert (row["turns"], row["notes"]) == ("4", "1")


def test_the_notes_are_those_of_the_document_with_all_their_places() -> None:
    record = example_record()
    table = rows("notes", record)
    blocks = [block for block in document(record).blocks if block.kind is BlockKind.NOTE]
    assert [(row["note"], row["mark"], row["about"]) for row in table] == [
        (block.note, block.mark, document(record).stamp(block.start_ms)) for block in blocks
    ]
    last = table[-1]
    assert (last["item"], last["round"], last["incident"]) == ("event; define", "R1-difficult", "R1-difficult")
    assert (last["about_s"], last["typed_s"], last["turn"], last["before_consent"]) == ("85.0", "88.0", "15", "no")


def test_a_note_at_a_line_of_a_checklist_in_a_round_of_another_label_says_so() -> None:
    record = example_record()
    rounds = tuple(replace(found, label=f"{found.label}*") for found in record.rounds)
    note = replace(record.notes[1], places=(Place("experience", "R1", "broker"),), turn=0, before_consent=False)
    (row,) = rows("notes", replace(record, rounds=rounds, notes=(note,)))
    assert (row["item"], row["round"], row["turn"]) == ("experience.broker", "R1*", "")
    assert rows("paradata", replace(record, rounds=rounds))[1]["round"] == "R1-good*"


def test_the_notes_of_a_part_stand_apart() -> None:
    difficult = rows("incidents", example_record())[1]
    assert " | " in difficult["event_notes"]


def test_the_turns_are_those_of_the_document_under_the_question_that_stands_over_them() -> None:
    record = example_record()
    shown = document(record)
    blocks = [block for block in shown.blocks if block.kind is BlockKind.TURN]
    table = rows("turns", record)
    assert [(row["turn"], row["start"], row["speaker"], row["words"], row["field"]) for row in table] == [
        (str(block.turn), shown.stamp(block.start_ms), block.speaker, str(len(block.words)), block.field)
        for block in blocks
    ]
    assert [row["text"].removeprefix("'") for row in table] == [block.text for block in blocks]
    rang, state, slept = table[7:10]
    assert (rang["question"], rang["item"], rang["round"], rang["incident"]) == (
        "What happened?",
        "event",
        "R1-good",
        "R1-good",
    )
    assert (state["turn"], slept["turn"]) == ("9", "9")
    assert (state["question"], slept["question"]) == ("What happened?", "What did you do?")
    assert (table[0]["question"], table[0]["item"]) == ("", "")


def test_a_turn_says_why_it_was_placed_and_whether_its_speaker_is_doubtful() -> None:
    record = example_record()
    first, second, *_ = record.turns
    doubted = replace(first.turn, words=(replace(first.turn.words[0], speaker_sure=0.2), *first.turn.words[1:]))
    changed = (
        replace(second, why="an echo", sure=0.7, turn=replace(second.turn, heard_as="interviewer")),
        replace(first, turn=doubted),
    )
    sure, doubtful = rows("turns", replace(record, turns=changed))[::-1]
    assert (sure["placed_why"], sure["placed_sure"], sure["heard_as"], sure["doubtful"]) == (
        "an echo",
        "0.7",
        "interviewer",
        "no",
    )
    assert doubtful["doubtful"] == "yes"


def test_the_words_are_numbered_through_the_parts_of_a_turn_and_tell_their_times_in_seconds() -> None:
    record = example_record()
    table = rows("words", record)
    blocks = [block for block in document(record).blocks if block.kind is BlockKind.TURN]
    assert [(row["text"].removeprefix("'"), row["start_s"], row["end_s"]) for row in table] == [
        (word.text, str((word.start_ms - record.origin_ms) / 1000), str((word.end_ms - record.origin_ms) / 1000))
        for block in blocks
        for word in block.words
    ]
    ninth = [row for row in table if row["turn"] == "9"]
    assert [row["word"] for row in ninth] == [str(number) for number in range(1, 15)]
    assert (table[0]["case"], table[0]["confidence"], table[0]["speaker_sure"]) == ("P07", "0.9", "1.0")


def test_the_paradata_are_the_steps_with_negative_seconds_as_numbers() -> None:
    opened, noted, answered = rows("paradata", example_record())
    assert (opened["at"], opened["at_s"], opened["wall"]) == ("'-00:01:02", "-62.0", "2026-03-14T11:03:00.000+00:00")
    assert (noted["did"], noted["item"], noted["round"], noted["more"]) == (
        "note",
        "event",
        "R1-good",
        "n3, 27 characters",
    )
    assert (answered["line"], len(STEPS)) == ("mentor", 3)


@pytest.mark.parametrize("name", FILES)
def test_the_rows_of_many_interviews_stand_in_their_order_under_one_header(name: str) -> None:
    alone = read(name, example_record())
    both = read(name, example_record(), example_record(case="P08"))
    assert both[: len(alone)] == alone
    assert both[len(alone) :] == [["P08", *row[1:]] for row in alone[1:]]


@pytest.mark.parametrize("name", FILES)
def test_nothing_withheld_and_nothing_before_consent_is_in_a_table(name: str) -> None:
    content = written(FILES[name], example_record()).decode()
    assert not any(words in content for words in (WITHHELD_TALK, WITHHELD_NOTE, BEFORE_CONSENT))


def test_what_is_searched_for_names_is_every_text_of_the_tables_as_it_is(tmp_path: Path) -> None:
    said = 'He is called "Jack", =truly'
    note = replace(example_record().notes[1], text=said)
    shown = document(example_record(notes=(note,)))
    with csv_file.Notes(tmp_path / "notes.csv", "", Options()) as gathering:
        ((where, content),) = gathering.texts(gathering.part(shown)).items()
    assert where == "P07, notes.csv"
    assert said in content.decode()


def test_what_looks_like_a_formula_is_defused() -> None:
    difficult = rows("incidents", example_record())[1]
    assert difficult["event"].startswith("'=HYPERLINK(")
    assert difficult["event_notes"].startswith("'@SUM(")


def test_a_speaker_named_like_a_command_is_harmless() -> None:
    placed = example_record().turns[1]
    speaking = replace(
        placed, turn=replace(placed.turn, speaker=NASTY[5], words=(Word("\u202eשלום\x00🎉", 70_000, 71_000),))
    )
    (row,) = rows("turns", example_record(turns=(speaking,)))
    assert (row["speaker"], row["text"]) == ("'=cmd|' /C calc'!A0", "\u202eשלום🎉")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u200b=1"])
def test_no_cell_begins_with_what_a_spreadsheet_would_run(text: str) -> None:
    assert csv_text.cell(text).startswith("'")


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_any_table_is_read_back_as_it_was_written(body: list[list[str]]) -> None:
    content = csv_text.table(["a", "b"], body)
    assert read_back(content) == [["a", "b"], *[[csv_text.cell(value) for value in row] for row in body]]


def test_columns_that_are_called_the_same_once_they_are_legible_are_kept_apart() -> None:
    assert read_back(csv_text.table(["a", "a\x00", "=b", "'=b"], [])) == [["a", "a_2", "'=b", "'=b_2"]]


@settings(deadline=None, max_examples=15)
@given(st.lists(records(), max_size=2))
def test_the_tables_of_any_records_are_rectangular_with_distinct_harmless_columns(found: list[Record]) -> None:
    for name, file in FILES.items():
        header, *body = read_back(written(file, *found).decode())
        tables = [ALL[name].of(document(record)).narrowed() for record in found]
        assert len(set(header)) == len(header)
        assert len(body) == sum(len(table.rows) for table in tables)
        assert all(len(row) == len(header) for row in body)
        assert all(is_harmless(value) for row in [header, *body] for value in row)
        if name != "incidents" or len(found) == 1:
            expected = [list(map(csv_text.shown, row)) for table in tables for row in table.rows]
            assert body == expected
            assert all(header == csv_headings(table.columns) for table in tables)


def csv_headings(columns: Iterable[Any]) -> list[str]:
    (header,) = read_back(csv_text.table(headings(columns), []))
    return header


def test_a_call_of_ten_hours_is_told_to_its_last_second() -> None:
    placed = example_record().turns[1]
    start_ms = example_record().origin_ms + 35_999_000
    late = replace(placed, turn=replace(placed.turn, words=(Word("Goodbye.", start_ms, start_ms + 900),)))
    (row,) = rows("turns", example_record(turns=(late,)))
    assert (row["start"], row["start_s"], row["end_s"]) == (stamp(35_999_000), "35999.0", "35999.9")
    assert row["speaker"] == RESPONDENT


def compared_rows(*found: Record) -> list[dict[str, str]]:
    header, *body = read_back(csv_text.comparison(compared((record, handover()) for record in found)))
    return [dict(zip(header, row, strict=True)) for row in body]


def test_the_incidents_of_many_records_are_one_table_that_says_of_each_what_its_own_table_says() -> None:
    both = example_record(), example_record(case="P08")
    ours = compared_rows(*both)
    assert [(row["case"], row["incident"]) for row in ours] == [
        (case, name) for case in ("P07", "P08") for name in ("R1-good", "R1-difficult", "R2-good")
    ]
    theirs = [row for record in both for row in rows("incidents", record)]
    for name in ("key", "parent", "order", "complete", "outcome", "event_notes", "event_state", "action_state"):
        assert [row[name] for row in ours] == [row[name] for row in theirs]


@settings(deadline=None, max_examples=30)
@given(st.lists(records(), max_size=2))
def test_a_comparison_of_any_records_is_rectangular_with_distinct_harmless_columns(found: list[Record]) -> None:
    header, *body = read_back(csv_text.comparison(compared((record, handover()) for record in found)))
    assert len(set(header)) == len(header)
    assert len(body) == sum(len(record.incidents) for record in found)
    assert all(len(row) == len(header) for row in body)
    assert not any(value.lstrip()[:1] in tuple("=+-@") for row in [header, *body] for value in row if value.strip())


def test_the_nasty_texts_stay_recognisable() -> None:
    assert csv_text.cell(NASTY[5]) == "'=cmd|' /C calc'!A0"
