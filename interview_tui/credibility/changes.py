"""What coders, extractors and judges note; `wall_ms` as everywhere: ms since the Unix epoch, UTC.

Stretches are of the call clock, ms, end exclusive. An incident is named by its case and the id of its round.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.grow_only import GrowOnly, Signed

BETWEEN = " "
"""What stands between case and incident where a sample names them; neither has one."""


class Task(StrEnum):
    """Whose work it is."""

    CODING = "coding"  # the study's own assignment of incidents to categories
    JUDGING = "judging"  # a second judge sorts a sample of incidents again, blind
    EXTRACTION = "extraction"  # a second extractor marks incidents in a sample of transcripts


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingChange:
    """What all changes carry."""

    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryGiven(CodingChange):
    """An incident belongs to a category of this version of the codebook, by its key; empty: to none any more."""

    case: str
    incident: str
    category: str
    codebook: int
    task: Task = Task.CODING


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted(CodingChange):
    """A second extractor finds an incident in this stretch of a case; `gist` says which, in a few words."""

    case: str
    start_ms: int
    end_ms: int
    gist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractDropped(CodingChange):
    """What was extracted by an earlier entry, by its id, is none after all."""

    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDrawn(CodingChange):
    """A random sample for the extractor (cases) or the judge (`case incident`), drawn with this seed.

    `among` is what it was drawn from, in order, so that anybody can draw it again. A later one extends it.
    """

    task: Task
    share_percent: int
    seed: int
    members: tuple[str, ...]
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRead(CodingChange):
    """A second extractor has gone through the transcript of a case, and found no more than was extracted."""

    case: str


Change = CategoryGiven | Extracted | ExtractDropped | SampleDrawn | CaseRead
CHANGE_TYPES: dict[str, type[CodingChange]] = {kind.__name__: kind for kind in typing.get_args(Change)}
"""Every change there is, by its name."""

Coded = Signed[CodingChange]
Coding = GrowOnly[Coded]
"""All that all coders of a study have noted, in the order in which it holds."""
