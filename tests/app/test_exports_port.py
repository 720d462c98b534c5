"""The port through which screens export: the real part over a study folder and the fake keep the same promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interview_tui import bootstrap
from interview_tui.adapters import StudyExports
from interview_tui.errors import ExportError, Refused
from interview_tui.record.export_ports import Choice, Exports
from interview_tui.store.pseudonym_log import ELSEWHERE
from interview_tui.store.study import StudyFolder
from tests.app.test_export_command import conduct
from tests.fake_study import FakeExports

CASES = ["P08", "P07"]
FORMATS = ("text", "json")
Make = Callable[[StudyFolder], Exports]


def fake(study: StudyFolder) -> Exports:
    return FakeExports(folder=study.exports_folder)


@pytest.fixture(params=[StudyExports, fake], ids=["real", "fake"])
def make(request) -> Make:
    chosen: Make = request.param
    return chosen


@pytest.fixture
def study(tmp_path, monkeypatch) -> StudyFolder:
    (tmp_path / "apart").mkdir()
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "apart"))
    made = bootstrap.ready_study(tmp_path / "study")
    for case in CASES:
        conduct(made, case, "the lift was out")
    return made


@pytest.fixture
def exports(make, study) -> Exports:
    return make(study)


def parts(path: Path) -> tuple[str, str]:
    """Which case and which format the name of a file tells of."""
    case = next(case for case in CASES if case in path.name)
    return case, "text" if path.suffix in (".txt", ".text") else "json"


def test_every_format_has_a_name_and_a_line_about_it(exports):
    assert set(FORMATS) <= set(exports.formats)
    assert all(told and "\n" not in told for told in exports.formats.values())


def test_every_interview_is_told_of_before_it_is_read_and_the_files_come_format_by_format(exports, study):
    told: list[tuple[str, int, int]] = []
    written = exports.write(CASES, Choice(FORMATS), lambda *each: told.append(each))
    assert told == [("P08", 0, 2), ("P07", 1, 2)]
    assert [parts(file) for file in written.files] == [(case, name) for name in FORMATS for case in CASES]
    assert {file.parent for file in written.files} == {study.exports_folder}


def test_files_lie_in_the_folder_that_is_chosen(exports, tmp_path):
    written = exports.write(CASES[:1], Choice(("json",), folder=tmp_path / "out"))
    assert [(file.parent, parts(file)) for file in written.files] == [(tmp_path / "out", ("P08", "json"))]


def test_a_format_that_there_is_not_is_refused_with_a_way_out(exports):
    with pytest.raises(ExportError, match=r"no export format.*jsn") as caught:
        exports.write(CASES, Choice(("text", "jsn")), lambda *_: pytest.fail("nothing is read for it"))
    assert "json" in caught.value.hint


def test_what_is_raised_on_the_way_ends_it_and_nothing_is_written(exports, study):
    def stop(_: str, done: int, __: int) -> None:
        if done == 1:
            raise Refused("enough")

    with pytest.raises(Refused, match="enough"):
        exports.write(CASES, Choice(FORMATS), stop)
    assert [file.name for file in study.path.glob("exports/**/*") if file.is_file()] == []
    assert not isinstance(exports, FakeExports) or exports.written == []
    assert len(exports.write(CASES, Choice(FORMATS)).files) == len(CASES) * len(FORMATS)
