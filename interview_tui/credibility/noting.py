"""What may be noted: only of incidents, categories and samples that there are."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.credibility.changes import (
    BETWEEN,
    CaseRead,
    CategoryGiven,
    Coding,
    CodingChange,
    ExtractDropped,
    Extracted,
    Task,
)
from interview_tui.credibility.coding import Named, sample
from interview_tui.credibility.versions import Versions
from interview_tui.errors import Refused


@dataclass(frozen=True, slots=True)
class Known:
    """What there is: who notes, whose assignments are the study's, and all that a change may be about."""

    coder: str
    main: str
    versions: Versions
    incidents: frozenset[Named]
    cases: frozenset[str]
    coding: Coding

    @property
    def to_be_judged(self) -> frozenset[Named]:
        """The incidents of the judge's sample."""
        members = sample(self.coding, Task.JUDGING).members
        return frozenset(name for name in self.incidents if BETWEEN.join(name) in members)

    def has(self, category: str) -> bool:
        """Whether the newest codebook has a category."""
        return self.versions.newest is not None and self.versions.newest.category(category) is not None

    def knows(self, change: CodingChange) -> bool:
        """Whether there is the case, and the incident, that a change is about."""
        match change:
            case CategoryGiven(case=case, incident=incident):
                return (case, incident) in self.incidents
            case Extracted(case=case) | CaseRead(case=case):
                return case in self.cases
        return True


def checked(change: CodingChange, known: Known) -> None:
    """Nothing, if a change may be noted.

    Raises:
        Refused: it may not; says why.
    """
    match change:
        case CategoryGiven() as one:
            _category(one, known)
        case Extracted() as one:
            _in_sample(one.case, known)
            if not 0 <= one.start_ms < one.end_ms:
                raise Refused("An incident ends after it begins.", "Write when: 12:30-15:10.")
        case CaseRead(case=case):
            _in_sample(case, known)
        case ExtractDropped(entry=entry):
            theirs = {one.id for one in known.coding.entries if isinstance(one.change, Extracted)}
            mine = {one.id for one in known.coding.entries if one.by == known.coder}
            if entry not in theirs & mine:
                raise Refused(f"You have extracted nothing that is called {entry}.", "See which: figures extract CASE.")
        case _:
            raise Refused("A sample is drawn, not noted.", "Draw it: interview-tui figures sample.")


def _category(change: CategoryGiven, known: Known) -> None:
    if not known.knows(change):
        raise Refused(
            f"There is no incident {change.incident} of {change.case}, or its interview has not ended.",
            "See which there are: interview-tui codebook sort --list.",
        )
    books = [one for one in known.versions.all if one.version == change.codebook]
    if change.category and not any(one.category(change.category) for one in books):
        raise Refused(
            f"There is no category {change.category} in version {change.codebook} of the codebook.",
            "See which there are: interview-tui codebook.",
        )
    if change.task is Task.JUDGING:
        if (change.case, change.incident) not in known.to_be_judged:
            raise Refused(
                f"The incident {change.incident} of {change.case} is not in the judge's sample.",
                "Judges sort what was drawn for them: interview-tui figures sample judging.",
            )
        if known.main == known.coder:
            raise Refused(
                f"The study's incidents were sorted by {known.coder}, so somebody else has to judge.",
                "Who works at this machine is `reviewer` in the preferences.",
            )
    elif change.task is not Task.CODING:
        raise Refused("Extractors mark stretches, they give no categories.", "See: interview-tui figures extract.")


def _in_sample(case: str, known: Known) -> None:
    if case not in sample(known.coding, Task.EXTRACTION).members or case not in known.cases:
        raise Refused(
            f"{case} is not in the extractor's sample.", "See which are: interview-tui figures sample extraction."
        )
