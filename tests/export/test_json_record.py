"""The JSON of a record."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from interview_tui.export import json_record
from interview_tui.export.document import build
from interview_tui.export.json_record import record_json
from interview_tui.export.options import Counting, Enclosed, Options
from interview_tui.export.registry import FORMATS, Format
from interview_tui.interview.events import Place
from interview_tui.record.model import Record
from tests.export.any_record import records
from tests.export.example_record import example_record

DOCS = Path(__file__).parents[2] / "docs" / "exports.md"


def members(data: dict[str, Any], above: str = "") -> set[str]:
    """The names of the members of an object and of the objects in it, with the names above them."""
    found = set()
    for key, value in data.items():
        found.add(above + key)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and key not in ("place", "places", "filed", "evidence", "parameters", "versions"):
            found |= members(inner, f"{above}{key}.")
    return found


def test_segments_are_the_placed_turns_in_seconds_from_the_first_sample() -> None:
    data = record_json(example_record())
    assert data["timebase"] == "session"
    assert data["segments"][7] == {
        "start": 21.0,
        "end": 23.71,
        "speaker": "respondent",
        "text": "He rang me at eleven at night about his first budget.",
        "question_id": "event@R1-good",
        "incident_id": "R1-good",
        "valence": "good",
    }
    assert data["segments"][0]["question_id"] is None
    assert data["segments"][2]["question_id"] == "define"


def test_the_parts_of_a_turn_are_segments_of_their_own() -> None:
    parts = [
        (segment["text"], segment["question_id"])
        for segment in record_json(example_record())["segments"]
        if 25 <= segment["start"] < 27
    ]
    assert parts == [
        ("He was in a dreadful state.", "event@R1-good"),
        ("So I told him to sleep on it.", "action@R1-good"),
    ]


def test_notes_keep_their_ids_and_tell_the_moment_they_are_about() -> None:
    data = record_json(example_record())
    assert [note["note_id"] for note in data["notes"]] == ["n2", "n3", "n4", "n6", "n7"]
    assert data["notes"][1] == {
        "note_id": "n3",
        "text": "new PH, 1st budget\trang 11pm",
        "t": 22.0,
        "question_id": "event@R1-good",
        "incident_id": "R1-good",
    }


def test_a_crosswalk_names_the_questions_it_knows_by_item_and_key_of_the_round() -> None:
    asked: list[tuple[Place, str]] = []

    def foreign(place: Place, key: str) -> str | None:
        asked.append((place, key))
        return f"incidents.{key}.{place.item}" if place.item == "event" else None

    data = record_json(example_record(), foreign)
    assert data["segments"][7]["question_id"] == "incidents.good.event"
    assert data["notes"][0]["question_id"] == "define"
    assert (Place("define"), "") in asked
    assert (Place("event", "R1-difficult"), "difficult") in asked


def test_the_file_takes_the_crosswalk_that_is_enclosed() -> None:
    enclosed = Enclosed(foreign=lambda place, key: f"{place.item}/{key}")
    content = json_record.render(build(example_record(), enclosed=enclosed), Options())
    assert json.loads(content)["segments"][7]["question_id"] == "event/good"


def test_segments_count_through_pauses_even_where_text_counts_the_audio() -> None:
    content = json_record.render(build(example_record(), Options(counting=Counting.AUDIO)), Options())
    assert json.loads(content)["segments"] == record_json(example_record())["segments"]


def test_a_place_within_an_incidents_round_belongs_to_that_incident() -> None:
    record = example_record()
    inner = record.rounds[1]
    deeper = type(inner)("R1-good-I1", "R1-good-I1", "insight", "1", "R1-good", ())
    turn = type(record.turns[0])(record.turns[0].turn, Place("insight", "R1-good-I1"))
    data = record_json(example_record(rounds=(*record.rounds, deeper), turns=(turn,)))
    assert data["segments"][0]["incident_id"] == "R1-good"


def test_every_member_is_documented_and_every_documented_member_exists() -> None:
    section = DOCS.read_text(encoding="utf-8").split("## JSON", 1)[1].split("\n## ", 1)[0]
    documented = set(re.findall(r"^\| `([a-z_0-9.]+)` \|", section, re.MULTILINE))
    assert documented == members(record_json(example_record()))


def test_every_format_is_documented_with_its_file() -> None:
    content = DOCS.read_text(encoding="utf-8")
    ends = {
        name: each.suffix if isinstance(each, Format) else f"_{each.what}{each.extension}"
        for name, each in FORMATS.items()
    }
    assert [name for name, end in ends.items() if f"| `{name}` | `…{end}` |" not in content] == []


def test_the_outcome_is_said_in_words_beside_its_code_and_the_debrief_keeps_its_order() -> None:
    said = record_json(example_record(outcome="not reached"))
    assert said["outcome"] == "the line dropped, and they were not reached again"
    assert (said["record"]["outcome"], said["record"]["reason"]) == ("not reached", "he had to catch a train")
    assert said["record"]["debrief"][:2] == [
        ["How did it go?", "well, he warmed up"],
        ["R1-good: how fully was it told?", "full"],
    ]


def test_a_turn_says_how_sure_its_speaker_is_and_whom_the_machine_took_for_it() -> None:
    record = example_record()
    sure, doubtful, given_away = record.turns[2:5]
    words = (replace(doubtful.turn.words[0], speaker_sure=0.2), *doubtful.turn.words[1:])
    doubtful = replace(doubtful, turn=replace(doubtful.turn, words=words))
    given_away = replace(given_away, turn=replace(given_away.turn, speaker="respondent", heard_as="interviewer"))
    turns = record_json(replace(record, turns=(sure, doubtful, given_away)))["record"]["turns"]
    assert [turn["speaker_sure"] for turn in turns] == [[], [0.2, *[1.0] * (len(words) - 1)], []]
    assert [(turn["speaker"], turn["heard_as"]) for turn in turns] == [
        ("interviewer", ""),
        ("respondent", ""),
        ("respondent", "interviewer"),
    ]
    assert {len(word) for turn in turns for word in turn["words"]} == {4}


@settings(deadline=None)
@given(records())
def test_the_file_of_any_record_is_read_back_as_the_record_it_was_made_of(record: Record) -> None:
    content = json_record.render(build(record), Options())
    assert json.loads(content) == record_json(record)
