"""What the interviews of a study add up to, and how that is drawn: every number stands beside its bar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.record.digest import Digest
from interview_tui.record.review.changes import ReviewState
from interview_tui.tui import plots
from interview_tui.tui.plots import (
    Crossed,
    Spread,
    bar,
    bars,
    crossed,
    divided,
    drawn,
    minutes,
    over_time,
    parts,
    shares,
    spreads,
    states,
    table,
    tally,
)
from tests.tui.staging import SHOWS_A_DATE
from tests.tui.test_study_table import FILLED, MINUTE_MS, MISSING, PLAIN, THIN, incident, study


def opened(*days: str) -> list[Digest]:
    """An interview on each of these days."""
    walls = [int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp() * 1000) for day in days]
    return [replace(PLAIN, case=f"P{number}", opened_wall_ms=wall) for number, wall in enumerate(walls)]


def plain(rows) -> list[str]:
    return [row.plain for row in rows]


def test_an_interview_with_two_answers_counts_in_both_and_once_in_each():
    twice = replace(PLAIN, answers=(("post", "ward"), ("post", "ward"), ("post", "theatre")))
    assert tally([*study(), twice], "post") == (("theatre", 3), ("ward", 3))
    assert tally([twice], "paper") == ()


def test_states_are_counted_in_their_order():
    found = [PLAIN, PLAIN, replace(PLAIN, review=ReviewState.SIGNED_OFF), replace(PLAIN, ended=False)]
    assert states(found) == (("○ unfinished", 1), ("◔ transcribed", 2), ("● signed off", 1))


@SHOWS_A_DATE
def test_weeks_without_an_interview_are_there_as_well():
    unit, weeks = over_time(opened("2026-01-01", "2025-12-29", "2026-01-15"))
    assert unit == "week"
    assert weeks == (("29 Dec 25", 2), ("05 Jan 26", 0), ("12 Jan 26", 1))


@SHOWS_A_DATE
@pytest.mark.parametrize(
    ("first", "last", "unit", "many", "ends"),
    [
        ("2026-01-05", "2026-07-05", "week", 26, ("05 Jan 26", "29 Jun 26")),
        ("2026-01-05", "2026-07-06", "month", 7, ("Jan 26", "Jul 26")),
        ("2024-11-30", "2027-10-01", "month", 36, ("Nov 24", "Oct 27")),
        ("2024-11-30", "2027-11-01", "year", 4, ("2024", "2027")),
    ],
)
def test_what_is_too_long_for_weeks_is_counted_in_months_and_then_in_years(first, last, unit, many, ends):
    found, counts = over_time(opened(first, last))
    assert (found, len(counts)) == (unit, many)
    assert (counts[0], counts[-1]) == ((ends[0], 1), (ends[1], 1))
    assert sum(count for _, count in counts) == 2


def test_incidents_are_counted_by_key_and_answer_and_those_without_one_last():
    found = [
        replace(PLAIN, incidents=(incident("good"), incident("bad", post="ward"))),
        replace(PLAIN, incidents=(incident("good", post="ward"), incident("good", post="theatre"))),
    ]
    counts = crossed(found, "post")
    assert (counts.keys, counts.answers) == (("good", "bad"), ("ward", "theatre", "–"))
    assert counts.counts == {("good", "–"): 1, ("bad", "ward"): 1, ("good", "ward"): 1, ("good", "theatre"): 1}


def test_minutes_are_those_of_the_interviews_in_which_there_was_talk():
    found = [
        replace(PLAIN, sections_ms=(("End", MINUTE_MS),)),
        replace(PLAIN, sections_ms=(("Begin", MINUTE_MS), ("End", 3 * MINUTE_MS)), incidents=(incident("good"),)),
        replace(PLAIN, incidents=(incident("good", talk_ms=90_000),)),
    ]
    assert minutes(found) == (
        Spread("Begin", 1, 1.0, 1.0, 1.0),
        Spread("End", 2, 2.0, 1.0, 3.0),
        Spread("· good", 1, 1.5, 1.5, 1.5),
    )


def test_parts_are_counted_over_all_incidents():
    found = [replace(PLAIN, incidents=(incident("good", FILLED, THIN), incident("bad", FILLED, MISSING)))]
    assert parts(found) == (("event", (2, 0, 0)), ("action", (0, 1, 1)))


def test_the_longest_bar_fills_the_row_and_every_count_stands_beside_its_own():
    assert plain(bars((("ward", 10), ("theatre", 5), ("home", 0)), 22)) == [
        "ward    10 ███████████",
        "theatre  5 █████▌",
        "home     0",
    ]


def test_a_table_of_counts_has_the_answers_at_its_head():
    counts = Crossed("post", ("good", "bad"), ("ward", "–"), {("good", "ward"): 4, ("bad", "–"): 2})
    assert plain(table(counts, 24)) == [
        "      ward      –",
        "good  4 ██████  0",
        "bad   0         2 ███",
    ]


def test_a_part_is_a_row_of_glyphs_divided_as_its_incidents_are():
    assert plain(shares((("event", (6, 3, 1)), ("action", (0, 0, 0))), 31)) == [
        "● filled  ◐ thin  ○ missing",
        "event  ●●●●●●●●●◐◐◐◐○ 6 · 3 · 1",
        "action  0 · 0 · 0",
    ]


def test_a_spread_reaches_from_the_least_to_the_most_with_a_dot_at_the_mean():
    found = [Spread("Begin", 2, 5.0, 0.0, 10.0), Spread("End", 1, 5.0, 5.0, 5.0)]
    assert plain(spreads(found, 36)) == [
        "Begin ├───────●──────┤ 5.0  0.0–10.0",
        "End           ●        5.0  5.0–5.0",
    ]


def test_everything_is_drawn_under_its_heading_and_rehearsals_count_for_nothing():
    rows = plain(drawn(study(), 60))
    assert rows[0] == "3 interviews, 1 rehearsal left out"
    headings = [after for before, after in pairwise(rows) if not before]
    assert headings == [
        *("review", "post", "paper"),
        *("interviews by week", "parts of 4 incidents"),
    ]
    assert not any("rehearsal" in row for row in rows[1:])
    with_answers = replace(PLAIN, incidents=(incident("good", FILLED, talk_ms=MINUTE_MS, post="ward"),))
    assert {"incidents by post", "minutes of talk: mean, least–most"} <= set(plain(drawn([with_answers], 60)))


def test_of_nothing_there_is_a_sentence():
    assert plain(drawn([], 60)) == plain(drawn([replace(PLAIN, rehearsal=True)], 60))
    assert plain(drawn([], 60))[0].startswith("No interview")


@given(st.integers(44, 140))
def test_no_row_is_wider_than_there_is_room_for(width):
    everything = [
        *study(),
        replace(
            PLAIN,
            answers=(("a_long_name_of_an_item", "an answer of very many words indeed that nobody can read"),),
            sections_ms=(("A section with a title that is as long as they come in schedules", MINUTE_MS),),
            incidents=(incident("unforgettable", FILLED, THIN, MISSING, talk_ms=MINUTE_MS, post="theatre"),),
        ),
    ]
    assert max(row.cell_length for row in drawn(everything, width)) <= width


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=4), st.integers(4, 60))
def test_cells_are_divided_without_one_left_over_and_nothing_that_is_there_gets_none(counts, cells):
    given_to = divided(counts, cells)
    assert sum(given_to) == (cells if sum(counts) else 0)
    assert all((cell > 0) == (count > 0) for cell, count in zip(given_to, counts, strict=True))


@given(st.integers(0, 100), st.integers(1, 100), st.integers(1, 40))
def test_a_bar_can_be_seen_and_is_never_longer_than_its_room(count, most, cells):
    found = bar(min(count, most), most, cells)
    assert len(found) <= cells
    assert bool(found) == bool(min(count, most))
    assert bar(most, most, cells) == plots.FULL * cells
