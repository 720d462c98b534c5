"""What the figures of a study are: the checks of Butterfield et al. (2005) that can be computed."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SHARE = 0.25
"""A category in which fewer of the participants have an incident is flagged (Borgen and Amundson 1984)."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How an interview kept to its schedule (checks 1 and 2); times in ms.

    Of the questions `on_route` so many were `covered` and so many skipped with a reason, and of those that were heard
    to be asked, so many as `worded`. `out_of_order` of them were asked after one that comes later. `recorded_ms` of
    `length_ms` were recorded, with so many `gaps` that nobody asked for.
    """

    case: str
    opened_wall_ms: int
    schedule_version: str
    on_route: int
    covered: int
    skipped: int
    heard: int
    worded: int
    out_of_order: int
    length_ms: int
    recorded_ms: int
    gaps: int
    incidents_ms: int
    sections_ms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Exhausted:
    """An interview in the order in which they were held (check 4): which categories it brought that none before had."""

    case: str
    opened_wall_ms: int
    incidents: int
    incidents_so_far: int
    new: tuple[str, ...]
    categories_so_far: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many participants."""

    participants: int
    of: int

    @property
    def rate(self) -> float:
        """From 0 to 1; 0 of nobody."""
        return self.participants / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Participation:
    """How many participants have an incident in a category or below it (check 5).

    `split` has the same among those of each kind: what they were split by, which kind, how many.
    """

    category: str
    incidents: int
    share: Share
    split: tuple[tuple[str, str, Share], ...] = ()

    @property
    def is_thin(self) -> bool:
        """Whether fewer than a quarter take part."""
        return self.share.rate < LEAST_SHARE


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree (check 6): `table[i][j]` are the incidents that the first put in category i, the second
    in j. `kappa` is None where chance alone would agree fully; `low` and `high` bound it with 95 % confidence.
    """

    first: str
    second: str
    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    agreed: int
    of: int
    expected: float
    kappa: float | None
    error: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """How far a second extractor found the same incidents (check 3), by overlapping stretches.

    `both` were found by both, the others by one of them; `cases` is how many transcripts of the sample were done.
    """

    extractor: str
    cases: int
    of_cases: int
    both: int
    only_first: int
    only_second: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, over the interviews that have ended and are no rehearsals."""

    codebook: int
    incidents: int
    coded: int
    fidelity: tuple[Fidelity, ...]
    exhausted: tuple[Exhausted, ...]
    participation: tuple[Participation, ...]
    agreement: tuple[Agreement, ...]
    extraction: tuple[Extraction, ...]
