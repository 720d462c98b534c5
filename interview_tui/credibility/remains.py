"""What is left of coding once a whole case is destroyed."""

from __future__ import annotations

from dataclasses import replace

from interview_tui.credibility.changes import CaseRead, CategoryGiven, Coded, Extracted, SampleDrawn
from interview_tui.credibility.coding import without


def after_case(entry: Coded, case: str) -> Coded | None:
    """An entry without a case: None if it is of nothing else."""
    match entry.change:
        case CategoryGiven(case=of) | Extracted(case=of) | CaseRead(case=of) if of == case:
            return None
        case SampleDrawn() as one:
            kept = replace(one, members=without(one.members, case), among=without(one.among, case))
            return replace(entry, change=kept)
    return entry
