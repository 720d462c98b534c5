"""Files of a study that is not encrypted: what they cost and hold is what any file does."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from interview_tui.at_rest.encrypted_folder import KEY_FILE, study_of
from interview_tui.at_rest.files import appending, pieces, read_bytes, reading


def test_two_who_add_to_an_open_file_do_not_write_over_each_other(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    with appending(file) as one, appending(file) as another:
        for line in (b"1\n", b"2\n"):
            one.write(line)
            another.write(line)
    assert read_bytes(file) == b"1\n1\n2\n2\n"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_open_file_is_opened_once_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "said.txt"
    file.write_bytes(b"can't trust your own group")
    opened: list[Path] = []
    open_it = Path.open

    def counted(path: Path, mode: str = "r") -> object:
        opened.append(path)
        return open_it(path, mode)

    monkeypatch.setattr(Path, "open", counted)
    with reading(file) as found:
        assert found.read() == b"can't trust your own group"
    assert list(pieces(file)) == [b"can't trust your own group"]
    assert opened == [file, file]


@pytest.mark.parametrize(("refusal", "known"), [(errno.EACCES, True), (errno.EIO, False)])
def test_a_folder_that_may_not_be_looked_into_holds_no_key_but_one_that_does_not_answer_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int, known: bool
) -> None:
    look = os.stat

    def refused(path: Path | str, **how: Any) -> os.stat_result:
        if str(path) == str(tmp_path / KEY_FILE):
            raise OSError(refusal, os.strerror(refusal), str(path))
        return look(path, **how)

    monkeypatch.setattr(os, "stat", refused)
    if known:
        assert study_of(tmp_path / "study" / "recordings") is None
    else:
        with pytest.raises(OSError, match=r"error"):
            study_of(tmp_path / "study" / "recordings")


def test_a_study_is_found_from_wherever_something_lies_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / KEY_FILE).touch()
    assert study_of(tmp_path / "study") == study_of(tmp_path / "study/a/b.wav") == tmp_path / "study"
    assert study_of(tmp_path) is None
    monkeypatch.chdir(tmp_path / "study")
    assert study_of(Path("a/b.wav")) == study_of(Path()) == Path()
    monkeypatch.chdir(tmp_path)
    assert study_of(Path("a/b.wav")) is None
    assert study_of(Path("study")) == Path("study")
