"""How an interview can end: few outcomes, after the final disposition codes of AAPOR's Standard Definitions (2023)."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.interview.events import Kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome: the code kept with the interview, the key that chooses it, what it says, the AAPOR code.

    `kept` is what may be kept unless the participant says otherwise.
    """

    code: str
    key: str
    label: str
    aapor: str
    kept: Kept = Kept.ALL


COMPLETE = Outcome("complete", "c", "complete", "1.1")
EARLY = (
    Outcome("partial", "p", "out of time, and no other time was found", "1.2"),
    Outcome("broken off", "b", "the participant broke it off", "2.12"),
    Outcome("not reached", "d", "the line dropped, and they were not reached again", "2.35"),
    Outcome("distress", "s", "ended because of distress", "2.32"),
    Outcome("refused", "r", "they did not want to take part", "2.11", Kept.NOTHING),
    Outcome("withdrawn", "w", "they withdrew what they had said", "2.11", Kept.NOTHING),
    Outcome("technical", "t", "a technical failure at this end", "2.35"),
    Outcome("not eligible", "n", "not the person, or not eligible", "4.7", Kept.NOTHING),
)
BY_CODE = {outcome.code: outcome for outcome in (COMPLETE, *EARLY)}


def in_words(code: str) -> str:
    """An outcome as it is shown; the code itself of one that nobody knows."""
    return BY_CODE[code].label if code in BY_CODE else code
