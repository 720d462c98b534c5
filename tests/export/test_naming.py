"""What exported files are called, and which of them are an interview's."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.export.naming import of_many, safe_name, slug, stem, written_of
from interview_tui.export.options import Options
from interview_tui.record.export_ports import Names
from tests.export.example_record import example_record

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def test_files_are_named_after_study_case_role_day_and_version_and_nobody() -> None:
    record = example_record()
    assert stem(record, Options()) == "developing-skills-for-government_P07_2026-03-14_v1"
    assert stem(record, Options(), "Line manager", 3) == (
        "developing-skills-for-government_P07_line-manager_2026-03-14_v3"
    )


def test_the_day_is_that_of_the_place() -> None:
    there = Options(timezone=timezone(timedelta(hours=13)))
    assert stem(example_record(), there).endswith("_2026-03-15_v1")


def test_a_file_that_holds_real_names_says_so() -> None:
    assert stem(example_record(), Options(names=Names.FULL)).endswith("_v1_real-names")
    assert of_many("A study", "turns", Options(names=Names.FULL)).endswith("_real-names")


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


def test_an_interviews_files_are_told_from_those_of_others(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / ".abc.part" / "deep").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    options = Options(written_wall_ms=1_773_486_180_000)
    of_case = [
        f"{stem(example_record(), Options())}_transcript.txt",
        f"{stem(example_record(), Options(), 'Line manager', 12)}_coding.docx",
        f"{stem(example_record(), Options(names=Names.FULL))}_record_earlier-1.html",
        f"{of_many('A study', 'project', options)}.qdpx",
        f"{of_many('A study', 'incidents', Options(names=Names.FULL))}.csv",
        "a-study_P07_2026-03-14_record.json",  # as older versions of this program named them
        ".abc.part/deep/anything.txt",
        ".unfinished.part",
        "audio/a-study_P07_2026-03-14_0123abcd.m4a",
    ]
    others = [
        f"{stem(example_record(case='P071'), Options())}_transcript.txt",
        "audio/a-study_P08_2026-03-14_0123abcd.m4a",
        "mine/a-study_P07_2026-03-14_v1_record.json",
        "versions.json",
        "P07.txt",
    ]
    for name in (*of_case, *others):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert written_of("P07", tmp_path) == sorted(tmp_path / name for name in of_case)
    assert written_of("P07", tmp_path / "none") == []
