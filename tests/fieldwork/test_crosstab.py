"""A tally as a table: its last dimension across, margins, what is wanted and what is not known."""

from __future__ import annotations

from interview_tui.fieldwork.counting import Interviewed, count
from interview_tui.fieldwork.crosstab import crosstab
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Attribute, Tally
from interview_tui.interview.events import Place
from tests.examples import handover

WARDS = [Attribute("ward", "Ward", ("north", "south"))]


def papers(*answers: str, unfinished: bool = False) -> list[Interviewed]:
    return [
        Interviewed(f"P{n}", {}, {Place("paper"): (answer,)}, frozenset({""}), unfinished)
        for n, answer in enumerate(answers)
    ]


def test_two_dimensions_cross_with_a_column_and_a_row_for_what_is_not_known() -> None:
    blank = laid_out(Tally("t", ("ward", "paper"), "", {("north",): 2, ("north", "no"): 3}), handover(), WARDS, "")
    wards = {"P0": {"ward": "north"}, "P1": {"ward": "north"}, "P2": {"ward": "south"}}
    table = crosstab(count(blank, papers("yes", "dk", "no", "no"), wards))
    assert table.about == "interviews · 4 in all, 2 not known"
    assert list(table.lines()) == [
        "Ward × paper  yes  no            partly  not known  all",
        "north         1    0/3, 3 short  0       1          2/2 ✓",
        "south         0    1             0                  1",
        "not known                                           1",
    ]


def test_one_dimension_goes_down_with_the_cases_that_wait() -> None:
    blank = laid_out(Tally("t", ("ward",), "", {("south",): 4}), handover(), WARDS, "")
    wards = {"P0": {"ward": "south"}, "P7": {"ward": "north"}}
    table = crosstab(count(blank, papers("yes", unfinished=True), wards, ["P7"]))
    assert table.about == "interviews · 1 in all, 1 of unfinished interviews"
    assert list(table.lines()) == [
        "Ward   all           listed",
        "north  0             1",
        "south  1/4, 3 short  0",
    ]


def test_of_three_dimensions_the_outer_ones_are_indented() -> None:
    blank = laid_out(Tally("t", ("paper", "post", "incident")), handover(), [], "")
    names = [line.rstrip().split("  ")[0] or line.strip().split()[0] for line in crosstab(count(blank, [], {})).lines()]
    assert names[:4] == ["paper × post × incident", "yes", "ward", "theatre"]
    assert list(crosstab(count(blank, [], {})).lines())[2].startswith("  ward")
