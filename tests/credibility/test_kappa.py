"""Kappa, against worked examples that were published, and its laws."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interview_tui.credibility.kappa import agreement, kappa_of

Table = list[list[int]]

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
FLEISS_COHEN_EVERITT_1969 = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
FLEISS_LEVIN_PAIK_2003 = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
DERMATOLOGISTS = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
SAS_MANUAL = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]


@pytest.mark.parametrize(
    ("table", "observed", "expected", "kappa"),
    [
        (COHEN_1960, 0.70, 0.41, 0.492),  # Cohen (1960), "A coefficient of agreement for nominal scales"
        (FLEISS_COHEN_EVERITT_1969, 0.70, 0.475, 0.429),  # Fleiss, Cohen and Everitt (1969), "Large sample …"
        (FLEISS_LEVIN_PAIK_2003, 0.89, 0.66, 0.68),  # "Statistical methods for rates and proportions", chapter 18
        ([[20, 5], [10, 15]], 0.70, 0.50, 0.40),  # the example of most encyclopaedias
    ],
)
def test_published_examples_come_out(table, observed, expected, kappa):
    found = kappa_of(table)
    assert found.kappa is not None
    assert (round(found.observed, 4), round(found.expected, 4)) == (observed, expected)
    assert found.kappa == pytest.approx(kappa, abs=0.5 * 10 ** -len(str(kappa).split(".")[1]))


@pytest.mark.parametrize(
    ("table", "kappa", "error", "low", "high"),
    [
        # SAS/STAT User's Guide, The FREQ Procedure, agreement study of two dermatologists
        (DERMATOLOGISTS, 0.3449, 0.0724, 0.2030, 0.4868),
        # a listing of PROC FREQ that statsmodels is tested against
        (SAS_MANUAL, 0.4842, 0.1380, 0.2137, 0.7547),
    ],
)
def test_standard_errors_and_bounds_are_those_that_sas_prints(table, kappa, error, low, high):
    found = kappa_of(table)
    assert [found.kappa, found.error, found.low, found.high] == pytest.approx([kappa, error, low, high], abs=0.00005)


def test_the_standard_error_of_the_paper_that_it_is_from():
    assert kappa_of(FLEISS_COHEN_EVERITT_1969).error == pytest.approx(0.0537, abs=0.00005)
    assert kappa_of(FLEISS_LEVIN_PAIK_2003).error == pytest.approx(0.0877, abs=0.00005)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    size = draw(st.integers(1, 5))
    row = st.lists(st.integers(0, 20), min_size=size, max_size=size)
    return draw(st.lists(row, min_size=size, max_size=size))


def turned(table: Table) -> Table:
    return [list(column) for column in zip(*table, strict=True)]


@given(tables())
def test_it_makes_no_difference_who_is_called_the_first(table):
    one, other = kappa_of(table), kappa_of(turned(table))
    assert one.kappa == other.kappa
    assert one.error == pytest.approx(other.error, abs=1e-9)


@given(tables(), st.randoms(use_true_random=False))
def test_it_makes_no_difference_what_the_categories_are_called(table, random):
    order = list(range(len(table)))
    random.shuffle(order)
    other = [[table[row][column] for column in order] for row in order]
    assert kappa_of(other).kappa == kappa_of(table).kappa
    assert kappa_of(other).error == pytest.approx(kappa_of(table).error, abs=1e-9)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=6))
def test_who_agree_in_everything_have_a_kappa_of_one(diagonal):
    table = [[count if row == column else 0 for column in range(len(diagonal))] for row, count in enumerate(diagonal)]
    found = kappa_of(table)
    assert (found.kappa, found.error) == (1.0, pytest.approx(0.0, abs=1e-7))


@given(tables())
def test_kappa_is_at_most_one_and_none_where_chance_agrees_fully(table):
    found = kappa_of(table)
    cells = [(row, column) for row, counts in enumerate(table) for column, count in enumerate(counts) if count]
    by_chance_alone = not cells or (len(set(cells)) == 1 and cells[0][0] == cells[0][1])
    assert (found.kappa is None) == by_chance_alone
    if found.kappa is None:
        assert (found.error, found.low, found.high) == (None, None, None)
        return
    assert -1 <= found.kappa <= 1
    assert found.error is not None
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.kappa + 1e-9
    assert found.kappa <= found.high + 1e-9 <= 1 + 2e-9


@given(tables(), st.integers(2, 5))
def test_more_of_the_same_agree_alike_and_more_surely(table, times):
    assume(kappa_of(table).error)
    more = kappa_of([[count * times for count in row] for row in table])
    assert more.kappa == pytest.approx(kappa_of(table).kappa)
    assert more.error == pytest.approx(kappa_of(table).error / times**0.5, rel=1e-6)


@given(tables())
def test_two_judges_make_the_table_of_what_both_have_sorted(table):
    pairs = [
        (row, column) for row, counts in enumerate(table) for column, count in enumerate(counts) for _ in range(count)
    ]
    firsts = {str(number): f"c{row}" for number, (row, _) in enumerate(pairs)} | {"alone": "c0"}
    seconds = {str(number): f"c{column}" for number, (_, column) in enumerate(pairs)} | {"other": "c0"}
    found = agreement("ab", "cd", firsts, seconds, [f"c{number}" for number in range(len(table))])
    used = [number for number in range(len(table)) if any(table[number]) or any(turned(table)[number])]
    assert found.categories == tuple(f"c{number}" for number in used)
    assert found.table == tuple(tuple(table[row][column] for column in used) for row in used)
    assert (found.of, found.agreed) == (sum(chain(*table)), sum(table[n][n] for n in range(len(table))))
    assert found.kappa == kappa_of(table).kappa
