from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.audio.stored.clock import SpanClock

RATE = 48_000
BLOCK = 2_400
STARTED_NS = 5_000_000_000_000


def _heard(seconds: int, drift_ppm: float, lateness_ns: list[int]) -> SpanClock:
    """A clock that heard every block of a span; each arrives late by one of these."""
    clock = SpanClock(RATE)
    true_rate = RATE * (1 + drift_ppm / 1e6)
    for number, end in enumerate(range(BLOCK, seconds * RATE + 1, BLOCK)):
        late_ns = lateness_ns[number % len(lateness_ns)]
        clock.hear(end, STARTED_NS + round(end * 1e9 / true_rate) + late_ns)
    return clock


@given(st.lists(st.integers(0, 300_000_000), min_size=1, max_size=50))
def test_the_start_of_a_span_is_known_to_the_promptest_block(lateness_ns: list[int]):
    reading = _heard(seconds=10, drift_ppm=0, lateness_ns=lateness_ns).reading()
    assert abs(reading.started_ns - STARTED_NS - min(lateness_ns)) <= 2
    assert reading.drift_ppm == 0


@settings(deadline=None, max_examples=25)
@given(
    drift_ppm=st.floats(-200, 200),
    lateness_ns=st.lists(st.integers(0, 150_000_000), min_size=20, max_size=97),
    seconds=st.integers(60, 900),
)
def test_every_frame_of_a_drifting_span_is_mapped_to_a_few_milliseconds(
    drift_ppm: float, lateness_ns: list[int], seconds: int
):
    prompt = [0, *lateness_ns]  # as on a real machine, one block in a hundred is on time
    reading = _heard(seconds, drift_ppm, prompt).reading()
    true_rate, read_rate = (RATE * (1 + ppm / 1e6) for ppm in (drift_ppm, reading.drift_ppm))
    for frame in (0, seconds * RATE // 2, seconds * RATE):
        error_ns = reading.started_ns + frame * 1e9 / read_rate - STARTED_NS - frame * 1e9 / true_rate
        assert abs(error_ns) < 5_000_000


def test_a_short_span_claims_no_drift():
    assert _heard(seconds=59, drift_ppm=150, lateness_ns=[0]).reading().drift_ppm == 0


def test_scatter_is_not_taken_for_drift():
    """A sound server that delivers in large and irregular pieces, most promptly at its start."""
    late_ms = [0, 8, 16, 31, 19, 20, 30, 16, 32, 10, 28, 16, 20]
    clock = SpanClock(RATE)
    for end in range(BLOCK, len(late_ms) * 10 * RATE, BLOCK):
        clock.hear(end, STARTED_NS + end * 1_000_000_000 // RATE + late_ms[end // (10 * RATE)] * 1_000_000)
    reading = clock.reading()
    assert abs(reading.started_ns - STARTED_NS) <= 1
    assert reading.drift_ppm == 0


def test_a_drift_that_no_device_has_is_not_believed():
    reading = _heard(seconds=120, drift_ppm=-5_000, lateness_ns=[0]).reading()
    assert reading.drift_ppm == 0


def test_the_end_of_a_span_follows_from_its_start_and_its_speed():
    clock = _heard(seconds=600, drift_ppm=100, lateness_ns=[0])
    assert abs(clock.end_ns() - STARTED_NS - 600 * 1e9 / (1 + 100e-6)) < 1_000_000
