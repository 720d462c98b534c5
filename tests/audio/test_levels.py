from __future__ import annotations

import numpy as np
import pytest

from interview_tui.audio.levels import HOLD_BLOCKS, SILENCE_DB, LevelMeter, peaks_db


def _block(left: int, right: int) -> bytes:
    return np.array([[0, 0], [left, right], [0, 0]], "<i2").tobytes()


@pytest.mark.parametrize(
    ("sample", "level_db"), [(0, SILENCE_DB), (1, -90.3), (-16_384, -6.0), (32_767, 0.0), (-32_768, 0.0)]
)
def test_a_peak_is_given_in_db_of_full_scale(sample: int, level_db: float):
    assert peaks_db(_block(sample, 0), 2) == (pytest.approx(level_db, abs=0.05), SILENCE_DB)


def test_a_peak_is_held_long_enough_to_be_seen_and_then_let_go():
    meter = LevelMeter(2)
    meter.hear(_block(16_384, 0))
    for _ in range(HOLD_BLOCKS - 1):
        meter.hear(_block(0, 1))
        assert meter.level_db == (-6.0, -90.3)
    meter.hear(_block(0, 0))
    assert meter.level_db == (SILENCE_DB, -90.3)
