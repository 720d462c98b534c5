"""Tallies as they might stand some way into the study, for the stage."""

from __future__ import annotations

from collections.abc import Mapping

from interview_tui.fieldwork.counting import Interviewed, count
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.plan import Attribute, Tally
from interview_tui.fieldwork.tally import Counted
from interview_tui.interview.events import Place
from interview_tui.interview.rounds import Round
from tests.tui.staging import mentoring

REGION = Attribute("region", "region", ("England", "Wales"))
RELATIONSHIPS = Tally(
    "relationships",
    ("role", "kind"),
    "",
    {("mentor",): 35, ("mentee",): 25, ("mentor", "informal"): 12, ("mentee", "informal"): 12},
)
KINDS = Tally("kinds", ("kind",), "", {("formal",): 20, ("informal",): 20})
INCIDENTS = Tally("incidents", ("role", "kind", "incident"), "", {})
WHERE = Tally("where", ("region",), "", {("England",): 40, ("Wales",): 20})
THERE_ARE = {("mentor", "formal"): 16, ("mentor", "informal"): 6, ("mentee", "formal"): 7, ("mentee", "informal"): 2}


def tallied(*tallies: Tally, there_are: Mapping[tuple[str, str], int] | None = None) -> tuple[Counted, ...]:
    """The tallies with so many interviews in them, each with one relationship and both its incidents."""
    there_are = THERE_ARE if there_are is None else there_are
    each = [values for values, number in there_are.items() for _ in range(number)]
    found = [_interview(f"P{number:02}", *values) for number, values in enumerate(each, 1)]
    regions = {one.case: {"region": REGION.values[number % 3 == 0]} for number, one in enumerate(found)}
    return tuple(count(laid_out(tally, mentoring(), [REGION], "study.toml"), found, regions) for tally in tallies)


def _interview(case: str, role: str, kind: str) -> Interviewed:
    rounds = {"R1": Round("R1", "relationship", "1", "")}
    for key in ("good", "difficult"):
        rounds[f"R1-{key}"] = Round(f"R1-{key}", "incident", key, "R1")
    answers = {Place("role", "R1"): (role,), Place("kind", "R1"): (kind,)}
    return Interviewed(case, rounds, answers, frozenset({"", *rounds}))
