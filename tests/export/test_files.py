"""Export files: names, wholeness, formats by name."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import ExportError
from interview_tui.export import registry
from interview_tui.export.document import Document
from interview_tui.export.files import replace_file, safe_name, slug, write
from interview_tui.export.options import Options
from interview_tui.export.registry import FORMATS, Format
from interview_tui.record.model import Record
from tests.export.any_record import records
from tests.export.example_record import example_record

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def test_files_are_named_after_study_case_and_day_and_nobody(tmp_path: Path) -> None:
    written = write(example_record(), FORMATS, tmp_path)
    assert [path.name for path in written] == [
        "developing-skills-for-government_P07_2026-03-14_transcript.txt",
        "developing-skills-for-government_P07_2026-03-14_incidents.csv",
        "developing-skills-for-government_P07_2026-03-14_record.json",
        "developing-skills-for-government_P07_2026-03-14_record.html",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_a_format_that_is_asked_for_twice_is_written_once(tmp_path: Path) -> None:
    assert len(write(example_record(), ["text", "text"], tmp_path)) == 1


def test_text_is_utf8_without_a_mark_and_the_table_has_one(tmp_path: Path) -> None:
    transcript, table = write(example_record(), ["text", "incidents"], tmp_path)
    assert "🎉".encode() in transcript.read_bytes()
    assert not transcript.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r" not in transcript.read_bytes()
    assert table.read_bytes().startswith(b"\xef\xbb\xbfcase,")


def test_an_unknown_format_names_the_nearest_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="incidnets") as caught:
        write(example_record(), ["text", "incidnets"], tmp_path)
    assert caught.value.hint == "Did you mean “incidents”?"
    assert list(tmp_path.iterdir()) == []


def test_a_format_like_no_other_lists_them_all(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        write(example_record(), ["zzz"], tmp_path)
    assert caught.value.hint == "The formats are: text, incidents, json, html."


def test_when_one_format_fails_the_files_from_before_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in write(example_record(), FORMATS, tmp_path)}

    def failing(_document: Document, _options: Options) -> str:
        raise RuntimeError("a broken template")

    monkeypatch.setitem(registry.FORMATS, "broken", Format("breaks", "_broken.txt", failing))
    with pytest.raises(RuntimeError):
        write(example_record(turns=()), [*FORMATS], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_when_the_disk_refuses_the_old_file_stays_and_no_part_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    replace_file(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="No space left on device"):
        replace_file(path, b"new, and longer")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("in the way", encoding="utf-8")
    with pytest.raises(ExportError, match="exports") as caught:
        write(example_record(), ["text"], tmp_path / "exports")
    assert "another folder" in caught.value.hint


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")
def test_exports_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    (path,) = write(example_record(), ["text"], tmp_path / "exports")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_study_becomes_a_short_slug_without_accents() -> None:
    assert slug("Développer – Skills: for/Government") == "developper-skills-for-government"
    assert slug("政治") == "study"
    assert len(slug("x" * 300)) == 40


def test_two_odd_cases_never_share_a_file_name() -> None:
    assert safe_name("P07") == "P07"
    assert safe_name("P/7") != safe_name("P:7")
    assert safe_name("../../etc") != safe_name("etc")


@given(st.text())
def test_any_name_is_made_safe(text: str) -> None:
    for name in (safe_name(text), slug(text)):
        assert SAFE.fullmatch(name)
        assert len(name) <= 48


@settings(deadline=None)
@given(record=records())
def test_any_record_is_written_in_every_format_under_a_safe_name(
    record: Record, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    written = write(record, FORMATS, folder)
    assert sorted(folder.iterdir()) == sorted(written)
    for path in written:
        assert SAFE.fullmatch(path.name)
        assert path.read_text(encoding="utf-8")
