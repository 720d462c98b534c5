"""What arrivals tell of missing sound and of a changed rate, and what they must not be taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_tui.audio.stored.pace import Pace

RATE = 48_000
BLOCK = 2_400
BLOCK_S = BLOCK / RATE
STARTED_S = 5_000.0
JITTER_S = 0.4
Lateness = Callable[[float], float]


@dataclass(frozen=True)
class Stall:
    """Nothing is delivered from `at_s` on for `length_s`; the oldest `queue_s` of it come afterwards, `speed` as fast
    as they were recorded, and the newer are gone. With `oldest_lost` it is the oldest that are gone."""

    at_s: float
    length_s: float
    queue_s: float
    speed: float = 100.0
    oldest_lost: bool = False

    def holds(self, at_s: float) -> bool:
        return self.at_s < at_s <= self.at_s + self.length_s

    def drops(self, at_s: float) -> bool:
        if self.oldest_lost:
            return self.holds(at_s) and at_s <= self.at_s + self.length_s - self.queue_s
        return self.holds(at_s) and at_s > self.at_s + self.queue_s


def _blocks(
    seconds: float, late_s: Lateness = lambda _: 0.0, stalls: Sequence[Stall] = (), ppm: float = 0.0
) -> Iterator[tuple[float, float]]:
    """When the blocks of a device were recorded, and when they came."""
    free_s = 0.0
    for number in range(1, round(seconds / BLOCK_S) + 1):
        at_s = number * BLOCK_S / (1 + ppm / 1e6)
        came_s = at_s + late_s(at_s)
        for stall in stalls:
            if stall.drops(at_s):
                break
            if stall.holds(at_s):
                came_s = max(came_s, stall.at_s + stall.length_s)
            if at_s > stall.at_s:
                came_s = max(came_s, free_s + BLOCK_S / stall.speed)
        else:
            free_s = max(free_s, came_s)
            yield at_s, free_s


def _heard(blocks: Iterator[tuple[float, float]]) -> tuple[Pace, list[float]]:
    """A pace that heard them, and when each of its blocks was recorded."""
    pace, recorded_s = Pace(RATE), []
    for at_s, came_s in blocks:
        recorded_s.append(at_s)
        pace.hear(len(recorded_s) * BLOCK, BLOCK, round((STARTED_S + came_s) * 1e9))
    return pace, recorded_s


def _quiet(pace: Pace) -> bool:
    return pace.skip is None and not pace.rate_changed and not pace.in_doubt


def _jitter(seed: list[float]) -> Lateness:
    return lambda at_s: seed[round(at_s / BLOCK_S) % len(seed)]


JITTERS = st.lists(st.floats(0, JITTER_S), min_size=1, max_size=60)


@settings(deadline=None)
@given(jitter=JITTERS, ppm=st.floats(-500, 500))
def test_jitter_and_drift_are_no_alarm(jitter: list[float], ppm: float):
    pace, _ = _heard(_blocks(60, _jitter(jitter), ppm=ppm))
    assert _quiet(pace)


@pytest.mark.parametrize("ppm", [-500, 500])
def test_an_hour_of_drift_is_no_alarm(ppm: float):
    pace, _ = _heard(_blocks(3600, _jitter([0.0, 0.05, 0.1]), ppm=ppm))
    assert _quiet(pace)


def test_a_file_that_is_played_is_no_alarm():
    pace, _ = _heard(_blocks(600, lambda _: 0.0002))
    assert _quiet(pace)


@settings(deadline=None)
@given(
    shifts=st.lists(st.floats(0, 0.3), min_size=2, max_size=20),
    every_s=st.floats(0.5, 30),
    slowly=st.booleans(),
)
def test_a_sound_server_that_changes_its_latency_is_no_alarm(shifts: list[float], every_s: float, slowly: bool):
    def late_s(at_s: float) -> float:
        place, part = divmod(at_s / every_s, 1.0)
        before, after = shifts[int(place) % len(shifts)], shifts[(int(place) + 1) % len(shifts)]
        return before + (after - before) * part * slowly

    pace, _ = _heard(_blocks(90, late_s))
    assert _quiet(pace)


@settings(deadline=None)
@given(
    length_s=st.floats(0.1, 20),
    speed=st.floats(2, 200),
    jitter=st.lists(st.floats(0, 0.2), min_size=1, max_size=60),
    again=st.booleans(),
)
def test_a_stall_whose_queue_is_delivered_afterwards_is_no_alarm(
    length_s: float, speed: float, jitter: list[float], again: bool
):
    stalls = [Stall(10, length_s, 22, speed)] + [Stall(10.5 + length_s, 3, 22, speed)] * again
    pace, _ = _heard(_blocks(90, _jitter(jitter), stalls))
    assert _quiet(pace)


@settings(deadline=None)
@given(
    at_s=st.floats(5, 60),
    missing_s=st.floats(0.8, 60),
    queue_s=st.sampled_from([0.0, 0.3, 2.0, 22.0]),
    speed=st.sampled_from([5.0, 20.0, 200.0]),
    jitter=st.lists(st.floats(0, 0.1), min_size=1, max_size=60),
    ppm=st.floats(-200, 200),
)
def test_missing_sound_is_found_measured_and_placed(
    at_s: float, missing_s: float, queue_s: float, speed: float, jitter: list[float], ppm: float
):
    stall = Stall(at_s, queue_s + missing_s, queue_s, speed)
    seconds = at_s + queue_s + missing_s + max(1.0, queue_s / (speed - 1)) + 5
    pace, recorded_s = _heard(_blocks(seconds, _jitter(jitter), [stall], ppm))
    gaps_s = [after - before for before, after in pairwise(recorded_s)]
    first = gaps_s.index(max(gaps_s)) + 1
    assert pace.skip is not None
    drained_s = queue_s / (speed - 1)
    assert -4 * BLOCK_S <= pace.skip.first_frame / RATE - first * BLOCK_S <= 4 * BLOCK_S + drained_s
    assert abs(pace.skip.missing_ms / 1000 - max(gaps_s) + BLOCK_S) <= 0.15
    assert not pace.rate_changed


@pytest.mark.parametrize("queue_s", [0.05, 0.3, 0.6])
def test_where_the_oldest_is_lost_the_place_is_late_by_the_queue_at_most(queue_s: float):
    pace, recorded_s = _heard(_blocks(30, stalls=[Stall(10, 8, queue_s, oldest_lost=True)]))
    first = next(number for number, at_s in enumerate(recorded_s) if at_s > 10)
    assert pace.skip is not None
    assert 0 <= pace.skip.first_frame / RATE - first * BLOCK_S <= queue_s + BLOCK_S


def test_missing_sound_is_known_within_a_second_and_a_half_of_its_end():
    pace = Pace(RATE)
    for number, (_, came_s) in enumerate(_blocks(60, stalls=[Stall(20, 35, 22)]), 1):
        pace.hear(number * BLOCK, BLOCK, round(came_s * 1e9))
        if pace.skip is not None:
            assert 55 < came_s < 56.5
            break
    else:
        raise AssertionError("nothing was found")


def test_a_skip_stays_what_it_was_found_to_be():
    pace, _ = _heard(_blocks(60, stalls=[Stall(10, 5, 0), Stall(30, 5, 0)]))
    assert pace.skip is not None
    assert abs(pace.skip.first_frame / RATE - 10) < 0.2


@settings(deadline=None)
@example(speed=0.88, jitter=[0.0] * 7 + [0.01953125])
@example(speed=0.8, jitter=[0.0, 0.015625])  # late and not late by turns, at every crossing
@given(
    speed=st.sampled_from([0.34, 0.5, 0.8, 0.85, 0.88, 0.9, 0.919, 0.95, 1.05, 1.088, 1.2, 2.0, 3.0]),
    jitter=st.lists(st.floats(0, 0.02), min_size=1, max_size=60),
)
def test_another_rate_than_stated_is_found_and_is_no_missing_sound(speed: float, jitter: list[float]):
    pace = Pace(RATE)
    for number in range(1, 400 * 3):
        at_s = number * BLOCK_S if number < 200 else 200 * BLOCK_S + (number - 200) * BLOCK_S / speed
        pace.hear(number * BLOCK, BLOCK, round((STARTED_S + at_s + jitter[number % len(jitter)]) * 1e9))
    assert pace.rate_changed
    assert pace.skip is None


def test_44_100_in_place_of_48_000_is_known_within_ten_seconds():
    pace = Pace(RATE)
    for number in range(1, 172):
        pace.hear(number * BLOCK, BLOCK, round((STARTED_S + number * BLOCK / 44_100) * 1e9))
    assert pace.rate_changed


def test_less_than_two_percent_is_left_to_the_drift_of_the_clock():
    pace, _ = _heard(_blocks(60, ppm=15_000))
    assert not pace.rate_changed


def test_blocks_that_keep_to_no_level_are_not_kept_for_ever():
    pace = Pace(RATE)
    for number in range(1, 10_000):
        late_s = 0.0 if number < 100 else 1.0 + (number - 100) * 0.05 % 3.0 + number * 0.002
        pace.hear(number * BLOCK, BLOCK, round((number * BLOCK_S + late_s) * 1e9))
    assert len(pace._late) < 2_500


def test_a_track_of_which_nothing_more_comes_is_in_no_doubt_for_a_changed_rate():
    pace = Pace(RATE)
    for number in range(1, 400):
        pace.hear(number * BLOCK, BLOCK, round(number * BLOCK_S / 0.5 * 1e9))
    assert pace.rate_changed
    assert not pace.in_doubt
