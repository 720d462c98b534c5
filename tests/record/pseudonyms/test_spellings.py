"""Spellings of one name are told from other names, as far as sound and letters can tell."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.proposals import unreplaced
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym
from interview_tui.record.pseudonyms.spellings import other_spelling_of, spelt_alike

NAMES = (
    "Martin", "Marvin", "Helen", "Ellen", "Joanne", "Jonathan", "Margaret", "Marjorie", "Alison", "Alan", "Warwick",
    "Kelsingham", "Ashmere", "Ashton", "Aston", "Sutton", "Hollin", "Hallam", "Holloway", "Marlbury", "Marsh",
    "Philip", "Phoebe", "Wilfred", "Winifred", "Derek", "Denise", "Vincent", "Judith", "Jocelyn", "Arthur", "Anthony",
    "Robert", "Rupert", "Simon", "Susan", "Yusuf", "Nasreen", "Harrowmere", "Ridsdale", "Saltby", "Tunnicliffe",
    "Scarcroft",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Fennimore", "Finnimore"),
        ("Fennimore", "Phenymor"),
        ("Tarrowby", "Tarobi"),
        ("Catherine", "Katharine"),
        ("Yasmin", "Yasmine"),
        ("Sugden", "Suggden"),
        ("Philip Fennimore", "Philip Fenimore"),
        ("Hollin Bank", "Hollyn Bank"),
    ],
)
def test_what_sounds_the_same_is_spelt_alike_both_ways_round(name: str, other: str) -> None:
    assert spelt_alike(name, other)
    assert spelt_alike(other, name)


def test_other_names_are_not_however_like_they_look() -> None:
    assert [(one, two) for one, two in combinations(NAMES, 2) if spelt_alike(one, two)] == []


def test_short_names_and_names_of_other_lengths_are_never_spelt_alike() -> None:
    assert not spelt_alike("Hale", "Hall")
    assert not spelt_alike("Roy", "Ray")
    assert not spelt_alike("Philip Fennimore", "Fenimore")
    assert not spelt_alike("Upper Denholme", "Lower Denholm")


@given(st.text(max_size=20))
def test_nothing_is_another_spelling_of_itself(name: str) -> None:
    assert not spelt_alike(name, name)
    assert not spelt_alike(name, name.upper())


def test_the_spelling_of_one_word_of_a_person_s_name_leads_to_the_person() -> None:
    person = Pseudonym("Philip Fennimore", "[Person A]")
    assert other_spelling_of("Phenymor", [Pseudonym("Denise", "[Person B]"), person]) is person
    assert other_spelling_of("Fennimore", [person]) is None
    place = Pseudonym("Hollin Street", "[Place A]", NameKind.PLACE)
    assert other_spelling_of("Hollyn", [place]) is None


def test_what_is_covered_by_a_replaced_name_is_proposed_no_more_but_a_longer_name_is() -> None:
    held = [Pseudonym("Lib Dem", "[Party A]")]
    found = [
        Candidate(name, NameKind.OTHER, "Name", 1, (1,), ()) for name in ("Lib Dems", "lib dem", "Lib Dem Hall", "Dem")
    ]
    assert [each.name for each in unreplaced(found, held)] == ["Lib Dem Hall", "Dem"]
