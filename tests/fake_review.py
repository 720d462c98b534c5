"""Fakes of what reviewing needs, over a study in memory. Each passes the contract test of its port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from interview_tui.errors import ConfigError, ExportError, InterviewTuiError
from interview_tui.record.comparison import Comparison, compared
from interview_tui.record.digest import Digest, digest_of
from interview_tui.record.export_ports import Written
from interview_tui.record.findable import Found, Hit, Source, findable
from interview_tui.record.pseudonyms.candidates import Candidate, candidates, small_words
from interview_tui.record.pseudonyms.proposals import next_replacement, proposed, unreplaced, with_forms
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, checked, folded
from interview_tui.record.review.commands import Reviewing
from interview_tui.record.review.log import Edit
from interview_tui.record.review_ports import Correction
from interview_tui.record.under_review import UnderReview, under_review
from tests.fake_study import FakeStudy
from tests.fakes import ManualClock

AROUND = 30


class FakeReviews:
    """Reviews (`record.review_ports.Reviews`) of a study in memory, as `reviewer` at the machine `lab`.

    `opened` gives an interview that `lies` there instead, if one does.
    """

    def __init__(self, study: FakeStudy, clock: ManualClock, reviewer: str = "RV") -> None:
        self.study, self.clock, self.reviewer = study, clock, reviewer
        self.lies: dict[str, UnderReview] = {}
        self.failure: InterviewTuiError | None = None

    def opened(self, case: str) -> UnderReview:
        if case in self.lies:
            return self.lies[case]
        study = self.study
        return under_review(study.interview(case), study.transcript(case), study.review_log(case))

    def correct(self, case: str, correction: Correction) -> None:
        if self.failure is not None:
            raise self.failure
        transcript, log = self.study.transcript(case), self.study.review_log(case)
        reviewing = Reviewing(self.study.interview(case), transcript.turns if transcript else (), log)
        change = correction(reviewing, self.clock.now())
        self.study.append_review(case, Edit(f"e{len(log.edits)}", self.reviewer, "lab", log.heads, change))


class FakeOverview:
    """An overview (`record.review_ports.Overview`) that knows what was brought up to date. `written` are its tables.

    A query is a text to be found as it is, whatever its capitals.
    """

    def __init__(self, study: FakeStudy, folder: Path = Path("exports")) -> None:
        self.study, self.folder = study, folder
        self.known: dict[str, tuple[UnderReview, Digest]] = {}
        self.written: list[Comparison] = []
        self.refusal: ExportError | None = None

    def digests(self) -> list[Digest]:
        return [digest for _, (_, digest) in sorted(self.known.items())]

    def bring_up_to_date(
        self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]
    ) -> Mapping[str, InterviewTuiError]:
        failed: dict[str, InterviewTuiError] = {}
        cases = sorted(self.study.journals)
        for done, case in enumerate(cases):
            if stop():
                break
            on_case(case, done, len(cases))
            study = self.study
            try:
                found = under_review(study.interview(case), study.transcript(case), study.review_log(case))
            except InterviewTuiError as error:
                failed[case] = error
                continue
            self.known[case] = (found, digest_of(found.record, found.schedule, len(found.open_doubts)))
        return failed

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
        if not query.strip():
            raise ConfigError("There is nothing to search for.", "Type a word.")
        hits = [
            Hit(name, row, _passage(row.text, query), row.start_ms - found.record.origin_ms)
            for name, (found, _) in sorted(self.known.items())
            for row in findable(found.record)
            if query.casefold() in row.text.casefold()
            if source in (None, row.source) and case in ("", name) and speaker in ("", row.speaker)
            if incident in ("", row.incident)
        ]
        return Found(tuple(hits[:limit]), len(hits))

    def comparison(self) -> Comparison:
        found = [found for _, (found, _) in sorted(self.known.items()) if not found.record.rehearsal]
        return compared((each.record, each.schedule) for each in found)

    def write_comparison(self, table: Comparison) -> Written:
        if self.refusal is not None:
            raise self.refusal
        self.written.append(table)
        return Written((self.folder / "incidents.csv",))


class FakePseudonyms:
    """Pseudonyms (`record.review_ports.PseudonymBook`) in memory. A `failure` meets whatever is to be logged."""

    def __init__(self, study: FakeStudy, language: str = "en") -> None:
        self.study, self.language = study, language
        self.given: list[Pseudonym] = []
        self.none: list[tuple[str, str]] = []
        self.failure: InterviewTuiError | None = None

    def held(self, case: str) -> tuple[Pseudonym, ...]:
        own = [each for each in self.given if each.case == case]
        return tuple(own + [each for each in self.given if not each.case])

    def proposed(self, case: str) -> list[tuple[Candidate, Pseudonym]]:
        held = self.held(case)
        known = {folded(form) for each in held for form in each.forms} | set(map(folded, self.no_names(case)))
        new = unreplaced([each for each in self._found(case) if folded(each.name) not in known], held)
        return list(zip(new, proposed(new, self._taken(case), case, self.language, held), strict=True))

    def no_names(self, case: str) -> tuple[str, ...]:
        return tuple(name for name, home in self.none if home in ("", case))

    def give(self, case: str, wanted: Pseudonym, *, any_case: bool = False) -> Pseudonym:
        self._log()
        small = small_words(placed.turn.text for placed in self.study.record(case).turns)
        found = next((each for each in self._found(case) if folded(each.name) == folded(wanted.name)), None)
        kind, label = (found.kind, found.label) if found else (wanted.kind, wanted.kind.value.capitalize())
        whole = with_forms(wanted, found.parts if found else ())
        free = wanted.replacement or next_replacement(label, whole.forms, self._taken(wanted.case), self.language)
        ordinary = () if any_case else tuple(form for form in whole.forms if form.casefold() in small)
        given = checked(replace(whole, replacement=free, kind=kind, ordinary=ordinary))
        self._forget(given.name, given.case)
        self.given.append(given)
        return given

    def take_off(self, given: Pseudonym) -> None:
        self._log()
        if given not in self.given:
            raise ConfigError(f"{given.name!r} has no pseudonym.")
        self.given.remove(given)

    def say_it_is_none(self, name: str, case: str) -> None:
        self._log()
        self._forget(name, case)
        self.none.append((name, case))

    def _found(self, case: str) -> list[Candidate]:
        record = self.study.record(case)
        talk = [turn.text for transcript in self.study.transcripts.values() for turn in transcript.turns]
        ordinary = small_words(talk) + small_words([self.study.schedule(case).text])
        return candidates([placed.turn for placed in record.turns], record.notes, ordinary, self.language)

    def _forget(self, name: str, case: str) -> None:
        key = (folded(name), case)
        self.given = [each for each in self.given if (folded(each.name), each.case) != key]
        self.none = [(other, home) for other, home in self.none if (folded(other), home) != key]

    def _log(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _taken(self, case: str) -> set[str]:
        return {each.replacement for each in (self.held(case) if case else self.given)}


def _passage(text: str, query: str) -> tuple[tuple[str, bool], ...]:
    at = text.casefold().index(query.casefold())
    end = at + len(query)
    return (text[max(0, at - AROUND) : at], False), (text[at:end], True), (text[end : end + AROUND], False)
