"""What the pages of figures show, for any figures; what each number looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interview_tui.credibility.figures import Exhausted, Extraction, Figures, Participation, Share
from interview_tui.tui import agreement_rows, exhaustion, fidelity_table, figure_pages, participation
from interview_tui.tui.figure_pages import Known, Page, View, lacking, page_rows
from tests.tui.any_figures import VIEWS, anything_known, exhaustions
from tests.tui.appraised import AGREEMENT, BOOK, BROUGHT, FIGURES, exhausted, fidelity
from tests.tui.staging import SHOWS_A_DATE

KNOWN = Known(FIGURES, BOOK, "mr", 8, 8)
NOTHING = Figures(0, 0, 0, (), (), (), (), ())


def plain(rows) -> list[str]:
    return [row.plain for row in rows]


def shown(page: Page, known: Known, view: View = View(), width: int = 78) -> str:  # noqa: B008 - immutable
    return "\n".join(plain(page_rows(page, known, view, width, 24)))


@settings(max_examples=60)
@given(anything_known(), VIEWS, st.sampled_from(Page), st.integers(24, 160), st.integers(8, 60))
def test_no_row_is_wider_than_there_is_room_for_and_none_breaks_the_terminal(known, view, page, width, height):
    kinds = participation.kinds(known.figures.participation)
    view = replace(view, by=kinds[0]) if kinds else view
    rows = page_rows(page, known, view, width, height)
    assert rows
    assert all(row.cell_length <= width for row in rows)
    assert all(character.isprintable() for row in rows for character in row.plain)
    assert all(character.isprintable() for character in known.facts)


@settings(max_examples=25)
@given(anything_known())
def test_the_table_of_interviews_has_a_cell_for_every_head_and_all_of_them_first(known):
    rows = fidelity_table.fidelity_rows(known.figures.fidelity)
    assert all(len(row.cells) == len(fidelity_table.HEADS) == len(fidelity_table.LONG_HEADS) for row in rows)
    assert [row.case for row in rows] == ["", *(one.case for one in known.figures.fidelity)][: len(rows)]
    assert bool(rows) == bool(known.figures.fidelity)


def test_all_interviews_together_are_the_sums_and_all_is_said_of_all_only():
    first, second = fidelity(1), replace(fidelity(2), schedule_version="2")
    together, *each = [row.cells for row in fidelity_table.fidelity_rows([first, second])]
    assert together == ("all 2", "several", "83/104", "53/72", "3", "3", "63.0", "23.0", "100 %", "0")
    assert [cells[0] for cells in each] == ["P01", "P02"]
    assert fidelity_table.percent(9_999, 10_000) == "99 %"
    assert fidelity_table.percent(0, 0) == "–"
    whole = fidelity_table.whole_study([first, second])
    assert whole == "80 % covered, 96 % of the must-asks, 74 % as worded, 100 % recorded"


def test_the_minutes_of_one_interview_are_bars_and_those_of_several_reach_from_least_to_most():
    one = plain(fidelity_table.section_rows([fidelity(3)], 60))
    assert one[0].startswith("· incidents 10.0 ████")
    assert one[2].startswith("The shift   19.0 ████")
    several = plain(fidelity_table.section_rows([fidelity(3), fidelity(6)], 60))
    assert several[2].endswith("19.5  19.0–20.0")


@given(exhaustions(["a", "b", "c"]), st.integers(20, 150), st.integers(1, 40), st.booleans())
def test_the_curve_never_falls_and_its_last_column_is_full(found, width, height, by_incidents):
    rows = plain(exhaustion.curve(found, width, height, by_incidents=by_incidents))
    steps = found[-1].incidents_so_far if found and by_incidents else len(found)
    assert bool(rows) == bool(steps and found[-1].categories_so_far)
    assume(rows)
    floor = next(number for number, row in enumerate(rows) if "└" in row)
    begin = rows[floor].index("└") + 1
    columns = [list(column) for column in zip(*(row[begin:] for row in rows[:floor]), strict=True)]
    heights = [sum(" ▁▂▃▄▅▆▇█".index(cell) for cell in column) for column in columns]
    assert heights == sorted(heights)
    assert heights[-1] == 8 * floor
    assert len(columns) == rows[floor].count("─")


@SHOWS_A_DATE
def test_the_last_interview_that_brought_a_category_is_named_and_marked_where_others_followed():
    found = exhausted()
    assert exhaustion.told(found) == (
        "▲ The last new category came with P07 (26 Oct 2026), interview 7 of 12, after 21 incidents. "
        "Since then 5 interviews with 15 incidents brought none."
    )
    assert any("▲" in row for row in plain(exhaustion.curve(found, 60, 8, by_incidents=False)))
    assert "Since then 1 interview with 3 incidents brought none." in exhaustion.told(exhausted(BROUGHT[:3]))
    still = exhausted(BROUGHT[:4])
    assert exhaustion.told(still) == (
        "P04 (17 Oct 2026), interview 4 of 4 and the last, still brought 2 new categories: they are not exhausted."
    )
    assert not any("▲" in row for row in plain(exhaustion.curve(still, 60, 8, by_incidents=True)))
    assert (
        plain(exhaustion.brought(found, BOOK, 70))[3]
        == "P04  17 Oct 2026  3 incidents  +2 → 5  Trust, Lists and handover"
    )


def test_along_incidents_an_interview_takes_as_much_room_as_it_had_incidents():
    found = (
        Exhausted("P01", 0, 1, 1, ("a",), 1),
        Exhausted("P02", 0, 5, 6, ("b",), 2),
    )
    by_interviews, by_incidents = (
        plain(exhaustion.curve(found, 60, 3, by_incidents=along))[0].count("█") for along in (False, True)
    )
    assert (by_interviews, by_incidents) == (6, 30)


def test_a_category_below_a_quarter_is_flagged_and_one_of_exactly_a_quarter_is_not():
    found = [
        Participation("trust", 5, Share(3, 12)),
        Participation("time", 5, Share(2, 12)),
        Participation("none", 0, Share(0, 0)),
    ]
    rows = plain(participation.participation_rows(found, BOOK, 60))
    assert rows[0].startswith("! under 25 %")
    assert [row.split()[0] for row in rows[1:]] == ["Time", "Trust", "none"]
    assert "17 % !" in rows[1]
    assert "┊" in rows[1]
    assert "25 %  " in rows[2]
    assert "–" in rows[3]
    assert not any("!" in row for row in rows[2:])


def test_the_bar_of_everybody_fills_its_room_and_nothing_is_cut_off():
    found = [Participation("trust", 5, Share(12, 12))]
    for width in range(40, 90):
        row = plain(participation.participation_rows(found, BOOK, width))[1]
        assert row.endswith("█")
        assert len(row) == min(
            width, len("Trust") + 1 + len("12 of 12") + participation.AROUND + participation.WIDEST_BAR
        )


def test_participants_are_split_by_one_kind_at_a_time_and_below_their_category():
    assert participation.kinds(FIGURES.participation) == ("role", "incident")
    text = shown(Page.PARTICIPATION, KNOWN, View(by="role"))
    rows = text.splitlines()
    at = next(number for number, row in enumerate(rows) if "Lists" in row)
    assert rows[0] == "split by role"
    assert (rows[at + 1].split()[:2], "0 of 7" in rows[at + 1]) == (["·", "nurse"], True)
    assert "smooth" not in text
    assert "nurse" not in shown(Page.PARTICIPATION, KNOWN)


def test_kappa_has_its_interval_what_is_wanted_and_a_table_with_its_diagonal_in_brackets():
    rows = plain(agreement_rows.agreement_rows(AGREEMENT, BOOK, 100))
    text = "\n".join(rows)
    assert "● κ 0.79 (95 %: 0.62 to 0.96), substantial (Landis and Koch 1977); usually wanted: above 0.60" in text
    assert "agreed 27 of 32, 84 %; by chance alone 26 %; usually wanted: 80 %" in text
    assert "2 Backing   2 [7]   1   ·" in rows
    assert rows[-4:] == [
        "2 × kb: Backing — mr: Advice",
        "1 × kb: Advice — mr: Backing",
        "1 × kb: Backing — mr: Time",
        "1 × kb: Trust — mr: Time",
    ]
    assert len(agreement_rows.differences(AGREEMENT, BOOK)) == 4
    low = replace(AGREEMENT, kappa=0.6, agreed=25)
    assert sum(row.startswith("○") for row in plain(agreement_rows.agreement_rows(low, BOOK, 100))) == 2
    none = replace(AGREEMENT, kappa=None)
    assert agreement_rows.ONLY_CHANCE in plain(agreement_rows.agreement_rows(none, BOOK, 100))


@pytest.mark.parametrize(
    ("kappa", "name"),
    [(1.0, "almost perfect"), (0.8, "substantial"), (0.61, "substantial"), (0.6, "moderate"), (0.0, "slight")],
)
def test_a_kappa_is_called_what_landis_and_koch_call_it(kappa, name):
    assert agreement_rows.called(kappa) == name


def test_a_table_that_is_too_wide_is_told_as_what_differs():
    many = tuple(f"category-number-{number}" for number in range(30))
    table = tuple(tuple(1 if other == at + 1 else 5 * (other == at) for other in range(30)) for at in range(30))
    wide = replace(AGREEMENT, categories=many, table=table)
    rows = plain(agreement_rows.agreement_rows(wide, BOOK, 78))
    assert any("wider than the screen" in row for row in rows)
    assert sum("1 × kb" in row for row in rows) == 29
    assert not any("[5]" in row for row in rows)
    assert any("[5]" in row for row in plain(agreement_rows.agreement_rows(wide, BOOK, 200)))


def test_a_judge_who_is_not_through_sees_no_table_and_others_do():
    judging = Known(FIGURES, BOOK, "mr", 5, 8)
    assert "5 of 8 incidents of the sample judged: j goes on" in shown(Page.AGREEMENT, judging)
    assert figure_pages.BLIND in shown(Page.AGREEMENT, judging, width=200)
    assert "κ" not in shown(Page.AGREEMENT, judging)
    assert "κ 0.79" in shown(Page.AGREEMENT, replace(judging, judged=8))
    assert "κ 0.79" in shown(Page.AGREEMENT, replace(judging, coder="somebody"))


def test_what_two_extractors_found_is_divided_as_it_is():
    rows = plain(agreement_rows.extraction_rows(Extraction("mr", 2, 3, 7, 1, 2), 60))
    assert rows[0] == "mr · 2 of 3 transcripts of the sample done"
    assert "7 of 10 incidents found by both, 70 %" in rows
    assert "●" * 28 + "◐" * 4 + "○" * 8 in rows


def test_every_page_says_what_is_to_be_done_for_it_next():
    assert {lacking(page, Known(NOTHING)) for page in Page} == {figure_pages.NO_INTERVIEW}
    told = replace(NOTHING, fidelity=FIGURES.fidelity, incidents=40)
    assert lacking(Page.FIDELITY, Known(told)) == ""
    for page in (Page.EXHAUSTIVENESS, Page.PARTICIPATION, Page.AGREEMENT):
        assert "codebook begin" in lacking(page, Known(told))
        assert (
            lacking(page, Known(replace(told, codebook=1)))
            == "No incident is sorted yet: s sorts the 40 incidents of the study."
        )
        assert lacking(page, Known(replace(told, codebook=1, incidents=0))) == figure_pages.NO_INCIDENT
    assert "figures extract" in lacking(Page.EXTRACTION, Known(told))
    coded = replace(FIGURES, agreement=())
    assert lacking(Page.AGREEMENT, Known(coded)) == figure_pages.NOT_DRAWN
    assert "j sorts them" in lacking(Page.AGREEMENT, Known(coded, coder="mr", to_judge=8))
    assert "by somebody else" in lacking(Page.AGREEMENT, Known(coded, coder="kb", to_judge=8))
    assert {lacking(page, KNOWN) for page in Page} == {""}


def test_the_facts_name_who_sorted_and_what_is_to_be_sorted_anew():
    assert KNOWN.facts == "12 interviews · 36 of 40 incidents sorted by kb · codebook 3"
    assert Known(NOTHING).facts == "0 interviews · 0 of 0 incidents sorted · no codebook"
