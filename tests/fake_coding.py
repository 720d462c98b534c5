"""A fake of what coding needs, in memory. It passes the contract test of its port, beside the real part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from interview_tui.credibility.appraisal import followed
from interview_tui.credibility.changes import CategoryGiven, Coded, Coding, CodingChange, SampleDrawn, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.coding import given, incident_name, main_coder, sample
from interview_tui.credibility.figures import Figures
from interview_tui.credibility.noting import Known, checked
from interview_tui.credibility.ports import ToSort
from interview_tui.credibility.sampling import drawn
from interview_tui.credibility.versions import Versions
from interview_tui.errors import Refused
from interview_tui.grow_only import Signed
from interview_tui.record.export_ports import Written


class FakeCodingDesk:
    """Coding (`credibility.ports.CodingDesk`) of incidents that were laid there, with figures that were.

    What an incident was laid there with as its category is the study's: `ab` sees it, and may judge it nevertheless.
    """

    coder = "ab"
    laid_by = "cd"

    def __init__(self, codebook: Codebook | None = None, to_sort: Sequence[ToSort] = ()) -> None:
        self.book = codebook
        self.to_sort = list(to_sort)
        self.noted: list[CodingChange] = []
        self.entries: list[Coded] = []
        self.lies = Figures(0, 0, 0, (), (), (), (), ())
        self.wall_ms = 1_762_000_000_000

    def now_ms(self) -> int:
        return self.wall_ms

    def codebook(self) -> Codebook | None:
        return self.book

    def incidents(self, task: Task) -> list[ToSort]:
        known = self._known()
        if task is Task.CODING:
            return [replace(one, category=self._category(one, task)) for one in self.to_sort]
        drawn_for = known.to_be_judged if task is Task.JUDGING else frozenset()
        judged = [one for one in self.to_sort if (one.case, one.incident) in drawn_for]
        return [replace(one, category=self._category(one, task)) for one in judged]

    def note(self, *changes: CodingChange) -> None:
        known = self._known()
        for change in changes:
            checked(change, known)
        for change in changes:
            self._add(change)

    def draw(self, task: Task, share_percent: int = 25, *, extend: bool = False) -> SampleDrawn:
        before, known = sample(Coding(self.entries), task), self._known()
        if before.is_drawn and not extend:
            raise Refused("It was drawn already.")
        if task is Task.JUDGING:
            coded = (one for one in self.to_sort if self._category(one, Task.CODING))
            everything = {incident_name(one.case, one.incident) for one in coded}
        else:
            everything = set(known.cases) if task is Task.EXTRACTION else set()
        if not everything - before.had_a_chance:
            raise Refused("There is nothing to draw from.")
        members, among = drawn(everything, before.members, before.had_a_chance, share_percent, lambda all_, n: all_[:n])
        change = SampleDrawn(
            wall_ms=self.wall_ms, task=task, share_percent=share_percent, seed=1, members=members, among=among
        )
        self._add(change)
        return change

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:  # noqa: ARG002
        return self.lies

    def write(self, figures: Figures) -> Written:  # noqa: ARG002
        return Written((Path("exports") / "figures.csv",))

    def _add(self, change: CodingChange) -> None:
        seen = (self.entries[-1].id,) if self.entries else ()
        self.entries.append(Signed(f"e{len(self.entries)}", self.coder, "here", seen, change))
        self.noted.append(change)

    def _known(self) -> Known:
        coding = Coding(self.entries)
        return Known(
            coder=self.coder,
            main=self.laid_by
            if any(one.category for one in self.to_sort)
            else main_coder(given(coding, Task.CODING), ""),
            versions=Versions([self.book] if self.book else []),
            incidents=frozenset((one.case, one.incident) for one in self.to_sort),
            cases=frozenset(one.case for one in self.to_sort),
            coding=coding,
        )

    def _category(self, one: ToSort, task: Task) -> str:
        name, known = (one.case, one.incident), self._known()
        theirs = dict(given(known.coding, task).get(self.coder, {}))
        noted = {(of.case, of.incident) for of in self.noted if isinstance(of, CategoryGiven) and of.task is task}
        if name not in noted and task is Task.CODING:
            return one.category
        now, again = followed(theirs, known.versions, known.incidents)
        return now.get(name, next((old.category for old in again if (old.case, old.incident) == name), ""))
