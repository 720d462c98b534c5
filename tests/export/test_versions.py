"""The version of an interview grows when what is exported has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_tui.errors import ExportError
from interview_tui.export.versions import REGISTER, Versions


def test_the_same_content_is_the_same_version_and_another_one_the_next(tmp_path: Path) -> None:
    first = Versions(tmp_path)
    assert [first.of("P07", content) for content in (b"a", b"b", b"a")] == [1, 2, 1]
    assert first.of("P08", b"b") == 1
    first.keep()
    again = Versions(tmp_path)
    assert [again.of("P07", content) for content in (b"c", b"b")] == [3, 2]


def test_what_was_not_exported_takes_no_version(tmp_path: Path) -> None:
    Versions(tmp_path).of("P07", b"a")
    assert not (tmp_path / REGISTER).exists()
    assert Versions(tmp_path).of("P07", b"b") == 1


def test_the_register_holds_nothing_that_was_said(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    versions.of("P07", b"he rang me at eleven")
    versions.keep()
    assert "eleven" not in (tmp_path / REGISTER).read_text(encoding="utf-8")


@pytest.mark.parametrize("damaged", ["", "[1, 2]", '{"P07": 3}', "\x00"])
def test_a_damaged_register_is_one_sentence_with_a_way_out(tmp_path: Path, damaged: str) -> None:
    (tmp_path / REGISTER).write_text(damaged, encoding="utf-8")
    with pytest.raises(ExportError, match=REGISTER) as caught:
        Versions(tmp_path)
    assert "from 1" in caught.value.hint
