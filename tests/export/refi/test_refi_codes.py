"""The structural codes: the schedule's tree, names that are distinct, and the codebook that has the same ones."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pyrefiqda import RefiCodebook

from interview_tui.errors import ExportError
from interview_tui.export.document import Document, build
from interview_tui.export.options import Enclosed, Options
from interview_tui.export.refi.characters import LONGEST_NAME, Distinct, filed, named
from interview_tui.export.refi.codebook import Codebook
from interview_tui.record.model import Record
from interview_tui.schedule.reader import read_schedule
from tests.examples import HANDOVER, handover
from tests.export.any_record import records
from tests.export.example_record import example_record
from tests.export.refi.projects import IDENTITY, STUDY, interview, markup, written

CODE = re.compile(r'<Code guid="([^"]*)" name="([^"]*)" isCodable="(\w+)" color="([^"]*)"')


def codebook(folder: Path, *documents: Document) -> Path:
    path = folder / "c.qdc"
    with Codebook(path, STUDY, Options()) as gathering:
        for document in documents:
            gathering.add(gathering.part(document))
        gathering.finish()
    return path


def tree(codes: list[Any], depth: int = 0) -> list[str]:
    """The codes as an indented list, folders with a `/`."""
    lines = []
    for code in codes:
        lines.append(f"{' ' * depth}{code.name}{'' if code.is_codable else '/'}")
        lines += tree(code.code, depth + 1)
    return lines


def test_the_codebook_is_the_schedule_its_incidents_parts_and_themes(tmp_path: Path) -> None:
    lines = tree(RefiCodebook.load(codebook(tmp_path, interview(example_record()))).codes.code)
    assert lines[:3] == ["Schedule/", " Opening/", "  Will you take part?"]
    assert "  The shift/" in lines
    assert "   How did the colleague come to you?" in lines
    assert lines[lines.index("Incidents/") :] == [
        "Incidents/",
        " good/",
        "  P07 R1-good",
        "  P07 R2-good",
        " difficult/",
        "  P07 R1-difficult",
    ]
    assert lines[lines.index("Incident parts/") + 1 :][:5] == [
        f" {key}" for key in ("event", "action", "outcome", "context", "feeling")
    ]
    assert "This is about handovers." not in "".join(lines)
    assert lines[lines.index(" Not in the schedule/") + 1] == "  How would you define mentoring?"


def test_a_project_has_the_codebooks_codes_with_the_same_identities_and_colours(tmp_path: Path) -> None:
    document = interview(example_record())
    colours = {name: colour for _, name, _, colour in CODE.findall(codebook(tmp_path, document).read_text("utf-8"))}
    assert (colours["Schedule"], colours["event"]) == ("#E69BB7", "#74DCA6")  # as they were in every export before
    assert CODE.findall(codebook(tmp_path, document).read_text("utf-8")) == CODE.findall(
        markup(written(tmp_path, [document]))
    )


def test_versions_of_a_schedule_share_an_items_code_and_it_has_the_wordings_of_both(tmp_path: Path) -> None:
    later = read_schedule(HANDOVER.replace("Was it on paper?", "Was it written down?"), "later.yaml")
    second = build(example_record(case="P08"), Options(), Enclosed(schedule=later))
    found = codebook(tmp_path, interview(example_record()), second).read_text("utf-8")
    assert found.count(IDENTITY.of("item", "paper")) == 1
    assert "<Description>Was it on paper?\nWas it written down?</Description>" in found


def test_themes_are_codes_of_the_schedule_and_of_what_entries_say(tmp_path: Path) -> None:
    themed = read_schedule(HANDOVER.replace("id: good_handover", "id: good_handover\n      theme: ideal"), "t.yaml")
    entries = tuple(replace(entry, theme="ladders") for entry in example_record().entries)
    document = build(replace(example_record(), entries=entries), Options(), Enclosed(schedule=themed))
    lines = tree(RefiCodebook.load(codebook(tmp_path, document)).codes.code)
    assert lines[lines.index("Themes/") + 1 :][:2] == [" ideal", " ladders"]


def test_codes_that_would_be_called_alike_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    names = [name for _, name, _, _ in CODE.findall(codebook(tmp_path, interview(example_record())).read_text("utf-8"))]
    assert {"What happened?", "What happened? (event)", "Incidents", "Incidents (section)"} <= set(names)
    assert len({name.casefold() for name in names}) == len(names)


def test_where_there_is_nothing_to_code_there_is_no_codebook(tmp_path: Path) -> None:
    bare = example_record(turns=(), incidents=(), entries=(), notes=())
    with pytest.raises(ExportError, match="nothing to make a codebook of"):
        codebook(tmp_path, build(bare))


@settings(deadline=None, max_examples=15)
@given(record=records())
def test_any_record_has_a_valid_codebook_of_distinct_names(
    tmp_path_factory: pytest.TempPathFactory, record: Record
) -> None:
    path = codebook(tmp_path_factory.mktemp("codes"), build(record, Options(), Enclosed(schedule=handover())))
    codes = CODE.findall(path.read_text("utf-8"))
    assert len({guid for guid, *_ in codes}) == len(codes)
    assert len({name.casefold() for _, name, *_ in codes}) == len(codes)


def test_names_hold_nothing_that_breaks_a_path_and_end_at_a_word() -> None:
    assert named("mentor/mentee: who\\what?") == "mentor-mentee – who-what?"
    assert named(" \x07 ", "otherwise") == "otherwise"
    long = named("word " * 40)
    assert len(long) <= LONGEST_NAME
    assert long.endswith("word…")
    assert len(named("w" * 99)) == LONGEST_NAME


def test_names_that_files_get_stay_apart_however_they_have_to_be_changed() -> None:
    assert filed("P07") == "P07"
    assert len({filed(case) for case in ("a/b", "a-b", "a:b", "a?b", "a*b", "", ".")}) == 7
    assert not set('/\\:*?"<>|') & set(filed('a/\\:*?"<>|b'))


def test_a_taken_name_is_given_out_with_its_hint_and_then_with_a_number() -> None:
    distinct = Distinct(["Set"])
    assert [distinct("Set", "x"), distinct("set", "x"), distinct("SET"), distinct("Y", "x")] == [
        "Set (x)",
        "set (2)",
        "SET (3)",
        "Y",
    ]
