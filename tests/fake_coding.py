"""A fake of what coding needs, in memory. It passes the contract test of its port, beside the real part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from interview_tui.credibility.changes import CategoryGiven, CodingChange, SampleDrawn, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import Figures
from interview_tui.credibility.ports import ToSort


class FakeCodingDesk:
    """Coding (`credibility.ports.CodingDesk`) of incidents that were laid there, with figures that were."""

    coder = "ab"

    def __init__(self, codebook: Codebook | None = None, to_sort: Sequence[ToSort] = ()) -> None:
        self.book = codebook
        self.to_sort = list(to_sort)
        self.noted: list[CodingChange] = []
        self.lies = Figures(0, 0, 0, (), (), (), (), ())
        self.wall_ms = 1_762_000_000_000

    def now_ms(self) -> int:
        return self.wall_ms

    def codebook(self) -> Codebook | None:
        return self.book

    def incidents(self, task: Task) -> list[ToSort]:  # noqa: ARG002
        return self.to_sort

    def note(self, *changes: CodingChange) -> None:
        self.noted.extend(changes)
        for change in changes:
            if isinstance(change, CategoryGiven):
                self.to_sort = [_sorted(one, change) for one in self.to_sort]

    def draw(self, task: Task, share_percent: int = 25) -> SampleDrawn:
        drawn = SampleDrawn(wall_ms=self.wall_ms, task=task, share_percent=share_percent, seed=1, members=())
        self.noted.append(drawn)
        return drawn

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:  # noqa: ARG002
        return self.lies

    def write(self, figures: Figures) -> Sequence[Path]:  # noqa: ARG002
        return [Path("exports") / "figures.csv"]


def _sorted(one: ToSort, change: CategoryGiven) -> ToSort:
    if (one.case, one.incident) != (change.case, change.incident):
        return one
    return ToSort(one.case, one.incident, one.label, one.parts, change.category)
