"""Interviews out as files: all of it or nothing, one file or many, and nobody's name or secret in any of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from interview_tui.errors import ExportError
from interview_tui.export import text
from interview_tui.export.document import Document
from interview_tui.export.options import Enclosed, Options
from interview_tui.export.registry import ALL, FORMATS, Collection, Format
from interview_tui.export.writing import Outgoing, write
from interview_tui.record.model import Record
from tests.export.any_record import records
from tests.export.example_record import example_record
from tests.export.reading import schedule, text_in
from tests.export.test_release import SECRET, with_secrets

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
TWO = (
    Outgoing(example_record(), Enclosed(schedule())),
    Outgoing(example_record(case="P08"), Enclosed(schedule(), version=2)),
)


def test_every_format_can_be_found_and_says_in_one_line_what_it_is() -> None:
    for each in FORMATS.values():
        assert callable(each.render if isinstance(each, Format) else each.gathering)
        assert len(each.description) < 70
    endings = [
        each.suffix if isinstance(each, Format) else f"_{each.what}{each.extension}" for each in FORMATS.values()
    ]
    assert len(set(endings)) == len(endings)


def test_of_one_interview_every_format_is_a_file_of_its_own(tmp_path: Path) -> None:
    written = write([Outgoing(example_record(), Enclosed(schedule()))], [ALL], tmp_path).files
    assert len(written) == len(FORMATS)
    assert all(file.name.startswith("developing-skills-for-government_P07_2026-03-14_v1_") for file in written)
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_of_several_what_can_hold_many_is_one_file(tmp_path: Path) -> None:
    written = write(TWO, ["incidents", "text"], tmp_path, study="A study", many=True).files
    assert [file.name for file in written] == [
        "a-study_all_incidents_1970-01-01_000000.csv",
        "developing-skills-for-government_P07_2026-03-14_v1_transcript.txt",
        "developing-skills-for-government_P08_2026-03-14_v2_transcript.txt",
    ]
    table = written[0].read_text(encoding="utf-8-sig")
    assert table.count("\nP07,") + table.count("\nP08,") == 6


def test_of_several_each_may_be_a_file_of_its_own(tmp_path: Path) -> None:
    written = write(TWO, ["incidents"], tmp_path).files
    assert [file.name[-26:] for file in written] == [
        "2026-03-14_v1_incidents.csv"[-26:],
        "2026-03-14_v2_incidents.csv"[-26:],
    ]
    assert all(len(file.read_text(encoding="utf-8-sig").splitlines()) == 4 for file in written)


def test_a_format_that_is_asked_for_twice_is_written_once(tmp_path: Path) -> None:
    assert len(write(TWO[:1], ["text", "text"], tmp_path).files) == 1


def test_an_unknown_format_names_the_nearest_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="incidnets") as caught:
        write(TWO, ["text", "incidnets"], tmp_path)
    assert caught.value.hint == "Did you mean “incidents”?"
    assert list(tmp_path.iterdir()) == []


def test_a_format_like_no_other_lists_them_all(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        write(TWO, ["zzz"], tmp_path)
    assert caught.value.hint == f"The formats are: {', '.join(FORMATS)}."


def test_when_one_interview_must_not_be_written_none_is_and_all_that_must_not_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in write(TWO, ["text", "incidents"], tmp_path).files}
    ours = text.render

    def failing(document: Document, options: Options) -> str:
        if document.record.case != "P08":
            raise ExportError(f"{document.record.case} is not to be written.", "Leave it out.")
        return ours(document, options)

    monkeypatch.setattr(text, "render", failing)
    third = Outgoing(example_record(case="P09"))
    with pytest.raises(ExportError, match=r"2 interviews .* P07 is not to be written. P09 is") as caught:
        write((*TWO, third), ["incidents", "text"], tmp_path)
    assert caught.value.hint == "Leave it out."
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_same_export_again_is_the_same_bytes_and_leaves_nothing_beside(tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in write(TWO[:1], [ALL], tmp_path).files}
    written = write(TWO[:1], [ALL], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert not any("lay there" in remark for remark in written.remarks)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=records())
def test_any_record_is_written_in_every_format_without_what_is_withheld_and_under_a_safe_name(
    record: Record, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    written = write([Outgoing(with_secrets(record), Enclosed(schedule()))], [ALL], folder).files
    assert sorted(folder.iterdir()) == sorted(written)
    for path in written:
        assert SAFE.fullmatch(path.name)
        assert SECRET not in text_in(path)


def test_the_secret_would_be_found_if_it_were_not_withheld(tmp_path: Path) -> None:
    shown = replace(with_secrets(example_record()), withheld=())
    files = write([Outgoing(shown, Enclosed(schedule()))], [ALL], tmp_path).files
    without_talk = [name for name, file in zip(FORMATS, files, strict=True) if SECRET not in text_in(file)]
    assert without_talk == ["answers", "paradata", "qdc"]
    assert isinstance(FORMATS["paradata"], Collection)
