"""How each question was put, and where the time went: what a study reports of how its schedule was kept to.

Asked as worded, in other words, or not: these are the degrees of standardisation that survey methodologists code from
recordings (Cannell, Fowler and Marquis 1968; Ongena and Dijkstra 2006, "Methods of behavior coding of survey
interviews").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from interview_tui.interview.events import How, Level, Place
from interview_tui.interview.facts import Coverage

WORDED = 0.75
"""A question of hers that is so like the schedule's wording (0 to 1) was asked as worded."""


class Asked(StrEnum):
    """How a question came to be answered, or not."""

    WORDED = "asked as worded"
    PARAPHRASED = "asked in other words"
    ASKED = "asked"  # in which words is not known: nothing was recorded of it
    VOLUNTEERED = "volunteered"
    SKIPPED = "skipped"
    NOT_REACHED = "not reached"
    OFF_ROUTE = "off route"


REACHED = (Asked.WORDED, Asked.PARAPHRASED, Asked.ASKED)


def asked_how(
    place: Place, coverage: Coverage, on_route: bool, asked: Mapping[Place, float], told: bool
) -> Asked | None:
    """How a place was asked; None if nothing was asked or told there, so that its order decides.

    `asked` holds for each place that she asked how like its wording that was, `told` whether anything was said there.
    """
    if place in asked:
        return Asked.WORDED if asked[place] >= WORDED else Asked.PARAPHRASED
    if coverage.how is How.VOLUNTEERED or told:
        return Asked.VOLUNTEERED
    if coverage.how is How.ASKED and coverage.level is not Level.OPEN:
        return Asked.ASKED
    if not on_route:
        return Asked.OFF_ROUTE
    return Asked.SKIPPED if coverage.how is How.SKIPPED else None


def in_order(found: Sequence[Asked | None]) -> list[Asked]:
    """What was passed over was skipped; what comes after the last that was asked was not reached."""
    last = max((number for number, asked in enumerate(found) if asked in REACHED), default=-1)
    return [asked or (Asked.SKIPPED if number < last else Asked.NOT_REACHED) for number, asked in enumerate(found)]
