"""Categories found by a few letters or their number, whatever script they are in; incidents gone through in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.credibility.changes import Task
from interview_tui.credibility.codebook import Category, Codebook
from interview_tui.tui import categories, sorting_rows
from interview_tui.tui.categories import fitting, named, numbered
from interview_tui.tui.sorting_list import SortingList, key_of
from tests.tui.any_figures import NAMES, codebooks
from tests.tui.appraised import BOOK, TO_SORT, to_sort

ALL = numbered(BOOK)


def names(typed: str) -> list[str]:
    return [one.name for one in fitting(ALL, typed)]


def test_categories_are_numbered_from_the_top_and_know_what_they_stand_below():
    assert [one.number for one in ALL] == [1, 2, 3, 4, 5, 6]
    assert ALL[2].path == "Support › Backing"


def test_a_beginning_goes_before_the_beginning_of_a_word_and_that_before_letters_anywhere():
    assert names("t") == ["Time", "Trust", "Support", "Lists and handover"]
    assert names("ba") == ["Backing"]
    assert names("HAND") == ["Lists and handover"]
    assert names("rust") == ["Trust"]


def test_what_is_mistyped_is_found_by_what_it_resembles_and_nonsense_is_not():
    assert names("bakcing")[0] == "Backing"
    assert names("xqzw") == []
    assert names("!!") == []


def test_a_number_is_a_category_by_its_number_and_then_those_that_begin_with_it():
    book = Codebook(1, tuple(Category(f"k{n}", f"Nr {n + 30}") for n in range(12)))
    assert [one.number for one in fitting(numbered(book), "1")] == [1, 10, 11, 12]
    assert [one.number for one in fitting(numbered(book), "02")] == [2]
    assert fitting(numbered(book), "52") == []  # there is neither such a number nor such a name
    assert [one.number for one in fitting(numbered(book), "41")] == [12]
    assert [one.number for one in fitting(numbered(book), "nr 41")] == [12]


def test_a_name_that_only_folds_to_a_number_is_found_as_the_name_that_it_is():
    book = Codebook(1, (Category("a", "First"), Category("b", "¹"), Category("c", "x²")))
    assert [one.name for one in fitting(numbered(book), "¹")] == ["¹"]
    assert [one.name for one in fitting(numbered(book), "²")] == ["x²"]


@settings(max_examples=50)
@given(codebooks(), st.data())
def test_every_category_is_found_by_its_number_and_by_its_whole_name(book, data):
    every = numbered(book)
    for one in every:
        assert fitting(every, str(one.number))[0] == one
        if one.name and not one.name.isdecimal():
            assert one in fitting(every, one.name)
    typed = data.draw(NAMES)
    found = fitting(every, typed)
    assert len(set(found)) == len(found)
    assert set(found) <= set(every)
    assert fitting(every, "  ") == list(every)


def test_accents_and_capitals_need_not_be_typed():
    book = Codebook(1, (Category("a", "Élan vital"), Category("b", "Straße"), Category("c", "信任")))
    assert [one.name for one in fitting(numbered(book), "elan")] == ["Élan vital"]
    assert [one.name for one in fitting(numbered(book), "STRASS")] == ["Straße"]
    assert [one.name for one in fitting(numbered(book), "信")] == ["信任"]


def test_a_category_that_is_gone_is_called_by_its_key():
    assert (named(BOOK, "trust"), named(BOOK, "haste"), named(None, "trust")) == ("Trust", "haste", "trust")


LIST = SortingList(TO_SORT, BOOK)


def test_it_begins_at_the_first_that_is_not_sorted_and_one_in_a_category_that_is_gone_is_not():
    assert (LIST.begun().at, LIST.done) == (1, 2)
    assert [LIST.is_gone(one) for one in TO_SORT] == [False, False, False, True, False]
    all_sorted = SortingList((to_sort("P07", "S1-smooth", "time"),), BOOK, at=0)
    assert all_sorted.begun().at == 0
    assert SortingList().begun().chosen is None


def test_next_and_previous_leave_out_the_sorted_ones_where_only_unsorted_ones_are_wanted():
    only = LIST.begun().turned()
    assert only.next().at == 2
    assert only.next().next().at == 3
    assert only.next().next().next() is None
    assert only.previous() is None
    assert LIST.begun().previous().at == 0
    assert SortingList(TO_SORT, BOOK, at=0).turned().at == 1  # a sorted one is not shown any more


def test_after_sorting_it_goes_on_to_the_next_unsorted_one_and_round_to_the_first():
    there = SortingList(TO_SORT, BOOK, at=3).with_category(key_of(TO_SORT[3]), "time")
    assert there.on().at == 1
    done = there.with_category(key_of(TO_SORT[1]), "time").with_category(key_of(TO_SORT[2]), "trust")
    assert (done.on(), done.done) == (done, 5)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "time", "trust", "gone"])), max_size=12), st.booleans()
)
def test_however_it_is_sorted_every_unsorted_incident_is_come_to_and_none_else(decisions, only_unsorted):
    shown = SortingList(TO_SORT, BOOK)
    for at, category in decisions:
        shown = shown.with_category(key_of(TO_SORT[at]), category)
    wanted = [n for n, one in enumerate(shown.incidents) if not (only_unsorted and shown.is_sorted(one))]
    walk = SortingList(shown.incidents, BOOK, at=-1, only_unsorted=only_unsorted)
    met = []
    while (further := walk.next()) is not None:
        walk = further
        met.append(walk.at)
    assert met == wanted
    assert shown.done == sum(one.category in ("advice", "time", "trust") for one in shown.incidents)


def test_what_is_looked_at_stays_when_the_incidents_are_read_anew():
    at_third = SortingList(TO_SORT, BOOK, at=2)
    assert at_third.renewed(TO_SORT[1:], BOOK).chosen == TO_SORT[2]
    assert at_third.renewed(TO_SORT[:2], BOOK).at == 1
    assert at_third.renewed((), BOOK).chosen is None


@settings(max_examples=50)
@given(
    st.lists(st.tuples(NAMES, NAMES | st.just("\n\n a \n b")), max_size=4), NAMES, codebooks(), st.integers(12, 90),
    st.sampled_from([Task.CODING, Task.JUDGING]),
)  # fmt: skip
def test_an_incident_is_read_in_any_script_and_never_wider_than_its_pane(parts, label, book, width, task):
    one = to_sort("P01", "S1-rough", "gone")
    shown = SortingList((type(one)(one.case, one.incident, label, tuple(parts), one.category),), book)
    rows = sorting_rows.told(shown, task, width)
    assert all(row.cell_length <= width for row in rows)
    assert all(character.isprintable() for row in rows for character in row.plain)


def test_a_text_of_a_part_keeps_its_paragraphs():
    one = to_sort("P07", "S1-smooth", event="first\n\nsecond")
    rows = [row.plain for row in sorting_rows.told(SortingList((one,), BOOK), Task.CODING, 40)]
    assert rows[:6] == ["P07 · S1-smooth of the shift", "○ not sorted", "", "event", "  first", "  second"]
    nothing = type(one)("P07", "S1", "S1", (("event", " "),))
    assert sorting_rows.told(SortingList((nothing,), BOOK), Task.CODING, 40)[-1].plain == sorting_rows.NOTHING_TOLD
    assert categories.one_line("a\tb\x00c") == "a b c"
