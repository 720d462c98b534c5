"""What can come of ringing somebody: few outcomes, after AAPOR's Standard Definitions (2023) and the codes of queXS.

An outcome says when to ring again if nobody says otherwise. Waits of a day or more end on a working day.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_THURSDAY = 3  # the first day of the Unix epoch, counted from Monday
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome: the code that is kept, the key that chooses it, what it says, the AAPOR code.

    `again_ms` is after how long to ring again; None: not by itself. `closes`: nobody rings again. `needs_remark`: it
    says too little alone. `names_time`: they said when, so an appointment goes with it.
    """

    code: str
    key: str
    label: str
    aapor: str
    again_ms: int | None = None
    closes: bool = False
    needs_remark: bool = False
    names_time: bool = False

    def due_ms(self, rung_wall_ms: int) -> int | None:
        """From when on to ring again after an attempt at this time; None: not by itself."""
        if self.again_ms is None:
            return None
        return working_day(rung_wall_ms + self.again_ms) if self.again_ms >= DAY_MS else rung_wall_ms + self.again_ms


OUTCOMES = (
    Outcome("no answer", "n", "no answer", "3.13", 3 * HOUR_MS),
    Outcome("engaged", "e", "engaged", "3.12", 20 * MINUTE_MS),
    Outcome("voicemail", "v", "voicemail, no message left", "2.221", 3 * HOUR_MS),
    Outcome("message left", "m", "voicemail, a message left", "2.222", DAY_MS),
    Outcome("not available", "a", "somebody answered, they were not available", "2.21", DAY_MS),
    Outcome("call back", "c", "they asked to be rung at another time", "2.12a", DAY_MS, names_time=True),
    Outcome("dropped", "d", "the line dropped", "2.35a", 5 * MINUTE_MS),
    Outcome("soft refusal", "s", "not now: they would rather not, and may be asked once more", "2.112a", 14 * DAY_MS),
    Outcome(
        "hard refusal",
        "h",
        "refused: they are not to be rung again",
        "2.112b",
        closes=True,
        needs_remark=True,
    ),
    Outcome("wrong number", "w", "wrong number: another one is to be found first", "4.3", needs_remark=True),
    Outcome("not eligible", "i", "not eligible", "4.7", closes=True, needs_remark=True),
)
"""Every outcome there is, in the order in which they are offered."""
BY_CODE = {outcome.code: outcome for outcome in OUTCOMES}


def in_words(code: str) -> str:
    """An outcome as it is shown; the code itself of one that nobody knows."""
    return BY_CODE[code].label if code in BY_CODE else code


def due_after(code: str, rung_wall_ms: int) -> int | None:
    """From when on to ring again; an outcome that a newer version knows: on the next working day."""
    outcome = BY_CODE.get(code)
    return outcome.due_ms(rung_wall_ms) if outcome is not None else working_day(rung_wall_ms + DAY_MS)


def working_day(wall_ms: int) -> int:
    """The same time of day on Monday if this is on a Saturday or Sunday (UTC), else as it is."""
    weekday = (wall_ms // DAY_MS + _THURSDAY) % 7
    return wall_ms + (7 - weekday) * DAY_MS if weekday >= _SATURDAY else wall_ms
