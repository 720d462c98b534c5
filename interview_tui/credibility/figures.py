"""What the figures of a study are: the checks of Butterfield et al. (2005) that can be computed."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SHARE = 0.25
"""A category in which fewer of the participants have an incident is flagged (Borgen and Amundson 1984)."""
LEAST_AGREEMENT = 0.80
"""Judges who put fewer of the incidents into the same category do not agree (Andersson and Nilsson 1964)."""
SAMPLE_PERCENT = 25
"""The share of the transcripts for the second extractor, and of the incidents for the second judge."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How an interview kept to its schedule (checks 1 and 2); times in ms.

    Of the questions `on_route` so many were `covered` and so many skipped with a reason, and of those that were heard
    to be asked, so many as `worded`. `out_of_order` is how many were asked before or after their turn: the fewest
    without which the rest comes in the schedule's order. `recorded_ms` of `length_ms` were recorded, with so
    many `gaps` that nobody asked for. Of the `musts` on route (questions that must be put) so many were covered.
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
    musts: int = 0
    musts_covered: int = 0

    @property
    def recorded(self) -> float:
        """The share that was recorded, from 0 to 1."""
        return min(1.0, self.recorded_ms / self.length_ms) if self.length_ms else 0.0


@dataclass(frozen=True, slots=True)
class Exhausted:
    """An interview in the order in which they were held (check 4): which categories (by key) no earlier one had."""

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
    """How many participants have an incident in a category (by key) or below it (check 5).

    `split` has the same among those of each kind: what they were split by (the id of an item or of a loop, the name of
    an attribute), which kind, how many.
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

    @property
    def rate(self) -> float:
        """The share of incidents that both put into the same category, from 0 to 1."""
        return self.agreed / self.of if self.of else 0.0


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

    @property
    def rate(self) -> float:
        """Of all incidents that one of them or both found, the share that both did, from 0 to 1."""
        found = self.both + self.only_first + self.only_second
        return self.both / found if found else 0.0


@dataclass(frozen=True, slots=True)
class ToDoAgain:
    """An incident of which the category is not in the codebook any more: which it was, in which version."""

    case: str
    incident: str
    category: str
    codebook: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, over the interviews that have ended and are no rehearsals.

    The study's assignments are `coder`'s: whom the study names (`coder_is_set`), else who has assigned most. Of the
    `incidents` so many are `coded` in this version of the codebook; those `again` were, in a category that is gone.
    `unread` are interviews that cannot be read, and are in no figure.
    """

    codebook: int
    incidents: int
    coded: int
    fidelity: tuple[Fidelity, ...]
    exhausted: tuple[Exhausted, ...]
    participation: tuple[Participation, ...]
    agreement: tuple[Agreement, ...]
    extraction: tuple[Extraction, ...]
    coder: str = ""
    coder_is_set: bool = False
    again: tuple[ToDoAgain, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def last_new(self) -> Exhausted | None:
        """The last interview that brought a new category; None if none did."""
        return next((one for one in reversed(self.exhausted) if one.new), None)
