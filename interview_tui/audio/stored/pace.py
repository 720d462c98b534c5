"""A device's pace against the clock: whether sound is missing that nobody spoke of, and whether its rate has changed.

Drivers do not tell (24 s were lost in a trial and not one overflow was flagged), but the arrivals of the blocks do. A
block is due when its last frame has been played, counted from the lower envelope of the arrivals of the last seconds;
its *lateness* is how much later it came. Jitter, a sound server that changes its latency, and a stall whose queue is
delivered afterwards all leave lateness low again in the end. What is missing leaves it high for good.

A skip. Once a block is more than 0.5 s late the envelope is held, and the blocks are watched until one is on time
again (nothing is missing) or until they keep to a new, later level for a second: the queue of a stall comes faster than
it is played, so whoever keeps to a level has drained it. What is missing then is the distance of the two levels. It is
placed where the new level is first reached, which is after the queue: PulseAudio keeps the oldest 22 s of a stall and
drops what comes after them. Where nothing was queued, as in a sleep of the machine, the place is exact to the scatter
of the arrivals (`SAME_LEVEL_NS`, that is two blocks of 50 ms). After a queue it is too late by what was recorded while
that was drained, some tenths of a second. A driver that drops the oldest instead has lost the sound before its queue,
which is placed too late by as much as the queue held: the latency asked for.

A rate. If the lowest lateness of successive seconds runs away in one direction, by more than 2 % for at least 4 s and
by more in all than any jitter, the device plays faster or slower than it said: 44.1 kHz in place of 48 is known after
some 9 s. A level that falls while blocks are late is the queue of a stall and tells nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise, takewhile

LATE_NS = 500_000_000
SETTLED_NS = 1_000_000_000  # so long blocks keep to a level before it is believed
SAME_LEVEL_NS = 100_000_000
ENVELOPE_S = 4  # short, so that neither drift nor a changed rate adds up to a skip
DRIFTED_S = 4
DRIFTED_BY = 0.02
DRIFTED_NS = 450_000_000  # more than jitter (400 ms) or a change of latency (300 ms) makes
LONGEST_DRIFT_S = 25
MOST_LATE = 2_000  # blocks; those that keep to no level for so long are how it is now
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Skip:
    """Missing sound: `missing_ms` of it, before frame `first_frame` of a span's track `track`."""

    first_frame: int
    missing_ms: int
    track: int = 0


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that came late; `offset_ns` is its arrival less the time that its span's frames up to its end take."""

    first_frame: int
    offset_ns: int
    arrival_ns: int


class Pace:
    """Hears when the blocks of one track of a span arrive, until it has found something: then that stays as it is."""

    def __init__(self, rate: int) -> None:
        self.skip: Skip | None = None
        self.rate_changed = False
        self._rate = rate
        self._lowest: deque[tuple[int, int]] = deque(maxlen=LONGEST_DRIFT_S)  # of each second of arrivals: its offset
        self._envelope_ns = self._before_ns = 0
        self._late: list[_Block] = []
        self._crept = False  # whether the first of the late blocks was hardly later than the one before it

    @property
    def in_doubt(self) -> bool:
        """Whether blocks are late and it is not known yet if sound is missing."""
        return bool(self._late) and self.skip is None and not self.rate_changed

    def hear(self, end_frame: int, frames: int, arrival_ns: int) -> None:
        """Take in that a block of `frames`, which ends before frame `end_frame` of the span, came at `arrival_ns`."""
        if self.skip is not None or self.rate_changed:
            return
        offset_ns = arrival_ns - round(end_frame * _SECOND_NS / self._rate)
        if not self._late:
            self._envelope_ns = min((low for _, low in list(self._lowest)[-ENVELOPE_S:]), default=offset_ns)
        if offset_ns - self._envelope_ns > LATE_NS:
            if not self._late:
                self._crept = offset_ns - self._before_ns < SAME_LEVEL_NS
            self._late.append(_Block(end_frame - frames, offset_ns, arrival_ns))
            self.skip = None if self._running_away() else self._settled()
            if self.skip is None and len(self._late) > MOST_LATE:
                self._begin_anew()
        elif self._late:
            self._begin_anew()
        self._before_ns = offset_ns
        self._note_second(arrival_ns // _SECOND_NS, offset_ns)

    def _settled(self) -> Skip | None:
        """The skip, if the late blocks have kept to a level for long enough."""
        newest = self._late[-1]
        level_ns = min(block.offset_ns for block in self._late)
        if newest.offset_ns > level_ns + SAME_LEVEL_NS:
            return None
        kept = reversed([*takewhile(lambda block: block.offset_ns <= level_ns + DRIFTED_NS, reversed(self._late))])
        first = next(block for block in kept if block.offset_ns <= level_ns + SAME_LEVEL_NS)
        if newest.arrival_ns - first.arrival_ns < SETTLED_NS:
            return None
        return Skip(first.first_frame, round((level_ns - self._envelope_ns) / 1e6))

    def _begin_anew(self) -> None:
        """Watch no block any more. What a stall left of the seconds tells nothing; what crept, as a rate does, may."""
        if not self._crept and not self._running_away():
            self._lowest.clear()
        self._late = []

    def _note_second(self, second: int, offset_ns: int) -> None:
        """Keep the lowest offset of every second, and look at the run of them whenever one is full."""
        if self._lowest and self._lowest[-1][0] == second:
            if offset_ns < self._lowest[-1][1]:
                self._lowest[-1] = (second, offset_ns)
            return
        self.rate_changed = self.rate_changed or self._drifted()
        self._lowest.append((second, offset_ns))

    def _running_away(self) -> bool:
        """Whether blocks become late little by little, as at another rate: missing sound makes them late at once."""
        steps = self._steps()[-ENVELOPE_S:]
        return len(steps) == ENVELOPE_S and min(steps) > 0 and max(steps) < sum(steps) / 2

    def _steps(self) -> list[int]:
        """By how much each second's lowest offset is above the one before; 0 where there was no second before."""
        run = pairwise(self._lowest)
        return [(late - low) if second == before + 1 else 0 for (before, low), (second, late) in run]

    def _drifted(self) -> bool:
        total, largest, length = 0, 0, 0
        for step in reversed(self._steps()):
            if step == 0 or total * step < 0 or (step < 0 and self._late):
                return False
            total, largest, length = total + step, max(largest, abs(step)), length + 1
            steady_ns = abs(total) - largest  # one stall alone is no drift
            if length >= DRIFTED_S and steady_ns > max(DRIFTED_NS, DRIFTED_BY * (length - 1) * _SECOND_NS):
                return True
        return False
