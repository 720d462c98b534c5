"""The time left follows from what was measured."""

import math

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.pace import FEWEST_UNITS, HALF_LIFE, Load, Pace

UNITS = [Load(4, 40.0 + 7 * (number % 5)) for number in range(40)]


def taking(chunk_s: float, second_s: float, units: list[Load], before: Pace | None = None) -> Pace:
    """A pace after units that cost so much for a chunk, and for a second of speech."""
    pace = before or Pace()
    for load in units:
        pace.heard(load, chunk_s * load.chunks + second_s * load.speech_s)
    return pace


def test_nothing_is_told_before_enough_is_known() -> None:
    pace = taking(0.4, 0.04, UNITS[: FEWEST_UNITS - 1])
    assert pace.left_s(Load(4, 50), 0.0, 2) is None
    pace.heard(Load(4, 50), 3.0)
    assert pace.left_s(Load(4, 50), 0.0, 2) is not None


def test_what_is_left_is_shared_by_the_decoders_and_listening_is_part_of_it() -> None:
    pace = taking(0.4, 0.04, UNITS)
    pace.listened(600.0, 6.0)
    hearing, listening = 100 * (4 * 0.4 + 54 * 0.04), 3.0
    left_s = pace.left_s(Load(4, 54).times(100), 300.0, 2)
    assert left_s is not None
    assert math.isclose(left_s, (hearing + listening) / 2, rel_tol=0.01)


def test_a_machine_that_gets_other_work_is_noticed() -> None:
    pace = taking(0.8, 0.08, UNITS[: 3 * HALF_LIFE], taking(0.4, 0.04, UNITS))
    told = pace.seconds(Load(4, 50)) / (4 * 0.8 + 50 * 0.08)
    assert 0.85 < told < 1.01


@given(st.floats(0.01, 5), st.floats(0.001, 1), st.floats(0, 100), st.floats(0, 5000))
def test_what_is_left_is_never_less_than_nothing(
    chunk_s: float, second_s: float, chunks: float, speech_s: float
) -> None:
    left_s = taking(chunk_s, second_s, UNITS).left_s(Load(chunks, speech_s), 60.0, 2)
    assert left_s is not None
    assert left_s >= 0


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0.5, 70), st.floats(0.1, 20)), min_size=4, max_size=30))
def test_whatever_was_measured_more_takes_longer(measured: list[tuple[int, float, float]]) -> None:
    pace = Pace()
    for chunks, speech_s, seconds in measured:
        pace.heard(Load(chunks, speech_s), seconds)
    assert 0 <= pace.seconds(Load(1, 5)) <= pace.seconds(Load(4, 60)) < math.inf
