"""Places where a file may lie in the call, made into the fewest lines: the recorder ran, was paused, ran on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_PPM = 400.0  # how far two clocks may differ while a line is looked for; what is believed is set elsewhere


@dataclass(frozen=True, slots=True)
class Match:
    """A place of the file (`file_s`) that seems to be at `call_s` of the call; `weight` above 0 speaks for it."""

    file_s: float
    call_s: float
    weight: float

    @property
    def offset_s(self) -> float:
        """The time of the call at the beginning of the file, were the two clocks alike."""
        return self.call_s - self.file_s


@dataclass(frozen=True, slots=True)
class Line:
    """`call_s` = `offset_s` + `file_s` × (1 + `slope`)."""

    offset_s: float
    slope: float

    def call_s(self, file_s: float) -> float:
        """The time of the call at a time of the file."""
        return self.offset_s + file_s * (1 + self.slope)


def chains(matches: Sequence[Match], tolerance_s: float, break_cost: float) -> list[list[Match]]:
    """The matches that together make the heaviest way through the file, cut where the offset jumps.

    From one match to the next the offset stays (to the tolerance and a plausible drift), or it jumps forward, at a
    cost: while a recorder is paused the call goes on, never the other way round. Dynamic programming over all pairs.
    """
    ordered = sorted((match for match in matches if match.weight > 0), key=lambda match: (match.file_s, match.call_s))
    if not ordered:
        return []
    at = np.array([match.file_s for match in ordered])
    offset = np.array([match.offset_s for match in ordered])
    total = np.array([match.weight for match in ordered])
    before = np.full(len(ordered), -1)
    for here in range(1, len(ordered)):
        reach = slice(0, int(np.searchsorted(at, at[here])))
        if reach.stop == 0:
            continue
        allowed = tolerance_s + MOST_PPM / 1e6 * (at[here] - at[reach])
        jump = offset[here] - offset[reach]
        cost = np.where(np.abs(jump) <= allowed, 0.0, np.where(jump > 0, break_cost, np.inf))
        gain = total[reach] - cost
        best = int(np.argmax(gain))
        if gain[best] > 0:
            total[here] += gain[best]
            before[here] = best
    way = [int(np.argmax(total))]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return _cut([ordered[place] for place in reversed(way)], tolerance_s)


def fitted(matches: Sequence[Match], tolerance_s: float) -> Line:
    """The line through matches: Theil-Sen, then least squares over what lies within the tolerance of it."""
    at = np.array([match.file_s for match in matches])
    offset = np.array([match.offset_s for match in matches])
    if len(matches) < 4 or at[-1] - at[0] < 60:
        return Line(float(np.median(offset)), 0.0)
    slope = _theil_sen(at, offset)
    middle = float(np.median(offset - slope * at))
    near = np.abs(offset - slope * at - middle) <= tolerance_s
    if near.sum() >= 4 and np.ptp(at[near]) >= 60:
        slope, middle = (float(value) for value in np.polyfit(at[near], offset[near], 1))
    return Line(middle, slope)


def _theil_sen(at: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]) -> float:
    """The median slope of pairs that lie well apart (a third of the whole), at most some 90,000 of them."""
    thin = max(1, len(at) // 300)
    at, offset = at[::thin], offset[::thin]
    first, second = np.triu_indices(len(at), 1)
    apart = at[second] - at[first]
    far = apart >= np.ptp(at) / 3
    return float(np.median((offset[second] - offset[first])[far] / apart[far]))


def _cut(way: Sequence[Match], tolerance_s: float) -> list[list[Match]]:
    found: list[list[Match]] = []
    for match in way:
        last = found[-1][-1] if found else None
        if last is not None and abs(match.offset_s - last.offset_s) <= tolerance_s + MOST_PPM / 1e6 * (
            match.file_s - last.file_s
        ):
            found[-1].append(match)
        else:
            found.append([match])
    return found
