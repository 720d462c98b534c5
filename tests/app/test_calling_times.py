"""What is meant by `tomorrow 9:00`, on days of 23 and 25 hours too."""

from __future__ import annotations

import contextlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.calling_times import in_words, meant
from interview_tui.errors import Refused

LONDON = ZoneInfo("Europe/London")


def now(text: str = "2026-11-22 11:00") -> int:
    """A Sunday."""
    return round(datetime.fromisoformat(text).replace(tzinfo=LONDON).timestamp() * 1000)


@pytest.mark.parametrize(
    ("said", "is_meant"),
    [
        ("2026-11-24 14:30", "2026-11-24 14:30"),
        ("2026-11-24, 9.05", "2026-11-24 09:05"),
        ("24 Nov 14:30", "2026-11-24 14:30"),
        ("Tue 24 November at 2pm", "2026-11-24 14:00"),
        ("24th nov 2027 14:30", "2027-11-24 14:30"),
        ("24.11. 14:30", "2026-11-24 14:30"),
        ("24/11/2026 14:30", "2026-11-24 14:30"),
        ("24/11 14:30", "2026-11-24 14:30"),
        ("3 March 9:00", "2027-03-03 09:00"),
        ("today 14:30", "2026-11-22 14:30"),
        ("tomorrow 9:00", "2026-11-23 09:00"),
        ("tomorrow at 9:00", "2026-11-23 09:00"),
        ("9am tomorrow", "2026-11-23 09:00"),
        ("yesterday 17:00", "2026-11-21 17:00"),
        ("14:30", "2026-11-22 14:30"),
        ("10:30", "2026-11-23 10:30"),
        ("11:00", "2026-11-23 11:00"),
        ("12am", "2026-11-23 00:00"),
        ("12pm", "2026-11-22 12:00"),
        ("Tue 14:30", "2026-11-24 14:30"),
        ("TUESDAY 14:30", "2026-11-24 14:30"),
        ("on Thu 9.15 am", "2026-11-26 09:15"),
        ("sun 10:00", "2026-11-29 10:00"),
        ("sun 12:00", "2026-11-22 12:00"),
        ("next sunday 12:00", "2026-11-29 12:00"),
        ("now", "2026-11-22 11:00"),
        ("in 20 min", "2026-11-22 11:20"),
        ("in 3 hours", "2026-11-22 14:00"),
        ("in 2 days", "2026-11-24 11:00"),
    ],
)
def test_times_as_people_write_them(said, is_meant):
    assert in_words(meant(said, now(), LONDON), LONDON) == is_meant


@pytest.mark.parametrize(
    ("said", "was"),
    [
        ("10:30", "2026-11-22 10:30"),
        ("11:00", "2026-11-22 11:00"),
        ("14:30", "2026-11-21 14:30"),
        ("Tue 14:30", "2026-11-17 14:30"),
        ("sun 10:00", "2026-11-22 10:00"),
        ("sun 12:00", "2026-11-15 12:00"),
        ("last sunday 10:00", "2026-11-15 10:00"),
        ("20.11. 14:30", "2026-11-20 14:30"),
        ("24 Nov 14:30", "2025-11-24 14:30"),
        ("yesterday 17:00", "2026-11-21 17:00"),
        ("2026-11-20 9:00", "2026-11-20 09:00"),
        ("20 min ago", "2026-11-22 10:40"),
    ],
)
def test_times_of_something_that_was(said, was):
    assert in_words(meant(said, now(), LONDON, ago=True), LONDON) == was


def test_last_of_a_weekday_is_before_today():
    assert in_words(meant("last sunday 10:00", now(), LONDON), LONDON) == "2026-11-15 10:00"


NO_TIMES = (
    *("", "tomorrow", "9", "24.11.", "t 9:00", "someday 9:00", "25:00", "9:61", "13pm", "0am", "31 Feb 9:00"),
    *("2026-13-01 9:00", "in 99999 days", "9:00 9:00", "0000-01-01 9:00", "32/1 9:00", "24 foo 9:00", "\0", "٣:٠٠"),
    *("tomorrow 9:00 or so", "9:00 tomorrow 9:00"),
)


@pytest.mark.parametrize("said", NO_TIMES)
def test_what_is_no_time_is_refused_with_examples(said):
    with pytest.raises(Refused) as told:
        meant(said, now(), LONDON)
    assert "tomorrow 9:00" in told.value.hint


def test_a_time_that_clocks_leave_out_is_refused_and_one_that_comes_twice_is_the_first():
    before_spring = now("2027-03-27 12:00")
    with pytest.raises(Refused, match="clocks go forward"):
        meant("tomorrow 1:30", before_spring, LONDON)
    assert meant("tomorrow 9:00", before_spring, LONDON) - before_spring == 20 * 3_600_000
    before_autumn = now("2026-10-24 12:00")
    assert meant("tomorrow 1:30", before_autumn, LONDON) - before_autumn == 13 * 3_600_000 + 1_800_000
    assert meant("tomorrow 9:00", before_autumn, LONDON) - before_autumn == 22 * 3_600_000


@given(st.integers(0, 2**42))
def test_what_is_written_is_read_as_the_same_minute(wall_ms):
    minute = wall_ms // 60_000 * 60_000
    read = meant(in_words(minute, LONDON), wall_ms, LONDON)
    assert read in (minute, minute - 3_600_000)  # of an hour that comes twice, the first


@given(st.text(max_size=30))
def test_any_text_is_understood_or_refused(text):
    with contextlib.suppress(Refused):
        meant(text, now(), LONDON)
