"""Turns on the clock of one audio file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.export.document import Document, build
from interview_tui.export.options import AudioFile, Enclosed, Options, Recording
from interview_tui.export.spoken import audio_clock, spoken
from interview_tui.record.model import PlacedTurn
from interview_tui.record.transcript import RESPONDENT, Turn, Word
from tests.export.example_record import ORIGIN_MS, example_record
from tests.export.spoken_record import documents


def test_a_moment_in_a_gap_lies_where_the_audio_goes_on() -> None:
    in_audio = audio_clock(build(example_record()))
    assert [in_audio(ORIGIN_MS + at_ms) for at_ms in (-5000, 29_000, 31_000, 40_000, 41_000)] == [
        0,
        29_000,
        30_000,
        30_000,
        31_000,
    ]


def test_where_there_is_one_file_its_own_clock_counts() -> None:
    pieces = (AudioFile("a.m4a", ORIGIN_MS, ORIGIN_MS + 1000, 500), AudioFile("a.m4a", ORIGIN_MS + 5000, 80_000, 2000))
    recording = Recording(Path("a.m4a"), pieces, 9000)
    in_audio = audio_clock(build(example_record(), Options(), Enclosed(recording=recording)))
    assert [in_audio(ORIGIN_MS + at_ms) for at_ms in (0, 900, 3000, 5100, 90_000)] == [500, 1400, 2000, 2100, 9000]


def test_words_that_were_heard_out_of_order_are_told_in_order_and_never_run_back() -> None:
    heard = (Word("One two", ORIGIN_MS + 900, ORIGIN_MS + 950), Word("three", ORIGIN_MS + 200, ORIGIN_MS + 300))
    record = example_record(turns=(PlacedTurn(Turn(1, RESPONDENT, heard), None),), withheld=())
    [told] = spoken(build(record), Options())
    assert told.words == (("One", 900, 950), ("two", 900, 950), ("three", 900, 900))
    assert (told.start_ms, told.end_ms, told.text) == (900, 950, "One two three")


@settings(deadline=None, max_examples=20)
@given(documents(), st.lists(st.integers(0, 37_000_000), min_size=2))
def test_no_clock_of_any_audio_runs_back_or_below_zero(document: Document, moments: list[int]) -> None:
    at = [audio_clock(document)(moment) for moment in sorted(moments)]
    assert at == sorted(at)
    assert at[0] >= 0
