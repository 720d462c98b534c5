"""What coding and its figures need from the world outside. The port has a fake in `tests/`. Called in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from interview_tui.credibility.changes import CodingChange, SampleDrawn, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import SAMPLE_PERCENT, Figures
from interview_tui.record.export_ports import Written


@dataclass(frozen=True, slots=True)
class ToSort:
    """An incident to be sorted: where it is, its label, its parts as they were told, and this coder's category.

    `parts` are pairs of a part's key and its words, notes where there are no words. A `category` that is not in the
    newest codebook was deleted since: the incident is to be sorted anew.
    """

    case: str
    incident: str
    label: str
    parts: tuple[tuple[str, str], ...]
    category: str = ""


class CodingDesk(Protocol):
    """The coding of a study's incidents, and its figures."""

    @property
    def coder(self) -> str:
        """Who codes at this machine."""
        ...

    def now_ms(self) -> int:
        """The wall clock, in ms."""
        ...

    def codebook(self) -> Codebook | None:
        """The newest version that was kept; None if there is none.

        Raises:
            StorageError, ConfigError: it cannot be read.
        """
        ...

    def incidents(self, task: Task) -> list[ToSort]:
        """The incidents to be coded, or those of the judge's sample, in a fixed order; blind to other coders' work."""
        ...

    def note(self, *changes: CodingChange) -> None:
        """Note changes; they are on disk when this returns.

        Raises:
            Refused: an incident, category or sample is meant that there is not; nothing was noted.
            StorageError: they cannot be written.
        """
        ...

    def draw(self, task: Task, share_percent: int = SAMPLE_PERCENT, *, extend: bool = False) -> SampleDrawn:
        """Draw a random sample of all transcribed cases or coded incidents for the extractor or the judge; note it.

        `extend` draws from what came since, so that the sample is such a share of all again.

        Raises:
            Refused: there is nothing to draw from, or one was drawn already and is not to be extended.
        """
        ...

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:
        """All figures as they stand; `on_case` and `stop` as in `record.review_ports.Overview.bring_up_to_date`."""
        ...

    def write(self, figures: Figures) -> Written:
        """Write the figures as tables among the study's exports.

        Raises:
            ExportError: they cannot be written.
        """
        ...
