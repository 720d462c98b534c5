"""What is heard when: laws of the arithmetic, without a sound."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio.playing.course import Course, Leg, joined
from interview_tui.audio.playing.reel import Passage, Reel

RATES = st.sampled_from([8_000, 16_000, 44_100, 48_000])
SPEEDS = st.sampled_from([0.5, 0.75, 1.0, 1.25, 1.5, 2.0])


@st.composite
def reels(draw: st.DrawFn) -> Reel:
    """Passages in call-clock order, with gaps between them or none, clocks that drift, and any rate to play them at."""
    passages = []
    at_ms = draw(st.integers(0, 5_000))
    for _ in range(draw(st.integers(1, 5))):
        rate = draw(RATES)
        frames = draw(st.integers(rate // 10, 20 * rate))
        true_rate = rate * (1 + draw(st.integers(-100, 100)) / 1e6)
        passages.append(Passage(Path("a.wav"), 0, frames, rate, at_ms, true_rate))
        at_ms += -(-frames * 1000 // rate) + draw(st.sampled_from([2, 700, 60_000]))
    return Reel(passages, draw(RATES))


@given(reel=reels(), where=st.floats(0, 1))
def test_a_position_maps_to_the_call_clock_and_back(reel: Reel, where: float):
    frame = round(where * (reel.frames - 1))
    at_ms = reel.ms_at(frame)
    assert reel.frame_at(round(at_ms)) == pytest.approx(frame, abs=reel.rate / 1000 + 1)


@given(reel=reels(), begin=st.floats(0, 0.9), speed=SPEEDS)
def test_legs_follow_each_other_without_a_pause_however_fast(reel: Reel, begin: float, speed: float):
    first = begin * reel.frames
    legs = list(reel.legs(first, reel.frames, speed, 1_000))
    assert legs[0].heard_ns == 1_000
    assert legs[0].at_ms == pytest.approx(reel.ms_at(first))
    for leg, following in pairwise(legs):
        heard_ns = following.heard_ns - leg.heard_ns
        assert leg.at(following.heard_ns) == pytest.approx(leg.end_ms, abs=1)
        assert heard_ns * leg.pace / 1e6 == pytest.approx(leg.end_ms - leg.at_ms, rel=1e-3)
        assert following.at_ms >= leg.end_ms - 1
    length_ns = (legs[-1].end_ms - legs[-1].at_ms) * 1e6 / legs[-1].pace + legs[-1].heard_ns - 1_000
    assert length_ns == pytest.approx((reel.frames - first) * 1e9 / (reel.rate * speed), rel=1e-3, abs=1_000)


@given(reel=reels(), speed=SPEEDS, moments=st.lists(st.integers(0, 120_000), min_size=2, max_size=20))
def test_what_is_heard_never_goes_back_and_is_always_something_recorded(reel: Reel, speed: float, moments: list[int]):
    course = Course(1, joined(list(reel.legs(0, reel.frames, speed, 0))))
    heard = [course.at_ms(moment_ms * 1_000_000) for moment_ms in sorted(moments)]
    assert heard == sorted(heard)
    for at_ms in heard:
        assert any(p.start_ms - 1 <= at_ms <= p.ms_at(p.frames) for p in reel.passages)


def test_at_another_rate_what_is_heard_last_is_still_within_the_passage():
    passage = Passage(Path("a.wav"), 0, 4_452, 44_100, 0, 44_100 * (1 - 100 / 1e6))
    reel = Reel([passage], 8_000)
    course = Course(1, tuple(reel.legs(0, reel.frames, 2.0, 0)))
    assert course.at_ms(1_000_000_000) <= passage.ms_at(passage.frames)


@given(reel=reels(), speed=SPEEDS, after_ms=st.integers(0, 20_000))
def test_what_is_heard_is_as_far_on_as_its_speed_took_it(reel: Reel, speed: float, after_ms: int):
    course = Course(1, tuple(reel.legs(0, reel.frames, speed, 0)))
    frame = min(reel.frames, after_ms * speed * reel.rate / 1000)
    if all(abs(frame - bound) > reel.rate / 100 for bound in reel._bounds):
        assert course.at_ms(after_ms * 1_000_000) == pytest.approx(reel.ms_at(frame), abs=2)


def test_before_all_legs_it_is_the_first_moment_and_after_them_the_last():
    course = Course(1, (Leg(1_000_000_000, 500.0, 900.0, 2.0), Leg(1_200_000_000, 5_000.0, 5_100.0, 1.0)))
    asked = [0, 1_000_000_000, 1_100_000_000, 1_199_000_000, 1_250_000_000, 9_000_000_000]
    assert [course.at_ms(now_ns) for now_ns in asked] == [500, 500, 700, 898, 5_050, 5_100]


def test_legs_that_go_on_from_each_other_are_one():
    legs = [Leg(0, 0.0, 40.0, 1.0), Leg(40, 40.0, 80.0, 1.0), Leg(80, 90.0, 99.0, 1.0), Leg(89, 99.0, 120.0, 2.0)]
    assert joined(legs) == (Leg(0, 0.0, 80.0, 1.0), *legs[2:])


@given(reel=reels(), speed=SPEEDS)
def test_a_course_crosses_to_another_process_unchanged(reel: Reel, speed: float):
    course = Course(7, tuple(reel.legs(0, reel.frames, speed, 10**15)))
    assert Course.from_json(json.loads(json.dumps(course.to_json()))) == course
    for passage in reel.passages:
        assert Passage.from_json(json.loads(json.dumps(passage.to_json()))) == passage
