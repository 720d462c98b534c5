"""What is on its way to the ear, and so what is heard at any moment. Only arithmetic; both processes do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Leg:
    """Sound that is heard from `heard_ns` (monotonic clock) on: the call clock from `at_ms` to `end_ms`.

    `pace` is how many ms of the call clock go by in a ms.
    """

    heard_ns: int
    at_ms: float
    end_ms: float
    pace: float

    def at(self, now_ns: int) -> float:
        """The call clock of what is heard, held within the leg."""
        return min(self.end_ms, self.at_ms + self.pace * max(0, now_ns - self.heard_ns) / 1e6)


@dataclass(frozen=True, slots=True)
class Course:
    """Legs in the order in which they are heard. `turn` counts the jumps: only within one turn does time go forward."""

    turn: int
    legs: tuple[Leg, ...]

    def at_ms(self, now_ns: int) -> int:
        """The call clock of what is heard now: before all legs the first moment of them, after all of them the last."""
        current = self.legs[0]
        for leg in self.legs[1:]:
            if leg.heard_ns > now_ns:
                break
            current = leg
        return int(current.at(now_ns))

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"turn": self.turn, "legs": [astuple(leg) for leg in self.legs]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Course:
        """The course that `to_json` made this of."""
        return cls(data["turn"], tuple(Leg(*leg) for leg in data["legs"]))


def joined(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """The same legs, with those made one that go on from each other without a jump or a change of pace."""
    found: list[Leg] = []
    for leg in legs:
        last = found[-1] if found else None
        if last is not None and last.pace == leg.pace and last.end_ms == leg.at_ms:
            found[-1] = Leg(last.heard_ns, last.at_ms, leg.end_ms, leg.pace)
        else:
            found.append(leg)
    return tuple(found)
