"""The tallies of a study, counted from its journal and its cases."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from interview_tui.casebook import StudyCases
from interview_tui.fieldwork.card import Standing
from interview_tui.fieldwork.counting import count
from interview_tui.fieldwork.dimensions import laid_out
from interview_tui.fieldwork.ports import CaseBook
from interview_tui.fieldwork.tally import Counted, Source
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.store.failures import explained
from interview_tui.store.interviewed import read_interviewed
from interview_tui.store.study import DATABASE_FILE, SETTINGS_FILE, StudyFolder
from interview_tui.store.tally_settings import read_tallies

WAITING = (Standing.NEW, Standing.TRYING, Standing.APPOINTED)
"""Where a case stands that is still to be interviewed."""


class StudyTallies:
    """The tallies of a study; implements `fieldwork.ports.Tallies`. `study.toml` is read anew for every count."""

    def __init__(self, study: StudyFolder, cases: CaseBook | None = None) -> None:
        self._study = study
        self._cases = cases
        self._schedule: Schedule | None = None

    def counted(self, without: str = "") -> tuple[Counted, ...]:
        """Every tally of the study as it stands; see `fieldwork.ports.Tallies`."""
        where = self._study.path / SETTINGS_FILE
        tallies = read_tallies(where)
        if not tallies:
            return ()
        schedule, book = self._next_schedule(), self._cases or StudyCases(self._study)
        blank = [laid_out(tally, schedule, book.attributes, str(where)) for tally in tallies]
        interviews = read_interviewed(self._study.path / DATABASE_FILE, without)
        by_attributes = any(one.source is Source.ATTRIBUTE for counted in blank for one in counted.dimensions)
        cards = book.cards() if by_attributes else []
        done = {one.case for one in interviews} | {without}
        attributes = {card.case: card.attributes for card in cards}
        waiting = [card.case for card in cards if card.case not in done and card.standing in WAITING]
        left_out = attributes.get(without, {})
        return tuple(replace(count(one, interviews, attributes, waiting), left_out=left_out) for one in blank)

    def _next_schedule(self) -> Schedule:
        """The schedule of new interviews, read again if its file has changed: that takes longer than counting."""
        file, known = self._study.schedule_file(), self._schedule
        with explained(file):
            now = hashlib.sha256(file.read_bytes()).hexdigest()
        if known is None or known.sha256 != now:
            known = self._schedule = read_schedule_file(file)
        return known
