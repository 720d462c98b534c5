"""Clips joined into passages: what is read, and when it was."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.listening.sound import RATE, Samples, SoundClip, passages

SOUND = np.arange(1, 4001, dtype=np.float32)


def read_one_sound(path: Path, first_frame: int, frames: int, channel: int) -> Samples:
    """Every file is a piece of `SOUND`, named by its first sample; channel 1 is its negative."""
    assert frames >= 0
    start = int(path.name) + first_frame
    return SOUND[start : start + frames] * (1 - 2 * channel)


def cut_at(places: list[int]) -> list[SoundClip]:
    """`SOUND` in files that begin at these places."""
    edges = [*places, len(SOUND)]
    return [
        SoundClip(Path(str(low)), 0, high - low, RATE, RATE, round(low * 1000 / RATE), 2)
        for low, high in pairwise(edges)
    ]


cuts = st.lists(st.integers(1, 3999), max_size=6, unique=True).map(lambda places: [0, *sorted(places)])


@given(cuts, st.integers(-500, 4200), st.integers(0, 1500), st.integers(0, 1))
def test_a_passage_reads_across_files_as_if_they_were_one(
    places: list[int], first: int, samples: int, channel: int
) -> None:
    (passage,) = passages(cut_at(places))
    around = np.concatenate([np.zeros(500, np.float32), SOUND * (1 - 2 * channel), np.zeros(2000, np.float32)])
    read = passage.read(read_one_sound, first, samples, channel)
    assert np.array_equal(read, around[first + 500 : first + 500 + samples])


@given(cuts, st.integers(0, 4000))
def test_a_sample_has_the_call_clock_at_which_it_was_recorded(places: list[int], sample: int) -> None:
    (passage,) = passages(cut_at(places))
    assert abs(passage.ms_at(sample) - sample * 1000 / RATE) <= 1.5


def test_a_gap_parts_passages() -> None:
    first, second = cut_at([0, 2000])
    later = SoundClip(second.file, 0, second.frames, RATE, RATE, second.start_ms + 500, 2)
    assert [passage.clips for passage in passages([later, first])] == [(first,), (later,)]


def in_span(start_ms: int, span: int, span_frame: int) -> SoundClip:
    """A second of a span."""
    return SoundClip(Path("0"), 0, RATE, RATE, RATE, start_ms, 1, span, span_frame)


def test_a_passage_is_named_by_the_frame_of_the_span_at_which_it_begins() -> None:
    found = passages([in_span(0, 1, 0), in_span(1000, 1, RATE), in_span(9000, 1, 3 * RATE), in_span(20_000, 2, 0)])
    assert [passage.key for passage in found] == ["1+0", f"1+{3 * RATE}", "2+0"]


def test_what_was_recorded_in_two_spans_is_two_passages_even_without_a_gap() -> None:
    assert len(passages([in_span(0, 1, 0), in_span(1000, 2, 0)])) == 2


@given(cuts)
def test_a_passage_keeps_its_name_when_its_files_are_packed_into_one(places: list[int]) -> None:
    (segments,) = passages(cut_at(places))
    (packed,) = passages(cut_at([0]))
    assert segments.key == packed.key


def test_a_clock_that_runs_fast_is_taken_into_account() -> None:
    clip = SoundClip(Path("0"), 0, 48_000 * 100, 48_000, 48_000 * 1.001, 5_000, 1)
    (passage,) = passages([clip])
    assert passage.ms_at(passage.samples) == 5_000 + round(100_000 / 1.001)


def test_a_file_that_is_shorter_than_promised_ends_in_silence() -> None:
    clip = SoundClip(Path("3990"), 0, 20, RATE, RATE, 0, 1)
    assert clip.read(read_one_sound, 5, 10, 0).tolist() == [3996.0, 3997.0, 3998.0, 3999.0, 4000.0, 0, 0, 0, 0, 0]
