"""The contract of `credibility.ports`: what holds of the coding of a study on disk holds of the fake."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interview_tui.appraising import StudyCoding
from interview_tui.credibility.changes import CaseRead, CategoryGiven, ExtractDropped, Extracted, SampleDrawn, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.codebook_text import parsed
from interview_tui.credibility.ports import CodingDesk, ToSort
from interview_tui.errors import Refused
from interview_tui.store.study import StudyFolder
from tests.app.coded import BOOK, CASES, TOLD, lay
from tests.fake_coding import FakeCodingDesk

NOTED = {"event": "the lift was out", "action": "took the stairs"}


@dataclass
class World:
    """A desk over incidents that nobody has sorted, and how another person sits down at it."""

    desk: CodingDesk
    sit: Callable[[str], None]


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("laid") / "study").path


def on_disk(laid: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    def sit(who: str) -> None:
        monkeypatch.setattr("interview_tui.appraising.reviewer", lambda: who)

    desk = StudyCoding(StudyFolder.open(shutil.copytree(laid, folder)))
    desk.codebooks.begin(BOOK)
    desk.codebooks.keep("ab", 1)
    sit("ab")
    return World(desk, sit)


def in_memory(_: Path, __: Path, ___: pytest.MonkeyPatch) -> World:
    parts = (("event", "the lift was out"), ("action", "took the stairs"))
    to_sort = [ToSort(case, f"S1-{key}", f"shift 1 / {key}", parts) for case in CASES for key in TOLD]
    desk = FakeCodingDesk(Codebook(1, parsed(BOOK, "book")), to_sort)

    def sit(who: str) -> None:
        desk.coder = who

    return World(desk, sit)


@pytest.fixture(params=[on_disk, in_memory])
def world(request: pytest.FixtureRequest, laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return request.param(laid, tmp_path / "study", monkeypatch)


def sort(world: World, category: str, *, number: int = 0, task: Task = Task.CODING) -> tuple[str, str]:
    """Sort one of the incidents; gives which."""
    one = world.desk.incidents(task)[number]
    given = CategoryGiven(
        wall_ms=world.desk.now_ms(), case=one.case, incident=one.incident, category=category, codebook=1, task=task
    )
    world.desk.note(given)
    return one.case, one.incident


def categories(world: World, task: Task = Task.CODING) -> dict[tuple[str, str], str]:
    return {(one.case, one.incident): one.category for one in world.desk.incidents(task) if one.category}


def test_all_incidents_are_to_be_sorted_in_a_fixed_order_with_what_was_told(world):
    found = world.desk.incidents(Task.CODING)
    assert [(one.case, one.incident) for one in found] == [(case, f"S1-{key}") for case in CASES for key in TOLD]
    assert found[0].parts[0] == ("event", "the lift was out")
    assert all(one.label and not one.category for one in found)
    book = world.desk.codebook()
    assert book is not None
    assert (book.version, [one.key for one in book.categories]) == (1, ["people", "colleagues", "things"])


def test_what_was_sorted_last_is_what_a_coder_finds(world):
    name = sort(world, "things")
    assert categories(world) == {name: "things"}
    sort(world, "people")
    assert categories(world) == {name: "people"}
    sort(world, "")
    assert categories(world) == {}


def test_of_what_is_noted_together_the_last_holds(world):
    now = world.desk.now_ms()
    twice = (
        CategoryGiven(wall_ms=now, case=one.case, incident=one.incident, category=category, codebook=1)
        for one in world.desk.incidents(Task.CODING)
        for category in ("things", "people")
    )
    world.desk.note(*twice)
    assert list(categories(world).values()) == ["people"] * 8


@pytest.mark.parametrize(
    "wrong",
    [{"case": "P99"}, {"incident": "S9-smooth"}, {"category": "lifts"}, {"codebook": 2}, {"task": Task.JUDGING}],
)
def test_what_there_is_not_is_refused_and_nothing_is_noted(world, wrong):
    right: dict[str, Any] = {"case": "P07", "incident": "S1-smooth", "category": "things", "codebook": 1}
    now = world.desk.now_ms()
    with pytest.raises(Refused):
        world.desk.note(CategoryGiven(wall_ms=now, **right), CategoryGiven(wall_ms=now, **right | wrong))
    assert categories(world) == {}


def test_a_sample_is_of_what_was_sorted_and_is_drawn_once(world):
    with pytest.raises(Refused):
        world.desk.draw(Task.JUDGING)
    for number in range(6):
        sort(world, "things", number=number)
    drawn = world.desk.draw(Task.JUDGING)
    assert (drawn.task, drawn.share_percent, len(drawn.members), len(drawn.among)) == (Task.JUDGING, 25, 2, 6)
    assert set(drawn.members) <= set(drawn.among)
    with pytest.raises(Refused):
        world.desk.draw(Task.JUDGING, extend=True)
    for number in range(6, 8):
        sort(world, "things", number=number)
    with pytest.raises(Refused):
        world.desk.draw(Task.JUDGING)
    assert world.desk.draw(Task.JUDGING, extend=True).among == ("P10 S1-rough", "P10 S1-smooth")


def test_a_judge_sorts_the_sample_and_sees_nothing_of_what_the_coder_did(world):
    for number in range(8):
        sort(world, "things", number=number)
    drawn = world.desk.draw(Task.JUDGING)
    world.sit("judge")
    to_judge = world.desk.incidents(Task.JUDGING)
    assert {f"{one.case} {one.incident}" for one in to_judge} == set(drawn.members)
    assert not any(one.category for one in to_judge)
    name = sort(world, "people", task=Task.JUDGING)
    assert categories(world, Task.JUDGING) == {name: "people"}
    world.sit("ab")
    assert set(categories(world).values()) == {"things"}


def test_nobody_judges_what_they_sorted_themselves(world):
    for number in range(8):
        sort(world, "things", number=number)
    world.desk.draw(Task.JUDGING)
    with pytest.raises(Refused, match="somebody else"):
        sort(world, "people", task=Task.JUDGING)


def test_an_extractor_marks_stretches_of_the_transcripts_that_were_drawn(world):
    drawn = world.desk.draw(Task.EXTRACTION)
    assert set(drawn.among) == set(CASES)
    (case,) = drawn.members
    other = next(one for one in CASES if one != case)
    now = world.desk.now_ms()
    world.desk.note(Extracted(wall_ms=now, case=case, start_ms=1_000, end_ms=9_000, gist="stairs"))
    world.desk.note(CaseRead(wall_ms=now, case=case))
    for wrong in (
        Extracted(wall_ms=now, case=other, start_ms=1_000, end_ms=9_000, gist="stairs"),
        Extracted(wall_ms=now, case=case, start_ms=9_000, end_ms=9_000, gist="stairs"),
        CaseRead(wall_ms=now, case=other),
        ExtractDropped(wall_ms=now, entry="nothing"),
        SampleDrawn(wall_ms=now, task=Task.EXTRACTION, share_percent=25, seed=1, members=(other,)),
    ):
        with pytest.raises(Refused):
            world.desk.note(wrong)


def test_figures_come_and_are_written(world):
    figures = world.desk.figures(lambda *_: None, lambda: False)
    assert world.desk.write(figures).files


def test_a_sample_can_be_drawn_again_by_anybody(laid, tmp_path, monkeypatch):
    world = on_disk(laid, tmp_path / "study", monkeypatch)
    drawn = world.desk.draw(Task.EXTRACTION, 50)
    assert sorted(random.Random(drawn.seed).sample(drawn.among, 2)) == list(drawn.members)
