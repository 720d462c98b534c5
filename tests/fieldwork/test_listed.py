"""Tables taken in: rows as a whole or not at all, twice the same as once, and no name in what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.casebook import signed
from interview_tui.errors import Refused
from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.cards import cards
from interview_tui.fieldwork.changes import AttributeGiven, CaseListed, Notes
from interview_tui.fieldwork.identity import Identity
from interview_tui.fieldwork.listed import Listing, Row, Table, columns_of, completed, listing
from interview_tui.fieldwork.noting import checked
from interview_tui.fieldwork.plan import Attribute

ATTRIBUTES = (
    Attribute("region", "Region", ("North West", "Wales")),
    Attribute("years", "Years served", number=True),
    Attribute("ward", "Ward"),
)
HEADS = ("Case", "Full_Name", "Mobile", "REGION", "Years served")
KNOWN = {"P01": CaseCard("P01", attributes={"region": "Wales"}), "Q9": CaseCard("Q9", Standing.WITHDRAWN)}


def table(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> Table:
    return Table(tuple(Row(line, cells) for line, cells in enumerate((heads, *rows), 1)))


def wrong(case: str) -> str:
    return "" if case.isalnum() and case.isascii() and len(case) < 9 else "Its case id cannot be one."


def taken(given_table: Table, known: dict[str, CaseCard] | None = None) -> Listing:
    columns = columns_of(given_table, ATTRIBUTES)
    return listing(given_table, columns, KNOWN if known is None else known, "list.csv", 5, wrong)


def reason(made: Listing) -> str:
    (missed,) = made.not_taken
    return missed.reason


def test_columns_are_found_by_name_and_title_below_a_title():
    rows = (Row(1, ("Councillors",)), Row(3, (*HEADS, "Notes")), Row(4, ("P05", "Ann", "07", "Wales", "3", "x")))
    columns = columns_of(Table(rows), ATTRIBUTES)
    assert (columns.line, columns.case, columns.untaken) == (3, 0, ("Notes",))
    assert {number: one.name for number, one in columns.attributes.items()} == {3: "region", 4: "years"}
    assert dict(columns.parts) == {1: "name", 2: "telephone"}
    assert columns.tells_who


def test_a_column_holds_what_somebody_says_it_does():
    heads = ("Nr.", "Lives in", "Who", "Region")
    columns = columns_of(table(heads=heads), ATTRIBUTES, "nr", {"lives in": "ward", "WHO": "name", "Region": "region"})
    assert columns.case == 0
    assert {number: one.name for number, one in columns.attributes.items()} == {1: "ward", 3: "region"}
    assert dict(columns.parts) == {2: "name"}


@pytest.mark.parametrize(
    ("heads", "case", "mapped", "said"),
    [
        (("Nr", "Region"), "", {}, "--case"),
        (("Nr", "Region"), "number", {}, "called 'number'"),
        (("Name", "Region"), "Name", {}, "must not say who"),
        (("case", "Region", "region "), "", {}, "Two columns are called"),
        (("case", "Region", "Area"), "", {"Area": "region"}, "Two columns hold region"),
        (("case", "Region"), "", {"Area": "region"}, "no column called 'Area'"),
        (("case", "Region"), "", {"Region": "party"}, "Take one of region, years, ward, name"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_way_out(heads, case, mapped, said):
    with pytest.raises(Refused) as told:
        columns_of(table(("P01", "Fennimore"), heads=heads), ATTRIBUTES, case, mapped)
    assert said in str(told.value)
    assert "Fennimore" not in str(told.value)


def test_a_row_is_taken_with_its_values_as_the_study_spells_them():
    made = taken(table(("P05", "Ann  Bell", "07700 900123", "north west", "12")))
    assert made.changes == [
        CaseListed(case="P05", wall_ms=5, source="list.csv"),
        AttributeGiven(case="P05", wall_ms=5, name="region", value="North West"),
        AttributeGiven(case="P05", wall_ms=5, name="years", value="12"),
    ]
    assert made.identities == {"P05": Identity("Ann Bell", ("07700 900123",))}
    assert (made.new, made.known, made.not_taken) == (["P05"], [], [])


def test_a_known_case_gets_what_is_other_and_an_empty_cell_takes_nothing_away():
    made = taken(table(("P01", "", "", "North West", "")))
    assert made.changes == [AttributeGiven(case="P01", wall_ms=5, name="region", value="North West")]
    assert made.corrected == ["P01: region was Wales and is North West."]
    assert taken(table(("P01", "", "", "", ""))).changes == []
    assert taken(table(("P01", "", "", "wales", ""))).corrected == []
    assert made.identities == {}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "Ann Fennimore", "", "", ""), "no case id"),
        (("Ann Fennimore", "", "", "", ""), "cannot be one"),
        (("p01", "", "", "", ""), "only in capitals from P01 in the list of cases"),
        (("Q9", "", "", "", ""), "withdrawn"),
        (("P05", "", "", "Fennimore", ""), "North West, Wales"),
        (("P05", "", "", "", "Fennimore"), "years is a number"),
        (("P05", "Ann", "4,47701E+11", "", ""), "Mobile: a spreadsheet has rounded"),
        (("P05", "Ann", "", "", "", "", "Fennimore"), "more cells"),
    ],
)
def test_a_row_that_is_not_taken_says_why_and_repeats_no_cell(row, said):
    made = taken(table(row))
    assert said in reason(made)
    assert "Fennimore" not in reason(made)
    assert "Fennimore" not in made.not_taken[0].case
    assert (made.changes, made.identities, made.new) == ([], {}, [])


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    assert reason(taken(table(("P05", "", "", "x", "y")))).count("Take one of") == 1
    assert "years is a number" in reason(taken(table(("P05", "", "", "x", "y"))))


def test_a_case_that_comes_twice_in_the_table_is_taken_once():
    made = taken(table(("P05", "", "", "", "1"), ("P05", "", "", "", "2"), ("p05", "", "", "", "3")))
    assert [missed.reason for missed in made.not_taken] == [
        "It is the same case as line 2.",
        "It differs only in capitals from P05 in line 2.",
    ]
    assert len(made.changes) == 2


def test_a_case_of_which_the_first_row_was_not_taken_may_come_again():
    assert taken(table(("P05", "", "", "", "x"), ("P05", "", "", "", "2"))).new == ["P05"]


def test_cells_that_cannot_be_used_count_only_where_they_are_asked_for():
    rows = (Row(1, (*HEADS, "Sum")), Row(2, ("P05", "", "", "", "", ""), {4: "formula", 5: "formula"}))
    assert reason(taken(Table(rows))) == "Years served: formula"
    assert taken(Table((rows[0], replace(rows[1], broken={5: "formula"})))).new == ["P05"]


def test_telephones_that_are_numbers_are_told_of():
    rows = (Row(1, HEADS), Row(2, ("P05", "", "7700900123", "", "4"), numbers=frozenset((2, 4))))
    assert taken(Table(rows)).rounded == {"Mobile": [2]}


def test_names_and_addresses_of_several_columns_are_put_together():
    heads = ("case", "First name", "Surname", "Street", "Postcode", "Phone", "Mobile")
    made = taken(table(("P05", "Ann", "Bell", "1 High St", "LL13", "01978 1", "01978 1"), heads=heads))
    assert made.identities["P05"] == Identity("Ann Bell", ("01978 1",), "1 High St, LL13")


def test_what_a_list_leaves_open_of_an_identity_stays():
    known = Identity("Ann", ("1",), "here", "a@b.org", "deaf")
    assert completed(known, Identity("Ann Bell", ("2",))) == Identity("Ann Bell", ("2",), "here", "a@b.org", "deaf")
    assert completed(None, known) == known


def test_a_number_that_has_lost_its_zero_does_not_take_the_place_of_a_whole_one():
    known = Identity(telephones=("07700 900001", "01978 1"))
    assert completed(known, Identity(telephones=("7700900001",))).telephones == ("07700 900001",)
    assert completed(known, Identity(telephones=("+44 7700 900001", "1"))).telephones == ("+44 7700 900001", "1")


cells = st.sampled_from(["P01", "P02", "p02", "", "Wales", "wales", "12", "x", "North West", "Zoë"])


@given(st.lists(st.tuples(cells, cells, cells, cells, cells), max_size=6))
def test_taking_a_table_in_twice_is_taking_it_in_once_and_all_of_it_can_be_noted(rows):
    made = taken(table(*rows), {})
    kept = checked(made.changes, {}, ATTRIBUTES, 5)
    assert list(kept) == made.changes
    now_known = {card.case: card for card in cards(Notes(signed(kept, (), "ann", "lab")))}
    again = taken(table(*rows), now_known)
    assert again.changes == []
    assert again.known == made.new
    assert again.not_taken == made.not_taken or {each.line for each in again.not_taken} == {
        each.line for each in made.not_taken
    }
    assert len(made.new) + len(made.not_taken) == sum(any(row) for row in rows)
