"""The review of a study, as the app is handed it: reviews of its interviews, what all of them yield, pseudonyms."""

from __future__ import annotations

import platform
import time
import uuid
from collections.abc import Callable, Mapping

from interview_tui import bootstrap, pseudonymising
from interview_tui.errors import InterviewTuiError
from interview_tui.packing import this_moment
from interview_tui.record.comparison import Comparison, side_by_side
from interview_tui.record.digest import Digest
from interview_tui.record.export_ports import Written
from interview_tui.record.findable import Found, Source
from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit
from interview_tui.record.review_ports import Correction
from interview_tui.record.under_review import UnderReview, under_review
from interview_tui.store import derived
from interview_tui.store.preferences import reviewer
from interview_tui.store.pseudonym_log import log_of, new_log
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder


class StudyReviews:
    """The reviews of a study's interviews; implements `record.review_ports.Reviews`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study

    @property
    def reviewer(self) -> str:
        """Who reviews at this machine."""
        return reviewer()

    def opened(self, case: str) -> UnderReview:
        """An interview as its review has it now."""
        study = self._study
        kept = study.review_folder(case)
        return under_review(study.interview(case), study.transcript(case), kept.read(), kept.damage())

    def correct(self, case: str, correction: Correction) -> None:
        """Give a command to the review of a case; the change that comes of it is on disk when this returns."""
        study = self._study
        interview, transcript, log = study.interview(case), study.transcript(case), study.review_log(case)
        reviewing = Reviewing(interview, transcript.turns if transcript else (), log)
        change = correction(reviewing, this_moment(interview))
        study.append_review(case, Edit(uuid.uuid4().hex, reviewer(), platform.node() or "machine", log.heads, change))


class StudyOverview:
    """What is known of all interviews together; implements `record.review_ports.Overview`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study

    def digests(self) -> list[Digest]:
        """What there is, by case."""
        return derived.digests(self._study)

    def bring_up_to_date(
        self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]
    ) -> Mapping[str, InterviewTuiError]:
        """Make what is missing or stale."""
        return derived.bring_up_to_date(self._study, on_case=on_case, stop=stop).failed

    def search(
        self,
        query: str,
        *,
        source: Source | None = None,
        case: str = "",
        speaker: str = "",
        incident: str = "",
        limit: int = 50,
    ) -> Found:
        """What is found, the best first."""
        return search(self._study, query, source=source, case=case, speaker=speaker, incident=incident, limit=limit)

    def comparison(self) -> Comparison:
        """The incidents of all interviews that are no rehearsals, side by side, of what there is."""
        told = derived.incidents(self._study)
        schedules = {each.schedule: each.case for each in told}
        rows = (row for each in told for row in each.rows)
        return side_by_side(rows, [self._study.schedule(case) for case in schedules.values()])

    def write_comparison(self, table: Comparison) -> Written:
        """Write a table among the study's exports, with names replaced by their pseudonyms."""
        from interview_tui.comparing import write_table

        return Written((write_table(self._study, table, _now_ms()),), lie_open=self._study.is_encrypted)


class StudyPseudonyms:
    """The pseudonyms of a study; implements `record.review_ports.PseudonymBook`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
        self._finder = pseudonymising.Finder(study)

    def held(self, case: str) -> tuple[Pseudonym, ...]:
        """Those that hold in a case."""
        return bootstrap.pseudonyms_of(self._study, case)

    def proposed(self, case: str) -> list[tuple[Candidate, Pseudonym]]:
        """What else may be a name in a case, with what could stand for it."""
        return pseudonymising.proposals(self._study, case, self._finder)

    def no_names(self, case: str) -> tuple[str, ...]:
        """What was found to be no name in a case."""
        log = log_of(self._study)
        return log.no_names(case) if log is not None else ()

    def give(self, case: str, wanted: Pseudonym, *, any_case: bool = False) -> Pseudonym:
        """Let something stand for a name."""
        return pseudonymising.give(self._finder, case, wanted, _now_ms(), any_case=any_case)

    def take_off(self, given: Pseudonym) -> None:
        """Let nothing stand for a name any more."""
        pseudonymising.take_off(self._study, given.case, given.name, _now_ms())

    def say_it_is_none(self, name: str, case: str) -> None:
        """Take it for no name from now on."""
        new_log(self._study).say_it_is_none(name, case, reviewer(), _now_ms())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
