"""Exported files are in their place whole or not at all, and nothing else that lay there is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interview_tui.errors import ExportError
from interview_tui.export.placing import put_in_place, replace_file, staging


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
    with staging(tmp_path) as stage:
        (stage / "a.txt").write_bytes(b"new, and longer")
        with pytest.raises(ExportError, match="No space left on device"):
            put_in_place({path: stage / "a.txt"})
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_with_other_content_is_kept_beside_and_told(tmp_path: Path) -> None:
    place = tmp_path / "a.docx"
    for content in (b"ours", b"ours", b"with her remarks", b"ours"):
        place.write_bytes(content) if content == b"with her remarks" else None
        with staging(tmp_path) as stage:
            (stage / "a.docx").write_bytes(b"ours" if content == b"ours" else b"ours again")
            remarks = put_in_place({place: stage / "a.docx"})
    assert remarks == ["a.docx lay there with other content, which is kept as a_earlier-2.docx."]
    assert (tmp_path / "a_earlier-1.docx").read_bytes() == b"with her remarks"
    assert (tmp_path / "a_earlier-2.docx").read_bytes() == b"ours again"
    assert place.read_bytes() == b"ours"


def test_a_folder_that_cannot_be_made_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("in the way", encoding="utf-8")
    with pytest.raises(ExportError, match="exports") as caught, staging(tmp_path / "exports"):
        pass
    assert "another folder" in caught.value.hint


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")
def test_exports_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "exports" / "a.txt"
    with staging(place.parent) as stage:
        (stage / "a.txt").write_text("text", encoding="utf-8")
        put_in_place({place: stage / "a.txt"})
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
