"""What all that coders, extractors and judges noted adds up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from interview_tui.credibility.changes import (
    BETWEEN,
    CaseRead,
    CategoryGiven,
    Coding,
    ExtractDropped,
    Extracted,
    SampleDrawn,
    Task,
)
from interview_tui.interview.events import Stretch

Named = tuple[str, str]
"""An incident by its case and id."""


@dataclass(frozen=True, slots=True)
class Given:
    """A category, by its key in that version of the codebook."""

    category: str
    codebook: int


@dataclass(frozen=True, slots=True)
class Sample:
    """All that was drawn for a task: its members, and what had a chance to be drawn."""

    members: frozenset[str] = frozenset()
    had_a_chance: frozenset[str] = frozenset()
    share_percent: int = 0

    @property
    def is_drawn(self) -> bool:
        """Whether there is one."""
        return bool(self.had_a_chance or self.members)


@dataclass(slots=True)
class Extracts:
    """What one extractor found: stretches by the id of their entry, in each case that was gone through."""

    cases: dict[str, dict[str, Extracted]] = field(default_factory=lambda: defaultdict(dict))

    def stretches(self, case: str) -> list[Stretch]:
        """The incidents found in a case."""
        return [Stretch(one.start_ms, one.end_ms) for one in self.cases[case].values()]


def incident_name(case: str, incident: str) -> str:
    """An incident as a sample names it."""
    return f"{case}{BETWEEN}{incident}"


def given(coding: Coding, task: Task) -> Mapping[str, Mapping[Named, Given]]:
    """The category that every coder gave to each incident last, by coder."""
    found: dict[str, dict[Named, Given]] = defaultdict(dict)
    for entry in coding.entries:
        match entry.change:
            case CategoryGiven(task=of) as one if of is task:
                found[entry.by].pop((one.case, one.incident), None)
                if one.category:
                    found[entry.by][one.case, one.incident] = Given(one.category, one.codebook)
    return {coder: theirs for coder, theirs in found.items() if theirs}


def main_coder(assigned: Mapping[str, Mapping[Named, Given]], named: str) -> str:
    """Whose assignments are the study's: whom it names, else who has assigned most (of equals the first by name)."""
    return named or min(assigned, key=lambda coder: (-len(assigned[coder]), coder), default="")


def sample(coding: Coding, task: Task) -> Sample:
    """All that was drawn for a task, on whatever machine."""
    draws = [entry.change for entry in coding.entries if isinstance(entry.change, SampleDrawn)]
    theirs = [one for one in draws if one.task is task]
    return Sample(
        frozenset(name for one in theirs for name in one.members),
        frozenset(name for one in theirs for name in (*one.among, *one.members)),
        theirs[0].share_percent if theirs else 0,
    )


def extracts(coding: Coding) -> Mapping[str, Extracts]:
    """What every extractor has found, without what they dropped; a case that they went through is there, if empty."""
    found: dict[str, Extracts] = defaultdict(Extracts)
    for entry in coding.entries:
        match entry.change:
            case Extracted() as one:
                found[entry.by].cases[one.case][entry.id] = one
            case CaseRead(case=case):
                found[entry.by].cases[case]
            case ExtractDropped(entry=dropped):
                for theirs in found[entry.by].cases.values():
                    theirs.pop(dropped, None)
    return found


def without(entries: Iterable[str], case: str) -> tuple[str, ...]:
    """The members of a sample that are not of a case."""
    return tuple(name for name in entries if name.partition(BETWEEN)[0] != case)
