"""Crosswalks: the same places under other people's names."""

from __future__ import annotations

import pytest

from interview_tui.errors import ScheduleError
from interview_tui.schedule.crosswalk import CrosswalkEntry, read_crosswalk
from tests.examples import handover

TEXT = """\
# their name: ours
q1.intro: intro
q2.given: been.given
q2.taken: been.taken
q3.where: post
q3.place: post
q4.smooth: incident_smooth
q4.what: happened / smooth
q5.what: happened/rough
q5.did: did / rough
"""


def test_a_foreign_name_leads_to_an_item_a_line_or_a_round() -> None:
    crosswalk = read_crosswalk(TEXT, "c.yaml", handover())
    assert crosswalk.place_of("q1.intro") == CrosswalkEntry("intro")
    assert crosswalk.place_of("q2.taken") == CrosswalkEntry("been", line="taken")
    assert crosswalk.place_of("q5.what") == CrosswalkEntry("happened", round_key="rough")
    assert crosswalk.place_of("q9") is None


def test_an_opening_question_leads_to_the_round_that_it_opens() -> None:
    crosswalk = read_crosswalk(TEXT, "c.yaml", handover())
    assert crosswalk.place_of("q4.smooth") == CrosswalkEntry("incident_smooth", round_key="smooth")


@pytest.mark.parametrize(
    ("item", "round_key", "line", "foreign"),
    [
        ("intro", "", "", "q1.intro"),
        ("post", "1", "", "q3.where"),
        ("post", "2", "", "q3.where"),
        ("been", "", "taken", "q2.taken"),
        ("been", "", "", "q2.given"),
        ("happened", "smooth", "", "q4.what"),
        ("happened", "rough", "", "q5.what"),
        ("did", "smooth", "", None),
        ("intro", "", "no_line", "q1.intro"),
        ("outcome", "smooth", "", None),
    ],
)
def test_a_place_leads_back_to_the_first_foreign_name(
    item: str, round_key: str, line: str, foreign: str | None
) -> None:
    assert read_crosswalk(TEXT, "c.yaml", handover()).foreign_of(item, round_key, line) == foreign


def test_every_entry_leads_back_to_its_own_place() -> None:
    crosswalk = read_crosswalk(TEXT, "c.yaml", handover())
    for entry in crosswalk.entries.values():
        foreign = crosswalk.foreign_of(entry.item, entry.round_key, entry.line)
        assert foreign is not None
        assert crosswalk.place_of(foreign) == entry


@pytest.mark.parametrize(
    ("text", "line", "found", "write"),
    [
        ("a: intor", 1, "no item `intor`", "Write `intro`."),
        ("a: zzzzz", 1, "no item `zzzzz`", "Write the id of an item."),
        ("a: intro\nb: been.gven", 2, "no line `gven`", "given, taken"),
        ("a: intro.x", 1, "no line `x`", "Write `intro`."),
        ("a: happened", 1, "stands in the rounds smooth, rough", "`happened / smooth`"),
        ("a: happened / good", 1, "stands in no round `good`", "smooth, rough"),
        ("a: incident_smooth / rough", 1, "stands in no round `rough`", "smooth"),
        ("a: intro / smooth", 1, "stands in no round `smooth`", "Write `intro`."),
        ("a: In tro", 1, "`In tro` is no place", "`item / round`"),
        ("a: intro\na: post", 2, "`a:` stands twice", "Keep one"),
        ("a: [intro]", 1, "A list stands where a place", "Write text"),
        ("a:", 1, "Nothing stands where a place", "Write it"),
        ("- intro", 1, "A list stands where a crosswalk", "keyword"),
        ("a: *b", 1, "YAML alias", "quotes"),
    ],
)
def test_a_line_that_leads_nowhere_is_told(text: str, line: int, found: str, write: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_crosswalk(text, "c.yaml", handover())
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"c.yaml:{line}: ")
    assert found in str(problem)
    assert write in str(problem)


@pytest.mark.parametrize(
    ("text", "item", "round_key", "foreign"),
    [
        ("a: paper\nb: good_handover", "paper_why", "", "a"),  # its parent
        ("a: been.given\nb: paper", "say_little_more", "", "a"),  # its parent, of which only a line is listed
        ("a: been.given\nb: good_handover", "paper", "", "a"),  # the one it follows
        ("a: been.given\nb: both", "good_handover", "", "b"),  # the last that it follows
        ("a: post", "came", "1", "a"),
        ("a: take_part\nb: paper", "intro", "", "a"),  # it follows none: the next after it
        ("a: been.taken\nb: intro", "may_record", "", "b"),
        ("a: happened / rough\nb: happened / smooth", "outcome", "rough", "a"),
        ("a: happened / rough\nb: happened / smooth", "outcome", "smooth", "b"),
        ("a: happened / rough", "outcome", "smooth", None),
        ("a: intro", "paper", "", None),  # another section
        ("a: paper", "post", "1", None),
        ("", "intro", "", None),
    ],
)
def test_an_item_without_a_foreign_name_is_told_under_its_parent_or_a_neighbour_of_its_section(
    text: str, item: str, round_key: str, foreign: str | None
) -> None:
    crosswalk = read_crosswalk(text or "{}", "c.yaml", handover())
    assert crosswalk.foreign_of(item, round_key) == foreign


def test_an_item_that_has_a_foreign_name_is_told_under_no_other() -> None:
    crosswalk = read_crosswalk(TEXT, "c.yaml", handover())
    listed = {entry.item for entry in crosswalk.entries.values()}
    assert not listed & set(crosswalk.told_under)
    assert set(crosswalk.told_under.values()) <= listed
