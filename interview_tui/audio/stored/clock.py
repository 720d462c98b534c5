"""Where a recording lies on the clock: the time of its first frame, and how fast its device's clock runs.

A block reaches us late by anything up to a driver period, never early. So the lower envelope of
(arrival − frames so far / rate) over every block is the truth that single arrivals scatter above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

LONG_ENOUGH_S = 60  # below this, the scatter of arrivals is larger than the drift of any device
WINDOW_S = 10
PLAUSIBLE_PPM = 500.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The monotonic time of a span's first frame (ns), and its device's speed against that clock (ppm; + is fast)."""

    started_ns: int
    drift_ppm: float = 0.0


class SpanClock:
    """Gathers the arrivals of one span's blocks."""

    def __init__(self, rate: int, latency_ms: float = 0.0) -> None:
        """`latency_ms` is how much older a sample is than its arrival at the earliest (see `Signal.latency_ms`)."""
        self._rate, self._latency_ns = rate, round(latency_ms * 1e6)
        self._end_frame = 0
        self._base_ns = 0  # small numbers keep the arithmetic of floats exact
        self._lowest: list[tuple[int, int]] = []  # of every 10 s of frames: end frame and offset of the earliest block

    def hear(self, end_frame: int, arrival_ns: int) -> None:
        """Take in that the block which ends before frame `end_frame` was there at `arrival_ns`."""
        offset_ns = arrival_ns - round(end_frame * 1_000_000_000 / self._rate)
        if not self._lowest:
            self._base_ns = offset_ns
        point = (end_frame, offset_ns - self._base_ns)
        window = WINDOW_S * self._rate
        if not self._lowest or end_frame // window != self._end_frame // window:
            self._lowest.append(point)
        elif point[1] < self._lowest[-1][1]:
            self._lowest[-1] = point
        self._end_frame = end_frame

    def reading(self) -> Reading:
        """What is known so far.

        The line under all points that lies closest to them on average is an edge of their lower hull: the one over
        the middle of the points (Moon, Skelly and Towsley 1999, for network delays). Its slope is taken for drift only
        if the span is longer than a minute and it moves the end by more than twice what the points scatter above it.
        """
        lowest = min((offset for _, offset in self._lowest), default=0)
        base_ns = self._base_ns - self._latency_ns
        plain = Reading(base_ns + lowest)
        if self._end_frame < LONG_ENOUGH_S * self._rate:
            return plain
        (first, low), (last, high) = _edge_over_middle(_lower_hull(self._lowest))
        slope = (high - low) / (last - first)  # ns by which each frame takes longer than its nominal time
        drift_ppm = 1e6 / (1 + slope * self._rate / 1e9) - 1e6
        scatter = median(offset - low - slope * (frame - first) for frame, offset in self._lowest)
        if abs(drift_ppm) > PLAUSIBLE_PPM or abs(slope * self._end_frame) <= 2 * scatter:
            return plain
        return Reading(base_ns + round(low - slope * first), round(drift_ppm, 3))

    def end_ns(self) -> int:
        """The monotonic time at which the last frame heard of was captured."""
        reading = self.reading()
        return reading.started_ns + round(self._end_frame * 1e9 / (self._rate * (1 + reading.drift_ppm / 1e6)))

    def frame_at(self, at_ns: int) -> int:
        """The frame that was captured at `at_ns`; it may lie outside what was heard."""
        reading = self.reading()
        return round((at_ns - reading.started_ns) * self._rate * (1 + reading.drift_ppm / 1e6) / 1e9)

    def up_to(self, frame: int) -> SpanClock:
        """The clock of the span's beginning up to `frame`, as if nothing had been heard after it.

        The window that `frame` lies in is left out if its earliest block came later, unless it is the only one.
        """
        cut = SpanClock(self._rate)
        cut._latency_ns, cut._base_ns, cut._end_frame = self._latency_ns, self._base_ns, min(frame, self._end_frame)
        cut._lowest = [point for point in self._lowest if point[0] <= frame] or self._lowest[:1]
        return cut


_Point = tuple[int, int]


def _lower_hull(points: Sequence[_Point]) -> list[_Point]:
    """The lower convex hull of points in order of x (Andrew's monotone chain)."""
    hull: list[_Point] = []
    for point in points:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull


def _turn(a: _Point, b: _Point, c: _Point) -> int:
    """Above 0 where the way from `a` over `b` to `c` turns left (upwards)."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _edge_over_middle(hull: Sequence[_Point]) -> tuple[_Point, _Point]:
    middle = (hull[0][0] + hull[-1][0]) / 2
    for left, right in pairwise(hull):
        if right[0] >= middle:
            return left, right
    raise ValueError("a hull needs two points")
