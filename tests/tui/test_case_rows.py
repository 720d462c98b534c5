"""The list of cases as a table: who is due in words, sorted, filtered, as wide as there is room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.fieldwork.card import Appointment, Attempt, CaseCard, Standing
from interview_tui.fieldwork.plan import Attribute
from interview_tui.record.ports import InterviewSummary
from interview_tui.tui.case_list import CaseList
from interview_tui.tui.case_reading import Known
from interview_tui.tui.case_rows import (
    CASE,
    DUE,
    GAP,
    GLYPHS,
    INTERVIEW,
    CaseTable,
    case_table,
    day,
    due_in_words,
    first_with,
    moment,
)

NOW_MS = 1_764_000_000_000  # Monday 24 November 2025, 16:00 UTC
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ATTRIBUTES = (
    Attribute("region", "region", ("Wales", "England")),
    Attribute("years", "years served", number=True),
    Attribute("party", "party"),
)

FEW = settings(max_examples=25)

words = st.text("abPéß1 -", max_size=8)
cards = st.builds(
    CaseCard,
    st.text("P0123", min_size=1, max_size=4),
    standing=st.sampled_from(Standing),
    attributes=st.dictionaries(
        st.sampled_from(["region", "years", "party", "gone"]), words | st.sampled_from(["Wales", "12", "nan", "1e999"])
    ),
    remark=words,
    attempts=st.lists(st.builds(Attempt, st.integers(0, 2 * NOW_MS), words, words, words), max_size=2).map(tuple),
    appointment=st.none() | st.builds(Appointment, st.integers(0, 2 * NOW_MS), st.booleans(), words),
    due_wall_ms=st.none() | st.integers(0, 2 * NOW_MS),
)
many = st.lists(cards, unique_by=lambda card: card.case, max_size=6)


def table(shown: list[CaseCard], *interviews: InterviewSummary) -> CaseTable:
    return case_table(shown, ATTRIBUTES, {each.case: each for each in interviews}, NOW_MS)


def cases(shown: CaseTable) -> list[str]:
    return [row.card.case for row in shown.rows]


@FEW
@given(many, st.data())
def test_sorting_loses_nothing_and_what_is_not_known_is_last(shown: list[CaseCard], data: st.DataObject):
    whole = table(shown)
    number = data.draw(st.integers(0, len(whole.columns) - 1))
    key = whole.columns[number].key
    for descending in (False, True):
        ordered = whole.sorted_by(key, descending=descending)
        assert sorted(cases(ordered)) == sorted(cases(whole))
        known = [row.cells[number].rank is not None for row in ordered.rows]
        assert known == sorted(known, reverse=True)
    assert whole.sorted_by(DUE) == whole


@FEW
@given(many, words)
def test_a_filter_and_the_same_turned_round_share_the_cases_between_them(shown: list[CaseCard], word: str):
    word = "".join(word.split()).lstrip("-")
    whole = table(shown)
    with_it = whole.where(word)
    assert with_it.where(word) == with_it
    if word:
        assert sorted(cases(with_it) + cases(whole.where(f"-{word}"))) == sorted(cases(whole))


@FEW
@given(many, st.integers(60, 200))
def test_columns_take_no_more_than_the_room_but_for_those_that_are_always_there(shown: list[CaseCard], room: int):
    whole = table(shown)
    widths = whole.widths(room)
    fixed = [number for number, column in enumerate(whole.columns) if not column.is_attribute]
    assert set(fixed) <= set(widths)
    if set(widths) != set(fixed):
        assert sum(width + GAP for width in widths.values()) <= room
    assert list(widths) == sorted(widths)


@FEW
@given(many, st.lists(st.sampled_from(["up", "down", "home", "end", "pageup", "pagedown", "left", "right", "x"])))
def test_the_cursor_is_always_at_a_case_that_is_shown(shown: list[CaseCard], keys: list[str]):
    listed = CaseList()
    listed.show(Known(cards=tuple(shown), attributes=ATTRIBUTES, now_ms=NOW_MS))
    listed.seen = tuple(column.key for column in listed.table.columns)
    for key in keys:
        listed.move(key)
        assert listed.at in listed.cases or not listed.cases
        assert listed.column in listed.seen
    before = listed.at
    listed.sort(listed.column)
    assert listed.at == before


def test_the_cursor_stays_with_its_case_whoever_is_due_next():
    listed = CaseList()
    first, second = CaseCard("P1"), CaseCard("P2")
    listed.show(Known(cards=(first, second)))
    listed.show(Known(cards=(second, first)))
    assert listed.at == "P1"
    listed.only("P2")
    assert listed.at == "P2"
    listed.only("")
    assert listed.at == "P2"


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (CaseCard("P1"), ""),
        (CaseCard("P1", Standing.UNFINISHED), "! now"),
        (CaseCard("P1", Standing.TRYING, due_wall_ms=NOW_MS - DAY_MS), "! now"),
        (CaseCard("P1", Standing.TRYING, due_wall_ms=NOW_MS + HOUR_MS), "today 17:00"),
        (CaseCard("P1", Standing.TRYING, due_wall_ms=NOW_MS + DAY_MS), "tomorrow"),
        (CaseCard("P1", Standing.TRYING, due_wall_ms=NOW_MS + 3 * DAY_MS), "Thu 27 Nov"),
        (CaseCard("P1", Standing.CLOSED, due_wall_ms=NOW_MS - DAY_MS), ""),
    ],
)
def test_when_somebody_is_due(card: CaseCard, said: str):
    assert due_in_words(card, NOW_MS) == said


@pytest.mark.parametrize(
    ("hours", "definite", "said"),
    [
        (-1, True, "‼ today 15:00"),
        (-24, False, "‼ about yesterday 16:00"),
        (1, True, "today 17:00"),
        (24, False, "about tomorrow 16:00"),
        (24 * 60, True, "Fri 23 Jan 2026 16:00"),
    ],
)
def test_an_appointment_has_its_time_of_day_and_says_when_it_is_over(hours: int, definite: bool, said: str):
    at_ms = NOW_MS + hours * HOUR_MS
    card = CaseCard("P1", Standing.APPOINTED, appointment=Appointment(at_ms, definite, ""), due_wall_ms=at_ms)
    assert due_in_words(card, NOW_MS) == said


def test_a_day_is_a_day_of_the_calendar():
    assert day(NOW_MS + 8 * HOUR_MS, NOW_MS) == "tomorrow"
    assert moment(NOW_MS - 17 * HOUR_MS, NOW_MS) == "yesterday 23:00"


def test_cases_and_numbers_are_ordered_as_people_count():
    shown = [CaseCard("P10", attributes={"years": "9"}), CaseCard("P2", attributes={"years": "10"}), CaseCard("P3")]
    assert cases(table(shown).sorted_by(CASE)) == ["P2", "P3", "P10"]
    assert cases(table(shown).sorted_by("years …", descending=True)) == ["P2", "P10", "P3"]


def test_values_of_a_list_are_ordered_as_the_study_has_them():
    shown = [CaseCard("P1", attributes={"region": "England"}), CaseCard("P2", attributes={"region": "Wales"})]
    assert cases(table(shown).sorted_by("region …")) == ["P2", "P1"]


def test_a_filter_finds_what_there_is_no_room_for_and_the_remark():
    shown = [CaseCard("P1", attributes={"party": "none"}), CaseCard("P2", remark="ring her deputy")]
    assert cases(table(shown).where("none")) == ["P1"]
    assert cases(table(shown).where("deput")) == ["P2"]
    assert cases(table(shown).where("eputy")) == []
    assert cases(table(shown).where("ring deputy -none")) == ["P2"]


def test_interviews_have_a_column_where_there_are_any():
    held = InterviewSummary("P1", 0, 754_000, 1, 1, 1, ended=True, transcribed=False, rehearsal=False)
    assert INTERVIEW not in {column.key for column in table([CaseCard("P1")]).columns}
    shown = table([CaseCard("P1"), CaseCard("P2")], held)
    at = [column.key for column in shown.columns].index(INTERVIEW)
    assert [row.cells[at].shown for row in shown.rows] == ["recorded", ""]
    shown = table([CaseCard("P1")], replace(held, rehearsal=True))
    assert [row.cells[at].shown for row in shown.rows] == ["rehearsal"]


def test_a_case_is_found_by_its_whole_name_first():
    rows = table([CaseCard("XP1"), CaseCard("P10"), CaseCard("P1")]).rows
    assert [first_with(rows, typed) for typed in ("p1", "P", "x", "0", "", "Q")] == ["P1", "P10", "XP1", "P10", "", ""]


def test_every_standing_has_a_glyph_of_its_own():
    assert set(GLYPHS) == set(Standing)
    assert len(set(GLYPHS.values())) == len(GLYPHS)
