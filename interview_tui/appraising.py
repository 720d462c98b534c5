"""The coding of a study's incidents and the figures it is judged by, as the app and the commands are handed them."""

from __future__ import annotations

import platform
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from interview_tui.casebook import StudyCases
from interview_tui.credibility.appraisal import figures_of, followed
from interview_tui.credibility.appraised import Appraised, Kinds
from interview_tui.credibility.changes import CodingChange, SampleDrawn, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.coding import Sample, given, incident_name, main_coder, sample
from interview_tui.credibility.figures import SAMPLE_PERCENT, Figures
from interview_tui.credibility.noting import Known, checked
from interview_tui.credibility.ports import ToSort
from interview_tui.credibility.sampling import drawn
from interview_tui.errors import Refused
from interview_tui.grow_only import Signed
from interview_tui.record.comparison import Column, Of, Row
from interview_tui.record.export_ports import Written
from interview_tui.store import appraisals, derived
from interview_tui.store.codebooks import CodebookFolder
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.preferences import reviewer
from interview_tui.store.study import StudyFolder

_SEEDS = 2**32


class StudyCoding:
    """The coding of a study; implements `credibility.ports.CodingDesk`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
        self.log = CodingFolder(study.path)
        self.codebooks = CodebookFolder(study.path)

    @property
    def coder(self) -> str:
        """Who codes at this machine."""
        return reviewer()

    def now_ms(self) -> int:
        """The wall clock."""
        return time.time_ns() // 1_000_000

    def codebook(self) -> Codebook | None:
        """The newest version that was kept."""
        return self.codebooks.versions().newest

    def incidents(self, task: Task) -> list[ToSort]:
        """What is to be sorted, by case and in the order of telling, with this coder's category alone."""
        derived.bring_up_to_date(self._study)
        known, theirs = self._known(), given(self.log.read(), task).get(self.coder, {})
        now, again = followed(theirs, known.versions, known.incidents)
        now |= {(one.case, one.incident): one.category for one in again if not known.has(one.category)}
        wanted = {Task.CODING: known.incidents, Task.JUDGING: known.to_be_judged}.get(task, frozenset())
        return [
            _to_sort(row, now.get((row.case, row.incident), ""))
            for told in derived.incidents(self._study)
            for row in told.rows
            if (row.case, row.incident) in wanted
        ]

    def origin_ms(self, case: str) -> int:
        """The call clock of the first recorded sample of a case, from which its times are shown; 0 if it has none."""
        derived.bring_up_to_date(self._study, [case])
        return next((one.origin_ms for one in derived.digests(self._study) if one.case == case), 0)

    def note(self, *changes: CodingChange) -> None:
        """Note changes, one after the other."""
        if not changes:
            return
        log = self.log.read()
        known = self._known()
        if not all(known.knows(change) for change in changes):  # it may have come since
            derived.bring_up_to_date(self._study)
            known = self._known()
        for change in changes:
            checked(change, known)
        self._append(log.heads, changes)

    def draw(self, task: Task, share_percent: int = SAMPLE_PERCENT, *, extend: bool = False) -> SampleDrawn:
        """Draw a random sample, or extend the one that there is by what came since."""
        if not 1 <= share_percent <= 100:
            raise Refused(f"A sample of {share_percent} % cannot be drawn.", "Say from 1 to 100.")
        derived.bring_up_to_date(self._study)
        log = self.log.read()
        before, everything = sample(log, task), self._population(task)
        if before.is_drawn and not extend:
            raise Refused(
                f"A sample for {task} was drawn already: {len(before.members)} of {len(before.had_a_chance)}.",
                "It stays as it is. What came since can be drawn from as well: --extend.",
            )
        if not everything - before.had_a_chance:
            raise Refused(*_nothing_to_draw_from(task, before))
        seed = random.SystemRandom().randrange(_SEEDS)
        members, among = drawn(
            everything, before.members, before.had_a_chance, share_percent, random.Random(seed).sample
        )
        change = SampleDrawn(
            wall_ms=self.now_ms(), task=task, share_percent=share_percent, seed=seed, members=members, among=among
        )
        self._append(log.heads, [change])
        return change

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:
        """All figures as they stand."""
        brought = derived.bring_up_to_date(self._study, on_case=on_case, stop=stop)
        found = figures_of(
            self._appraised(),
            self.codebooks.versions(),
            self.log.read(),
            self._study.settings.coder,
            self._attributes(),
        )
        return replace(found, unread=tuple(sorted(brought.failed)))

    def write(self, figures: Figures) -> Written:
        """Write the figures as tables and as one workbook among the study's exports."""
        from interview_tui.export.options import Options
        from interview_tui.export.tables.figures import write_figures
        from interview_tui.store.private_files import make_folder

        options = Options(written_wall_ms=self.now_ms())
        folder = make_folder(self._study.exports_folder)
        files = write_figures(figures, self.codebook(), folder, self._study.name, options)
        return Written(files, lie_open=self._study.is_encrypted)

    def _append(self, heads: tuple[str, ...], changes: Sequence[CodingChange]) -> None:
        entries = []
        for change in changes:
            entries.append(Signed(uuid.uuid4().hex, self.coder, platform.node() or "machine", heads, change))
            heads = (entries[-1].id,)
        self.log.append(*entries)

    def _appraised(self) -> list[Appraised]:
        path = self._study.path / derived.DERIVED_FILE
        if path.is_file():
            with suppress(derived.Damaged), derived.opened_derived(path) as db:
                return appraisals.read(db)
        return []

    def _known(self) -> Known:
        """What a change may be about."""
        log = self.log.read()
        held = [one for one in self._appraised() if one.counts]
        return Known(
            coder=self.coder,
            main=main_coder(given(log, Task.CODING), self._study.settings.coder),
            versions=self.codebooks.versions(),
            incidents=frozenset((one.case, incident.id) for one in held for incident in one.incidents),
            cases=frozenset(one.case for one in held),
            coding=log,
        )

    def _population(self, task: Task) -> set[str]:
        known = self._known()
        match task:
            case Task.EXTRACTION:
                return {one.case for one in derived.digests(self._study) if one.transcribed and one.case in known.cases}
            case Task.JUDGING:
                now, _ = followed(given(known.coding, Task.CODING).get(known.main, {}), known.versions, known.incidents)
                return {incident_name(*name) for name in now}
        return set()

    def _attributes(self) -> Mapping[str, Kinds]:
        """Of every case the attributes that have a list of values: others tell too many kinds apart."""
        book = StudyCases(self._study)
        names = [one.name for one in book.attributes if one.values]
        if not names:
            return {}
        return {
            card.case: tuple((name, card.attributes[name]) for name in names if card.attributes.get(name))
            for card in book.cards()
        }


def _to_sort(row: Row, category: str) -> ToSort:
    parts = [column.key for column in row.values if column.of is Of.STATE]
    told = ((key, row.shown(Column(Of.WORDS, key)) or row.shown(Column(Of.NOTES, key))) for key in parts)
    return ToSort(
        row.case,
        row.incident,
        row.shown(Column(Of.INCIDENT)),
        tuple((key, words) for key, words in told if words),
        category,
    )


def _nothing_to_draw_from(task: Task, before: Sample) -> tuple[str, str]:
    if before.is_drawn:
        return "Nothing came since the sample was drawn.", ""
    match task:
        case Task.EXTRACTION:
            return "There is no transcript to draw from.", "Transcribe the interviews: interview-tui transcribe --all."
        case Task.JUDGING:
            return "No incident is coded yet, so none can be drawn.", "Sort them: interview-tui codebook sort."
    return "The incidents are all coded: no sample is drawn of them.", "Draw for the extractor or the judge."
