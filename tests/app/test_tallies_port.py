"""The real tallies and the fake keep the same promises (`fieldwork.ports.Tallies`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from interview_tui import bootstrap
from interview_tui.errors import ConfigError
from interview_tui.fieldwork.counting import count, interviewed
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Tally
from interview_tui.fieldwork.ports import Tallies
from interview_tui.interview.state import fold
from interview_tui.store.study import StudyFolder
from interview_tui.tallying import StudyTallies
from tests.examples import HANDOVER, handover
from tests.fake_fieldwork import FakeTallies
from tests.store.conducting import conducted

TALLY = Tally("posts", ("post", "incident"), "", {("theatre",): 3})
TEXT = '[[tally]]\nname = "posts"\nby = ["post", "incident"]\ntargets = { theatre = 3 }\n'
BROKEN = TEXT.replace("post", "psot")
Made = Callable[[Path, str], Tallies]


def real(folder: Path, text: str) -> Tallies:
    (folder / "schedules").mkdir()
    (folder / "schedules" / "handover.yaml").write_text(HANDOVER, encoding="utf-8")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = StudyFolder.open(folder)
    study.keep_schedule(handover())
    for case, rehearsal in (("P01", False), ("P02", True), ("P03", False)):
        journal = study.journal(case)
        journal.append(conducted(case, rehearsal=rehearsal))
        assert journal.close(60.0)
    return StudyTallies(bootstrap.open_study(folder))


def fake(_: Path, text: str) -> Tallies:
    if text == BROKEN:
        return FakeTallies(fails=ConfigError("by names psot", "Did you mean post?"))
    blank = laid_out(TALLY, handover(), [], "study.toml")
    found = [interviewed(fold(handover(), conducted(case))) for case in ("P01", "P03")]
    return FakeTallies(count(blank, found, {})) if text else FakeTallies()


@pytest.fixture(params=[real, fake], ids=["real", "fake"])
def make(request: pytest.FixtureRequest) -> Made:
    made: Made = request.param
    return made


def test_every_tally_is_counted_without_rehearsals(make: Made, tmp_path: Path) -> None:
    [counted] = make(tmp_path, TEXT).counted()
    assert (counted.tally, counted.of, counted.total) == (TALLY, "incident", 2)
    assert {cell.name: (cell.count, cell.target) for cell in counted.cells if cell.count or cell.target} == {
        "theatre": (2, 3),
        "theatre / smooth": (2, None),
    }


def test_a_study_without_tallies_has_none(make: Made, tmp_path: Path) -> None:
    assert make(tmp_path, "").counted() == ()


def test_one_that_counts_by_nothing_there_is_is_refused(make: Made, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        make(tmp_path, BROKEN).counted(without="P01")
    assert "by names psot" in refused.value.message
    assert "Did you mean post?" in refused.value.hint


def test_the_interview_that_goes_on_is_left_out(tmp_path: Path) -> None:
    tallies = real(tmp_path, TEXT)
    assert [counted.total for counted in tallies.counted(without="P03")] == [1]


def test_a_schedule_or_a_tally_that_was_changed_is_read_again(tmp_path: Path) -> None:
    tallies = real(tmp_path, TEXT)
    assert len(tallies.counted()) == 1
    schedule = tmp_path / "schedules" / "handover.yaml"
    schedule.write_text(HANDOVER.replace("one of [ward, theatre]", "one of [ward, theatre, office]"), encoding="utf-8")
    assert tallies.counted()[0].dimensions[0].values == ("ward", "theatre", "office")
    (tmp_path / "study.toml").write_text('[[tally]]\nby = ["incident"]\n', encoding="utf-8")
    assert [one.tally.name for one in tallies.counted()] == ["incident"]
